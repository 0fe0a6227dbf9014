"""Answers that are no JSON: text in another format, and files."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct


class Plain(Struct, frozen=True):
    """Bytes with a media type of their own; `headers` stand instead of those that every answer carries."""

    content: bytes
    content_type: str
    headers: dict[str, str] = {}


class FileAnswer(Struct, frozen=True):
    """A file of this machine: sent in pieces, also parts of it (`Range`), saved by browsers under `name`.

    Whoever answers it has checked that the path leads nowhere else.
    """

    path: Path
    content_type: str
    name: str


Body = bytes | Plain | FileAnswer
"""What an operation's answer becomes on its way out."""
