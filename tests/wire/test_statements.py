"""No list asks the database once more for each of its rows: twenty rows cost as many statements as two."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert

from rostrum.accounts.groups import store as groups
from rostrum.api.operation import Operation
from rostrum.api.versions import NEWEST, WEB
from rostrum.journal.events.store import insert_setting
from rostrum.meetings.calls import store as calls
from rostrum.meetings.calls.rules import CallRow
from rostrum.meetings.tables import messages
from rostrum.recordings.store import insert_recording
from rostrum.slices import OPERATIONS
from tests.conftest import make_settings
from tests.support.api import Api
from tests.support.meeting import join, quoted, run, seen, stop, with_engine
from tests.support.pictures import image_file
from tests.support.postgresql import new_database
from tests.wire.world import a_preset, kept_participant, ok

FEW, MANY = 2, 20


@dataclass
class Place:
    """What the lists hang on."""

    api: Api
    user: str
    user_token: str
    group: str
    conference: str
    session: str
    participant_token: str

    def person(self) -> str:
        """A new account with a picture, in a group of its own and in the common one."""
        user, _ = self.api.new_user()
        body = {"display_name": secrets.token_hex(6)}
        own = ok(self.api.post("/api/v3.10/groups", token=self.api.secret_key, json=body))["group"]["id"]
        for group in (own, self.group):
            self.api.run(partial(groups.add_member, group_id=group, user_id=user))
        ok(self.api.post(f"/api/v3.10/users/{user}/avatar", token=self.api.secret_key, files=image_file()))
        return user


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, database_server: str | None) -> Iterator[Place]:
    url = new_database(database_server) if database_server else ""
    api = Api(make_settings(url), tmp_path_factory.mktemp("lists"))
    with_engine(api)
    user, token = api.new_user()
    body = {"display_name": "Everybody"}
    group = ok(api.post("/api/v3.10/groups", token=api.secret_key, json=body))["group"]["id"]
    ok(api.post(f"/api/v3.10/groups/{group}/users", token=api.secret_key, json={"user_id": user}))
    conference = api.new_conference(owner=user, allow_guests=True)["id"]
    session = run(api, conference)
    mine = join(api, conference, token=token)
    seen(api, mine)
    yield Place(api, user, token, group, conference, session, mine["participant_token"])
    api.close()


def a_person(place: Place) -> None:
    place.person()


def a_contact(place: Place) -> None:
    book = f"/api/v3.10/users/{place.user}/addressbook"
    ok(place.api.post(book, token=place.api.secret_key, json={"contact_id": place.person()}))


def a_conference(place: Place) -> None:
    """Of somebody else, with the user invited; it runs, and somebody is in it."""
    owner = place.person()
    invited = [{"id": one} for one in (owner, place.user, place.person())]
    weekly = {"type": 0, "days": ["monday"], "time": "11:30", "duration": 3600}
    given = {"tags": ["a", "b"], "schedule": weekly, "invitations": invited, "allow_guests": True}
    made = place.api.new_conference(owner=owner, **given)["id"]
    run(place.api, made)
    seen(place.api, join(place.api, made, name="Guest"))


def an_invitation(place: Place) -> None:
    address = f"/api/v3.10/conferences/{place.conference}/invitations"
    ok(place.api.post(address, token=place.api.secret_key, json={"id": place.person()}))


def a_template(place: Place) -> None:
    given = {"owner": place.person(), "invitations": [{"id": place.person()}], "topic": "Kept"}
    body = {"name": "Kept", "object": given}
    ok(place.api.post("/api/v3.10/templates/conferences", token=place.api.secret_key, json=body))


def preset(place: Place) -> None:
    ok(place.api.post("/api/v3.10/broadcast/presets", token=place.api.secret_key, json=a_preset()))


def a_record(place: Place) -> None:
    folder = place.api.data_dir / "recordings" / place.conference
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{secrets.token_hex(4)}.mkv").write_bytes(b"a recording")


def a_participant(place: Place) -> None:
    user = place.person()
    kept_participant(place.api, place.session, f"{user}@server.test", user, "Somebody")


def a_call(place: Place) -> None:
    made = place.api.new_conference(owner=place.person(), allow_guests=True)["id"]
    run(place.api, made)
    seen(place.api, join(place.api, made, name="Guest"))
    stop(place.api, made)


def an_invite(place: Place) -> None:
    a_ringing(place, "declined")


def a_ringing(place: Place, state: Any = "ringing") -> None:
    """Somebody rings the user into a meeting of one's own; and the user rings somebody into the common one."""
    caller, now = place.person(), datetime.now(UTC)
    other = place.api.new_conference(owner=caller)["id"]
    for session, one, called in ((run(place.api, other), caller, place.user), (place.session, place.user, caller)):
        call = CallRow(
            session_id=session,
            call_id=f"{one}@server.test",
            invited_call_id=f"{called}@server.test",
            user_id=called,
            invite_time=now,
            expires_at=now + timedelta(minutes=5),
            state=state,
        )
        place.api.run(lambda db, call=call: calls.insert_call(db, call))


