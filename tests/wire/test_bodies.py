"""Every writable field is written where a version has it, wrong values are refused by name, the rest is ignored."""

from __future__ import annotations

import secrets
from typing import Any

import pytest

from tests.wire import facts, shapes
from tests.wire.facts import Field, Form
from tests.wire.sending import new_login, send
from tests.wire.world import PASSWORD, World, a_conference, a_user, ok

CREATE_USER = facts.pairs(["users-create-user"])
EDIT_USER = facts.pairs(["users-edit-user"])
CREATE = facts.pairs(["conferences-create-conference"])
EDIT = facts.pairs(["conferences-edit-conference"])
WRITES = [*CREATE_USER, *EDIT_USER, *CREATE, *EDIT]


def writable(form: Form) -> dict[str, Field]:
    """The fields of an endpoint's body."""
    assert form.body_object is not None
    fields = facts.fields(form.body_object, form.version)
    return {name: field for name, field in fields.items() if form.method in field.methods}


def contains(shown: Any, given: Any) -> bool:
    """Whether what is shown holds what was given; objects may show more than was given."""
    if isinstance(given, dict) and isinstance(shown, dict):
        return all(contains(shown.get(key), value) for key, value in given.items())
    return bool(shown == given)


def seen_in_newest(world: World, object_name: str, key: str) -> dict[str, Any]:
    """The user or conference in the newest version, which shows every field."""
    kind = {"ObjectUser": "user", "ObjectConference": "conference"}[object_name]
    return dict(ok(world.api.get(f"/api/v3.10/{kind}s/{key}", token=world.key))[kind])


@pytest.mark.parametrize("form", CREATE, ids=str)
def test_examples_cover_every_writable_field(form: Form) -> None:
    alone = {"id", "owner", "invitations"} | (
        {"allow_guests_message", "allow_guests_audio_video"} if form.version == "v3" else set()
    )
    assert set(writable(form)) == set(a_conference(form.version)) | alone


@pytest.mark.parametrize("form", CREATE_USER, ids=str)
def test_user_examples_cover_every_writable_field(form: Form) -> None:
    assert set(writable(form)) == set(a_user("x"))


@pytest.mark.parametrize("form", CREATE, ids=str)
def test_create_conference_with_every_field(world: World, form: Form) -> None:
    given = a_conference(form.version) | {"id": f"own_{secrets.token_hex(6)}", "owner": world.owner}
    body = ok(send(world.api, form, token=world.key, json=given))
    shapes.check(form, body)
    lost = {
        name: (value, body["conference"].get(name))
        for name, value in given.items()
        if name != "owner" and not contains(body["conference"].get(name), value)
    }
    assert not lost, f"{form}: given and shown differ: {lost}"
    assert body["conference"]["owner"] == f"{world.owner}@server.test"
    assert ok(world.api.get(f"/api/{form.version}/conferences/{given['id']}", token=world.key)) == body


@pytest.mark.parametrize("form", EDIT, ids=str)
def test_edit_conference_with_every_field(world: World, form: Form) -> None:
    made = world.api.new_conference(owner=world.owner)
    given = a_conference(form.version)
    body = ok(send(world.api, form, {"conference_id": made["id"]}, token=world.key, json=given))
    shapes.check(form, body)
    lost = {name for name, value in given.items() if not contains(body["conference"].get(name), value)}
    assert not lost, f"{form}: given and shown differ: {lost}"


@pytest.mark.parametrize("form", EDIT, ids=str)
def test_editing_one_field_keeps_the_others(world: World, form: Form) -> None:
    """PUT changes what is given, nothing else; an empty body changes nothing."""
    made = world.api.new_conference(owner=world.owner, **a_conference("v3.10"))
    for given in ({}, {"description": "Only this"}):
        ok(send(world.api, form, {"conference_id": made["id"]}, token=world.key, json=given))
        assert seen_in_newest(world, "ObjectConference", made["id"]) == made | given


