"""The people and things of the authorization matrix: who calls, and what they call it on."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from rostrum.accounts.users import presence
from rostrum.api.operation import Operation
from rostrum.conferences.wire import ClientRights
from rostrum.ids import ParticipantId, SessionId, UserId, hashed, new_secret
from rostrum.meetings import store
from rostrum.meetings.calls import store as calls
from rostrum.meetings.calls.rules import CallRow
from rostrum.meetings.rules import HOST, LISTENER, ParticipationRow
from rostrum.slices import known_scopes
from tests.support.api import Api
from tests.support.pictures import image_file
from tests.wire import world as worlds
from tests.wire.authorization import Row
from tests.wire.world import World, ok

EVERYTHING = " ".join(sorted(known_scopes()))


@dataclass
class Cast:
    """People and their tokens, and one running meeting; those that act on it leave it as it is."""

    api: Api
    world: World
    names: dict[str, str]
    tokens: dict[str, str | None]
    passing: dict[str, str] = field(default_factory=dict)
    """The tokens of the places in the meeting that is called on now."""

    def token(self, caller: str) -> str | None:
        """The caller's token; those in a meeting have one for each meeting."""
        return self.passing.get(caller, self.tokens.get(caller))


def make_cast(api: Api) -> Cast:
    """Accounts of every kind, and what the log holds."""
    names: dict[str, str] = {}
    tokens: dict[str, str | None] = {"nobody": None, "key": api.secret_key}
    for name in ("administrator", "stranger", "invited", "owner", "operator", "callee"):
        names[name], tokens[name] = api.new_user(admin=name == "administrator")
    tokens["application"] = api.token(EVERYTHING)
    tokens["expired"] = api.expired_token()
    world = worlds.make_world(api)
    link = {"call_id": world.stopped, "user": "2$portal*Guest"}
    clients = ok(api.get("/api/v3.10/software/clients", token=api.secret_key, params=link))["clients"]
    tokens["guest"] = clients[0]["web_url"].partition("token=")[2].partition("&")[0]
    rights = ["create_group_conference", "make_calls", "address_book_editing", "operator_rights"]
    body = {"display_name": "Operators", "rights": rights}
    group = ok(api.post("/api/v3.10/groups", token=api.secret_key, json=body))["group"]["id"]
    member = {"user_id": names["operator"]}
    ok(api.post(f"/api/v3.10/groups/{group}/users", token=api.secret_key, json=member))
    api.run(lambda db: presence.connect(db, "a page", UserId(names["callee"]), "a process"))
    cast = Cast(api, world, names, tokens)
    for caller in ("participant", "host", "elsewhere", "waiting"):
        _place(cast, world.session, caller, role=HOST if caller == "host" else LISTENER, waits=caller == "waiting")
    cast.tokens |= cast.passing
    return cast


def things(cast: Cast, row: Row, path: str) -> dict[str, str]:
    """What stands in the path, made anew: an operation that succeeds may take it away."""
    api, world, people = cast.api, cast.world, cast.names
    found = {"session_id": world.ended_session, "recording_id": _recording(cast, path)}
    cast.passing = {}
    if "{user_id}" in path:
        found["user_id"] = people["owner"] if row.policy == "own account" else api.new_user()[0]
    if "{contact_id}" in path:
        found["contact_id"] = f"{secrets.token_hex(4)}@elsewhere.test"
        book = f"/api/v3.10/users/{found['user_id']}/addressbook"
        ok(api.post(book, token=api.secret_key, json={"contact_id": found["contact_id"]}))
    if "{group_id}" in path:
        body: dict[str, Any] = {"display_name": secrets.token_hex(6)}
        found["group_id"] = ok(api.post("/api/v3.10/groups", token=api.secret_key, json=body))["group"]["id"]
        if "{user_id}" in path:
            member = {"user_id": found["user_id"]}
            ok(api.post(f"/api/v3.10/groups/{found['group_id']}/users", token=api.secret_key, json=member))
    if "{template_id}" in path:
        body = {"name": "Kept", "object": {"owner": people["owner"]}}
        made = ok(api.post("/api/v3.10/templates/conferences", token=api.secret_key, json=body))
        found["template_id"] = made["template"]["id"]
    if "{preset_id}" in path:
        made = ok(api.post("/api/v3.10/broadcast/presets", token=api.secret_key, json=worlds.a_preset()))
        found["preset_id"] = made["preset"]["id"]
    if "{conference_id}" in path or row.running or "call_id" in row.query:
        found |= _conference(cast, row, path)
    if "{file_id}" in path:
        address = f"/api/web/sessions/{quote(found['session_id'], safe='')}/files"
        sent = {"files": {"file": ("plan.txt", b"a plan")}, "data": {"name": "plan.txt"}}
        message = ok(api.post(address, token=cast.passing["host"], **sent))["message"]
        found["file_id"] = message["file"]["id"]
    if "{call_id}" in path:
        found["call_id"] = _ringing(cast, found["session_id"])
    return found


