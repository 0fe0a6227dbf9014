"""The engine's access tokens: they carry exactly what a participant may do."""

from __future__ import annotations

import time
from typing import Any

import jwt
from msgspec import Struct

from rostrum.api.work import EngineKeys

SOURCES = ("camera", "microphone", "screen_share", "screen_share_audio")
MIXER = "#mixer"
"""Who sends the one picture of a meeting into it. No person: no list, count or log has it."""
_LIFETIME_S = 3600
"""The engine renews the token of whoever is connected, so this bounds only the time until the first connect."""


class Grants(Struct, frozen=True):
    """What one participant may do in one session."""

    sources: tuple[str, ...]
    """What may be published, of SOURCES."""
    subscribe: bool


def participant_token(
    keys: EngineKeys,
    *,
    session_id: str,
    participant_id: str,
    display_name: str,
    attributes: dict[str, str],
    grants: Grants,
) -> str:
    """A signed token with which one participant joins one session.

    Data is sent by the server alone: what the chat may do is decided there, not in a browser.
    """
    video: dict[str, Any] = {
        "room": session_id,
        "roomJoin": True,
        "canPublish": bool(grants.sources),
        "canPublishSources": list(grants.sources),
        "canSubscribe": grants.subscribe,
        "canPublishData": False,
        "canUpdateOwnMetadata": False,
    }
    return _signed(keys, participant_id, {"name": display_name, "attributes": attributes, "video": video})


def unseen_token(keys: EngineKeys, session_id: str, member_id: str) -> str:
    """A signed token for a member whom nobody sees, and who receives everything."""
    video = {"room": session_id, "roomJoin": True, "hidden": True, "recorder": True, "canSubscribe": True}
    sends_nothing = {"canPublish": False, "canPublishData": False}
    return _signed(keys, member_id, {"name": "", "video": video | sends_nothing})


def mixer_token(keys: EngineKeys, session_id: str) -> str:
    """A signed token for MIXER, who sends and receives nothing.

    The engine tells nobody of what a hidden member publishes, so this one is seen. As one of the kind `egress` it does
    not keep a room open, and the engine lets only one of a name stay: after a crash the new one takes the place.
    """
    video = {"room": session_id, "roomJoin": True, "canPublish": True, "canSubscribe": False, "canPublishData": False}
    return _signed(keys, MIXER, {"name": "", "kind": "egress", "video": video})


def _signed(keys: EngineKeys, identity: str, claims: dict[str, Any]) -> str:
    now = int(time.time())
    dated = {"iss": keys.api_key, "sub": identity, "nbf": now - 10, "exp": now + _LIFETIME_S}
    return jwt.encode(dated | claims, keys.api_secret, algorithm="HS256")
