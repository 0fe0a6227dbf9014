"""Where the streams of conferences are fetched whose preset lets others come for them."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from rostrum.api.work import Work
from rostrum.broadcasts.presets import store
from rostrum.broadcasts.targets import PAYLOADS
from rostrum.db.signing import signature, signing_key

_KEY_LENGTH = 32
"""Of hex digits: 128 bits."""


def path(key: str, conference_id: str, preset_id: str) -> str:
    """The path of a stream, in which the second part is as good as a password: whoever has it may watch. It stays the
    same as long as the conference keeps its preset, so that a player finds the stream again. `key`: `signing_key`.
    """
    return f"{conference_id}/{signature(key, f'rtsp:{preset_id}:{conference_id}')[:_KEY_LENGTH]}"


def addresses(work: Work, presets: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The addresses of those conferences, by their ids. `presets`: conference id, and the id of its preset."""
    asked = list(presets)
    port = work.settings.broadcasts.rtsp_port
    if not asked or not port:
        return {}
    fetched = {row.id for row in store.find_presets(work.db, {one for _id, one in asked}) if PAYLOADS[row.type].fetched}
    host = urlsplit(work.links.public).hostname or work.server
    shown = f"[{host}]" if ":" in host else host
    key = signing_key(work.db) if fetched else ""
    return {
        conference: f"rtsp://{shown}:{port}/{path(key, conference, preset)}"
        for conference, preset in asked
        if preset in fetched
    }
