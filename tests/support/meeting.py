"""People in meetings without an engine process: an engine that writes down what it is asked to do."""

from __future__ import annotations

import base64
import hashlib
import time
from typing import Any
from urllib.parse import quote

import httpx2 as httpx
import jwt
import msgspec

from rostrum.api.work import Deferred, EngineKeys
from rostrum.media.engine import Engine, Present
from tests.support.api import Api

KEYS = EngineKeys("test-key", "a secret of the engine, 32 bytes or more")


class WrittenEngine(Engine):
    """Keeps the commands in their order, and tells of the rooms that a test puts in."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:9", KEYS)
        self.commands: list[Deferred] = []
        self.there: dict[str, list[Present]] = {}

    async def carry_out(self, command: Deferred) -> None:
        self.commands.append(command)

    async def rooms(self) -> dict[str, list[Present]]:
        return self.there

    def taken(self, kind: type[Deferred]) -> list[Any]:
        """The commands of one kind since the last time; they are forgotten."""
        found = [command for command in self.commands if isinstance(command, kind)]
        self.commands = [command for command in self.commands if not isinstance(command, kind)]
        return found


def with_engine(api: Api) -> WrittenEngine:
    """Give an application such an engine."""
    engine = WrittenEngine()
    api.app.engine = engine
    return engine


def reason(response: httpx.Response) -> tuple[int, str]:
    """The status and the first reason of an error."""
    detail = response.json()["error"]["errors"][0]
    return response.status_code, str(detail["reason"])


def run(api: Api, conference_id: str) -> str:
    """Run a conference; the id of its session."""
    answer = api.post(f"/api/v3.10/conferences/{conference_id}/run", token=api.secret_key)
    assert answer.json() == {"state": "running"}, answer.text
    shown = api.get(f"/api/v3.10/conferences/{conference_id}", token=api.secret_key).json()
    return str(shown["conference"]["stream_id"])


def stop(api: Api, conference_id: str) -> None:
    """Stop a conference."""
    answer = api.post(f"/api/v3.10/conferences/{conference_id}/stop", token=api.secret_key)
    assert answer.json() == {"state": "stopped"}, answer.text


def join(api: Api, conference_id: str, *, token: str | None = None, **body: Any) -> dict[str, Any]:
    """Take a place in a running conference."""
    answer = api.post(f"/api/web/conferences/{conference_id}/join", token=token, json=body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["participation"])


def webhook(
    api: Api,
    event: dict[str, Any],
    *,
    keys: EngineKeys = KEYS,
    sent: bytes | None = None,
    expires_in: int = 60,
    **claims: Any,
) -> httpx.Response:
    """What the engine posts about an event, signed with its key; `sent` replaces the signed body."""
    body = msgspec.json.encode(event)
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    given = {"iss": keys.api_key, "exp": int(time.time()) + expires_in, "sha256": digest} | claims
    signed = jwt.encode({name: value for name, value in given.items() if value is not None}, keys.api_secret)
    headers = {"Authorization": signed, "Content-Type": "application/webhook+json"}
    return api.post("/engine/webhook", content=body if sent is None else sent, headers=headers)


def seen(api: Api, place: dict[str, Any], sid: str = "PA_1", kind: str = "participant_joined") -> None:
    """The engine tells that somebody came (or left)."""
    event = {
        "event": kind,
        "room": {"name": place["session_id"]},
        "participant": {"identity": place["participant_id"], "sid": sid},
        "createdAt": str(int(time.time())),
    }
    assert webhook(api, event).status_code == 200


def quoted(name: str) -> str:
    """An id as one path segment."""
    return quote(name, safe="")
