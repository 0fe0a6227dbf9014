"""A programme as files that any web server hands out: HLS with fragmented MP4, in parts of a second (RFC 8216bis)."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import av
from msgspec import Struct

from rostrum.media.encoding import AudioEncoder, Encoded, VideoEncoder
from rostrum.media.live_files import HEAD, PLAYLIST, part_name, segment_name
from rostrum.media.outputs import boxes
from rostrum.media.outputs.output import Muxer, OutputError, Sink

PART_S = 1.0
_MOST_PART_S = 1.15
"""A part ends with the first packet behind its second; where pictures stand still, that may come a little later."""
_HOLD_BACK_S = 3 * _MOST_PART_S
_MOST_SEGMENT_S = 3.0
"""Two parts are the rule; pictures that stand still let the next keyframe wait for up to a second."""
_KEPT = 8
"""Segments in the list; their files stay as long again, for viewers who are slow."""
_WITH_PARTS = 3
"""The last segments, whose parts are listed too: older ones are of no use to anybody."""
_SOUND = 2
"""The track of the sound."""
_APART_US = 200_000
"""How long sound waits for a picture, microseconds: parts come each second although pictures stand still."""


class _Part(Struct):
    name: str
    seconds: float
    independent: bool


class _Segment(Struct):
    number: int
    begins: float
    parts: list[_Part]
    complete: bool = False

    @property
    def name(self) -> str:
        return segment_name(self.number)

    @property
    def seconds(self) -> float:
        return sum(part.seconds for part in self.parts)


class LiveFiles:
    """Writes the files of one live stream into a folder that nobody else has.

    When the stream is over the folder stays, with a list that says so, for viewers who are behind; others remove it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sink = Sink()
        self._muxer: Muxer | None = None
        self._waiting = bytearray()
        self._fragment = b""
        self._head = b""
        self._segments: list[_Segment] = []
        self._next_segment = self._next_part = 1
        self._position = 0.0
        self._rate = 0
        self._began = datetime.now(UTC)
        self._longest = _MOST_SEGMENT_S

    def open(self, video: VideoEncoder, audio: AudioEncoder) -> None:
        """Make the folder."""
        try:
            self._folder.mkdir(mode=0o755, parents=True)
        except OSError as error:
            raise OutputError(f"the live folder cannot be made: {error.strerror}") from error
        options = {
            "movflags": "frag_keyframe+empty_moov+default_base_moof+negative_cts_offsets",
            "frag_duration": str(round(PART_S * 1_000_000)),
            "use_editlist": "0",
            "max_interleave_delta": str(_APART_US),
        }
        self._rate = int(1 / audio.clock)
        self._muxer = Muxer(self._sink, "mp4", video, audio, options=options)
        self._muxer.begin()

    def write(self, packet: Encoded) -> None:
        """One packet; a complete part is a file at once."""
        if self._muxer is None:
            return
        if not packet.pts:
            self._began = datetime.now(UTC)
        try:
            self._muxer.write(packet)
            self._sort()
        except (OSError, av.FFmpegError) as error:
            raise OutputError(f"the live files cannot be written: {error.strerror}") from error

    def check(self) -> None:
        """Files do not go away."""

    def close(self) -> None:
        """Say that the stream is over; without a single part nothing is left."""
        if self._muxer is None:
            return
        muxer, self._muxer = self._muxer, None
        muxer.close()
        self._sort()
        if not self._segments:
            shutil.rmtree(self._folder, ignore_errors=True)
            return
        self._complete(self._segments[-1])
        self._publish(over=True)

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
                self._add(self._fragment, self._fragment + box)
                self._fragment = b""

    def _add(self, fragment: bytes, content: bytes) -> None:
        """A complete part: it goes into the running segment, or begins one."""
        independent = boxes.begins_with_keyframe(fragment)
        if independent or not self._segments:
            if self._segments:
                self._complete(self._segments[-1])
            self._segments.append(_Segment(self._next_segment, self._position, []))
            self._next_segment += 1
        # The sound never pauses, so it tells how long a part is even where no picture is in it.
        seconds = max(boxes.ticks(fragment, _SOUND) / self._rate, 0.001)
        self._position += seconds
        # Numbered through, so that the name of the next one is known before it begins a segment or does not.
        part = _Part(part_name(self._next_part), seconds, independent)
        self._next_part += 1
        self._keep(part.name, content)
        self._segments[-1].parts.append(part)
        self._publish()

    def _complete(self, segment: _Segment) -> None:
        whole = b"".join((self._folder / part.name).read_bytes() for part in segment.parts)
        self._keep(segment.name, whole)
        segment.complete = True
        self._longest = max(self._longest, segment.seconds)
        while len(self._segments) > 2 * _KEPT:
            old = self._segments.pop(0)
            for name in (old.name, *(part.name for part in old.parts)):
                (self._folder / name).unlink(missing_ok=True)

    def _publish(self, *, over: bool = False) -> None:
        shown = self._segments[-_KEPT:]
        lines = [
            "#EXTM3U",
            "#EXT-X-VERSION:9",
            f"#EXT-X-TARGETDURATION:{round(self._longest)}",
            f"#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK={_HOLD_BACK_S:.3f}",
            f"#EXT-X-PART-INF:PART-TARGET={_MOST_PART_S:.3f}",
            f"#EXT-X-MEDIA-SEQUENCE:{shown[0].number}",
            f'#EXT-X-MAP:URI="{HEAD}"',
        ]
        for segment in shown:
            began = self._began + timedelta(seconds=segment.begins)
            lines += [f"#EXT-X-PROGRAM-DATE-TIME:{began.isoformat(timespec='milliseconds')}"]
            if segment in shown[-_WITH_PARTS:]:
                lines += [
                    f'#EXT-X-PART:DURATION={part.seconds:.5f},URI="{part.name}"' + ",INDEPENDENT=YES" * part.independent
                    for part in segment.parts
                ]
            if segment.complete:
                lines += [f"#EXTINF:{segment.seconds:.5f},", segment.name]
        lines += ["#EXT-X-ENDLIST" if over else f'#EXT-X-PRELOAD-HINT:TYPE=PART,URI="{part_name(self._next_part)}"']
        self._keep(PLAYLIST, ("\n".join(lines) + "\n").encode())

    def _keep(self, name: str, content: bytes) -> None:
        """Write a file so that nobody ever sees half of it."""
        beside = self._folder / f".{name}"
        beside.write_bytes(content)
        beside.replace(self._folder / name)
