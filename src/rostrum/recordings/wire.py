"""Recordings of one conference as the API shows them."""

from __future__ import annotations

from msgspec import Struct


class Record(Struct):
    """A file. Its size is a text, in bytes; its time is in Unix seconds."""

    name: str
    size: str
    created: int
    download_url: str


class Records(Struct):
    """The files of a conference."""

    records: list[Record]
