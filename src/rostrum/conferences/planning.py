"""When a conference starts: kept as due work, one piece for each conference with a schedule. Meetings do it."""

from __future__ import annotations

from datetime import datetime

from rostrum.api.work import Work
from rostrum.conferences import schedule
from rostrum.conferences.rules import ConferenceRow
from rostrum.conferences.schedule import NEVER, ONCE
from rostrum.jobs import store as jobs

START, STOP, ALERT = "conference.start", "conference.stop", "conference.alert"
REPLAN = "conference.replan"


def plan_start(work: Work, conference: ConferenceRow) -> None:
    """Plan the next start; what was planned before is forgotten. A one-time conference may be on already."""
    times = schedule.next_times(conference.schedule, work.now, work.zone)
    if times is None or times.end <= work.now:
        jobs.cancel(work.db, key(START, conference.id))
        return
    payload = {"conference_id": conference.id, "end": times.end.timestamp()}
    jobs.enqueue(work.db, START, payload, times.start, key=key(START, conference.id))


def plan_end(work: Work, conference: ConferenceRow, session_id: str, end: datetime) -> None:
    """Plan the end of a session, and the warning before it."""
    payload = {"conference_id": conference.id, "session_id": session_id, "end": end.timestamp()}
    jobs.enqueue(work.db, STOP, payload, end, key=key(STOP, conference.id))
    if conference.expiration_time_alert:
        due = datetime.fromtimestamp(end.timestamp() - conference.expiration_time_alert, end.tzinfo)
        jobs.enqueue(work.db, ALERT, payload, due, key=key(ALERT, conference.id))


def forget_end(work: Work, conference_id: str) -> None:
    """A session ended before its time."""
    jobs.cancel(work.db, key(STOP, conference_id))
    jobs.cancel(work.db, key(ALERT, conference_id))


def forget(work: Work, conference_id: str) -> None:
    """A conference is deleted."""
    jobs.cancel(work.db, key(START, conference_id))
    forget_end(work, conference_id)


def end_of_run(work: Work, conference: ConferenceRow) -> datetime | None:
    """When a run that begins now ends by the schedule; None: it was started outside its hours, or has none."""
    if conference.schedule.type == NEVER:
        return None
    times = schedule.current_times(conference.schedule, work.now, work.zone)
    if times is None and conference.schedule.type == ONCE:
        times = schedule.next_times(conference.schedule, work.now, work.zone)  # started before its time
    return times.end if times is not None and times.end > work.now else None


def key(kind: str, conference_id: str) -> str:
    """The key of due work of a conference."""
    return f"{kind}:{conference_id}"
