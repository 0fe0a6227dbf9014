"""A stream in Wowza's cloud."""

from __future__ import annotations

from typing import ClassVar

from rostrum.broadcasts.targets.target import Destination, Given
from rostrum.broadcasts.targets.wowza import Wowza
from rostrum.settings import BroadcastSettings


class WowzaCloud(Wowza, kw_only=True):
    """A stream in Wowza's cloud."""

    addressed: ClassVar[str] = "primary_server"

    primary_server: Given
    stream_name: Given

    def destination(self, conference_id: str, settings: BroadcastSettings) -> Destination:
        """`primary_server` is a host with its application, as the cloud's page shows it."""
        del conference_id, settings
        host, _, application = (self.primary_server.partition("://")[2] or self.primary_server).partition("/")
        path = f"{application.strip('/')}/{self.stream_name}" if application.strip("/") else self.stream_name
        return self.at(host.partition(":")[0], path)
