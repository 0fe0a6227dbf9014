"""Where the bytes of a recording come from: a file of this machine, or the storage. Read from threads; both wait."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from rostrum.storage import Storage


class Source(Protocol):
    """A file that can be read at any place. Fewer bytes than asked for come back at its end."""

    @property
    def name(self) -> str:
        """What no other source is called."""

    def read(self, begins: int, count: int) -> bytes:
        """Bytes from a place on. Raises FileNotFoundError."""


class LocalFile(Struct, frozen=True):
    """A file in the data folder."""

    path: Path

    @property
    def name(self) -> str:
        """Its path."""
        return str(self.path)

    def read(self, begins: int, count: int) -> bytes:
        """Bytes from a place on."""
        descriptor = os.open(self.path, os.O_RDONLY)
        try:
            return os.pread(descriptor, count, begins)
        finally:
            os.close(descriptor)


class StoredFile(Struct, frozen=True):
    """A file in the storage; its size is known, in bytes."""

    storage: Storage
    name: str
    size: int

    def read(self, begins: int, count: int) -> bytes:
        """Bytes from a place on."""
        ends = min(self.size, begins + count)
        return self.storage.part(self.name, begins, ends) if begins < ends else b""
