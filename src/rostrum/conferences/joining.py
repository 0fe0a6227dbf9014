"""Who may join a running conference: one function with one table of reasons."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

from msgspec import Struct

from rostrum.api.errors import ApiError, refused
from rostrum.conferences import schedule
from rostrum.conferences.rules import ConferenceRow, ways_to_join
from rostrum.settings import FeatureSettings


class Visitor(Struct, frozen=True, kw_only=True):
    """Somebody at the door."""

    user_id: str | None
    """None: a guest."""
    is_invited: bool
    is_registered: bool = False
    is_called: bool = False
    """Somebody who may has called this person into the session; neither list, lock nor PIN stand in the way then."""
    is_back: bool
    """The person has a place in the session already, or in its waiting room."""
    is_let_in: bool = False
    """The person moderates, or was in this session before: no waiting."""
    is_waiting: bool = False
    """The person has a place in the waiting room."""
    was_refused: bool = False
    """A moderator sent the person away from the waiting room, moments ago."""
    pin: str | None
    browsers_allowed: bool = True
    """The server offers joining from a browser at all."""


class Crowd(Struct, frozen=True):
    """Who is in, and how many wait. `waiting_room` says whether the door leads into the waiting room at present."""

    participants: int
    guests: int
    waiting: int = 0
    waiting_room: bool = False


class Reason(Struct, frozen=True):
    """Why somebody cannot join: the program's name, plain words, and when it applies."""

    name: str
    words: str
    applies: Callable[[ConferenceRow, Visitor, Crowd, datetime], bool]


def _is_owner(row: ConferenceRow, who: Visitor) -> bool:
    return who.user_id == row.owner


def _not_invited(row: ConferenceRow, who: Visitor) -> bool:
    # The page exempts public conferences: there everybody with the link may come.
    return row.allow_only_planned_participants and not row.allow_guests and not who.is_invited and not who.is_called


def must_register(row: ConferenceRow, who: Visitor) -> bool:
    """Whether somebody can join only after registering."""
    if not row.registration.enabled or who.is_registered or who.is_invited or who.is_called:
        return False
    return not _is_owner(row, who) and (who.user_id is None or not row.registration.allow_users_access)


def shows_code(row: ConferenceRow, features: FeatureSettings) -> bool:
    """Whether the way in may be shown as a QR code: where that is one of the ways, and a phone that follows it gets
    in, which it does with its browser.
    """
    return features.webrtc and {"qr_code", "webrtc"} <= ways_to_join(row)


def _needs_pin(row: ConferenceRow, who: Visitor) -> bool:
    return row.pin is not None and not _is_owner(row, who) and not who.is_called


def _pin_given(row: ConferenceRow, who: Visitor) -> bool:
    return secrets.compare_digest((who.pin or "").encode(), (row.pin or "").encode())


_WAITS: dict[str, Callable[[Visitor], bool]] = {
    "all": lambda _who: True,
    "unplanned": lambda who: not who.is_invited and not who.is_registered,
    # Nobody of another server can come from a browser, so whoever is strange here is a guest too.
    "strangers": lambda who: who.user_id is None,
    "guests": lambda who: who.user_id is None,
}
"""Whom each `waiting_room_scope` makes wait: everybody, whoever is not planned, whoever has no account here."""


def must_wait(row: ConferenceRow, who: Visitor, crowd: Crowd) -> bool:
    """Whether somebody who may join waits until a moderator opens.

    The owner, operators and moderators never do, nor does anybody who was in already or is called in.
    """
    if who.is_called or who.is_let_in or _is_owner(row, who):
        return False
    if who.is_waiting:
        return True
    if not crowd.waiting_room or who.is_back:
        return False
    return _WAITS[row.waiting_room_scope](who)


_NOT_NOW = {"conferenceIsFinished", "conferenceNotRunning"}
"""Reasons that time takes away; who wants to watch waits for that on the page."""

REASONS = (
    Reason(
        "conferenceIsFinished",
        "This conference is over.",
        lambda row, _who, _crowd, now: not row.running and schedule.is_over(row.schedule, now),
    ),
    Reason(
        "conferenceNotRunning",
        "This conference has not started yet.",
        lambda row, _who, _crowd, _now: not row.running,
    ),
    Reason(
        "browserNotAllowed",
        "This conference cannot be joined from a browser.",
        lambda row, who, _crowd, _now: not who.browsers_allowed or "webrtc" not in ways_to_join(row),
    ),
    Reason(
        "guestsNotAllowed",
        "Guests cannot join this conference. Sign in to join.",
        lambda row, who, _crowd, _now: who.user_id is None and not row.allow_guests and not who.is_registered,
    ),
    Reason(
        "registrationNeeded",
        "Register to join this conference.",
        lambda row, who, _crowd, _now: must_register(row, who),
    ),
    Reason(
        "notInvited",
        "Only invited people can join this conference.",
        lambda row, who, _crowd, _now: not _is_owner(row, who) and _not_invited(row, who),
    ),
    Reason(
        "refusedByHost",
        "The host does not let you in.",
        lambda _row, who, _crowd, _now: who.was_refused,
    ),
    Reason(
        "conferenceIsLocked",
        "The host has closed this conference for newcomers.",
        lambda row, who, _crowd, _now: bool(row.participants_lock_enabled) and not who.is_back and not who.is_called,
    ),
    Reason(
        "pinRequired",
        "This conference needs a PIN.",
        lambda row, who, _crowd, _now: _needs_pin(row, who) and not who.pin,
    ),
    Reason(
        "pinInvalid",
        "The PIN is not right.",
        lambda row, who, _crowd, _now: _needs_pin(row, who) and not _pin_given(row, who),
    ),
    Reason(
        "conferenceIsFull",
        "All places in this conference are taken.",
        lambda row, who, crowd, _now: not who.is_back and crowd.participants >= row.max_participants,
    ),
    Reason(
        "tooManyGuests",
        "All places for guests are taken.",
        lambda row, who, crowd, _now: who.user_id is None and not who.is_back and crowd.guests >= row.max_guests,
    ),
    Reason(
        "waitingRoomIsFull",
        "Too many people are waiting to be let in. Try again later.",
        lambda row, who, crowd, _now: (
            must_wait(row, who, crowd) and not who.is_waiting and crowd.waiting >= row.max_participants
        ),
    ),
)
"""Checked in this order; the first that applies is the answer."""


def why_not(row: ConferenceRow, who: Visitor, crowd: Crowd, now: datetime) -> ApiError | None:
    """The first reason why somebody cannot join; None: the door is open."""
    for reason in REASONS:
        if reason.applies(row, who, crowd, now):
            return refused(reason.name, reason.words)
    return None


def why_not_watch(
    row: ConferenceRow, features: FeatureSettings, now: datetime, *, waiting_room: bool, is_back: bool = False
) -> ApiError | None:
    """Why a conference cannot be watched from outside; None: whoever comes as a guest could join it at once.

    Whether it runs does not matter here, nor how many are in it: viewers take no places.
    """
    who = Visitor(user_id=None, is_invited=False, is_back=is_back, pin=None, browsers_allowed=features.webrtc)
    crowd = Crowd(0, 0, waiting_room=waiting_room)
    for reason in REASONS:
        if reason.name not in _NOT_NOW and reason.applies(row, who, crowd, now):
            return refused(reason.name, reason.words)
    if must_wait(row, who, crowd):
        return refused("mustWait", "Guests wait here until the host lets them in. Join to wait with them.")
    if not (row.rights.guest.audio_rcv and row.rights.guest.video_rcv):
        return refused("hiddenFromGuests", "Guests do not see and hear everybody in this conference.")
    return None
