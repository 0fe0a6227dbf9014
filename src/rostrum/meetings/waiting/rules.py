"""Decisions about the waiting room: values in, values out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from rostrum.conferences.rules import ConferenceRow
from rostrum.meetings.rules import LEFT_REMOVED, ParticipationRow

BEAT = timedelta(seconds=20)
"""How often the line of somebody who waits tells that it is there."""
_GRACE = timedelta(seconds=25)
"""How long somebody without a line keeps the place, so that a reload does not lose it."""
_REFUSED_FOR = timedelta(seconds=60)


def left_line(now: datetime) -> datetime:
    """When somebody counts as last seen whose line ends now: the place lives for the grace alone."""
    return now - BEAT


def is_gone(place: ParticipationRow, now: datetime) -> bool:
    """Whether the page of somebody who waits is gone for good."""
    return place.waiting_seen is not None and now - place.waiting_seen > BEAT + _GRACE


def was_let_in(last: ParticipationRow | None) -> bool:
    """Whether somebody was in this session, was not put out, and so does not wait again."""
    return last is not None and not last.waits and last.leave_reason != LEFT_REMOVED


def was_refused(last: ParticipationRow | None, now: datetime) -> bool:
    """Whether a moderator has just sent somebody away; a minute later one may knock again."""
    if last is None or not last.waits or last.leave_reason != LEFT_REMOVED or last.leave_time is None:
        return False
    return now - last.leave_time < _REFUSED_FOR


def who_fits(
    conference: ConferenceRow, people: Sequence[ParticipationRow], wanted: Sequence[ParticipationRow]
) -> list[ParticipationRow]:
    """Of those who are to be let in, the ones for whom there is room, in their order."""
    room = conference.max_participants - len(people)
    room_for_guests = conference.max_guests - sum(one.user_id is None for one in people)
    found = []
    for one in wanted:
        is_guest = one.user_id is None
        if room > 0 and (not is_guest or room_for_guests > 0):
            found.append(one)
            room -= 1
            room_for_guests -= is_guest
    return found
