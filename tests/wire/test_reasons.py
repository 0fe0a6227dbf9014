"""Every documented error of every operation is produced in every version that documents it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from httpx2 import Response

from tests.support.api import Api
from tests.wire import calls_accounts, facts, shapes
from tests.wire.calls import IMPLEMENTED, least_body
from tests.wire.calls_conferences import INVITE, INVITE_PARTICIPANT, RECORDER
from tests.wire.facts import Form
from tests.wire.sending import new_login, send
from tests.wire.world import PASSWORD, World, ok

Scenario = Callable[[World, Form], Response]

OUT_OF_REACH = {
    ("conferences-stop-conference", "serviceUnavailable"): "a stop is a change of our own data and needs no engine",
    ("conferences-participants-get-participant-list", "participantNotFound"): "a list names no participant",
    ("software-clients-get-client-list", "forbidden"): "any scope will do, and none with call_id (D10)",
}
STATUS = {
    "forbidden": 403,
    "serviceUnavailable": 503,
}  # D1; what is not found is 404 in the path, 400 or 404 in the body


@contextmanager
def limited(api: Api, section: str = "limits", **values: Any) -> Iterator[None]:
    """The server with other limits or features for a while."""
    settings = getattr(api.settings, section)
    before = {name: getattr(settings, name) for name in values}
    for name, value in values.items():
        setattr(settings, name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(settings, name, value)


def _forbidden(world: World, form: Form) -> Response:
    other = next(scope for scope in facts.all_scopes() if not facts.permits(form.permission, {scope}))
    return send(world.api, form, token=world.api.token(other))


def _unknown(world: World, form: Form) -> Response:
    return send(world.api, form, token=world.key, **least_body(form))


def _stranger_to_group(world: World, form: Form) -> Response:
    body = {"json": {"user_id": "nobody-has-this-login"}} if form.method == "POST" else {}
    return send(world.api, form, {"group_id": world.group, "user_id": world.owner}, token=world.key, **body)


def _unknown_contact(world: World, form: Form) -> Response:
    return send(world.api, form, {"user_id": world.grouped}, token=world.key, **least_body(form))


def _max_users(world: World, form: Form) -> Response:
    with limited(world.api, users=1):
        return send(world.api, form, token=world.key, json={"login_name": new_login(), "password": PASSWORD})


def _with(**given: Any) -> Scenario:
    """Create a conference, or edit a fresh one, with these fields; "OWNER" and "MEMBER" stand for people."""

    def call(world: World, form: Form) -> Response:
        people = {"OWNER": world.owner, "MEMBER": world.member}
        body = {name: _filled(value, people) for name, value in given.items()}
        if form.method == "POST":
            return send(world.api, form, token=world.key, json={"topic": "T", "owner": world.owner} | body)
        made = world.api.new_conference(owner=world.owner)
        return send(world.api, form, {"conference_id": made["id"]}, token=world.key, json=body)

    return call


def _filled(value: Any, people: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_filled(one, people) for one in value]
    if isinstance(value, dict):
        return {key: _filled(one, people) for key, one in value.items()}
    return people.get(value, value) if isinstance(value, str) else value


def _conference_limit(world: World, form: Form) -> Response:
    with limited(world.api, conferences=1):
        return send(world.api, form, token=world.key, json={"topic": "T", "owner": world.owner})


def _without_terminals(world: World, form: Form) -> Response:
    with limited(world.api, "features", terminals=False):
        return _with(join_options=["clients", "terminal"])(world, form)


def _on_running(world: World, form: Form) -> Response:
    given = {"json": {"topic": "Other"}} if form.method == "PUT" else {}
    return send(world.api, form, {"conference_id": world.running}, token=world.key, **given)


def _on_invited(world: World, form: Form) -> Response:
    ids = {"conference_id": world.running, "invitation_id": world.member}
    return send(world.api, form, ids, token=world.key, json={"display_name": "Other"})


def _template_of_nobody(world: World, form: Form) -> Response:
    return send(world.api, form, token=world.key, json={"name": "N", "object": {"owner": "nobody-has-this-login"}})


def _of(conference: str) -> Scenario:
    """Call it for a conference of the world."""
    return lambda world, form: send(world.api, form, {"conference_id": getattr(world, conference)}, token=world.key)


def _too_many_running(world: World, form: Form) -> Response:
    with limited(world.api, ongoing_conferences=1):
        return send(world.api, form, {"conference_id": world.stopped}, token=world.key, **least_body(form))


def _inviting(who: str) -> Scenario:
    """Invite somebody of the world into the running conference."""

    def call(world: World, form: Form) -> Response:
        given = {"participant_id": getattr(world, who)}
        return send(world.api, form, {"conference_id": world.running}, token=world.key, json=given)

    return call


def _over(world: World, form: Form) -> Response:
    schedule = {"type": 1, "start_time": int(time.time()) - 7200, "duration": 600}
    made = world.api.new_conference(owner=world.owner, schedule=schedule)
    return send(world.api, form, {"conference_id": made["id"]}, token=world.key)


def _off_the_podium(world: World, form: Form) -> Response:
    ids = {"session_id": world.session, "participant_id": "nobody-has-this-login"}
    return send(world.api, form, ids, token=world.key)


def _not_there_for_the_podium(world: World, form: Form) -> Response:
    ids = {"session_id": world.session}
    return send(world.api, form, ids, token=world.key, json={"participant_id": "nobody-has-this-login"})


_GUESTS = [{"id": "OWNER"}, {"id": "a@elsewhere.test"}, {"id": "b@elsewhere.test"}, {"id": "#sip:c@elsewhere.test"}]
_CREATE, _EDIT = "conferences-create-conference", "conferences-edit-conference"
_RULES: dict[str, Scenario] = {
    "conferenceMaxInvitationsLimit": _with(max_participants=2, invitations=_GUESTS),
    "maxGuestsLimitReached": _with(max_guests=2, invitations=_GUESTS),
    "conferenceOwnerNotInInvitationsList": _with(invitations=[{"id": "MEMBER"}]),
    "joinOptionsNotAllowedByLicense": _without_terminals,
    "mcuModeUnavailableWhenMulticastIsEnabled": _with(mcu_mode=True, multicast_enable=True),
    "joinOptionsNotEditableInMcuMode": _with(mcu_mode=True, join_options=["clients"]),
    "joinOptionsNotAllowedWhenMulticastIsEnabled": _with(multicast_enable=True, join_options=["webrtc"]),
}
SCENARIOS: dict[tuple[str, str], Scenario] = {
    ("users-create-user", "maxUsers"): _max_users,
    **{(endpoint, "conferenceIsNotRunning"): _of("stopped") for endpoint in RECORDER},
    **{(endpoint, "serviceUnavailable"): _of("running") for endpoint in RECORDER},
    ("conferences-records-get-record", "recordNotFound"): _of("full"),
    ("conferences-records-download-record", "recordNotFound"): _of("full"),
    ("conference-templates-create-conference-template", "userNotFound"): _template_of_nobody,
    **{(one, "contactNotFound"): _unknown_contact for one in calls_accounts.CONTACTS if one.endswith("t-contact")},
    ("users-contacts-delete-contact", "contactNotFound"): _unknown_contact,
    ("groups-users-add-user", "userNotFound"): _stranger_to_group,
    ("groups-users-get-user", "userNotFound"): _stranger_to_group,
    ("groups-users-delete-user", "userNotFound"): _stranger_to_group,
    (_CREATE, "userNotFound"): _with(owner="nobody-has-this-login"),
    (_CREATE, "conferenceLimit"): _conference_limit,
    **{(endpoint, reason): scenario for endpoint in (_CREATE, _EDIT) for reason, scenario in _RULES.items()},
    (_EDIT, "conferenceUnavailableForChange"): _on_running,
    (_EDIT, "conferenceFieldUnavailableForChange"): _on_running,
    ("conferences-delete-conference", "conferenceUnavailableForChange"): _on_running,
    **{
        (f"conferences-invitations-{verb}-invitation", "conferenceUnavailableForChange"): _on_invited
        for verb in ("edit", "delete")
    },
    ("conferences-run-conference", "ongoingConferencesLimit"): _too_many_running,
    ("conferences-run-conference", "conferenceIsFinished"): _over,
    (INVITE, "ongoingConferencesLimit"): _too_many_running,
    (INVITE_PARTICIPANT, "participantIsUnavailable"): _inviting("plain"),
    (INVITE_PARTICIPANT, "participantAlreadyInConference"): _inviting("member"),
    ("conference-sessions-invite-participant-to-stand-on-a-podium", "participantNotFound"): _not_there_for_the_podium,
    ("conference-sessions-remove-participant-from-a-podium", "participantNotFound"): _off_the_podium,
}
DOCUMENTED = [(form, reason) for form in facts.pairs(list(IMPLEMENTED)) for reason in form.errors]
REACHED = [(form, reason) for form, reason in DOCUMENTED if (form.id, reason) not in OUT_OF_REACH]


def scenario(form: Form, reason: str) -> Scenario | None:
    """How to produce a reason: its own scenario, a missing scope, or an unknown id in the path."""
    named = SCENARIOS.get((form.id, reason))
    if named is not None:
        return named
    if reason == "forbidden":
        return _forbidden
    return _unknown if reason.endswith("NotFound") and form.named("path") else None


def test_every_documented_reason_has_a_scenario_or_says_why_not() -> None:
    assert [(str(form), reason) for form, reason in REACHED if scenario(form, reason) is None] == []
    assert set(OUT_OF_REACH) <= {(form.id, reason) for form, reason in DOCUMENTED}


@pytest.mark.parametrize(("form", "reason"), REACHED, ids=str)
def test_documented_reason(world: World, form: Form, reason: str) -> None:
    made = scenario(form, reason)
    assert made is not None
    response = made(world, form)
    not_found = {404} if made is _unknown else {400, 404}
    wanted = {STATUS[reason]} if reason in STATUS else not_found if reason.endswith("NotFound") else {400}
    assert response.status_code in wanted, response.text
    shapes.check_error(response.status_code, response.json(), reason=reason)
    printed = form.errors[reason]
    if not re.search(r"_id\b|%|\(max_", printed):  # the others show an id or a number
        assert response.json()["error"]["errors"][0]["message"].rstrip(".") == printed.rstrip(".")


NEW = {  # reasons that come with a field or a behaviour: before it the same request is allowed
    "maxGuestsLimitReached",
    "mcuModeUnavailableWhenMulticastIsEnabled",
    "joinOptionsNotEditableInMcuMode",
    "conferenceIsFinished",
}
BEFORE = [
    (form, reason)
    for endpoint, reason in SCENARIOS
    if reason in NEW
    for form in facts.pairs([endpoint])
    if reason not in form.errors
]


@pytest.mark.parametrize(("form", "reason"), BEFORE, ids=str)
def test_before_its_version_the_request_is_allowed(world: World, form: Form, reason: str) -> None:
    response = SCENARIOS[form.id, reason](world, form)
    assert response.status_code == 200, f"{form}: {response.text}"


def test_bare_ids_of_v3_need_no_owner(world: World) -> None:
    """The rule of the owner in the list came with v3.1; the owner is invited all the same."""
    given = {"topic": "T", "owner": world.owner, "invitations": [world.member]}
    made = ok(world.api.post("/api/v3/conferences", token=world.key, json=given))["conference"]
    assert set(made["invitations"]) == {world.owner, world.member}


@pytest.mark.parametrize("form", facts.pairs([_EDIT]), ids=str)
def test_description_of_a_running_conference(world: World, form: Form) -> None:
    """From v3.4 on it may change, alone; before, nothing may (D26)."""
    ids = {"conference_id": world.running}
    response = send(world.api, form, ids, token=world.key, json={"description": f"In {form.version}"})
    if facts.at_least(form.version, "v3.4"):
        assert ok(response)["conference"]["description"] == f"In {form.version}"
        both = send(world.api, form, ids, token=world.key, json={"description": "Both", "topic": "Both"})
        shapes.check_error(400, both.json(), reason="conferenceFieldUnavailableForChange", location="topic")
        kept = ok(world.api.get(f"/api/v3.10/conferences/{world.running}", token=world.key))["conference"]
        assert kept["description"] == f"In {form.version}"
    else:
        assert response.status_code == 400
        shapes.check_error(400, response.json(), reason="conferenceUnavailableForChange")


@pytest.mark.parametrize("form", facts.pairs(["users-create-user"]), ids=str)
def test_duplicate_users(world: World, form: Form) -> None:
    """400 uniqueValueAlreadyInUse with the field (D15); clients then switch to PUT."""
    for given, location in (
        ({"login_name": world.plain.upper()}, "login_name"),
        ({"login_name": new_login(), "email": f"{world.plain}@MAIL.test"}, "email"),
    ):
        response = send(world.api, form, token=world.key, json={"password": PASSWORD} | given)
        assert response.status_code == 400
        shapes.check_error(400, response.json(), reason="uniqueValueAlreadyInUse", location=location)


@pytest.mark.parametrize("form", facts.pairs(["users-edit-user"]), ids=str)
def test_duplicate_email_by_edit(world: World, form: Form) -> None:
    given = {"email": f"{world.owner}@mail.test"}
    response = send(world.api, form, {"user_id": world.plain}, token=world.key, json=given)
    assert response.status_code == 400
    shapes.check_error(400, response.json(), reason="uniqueValueAlreadyInUse", location="email")


@pytest.mark.parametrize("form", facts.pairs([_CREATE]), ids=str)
def test_duplicate_conference(world: World, form: Form) -> None:
    given = {"topic": "T", "owner": world.owner, "id": world.stopped}
    response = send(world.api, form, token=world.key, json=given)
    assert response.status_code == 400
    shapes.check_error(400, response.json(), reason="uniqueValueAlreadyInUse", location="id")


@pytest.mark.parametrize("version", facts.VERSIONS)
def test_run_of_a_running_and_stop_of_a_stopped_conference(world: World, version: str) -> None:
    """Whatever is answered, nothing changes: no second session, no second call."""
    made = world.api.new_conference(owner=world.owner)
    address = f"/api/{version}/conferences/{made['id']}"
    for action, state in (("run", "running"), ("stop", "stopped")):
        first = world.api.post(f"{address}/{action}", token=world.key)
        assert (first.status_code, first.json()) == (200, {"state": state})
        before = ok(world.api.get(f"/api/v3.10/conferences/{made['id']}", token=world.key))
        again = world.api.post(f"{address}/{action}", token=world.key)
        assert again.status_code in {200, 400}
        if again.status_code == 400:
            shapes.check_error(400, again.json())
        assert ok(world.api.get(f"/api/v3.10/conferences/{made['id']}", token=world.key)) == before
    logged = ok(world.api.get(f"/api/v3.10/logs/calls?named_conf_id={made['id']}", token=world.key))
    assert logged["cnt"] == 1
    assert logged["list"][0]["term_reason"] == 15


@pytest.mark.parametrize("version", [version for version in facts.VERSIONS if facts.at_least(version, "v3.3")])
def test_session_of_a_stopped_conference_is_gone(world: World, version: str) -> None:
    for more in ("", "/participants"):
        address = f"/api/{version}/conference-sessions/{world.ended_session}".replace("#", "%23")
        response = world.api.get(address + more, token=world.key)
        assert response.status_code == 404
        shapes.check_error(404, response.json(), reason="conferenceSessionNotFound", location="session_id")


@pytest.mark.parametrize("version", facts.VERSIONS)
def test_participants_of_a_stopped_conference(world: World, version: str) -> None:
    body = ok(world.api.get(f"/api/{version}/conferences/{world.stopped}/participants", token=world.key))
    assert body == {"participants": []}


@pytest.mark.parametrize("version", facts.VERSIONS)
def test_unknown_names_for_clients(world: World, version: str) -> None:
    """An unknown conference or user is a clear error or has no effect; a stranger learns nothing by it."""
    for query in ({"call_id": "unknown_conference"}, {"call_id": world.stopped, "user": "nobody-has-this"}):
        response = world.api.get(f"/api/{version}/software/clients", token=world.key, params=query)
        assert response.status_code in {200, 400, 404}
        if response.status_code != 200:
            shapes.check_error(response.status_code, response.json())
