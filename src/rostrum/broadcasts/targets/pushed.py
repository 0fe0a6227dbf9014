"""What the targets share that a programme is sent to with a login of their own, again and again when it fails."""

from __future__ import annotations

from typing import Annotated

from rostrum.api.fields import PUT_POST
from rostrum.broadcasts.targets.target import (
    Audio,
    Count,
    Destination,
    Login,
    Password,
    Seconds,
    Target,
    Video,
    with_login,
)


class Pushed(Target, kw_only=True):
    """How a programme is sent to an address. Times in seconds."""

    audio_codec: Annotated[Audio, PUT_POST] = "AAC"
    video_codec: Annotated[Video, PUT_POST] = "H264"
    username: Login = ""
    password: Password = ""
    rtp_over_tcp: Annotated[bool, PUT_POST] = True
    inactive_receiver_timeout: Seconds = 0
    retries: Count = 0
    retry_delay: Seconds = 10

    def sent_to(self, url: str) -> Destination:
        """An address, and how it is sent there."""
        return Destination(
            url=with_login(url, self.username, self.password),
            video=self.video_codec,
            audio=self.audio_codec,
            over_tcp=self.rtp_over_tcp,
            silence_s=self.inactive_receiver_timeout,
            retries=self.retries,
            retry_delay_s=self.retry_delay,
        )
