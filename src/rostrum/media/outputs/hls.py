"""A programme as files that any web server hands out: HLS with fragmented MP4, in parts of a second (RFC 8216bis)."""

from __future__ import annotations

import io
import shutil
import time
from pathlib import Path
from typing import Any

import av
from msgspec import Struct

from rostrum.media.encoding import KEYFRAME_S, AudioEncoder, Encoded, VideoEncoder
from rostrum.media.outputs import boxes
from rostrum.media.outputs.output import Muxer, OutputError

PLAYLIST, HEAD = "live.m3u8", "head.mp4"
PART_S = 1.0
_KEPT = 8
"""Segments in the list; their files stay a little longer, for viewers who are slow."""
_MOST_PART_S = 1.25
_HOLD_BACK_S = 3 * _MOST_PART_S


class _Part(Struct):
    name: str
    seconds: float
    independent: bool


class _Segment(Struct):
    number: int
    parts: list[_Part]
    complete: bool = False

    @property
    def name(self) -> str:
        return f"s{self.number}.m4s"

    @property
    def seconds(self) -> float:
        return sum(part.seconds for part in self.parts)


class LiveFiles:
    """Writes the files of one live stream into a folder of its own, which it empties before and removes after."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sink = _Sink()
        self._muxer: Muxer | None = None
        self._waiting = bytearray()
        self._fragment = b""
        self._head = b""
        self._segments: list[_Segment] = []
        self._next = int(time.time())  # never the numbers of an earlier stream, whose files a CDN may still have
        self._ends = 0.0
        self._last_end = 0.0

    def open(self, video: VideoEncoder, audio: AudioEncoder) -> None:
        """Make the folder."""
        try:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder.mkdir(mode=0o755, parents=True)
        except OSError as error:
            raise OutputError(f"the live folder cannot be made: {error.strerror}") from error
        options = {
            "movflags": "frag_keyframe+empty_moov+default_base_moof+negative_cts_offsets",
            "frag_duration": str(round(PART_S * 1_000_000)),
            "use_editlist": "0",
        }
        self._muxer = Muxer(self._sink, "mp4", video, audio, options=options)
        self._muxer.begin()

    def write(self, packet: Encoded) -> None:
        """One packet; a complete part is a file at once."""
        if self._muxer is None:
            return
        if packet.kind == "video":
            self._ends = packet.seconds
        try:
            self._muxer.write(packet)
            self._sort()
        except (OSError, av.FFmpegError) as error:
            raise OutputError(f"the live files cannot be written: {error.strerror}") from error

    def check(self) -> None:
        """Files do not go away."""

    def close(self) -> None:
        """Say that the stream is over, and take the files away."""
        if self._muxer is not None:
            muxer, self._muxer = self._muxer, None
            muxer.close()
            if self._segments:
                self._publish(over=True)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _sort(self) -> None:
        made, self._sink.made = self._sink.made, []
        for one in made:
            self._waiting += one
        for kind, box in boxes.take(self._waiting):
            if kind in {"ftyp", "moov"}:
                self._head += box
                if kind == "moov":
                    self._keep(HEAD, self._head)
            elif kind == "moof":
                self._fragment = box
            elif kind == "mdat" and self._fragment:
                self._add(self._fragment + box, independent=boxes.begins_with_keyframe(self._fragment))
                self._fragment = b""

    def _add(self, content: bytes, *, independent: bool) -> None:
        """A complete part: it goes into the running segment, or begins one."""
        if independent or not self._segments:
            if self._segments:
                self._complete(self._segments[-1])
            self._segments.append(_Segment(self._next, []))
            self._next += 1
        segment = self._segments[-1]
        seconds = max(self._ends - self._last_end, 0.001)
        self._last_end = self._ends
        part = _Part(f"s{segment.number}.{len(segment.parts)}.m4s", seconds, independent)
        self._keep(part.name, content)
        segment.parts.append(part)
        self._publish()

    def _complete(self, segment: _Segment) -> None:
        whole = b"".join((self._folder / part.name).read_bytes() for part in segment.parts)
        self._keep(segment.name, whole)
        segment.complete = True
        while len(self._segments) > 2 * _KEPT:
            old = self._segments.pop(0)
            for name in (old.name, *(part.name for part in old.parts)):
                (self._folder / name).unlink(missing_ok=True)

    def _publish(self, *, over: bool = False) -> None:
        shown = self._segments[-_KEPT:]
        longest = max([KEYFRAME_S, *(segment.seconds for segment in shown)])
        lines = [
            "#EXTM3U",
            "#EXT-X-VERSION:9",
            f"#EXT-X-TARGETDURATION:{round(longest + 0.5)}",
            f"#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK={_HOLD_BACK_S:.3f}",
            f"#EXT-X-PART-INF:PART-TARGET={_MOST_PART_S:.3f}",
            f"#EXT-X-MEDIA-SEQUENCE:{shown[0].number}",
            f'#EXT-X-MAP:URI="{HEAD}"',
        ]
        for segment in shown:
            if segment in shown[-3:]:  # older parts are of no use to anybody
                lines += [
                    f'#EXT-X-PART:DURATION={part.seconds:.5f},URI="{part.name}"' + ",INDEPENDENT=YES" * part.independent
                    for part in segment.parts
                ]
            if segment.complete:
                lines += [f"#EXTINF:{segment.seconds:.5f},", segment.name]
        lines += ["#EXT-X-ENDLIST"] if over else []
        self._keep(PLAYLIST, ("\n".join(lines) + "\n").encode())

    def _keep(self, name: str, content: bytes) -> None:
        """Write a file so that nobody ever sees half of it."""
        beside = self._folder / f".{name}"
        beside.write_bytes(content)
        beside.replace(self._folder / name)


class _Sink(io.RawIOBase):
    """What the muxer writes; it cannot seek, so it never goes back."""

    def __init__(self) -> None:
        self.made: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, given: Any) -> int:
        self.made.append(bytes(given))
        return len(given)
