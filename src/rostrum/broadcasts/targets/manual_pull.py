"""A stream that others fetch from here, by RTSP."""

from __future__ import annotations

from typing import Annotated, ClassVar

from rostrum.api.fields import PUT_POST_REQUIRED
from rostrum.broadcasts.targets.target import RTSP_AUDIO, Audio, Destination, Target, Video, Wrong, carried
from rostrum.settings import BroadcastSettings


class ManualPull(Target, kw_only=True):
    """A stream that others fetch from here."""

    fetched: ClassVar[bool] = True

    audio_codec: Annotated[Audio, PUT_POST_REQUIRED]
    video_codec: Annotated[Video, PUT_POST_REQUIRED]

    def wrong(self) -> list[Wrong]:
        """What RTSP carries."""
        return carried(self.video_codec, self.audio_codec, frozenset({"H264", "VP8"}), RTSP_AUDIO, "RTSP")

    def destination(self, conference_id: str, settings: BroadcastSettings) -> Destination:
        """Nowhere: others come, where there is a port for them."""
        del conference_id
        if not settings.rtsp_port:
            raise ValueError("nobody can fetch it: the setting broadcasts.rtsp_port is 0")
        return Destination(url="", video=self.video_codec, audio=self.audio_codec)
