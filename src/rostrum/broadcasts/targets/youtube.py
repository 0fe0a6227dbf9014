"""A live stream on YouTube: RTMP or RTMPS, with a key."""

from __future__ import annotations

from typing import Annotated, ClassVar

from rostrum.api.fields import PUT_POST
from rostrum.broadcasts.targets.target import RTMP_AUDIO, Audio, Destination, Given, Target, Video, Wrong, carried
from rostrum.settings import BroadcastSettings


class Youtube(Target, kw_only=True):
    """A live stream on YouTube."""

    secret: ClassVar[frozenset[str]] = frozenset({"stream_key"})
    addressed: ClassVar[str] = "stream_url"

    stream_url: Given
    stream_key: Given
    audio_codec: Annotated[Audio, PUT_POST] = "MP3"
    video_codec: Annotated[Video, PUT_POST] = "H264"

    def wrong(self) -> list[Wrong]:
        """RTMP addresses only, and what RTMP carries."""
        found = carried(self.video_codec, self.audio_codec, frozenset({"H264"}), RTMP_AUDIO, "RTMP")
        if not self.stream_url.startswith(("rtmp://", "rtmps://")):
            found.append(Wrong("stream_url", "Expected rtmp://… or rtmps://…"))
        return found

    def destination(self, conference_id: str, settings: BroadcastSettings) -> Destination:
        """The stream's address with its key."""
        del conference_id, settings
        url = f"{self.stream_url.rstrip('/')}/{self.stream_key}"
        return Destination(url=url, video=self.video_codec, audio=self.audio_codec)
