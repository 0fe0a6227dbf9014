"""The operations that the server has, and how to call each of them.

`IMPLEMENTED` is the only place to extend when the server learns an operation: every test of this folder walks over it,
and a test asserts that it is the server's route table, version by version.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from httpx2 import Response

from tests.support.pictures import image_file
from tests.wire import calls_accounts, calls_conferences, facts
from tests.wire.facts import Form
from tests.wire.sending import new_login, send
from tests.wire.world import PASSWORD, World, kept_participant

Call = Callable[[World, Form], Response]

USERS = (
    "users-create-user",
    "users-get-user",
    "users-get-user-list",
    "users-edit-user",
    "users-delete-user",
)
CONFERENCES = (
    "conferences-create-conference",
    "conferences-get-conference",
    "conferences-get-conference-list",
    "conferences-edit-conference",
    "conferences-delete-conference",
    "conferences-run-conference",
    "conferences-stop-conference",
    "conferences-participants-get-participant-list",
    "conferences-participants-get-participant",
    *calls_conferences.CALLS,
)
SESSIONS = (
    "conference-sessions-get-conference-session",
    "conference-sessions-get-conference-session-participants",
    "conference-sessions-kick-participant",
    "conference-sessions-invite-participant-to-stand-on-a-podium",
    "conference-sessions-remove-participant-from-a-podium",
)
LOGS = (
    "logs-get-call-list",
    "logs-get-call",
    "logs-get-call-participant-list",
    "logs-get-call-invite-list",
    "logs-get-message-list",
    "logs-get-event-list",
    "logs-get-setting-list",
    "logs-get-call-record-list",
    "logs-get-call-record",
    "logs-get-recording-list",
    "logs-get-recording",
)
IMPLEMENTED = (*USERS, *calls_accounts.CALLS, *CONFERENCES, *SESSIONS, *LOGS, "software-clients-get-client-list")
"""The token endpoint has no version in its path and tests of its own (test_token.py)."""


IDS: dict[str, dict[str, str]] = {
    **calls_accounts.IDS,
    **calls_conferences.IDS,
    "users-get-user": {"user_id": "member"},
    "users-edit-user": {"user_id": "member"},
    "conferences-get-conference": {"conference_id": "full"},
    "conferences-edit-conference": {"conference_id": "stopped"},
    "conferences-participants-get-participant-list": {"conference_id": "running"},
    "conferences-participants-get-participant": {"conference_id": "running", "participant_id": "owner_call_id"},
    "conference-sessions-get-conference-session": {"session_id": "session"},
    "conference-sessions-get-conference-session-participants": {"session_id": "session"},
    "conference-sessions-remove-participant-from-a-podium": {"session_id": "session", "participant_id": "member"},
    "logs-get-call": {"session_id": "ended_session"},
    "logs-get-call-participant-list": {"session_id": "ended_session"},
    "logs-get-call-invite-list": {"session_id": "ended_session"},
    "logs-get-call-record": {"session_id": "ended_session"},
    "logs-get-recording": {"recording_id": "recording"},
}
"""The ids, as attributes of the world, with which an operation succeeds again and again."""


def ids_of(world: World, form: Form) -> dict[str, str]:
    """The ids with which an operation succeeds again and again; none for lists."""
    return {name: str(getattr(world, value)) for name, value in IDS.get(form.id, {}).items()}


def _plain(world: World, form: Form) -> Response:
    return send(world.api, form, ids_of(world, form), token=world.key)


def _create_user(world: World, form: Form) -> Response:
    return send(world.api, form, token=world.key, json={"login_name": new_login(), "password": PASSWORD})


def _edit_user(world: World, form: Form) -> Response:
    return send(world.api, form, {"user_id": world.member}, token=world.key, json={"first_name": form.version})


def _delete_user(world: World, form: Form) -> Response:
    login, _ = world.api.new_user(new_login())
    return send(world.api, form, {"user_id": login}, token=world.key)


def _create_conference(world: World, form: Form) -> Response:
    given = {"topic": "Made", "owner": world.owner}
    return send(world.api, form, token=world.key, json=given)


def _edit_conference(world: World, form: Form) -> Response:
    given = {"topic": f"Edited in {form.version}"}
    return send(world.api, form, {"conference_id": world.stopped}, token=world.key, json=given)


def _delete_conference(world: World, form: Form) -> Response:
    made = world.api.new_conference(owner=world.owner)
    return send(world.api, form, {"conference_id": made["id"]}, token=world.key)


def _run(world: World, form: Form) -> Response:
    made = world.api.new_conference(owner=world.owner)
    return send(world.api, form, {"conference_id": made["id"]}, token=world.key)


def _stop(world: World, form: Form) -> Response:
    made = world.api.new_conference(owner=world.owner)
    world.run_conference(made["id"])
    return send(world.api, form, {"conference_id": made["id"]}, token=world.key)


def _kick(world: World, form: Form) -> Response:
    guest = f"#guest:{secrets.token_hex(4)}@server.test"
    kept_participant(world.api, world.session, guest, None, "Passing by")
    ids = {"session_id": world.session, "participant_id": guest}
    return send(world.api, form, ids, token=world.key)


def _podium(world: World, form: Form) -> Response:
    ids = {"session_id": world.session}
    return send(world.api, form, ids, token=world.key, json={"participant_id": world.member})


def _clients(world: World, form: Form) -> Response:
    query = {"call_id": world.running, "user": world.member}
    return send(world.api, form, token=world.key, params=query)


CALLS: dict[str, Call] = {
    **calls_accounts.CALLS,
    **calls_conferences.CALLS,
    "users-create-user": _create_user,
    "users-get-user": _plain,
    "users-get-user-list": _plain,
    "users-edit-user": _edit_user,
    "users-delete-user": _delete_user,
    "conferences-create-conference": _create_conference,
    "conferences-get-conference": _plain,
    "conferences-get-conference-list": _plain,
    "conferences-edit-conference": _edit_conference,
    "conferences-delete-conference": _delete_conference,
    "conferences-run-conference": _run,
    "conferences-stop-conference": _stop,
    "conferences-participants-get-participant-list": _plain,
    "conferences-participants-get-participant": _plain,
    "conference-sessions-get-conference-session": _plain,
    "conference-sessions-get-conference-session-participants": _plain,
    "conference-sessions-kick-participant": _kick,
    "conference-sessions-invite-participant-to-stand-on-a-podium": _podium,
    "conference-sessions-remove-participant-from-a-podium": _plain,
    "logs-get-call-list": _plain,
    "logs-get-call": _plain,
    "logs-get-call-participant-list": _plain,
    "logs-get-call-invite-list": _plain,
    "logs-get-message-list": _plain,
    "logs-get-event-list": _plain,
    "logs-get-setting-list": _plain,
    "logs-get-call-record-list": _plain,
    "logs-get-call-record": _plain,
    "logs-get-recording-list": _plain,
    "logs-get-recording": _plain,
    "software-clients-get-client-list": _clients,
}
"""A successful call of each operation."""
FORMATS = calls_conferences.FORMATS

NOT_FOUND = {
    **calls_accounts.NOT_FOUND,
    **calls_conferences.NOT_FOUND,
    "user_id": "userNotFound",
    "conference_id": "conferenceNotFound",
    "session_id": "conferenceSessionNotFound",
    "participant_id": "participantNotFound",
}


def not_found_reason(form: Form) -> str:
    """The reason for an unknown first id in the path; the log calls a session's conference (page, F6)."""
    first = form.named("path")[0].name
    if first == "recording_id":
        return "recordingNotFound"
    return "conferenceNotFound" if form.id.startswith("logs-") else NOT_FOUND[first]


def least_body(form: Form) -> dict[str, Any]:
    """What a body must hold so that an unknown id in the path is the only mistake."""
    if form.id == "users-create-avatar":
        return {"files": image_file()}
    if form.method == "PUT" and "conf" in form.id:
        return {"json": {"description": "x"}}
    if form.id == "conference-sessions-invite-participant-to-stand-on-a-podium":
        return {"json": {"participant_id": "somebody"}}
    least = calls_accounts.LEAST | calls_conferences.LEAST
    return {"json": least[form.id]} if form.id in least else {}


def with_path_ids() -> list[Form]:
    """The pairs whose path carries an id."""
    return [form for form in facts.pairs(list(IMPLEMENTED)) if form.named("path")]
