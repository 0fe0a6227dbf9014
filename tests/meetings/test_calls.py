"""Ringing people into meetings: over real WebSockets, with what the pages, the meeting and the log learn."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from rostrum.media.commands import EndRoom, Tell
from rostrum.meetings.calls import web
from tests.support.api import Api
from tests.support.meeting import WrittenEngine, join, quoted, reason, run, seen, stop
from tests.support.sockets import Socket

V = "/api/v3.10"
NOON = datetime(2026, 3, 25, 12, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


class Person:
    """An account with a page open."""

    def __init__(self, api: Api, *, here: bool = True) -> None:
        self.api = api
        self.login, self.token = api.new_user()
        self.uid = f"{self.login}@server.test"
        self.page = Socket(api, self.token) if here else None

    def hears(self) -> dict[str, Any]:
        """The next message that is no news of presence or beat."""
        assert self.page is not None
        while (message := self.page.read())["type"] in {"ping", "presence"}:
            continue
        return message

    def does(self, what: str, call_id: str) -> Any:
        return self.api.post(f"/api/web/calls/{call_id}/{what}", token=self.token)

    def rings(self) -> list[dict[str, Any]]:
        return list(self.api.get("/api/web/calls", token=self.token).json()["calls"])


@pytest.fixture
def people(hall: Api) -> Iterator[Any]:
    made: list[Person] = []

    def new(*, here: bool = True) -> Person:
        made.append(Person(hall, here=here))
        return made[-1]

    yield new
    for one in made:
        if one.page is not None:
            one.page.close()


def call(api: Api, caller: Person, *called: Person, **more: Any) -> Any:
    given = {"user_ids": [one.login for one in called], **more}
    return api.post("/api/web/calls", token=caller.token, json=given)


def invites(api: Api, session: str) -> dict[str, bool]:
    """What the log says of who was called."""
    listed = api.get(f"{V}/logs/calls/{quoted(session)}/invites", token=api.secret_key).json()
    return {one["invited_call_id"]: one["is_accepted"] for one in listed["list"]}


def logged(api: Api, session: str) -> dict[str, Any]:
    return dict(api.get(f"{V}/logs/calls/{quoted(session)}", token=api.secret_key).json())


def told(engine: WrittenEngine) -> list[tuple[str, str]]:
    """Who is called in the meeting, and what came of it, as its participants were told."""
    found = [one.message for one in engine.taken(Tell) if one.message["type"] == "calls"]
    return [(one["id"], one["state"]) for message in found for one in message["calls"]]


def session_of(api: Api, conference_id: str) -> str:
    shown = api.get(f"{V}/conferences/{conference_id}", token=api.secret_key).json()
    return str(shown["conference"]["stream_id"])


def after(clock: Any, api: Api, seconds: float) -> None:
    """Move to so many seconds after noon and do what is due."""
    clock.move_to(NOON + timedelta(seconds=seconds))
    while api.wait(api.app.jobs.step()):
        pass


def gone(api: Api, conference_id: str) -> bool:
    return api.get(f"{V}/conferences/{conference_id}", token=api.secret_key).status_code == 404


def test_a_call_rings_on_all_pages_and_is_answered_on_one(hall: Api, engine: WrittenEngine, people: Any) -> None:
    ann, bob = people(), people()
    other_page = Socket(hall, bob.token)
    answer = call(hall, ann, bob)
    assert answer.status_code == 200, answer.text
    started = answer.json()
    conference = started["conference"]
    assert (conference["state"], conference["is_mine"]) == ("running", True)
    assert [(one["id"], one["state"]) for one in started["calls"]] == [(bob.uid, "ringing")]
    session = session_of(hall, conference["id"])
    heard = bob.hears()
    assert heard["type"] == "call"
    assert heard["caller"] == {"id": ann.uid, "display_name": ann.login, "avatar": None}
    assert (heard["conference_id"], heard["video"], heard["opens"]) == (conference["id"], True, True)
    assert 29 < heard["seconds_left"] <= 30
    assert other_page.read()["call_id"] == heard["call_id"]
    (listed,) = bob.rings()
    assert listed.pop("seconds_left") > 0
    assert listed.items() <= heard.items()
    assert invites(hall, session) == {}, "a call that rings has no result yet"
    accepted = bob.does("accept", heard["call_id"])
    assert accepted.json() == {"call": {"conference_id": conference["id"], "video": True}}
    over = {"type": "callOver", "call_id": heard["call_id"], "state": "accepted"}
    assert bob.hears() == over
    assert other_page.read() == over
    other_page.close()
    assert told(engine) == [(bob.uid, "ringing"), (bob.uid, "accepted")]
    assert invites(hall, session) == {bob.uid: True}
    assert bob.rings() == []
    assert reason(bob.does("accept", heard["call_id"])) == (409, "callIsOver")
    place = join(hall, conference["id"], token=bob.token)
    assert place["session_id"] == session
    seen(hall, place)
    listed = hall.get(f"{V}/conferences/{conference['id']}/participants", token=hall.secret_key).json()
    assert listed["participants"][0]["invite_time"] is not None


def test_nobody_answers_the_call_of_another(hall: Api, engine: WrittenEngine, people: Any) -> None:
    ann, bob, eve = people(), people(), people()
    call(hall, ann, bob)
    number = bob.hears()["call_id"]
    for what in ("accept", "decline"):
        assert reason(eve.does(what, number)) == (409, "callIsOver")
        for unknown in ("0", "x", "9" * 30, "-1"):
            assert reason(bob.does(what, unknown)) == (409, "callIsOver")
    assert len(bob.rings()) == 1


def test_a_declined_call_ends_its_meeting(hall: Api, engine: WrittenEngine, people: Any, clock: Any) -> None:
    """The caller reads why for a moment; then the meeting is over, with reason 1, and gone from the lists."""
    ann, bob = people(), people()
    conference = call(hall, ann, bob).json()["conference"]
    session = session_of(hall, conference["id"])
    seen(hall, join(hall, conference["id"], token=ann.token))
    assert bob.does("decline", bob.hears()["call_id"]).status_code == 200
    assert told(engine) == [(bob.uid, "ringing"), (bob.uid, "declined")]
    after(clock, hall, 3)
    assert not gone(hall, conference["id"])
    after(clock, hall, 5)
    assert gone(hall, conference["id"])
    assert [one.message for one in engine.taken(EndRoom)] == [{"type": "ended", "reason": "declined"}]
    assert logged(hall, session)["term_reason"] == 1
    assert invites(hall, session) == {bob.uid: False}


def test_a_call_that_nobody_answers(hall: Api, engine: WrittenEngine, people: Any, clock: Any) -> None:
    ann, bob, cid = people(), people(), people()
    conference = call(hall, ann, bob, cid).json()["conference"]
    session = session_of(hall, conference["id"])
    seen(hall, join(hall, conference["id"], token=ann.token))
    cid.does("decline", cid.hears()["call_id"])
    number = bob.hears()["call_id"]
    after(clock, hall, 29)
    assert bob.rings()
    after(clock, hall, 30)
    assert bob.rings() == []
    assert bob.hears() == {"type": "callOver", "call_id": number, "state": "unanswered"}
    assert told(engine)[-1] == (bob.uid, "unanswered")
    after(clock, hall, 35)
    assert logged(hall, session)["term_reason"] == 1
    assert invites(hall, session) == {bob.uid: False, cid.uid: False}


def test_one_who_comes_is_enough(hall: Api, engine: WrittenEngine, people: Any, clock: Any) -> None:
    ann, bob, cid = people(), people(), people()
    conference = call(hall, ann, bob, cid).json()["conference"]
    seen(hall, join(hall, conference["id"], token=ann.token))
    bob.does("accept", bob.hears()["call_id"])
    cid.does("decline", cid.hears()["call_id"])
    seen(hall, join(hall, conference["id"], token=bob.token))
    after(clock, hall, 300)
    assert not gone(hall, conference["id"])


def test_hanging_up_stops_the_ringing(hall: Api, engine: WrittenEngine, people: Any, clock: Any) -> None:
    ann, bob = people(), people()
    conference = call(hall, ann, bob).json()["conference"]
    session = session_of(hall, conference["id"])
    place = join(hall, conference["id"], token=ann.token)
    number = bob.hears()["call_id"]
    leave = f"/api/web/sessions/{quoted(session)}/leave"
    hall.post(leave, token=place["participant_token"], json={"hang_up": True})
    assert bob.hears() == {"type": "callOver", "call_id": number, "state": "cancelled"}
    after(clock, hall, 5)
    assert logged(hall, session)["term_reason"] == 2


def test_a_reload_of_the_caller_ends_nothing(hall: Api, engine: WrittenEngine, people: Any, clock: Any) -> None:
    """The page says that it goes; it goes on ringing, and the meeting waits until it is back."""
    ann, bob = people(), people()
    conference = call(hall, ann, bob).json()["conference"]
    place = join(hall, conference["id"], token=ann.token)
    hall.post(f"/api/web/sessions/{quoted(place['session_id'])}/leave", token=place["participant_token"], json={})
    after(clock, hall, 10)
    seen(hall, join(hall, conference["id"], token=ann.token))
    assert len(bob.rings()) == 1
    bob.does("accept", bob.hears()["call_id"])
    after(clock, hall, 200)
    assert not gone(hall, conference["id"])


@pytest.mark.parametrize("how", ["call", "new meeting"])
def test_an_ad_hoc_meeting_ends_when_all_have_left(
    hall: Api, engine: WrittenEngine, people: Any, clock: Any, how: str
) -> None:
    ann, bob = people(), people()
    if how == "call":
        conference = call(hall, ann, bob).json()["conference"]
        bob.does("accept", bob.hears()["call_id"])
    else:
        conference = hall.post("/api/web/conferences", token=ann.token, json={}).json()["conference"]
    session = session_of(hall, conference["id"])
    places = [join(hall, conference["id"], token=one.token) for one in (ann, bob)]
    for place in places:
        seen(hall, place)
    after(clock, hall, 150)
    for place in places:
        hall.post(f"/api/web/sessions/{quoted(session)}/leave", token=place["participant_token"], json={})
    after(clock, hall, 179)
    assert not gone(hall, conference["id"])
    after(clock, hall, 181)
    assert gone(hall, conference["id"])
    assert logged(hall, session)["term_reason"] == 2
    assert logged(hall, session)["participant_count"] == 2
    assert hall.get("/api/web/conferences", token=ann.token).json()["conferences"] == []


def test_an_ad_hoc_meeting_that_nobody_enters_ends(hall: Api, people: Any, clock: Any, engine: WrittenEngine) -> None:
    ann = people()
    conference = hall.post("/api/web/conferences", token=ann.token, json={}).json()["conference"]
    after(clock, hall, 119)
    assert not gone(hall, conference["id"])
    after(clock, hall, 121)
    assert gone(hall, conference["id"])


def test_a_planned_conference_goes_on_without_anybody(
    hall: Api, engine: WrittenEngine, people: Any, clock: Any
) -> None:
    ann = people()
    made = hall.new_conference(owner=ann.login)
    session = run(hall, made["id"])
    assert logged(hall, session)["term_reason"] == 0, "a running call has no end"
    place = join(hall, made["id"], token=ann.token)
    hall.post(f"/api/web/sessions/{quoted(session)}/leave", token=place["participant_token"], json={})
    after(clock, hall, 600)
    assert session_of(hall, made["id"]) == session


def test_a_declined_call_ends_no_meeting_that_was_not_made_for_it(
    hall: Api, engine: WrittenEngine, people: Any, clock: Any
) -> None:
    ann, bob = people(), people()
    planned = hall.new_conference(owner=ann.login)["id"]
    run(hall, planned)
    begun = hall.post("/api/web/conferences", token=ann.token, json={}).json()["conference"]["id"]
    for conference in (planned, begun):
        place = join(hall, conference, token=ann.token)
        seen(hall, place)
        calls = f"/api/web/sessions/{quoted(place['session_id'])}/calls"
        hall.post(calls, token=place["participant_token"], json={"user_ids": [bob.login]})
        bob.does("decline", bob.rings()[0]["call_id"])
    after(clock, hall, 300)
    assert not gone(hall, planned)
    assert not gone(hall, begun)


def test_deleting_the_owner_ends_the_call_with_reason_3(hall: Api, engine: WrittenEngine, people: Any) -> None:
    ann = people(here=False)
    session = run(hall, hall.new_conference(owner=ann.login)["id"])
    hall.delete(f"{V}/users/{ann.login}", token=hall.secret_key)
    assert logged(hall, session)["term_reason"] == 3
    assert engine.taken(EndRoom)[-1].message == {"type": "ended", "reason": "deleted"}


def test_who_cannot_be_called(hall: Api, engine: WrittenEngine, people: Any) -> None:
    ann, away = people(), people(here=False)
    before = hall.get(f"{V}/conferences", token=hall.secret_key).json()["cnt"]
    assert reason(call(hall, ann, away)) == (400, "participantIsUnavailable")
    assert reason(call(hall, ann, ann)) == (400, "participantIsUnavailable")
    assert reason(call(hall, ann)) == (400, "invalidParameter")
    assert hall.get(f"{V}/conferences", token=hall.secret_key).json()["cnt"] == before


def test_calling_needs_the_right(hall: Api, engine: WrittenEngine, people: Any) -> None:
    ann, bob = people(), people()
    group = {"display_name": f"No calls of {ann.login}", "rights": ["create_group_conference"]}
    made = hall.post(f"{V}/groups", token=hall.secret_key, json=group).json()["group"]["id"]
    hall.post(f"{V}/groups/{made}/users", token=hall.secret_key, json={"user_id": ann.login})
    assert reason(call(hall, ann, bob)) == (403, "forbidden")
    own = hall.new_conference(owner=ann.login)
    run(hall, own["id"])
    path = f"{V}/conferences/{own['id']}/participants"
    assert reason(hall.post(path, token=ann.token, json={"participant_id": bob.login})) == (403, "forbidden")
    place = join(hall, own["id"], token=ann.token)
    calls = f"/api/web/sessions/{quoted(place['session_id'])}/calls"
    given = {"user_ids": [bob.login]}
    assert reason(hall.post(calls, token=place["participant_token"], json=given)) == (403, "forbidden")
    assert bob.rings() == []


def test_the_api_rings_one_user(hall: Api, engine: WrittenEngine, people: Any) -> None:
    ann, bob, away = people(), people(), people(here=False)
    made = hall.new_conference(owner=ann.login)
    path = f"{V}/conferences/{made['id']}/participants"

    def ask(participant: str) -> Any:
        return hall.post(path, token=hall.secret_key, json={"participant_id": participant})

    assert reason(ask(bob.login)) == (400, "conferenceIsNotRunning")
    session = run(hall, made["id"])
    shown = ask(bob.uid.upper()).json()["participant"]
    assert (shown["id"], shown["join_time"], shown["is_owner"]) == (bob.uid, None, False)
    assert shown["invite_time"] is not None
    assert ask(bob.login).json()["participant"]["invite_time"] == shown["invite_time"], "it rings once"
    heard = bob.hears()
    assert heard["caller"]["id"] == ann.uid
    assert reason(ask(away.login)) == (400, "participantIsUnavailable")
    assert reason(ask("nobody-has-this")) == (400, "userNotFound")
    assert reason(ask("#sip:room@elsewhere.test")) == (400, "participantIsUnavailable")
    assert hall.get(path, token=hall.secret_key).json() == {"participants": []}
    bob.does("accept", heard["call_id"])
    seen(hall, join(hall, made["id"], token=bob.token))
    assert reason(ask(bob.login)) == (400, "participantAlreadyInConference")
    assert invites(hall, session)[bob.uid] is True


def test_an_invite_starts_the_conference_and_takes_call_strings(hall: Api, engine: WrittenEngine, people: Any) -> None:
    ann, bob, away = people(), people(), people(here=False)
    made = hall.new_conference(owner=ann.login)
    strings = ["#sip:@10.0.0.9", "#h323:@10.0.0.8", "#tel:100", "#rtsp://10.0.0.7/one"]
    given = {"participants": [*strings, bob.uid, away.login, "stranger@elsewhere.test", bob.login]}
    answer = hall.post(f"/api/v3.1/conferences/{made['id']}/invite", token=hall.secret_key, json=given)
    assert answer.json() == {"invite": True}
    session = session_of(hall, made["id"])
    heard = bob.hears()
    assert [one["call_id"] for one in bob.rings()] == [heard["call_id"]]
    bob.does("decline", heard["call_id"])
    called = dict.fromkeys([*strings, bob.uid, away.uid, "stranger@elsewhere.test"], False)
    assert invites(hall, session) == called
    assert set(told(engine)) == {
        *((one, "unavailable") for one in called if one != bob.uid),
        (bob.uid, "ringing"),
        (bob.uid, "declined"),
    }
    kept = hall.get(f"{V}/conferences/{made['id']}", token=hall.secret_key).json()["conference"]
    assert [one["id"] for one in kept["invitations"]] == [ann.login], "being called is not being invited"
    stop(hall, made["id"])


def test_ids_that_nobody_can_be_called_under(hall: Api, engine: WrittenEngine, people: Any) -> None:
    """Empty as they are kept, or too long: İ is two characters in lower case. Nothing is started for them."""
    ann, bob = people(), people()
    made = hall.new_conference(owner=ann.login)
    address = f"{V}/conferences/{made['id']}"
    for wrong in ("İ" * 128, "  ", "@server.test"):
        for name, listed in (
            ("invitations", [{"id": bob.login}, {"id": wrong}]),
            ("invitations", [bob.login, wrong]),
            ("participants", [bob.login, wrong]),
        ):
            answer = hall.post(f"{address}/invite", token=hall.secret_key, json={name: listed})
            assert reason(answer) == (400, "invalidParameter"), answer.text
            assert answer.json()["error"]["errors"][0]["location"] == name
        answer = hall.post("/api/web/calls", token=ann.token, json={"user_ids": [bob.login, wrong]})
        assert reason(answer) == (400, "invalidParameter"), answer.text
        assert answer.json()["error"]["errors"][0]["location"] == "user_ids"
    assert hall.get(address, token=hall.secret_key).json()["conference"]["state"] == "stopped"
    assert bob.rings() == []
    run(hall, made["id"])
    ids = {"user_ids": [bob.login, "İ" * 128]}
    place = join(hall, made["id"], token=ann.token)
    inside = f"/api/web/sessions/{quoted(place['session_id'])}/calls"
    assert reason(hall.post(inside, token=place["participant_token"], json=ids)) == (400, "invalidParameter")
    longest = f"#tel:{'1' * 123}"
    called = hall.post(f"{address}/invite", token=hall.secret_key, json={"invitations": [longest]})
    assert called.json() == {"invite": True}
    stop(hall, made["id"])


@pytest.mark.parametrize(("version", "form"), [("v3.4", "participants"), ("v3.10", "invitations")])
def test_the_meeting_shows_the_called_by_the_callers_own_name(
    hall: Api, engine: WrittenEngine, people: Any, version: str, form: str
) -> None:
    ann, bob, cleo = people(), people(), people()
    made = hall.new_conference(owner=ann.login)
    given = [
        {"id": bob.login, "display_name": "Bob from sales"},
        {"id": cleo.uid, "display_name": " "},
        {"id": "#tel:100", "display_name": "Desk"},
    ]
    hall.post(f"/api/{version}/conferences/{made['id']}/invite", token=hall.secret_key, json={form: given})
    shown = {bob.uid: "Bob from sales", cleo.uid: cleo.login, "#tel:100": "Desk"}
    (message,) = (one.message for one in engine.taken(Tell) if one.message["type"] == "calls")
    assert {one["id"]: one["display_name"] for one in message["calls"]} == shown
    host = join(hall, made["id"], token=ann.token)
    listed = hall.get(f"/api/web/sessions/{quoted(host['session_id'])}/calls", token=host["participant_token"]).json()
    assert {one["id"]: one["display_name"] for one in listed["calls"]} == shown
    engine.taken(Tell)
    bob.does("decline", bob.hears()["call_id"])
    (message,) = (one.message for one in engine.taken(Tell) if one.message["type"] == "calls")
    assert [(one["display_name"], one["state"]) for one in message["calls"]] == [("Bob from sales", "declined")]


@pytest.mark.parametrize("version", [f"v3.{minor}" for minor in range(1, 11)])
def test_both_forms_of_an_invite_are_understood(hall: Api, engine: WrittenEngine, people: Any, version: str) -> None:
    made = hall.new_conference()
    path = f"/api/{version}/conferences/{made['id']}/invite"
    for given in (
        lambda one: {"participants": [one]},
        lambda one: {"invitations": [{"id": one, "display_name": "Somebody"}]},
        lambda one: {"invitations": [one]},
        lambda one: {"participants": [{"id": one}]},
    ):
        bob = people()
        answer = hall.post(path, token=hall.secret_key, json=given(bob.login))
        assert answer.json() == {"invite": True}
        assert bob.hears()["conference_id"] == made["id"]
    missing = hall.post(path, token=hall.secret_key, json={})
    assert reason(missing) == (400, "missingRequiredField")
    wrong = hall.post(path, token=hall.secret_key, json={"invitations": "x", "participants": 5})
    assert wrong.status_code == 400


def test_only_hosts_call_people_in(hall: Api, engine: WrittenEngine, people: Any) -> None:
    ann, bob, cid = people(), people(), people()
    made = hall.new_conference(owner=ann.login, allow_guests=True, invitations=[ann.login, bob.login])
    run(hall, made["id"])
    body = {"participant_id": cid.login}
    path = f"{V}/conferences/{made['id']}/participants"
    assert reason(hall.post(path, token=cid.token, json=body)) == (404, "conferenceNotFound")
    assert reason(hall.post(path, token=bob.token, json=body)) == (403, "forbidden")
    host, guest = join(hall, made["id"], token=ann.token), join(hall, made["id"], name="Guest")
    calls = f"/api/web/sessions/{quoted(host['session_id'])}/calls"
    given = {"user_ids": [cid.login]}
    assert reason(hall.post(calls, token=guest["participant_token"], json=given)) == (403, "forbidden")
    (called,) = hall.post(calls, token=host["participant_token"], json=given).json()["calls"]
    assert (called["id"], called["display_name"], called["state"]) == (cid.uid, cid.login, "ringing")
    assert hall.get(calls, token=guest["participant_token"]).json()["calls"] == [called]
    cancel = f"{calls}/{called['call_id']}/cancel"
    assert reason(hall.post(cancel, token=guest["participant_token"])) == (403, "forbidden")
    assert hall.post(cancel, token=host["participant_token"]).json()["calls"][0]["state"] == "cancelled"
    assert cid.hears()["type"] == "call"
    assert cid.hears() == {"type": "callOver", "call_id": called["call_id"], "state": "cancelled"}


def test_neither_list_nor_lock_nor_pin_stops_whoever_was_called(hall: Api, engine: WrittenEngine, people: Any) -> None:
    ann, bob = people(), people()
    made = hall.new_conference(owner=ann.login, allow_only_planned_participants=True, pin="2468")
    run(hall, made["id"])
    path = f"/api/web/conferences/{made['id']}/join"
    assert reason(hall.post(path, token=bob.token, json={"pin": "2468"})) == (403, "notInvited")
    hall.post(f"{V}/conferences/{made['id']}/participants", token=hall.secret_key, json={"participant_id": bob.login})
    number = bob.hears()["call_id"]
    place = join(hall, made["id"], token=bob.token)
    assert bob.hears() == {"type": "callOver", "call_id": number, "state": "accepted"}, "coming is accepting"
    seen(hall, place)
    kick = f"{V}/conference-sessions/{quoted(place['session_id'])}/participants/{quoted(bob.uid)}"
    assert hall.delete(kick, token=hall.secret_key).status_code == 200
    assert reason(hall.post(path, token=bob.token, json={"pin": "2468"})) == (403, "notInvited")


def test_a_declined_call_opens_no_door(hall: Api, engine: WrittenEngine, people: Any) -> None:
    ann, bob = people(), people()
    made = hall.new_conference(owner=ann.login, pin="2468")
    run(hall, made["id"])
    hall.post(f"{V}/conferences/{made['id']}/participants", token=hall.secret_key, json={"participant_id": bob.login})
    bob.does("decline", bob.hears()["call_id"])
    path = f"/api/web/conferences/{made['id']}/join"
    assert reason(hall.post(path, token=bob.token, json={})) == (403, "pinRequired")


def test_the_end_of_a_meeting_stops_the_ringing(hall: Api, engine: WrittenEngine, people: Any) -> None:
    ann, bob = people(), people()
    made = hall.new_conference(owner=ann.login)
    session = run(hall, made["id"])
    hall.post(f"{V}/conferences/{made['id']}/participants", token=hall.secret_key, json={"participant_id": bob.login})
    number = bob.hears()["call_id"]
    stop(hall, made["id"])
    assert bob.hears() == {"type": "callOver", "call_id": number, "state": "cancelled"}
    assert invites(hall, session) == {bob.uid: False}
    assert reason(bob.does("accept", number)) == (409, "callIsOver")


@pytest.mark.parametrize(
    ("auto_invite", "who", "rings"),
    [(0, "invited", False), (1, "guest", True), (1, "invited", True), (2, "guest", False), (2, "invited", True)],
)
def test_auto_invite(hall: Api, engine: WrittenEngine, people: Any, auto_invite: int, who: str, rings: bool) -> None:
    """1: when anybody joins, 2: when somebody invited joins; each is called once."""
    ann, bob, cid = people(here=False), people(), people()
    made = hall.new_conference(
        owner=ann.login, allow_guests=True, auto_invite=auto_invite, invitations=[ann.login, bob.login, cid.login]
    )
    session = run(hall, made["id"])
    assert bob.rings() == []
    if who == "guest":
        seen(hall, join(hall, made["id"], name="Guest"))
    else:
        place = join(hall, made["id"], token=cid.token)
        leave = f"/api/web/sessions/{quoted(session)}/leave"
        seen(hall, place)
    assert len(bob.rings()) == rings
    assert len(cid.rings()) == (rings and who == "guest")
    if rings:
        bob.does("decline", bob.hears()["call_id"])
        if who == "invited":
            hall.post(leave, token=place["participant_token"], json={})
            assert cid.rings() == []
        join(hall, made["id"], name="Another")
        assert bob.rings() == []
        assert len(cid.rings()) == (who == "guest"), "who has been there is not called back"
        assert invites(hall, session)[ann.uid] is False


def test_contacts_with_who_is_there(hall: Api, people: Any) -> None:
    ann, bob, away = people(), people(), people(here=False)
    for contact in (bob.login, away.login, "#sip:room@elsewhere.test"):
        given = {"contact_id": contact, "display_name": f"My {contact}"[:20]}
        hall.post(f"{V}/users/{ann.login}/addressbook", token=ann.token, json=given)
    cards = {one["id"]: one for one in hall.get("/api/web/contacts", token=ann.token).json()["contacts"]}
    assert {one["user_id"]: one["status"] for one in cards.values()} == {bob.login: 1, away.login: 0, None: -127}
    assert cards[bob.login]["display_name"].startswith("My ")


def test_contacts_are_found_by_name(hall: Api, people: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ann, bob = people(), people(here=False)
    book = f"{V}/users/{ann.login}/addressbook"
    names = {bob.login: "Жанна Gray", "#sip:zoo@elsewhere.test": "Zoo 100%", "#sip:abc@elsewhere.test": None}
    for contact, name in names.items():
        given = {"contact_id": contact} | ({"display_name": name} if name else {})
        hall.post(book, token=ann.token, json=given)

    def found(name: str) -> tuple[set[str], bool]:
        answer = hall.get("/api/web/contacts", token=ann.token, params={"name": name}).json()
        return {one["id"] for one in answer["contacts"]}, answer["more"]

    assert found("") == (set(names), False)
    assert found("жанна") == ({bob.login}, False)
    assert found(" 0% ") == ({"#sip:zoo@elsewhere.test"}, False)
    assert found("ELSEWHERE") == ({"#sip:zoo@elsewhere.test", "#sip:abc@elsewhere.test"}, False)
    assert found("nobody") == (set(), False)
    monkeypatch.setattr(web, "MOST_WATCHED", 1)
    assert found("elsewhere") == ({"#sip:abc@elsewhere.test"}, True)


def test_a_watching_page_hears_of_the_people_in_its_book(hall: Api, people: Any) -> None:
    """At the first look of all, then of whoever changed; of strangers never, and after `unwatch` nothing."""
    ann, bob, away, stranger = people(), people(), people(here=False), people(here=False)
    look = hall.app._sockets.watchers.look
    for contact in (bob, away):
        path = f"{V}/users/{ann.login}/addressbook"
        hall.post(path, token=ann.token, json={"contact_id": contact.login})
    hall.wait(look())
    ann.page.send({"type": "watch"})
    watched = _until_watching(hall, ann)
    assert watched == {"type": "presence", "statuses": {bob.login: 1, away.login: 0}}
    pages = [Socket(hall, away.token), Socket(hall, stranger.token)]
    hall.wait(look())
    assert ann.page.read() == {"type": "presence", "statuses": {away.login: 1}}
    hall.wait(look())
    bob.page.close()
    bob.page = None
    hall.wait(look())
    assert ann.page.read() == {"type": "presence", "statuses": {bob.login: 0}}, "a look without news tells nothing"
    ann.page.send({"type": "unwatch"})
    pages[1].send({"type": "unwatch"})
    for page in pages:
        page.close()
    hall.wait(look())
    call(hall, stranger, ann)
    assert ann.page.read()["type"] == "call"


def _until_watching(api: Api, person: Person) -> dict[str, Any]:
    """The first message after `watch`: the page's wish is read by another task than the test's."""
    assert person.page is not None
    watchers = api.app._sockets.watchers
    while not watchers._watching:
        time.sleep(0.01)
    api.wait(watchers.look())
    return person.page.read()
