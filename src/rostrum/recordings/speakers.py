"""What is known of the speakers' files of a recording, and where they lie. Without any codec, for the server too."""

from __future__ import annotations

from pathlib import Path, PurePath

from msgspec import Struct

LIST = "speakers.json"
"""The file that tells of the others."""
MEDIA_TYPE = "audio/ogg"


class SpeakerTrack(Struct, frozen=True, kw_only=True):
    """One speaker's file. `start`: where it begins in the recording, in seconds like `duration`; `size` in bytes."""

    name: str
    call_id: str
    """The participant's id: a uid, or a guest's."""
    file: str
    start: float
    duration: float
    size: int


class SpeakerTracks(Struct, frozen=True):
    """What the list says, and the database."""

    speakers: list[SpeakerTrack]


def folder_name(recording: str) -> str:
    """How the folder beside a recording is called that holds its speakers' files."""
    return f"{PurePath(recording).stem}.speakers"


def folder_of(conference: Path, recording: str) -> Path:
    """That folder, in the folder of a conference."""
    return conference / folder_name(recording)
