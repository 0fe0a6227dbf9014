"""Types that keep ids apart, and how new ids and secrets are made."""

from __future__ import annotations

import hashlib
import secrets
from typing import NewType

UserId = NewType("UserId", str)
"""The lower-cased login of an account."""
ConferenceId = NewType("ConferenceId", str)
SessionId = NewType("SessionId", str)
"""The stream_id of one run of a conference, e.g. 00000011ce5d6b56@server#vcs."""
ParticipantId = NewType("ParticipantId", str)
"""A uid (user@server) or a guest (#guest:2cbb00f@server)."""


def new_conference_id() -> ConferenceId:
    """Ten random digits (decision 20)."""
    return ConferenceId(f"{secrets.randbelow(10**10):010d}")


def new_group_id() -> str:
    """The id of a new group."""
    return secrets.token_hex(6)


def new_session_id(number: int, server: str) -> SessionId:
    """The id of the session with this running number."""
    return SessionId(f"{number % 2**32:08x}{secrets.token_hex(4)}{session_suffix(server)}")


def session_suffix(server: str) -> str:
    """How the ids of all sessions of a server end."""
    return f"@{server}#vcs"


def new_guest_id(server: str) -> ParticipantId:
    """The id of a guest who brought none."""
    return ParticipantId(f"#guest:{secrets.token_hex(4)}@{server}")


def new_secret() -> str:
    """A token or secret of 160 random bits, in the form of the documentation's examples."""
    return secrets.token_hex(20)


def hashed(secret: str) -> str:
    """What is kept of a secret. The secrets are random and long, so one round of SHA-256 is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def uid(user_id: str, server: str) -> str:
    """The id of a user for calls; an id that names its server already stays as it is."""
    return user_id if "@" in user_id else f"{user_id}@{server}"


def short_id(user_id: str, server: str) -> str:
    """The id of a user on this server, from `user`, `USER` or `user@server`; ids of elsewhere stay whole."""
    lowered = user_id.strip().lower()
    return lowered.removesuffix(f"@{server.lower()}")
