"""Wanting a recording, its pause and its end. A worker does it; `stream_recording_state` says what is really so."""

from __future__ import annotations

from rostrum.api.work import Work
from rostrum.conferences.rules import ConferenceRow
from rostrum.ids import SessionId, uid
from rostrum.media.production import store as productions
from rostrum.media.production.store import OutputRow, WantedState
from rostrum.meetings import changes, programme
from rostrum.recordings import rules, store


def start(work: Work, conference: ConferenceRow) -> None:
    """Begin to record, or go on after a pause; one that is made already is left alone."""
    session_id = SessionId(conference.stream_id or "")
    current = _current(work, session_id)
    if current is not None:
        _want(work, current, "on")
        return
    name = rules.file_name(conference.id, work.now, store.names_of_conference(work.db, conference.id))
    number = store.insert_recording(
        work.db,
        stream_id=session_id,
        conference_id=conference.id,
        name=name,
        topic=conference.topic,
        owner=uid(conference.owner, work.server),
        is_public=conference.allow_guests,
        created_at=work.now,
    )
    settings = {"recording_id": number, "name": name, "quality": programme.record_quality(conference)}
    about = programme.about(conference, work.settings.picture)
    productions.ask(work.db, session_id, about, "recording", settings, work.now)
    changes.tell_all(work, session_id)


def pause(work: Work, conference: ConferenceRow) -> None:
    """Pause a recording; what is said meanwhile is not in it. Without a recording nothing happens."""
    current = _current(work, SessionId(conference.stream_id or ""))
    if current is not None:
        _want(work, current, "paused")


def stop(work: Work, conference: ConferenceRow) -> None:
    """End a recording; its file appears when it is complete. Without a recording nothing happens."""
    current = _current(work, SessionId(conference.stream_id or ""))
    if current is not None:
        _want(work, current, "off")


def _current(work: Work, session_id: SessionId) -> OutputRow | None:
    """The recording that is being made."""
    return programme.recording_of(productions.outputs_of(work.db, session_id, "recording"))


def _want(work: Work, current: OutputRow, wanted: WantedState) -> None:
    productions.want(work.db, current.id, wanted, work.now)
    changes.tell_all(work, current.session_id)
