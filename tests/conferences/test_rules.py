"""Conference rules: values in, values or an error out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rostrum.api.errors import ApiError
from rostrum.conferences import multicast, rules
from rostrum.conferences.rules import ConferenceRow, InvitationRow
from rostrum.conferences.wire import ClientRights, InvitationGiven
from rostrum.ids import ConferenceId, UserId
from rostrum.settings import FeatureSettings, LimitSettings

NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)
LIMITS = LimitSettings(
    participants_all_on_screen=20, participants_lecture=50, participants_role_based=40, podiums=6, guests=30
)
OWNER = UserId("owner")


def new(limits: LimitSettings = LIMITS, **body: Any) -> ConferenceRow:
    given_body = {"topic": "t", "owner": "owner"} | body
    row = rules.new_conference(given_body, ConferenceId("c"), OWNER, NOW, limits)
    rules.check(row, given_body, FeatureSettings())
    return row


def changed(row: ConferenceRow, limits: LimitSettings = LIMITS, **body: Any) -> ConferenceRow:
    after = rules.changed(row, body, row.owner, NOW, limits)
    rules.check(after, body, FeatureSettings())
    return after


def refused(call: Any, *args: Any, **given_body: Any) -> tuple[str, list[Any]]:
    with pytest.raises(ApiError) as caught:
        call(*args, **given_body)
    assert caught.value.status == 400
    return caught.value.reason, [one.location for one in caught.value.details]


@pytest.mark.parametrize(("mode", "most", "podiums"), [(0, 20, 20), (1, 50, 1), (3, 40, 6)])
def test_limits_follow_the_mode(mode: int, most: int, podiums: int) -> None:
    row = new(type=mode)
    assert (row.max_participants, row.max_podiums, row.max_guests) == (most, podiums, 30)
    assert refused(new, type=mode, max_participants=most + 1) == ("invalidParameter", ["max_participants"])
    assert new(type=mode, max_participants=most).max_participants == most


@given(st.sampled_from([0, 1, 3]), st.integers(1, 60), st.integers(1, 60), st.sampled_from([0, 1, 3]))
def test_podiums_and_participants_fit_whatever_is_asked(mode: int, people: int, podiums: int, later: int) -> None:
    try:
        row = new(type=mode, max_participants=people, max_podiums=podiums)
        row = changed(row, type=later)
    except ApiError as error:
        assert error.details[0].location in {"max_participants", "max_podiums"}  # noqa: PT017
        return
    assert 1 <= row.max_podiums <= row.max_participants <= rules.most_participants(row.type, LIMITS)
    if later == rules.ALL_ON_SCREEN:
        assert row.max_podiums == row.max_participants
    if later == rules.LECTURE:
        assert row.max_podiums == 1


def test_podiums_of_a_role_based_conference() -> None:
    assert new(type=3, max_podiums=4).max_podiums == 4
    assert refused(new, type=3, max_podiums=7) == ("invalidParameter", ["max_podiums"])
    assert refused(new, type=3, max_participants=5, max_podiums=6) == ("invalidParameter", ["max_podiums"])
    small = changed(new(type=3, max_podiums=6), max_participants=3)
    assert small.max_podiums == 3


def test_guests_are_limited() -> None:
    assert new(max_guests=0).max_guests == 0
    assert refused(new, max_guests=31) == ("invalidParameter", ["max_guests"])


def test_lower_limits_of_the_server_do_not_lock_old_conferences() -> None:
    """Who did not touch the number is not told that it is wrong; it follows the new limit."""
    row = new(type=3, max_participants=40, max_podiums=6, max_guests=30)
    lower = msgspec.structs.replace(LIMITS, participants_role_based=10, podiums=2, guests=3)
    after = changed(row, lower, topic="New")
    assert (after.max_participants, after.max_podiums, after.max_guests) == (10, 2, 3)
    assert refused(changed, row, lower, max_guests=4) == ("invalidParameter", ["max_guests"])
    assert refused(changed, row, lower, max_participants=11) == ("invalidParameter", ["max_participants"])


def test_nested_objects_are_merged() -> None:
    row = new(rights={"guest": {"chat_send": False}}, transcoding={"mixer_max_framerate": 60})
    assert row.rights.guest == msgspec.structs.replace(ClientRights(recording=False), chat_send=False)
    assert row.rights.user == ClientRights()
    after = changed(row, rights={"user": {"audio_send": False}}, participant_restrictions={"video_quality": "360p"})
    assert not after.rights.guest.chat_send
    assert not after.rights.user.audio_send
    assert after.transcoding.mixer_max_framerate == 60
    assert after.participant_restrictions.video_quality == "360p"
    assert after.participant_restrictions.framerate_video_limit == 30
    assert row.rights.user.audio_send, "the row before stays what it was"


def test_the_two_flags_of_v3_are_rights_of_guests() -> None:
    row = new(allow_guests_message=False, allow_guests_audio_video=False)
    guest = row.rights.guest
    assert (guest.chat_send, guest.audio_send, guest.video_send) == (False, False, False)
    assert guest.chat_rcv
    assert changed(row, allow_guests_message=True).rights.guest.chat_send


def test_an_empty_pin_is_none() -> None:
    assert new(pin="1").pin == "1"
    assert changed(new(pin="1"), pin="").pin is None
    assert changed(new(pin="1"), pin=None).pin is None


def test_registration_and_pin_exclude_each_other_in_either_order() -> None:
    assert refused(new, pin="1", registration={"enabled": True}) == ("invalidParameter", ["pin"])
    assert refused(changed, new(pin="1"), registration={"enabled": True}) == ("invalidParameter", ["pin"])
    assert refused(changed, new(registration={"enabled": True}), pin="1") == ("invalidParameter", ["pin"])
    assert changed(new(pin="1"), registration={"enabled": True}, pin=None).registration.enabled


def test_registration_ends_after_its_start() -> None:
    assert new(registration={"start_at": 5, "end_at": "6"}).registration.start_at == "5"
    reason = refused(new, registration={"start_at": "7", "end_at": "6"})
    assert reason == ("invalidParameter", ["registration.start_at"])
    assert refused(changed, new(registration={"start_at": "7"}), registration={"end_at": 6})[1] == [
        "registration.start_at"
    ]
    assert new(registration={"start_at": "99", "end_at": "100"}).registration.end_at == "100", "numbers, not text"


def test_multicast_and_mcu() -> None:
    assert refused(new, mcu_mode=True, multicast_enable=True)[0] == "mcuModeUnavailableWhenMulticastIsEnabled"
    mixed = new(mcu_mode=True)
    assert set(mixed.join_options) == {"webrtc", "terminal"}
    assert refused(changed, mixed, multicast_enable=True)[0] == "mcuModeUnavailableWhenMulticastIsEnabled"
    assert refused(changed, mixed, join_options=["clients"])[0] == "joinOptionsNotEditableInMcuMode"
    assert changed(mixed, join_options=["terminal", "webrtc"]).mcu_mode
    assert changed(mixed, mcu_mode=False, multicast_enable=True).multicast_enable


@pytest.mark.parametrize(
    "address",
    [
        "239.1.2.3",
        "239.1.2.3:5004",
        "224.0.1.224",
        "ff15::1",
        "[ff15::1]:5004",
        "ff05::2",
        "ff3e::1",
        "ff03::1",
        "",
        None,
    ],
)
def test_addresses_that_multicast_goes_to(address: str | None) -> None:
    assert new(multicast_enable=True, multicast_address=address).multicast_address == (address or None)


@pytest.mark.parametrize(
    "address",
    [
        "10.1.2.3",
        "224.0.0.1",
        "239.1.2.3:0",
        "239.1.2.3:x",
        "239.1.2.3:65536",
        "group.test",
        "239.1.2.3/8",
        "ff02::1",
        "[ff02::1]:5004",
        "ff01::1",
        "ff00::1",
        "ff12::7",
        "ff31::7",
    ],
)
def test_addresses_that_multicast_does_not_go_to(address: str) -> None:
    """The page names no form (decision: a multicast address, with a port or without)."""
    assert refused(new, multicast_enable=True, multicast_address=address) == ("invalidParameter", ["multicast_address"])


def test_a_conference_without_an_address_has_one_of_its_id() -> None:
    assert multicast.group_of("1234567890") == multicast.group_of("1234567890") != multicast.group_of("1234567891")
    assert multicast.refusal(multicast.group_of("1234567890")) is None
    assert multicast.destination("239.1.2.3") == "239.1.2.3:1234"
    assert multicast.destination("ff15::1") == "[ff15::1]:1234"


def test_multicast_leaves_the_options_that_can_receive_it() -> None:
    assert new(multicast_enable=True).join_options == ["clients", "qr_code"]
    assert refused(new, multicast_enable=True, join_options=["webrtc"])[0] == (
        "joinOptionsNotAllowedWhenMulticastIsEnabled"
    )
    assert refused(changed, new(multicast_enable=True), join_options=["clients", "terminal"])[0] == (
        "joinOptionsNotAllowedWhenMulticastIsEnabled"
    )


@pytest.mark.parametrize(("option", "feature"), [("terminal", "terminals"), ("webrtc", "webrtc")])
def test_join_options_that_the_server_does_not_offer(option: str, feature: str) -> None:
    features = FeatureSettings(**{feature: False})
    body = {"topic": "t", "owner": "owner", "join_options": [option]}
    row = rules.new_conference(body, ConferenceId("c"), OWNER, NOW, LIMITS)
    assert refused(rules.check, row, body, features) == ("joinOptionsNotAllowedByLicense", ["join_options"])
    plain = {"topic": "t", "owner": "owner"}
    rules.check(rules.new_conference(plain, ConferenceId("c"), OWNER, NOW, LIMITS), plain, features)


def invitation(identity: str, kind: str = "user") -> InvitationRow:
    return InvitationRow(identity, identity, kind)  # type: ignore[arg-type]


def test_invitations() -> None:
    row = new(max_participants=3, max_guests=1)
    owner, user, guest = invitation("owner"), invitation("user"), invitation("g@x", "custom")
    rules.check_invitations(row, [owner, user, guest], LIMITS)
    more = [owner, user, guest, invitation("b")]
    assert refused(rules.check_invitations, row, more, LIMITS)[0] == "conferenceMaxInvitationsLimit"
    guests = [owner, guest, invitation("h@x", "custom")]
    assert refused(rules.check_invitations, row, guests, LIMITS)[0] == "maxGuestsLimitReached"
    assert refused(rules.check_invitations, row, [user], LIMITS)[0] == "conferenceOwnerNotInInvitationsList"
    assert refused(rules.check_invitations, row, [], LIMITS)[0] == "conferenceOwnerNotInInvitationsList"


def test_invitations_in_one_form() -> None:
    assert rules.invited(["a", InvitationGiven(id="b")]) == [InvitationGiven(id="a"), InvitationGiven(id="b")]


def test_a_running_conference() -> None:
    row = msgspec.structs.replace(new(), stream_id="s")
    rules.check_field_changes_while_running(row, {"description": "x"})
    rules.check_field_changes_while_running(row, {})
    reason = refused(rules.check_field_changes_while_running, row, {"description": "x", "pin": None})
    assert reason == ("conferenceFieldUnavailableForChange", ["pin"])
    assert refused(rules.check_not_running, row)[0] == "conferenceUnavailableForChange"
    rules.check_not_running(new())
    rules.check_field_changes_while_running(new(), {"topic": "x"})


def test_nobody_changes_who_it_is() -> None:
    row = changed(new(), id="other", owner="other", created_at=0, stream_id="x")
    assert (row.id, row.owner) == ("c", "owner")
