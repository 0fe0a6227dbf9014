"""The segments of a recording and their playlist: values in, values out."""

from __future__ import annotations

import math
from collections.abc import Sequence

from msgspec import Struct

from rostrum.recordings.playback.matroska import Cluster

_LEAST_S = 0.04


class Contents(Struct, frozen=True):
    """What is known of one file. Seconds; `ends` is None as long as it grows; `chapter`: it follows a pause."""

    clusters: Sequence[Cluster]
    ends: float | None
    chapter: bool = True


class Segment(Struct, frozen=True):
    """A piece that begins with a keyframe: bytes of one file. `at` is when it begins in the recording, `shift` what its
    file's own times lack for that; both in seconds.
    """

    file: int
    begins: int
    ends: int
    at: float
    seconds: float
    shift: float


class Timeline(Struct, frozen=True):
    """A recording from its beginning as far as it is there. `complete`: nothing comes any more."""

    segments: list[Segment]
    chapters: list[float]
    complete: bool

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.segments[-1].at + self.segments[-1].seconds if self.segments else 0.0


def timeline(files: Sequence[Contents], *, complete: bool) -> Timeline:
    """The segments of the files of a recording, one behind the other without a gap."""
    segments: list[Segment] = []
    chapters: list[float] = []
    began = 0.0
    for number, file in enumerate(files):
        if file.chapter or not segments:
            chapters.append(began)
        made = _segments(number, file, began)
        segments += made
        began = made[-1].at + made[-1].seconds if made else began
    return Timeline(segments, chapters, complete)


def _segments(number: int, file: Contents, began: float) -> list[Segment]:
    """One file's segments. What stands before its first keyframe nobody can see; the newest of a file that grows is
    left out until the next one begins, for it is not whole.
    """
    starts = [(at, one.keyframe) for at, one in enumerate(file.clusters) if one.keyframe is not None]
    if not starts:
        return []
    shift = began - starts[0][1]
    made = []
    for (first, moment), following in zip(starts, [*starts[1:], None], strict=True):
        if following is None and file.ends is None:
            break
        last = len(file.clusters) if following is None else following[0]
        until = file.ends if following is None else following[1]
        made.append(
            Segment(
                file=number,
                begins=file.clusters[first].begins,
                ends=file.clusters[last - 1].ends,
                at=moment + shift,
                seconds=max(_LEAST_S, (until or 0) - moment),
                shift=shift,
            )
        )
    return made


def playlist(shown: Timeline, ticket: str) -> str:
    """The HLS media playlist (RFC 8216): it grows as long as the recording is being made."""
    longest = max([2.0, *(one.seconds for one in shown.segments)])
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        f"#EXT-X-TARGETDURATION:{math.ceil(longest)}",
        f"#EXT-X-PLAYLIST-TYPE:{'VOD' if shown.complete else 'EVENT'}",
        "#EXT-X-MEDIA-SEQUENCE:0",
        "#EXT-X-START:TIME-OFFSET=0,PRECISE=YES",
        f'#EXT-X-MAP:URI="head.mp4?ticket={ticket}"',
    ]
    for number, one in enumerate(shown.segments):
        lines += [f"#EXTINF:{one.seconds:.5f},", f"{number}.m4s?ticket={ticket}"]
    lines += ["#EXT-X-ENDLIST"] if shown.complete else []
    return "\n".join(lines) + "\n"