def _recording(cast: Cast, path: str) -> str:
    """A recording in the log, or one of the owner."""
    if not path.startswith("/recordings/"):
        return cast.world.recording
    owner, session = f"{cast.names['owner']}@{cast.api.settings.server.name}", cast.world.ended_session
    return str(cast.api.run(lambda db: worlds.a_recording(db, session, "theirs", owner)))


def filled(value: Any, cast: Cast, found: dict[str, str]) -> Any:
    """A body or a query with the names of this scene in the place of the words in capitals."""
    if isinstance(value, dict):
        return {key: filled(one, cast, found) for key, one in value.items()}
    if isinstance(value, list):
        return [filled(one, cast, found) for one in value]
    if value == "PAYLOAD":
        return worlds.a_preset()["payload"]
    if not isinstance(value, str):
        return value
    words = {name.upper(): cast.names[name] for name in ("owner", "stranger", "callee")}
    words |= {"NEW": f"new{secrets.token_hex(4)}", "CONFERENCE": found.get("conference_id", "")}
    words["PARTICIPANT"] = found.get("participant_id", "")
    for word, name in words.items():
        value = value.replace(word, name)
    return value


def sent(operation: Operation, body: dict[str, Any]) -> dict[str, Any]:
    """A body as the operation takes it: a form with a file where it takes one, else JSON."""
    upload = next((one.key for one in operation.parameters if one.source == "upload"), None)
    if upload is not None:
        return {"files": {upload: image_file()["image"]}, "data": body}
    return {"json": body} if body else {}


def _conference(cast: Cast, row: Row, path: str) -> dict[str, str]:
    api, people = cast.api, cast.names
    given: dict[str, Any] = {"owner": people["owner"], "allow_guests": True}
    if row.running:
        given |= {"type": 3}  # with a podium
    if path.endswith("/registration"):
        given |= {"registration": {"enabled": True}}
    made = api.new_conference(invitations=[{"id": people["owner"]}, {"id": people["invited"]}], **given)
    found = {"conference_id": made["id"], "invitation_id": people["invited"]}
    if "{record_id}" in path:
        folder = api.data_dir / "recordings" / made["id"]
        folder.mkdir(parents=True)
        (folder / "kept.mkv").write_bytes(b"a recording")
        found["record_id"] = "kept.mkv"
    if row.running:
        session = worlds.run_conference(api, made["id"])
        found |= {"session_id": session, "participant_id": _place(cast, session, "participant")}
        _place(cast, session, "host", role=HOST)
        _place(cast, session, "waiting", waits=True)
        _place(cast, session, "operator", role=HOST, user=people["operator"])
    return found


def _ringing(cast: Cast, session: str) -> str:
    """A call that rings for whoever is invited."""
    user, now = cast.names["invited"], datetime.now(UTC)
    call = CallRow(
        session_id=session,
        call_id=f"{cast.names['owner']}@server.test",
        invited_call_id=f"{user}@server.test",
        user_id=user,
        invite_time=now,
        expires_at=now + timedelta(minutes=1),
        state="ringing",
    )
    return str(cast.api.run(lambda db: calls.insert_call(db, call)))


def _place(
    cast: Cast, session: str, caller: str, *, role: Any = LISTENER, user: str | None = None, waits: bool = False
) -> str:
    """A place in a meeting; its token is the caller's, unless that has one of an account."""
    secret, name = new_secret(), secrets.token_hex(4)
    participant = f"{user}@server.test" if user else f"#guest:{name}@server.test"
    now = datetime.now(UTC)
    place = ParticipationRow(
        session_id=SessionId(session),
        participant_id=ParticipantId(participant),
        user_id=user,
        display_name=name,
        role=role,
        is_owner=False,
        rights=ClientRights(),
        token_hash=hashed(secret),
        admitted_at=now,
        join_time=None if waits else now,
        waiting_since=now if waits else None,
        waiting_seen=now if waits else None,
    )
    cast.api.run(lambda db: store.insert_participation(db, place))
    if user is None:
        cast.passing[caller] = secret
    return participant
