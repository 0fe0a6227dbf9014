"""Where the streams of conferences are fetched whose preset lets others come for them."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from rostrum.api.work import Work
from rostrum.broadcasts.presets import store
from rostrum.broadcasts.targets import PAYLOADS


def addresses(work: Work, presets: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The addresses of those conferences, by their ids. `presets`: conference id, and the id of its preset."""
    asked = list(presets)
    port = work.settings.broadcasts.rtsp_port
    if not asked or not port:
        return {}
    fetched = {row.id for row in store.find_presets(work.db, {one for _id, one in asked}) if PAYLOADS[row.type].fetched}
    host = urlsplit(work.links.public).hostname or work.server
    shown = f"[{host}]" if ":" in host else host
    return {conference: f"rtsp://{shown}:{port}/{conference}" for conference, preset in asked if preset in fetched}
