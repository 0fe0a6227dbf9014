"""Being in a meeting while it is produced: entering its room unseen, and entering again after an engine was away."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterable

import structlog
from msgspec import Struct

from rostrum.api.work import EngineKeys
from rostrum.ids import SessionId
from rostrum.media.composition.composer import Pictures
from rostrum.media.composition.scene import Person, Scene
from rostrum.media.production.member import Member
from rostrum.media.production.pipeline import Pipeline
from rostrum.media.tokens import unseen_token

log = structlog.get_logger()

_MEMBER = "#producer"
"""What the ids of unseen members begin with."""
_LOOK_S = 0.25
_AGAIN_S = 1.0


class Engine(Struct, frozen=True):
    """Where the meeting is. `url` is asked anew before each attempt: an engine may come back elsewhere."""

    url: Callable[[], str]
    keys: EngineKeys


class Attendance:
    """The member of one meeting, whichever connection it has. It belongs to the event loop; `look` and `show` are for
    the composing thread.
    """

    def __init__(self, engine: Engine, session_id: SessionId, name: str) -> None:
        self._engine, self._session_id, self._name = engine, session_id, name
        self._loop = asyncio.get_running_loop()
        self._member: Member | None = None
        self._alone_since: float | None = time.monotonic()
        self._wanted = True

    @property
    def alone_s(self) -> float:
        """For how long the engine has been away although something is wanted, seconds."""
        return 0 if self._alone_since is None or not self._wanted else time.monotonic() - self._alone_since

    def want(self, wanted: bool) -> None:  # noqa: FBT001 (one thing to say)
        """Say whether anything is wanted of the room; when not, it may have ended, and to enter would open it anew."""
        if wanted and not self._wanted and self._alone_since is not None:
            self._alone_since = time.monotonic()
        self._wanted = wanted

    def look(self, now: float) -> tuple[Iterable[Person], Pictures]:
        """The people and their pictures of a moment."""
        member = self._member
        return (member.people(), member.pictures(now)) if member is not None else ((), {})

    def show(self, shown: Scene) -> None:
        """Another scene is shown from now on: what it needs is received."""
        member = self._member
        if member is not None:
            self._loop.call_soon_threadsafe(member.look_at, shown)

    async def run(self, pipeline: Pipeline) -> None:
        """Be a member of the room, and become one again whenever the engine was away; until cancelled."""
        while True:
            while not self._wanted:  # noqa: ASYNC110 (the table is looked at, nobody tells)
                await asyncio.sleep(_LOOK_S)
            member = Member(pipeline.hear, pipeline.silent, pipeline.stir)
            try:
                token = unseen_token(self._engine.keys, self._session_id, f"{_MEMBER}:{self._name}")
                await member.enter(self._engine.url(), token)
                self._member = member
                self._alone_since = None
                pipeline.look_again()
                await member.gone.wait()
                self._alone_since = time.monotonic()
                log.warning("the engine is gone; connecting again", session=self._session_id)
            except asyncio.CancelledError:
                raise
            except Exception as error:  # noqa: BLE001 (the engine may be away in any way it likes)
                log.warning("the room cannot be reached", session=self._session_id, error=str(error))
            with contextlib.suppress(Exception):
                await member.leave()
            await asyncio.sleep(_AGAIN_S)

    async def leave(self) -> None:
        """Go, once `run` was cancelled."""
        if self._member is not None:
            await self._member.leave()
