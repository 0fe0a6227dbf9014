"""Ids that lead somewhere: a fuzzer that only knows random ones meets nothing but 404."""

from __future__ import annotations

import secrets
import zlib
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from tests.support.api import Api
from tests.support.meeting import seen
from tests.support.pictures import image_file
from tests.wire import world as worlds
from tests.wire.world import World, ok

OFTEN = 3
"""Of this many values all but one are replaced by an id that exists."""


@dataclass
class Ground:
    """The application and what is in it."""

    api: Api
    world: World
    ids: dict[str, list[str]] = field(default_factory=dict)
    user_token: str = ""
    """Of the person who owns the conferences; the web app's operations are for people."""
    participant_token: str = ""
    """Of a guest in the running one."""

    def known(self, parameter: str, generated: str) -> str:
        """An id of this kind, percent-encoded, in the place of a generated one; which, that one decides by itself."""
        number, ids = zlib.crc32(generated.encode("utf-8", "surrogatepass")), self.ids.get(parameter)
        return generated if not ids or number % OFTEN == 0 else quote(ids[number // OFTEN % len(ids)], safe="")

    def mend(self) -> None:
        """Make again what may have been deleted: for each kind of thing the ids begin with a fresh one."""
        api, key = self.api, self.api.secret_key
        user, self.user_token = api.new_user()
        ok(api.post(f"/api/v3.10/users/{user}/addressbook", token=key, json={"contact_id": "a@elsewhere.test"}))
        ok(api.post(f"/api/v3.10/users/{user}/avatar", token=key, files=image_file()))
        body = {"display_name": secrets.token_hex(6)}
        group = ok(api.post("/api/v3.10/groups", token=key, json=body))["group"]["id"]
        ok(api.post(f"/api/v3.10/groups/{group}/users", token=key, json={"user_id": user}))
        given: dict[str, Any] = {"allow_guests": True, "registration": {"enabled": True}, "owner": user}
        stopped = api.new_conference(**given, invitations=[{"id": user}, {"id": "a@elsewhere.test"}])["id"]
        folder = api.data_dir / "recordings" / stopped
        folder.mkdir(parents=True)
        (folder / World.record).write_bytes(b"a recording")
        running = api.new_conference(allow_guests=True, owner=user)["id"]
        session = worlds.run_conference(api, running)
        place = ok(api.post(f"/api/web/conferences/{running}/join", json={"name": "Guest"}))["participation"]
        self.participant_token = place["participant_token"]
        seen(api, place)
        template = ok(api.post("/api/v3.10/templates/conferences", token=key, json={"name": "Kept"}))["template"]["id"]
        preset = ok(api.post("/api/v3.10/broadcast/presets", token=key, json=worlds.a_preset()))["preset"]["id"]
        self.ids = {
            "user_id": [user],
            "owner": [user],
            "contact_id": ["a@elsewhere.test"],
            "group_id": [group],
            "conference_id": [stopped, running],
            "call_id": [stopped, running],
            "invitation_id": [user, "a@elsewhere.test"],
            "participant_id": [place["participant_id"]],
            "session_id": [session, session, self.world.ended_session],
            "recording_id": [self.world.recording],
            "record_id": [World.record],
            "template_id": [template],
            "preset_id": [preset],
        }


def make_ground(api: Api) -> Ground:
    """An application with something of everything in it."""
    made = Ground(api, worlds.make_world(api))
    made.mend()
    return made
