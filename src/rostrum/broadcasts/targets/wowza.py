"""What the two kinds of Wowza servers share: RTSP to a host, a port, an application and a stream."""

from __future__ import annotations

from typing import Annotated

from rostrum.api.fields import PUT_POST
from rostrum.broadcasts.targets.target import (
    RTSP_AUDIO,
    Audio,
    Count,
    Destination,
    Login,
    Password,
    Port,
    Seconds,
    Target,
    Video,
    Wrong,
    carried,
    with_login,
)


class Wowza(Target, kw_only=True):
    """What the two kinds of Wowza servers share. Times in seconds."""

    host_port: Port
    audio_codec: Annotated[Audio, PUT_POST] = "AAC"
    video_codec: Annotated[Video, PUT_POST] = "H264"
    username: Login = ""
    password: Password = ""
    rtp_over_tcp: Annotated[bool, PUT_POST] = True
    inactive_receiver_timeout: Seconds = 0
    retries: Count = 0
    retry_delay: Seconds = 10

    def wrong(self) -> list[Wrong]:
        """What RTSP carries."""
        return carried(self.video_codec, self.audio_codec, frozenset({"H264", "VP8"}), RTSP_AUDIO, "RTSP")

    def at(self, host: str, path: str) -> Destination:
        """A stream at a host, which may be given with a scheme or without."""
        url = f"rtsp://{host.partition('://')[2] or host}:{self.host_port}/{path}"
        return Destination(
            url=with_login(url, self.username, self.password),
            video=self.video_codec,
            audio=self.audio_codec,
            over_tcp=self.rtp_over_tcp,
            silence_s=self.inactive_receiver_timeout,
            retries=self.retries,
            retry_delay_s=self.retry_delay,
        )