@pytest.mark.parametrize("form", CREATE, ids=str)
def test_fields_of_newer_versions_are_not_written(world: World, form: Form) -> None:
    """What a version does not have is an unknown field there: ignored (known clients send such)."""
    plain = {"topic": "Plain", "owner": world.owner}
    newer = {name: value for name, value in a_conference("v3.10").items() if name not in a_conference(form.version)}
    one = ok(send(world.api, form, token=world.key, json=plain))["conference"]["id"]
    two = ok(send(world.api, form, token=world.key, json=plain | newer))["conference"]["id"]
    without = seen_in_newest(world, "ObjectConference", one)
    with_newer = seen_in_newest(world, "ObjectConference", two)
    assert {key for key in newer if without[key] != with_newer[key]} == set()


@pytest.mark.parametrize("form", [form for form in CREATE if form.version != "v3"], ids=str)
def test_flags_of_v3_ended_with_it(world: World, form: Form) -> None:
    flags = {"allow_guests_message": False, "allow_guests_audio_video": False}
    plain = {"topic": "Flags", "owner": world.owner}
    body = ok(send(world.api, form, token=world.key, json=plain | flags))
    assert all(body["conference"]["rights"]["guest"][right] for right in ("chat_send", "audio_send", "video_send"))


def test_flags_of_v3_are_the_rights_of_guests(world: World) -> None:
    flags = {"allow_guests_message": False, "allow_guests_audio_video": False}
    given = {"topic": "Flags", "owner": world.owner} | flags
    made = ok(world.api.post("/api/v3/conferences", token=world.key, json=given))["conference"]
    assert {name: made[name] for name in flags} == flags
    guest = seen_in_newest(world, "ObjectConference", made["id"])["rights"]["guest"]
    assert [guest[right] for right in ("chat_send", "audio_send", "video_send")] == [False, False, False]


@pytest.mark.parametrize("form", [form for form in CREATE if form.version == "v3.10"], ids=str)
def test_mcu_mode(world: World, form: Form) -> None:
    body = ok(send(world.api, form, token=world.key, json={"topic": "M", "owner": world.owner, "mcu_mode": True}))
    assert body["conference"]["mcu_mode"] is True
    shapes.check(form, body)


@pytest.mark.parametrize("form", [*CREATE, *EDIT], ids=str)
def test_read_only_fields_are_ignored(world: World, form: Form) -> None:
    """url, webclient_url and state too (slip E24, D22)."""
    fields = facts.fields("ObjectConference", form.version)
    read_only = {name: "x" for name in fields if name not in writable(form) and name not in {"id", "registration"}}
    ids = {"conference_id": world.api.new_conference(owner=world.owner)["id"]}
    body = ok(send(world.api, form, ids, token=world.key, json={"topic": "T", "owner": world.owner} | read_only))
    shapes.check(form, body)
    assert "x" not in body["conference"].values()


@pytest.mark.parametrize("form", CREATE_USER, ids=str)
def test_create_and_edit_user_with_every_field(world: World, form: Form) -> None:
    given = a_user(new_login())
    body = ok(send(world.api, form, token=world.key, json=given))
    shapes.check(form, body)
    shown = {name: value for name, value in given.items() if name != "password"}
    assert contains(body["user"], shown)
    assert world.api.user_token(given["login_name"], PASSWORD)
    edit = facts.form("users-edit-user", form.version)
    assert edit is not None
    after: dict[str, Any] = {
        name: f"{value}2" for name, value in shown.items() if name in writable(edit) and name != "is_active"
    }
    after |= {"is_active": 0, "email": f"2{given['email']}"}
    edited = ok(send(world.api, edit, {"user_id": given["login_name"]}, token=world.key, json=after))
    shapes.check(edit, edited)
    assert contains(edited["user"], after)
    again = ok(send(world.api, edit, {"user_id": given["login_name"]}, token=world.key, json={}))
    assert again == edited


