"""Conferences through the API: merging, people, limits, and what a running one lets be changed."""

from __future__ import annotations

import secrets
import time
from typing import Any

import pytest

from rostrum.api.versions import VERSIONS
from rostrum.conferences import multicast
from tests.support.api import Api
from tests.support.meeting import reason, run, stop


def read(api: Api, conference_id: str, version: str = "v3.10", token: str | None = None) -> dict[str, Any]:
    answer = api.get(f"/api/{version}/conferences/{conference_id}", token=token or api.secret_key)
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["conference"])


def put(api: Api, conference_id: str, version: str = "v3.10", **body: Any) -> Any:
    return api.put(f"/api/{version}/conferences/{conference_id}", token=api.secret_key, json=body)


def test_topic_and_owner_are_enough(api: Api) -> None:
    owner, _ = api.new_user()
    made = api.new_conference(owner=f"{owner.upper()}@SERVER.test")
    assert made["owner"] == f"{owner}@server.test"
    assert made["schedule"] == {"type": -1}
    assert len(made["id"]) == 10
    assert made["id"].isdecimal()
    assert [one["id"] for one in made["invitations"]] == [owner]
    assert (made["type"], made["state"], made["pin"], made["stream_id"]) == (0, "stopped", None, None)
    assert made["url"] == f"http://server.test/c/{made['id']}"
    assert made["webclient_url"] == f"http://server.test/webrtc/{made['id']}"


def test_people_by_every_kind_of_id(api: Api) -> None:
    owner, _ = api.new_user()
    user, _ = api.new_user()
    given = [{"id": owner}, f"{user.upper()}@server.test", user, "#sip:@10.0.0.9", "x@elsewhere.test"]
    shown = api.new_conference(owner=owner, invitations=given)["invitations"]
    assert [one["id"] for one in shown] == [owner, user, "#sip:@10.0.0.9", "x@elsewhere.test"]
    named = [{"id": owner, "display_name": "Boss"}, {"id": user, "translator": {"languages": ["en", "de"]}}]
    shown = api.new_conference(owner=owner, invitations=named)["invitations"]
    assert [one["display_name"] for one in shown] == ["Boss", user]
    assert shown[1]["translator"] == {"languages": ["en", "de"]}


def test_a_new_owner_is_invited(api: Api) -> None:
    made = api.new_conference()
    owner, _ = api.new_user()
    after = put(api, made["id"], owner=owner).json()["conference"]
    assert after["owner"] == f"{owner}@server.test"
    assert owner in [one["id"] for one in after["invitations"]]
    assert len(after["invitations"]) == 2


def test_unknown_owner(api: Api) -> None:
    body = {"topic": "t", "owner": "nobody-here"}
    answer = api.post("/api/v3.10/conferences", token=api.secret_key, json=body)
    assert reason(answer) == (400, "userNotFound")
    detail = answer.json()["error"]["errors"][0]
    assert (detail["locationType"], detail["location"]) == ("parameter", "owner")
    assert reason(put(api, api.new_conference()["id"], owner="nobody-here")) == (400, "userNotFound")


@pytest.mark.parametrize("version", VERSIONS)
def test_a_running_conference_is_not_edited_and_not_deleted(api: Api, version: str) -> None:
    made = api.new_conference()
    run(api, made["id"])
    new = VERSIONS.index(version) >= VERSIONS.index("v3.4")
    locked = "conferenceFieldUnavailableForChange" if new else "conferenceUnavailableForChange"
    both = put(api, made["id"], version, description="new", topic="new")
    assert reason(both) == (400, locked)
    alone = put(api, made["id"], version, description="alone")
    assert alone.status_code == (200 if new else 400)
    ignored = put(api, made["id"], version, description="alone", url="x", state="stopped", nonsense=1)
    assert ignored.status_code == (200 if new else 400)
    after = read(api, made["id"])
    assert after["topic"] == made["topic"]
    assert after["description"] == ("alone" if new else made["description"])
    assert after["state"] == "running"
    deleted = api.delete(f"/api/{version}/conferences/{made['id']}", token=api.secret_key)
    assert reason(deleted) == (400, "conferenceUnavailableForChange")
    stop(api, made["id"])
    assert put(api, made["id"], version, topic="after").json()["conference"]["topic"] == "after"
    assert api.delete(f"/api/{version}/conferences/{made['id']}", token=api.secret_key).json() == {"id": made["id"]}
    again = api.delete(f"/api/{version}/conferences/{made['id']}", token=api.secret_key)
    assert reason(again) == (404, "conferenceNotFound")


