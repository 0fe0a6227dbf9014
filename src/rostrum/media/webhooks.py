"""The engine's webhooks: signature checked, and only what concerns participants taken out."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import jwt
import msgspec
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from rostrum.api.errors import ApiError, problem
from rostrum.api.work import EngineKeys
from rostrum.media.tokens import MIXER

_MAX_BODY = 262_144


class ParticipantEvent(Struct, frozen=True):
    """Somebody joined or left a session, as the engine saw it."""

    kind: str
    """participant_joined, participant_left or participant_connection_aborted."""
    session_id: str
    participant_id: str
    sid: str
    """The engine's id of this one connection: a person who comes back has a new one."""
    at: datetime


class ForgedWebhookError(Exception):
    """The signature is not the engine's."""


def verified(body: bytes, authorization: str | None, keys: EngineKeys) -> dict[str, Any]:
    """The event in a webhook's body. Raises ForgedWebhookError unless the engine signed exactly these bytes."""
    try:
        claims = jwt.decode(
            authorization or "",
            keys.api_secret,
            algorithms=["HS256"],
            issuer=keys.api_key,
            leeway=10,
            options={"require": ["exp"]},
        )
    except jwt.InvalidTokenError as error:
        raise ForgedWebhookError from error
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    if not secrets.compare_digest(str(claims.get("sha256", "")), digest):
        raise ForgedWebhookError
    event = msgspec.json.decode(body)
    if not isinstance(event, dict):
        raise ForgedWebhookError
    return event


def participant_event(event: dict[str, Any]) -> ParticipantEvent | None:
    """What an event says about a participant; None when it is about something else."""
    kind = event.get("event", "")
    if not kind.startswith("participant_"):
        return None
    room, participant = event.get("room") or {}, event.get("participant") or {}
    if participant.get("permission", {}).get("hidden") or participant.get("identity") == MIXER:
        return None
    return ParticipantEvent(
        kind,
        room.get("name", ""),
        participant.get("identity", ""),
        participant.get("sid", ""),
        datetime.fromtimestamp(int(event.get("createdAt", 0) or 0), UTC),
    )


def webhook_endpoint(
    keys: Callable[[], EngineKeys | None], handle: Callable[[ParticipantEvent], Awaitable[None]]
) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint that the engine calls; a forged or foreign body is answered with 403 and changes nothing."""

    async def endpoint(request: Request) -> Response:
        known = keys()
        try:
            if known is None:
                raise problem("serviceUnavailable")
            event = participant_event(verified(await _body(request), request.headers.get("authorization"), known))
        except ForgedWebhookError:
            return _failed(problem("forbidden"))
        except ApiError as error:
            return _failed(error)
        if event is not None:
            await handle(event)
        return Response(b"{}", media_type="application/json")

    return endpoint


async def _body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MAX_BODY:
            raise problem("requestTooLarge", limit=_MAX_BODY)
    return body


def _failed(error: ApiError) -> Response:
    return Response(error.body(), error.status, media_type="application/json")
