"""Every operation in every version answers with exactly the fields of that version, each of its type."""

from __future__ import annotations

import pytest

from tests.support.api import Api
from tests.wire import calls_conferences, facts, shapes
from tests.wire.calls import CALLS, FORMATS, IMPLEMENTED
from tests.wire.facts import Form
from tests.wire.sending import send, url
from tests.wire.world import GUEST, PASSWORD, World, kept_participant, ok


@pytest.mark.parametrize("form", facts.pairs(list(IMPLEMENTED)), ids=str)
def test_answer_has_exactly_the_fields_of_its_version(world: World, form: Form) -> None:
    """Missing, extra and ill-typed fields are told with version, endpoint and field."""
    response = CALLS[form.id](world, form)
    if form.id in calls_conferences.RECORDER:
        assert response.status_code == 503
        return
    assert response.status_code == form.status, f"{form}: {response.text}"
    media = FORMATS.get(form.id, "application/json")
    assert form.id in FORMATS or response.headers["content-type"] == media
    if media == "application/json":
        shapes.check(form, response.json())
    else:
        assert bool(response.content) == bool(media)


@pytest.mark.parametrize("form", facts.pairs(["conferences-get-conference"]), ids=str)
@pytest.mark.parametrize("kind", ["plain", "weekly", "once", "running", "ended"])
def test_every_kind_of_conference(world: World, form: Form, kind: str) -> None:
    """A schedule, a PIN, a running session or guests change values, never the fields."""
    which = world.stopped if kind == "plain" else getattr(world, kind)
    body = ok(send(world.api, form, {"conference_id": which}, token=world.key))
    shapes.check(form, body)


@pytest.mark.parametrize("form", facts.pairs(["logs-get-call"]), ids=str)
def test_running_call(world: World, form: Form) -> None:
    """A running call has the fields of an ended one; its end is null."""
    body = ok(send(world.api, form, {"session_id": world.session}, token=world.key))
    shapes.check(form, body)
    assert body["end_time"] is None


@pytest.mark.parametrize("form", facts.pairs(["conferences-participants-get-participant"]), ids=str)
def test_one_participant_by_short_and_by_full_id(world: World, form: Form) -> None:
    """Clients know the short id of the invitation and the call id of the list."""
    short = ok(send(world.api, form, {"conference_id": world.running, "participant_id": world.owner}, token=world.key))
    ids = {"conference_id": world.running, "participant_id": world.owner_call_id}
    full = ok(send(world.api, form, ids, token=world.key))
    assert short == full
    assert short["participant"]["is_owner"] is True


@pytest.mark.parametrize("form", facts.pairs(["software-clients-get-client-list"]), ids=str)
@pytest.mark.parametrize("query", [{}, {"user": "somebody"}], ids=["bare", "user"])
def test_clients_without_a_call(world: World, form: Form, query: dict[str, str]) -> None:
    """Without call_id there are no deeplinks (slip C8)."""
    body = ok(send(world.api, form, token=world.key, params=query))
    shapes.check(form, body)
    assert "deeplinks" not in body


def test_user_sees_the_same_fields(api: Api, world: World) -> None:
    """What a plain user sees of a conference has the same fields; the PIN is null (D9)."""
    token = api.user_token(world.owner, PASSWORD)
    other = api.user_token(world.member, PASSWORD)
    for form in facts.pairs(["conferences-get-conference"]):
        address = url(form, conference_id=world.full)
        for who in (token, other):
            shapes.check(form, ok(api.get(address, token=who)))


def test_pin_is_for_the_owner_and_applications(api: Api, world: World) -> None:
    """Others learn only that there is one (D9)."""
    address = f"/api/v3.10/conferences/{world.full}"
    owner = api.user_token(world.owner, PASSWORD)
    other = api.user_token(world.member, PASSWORD)
    seen = [ok(api.get(address, token=token))["conference"] for token in (world.key, owner, other)]
    assert [one["pin"] for one in seen] == ["2468", "2468", None]
    assert [one["pin_enabled"] for one in seen] == [True, True, True]


def test_groups_and_invitations_of_v3_are_lists_of_ids(world: World) -> None:
    """Before v3.1 both were plain strings."""
    v3 = ok(world.api.get(f"/api/v3/conferences/{world.full}", token=world.key))["conference"]
    v3_10 = ok(world.api.get(f"/api/v3.10/conferences/{world.full}", token=world.key))["conference"]
    assert v3["invitations"] == [one["id"] for one in v3_10["invitations"]]
    old = ok(world.api.get(f"/api/v3/users/{world.member}", token=world.key))["user"]
    new = ok(world.api.get(f"/api/v3.10/users/{world.member}", token=world.key))["user"]
    assert old["groups"] == [group["id"] for group in new["groups"]] != []


@pytest.mark.parametrize("form", facts.pairs(["conference-sessions-get-conference-session-participants"]), ids=str)
def test_roles_in_a_session(world: World, form: Form) -> None:
    """2 is the host; the others of a role-based conference listen. Participants carry call ids (slip E29)."""
    body = ok(send(world.api, form, {"session_id": world.session}, token=world.key))
    roles = {one["call_id"]: one["role"] for one in body["participants"]}
    assert roles == {world.owner_call_id: 2, f"{world.member}@server.test": 1, GUEST: 1}
    assert body["count"] == 3
    page = {"page_size": "2", "page_id": "2"}
    second = ok(send(world.api, form, {"session_id": world.session}, token=world.key, params=page))
    assert (second["count"], second["participants"]) == (3, body["participants"][2:])


@pytest.mark.parametrize("form", facts.pairs(["conferences-participants-get-participant-list"]), ids=str)
def test_participants_of_a_running_conference(world: World, form: Form) -> None:
    """Everybody with the full id; the owner is told apart; a guest's id begins with `#guest`."""
    body = ok(send(world.api, form, {"conference_id": world.running}, token=world.key))
    owners = {one["id"]: one["is_owner"] for one in body["participants"]}
    assert owners == {world.owner_call_id: True, f"{world.member}@server.test": False, GUEST: False}
    assert all(one["join_time"] for one in body["participants"])


@pytest.mark.parametrize("form", facts.pairs(["conference-sessions-kick-participant"]), ids=str)
def test_who_is_kicked_is_gone(world: World, form: Form) -> None:
    """The answer repeats the id; a second time there is nobody (slip F6)."""
    made = world.api.new_conference(owner=world.owner)
    session = world.run_conference(made["id"])
    guest = "#guest:0badcafe@server.test"
    kept_participant(world.api, session, guest, None, "To be put out")
    kept_participant(world.api, session, f"{world.plain}@server.test", world.plain, "To be put out")
    listed = f"/api/{form.version}/conferences/{made['id']}/participants"
    for who in (guest, world.plain):
        ids = {"session_id": session, "participant_id": who}
        assert ok(send(world.api, form, ids, token=world.key)) == {"participant_id": who}
        again = send(world.api, form, ids, token=world.key)
        assert again.status_code == 404
        shapes.check_error(404, again.json(), reason="participantNotFound", location="participant_id")
    assert ok(world.api.get(listed, token=world.key)) == {"participants": []}
    log = f"/api/{form.version}/logs/calls/{session}".replace("#", "%23")
    assert ok(world.api.get(log, token=world.key))["participant_count"] == 2
