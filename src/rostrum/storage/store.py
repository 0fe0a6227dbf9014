"""One place for whole files by name. Everything but `link` waits for a network: never inside a unit of work."""

from __future__ import annotations

import contextlib
import re
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import msgspec
from msgspec import Struct

from rostrum.settings import StorageSettings

if TYPE_CHECKING:
    from obstore.store import ObjectStore

_PIECE = 1 << 20


class Kept(Struct, frozen=True):
    """A file that is there. Size in bytes."""

    size: int


class StorageAway(Exception):  # noqa: N818 (said of a place, as a sentence)
    """The place does not answer, or lets nobody in. Its words are one line without anything secret."""


class Storage:
    """The place of the settings. Writing raises whatever the store's client raises, OSErrors among it."""

    def __init__(self, settings: StorageSettings) -> None:
        self._settings = settings
        self._opened: ObjectStore | None = None

    @property
    def gives_links(self) -> bool:
        """Whether readers are sent to the place itself instead of being served through us."""
        return self._settings.serve == "links" and not self._settings.url.startswith("file:")

    async def put(self, name: str, path: Path) -> int:
        """Keep a copy of a file; it appears when it is complete. Its size there, in bytes."""
        import obstore  # noqa: PLC0415 (only who has a storage needs it)

        await obstore.put_async(self._store(), name, path)
        return int((await obstore.head_async(self._store(), name))["size"])

    async def find(self, name: str) -> Kept | None:
        """What is kept under a name."""
        import obstore  # noqa: PLC0415

        try:
            return Kept(int((await obstore.head_async(self._store(), name))["size"]))
        except FileNotFoundError:
            return None

    async def delete(self, name: str) -> None:
        """Keep it no more; nothing happens where nothing is."""
        import obstore  # noqa: PLC0415

        with contextlib.suppress(FileNotFoundError):
            await obstore.delete_async(self._store(), name)

    async def read(self, name: str, start: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from `start` up to `end`. Raises FileNotFoundError, StorageAway."""
        import obstore  # noqa: PLC0415

        if start >= end:
            return
        with _reading():
            got = await obstore.get_async(self._store(), name, options={"range": (start, end)})
            async for piece in got.stream(min_chunk_size=_PIECE):
                yield bytes(piece)

    def part(self, name: str, start: int, end: int) -> bytes:
        """The bytes from `start` up to `end`, which are there. For threads: it waits. Raises FileNotFoundError and
        StorageAway.
        """
        import obstore  # noqa: PLC0415

        with _reading():
            return bytes(obstore.get_range(self._store(), name, start=start, end=end))

    def link(self, name: str, seconds: int) -> str:
        """A signed address under which anybody may fetch a file for a while; made here, nobody is asked."""
        import obstore  # noqa: PLC0415

        store: Any = self._store()
        return obstore.sign(store, "GET", name, timedelta(seconds=seconds))

    def _store(self) -> ObjectStore:
        if self._opened is None:
            self._opened = _open(self._settings)
        return self._opened


@contextlib.contextmanager
def _reading() -> Iterator[None]:
    from obstore.exceptions import BaseError  # noqa: PLC0415

    try:
        yield
    except FileNotFoundError:
        raise
    except (BaseError, OSError) as error:
        # An address may carry a signature behind its question mark, and the lines below the first tell it once more.
        words = re.sub(r"\?\S+", "", str(error).partition("\n")[0])
        raise StorageAway(words or type(error).__name__) from None


def opened(settings: StorageSettings) -> Storage | None:
    """The storage of the settings, one for each; None: finished recordings stay in the data folder."""
    return _opened(msgspec.json.encode(settings)) if settings.url else None


@lru_cache(maxsize=4)
def _opened(settings: bytes) -> Storage:
    return Storage(msgspec.json.decode(settings, type=StorageSettings))


def _open(settings: StorageSettings) -> ObjectStore:
    from obstore.store import S3Store, from_url  # noqa: PLC0415

    retry: Any = {"max_retries": settings.retries}
    if settings.url.startswith("file:"):
        Path(urlsplit(settings.url).path).mkdir(mode=0o700, parents=True, exist_ok=True)
    if not settings.url.startswith("s3:"):
        return from_url(settings.url)
    given: dict[str, Any] = {
        "endpoint": settings.endpoint,
        "region": settings.region,
        "access_key_id": settings.access_key,
        "secret_access_key": settings.secret_key,
    }
    options: Any = {"allow_http": True} if settings.endpoint.startswith("http://") else {}
    # What is not given comes from the variables that all programs for S3 know (AWS_…).
    known = {name: value for name, value in given.items() if value}
    return S3Store.from_url(settings.url, client_options=options, retry_config=retry, **known)


def name_of(conference_id: str, *names: str) -> str:
    """Under which name a recording is kept, or a file in a folder beside it."""
    return "/".join([quote(conference_id, safe=""), *(quote(name, safe=" ") for name in names)])