def test_login_of_a_user_cannot_be_changed(world: World) -> None:
    """`login_name` is tagged POST alone."""
    body = ok(world.api.put(f"/api/v3.10/users/{world.plain}", token=world.key, json={"login_name": "other"}))
    assert body["user"]["login_name"] == body["user"]["id"] == world.plain


def wrong_values(field: Field) -> list[Any]:
    """Values that the documented type, range or size rules out."""
    plain: dict[str, list[Any]] = {
        "Integer": ["abc", [], {}, "1.5"],
        "Boolean": ["maybe", [], {}, 7],
        "String": [[], {"a": 1}],
        "String[]": ["text", {"a": 1}, [[]]],
    }
    an_object: list[Any] = ["text", 5, {"a": 1} if field.type.endswith("[]") else [5]]
    wrong = plain.get(field.type, an_object)
    if field.size:
        wrong = [*wrong, "x" * (field.size[1] + 1)]
        wrong += [""] if field.size[0] == 1 else []
    if isinstance(field.allowed, dict):
        wrong = [*wrong, field.allowed["from"] - 1, field.allowed["to"] + 1]
    elif field.allowed and field.type == "Integer":
        wrong = [*wrong, 99, -99]
    elif field.allowed or field.each:
        wrong = [*wrong, ["bogus"] if field.each else "bogus"]
    return wrong


OPEN_SIZES = {  # a value that is too long is refused for another documented reason, or the size is a limit on reading
    "owner": "userNotFound",
}
LENIENT = {"schedule", "invitations"}  # test_objects_in_a_body


def base(world: World, form: Form) -> dict[str, Any]:
    """What a body must hold so that nothing is missing."""
    if form.id == "users-create-user":
        return {"login_name": new_login(), "password": PASSWORD}
    return {"topic": "T", "owner": world.owner} if form.id == "conferences-create-conference" else {}


@pytest.mark.parametrize("form", WRITES, ids=str)
def test_wrong_values_are_refused_by_name(world: World, form: Form) -> None:
    """400 naming the field, for every writable field of the version."""
    ids = {"user_id": world.plain, "conference_id": world.once}
    taken = []
    for name, field in writable(form).items():
        for value in wrong_values(field) if name not in LENIENT else ():
            response = send(world.api, form, ids, token=world.key, json=base(world, form) | {name: value})
            if response.status_code != 400:
                taken.append(f"{form}: {name}={str(value)[:40]!r} gets {response.status_code} {response.text[:90]}")
                continue
            details = response.json()["error"]["errors"]
            if name in OPEN_SIZES and details[0]["reason"] == OPEN_SIZES[name]:
                continue
            if not any(one.get("location", "").partition(".")[0] == name for one in details):
                taken.append(f"{form}: {name}={str(value)[:40]!r} is refused for {details}")
    if taken:
        pytest.fail("\n".join(taken), pytrace=False)


@pytest.mark.parametrize("form", WRITES, ids=str)
def test_every_wrong_field_is_named_at_once(world: World, form: Form) -> None:
    ids = {"user_id": world.plain, "conference_id": world.once}
    bad = {name: wrong_values(field)[1] for name, field in writable(form).items() if name not in LENIENT}
    response = send(world.api, form, ids, token=world.key, json=bad)
    assert response.status_code == 400
    named = {one.get("location", "").partition(".")[0] for one in response.json()["error"]["errors"]}
    assert named == set(bad)
    shapes.check_error(400, response.json())


@pytest.mark.parametrize("form", [*CREATE_USER, *CREATE], ids=str)
def test_missing_required_fields_are_named(world: World, form: Form) -> None:
    """POST needs login and password (D14), topic and owner (D19)."""
    required = ["login_name", "password"] if form.id == "users-create-user" else ["topic", "owner"]
    bodies: tuple[dict[str, Any], ...] = ({"json": {}}, {"content": b""}, {"json": dict.fromkeys(required)})
    for given in bodies:
        response = send(world.api, form, token=world.key, **given)
        assert response.status_code == 400
        details = response.json()["error"]["errors"]
        shapes.check_error(400, response.json())
        named = {(one["reason"], one["locationType"], one["location"]) for one in details}
        assert named == {("missingRequiredField", "parameter", name) for name in required}


