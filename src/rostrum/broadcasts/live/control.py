"""A meeting is made into live files from its first viewer on, and no longer than somebody watches."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from rostrum.api.work import Work
from rostrum.broadcasts.live import rules, store
from rostrum.broadcasts.live.wire import LiveState
from rostrum.conferences.rules import ConferenceRow
from rostrum.ids import SessionId
from rostrum.media.production import store as productions
from rostrum.media.production.store import OutputRow
from rostrum.meetings import programme


def stream_of(work: Work, session_id: str) -> OutputRow | None:
    """The stream of a session that is made, or was until it failed moments ago."""
    rows = productions.outputs_of(work.db, session_id, "live")
    failed = [row for row in rows if row.state == "failed" and row.changed_at > work.now - rules.FAILED]
    return next((row for row in rows if row.is_open), failed[-1] if failed else None)


def state_of(stream: OutputRow) -> LiveState:
    """What viewers see of a stream of a meeting that runs."""
    if stream.state == "on" and stream.address:
        return "on"
    return "busy" if stream.is_left_waiting else "starting"


def start(work: Work, conference: ConferenceRow) -> OutputRow | None:
    """Begin a stream of a running conference, in the size of its broadcasts: what both want is encoded once."""
    session_id = SessionId(conference.stream_id or "")
    settings = {"quality": programme.stream_quality(conference)}
    about = programme.about(conference, work.settings.picture)
    return productions.find_output(work.db, productions.ask(work.db, session_id, about, "live", settings, work.now))


def end_unwatched(db: Connection, now: datetime) -> None:
    """End the streams that nobody watches any more."""
    store.forget(db, now - rules.UNSEEN)
    watched = store.watched_sessions(db, now - rules.UNSEEN)
    for row in productions.open_of_kind(db, "live"):
        if row.session_id not in watched:
            productions.want(db, row.id, "off", now)
