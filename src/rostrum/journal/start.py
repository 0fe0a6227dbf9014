"""What the logs tell of the server itself: its starts and ends, and the settings that differ from the last start."""

from __future__ import annotations

import re
from datetime import datetime

import msgspec
from sqlalchemy import Connection

from rostrum import __version__
from rostrum.api.work import Recorded
from rostrum.journal.events import store
from rostrum.settings import Settings

_SECRET = re.compile(r"password|secret")
_PASSWORD_IN_URL = re.compile(r"(://[^:/@]*):[^@/]*@")


def started(db: Connection, settings: Settings, now: datetime) -> dict[str, str]:
    """Tell the start, and a row for each section of the settings that is not as it was; the sections as they were."""
    media = settings.media.engine
    store.insert_event(
        db, Recorded("start", "server", settings.server.name, {"version": __version__, "media": media}), "", now
    )
    known = store.latest_settings(db)
    for section, value in shown(settings).items():
        if known.get(section) != value:
            store.insert_setting(db, section, known.get(section), value, now)
    return known


def ended(db: Connection, settings: Settings, now: datetime) -> None:
    """Tell that the server ended in order."""
    store.insert_event(db, Recorded("stop", "server", settings.server.name, {"version": __version__}), "", now)


def shown(settings: Settings) -> dict[str, str]:
    """Each section of the settings as JSON text; of a secret only whether there is one."""
    sections: dict[str, dict[str, object]] = msgspec.to_builtins(settings)
    return {
        section: msgspec.json.encode({name: _blanked(name, value) for name, value in values.items()}).decode()
        for section, values in sections.items()
    }


def _blanked(name: str, value: object) -> object:
    if not isinstance(value, str):
        return value
    if _SECRET.search(name):
        return "***" if value else ""
    return _PASSWORD_IN_URL.sub(r"\1:***@", value)
