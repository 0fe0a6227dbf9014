"""What the two kinds of Wowza servers share: RTSP to a host, a port, an application and a stream."""

from __future__ import annotations

from rostrum.broadcasts.targets.pushed import Pushed
from rostrum.broadcasts.targets.target import RTSP_AUDIO, Destination, Port, Wrong, carried


class Wowza(Pushed, kw_only=True):
    """What the two kinds of Wowza servers share."""

    host_port: Port

    def wrong(self) -> list[Wrong]:
        """What RTSP carries."""
        return carried(self.video_codec, self.audio_codec, frozenset({"H264", "VP8"}), RTSP_AUDIO, "RTSP")

    def at(self, host: str, path: str) -> Destination:
        """A stream at a host, which may be given with a scheme or without."""
        return self.sent_to(f"rtsp://{host.partition('://')[2] or host}:{self.host_port}/{path}")
