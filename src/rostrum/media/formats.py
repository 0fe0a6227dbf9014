"""What pictures and sounds may be encoded as. Without any codec, so that the server may know it too."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

VideoCodec = Literal["H264", "VP8"]
AudioCodec = Literal["AAC", "MP3", "PCM", "G711_U", "G711_A", "OPUS"]


class VideoFormat(Struct, frozen=True):
    """A picture format. Sizes in pixels, `kbit` in kbit/s."""

    codec: VideoCodec = "H264"
    width: int = 1280
    height: int = 720
    fps: int = 30
    kbit: int = 1_500