@pytest.mark.parametrize(
    ("name", "value", "location"),
    [
        ("schedule", {"type": 7}, "schedule"),
        ("schedule", {}, "schedule"),
        ("schedule", {"type": 0}, "schedule"),
        ("schedule", {"type": 1}, "schedule"),
        ("schedule", {"type": 1, "start_time": "soon", "duration": 60}, "schedule"),
        ("schedule", {"type": 1, "start_time": 2_000_000_000, "duration": -5}, "schedule"),
        ("schedule", {"type": 0, "days": [], "time": "11:30", "duration": 60}, "schedule"),
        ("schedule", {"type": 0, "days": ["someday"], "time": "11:30", "duration": 60}, "schedule"),
        ("schedule", {"type": 0, "days": ["monday"], "time": "25:00", "duration": 60}, "schedule"),
        ("schedule", {"type": 0, "days": ["monday"], "time": "11:30"}, "schedule"),
        ("schedule", "weekly", "schedule"),
        ("invitations", "user1", "invitations"),
        ("invitations", [{"display_name": "No id"}], "invitations"),
        ("invitations", [7], "invitations"),
        ("invitations", [None], "invitations"),
        ("reminders", [{"before_start": 7}], "reminders"),
        ("reminders", [{}], "reminders"),
        ("registration", {"enabled": "maybe"}, "registration"),
        ("registration", {"participants_limit": "many"}, "registration"),
        ("registration", {"participants_limit": 10**30}, "registration"),
        ("registration", {"fields": {"email": {"index": 10**30, "is_required": True}}}, "registration"),
        ("registration", {"start_at": "2000000000", "end_at": "1000000000"}, "registration"),
        ("registration", {"fields": {"email": {"index": "first", "is_required": True}}}, "registration"),
        ("transcoding", {"mixer_max_framerate": 17}, "transcoding"),
        ("transcoding", {"sip_video_quality": "8K"}, "transcoding"),
        ("participant_restrictions", {"video_quality": "4CIF"}, "participant_restrictions"),
        ("participant_restrictions", {"framerate_ds_limit": 2}, "participant_restrictions"),
        ("rights", {"guest": {"chat_send": "maybe"}}, "rights"),
        ("rights", {"guest": "all"}, "rights"),
        ("tags", [7, {}], "tags"),
        ("join_options", ["clients", "telepathy"], "join_options"),
        ("id", "with space", "id"),
        ("id", "with/slash", "id"),
        ("id", "x" * 129, "id"),
        ("id", "\u043a\u043e\u043d\u0444", "id"),
        ("max_participants", 100_000_000, "max_participants"),
        ("max_participants", 10**30, "max_participants"),
        ("max_participants", -1, "max_participants"),
        ("max_guests", 10**30, "max_guests"),
        ("expiration_time_alert", 10**30, "expiration_time_alert"),
        ("schedule", {"type": 1, "start_time": 10**30, "duration": 60}, "schedule"),
        ("schedule", {"type": 1, "start_time": 2_000_000_000, "duration": 10**30}, "schedule"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_objects_in_a_body(world: World, name: str, value: Any, location: str) -> None:
    """What is wrong inside an object or a list names the field that holds it."""
    given = {"topic": "T", "owner": world.owner, name: value}
    response = world.api.post("/api/v3.10/conferences", token=world.key, json=given)
    assert response.status_code == 400, response.text
    shapes.check_error(400, response.json())
    located = [one.get("location", "") for one in response.json()["error"]["errors"]]
    assert any(one.partition(".")[0].partition("[")[0] == location for one in located), located
