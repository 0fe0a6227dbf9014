"""The speakers' files of a recording: from their parts to one each and a list of them, without encoding again."""

from __future__ import annotations

import contextlib
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import msgspec
from msgspec import Struct

from rostrum.media.composition.sound import RATE
from rostrum.media.outputs.opus import CALL_ID, FRAME, STARTS, OggOpus
from rostrum.recordings.parts import Part
from rostrum.recordings.speakers import LIST, SpeakerTrack, SpeakerTracks
from rostrum.recordings.speakers import folder_of as folder_beside


class _Piece(Struct, frozen=True):
    """A speaker's file of one part. `begins` and `ends` in frames of the recording; beyond `ends` is the next part."""

    path: Path
    call_id: str
    name: str
    begins: int
    ends: int


def folder_of(part: Path) -> Path:
    """Where the speakers' files of a part lie."""
    return part.with_suffix(".speakers")


def put_away(parts: list[Part], recording: Path) -> list[SpeakerTrack]:
    """Make one file for each speaker of the parts, in the folder beside the recording's file; it appears when all are
    complete. Where it is there already, this was done before. Raises OSError or FFmpegError; the parts stay.
    """
    target = folder_beside(recording.parent, recording.name)
    if target.is_dir():
        return msgspec.json.decode((target / LIST).read_bytes(), type=SpeakerTracks).speakers
    speakers: dict[str, list[_Piece]] = {}
    for piece in _pieces(parts):
        speakers.setdefault(piece.call_id, []).append(piece)
    if not speakers:
        return []
    beside = parts[0].path.with_name(f"{secrets.token_hex(4)}.joining-speakers")
    beside.mkdir(mode=0o700)
    try:
        made = _write(speakers, beside)
        beside.rename(target)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    return made


def _write(speakers: dict[str, list[_Piece]], folder: Path) -> list[SpeakerTrack]:
    ordered = sorted(speakers.values(), key=lambda pieces: (pieces[0].begins, pieces[0].call_id))
    made = [_joined(pieces, folder / f"{number:02d}.opus") for number, pieces in enumerate(ordered, 1)]
    (folder / LIST).write_bytes(msgspec.json.format(msgspec.json.encode(SpeakerTracks(made))))
    return made


def _pieces(parts: list[Part]) -> Iterator[_Piece]:
    began = 0.0
    for part in parts:
        ends = began + part.length
        for path in sorted(folder_of(part.path).glob("*.opus")):
            with contextlib.suppress(av.FFmpegError, KeyError, ValueError), av.open(str(path)) as source:
                tags = {name.lower(): value for name, value in _tags(source).items()}
                begins = began + int(tags[STARTS]) / RATE
                yield _Piece(path, tags[CALL_ID], tags["artist"], _frames(begins), _frames(ends))
        began = ends


def _tags(source: Any) -> dict[str, str]:
    return {**source.metadata, **source.streams.audio[0].metadata}


def _frames(seconds: float) -> int:
    return round(seconds * RATE / FRAME)


def _joined(pieces: list[_Piece], target: Path) -> SpeakerTrack:
    """Write one speaker's file: packet behind packet, and silence where there is none."""
    first, name = pieces[0].begins, pieces[-1].name
    whole: OggOpus | None = None
    try:
        for piece in pieces:
            with av.open(str(piece.path)) as source:
                if whole is None:
                    whole = OggOpus(target, source.streams.audio[0], {"artist": name, CALL_ID: pieces[0].call_id})
                for number, data in enumerate(_packets(source), piece.begins - first):
                    if number < whole.frames or number + first >= piece.ends:
                        continue
                    whole.rest(number - whole.frames)
                    whole.write(data)
    finally:
        if whole is not None:
            whole.close()
    frames = 0 if whole is None else whole.frames
    return SpeakerTrack(
        name=name,
        call_id=pieces[0].call_id,
        file=target.name,
        start=round(first * FRAME / RATE, 3),
        duration=round(frames * FRAME / RATE, 3),
        size=target.stat().st_size,
    )


def _packets(source: Any) -> Iterator[bytes]:
    """All packets that are whole: whoever wrote them may have been stopped in the middle."""
    with contextlib.suppress(av.FFmpegError):
        for packet in source.demux(audio=0):
            if packet.size and not packet.is_corrupt:
                yield bytes(packet)
