"""Answers that are no JSON: text in another format, and files."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

from msgspec import Struct


class Plain(Struct, frozen=True):
    """Bytes with a media type of their own; `headers` stand instead of those that every answer carries."""

    content: bytes
    content_type: str
    headers: dict[str, str] = {}


class Download(Struct, frozen=True):
    """A file, wherever it is: what an operation answers that gives one."""


class FileAnswer(Download, frozen=True):
    """A file of this machine: sent in pieces, also parts of it (`Range`), saved by browsers under `name`.

    Whoever answers it has checked that the path leads nowhere else.
    """

    path: Path
    content_type: str
    name: str


class Elsewhere(Download, frozen=True):
    """A file that is kept elsewhere, sent through us in pieces, also parts of it (`Range`). Size in bytes."""

    size: int
    content_type: str
    name: str
    read: Callable[[int, int], AsyncIterator[bytes]]
    """The bytes from one position up to another; raises ApiError."""


class Redirect(Download, frozen=True):
    """Another address, where what was asked for is to be had (302)."""

    url: str


Body = bytes | Plain | Download
"""What an operation's answer becomes on its way out."""
