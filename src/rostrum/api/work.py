"""The unit of work: what an operation gets to do its job."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from rostrum.api import scopes
from rostrum.api.errors import problem
from rostrum.api.operation import Reach
from rostrum.db import revisions
from rostrum.ids import UserId
from rostrum.settings import Settings

UrlType = Literal["dynamic", "fixed"]
"""How links are built: from the address that the caller used, or from the one in the settings."""


Severity = Literal["low", "middle", "high"]
"""How much an event matters."""


class Caller(Struct, frozen=True):
    """Who calls, and what the token grants."""

    kind: Literal["nobody", "application", "user", "guest", "participant"] = "nobody"
    user_id: UserId | None = None
    is_admin: bool = False
    scopes: frozenset[str] = frozenset()
    all_scopes: bool = False
    session_id: str | None = None
    participant_id: str | None = None
    family: str | None = None
    """The sign-in that the token came from."""
    rejected: bool = False
    """A token was given and is not, or no longer, valid."""

    @property
    def sees_all(self) -> bool:
        """Applications and administrators reach everything that their scopes cover (decision 8)."""
        return self.kind == "application" or (self.kind == "user" and self.is_admin)

    def check(self, permission: str, reach: Reach) -> None:
        """Raise `accessTokenInvalid` or `forbidden` when this caller may not call an operation."""
        if self.rejected or (self.kind == "nobody" and reach != "open"):
            raise problem("accessTokenInvalid")
        if reach == "open":
            return
        if self.kind == "guest" or (self.kind == "participant") != (reach == "session"):
            raise problem("forbidden")
        if not self.all_scopes and reach != "session" and not scopes.permission(permission)(self.scopes):
            raise problem("forbidden")
        if reach == "server" and not self.sees_all:
            raise problem("forbidden")


NOBODY = Caller()


class EngineKeys(Struct, frozen=True):
    """The key pair that the media engine and we share."""

    api_key: str
    api_secret: str


_USUAL_PORTS = {"http": ":80", "https": ":443"}


class Links(Struct, frozen=True):
    """Builds the addresses that answers carry."""

    base: str
    """scheme://host[:port] as the caller reached us."""
    public: str
    """The address from the settings; the caller's when none is set."""

    @property
    def host(self) -> str:
        """host[:port] as the caller reached us, for clients with a scheme of their own: without the port that every
        client takes anyway.
        """
        scheme, _, host = self.base.partition("://")
        return host.removesuffix(_USUAL_PORTS.get(scheme, ""))

    def root(self, url_type: UrlType) -> str:
        """The address that links of this type start with."""
        return self.public if url_type == "fixed" else self.base


class Deferred(Struct):
    """Something to do after the commit: an engine command, a message on the bus. Slices derive their own."""


class Happening(Struct):
    """Something that other slices answer to inside the same transaction (a user is deleted)."""


class Recorded(Happening):
    """Something that the event log tells."""

    event_type: str
    object_type: str
    object_name: str
    payload: dict[str, Any] = msgspec.field(default_factory=dict)
    severity: Severity = "low"


class Work(Struct):
    """One unit of work: connection, clock, caller, settings, and what is to be done after the commit.

    Tests make one by hand.
    """

    db: Connection
    now: datetime
    settings: Settings
    caller: Caller = NOBODY
    links: Links = Links("http://localhost", "http://localhost")
    invoker_ip: str = ""
    """The address that the request came from."""
    engine_keys: EngineKeys | None = None
    """The keys of the media engine; None: there is none, or it is away."""
    data_dir: Path = Path()
    """The folder that holds everything the server keeps in files."""
    listeners: Mapping[type[Happening], Sequence[Callable[[Work, Any], None]]] = msgspec.field(default_factory=dict)
    after_commit: list[Deferred] = msgspec.field(default_factory=list)
    if_refused: list[Callable[[Work], None]] = msgspec.field(default_factory=list)
    """Kept in a unit of work of its own when this one is refused: a wrong PIN counts although nothing else happens."""

    @property
    def media_available(self) -> bool:
        """Whether what needs the engine can be done."""
        return self.engine_keys is not None

    @property
    def server(self) -> str:
        """The server's name in user and session ids."""
        return self.settings.server.name

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which the server's weekly schedules are meant."""
        return ZoneInfo(self.settings.server.timezone)

    def touch(self, *topics: str) -> None:
        """Say that rows of these topics change in this transaction, so that no older answer is given again."""
        revisions.touch(self.db, *topics)

    def happened(self, happening: Happening) -> None:
        """Tell the slices that answer to it; what they do belongs to this transaction."""
        for listener in self.listeners.get(type(happening), ()):
            listener(self, happening)

    def record(
        self, event_type: str, object_type: str, object_name: str, severity: Severity = "low", **payload: Any
    ) -> None:
        """Tell the event log, in this transaction (decision 36). The payload says by whom."""
        by = self.caller.participant_id or self.caller.user_id or self.caller.kind
        told = {name: _blanked(value) for name, value in payload.items()} | {"by": by}
        self.happened(Recorded(event_type, object_type, object_name, told, severity))

    def later(self, deferred: Deferred) -> None:
        """Do something after the commit; a rolled-back unit does nothing."""
        self.after_commit.append(deferred)


def _blanked(value: Any) -> Any:
    """What an event may tell, under the API's names: passwords and PINs are in no log."""
    if not isinstance(value, dict):
        return value
    return {
        _CALLED.get(name, name): "***" if name in _SECRETS and part else _blanked(part) for name, part in value.items()
    }


_SECRETS = {"password", "password_hash", "pin"}
_CALLED = {"password_hash": "password"}
"""What the API calls a column that has another name."""