def a_missed(place: Place) -> None:
    a_ringing(place, "unanswered")


def a_message(place: Place) -> None:
    said = {"from_call_id": place.user, "from_display_name": "Somebody", "message": "Hello", "to_call_id": None}
    _insert(place, insert(messages).values(session_id=place.session, time_stamp=datetime.now(UTC), **said))


def a_setting(place: Place) -> None:
    place.api.run(lambda db: insert_setting(db, "limits", "1", "2", datetime.now(UTC)))


def a_recording(place: Place) -> None:
    now = datetime.now(UTC)
    times = {"created_at": now, "stopped_at": now, "deleted_at": None}
    named = {"name": f"{secrets.token_hex(4)}.mkv", "topic": "Topic", "owner": f"{place.user}@server.test", "size": 5}
    kept = {"stream_id": place.session, "conference_id": place.conference} | named | times
    place.api.run(lambda db: insert_recording(db, **kept))


def _insert(place: Place, statement: Any) -> None:
    def unit(db: Connection) -> None:
        db.execute(statement)

    place.api.run(unit)


ROWS: dict[str, Callable[[Place], None]] = {
    "list_users": a_person,
    "list_groups": a_person,
    "list_group_users": a_person,
    "list_contacts": a_contact,
    "list_conferences": a_conference,
    "list_all_conferences": a_conference,
    "list_cards": a_conference,
    "list_invitations": an_invitation,
    "list_templates": a_template,
    "list_presets": preset,
    "list_records": a_record,
    "list_participants": a_participant,
    "list_session_participants": a_participant,
    "list_meeting": a_participant,
    "list_calls": a_call,
    "list_call_participants": a_participant,
    "list_call_invites": an_invite,
    "list_called": a_ringing,
    "list_ringing": a_ringing,
    "list_missed": a_missed,
    "list_contact_cards": a_contact,
    "list_messages": a_message,
    "list_chat": a_message,
    "list_events": a_person,
    "list_settings": a_setting,
    "list_call_records": a_recording,
    "list_recordings": a_recording,
    "list_own_recordings": a_recording,
}
"""What adds one row to each list."""
NO_ROWS = {"list_clients"}
LISTS = [operation for operation in OPERATIONS if operation.name in ROWS]


def test_every_list_is_counted() -> None:
    """Whoever adds a list says here what a row of it is."""
    lists = {one.name for one in OPERATIONS if one.name.startswith("list_")}
    assert lists - NO_ROWS == set(ROWS)


@pytest.mark.parametrize("operation", LISTS, ids=lambda one: one.name)
def test_statements_do_not_grow_with_the_rows(place: Place, operation: Operation) -> None:
    counts, lengths = [], []
    for more in (FEW, MANY - FEW):
        for _ in range(more):
            ROWS[operation.name](place)
        _list(place, operation, warm=True)
        with _counted(place.api) as statements:
            lengths.append(_length(_list(place, operation)))
        counts.append(statements)
    assert lengths[1] - lengths[0] >= MANY - FEW
    assert len(counts[1]) == len(counts[0]) > 0, "\n".join(counts[1])


def _list(place: Place, operation: Operation, *, warm: bool = False) -> Any:
    """The list's answer; `warm` asks for something else with the same token, so that its holder is known."""
    of_meeting = operation.path.startswith("/sessions/")
    own = operation.surface == "web" and place.user_token
    token = place.participant_token if of_meeting else own or place.api.secret_key
    version = WEB if operation.surface == "web" else operation.span.until or NEWEST
    named = {
        "{user_id}": place.user,
        "{group_id}": place.group,
        "{conference_id}": place.conference,
        "{session_id}": quoted(place.session),
    }
    path = operation.path
    for name, value in named.items():
        path = path.replace(name, value)
    address = "/api/v3.10/users/nobody" if warm else f"/api/{version}{path}"
    query = {"page_size": "1000"} if any(one.name == "page_size" for one in operation.parameters) else {}
    response = place.api.get(address, token=token, params=query)
    return None if warm else ok(response)


def _length(body: dict[str, Any]) -> int:
    (rows,) = [value for value in body.values() if isinstance(value, list)]
    return len(rows)


@contextmanager
def _counted(api: Api) -> Iterator[list[str]]:
    """The statements that the application sends meanwhile."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        sent.append(statement)

    database = api.app.database
    if database.sqlite:  # its driver tells of the prepared ones too, which SQLAlchemy does not see
        database.run_here(lambda db: _trace(db, sent.append), write=False)
    else:
        event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        if database.sqlite:
            database.run_here(lambda db: _trace(db, None), write=False)
        else:
            event.remove(database.engine, "before_cursor_execute", note)


def _trace(db: Connection, note: Callable[[str], None] | None) -> None:
    driver: Any = db.connection.driver_connection
    driver.set_trace_callback(note)
