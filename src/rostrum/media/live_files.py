"""How the files of a live stream are called: workers write them, servers, which know no codecs, hand them out."""

from __future__ import annotations

import re

FOLDER = "live"
"""In the data folder; in it one folder for each stream."""
PLAYLIST, HEAD = "live.m3u8", "head.mp4"
MEDIA_NAME = re.compile(r"head\.mp4|[sp][0-9]{1,12}\.m4s")
"""The head, a segment or a part of one."""


def segment_name(number: int) -> str:
    """A segment, which joins its parts."""
    return f"s{number}.m4s"


def part_name(number: int) -> str:
    """A part; they are counted through all segments."""
    return f"p{number}.m4s"
