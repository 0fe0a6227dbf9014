"""Hands, the podium and its places, audio remarks, the smart meeting."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from rostrum.api.work import Work
from rostrum.conferences.rules import ConferenceRow
from rostrum.conferences.wire import ClientRights
from rostrum.ids import ConferenceId, ParticipantId, SessionId, UserId
from rostrum.media.commands import Tell, TellChanged, UpdateParticipant
from rostrum.meetings import store
from rostrum.meetings.podium import control, operations, rules
from rostrum.meetings.podium.pace import Pace
from rostrum.meetings.rules import ParticipationRow
from tests.support.api import Api
from tests.support.meeting import KEYS, WrittenEngine, join, quoted, reason, seen
from tests.support.moderating import Moderated

NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)
SMART = ConferenceRow(
    id=ConferenceId("c"), topic="t", owner=UserId("o"), created_at=NOW, type=3, vad_selector=1, max_podiums=2
)


def speaker(number: int, silent_seconds: float | None) -> ParticipationRow:
    return ParticipationRow(
        number=number,
        session_id=SessionId("s"),
        participant_id=ParticipantId(str(number)),
        user_id=None,
        display_name="",
        role=4,
        is_owner=False,
        rights=ClientRights(),
        token_hash="",
        admitted_at=NOW,
        spoke_at=None if silent_seconds is None else NOW - timedelta(seconds=silent_seconds),
    )


@pytest.mark.parametrize(
    ("people", "is_room", "leaving"),
    [
        ([], True, None),
        ([speaker(1, 99)], True, None),
        ([speaker(1, 3), speaker(2, 9)], False, None),
        ([speaker(1, 12), speaker(2, 30)], True, 2),
        ([speaker(1, None), speaker(2, 30)], True, 2),
        ([speaker(1, None), speaker(2, None)], False, None),
    ],
)
def test_whom_a_new_voice_replaces(people: list[ParticipationRow], is_room: bool, leaving: int | None) -> None:
    found, who = rules.gives_way(SMART, people, NOW)
    assert (found, who.number if who else None) == (is_room, leaving)


def test_when_a_speaker_is_silent() -> None:
    assert rules.is_silent(speaker(1, 60), NOW)
    assert not rules.is_silent(speaker(1, 59), NOW)
    assert not rules.is_silent(speaker(1, None), NOW)
    assert not rules.is_silent(msgspec.structs.replace(speaker(1, 60), role=2), NOW)


@pytest.fixture
def room(hall: Api, engine: WrittenEngine) -> Moderated:
    """A role-based meeting with one place on the podium."""
    return Moderated(hall, type=3, max_podiums=1)


def due(hall: Api, work: Any, payload: dict[str, Any], after: timedelta, since: datetime | None = None) -> None:
    """Due work, done when its time has come: so long after a moment, or after now."""
    now = (since or datetime.now(UTC)) + after
    hall.run(lambda db: work(Work(db, now, hall.settings, engine_keys=KEYS), payload))


def test_who_raises_a_hand_is_put_on_the_podium_at_once(room: Moderated, engine: WrittenEngine) -> None:
    ann = room.come(name="Ann")
    assert ann["role"] == 1
    room.do(ann, "PUT", "hand", raised=True)
    (hand,) = room.state(ann)["hands"]
    assert hand["participant_id"] == ann["participant_id"]
    mirrored = engine.taken(UpdateParticipant)[-1]
    assert mirrored.attributes == {"role": "1", "is_owner": "0", "hand": str(hand["since"]), "receives": ""}
    assert mirrored.grants.sources == ()
    room.do(room.host, "POST", "podium", participant_id=ann["participant_id"])
    mirrored = engine.taken(UpdateParticipant)[-1]
    assert mirrored.attributes == {"role": "3", "is_owner": "0", "hand": "", "receives": ""}
    assert mirrored.grants.sources == ("camera", "microphone", "screen_share", "screen_share_audio")
    told = next(one for one in engine.taken(Tell) if one.message["type"] == "role")
    assert told.to == [ann["participant_id"]]
    assert (told.message["role"], told.message["rights"]["audio_send"]) == (3, True)
    assert engine.taken(TellChanged)
    assert room.state()["podium"] == {"places": 1, "taken": [ann["participant_id"]]}
    assert room.state()["hands"] == []
    assert room.roles()[ann["participant_id"]] == 3
    room.do(ann, "DELETE", f"podium/{quoted(ann['participant_id'])}")
    assert room.roles()[ann["participant_id"]] == 1
    assert engine.taken(UpdateParticipant)[-1].grants.sources == ()


def test_hands_stand_in_the_order_of_raising(room: Moderated) -> None:
    people = [room.come(name=name) for name in ("Ann", "Bob", "Cid")]
    for one in (people[2], people[0], people[1]):
        room.do(one, "PUT", "hand", raised=True)
    room.do(people[0], "PUT", "hand", raised=True)
    shown = [one["participant_id"] for one in room.state()["hands"]]
    assert shown == [people[number]["participant_id"] for number in (2, 0, 1)]
    room.do(people[0], "PUT", "hand", raised=False)
    room.do(room.host, "PUT", "hand", raised=False, participant_id=people[2]["participant_id"])
    assert [one["participant_id"] for one in room.state()["hands"]] == [people[1]["participant_id"]]
    for raised in (True, False):
        other = people[1]["participant_id"]
        answer = room.ask(people[0], "PUT", "hand", raised=raised, participant_id=other)
        assert reason(answer) == (403, "forbidden")


def test_others_are_invited_and_answer(room: Moderated, engine: WrittenEngine) -> None:
    bob = room.come(token=room.member_token)
    room.do(room.host, "POST", "podium", participant_id=bob["participant_id"])
    (asked,) = (one for one in engine.taken(Tell) if one.message["type"] == "podiumInvitation")
    assert (asked.to, asked.message["seconds"]) == ([bob["participant_id"]], 30)
    assert room.state(bob)["podium_invited"] is True
    assert room.state()["podium_invited"] is False
    room.do(bob, "PUT", "podium/answer", accept=False)
    assert (room.roles()[bob["participant_id"]], room.state(bob)["podium_invited"]) == (1, False)
    assert reason(room.ask(bob, "PUT", "podium/answer", accept=True)) == (400, "podiumInvitationExpired")
    room.do(room.host, "POST", "podium", participant_id=bob["participant_id"])
    room.do(bob, "PUT", "podium/answer", accept=True)
    own, told = room.state(bob)["own"], engine.taken(Tell)[-1].message
    assert own == {name: told[name] for name in ("role", "rights", "changed_at")}
    assert room.roles()[bob["participant_id"]] == 4
    assert room.state(bob)["podium_invited"] is False


def test_who_does_not_answer_has_declined(room: Moderated, hall: Api) -> None:
    bob = room.come(token=room.member_token)
    for late in (False, True):
        room.do(room.host, "POST", "podium", participant_id=bob["participant_id"])
        place = hall.run(lambda db: store.find_present(db, room.session, bob["participant_id"]))
        payload = {
            "session_id": room.session,
            "participant_id": bob["participant_id"],
            "invited_at": place.invited_at.timestamp() - (0 if late else 1),
        }
        due(hall, control.unanswered, payload, timedelta(seconds=31))
        assert room.state(bob)["podium_invited"] is not late, "an older invitation's end ends no newer one"


def test_force_asks_nobody(room: Moderated) -> None:
    bob = room.come(token=room.member_token)
    room.do(room.host, "POST", "podium", participant_id=bob["participant_id"], force=True)
    assert room.roles()[bob["participant_id"]] == 4


def test_a_full_podium(room: Moderated) -> None:
    ann, bob = room.come(name="Ann"), room.come(token=room.member_token)
    room.do(room.host, "POST", "podium", participant_id=bob["participant_id"])
    room.do(room.host, "POST", "podium", participant_id=ann["participant_id"], force=True)
    assert reason(room.ask(bob, "PUT", "podium/answer", accept=True)) == (400, "podiumIsFull")
    full = room.ask(room.host, "POST", "podium", participant_id=bob["participant_id"], force=True)
    assert reason(full) == (400, "podiumIsFull")
    room.do(room.host, "POST", "podium", participant_id=ann["participant_id"])
    room.do(room.host, "DELETE", f"podium/{quoted(ann['participant_id'])}")
    room.do(bob, "PUT", "podium/answer", accept=True)
    assert room.state()["podium"]["taken"] == [bob["participant_id"]]


def test_only_moderators_manage_the_podium(room: Moderated) -> None:
    ann, bob = room.come(name="Ann"), room.come(token=room.member_token)
    assert reason(room.ask(bob, "POST", "podium", participant_id=ann["participant_id"])) == (403, "forbidden")
    assert reason(room.ask(bob, "DELETE", f"podium/{quoted(ann['participant_id'])}")) == (403, "forbidden")
    unknown = room.ask(room.host, "POST", "podium", participant_id="nobody")
    assert reason(unknown) == (404, "participantNotFound")


def test_other_modes_have_no_podium(hall: Api, engine: WrittenEngine) -> None:
    room = Moderated(hall)
    bob = room.come(token=room.member_token)
    answer = room.ask(room.host, "POST", "podium", participant_id=bob["participant_id"])
    assert reason(answer) == (400, "podiumNotUsed")
    assert room.state()["podium"] == {"places": 0, "taken": []}
    room.do(bob, "PUT", "hand", raised=True)
    assert len(room.state()["hands"]) == 1
    assert reason(room.ask(bob, "PUT", "remark", on=True)) == (400, "audioRemarksUnavailable")


def test_an_audio_remark_is_the_microphone_only(room: Moderated, engine: WrittenEngine) -> None:
    ann = room.come(name="Ann")
    room.do(ann, "PUT", "remark", on=True)
    assert room.roles()[ann["participant_id"]] == 5
    assert engine.taken(UpdateParticipant)[-1].grants.sources == ("microphone",)
    assert room.state()["podium"]["taken"] == []
    room.do(ann, "PUT", "remark", on=False)
    assert room.roles()[ann["participant_id"]] == 1
    assert engine.taken(UpdateParticipant)[-1].grants.sources == ()
    room.do(room.host, "PUT", "remark", on=True)
    assert room.roles()[room.host["participant_id"]] == 2


def test_remarks_may_be_off_or_not_allowed(hall: Api, engine: WrittenEngine) -> None:
    quiet = Moderated(hall, type=3, disable_audio_remarks=True)
    assert quiet.state()["remarks_allowed"] is False
    assert reason(quiet.ask(quiet.come(name="A"), "PUT", "remark", on=True)) == (403, "audioRemarksDisabled")
    mute = Moderated(hall, type=3, rights={"guest": {"audio_send": False}})
    assert reason(mute.ask(mute.come(name="A"), "PUT", "remark", on=True)) == (403, "forbidden")


def test_the_token_after_coming_back_carries_the_present_role(room: Moderated, hall: Api) -> None:
    bob = room.come(token=room.member_token)
    room.do(room.host, "POST", "podium", participant_id=bob["participant_id"], force=True)
    again = join(hall, room.id, token=room.member_token, takeover=True)
    assert (again["role"], again["rights"]["video_send"]) == (4, True)


def test_a_reload_keeps_the_place_on_the_podium_unless_it_is_taken(room: Moderated) -> None:
    bob, ann = room.come(token=room.member_token), room.come(name="Ann")
    room.do(room.host, "POST", "podium", participant_id=bob["participant_id"], force=True)
    room.do(bob, "POST", "leave")
    assert room.state()["podium"]["taken"] == []
    bob = room.come(token=room.member_token)
    assert (bob["role"], bob["rights"]["audio_send"]) == (4, True)
    room.do(bob, "POST", "leave")
    room.do(room.host, "POST", "podium", participant_id=ann["participant_id"], force=True)
    assert room.come(token=room.member_token)["role"] == 1


def test_in_a_smart_meeting_voices_take_places(hall: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "_VOICES", Pace(timedelta()))
    room = Moderated(hall, type=3, vad_selector=1, max_podiums=1)
    ann, bob = room.come(name="Ann"), room.come(token=room.member_token)
    room.do(ann, "PUT", "speaking", on=True)
    assert room.state()["podium"]["taken"] == [ann["participant_id"]]
    room.do(bob, "PUT", "speaking", on=True)
    assert room.roles()[bob["participant_id"]] == 1, "Ann has spoken just now"

    def spoke(seconds: float) -> None:
        place = hall.run(lambda db: store.find_present(db, room.session, ann["participant_id"]))
        then = datetime.now(UTC) - timedelta(seconds=seconds)
        hall.run(lambda db: store.renew_participation(db, place, spoke_at=then))

    spoke(11)
    before = datetime.now(UTC)
    room.do(bob, "PUT", "speaking", on=True)
    after = datetime.now(UTC)
    assert room.state()["podium"]["taken"] == [bob["participant_id"]]
    payload = {"session_id": room.session, "participant_id": bob["participant_id"]}
    due(hall, control.silent, payload, timedelta(seconds=59), before)
    assert room.roles()[bob["participant_id"]] == 4
    due(hall, control.silent, payload, timedelta(seconds=61), after)
    assert room.roles()[bob["participant_id"]] == 1


def test_a_voice_is_heard_once_in_a_while(hall: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "_VOICES", Pace(timedelta(hours=1)))
    room = Moderated(hall, type=3, vad_selector=1, max_podiums=1)
    ann = room.come(name="Ann")
    room.do(ann, "PUT", "speaking", on=True)

    def heard() -> Any:
        return hall.run(lambda db: store.find_present(db, room.session, ann["participant_id"])).spoke_at

    first = heard()
    room.do(ann, "PUT", "speaking", on=True)
    assert heard() == first
    monkeypatch.setattr(operations, "_VOICES", Pace(timedelta()))
    room.do(ann, "PUT", "speaking", on=True)
    assert heard() > first


def test_each_has_a_pace_of_its_own() -> None:
    pace, start = Pace(timedelta(seconds=1)), datetime(2026, 1, 1, tzinfo=UTC)
    times = [0, 0.4, 0.9, 1.0, 1.9, 2.0, 500]
    passed = [second for second in times if pace.passes(("s", "ann"), start + timedelta(seconds=second))]
    assert passed == [0, 1.0, 2.0, 500]
    assert pace.passes(("s", "bob"), start + timedelta(seconds=500.1))


def test_whose_voice_opens_the_podium(hall: Api) -> None:
    rights = {"guest": {"audio_send": False}}
    room = Moderated(hall, type=3, vad_selector=1, max_podiums=1, rights=rights)
    ann, bob = room.come(name="Ann"), room.come(token=room.member_token)
    assert [room.state(one)["voice_opens_podium"] for one in (ann, bob)] == [False, True]
    room.do(ann, "PUT", "speaking", on=True)
    assert room.roles()[ann["participant_id"]] == 1


def test_elsewhere_a_voice_changes_nothing(room: Moderated) -> None:
    ann = room.come(name="Ann")
    assert not room.state(ann)["voice_opens_podium"]
    room.do(ann, "PUT", "speaking", on=True)
    assert room.roles()[ann["participant_id"]] == 1


@pytest.mark.parametrize("version", ["v3.3", "v3.4", "v3.10"])
def test_the_api_invites_and_removes(room: Moderated, hall: Api, version: str) -> None:
    bob = room.come(token=room.member_token)
    base = f"/api/{version}/conference-sessions/{quoted(room.session)}/podiums/participants"
    body = {"participant_id": room.member, "force": True}
    assert hall.post(base, token=hall.secret_key, json=body).json() == {"invite": True}
    forced = version != "v3.3"
    assert room.roles()[bob["participant_id"]] == (4 if forced else 1)
    assert room.state(bob)["podium_invited"] is not forced
    assert hall.delete(f"{base}/{room.member}", token=hall.secret_key).json() == {"participant_id": room.member}
    assert room.roles()[bob["participant_id"]] == 1
    assert reason(hall.post(base, token=room.member_token, json=body)) == (403, "forbidden")
    assert hall.post(base, token=room.owner_token, json=body).json() == {"invite": True}


@pytest.mark.parametrize("taken", [False, True], ids=["free", "taken"])
def test_a_speaker_whose_line_comes_back_stands_where_nobody_else_does(
    room: Moderated, engine: WrittenEngine, taken: bool
) -> None:
    """The engine brings somebody back whom it had lost; no page has asked."""
    ann, bob = room.come(name="Ann"), room.come(name="Bob")
    room.do(room.host, "POST", "podium", participant_id=ann["participant_id"], force=True)
    seen(room.api, ann, f"PA_{ann['participant_id']}", "participant_left")
    if taken:
        room.do(room.host, "POST", "podium", participant_id=bob["participant_id"], force=True)
    engine.commands.clear()
    seen(room.api, ann, "PA_again")
    on_it = [bob["participant_id"]] if taken else [ann["participant_id"]]
    assert room.state()["podium"]["taken"] == on_it
    own = room.state(ann)["own"]
    assert (own["role"], own["rights"]["audio_send"]) == ((1, False) if taken else (4, True))
    (mirrored,) = engine.taken(UpdateParticipant)
    assert bool(mirrored.grants.sources) is not taken
    assert bool(engine.taken(TellChanged)) is not taken, "others see a speaker again"
