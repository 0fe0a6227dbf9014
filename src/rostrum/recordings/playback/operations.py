"""The recordings that the signed-in person may watch."""

from __future__ import annotations

import os
from typing import Annotated

import msgspec
from msgspec import Meta

from rostrum.api.errors import problem
from rostrum.api.operation import operation
from rostrum.api.work import Work
from rostrum.db.signing import signing_key
from rostrum.media.production import store as productions
from rostrum.meetings import programme
from rostrum.recordings import files, records
from rostrum.recordings.playback import matroska, store, tickets
from rostrum.recordings.playback.store import RecordingRow
from rostrum.recordings.playback.wire import (
    Progress,
    RecordingCard,
    RecordingCards,
    RecordingPlay,
    RecordingState,
    SpeakerCard,
)
from rostrum.recordings.rules import number_of
from rostrum.recordings.speakers import LIST, SpeakerTrack

_PAGE = 50
READ = "conferences.records | conferences.records:read"
Number = Annotated[int, Meta(ge=1, le=2**62)]


@operation("GET", "/recordings", surface="web", reach="user", scope=READ)
def list_own_recordings(work: Work, before: Number | None = None) -> RecordingCards:
    """The recordings of the caller's conferences, newest first; administrators and applications see all."""
    found = store.list_recordings(work.db, records.whose(work), before, _PAGE + 1)
    return RecordingCards([_card(work, row) for row in found[:_PAGE]], len(found) > _PAGE)


@operation("GET", "/recordings/{recording_id}", surface="web", reach="user", scope=READ, answer="recording")
def open_recording(work: Work, recording_id: str) -> RecordingPlay:
    """One recording with the addresses that play and download it. Errors: recordingNotFound."""
    number = number_of(recording_id)
    row = None if number is None else store.find_recording(work.db, number, records.whose(work))
    if row is None:
        raise problem("recordingNotFound", recording_id=recording_id)
    card = _card(work, row)
    given = tickets.ticket(signing_key(work.db), row.id, work.now.timestamp())

    def address(name: str) -> str:
        return f"{work.links.base}/recordings/{row.id}/{name}?ticket={given}"

    there = card.state in {"beingMade", "complete"}
    spoke = row.speakers if card.state == "complete" else []
    return RecordingPlay(
        **msgspec.structs.asdict(card),
        play_url=address("index.m3u8") if there else None,
        about_url=address("about.json") if there else None,
        download_url=address("file") if card.state == "complete" else None,
        speakers=[_speaker(one, address(f"speakers/{one.file}")) for one in spoke],
        speakers_url=address(f"speakers/{LIST}") if spoke else None,
        ticket_seconds=tickets.LASTS_S,
    )


def _speaker(track: SpeakerTrack, address: str) -> SpeakerCard:
    return SpeakerCard(
        name=track.name,
        call_id=track.call_id,
        start=track.start,
        duration=track.duration,
        size=track.size,
        download_url=address,
    )


def _card(work: Work, row: RecordingRow) -> RecordingCard:
    state = _state(work, row)
    return RecordingCard(
        id=row.id,
        name=row.name,
        topic=row.topic,
        conference_id=row.conference_id,
        owner=row.owner,
        state=state,
        progress=_progress(work, row) if state == "beingMade" else None,
        created_at=int(row.created_at.timestamp()),
        seconds=_seconds(work, row) if state == "complete" else None,
        size=row.size,
    )


def _state(work: Work, row: RecordingRow) -> RecordingState:
    if row.stopped_at is None:
        return "beingMade"
    if row.deleted_at is not None:
        return "deleted"
    if not row.is_stored or work.settings.storage.url:
        return "complete"
    here = files.find_file(files.folder_of(work.data_dir, row.conference_id), row.name)
    return "outOfReach" if here is None else "complete"


def _progress(work: Work, row: RecordingRow) -> Progress:
    """How far one is that is being made."""
    made = productions.outputs_of(work.db, row.stream_id, "recording")
    output = next((one for one in reversed(made) if one.settings["recording_id"] == row.id), None)
    if output is None or output.state in {"off", "failed"}:
        return "unfinished"
    state = programme.recording_state([output])
    return "ending" if state == "off" else state


def _seconds(work: Work, row: RecordingRow) -> float | None:
    """How long a recording plays: as it is written down, or by the first bytes of an older one's file."""
    if row.seconds is not None:
        return row.seconds
    file = files.find_file(files.folder_of(work.data_dir, row.conference_id), row.name)
    if file is None:
        return None
    try:
        with file.path.open("rb") as content:
            return matroska.head(lambda begins, count: os.pread(content.fileno(), count, begins)).seconds
    except (OSError, matroska.MatroskaError):
        return None
