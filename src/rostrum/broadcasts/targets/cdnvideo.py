"""An account of a content delivery network: its address is the same for all accounts, and so a setting."""

from __future__ import annotations

from rostrum.broadcasts.targets.target import Destination, Short, Target, Wrong, with_login
from rostrum.settings import BroadcastSettings


class CdnVideo(Target, kw_only=True):
    """An account of a content delivery network."""

    username: Short
    password: Short

    def wrong(self) -> list[Wrong]:
        """Nothing more can be wrong."""
        return []

    def destination(self, conference_id: str, settings: BroadcastSettings) -> Destination:
        """The network's publishing point; `{username}` and `{conference_id}` in the setting are filled in."""
        if not settings.cdnvideo_url:
            raise ValueError("the setting broadcasts.cdnvideo_url has no address yet")
        url = settings.cdnvideo_url.replace("{username}", self.username).replace("{conference_id}", conference_id)
        return Destination(url=with_login(url, self.username, self.password))
