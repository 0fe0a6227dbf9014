"""Decisions about hands and the podium: values in, values or an error out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from rostrum.api.errors import problem, refused
from rostrum.conferences.rules import ROLE_BASED, ConferenceRow
from rostrum.meetings.rules import (
    ASKED_SPEAKER,
    INVITED_SPEAKER,
    LEFT_ALONE,
    LISTENER,
    REMARK,
    SPEAKERS,
    ParticipationRow,
    Role,
)

ANSWER_WITHIN = timedelta(seconds=30)
"""How long an invitation to the podium is open."""
_ON_ITS_WAY = timedelta(seconds=2)
"""An answer given in the last moment still counts when it arrives."""

_RELOAD = timedelta(seconds=25)

GIVES_WAY_AFTER = timedelta(seconds=10)
"""How long a speaker of a smart meeting must have been silent before somebody else may take the place."""
SILENT_FOR = timedelta(seconds=60)
"""How long a speaker of a smart meeting may be silent before leaving the podium."""


def check_podium(conference: ConferenceRow) -> None:
    """Only the role-based mode has a podium. Raises podiumNotUsed."""
    if conference.type != ROLE_BASED:
        raise refused("podiumNotUsed", "There is no podium in a conference of this mode.", 400)


def check_free(conference: ConferenceRow, people: Sequence[ParticipationRow]) -> None:
    """Raise podiumIsFull when all places are taken. Hosts speak without taking one."""
    if len(speakers(people)) >= conference.max_podiums:
        raise refused("podiumIsFull", "All places on the podium are taken.", 400)


def speakers(people: Sequence[ParticipationRow]) -> list[ParticipationRow]:
    """Who stands on the podium."""
    return [one for one in people if one.role in SPEAKERS]


def role_on_podium(place: ParticipationRow) -> Role:
    """3 for whoever asked, 4 for whoever was invited."""
    return INVITED_SPEAKER if place.hand_at is None else ASKED_SPEAKER


def kept_role(
    conference: ConferenceRow, people: Sequence[ParticipationRow], last: ParticipationRow | None, now: datetime
) -> Role | None:
    """The role of a speaker who comes back after a reload and whose place on the podium nobody has taken; else None.

    Whose voice opened the podium of a smart meeting only has to speak again.
    """
    if (
        last is None
        or last.spoke_at is not None
        or last.role not in SPEAKERS
        or last.leave_reason != LEFT_ALONE
        or last.leave_time is None
    ):
        return None
    is_free = len(speakers(people)) < conference.max_podiums
    return last.role if is_free and now - last.leave_time <= _RELOAD else None


def may_be_put(place: ParticipationRow) -> bool:
    """Only listeners are put on the podium: hosts need it not, speakers are there."""
    return place.role in {LISTENER, REMARK}


def check_answer(place: ParticipationRow, now: datetime) -> None:
    """Raise podiumInvitationExpired when there is no open invitation."""
    if place.invited_at is None or now - place.invited_at > ANSWER_WITHIN + _ON_ITS_WAY:
        raise refused("podiumInvitationExpired", "The invitation to the podium is no longer open.", 400)


def check_remark(conference: ConferenceRow, place: ParticipationRow) -> None:
    """Raise an error when somebody may not speak without the podium."""
    if conference.type != ROLE_BASED:
        raise refused("audioRemarksUnavailable", "Audio remarks belong to the role-based mode.", 400)
    if conference.disable_audio_remarks:
        raise refused("audioRemarksDisabled", "Audio remarks are switched off in this conference.")
    if not _may_speak(conference, place):
        raise problem("forbidden")


def is_smart(conference: ConferenceRow) -> bool:
    """Whether whoever speaks is on the podium without being asked to it."""
    return conference.type == ROLE_BASED and bool(conference.vad_selector)


def has_voice(conference: ConferenceRow, place: ParticipationRow) -> bool:
    """Whether somebody's voice opens the podium."""
    return is_smart(conference) and _may_speak(conference, place)


def gives_way(
    conference: ConferenceRow, people: Sequence[ParticipationRow], now: datetime
) -> tuple[bool, ParticipationRow | None]:
    """Whether there is a place for a new voice, and who has to leave for it: the one who was silent longest.

    Whoever stands there without having spoken was put there by a moderator, and stays.
    """
    there = speakers(people)
    if len(there) < conference.max_podiums:
        return True, None
    silent = [one for one in there if one.spoke_at is not None and now - one.spoke_at >= GIVES_WAY_AFTER]
    if not silent:
        return False, None
    return True, min(silent, key=lambda one: (one.spoke_at, one.number))


def is_silent(place: ParticipationRow, now: datetime) -> bool:
    """Whether a speaker of a smart meeting has to leave the podium."""
    return place.role in SPEAKERS and place.spoke_at is not None and now - place.spoke_at >= SILENT_FOR


def _may_speak(conference: ConferenceRow, place: ParticipationRow) -> bool:
    audience = conference.rights.guest if place.user_id is None else conference.rights.user
    return audience.audio_send
