"""Who may join: each reason alone, and which one is told when several apply."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rostrum.conferences import joining
from rostrum.conferences.joining import Crowd, Visitor
from rostrum.conferences.rules import ConferenceRow, ways_to_join
from rostrum.conferences.wire import ClientRights, Registration, Rights, Schedule
from rostrum.ids import ConferenceId, UserId
from rostrum.settings import FeatureSettings

NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)
OPEN = ConferenceRow(
    id=ConferenceId("c"),
    topic="t",
    owner=UserId("owner"),
    created_at=NOW,
    stream_id="s",
    participants_lock_enabled=False,
    max_participants=10,
    max_guests=5,
)
STRANGER = Visitor(user_id="user", is_invited=False, is_back=False, pin=None)
GUEST = msgspec.structs.replace(STRANGER, user_id=None)
OWNER = msgspec.structs.replace(STRANGER, user_id="owner")
NOBODY_IN = Crowd(0, 0)
OVER = Schedule(type=1, start_time=1, duration=1)
ORDER = [reason.name for reason in joining.REASONS]


def why(row: ConferenceRow, who: Visitor, crowd: Crowd = NOBODY_IN) -> str | None:
    refusal = joining.why_not(row, who, crowd, NOW)
    assert refusal is None or refusal.status == 403
    return None if refusal is None else refusal.reason


def with_(row: Any, **fields: Any) -> Any:
    return msgspec.structs.replace(row, **fields)


CASES: dict[str, tuple[dict[str, Any], dict[str, Any], Crowd]] = {
    "conferenceIsFinished": ({"stream_id": None, "schedule": OVER}, {}, NOBODY_IN),
    "conferenceNotRunning": ({"stream_id": None}, {}, NOBODY_IN),
    "browserNotAllowed": ({"join_options_enabled": True, "join_options": ["clients"]}, {}, NOBODY_IN),
    "guestsNotAllowed": ({"allow_guests": False}, {"user_id": None}, NOBODY_IN),
    "registrationNeeded": ({"registration": Registration(enabled=True)}, {}, NOBODY_IN),
    "notInvited": ({"allow_only_planned_participants": True, "allow_guests": False}, {}, NOBODY_IN),
    "refusedByHost": ({}, {"was_refused": True}, NOBODY_IN),
    "conferenceIsLocked": ({"participants_lock_enabled": True}, {}, NOBODY_IN),
    "pinRequired": ({"pin": "1234"}, {"pin": None}, NOBODY_IN),
    "pinInvalid": ({"pin": "1234"}, {"pin": "12345"}, NOBODY_IN),
    "conferenceIsFull": ({}, {}, Crowd(10, 0)),
    "tooManyGuests": ({"allow_guests": True}, {"user_id": None}, Crowd(5, 5)),
    "waitingRoomIsFull": ({}, {}, Crowd(0, 0, waiting=10, waiting_room=True)),
}


def test_every_reason_has_a_case() -> None:
    assert list(CASES) == ORDER


@pytest.mark.parametrize("name", ORDER)
def test_each_reason_alone(name: str) -> None:
    row, who, crowd = CASES[name]
    assert why(with_(OPEN, **row), with_(STRANGER, **who), crowd) == name


@pytest.mark.parametrize(("first", "second"), list(itertools.combinations(ORDER, 2)))
def test_the_earlier_reason_is_told(first: str, second: str) -> None:
    """Both at once, where both can be at once."""
    (row_1, who_1, crowd_1), (row_2, who_2, crowd_2) = CASES[first], CASES[second]
    row, who = with_(OPEN, **{**row_2, **row_1}), with_(STRANGER, **{**who_2, **who_1})
    crowd = Crowd(
        max(crowd_1.participants, crowd_2.participants),
        max(crowd_1.guests, crowd_2.guests),
        max(crowd_1.waiting, crowd_2.waiting),
        crowd_1.waiting_room or crowd_2.waiting_room,
    )
    told = why(row, who, crowd)
    assert told is not None
    assert ORDER.index(told) <= ORDER.index(first)


def test_the_door_is_open() -> None:
    assert why(OPEN, STRANGER) is None
    assert why(with_(OPEN, allow_guests=True), GUEST) is None
    assert why(with_(OPEN, pin="1234"), with_(STRANGER, pin="1234")) is None


def test_the_owner_needs_no_invitation_and_no_pin() -> None:
    closed = with_(OPEN, pin="1234", allow_only_planned_participants=True)
    assert why(closed, OWNER) is None
    assert why(closed, STRANGER) == "notInvited"


def test_who_need_not_register() -> None:
    row = with_(OPEN, registration=Registration(enabled=True), allow_guests=False)
    assert why(row, OWNER) is None
    assert why(row, with_(STRANGER, is_invited=True)) is None
    assert why(row, with_(GUEST, is_registered=True)) is None
    assert why(with_(row, registration=Registration(enabled=True, allow_users_access=True)), STRANGER) is None


def test_invited_people_need_the_pin() -> None:
    closed = with_(OPEN, pin="1234", allow_only_planned_participants=True)
    assert why(closed, with_(STRANGER, is_invited=True)) == "pinRequired"
    assert why(closed, with_(STRANGER, is_invited=True, pin="1234")) is None


def test_in_a_public_conference_everybody_with_the_link_may_come() -> None:
    public = with_(OPEN, allow_only_planned_participants=True, allow_guests=True)
    assert why(public, STRANGER) is None
    assert why(public, GUEST) is None


def test_who_is_in_may_come_back_when_it_is_full_and_locked() -> None:
    row = with_(OPEN, participants_lock_enabled=True, allow_guests=True)
    assert why(row, with_(STRANGER, is_back=True), Crowd(10, 5)) is None
    assert why(row, with_(GUEST, is_back=True), Crowd(10, 5)) is None


def test_the_last_place_is_a_place() -> None:
    assert why(OPEN, STRANGER, Crowd(9, 0)) is None
    assert why(with_(OPEN, allow_guests=True), GUEST, Crowd(4, 4)) is None
    assert why(with_(OPEN, allow_guests=True), STRANGER, Crowd(5, 5)) is None
    assert why(with_(OPEN, allow_guests=True, max_guests=0), GUEST) == "tooManyGuests"


def test_join_options_count_only_when_they_are_switched_on() -> None:
    assert why(with_(OPEN, join_options=["clients"]), STRANGER) is None


@pytest.mark.parametrize("own", [True, False])
def test_multicast_and_mcu_leave_their_ways_whatever_else_is_said(own: bool) -> None:
    every = {"join_options_enabled": own, "join_options": ["clients", "webrtc", "qr_code", "terminal"]}
    assert ways_to_join(with_(OPEN, multicast_enable=True, **every)) == {"clients", "qr_code"}
    assert ways_to_join(with_(OPEN, mcu_mode=True, **every)) == {"webrtc", "terminal"}
    assert why(with_(OPEN, multicast_enable=True, **every), STRANGER) == "browserNotAllowed"
    assert why(with_(OPEN, mcu_mode=True, **every), STRANGER) is None
    one = with_(OPEN, join_options_enabled=True, join_options=["clients"], multicast_enable=True)
    assert ways_to_join(one) == {"clients"}


def test_a_one_time_conference_that_runs_past_its_end_is_open() -> None:
    assert why(with_(OPEN, schedule=OVER), STRANGER) is None


@given(st.text(max_size=8), st.text(max_size=8))
def test_only_the_pin_opens(pin: str, given_pin: str) -> None:
    row = with_(OPEN, pin=pin or None)
    told = why(row, with_(STRANGER, pin=given_pin))
    if not pin or given_pin == pin:
        assert told is None
    else:
        assert told == ("pinInvalid" if given_pin else "pinRequired")


INVITED = with_(STRANGER, is_invited=True)
REGISTERED = with_(GUEST, is_registered=True)
BEFORE_THE_DOOR = Crowd(1, 0, waiting_room=True)


@pytest.mark.parametrize(
    ("scope", "waiting"),
    [
        ("all", [STRANGER, INVITED, GUEST, REGISTERED]),
        ("unplanned", [STRANGER, GUEST]),
        ("strangers", [GUEST, REGISTERED]),
        ("guests", [GUEST, REGISTERED]),
    ],
)
def test_whom_the_scopes_make_wait(scope: str, waiting: list[Visitor]) -> None:
    row = with_(OPEN, waiting_room_scope=scope, allow_guests=True)
    people = [STRANGER, INVITED, GUEST, REGISTERED]
    assert [one for one in people if joining.must_wait(row, one, BEFORE_THE_DOOR)] == waiting
    assert not any(joining.must_wait(row, one, NOBODY_IN) for one in people)


@pytest.mark.parametrize("who", [OWNER, with_(STRANGER, is_let_in=True), with_(STRANGER, is_back=True)])
def test_who_never_waits(who: Visitor) -> None:
    assert not joining.must_wait(OPEN, who, BEFORE_THE_DOOR)


def test_who_waits_goes_on_waiting_whatever_happens_to_the_room() -> None:
    waiting = with_(STRANGER, is_waiting=True, is_back=True)
    assert joining.must_wait(OPEN, waiting, NOBODY_IN)
    assert why(OPEN, waiting, Crowd(10, 0, waiting=10, waiting_room=True)) is None
    assert why(with_(OPEN, participants_lock_enabled=True), waiting) is None


def watching(waiting_room: bool = False, is_back: bool = False, **fields: Any) -> str | None:
    row = with_(OPEN, **{"allow_guests": True, **fields})
    refusal = joining.why_not_watch(row, FeatureSettings(), NOW, waiting_room=waiting_room, is_back=is_back)
    assert refusal is None or refusal.status == 403
    return None if refusal is None else refusal.reason


def test_whoever_could_join_as_a_guest_at_once_may_watch() -> None:
    assert watching() is None
    assert watching(stream_id=None) is None, "the page waits for the start"
    assert watching(allow_guests=False) == "guestsNotAllowed"
    assert watching(pin="1234") == "pinRequired"
    assert watching(registration=Registration(enabled=True)) == "registrationNeeded"
    assert watching(participants_lock_enabled=True) == "conferenceIsLocked"
    for right in ("audio_rcv", "video_rcv"):
        assert watching(rights=Rights(guest=ClientRights(**{right: False}))) == "hiddenFromGuests"
        assert watching(rights=Rights(user=ClientRights(**{right: False}))) is None
    assert watching(max_guests=0) == "tooManyGuests"
    assert watching(join_options_enabled=True, join_options=["clients"]) == "browserNotAllowed"


@pytest.mark.parametrize("scope", ["all", "unplanned", "strangers", "guests"])
def test_where_guests_wait_nobody_watches(scope: str) -> None:
    assert watching(waiting_room=True, waiting_room_scope=scope) == "mustWait"


def test_who_watches_already_stays_when_the_door_is_closed() -> None:
    assert watching(is_back=True, participants_lock_enabled=True) is None
    assert watching(is_back=True, waiting_room=True) is None
    assert watching(is_back=True, pin="1234") == "pinRequired"


def test_a_server_without_browsers_shows_none() -> None:
    row = with_(OPEN, allow_guests=True)
    refusal = joining.why_not_watch(row, FeatureSettings(webrtc=False), NOW, waiting_room=False)
    assert refusal is not None
    assert refusal.reason == "browserNotAllowed"
