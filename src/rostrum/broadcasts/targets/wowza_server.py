"""A Wowza server of one's own; the stream there is named after the conference."""

from __future__ import annotations

from typing import ClassVar

from rostrum.broadcasts.targets.target import Destination, Short
from rostrum.broadcasts.targets.wowza import Wowza
from rostrum.settings import BroadcastSettings


class WowzaServer(Wowza, kw_only=True):
    """A Wowza server of one's own."""

    addressed: ClassVar[str] = "host_server"

    host_server: Short
    application: Short

    def destination(self, conference_id: str, settings: BroadcastSettings) -> Destination:
        """The application at the host."""
        del settings
        return self.at(self.host_server, f"{self.application.strip('/')}/{conference_id}")
