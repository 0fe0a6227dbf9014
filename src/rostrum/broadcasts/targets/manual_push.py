"""A stream that is sent to any address: RTMP or RTSP, as the address says."""

from __future__ import annotations

from typing import Annotated, ClassVar

from rostrum.api.fields import PUT_POST
from rostrum.broadcasts.targets.pushed import Pushed
from rostrum.broadcasts.targets.target import RTMP_AUDIO, RTSP_AUDIO, Audio, Destination, Given, Seconds, Wrong, carried
from rostrum.settings import BroadcastSettings


class ManualPush(Pushed, kw_only=True):
    """A stream that is sent to an address. Times in seconds."""

    addressed: ClassVar[str] = "url_publish"

    url_publish: Given
    audio_codec: Annotated[Audio, PUT_POST] = "MP3"
    rtp_over_tcp: Annotated[bool, PUT_POST] = False
    inactive_receiver_timeout: Seconds = 60

    def wrong(self) -> list[Wrong]:
        """An address of a kind that we can send to, and what it carries."""
        if self.url_publish.startswith(("rtmp://", "rtmps://")):
            return carried(self.video_codec, self.audio_codec, frozenset({"H264"}), RTMP_AUDIO, "RTMP")
        if self.url_publish.startswith(("rtsp://", "rtsps://")):
            return carried(self.video_codec, self.audio_codec, frozenset({"H264", "VP8"}), RTSP_AUDIO, "RTSP")
        return [Wrong("url_publish", "Expected rtmp://…, rtmps://…, rtsp://… or rtsps://…")]

    def destination(self, conference_id: str, settings: BroadcastSettings) -> Destination:
        """The address as it was given, with its login."""
        del conference_id, settings
        return self.sent_to(self.url_publish)
