"""What the tests of the wire find in the server: people, conferences of each kind, a running and an ended call."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert

from rostrum.broadcasts.presets import store as presets
from rostrum.broadcasts.presets.store import PresetRow
from rostrum.conferences.wire import ClientRights
from rostrum.ids import ParticipantId, SessionId
from rostrum.journal.events.store import insert_setting
from rostrum.meetings import connections, store
from rostrum.meetings.rules import ParticipationRow
from rostrum.meetings.tables import call_invites, messages
from rostrum.recordings.store import insert_recording
from tests.support.api import Api
from tests.support.pictures import image_file

PASSWORD = "a password for tests"
PRESET = "606a8a"
GUEST = "#guest:2cbb00f5@server.test"


@dataclass
class World:
    """Ids of what is there; `key` is the token with all rights."""

    api: Api
    key: str
    owner: str
    member: str
    plain: str
    stopped: str
    full: str
    weekly: str
    once: str
    running: str
    session: str
    ended: str
    ended_session: str
    group: str
    grouped: str
    owner_call_id: str = ""
    recording: str = ""
    preset: str = ""
    template: str = ""
    record: str = "00000070_2018-04-10_16-17-59.mkv"

    def run_conference(self, conference_id: str) -> str:
        """Run a conference; the id of its session."""
        return run_conference(self.api, conference_id)


def make_world(api: Api) -> World:
    """Make everything through the API; only the participants come in behind it, because there is no engine here."""
    owner, member, plain, grouped = (
        f"owner{secrets.token_hex(3)}",
        f"member{secrets.token_hex(3)}",
        f"plain{secrets.token_hex(3)}",
        f"grouped{secrets.token_hex(3)}",
    )
    for login in (owner, member, plain, grouped):
        ok(api.post("/api/v3.10/users", token=api.secret_key, json=a_user(login)))
    group = ok(api.post("/api/v3.10/groups", token=api.secret_key, json={"display_name": f"Staff of {owner}"}))["group"]
    ok(api.post(f"/api/v3.10/groups/{group['id']}/users", token=api.secret_key, json={"user_id": grouped}))
    for login in (owner, member, plain, grouped):
        ok(api.post(f"/api/v3.10/users/{login}/avatar", token=api.secret_key, files=image_file()))
    for contact in (member, "#sip:room@elsewhere.test", "somebody@elsewhere.test"):
        book = f"/api/v3.10/users/{grouped}/addressbook"
        ok(api.post(book, token=api.secret_key, json={"contact_id": contact, "display_name": "A contact"}))
    preset = PresetRow(id=PRESET, type="youtube", name="Kept", payload=a_preset()["payload"])
    api.run(lambda db: presets.insert_preset(db, preset))
    given = {"name": "Kept", "object": a_conference("v3.10") | {"owner": owner}}
    template = ok(api.post("/api/v3.10/templates/conferences", token=api.secret_key, json=given))["template"]
    now = int(time.time())
    once = {"type": 1, "start_time": now + 7200, "duration": 3600}
    weekly = {"type": 0, "days": ["monday", "friday"], "time": "11:30", "duration": 3600}
    people = [
        {"id": owner},
        {"id": member, "display_name": "Member"},
        {"id": "guest@elsewhere.test", "display_name": "G"},
    ]
    conferences = {
        "stopped": {},
        "full": a_conference("v3.10") | {"invitations": people},
        "weekly": {"schedule": weekly, "invitations": people, "allow_guests": True},
        "once": {"schedule": once, "pin": "1234"},
        "running": {"type": 3, "invitations": people},
        "ended": {},
    }
    ids = {name: api.new_conference(owner=owner, **fields)["id"] for name, fields in conferences.items()}
    folder = api.data_dir / "recordings" / ids["full"]
    folder.mkdir(parents=True)
    (folder / World.record).write_bytes(b"a recording")
    session = run_conference(api, ids["running"])
    kept_participant(api, session, f"{owner}@server.test", owner, "Owner", role=2)
    kept_participant(api, session, f"{member}@server.test", member, "Member", role=1)
    kept_participant(api, session, GUEST, None, "guest123", role=1)
    ended_session = run_conference(api, ids["ended"])
    kept_participant(api, ended_session, f"{member}@server.test", member, "Member")
    ok(api.post(f"/api/v3.10/conferences/{ids['ended']}/stop", token=api.secret_key))
    api.run(lambda db: _log(db, ended_session, f"{owner}@server.test", f"{member}@server.test"))
    recorded = api.run(lambda db: a_recording(db, ended_session, ids["ended"], f"{owner}@server.test"))
    return World(
        api,
        api.secret_key,
        owner,
        member,
        plain,
        session=session,
        ended_session=ended_session,
        group=group["id"],
        grouped=grouped,
        owner_call_id=f"{owner}@server.test",
        recording=str(recorded),
        preset=PRESET,
        template=template["id"],
        **ids,
    )


def _log(db: Connection, session: str, one: str, other: str) -> None:
    """A message to all, one to a person, an invite, and changed settings."""
    now = datetime.now(UTC)
    called = {"session_id": session, "call_id": one, "invited_call_id": other, "invite_time": now, "expires_at": now}
    db.execute(insert(call_invites).values(**called, state="accepted"))
    said = {"session_id": session, "from_call_id": one, "from_display_name": "Owner", "time_stamp": now}
    db.execute(insert(messages).values(**said, message="To all", to_call_id=None))
    db.execute(insert(messages).values(**said, message="To one", to_call_id=other))
    insert_setting(db, "limits", '{"users": 1}', '{"users": 2}', now)


def a_recording(db: Connection, session: str, conference: str, owner: str) -> int:
    """A finished recording; its number."""
    now = datetime.now(UTC)
    return insert_recording(
        db,
        stream_id=session,
        conference_id=conference,
        name="a record.mkv",
        topic="Topic",
        owner=owner,
        created_at=now,
        stopped_at=now,
        deleted_at=None,
        size=4_000_000_000,
    )


def ok(response: Any) -> dict[str, Any]:
    """The body of an answer that must be good."""
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def run_conference(api: Api, conference_id: str) -> str:
    """Run a conference; the id of its session."""
    ok(api.post(f"/api/v3.10/conferences/{conference_id}/run", token=api.secret_key))
    shown = ok(api.get(f"/api/v3.10/conferences/{conference_id}", token=api.secret_key))
    return str(shown["conference"]["stream_id"])


def kept_participant(api: Api, session: str, participant: str, user: str | None, name: str, *, role: Any = 0) -> None:
    """Somebody whom the engine has in a session."""
    now = datetime.now(UTC)
    row = ParticipationRow(
        session_id=SessionId(session),
        participant_id=ParticipantId(participant),
        user_id=user,
        display_name=name,
        role=role,
        is_owner=role == 2,
        rights=ClientRights(),
        token_hash=secrets.token_hex(16),
        admitted_at=now,
        join_time=now,
    )
    api.run(lambda db: store.insert_participation(db, row))


def page_of(world: World, login: str) -> None:
    """A page of a user is open, so that the user can be rung."""
    world.api.run(lambda db: connections.open_one(db, secrets.token_hex(16), login, "a-node"))


def a_preset() -> dict[str, Any]:
    """A preset for YouTube."""
    payload = {"stream_url": "rtmp://a.rtmp.youtube.com/live2", "stream_key": "jseq-jdp1-676g-npj4-3h8c"}
    return {"name": "My preset", "type": "youtube", "payload": payload}


def a_user(login: str) -> dict[str, Any]:
    """Every writable field of a user, with a value of its own."""
    return {
        "login_name": login,
        "password": PASSWORD,
        "email": f"{login}@mail.test",
        "display_name": f"Display {login}",
        "first_name": "First",
        "last_name": "Last",
        "company": "Company",
        "mobile_phone": "+1 555 0001",
        "work_phone": "+1 555 0002",
        "home_phone": "+1 555 0003",
        "is_active": 1,
    }


_CONFERENCE: dict[str, tuple[str, Any]] = {  # field: (first version, a value that is not the default)
    "topic": ("v3", "Every field"),
    "description": ("v3", "A description of some length"),
    "type": ("v3", 3),
    "max_podiums": ("v3", 7),
    "max_participants": ("v3", 25),
    "schedule": ("v3", {"type": 1, "start_time": 2_000_000_000, "duration": 5400}),
    "allow_guests": ("v3", True),
    "auto_invite": ("v3", 2),
    "multicast_enable": ("v3.1", True),
    "multicast_address": ("v3.1", "224.0.1.224"),
    "rights": ("v3.1", {"guest": {"chat_send": False}, "user": {"desktop_sharing": False}}),
    "broadcast_enabled": ("v3.1", True),
    "broadcast_id": ("v3.1", PRESET),
    "allow_only_planned_participants": ("v3.1", True),
    "tags": ("v3.1", ["tag1", "tag2"]),
    "recording": ("v3.1", 1),
    "pin": ("v3.4", "2468"),
    "meeting_room": ("v3.4", "Room 123"),
    "on_join_mute_mic": ("v3.4", 1),
    "on_join_mute_camera": ("v3.4", 1),
    "registration": ("v3.4", {"enabled": False, "participants_limit_enabled": True, "participants_limit": 12}),
    "vad_selector": ("v3.5", 1),
    "max_guests": ("v3.6", 5),
    "reminders_enabled": ("v3.7", True),
    "reminders": ("v3.7", [{"before_start": 15}, {"before_start": 1440}]),
    "waiting_room_enabled": ("v3.7", True),
    "waiting_room_scope": ("v3.7", "guests"),
    "use_translation": ("v3.9", True),
    "translation_flat_volume": ("v3.9", 55),
    "expiration_time_updating_allowed": ("v3.9", True),
    "expiration_time_alert": ("v3.9", 600),
    "sequence_type": ("v3.9", 1),
    "scan_type": ("v3.9", 1),
    "disable_audio_remarks": ("v3.9", True),
    "join_options": ("v3.9", ["clients", "qr_code"]),
    "mcu_mode": ("v3.10", False),  # excludes multicast; test_bodies.py sets it alone
    "transcoding": ("v3.10", {"use_local_mixer_config": True, "mixer_max_framerate": 60, "sip_video_quality": "4CIF"}),
    "participant_restrictions": ("v3.10", {"video_quality": "360p", "framerate_ds_limit": 5}),
    "join_options_enabled": ("v3.10", True),
}


def a_conference(version: str) -> dict[str, Any]:
    """Every writable field that a version has, but id, owner and invitations, with a value that is not the default."""
    order = [f"v3.{minor}".removesuffix(".0") for minor in range(11)]
    known = order[: order.index(version) + 1]
    return {name: value for name, (first, value) in _CONFERENCE.items() if first in known}
