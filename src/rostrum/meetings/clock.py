"""The clock: conferences start and end by their schedule. Each function is due work, done in its transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from rostrum.api.work import Work
from rostrum.conferences import letters, planning
from rostrum.conferences import store as conferences
from rostrum.conferences.rules import ConferenceRow
from rostrum.conferences.schedule import WEEKLY
from rostrum.ids import SessionId
from rostrum.jobs import store as jobs
from rostrum.media.commands import Tell
from rostrum.meetings import changes, control, rules


def start(work: Work, payload: Mapping[str, Any]) -> None:
    """Start a conference whose time has come, unless that time has passed meanwhile; plan a weekly one's next start.

    One that was started by hand before its time goes on and ends by the schedule. Raises ongoingConferencesLimit; the
    start is then tried again as long as it makes sense.
    """
    conference = conferences.find_conference(work.db, payload["conference_id"], to_change=True)
    if conference is None:
        return
    end = datetime.fromtimestamp(payload["end"], UTC)
    if work.now < end:
        if conference.stream_id is None:
            control.run(work, conference)
        else:
            control.plan_end(work, conference, SessionId(conference.stream_id), end)
            changes.tell_all(work, conference.stream_id)
    if conference.schedule.type == WEEKLY:
        planning.plan_start(work, conference)


def stop(work: Work, payload: Mapping[str, Any]) -> None:
    """End the session whose time is over; another run of the conference is left alone."""
    conference = _still_running(work, payload)
    if conference is not None:
        control.stop(work, conference, rules.TERM_BY_SCHEDULE)


def alert(work: Work, payload: Mapping[str, Any]) -> None:
    """Tell everybody in a session how many seconds are left."""
    conference = _still_running(work, payload)
    seconds = round(payload["end"] - work.now.timestamp())
    if conference is not None and work.media_available and seconds > 0:
        work.later(Tell(payload["session_id"], {"type": "expires", "seconds": seconds}))


def replan(work: Work, payload: Mapping[str, Any]) -> None:  # noqa: ARG001 (it concerns all of them)
    """Weekly conferences keep the time of day of their schedule in another time zone, and their reminders with it."""
    for planned in jobs.planned(work.db, planning.START, work.now):
        conference = conferences.find_conference(work.db, planned["conference_id"])
        if conference is not None and conference.schedule.type == WEEKLY:
            planning.plan_start(work, conference)
    for planned in jobs.planned(work.db, letters.REMINDER, work.now):
        conference = conferences.find_conference(work.db, planned["conference_id"])
        if conference is not None:
            letters.replan(work, conference, planned)


def _still_running(work: Work, payload: Mapping[str, Any]) -> ConferenceRow | None:
    conference = conferences.find_conference(work.db, payload["conference_id"], to_change=True)
    return conference if conference is not None and conference.stream_id == payload["session_id"] else None


DUE_WORK = {planning.START: start, planning.STOP: stop, planning.ALERT: alert, planning.REPLAN: replan}
"""Who does what."""