@pytest.mark.parametrize(("version", "runs"), [("v3.8", True), ("v3.9", False), ("v3.10", False)])
def test_running_a_conference_whose_time_has_passed(api: Api, version: str, runs: bool) -> None:
    made = api.new_conference(schedule={"type": 1, "start_time": 1000, "duration": 60})
    answer = api.post(f"/api/{version}/conferences/{made['id']}/run", token=api.secret_key)
    assert answer.json() == {"state": "running"} if runs else reason(answer) == (400, "conferenceIsFinished")


def test_a_topic_is_one_line(api: Api) -> None:
    owner, token = api.new_user()
    broken, whole = "Plan\r\nB: \u202enext\tweek ", "Plan B: next week"
    made = api.new_conference(topic=broken, owner=owner)
    assert (made["topic"], put(api, made["id"], topic=f"{broken}!").json()["conference"]["topic"]) == (
        whole,
        f"{whole} !",
    )
    body = {"name": "T", "object": {"topic": broken, "owner": owner}}
    template = api.post("/api/v3.10/templates/conferences", token=api.secret_key, json=body).json()["template"]
    assert template["object"]["topic"] == whole
    assert api.new_conference(template_id=template["id"], topic=broken, owner=owner)["topic"] == whole
    hidden = api.post("/api/web/conferences", token=token, json={"topic": "\u202e\n"})
    assert hidden.json()["conference"]["topic"] == owner, "as without one"
    stop(api, hidden.json()["conference"]["id"])


def test_lenient_input(api: Api) -> None:
    """Numbers and booleans as text, booleans for numbers (compatibility facts 3.5)."""
    owner, _ = api.new_user()
    body = {
        "topic": "t",
        "owner": owner,
        "type": "3",
        "max_podiums": "4",
        "allow_guests": "true",
        "recording": True,
        "auto_invite": "2",
        "rights": {"guest": {"chat_send": "0"}},
        "schedule": {"type": "-1", "start_time": -1},
        "url": 5,
        "display_name": "x",
        "access_mode": 7,
    }
    shown = api.post("/api/v3.10/conferences", token=api.secret_key, json=body).json()["conference"]
    assert (shown["type"], shown["max_podiums"], shown["allow_guests"]) == (3, 4, True)
    assert (shown["recording"], shown["auto_invite"]) == (1, 2)
    assert shown["rights"]["guest"]["chat_send"] is False
    assert shown["schedule"] == {"type": -1}


