"""Pieces of Matroska made into pieces of fragmented MP4, which browsers take. Nothing is encoded again."""

from __future__ import annotations

import io
from typing import Any

from rostrum.media.outputs import boxes

_OPTIONS = {
    # frag_discont keeps the times as they are; without it every piece would begin at zero.
    "movflags": "empty_moov+default_base_moof+frag_custom+frag_discont",
    "use_editlist": "0",
    "avoid_negative_ts": "disabled",
}


def remuxed(head: bytes, clusters: bytes, shift: float, number: int) -> tuple[bytes, bytes]:
    """The head (`ftyp`, `moov`) and the piece (`moof`, `mdat`) with the given number, whose times begin `shift` seconds
    later than in the file. Raises ValueError for what cannot be played.
    """
    # Imported here and not above: codecs take a fifth of a second and 40 MB, which a server of whose recordings nobody
    # watches one need not spend. They are only ever called from worker threads.
    import av  # noqa: PLC0415

    sink = _Sink()
    options = _OPTIONS | {"fragment_index": str(number + 1)}
    try:
        with (
            av.open(io.BytesIO(head + clusters), "r", format="matroska") as source,
            av.open(sink, "w", format="mp4", options=options) as made,
        ):
            streams: dict[str, Any] = {
                one.type: made.add_stream_from_template(one) for one in source.streams if one.type in _KINDS
            }
            for packet in source.demux():
                _put(made, streams, packet, shift)
    except av.FFmpegError as error:
        raise ValueError(f"the recording cannot be played: {error.strerror}") from error
    return _sorted(sink.made)


_KINDS = {"video", "audio"}


def _put(made: Any, streams: dict[str, Any], packet: Any, shift: float) -> None:
    kind = packet.stream.type
    if packet.pts is None or kind not in streams:
        return
    packet.pts += round(shift / packet.time_base)
    packet.dts = packet.pts  # our encoders never reorder pictures
    packet.stream = streams[kind]
    made.mux(packet)


def _sorted(made: bytearray) -> tuple[bytes, bytes]:
    head, piece = b"", b""
    for kind, box in boxes.take(made):
        if kind in {"ftyp", "moov"}:
            head += box
        elif kind in {"moof", "mdat"}:
            piece += box
    return head, piece


class _Sink(io.RawIOBase):
    """What the muxer writes; it cannot seek, so it never goes back."""

    def __init__(self) -> None:
        self.made = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, given: Any) -> int:
        self.made += given
        return len(given)