@pytest.mark.parametrize(
    ("field", "value", "location"),
    [
        ("topic", "", "topic"),
        ("topic", "x" * 241, "topic"),
        ("topic", " \t\n ", "topic"),
        ("type", 2, "type"),
        ("max_participants", 0, "max_participants"),
        ("max_participants", "many", "max_participants"),
        ("max_participants", 10**30, "max_participants"),
        ("tags", [""], "tags"),
        ("tags", "one", "tags"),
        ("multicast_address", "2" * 65, "multicast_address"),
        ("meeting_room", "x" * 241, "meeting_room"),
        ("pin", "1" * 65, "pin"),
        ("schedule", {"type": 0, "days": ["mon"], "time": "10:00", "duration": 5}, "schedule.days"),
        ("schedule", {"type": 0, "days": ["monday"], "time": "25:00", "duration": 5}, "schedule.time"),
        ("schedule", {"type": 1, "start_time": 5, "duration": 0}, "schedule.duration"),
        ("schedule", None, "schedule"),
        ("schedule", "weekly", "schedule"),
        ("rights", {"guest": {"chat_send": "maybe"}}, "rights.guest.chat_send"),
        ("rights", [], "rights"),
        ("reminders", [{"before_start": 7}], "reminders"),
        ("participant_restrictions", {"video_quality": "8k"}, "participant_restrictions.video_quality"),
        ("translation_flat_volume", 101, "translation_flat_volume"),
        ("invitations", [{"display_name": "no id"}], "invitations"),
        ("invitations", [{"id": ""}], "invitations"),
        ("invitations", [None], "invitations"),
        ("invitations", ["ann", "g" * 300], "invitations"),
    ],
)
def test_wrong_values_are_named_and_change_nothing(api: Api, field: str, value: Any, location: str) -> None:
    made = api.new_conference()
    answer = put(api, made["id"], description="half done", **{field: value})
    assert answer.status_code == 400, answer.text
    assert [one["location"] for one in answer.json()["error"]["errors"]] == [location]
    assert read(api, made["id"]) == made


def test_pins_are_shown_to_the_owner_and_to_applications_only(api: Api) -> None:
    owner, token = api.new_user()
    guest, guest_token = api.new_user()
    _, admin_token = api.new_user(admin=True)
    made = api.new_conference(owner=owner, pin="4711", invitations=[owner, guest])
    assert read(api, made["id"])["pin"] == "4711"
    assert read(api, made["id"], token=token)["pin"] == "4711"
    for other in (guest_token, admin_token):
        shown = read(api, made["id"], token=other)
        assert (shown["pin_enabled"], shown["pin"]) == (True, None)


def test_a_plain_user_sees_what_is_theirs(api: Api) -> None:
    user, token = api.new_user()
    mine, invited, others = (
        api.new_conference(owner=user)["id"],
        _inviting(api, user),
        api.new_conference()["id"],
    )
    listed = api.get("/api/v3.10/conferences", token=token).json()
    assert {one["id"] for one in listed["conferences"]} == {mine, invited}
    assert listed["cnt"] == 2
    assert reason(api.get(f"/api/v3.10/conferences/{others}", token=token)) == (404, "conferenceNotFound")
    assert reason(api.post(f"/api/v3.10/conferences/{others}/run", token=token)) == (404, "conferenceNotFound")
    assert reason(api.post(f"/api/v3.10/conferences/{invited}/run", token=token)) == (403, "forbidden")
    assert api.post(f"/api/v3.10/conferences/{mine}/run", token=token).json() == {"state": "running"}
    assert api.post(f"/api/v3.10/conferences/{mine}/stop", token=token).json() == {"state": "stopped"}


def _inviting(api: Api, user: str) -> str:
    owner, _ = api.new_user()
    return str(api.new_conference(owner=owner, invitations=[owner, user])["id"])


def test_lists_page_and_filter(fresh_api: Api) -> None:
    owner, _ = fresh_api.new_user()
    ids = [fresh_api.new_conference(owner=owner, tags=[f"Tag{n % 2}", "100%", "Отдел"])["id"] for n in range(5)]
    other = fresh_api.new_conference(tags=["1000"])["id"]
    run(fresh_api, ids[1])

    def listed(query: str) -> tuple[int, list[str]]:
        body = fresh_api.get(f"/api/v3.10/conferences?{query}", token=fresh_api.secret_key).json()
        return body["cnt"], [one["id"] for one in body["conferences"]]

    assert listed("") == (6, [*ids, other])
    assert listed("page_size=2&page_id=2") == (6, ids[2:4])
    assert listed("page_size=2&page_id=0") == listed("page_size=2") == (6, ids[:2])
    assert listed("page_size=2&page_id=9") == (6, [])
    assert listed(f"owner={owner.upper()}@server.test") == (5, ids)
    assert listed("state=running") == (1, [ids[1]])
    assert listed("tag=tAG1&state=stopped") == (1, [ids[3]])
    assert listed("tag=100%25") == listed("tag=ОТД") == (5, ids)
    assert listed("tag=&state=&owner=") == (6, [*ids, other])


def test_the_limit_of_conferences(fresh_api: Api) -> None:
    fresh_api.settings.limits.conferences = 1
    owner, token = fresh_api.new_user()
    fresh_api.new_conference(owner=owner)
    body = {"topic": "t", "owner": owner}
    answer = fresh_api.post("/api/v3.10/conferences", token=fresh_api.secret_key, json=body)
    assert reason(answer) == (400, "conferenceLimit")
    assert reason(fresh_api.post("/api/web/conferences", token=token)) == (400, "conferenceLimit")


def test_own_ids(api: Api) -> None:
    own = f"Room_{secrets.token_hex(4)}"
    assert api.new_conference(id=own)["id"] == own
    assert read(api, own)["id"] == own
    owner, _ = api.new_user()
    for bad in ("a b", "a/b", "", "x" * 129, "ü", "a-b"):
        body = {"topic": "t", "owner": owner, "id": bad}
        answer = api.post("/api/v3.10/conferences", token=api.secret_key, json=body)
        assert answer.json()["error"]["errors"][0]["location"] == "id"


def test_join_options_of_v3_9_count_without_the_later_switch(api: Api) -> None:
    """v3.9 has the options and no field that switches them on (docs/decisions/0004)."""
    owner, token = api.new_user()
    body = {"topic": "Rooms only", "owner": owner, "join_options": ["terminal"]}
    made = api.post("/api/v3.9/conferences", token=api.secret_key, json=body).json()["conference"]
    assert made["join_options"] == ["terminal"]
    later = api.get(f"/api/v3.10/conferences/{made['id']}", token=api.secret_key).json()["conference"]
    assert (later["join_options_enabled"], later["join_options"]) == (True, ["terminal"])
    api.post(f"/api/v3.10/conferences/{made['id']}/run", token=api.secret_key)
    refused = api.post(f"/api/web/conferences/{made['id']}/join", token=token)
    assert refused.json()["error"]["errors"][0]["reason"] == "browserNotAllowed"

    plain = api.new_conference(owner=owner)["id"]
    newer = api.put(f"/api/v3.10/conferences/{plain}", token=api.secret_key, json={"join_options": ["clients"]})
    assert newer.json()["conference"]["join_options_enabled"] is False
    older = api.put(f"/api/v3.9/conferences/{plain}", token=api.secret_key, json={"join_options": ["clients"]})
    assert "join_options_enabled" not in older.json()["conference"]
    later = api.get(f"/api/v3.10/conferences/{plain}", token=api.secret_key).json()["conference"]
    assert later["join_options_enabled"] is True


def test_what_is_listed_twice_is_kept_once(api: Api) -> None:
    reminders = [{"before_start": minutes} for minutes in (10, 5, 10, 5)]
    given = {"reminders": reminders, "join_options": ["webrtc", "clients", "webrtc"]}
    once = {"reminders": reminders[:2], "join_options": ["webrtc", "clients"]}
    schedule = {"type": 1, "start_time": int(time.time()) + 3600, "duration": 60}
    made = api.new_conference(**given, reminders_enabled=True, schedule=schedule)
    other = put(api, api.new_conference()["id"], **given).json()["conference"]
    body = {"name": "T", "object": given}
    template = api.post("/api/v3.10/templates/conferences", token=api.secret_key, json=body).json()["template"]
    for shown in (made, other, template["object"]):
        assert {name: shown[name] for name in once} == once
    ics = api.get(f"/api/v3.10/conferences/{made['id']}/ics", token=api.secret_key).text
    assert ics.count("BEGIN:VALARM") == 2


def test_multicast_without_an_address(api: Api) -> None:
    """The server chooses a group, the same one each time; without multicast there is none."""
    made = api.new_conference(multicast_enable=True)
    assert made["multicast_address"] == multicast.group_of(made["id"])
    assert api.new_conference(multicast_enable=False, multicast_address="239.1.2.3")["multicast_address"] is None
