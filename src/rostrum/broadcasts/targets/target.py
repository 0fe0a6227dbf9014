"""What every type of target knows: its payload, what it can carry, and where a programme goes."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Protocol
from urllib.parse import quote

from msgspec import Meta, Struct

from rostrum.api.fields import PUT_POST, PUT_POST_REQUIRED
from rostrum.media.formats import AudioCodec, VideoCodec
from rostrum.settings import BroadcastSettings

Audio = Literal["MP3", "PCM", "G711_U", "G711_A", "AAC"]
Video = Literal["H264", "VP8"]
_UNBROKEN = r"^[^\s\x00-\x1f\x7f]+\Z"
"""What goes into the lines of a protocol must not begin a new one; `$` would let a line end through."""
Given = Annotated[str, Meta(min_length=1, max_length=2048, pattern=_UNBROKEN), PUT_POST_REQUIRED]
Short = Annotated[str, Meta(min_length=1, max_length=256, pattern=_UNBROKEN), PUT_POST_REQUIRED]
Port = Annotated[int, Meta(ge=1, le=65535), PUT_POST_REQUIRED]
Login = Annotated[str, Meta(max_length=256), PUT_POST]
Password = Annotated[str, Meta(max_length=256), PUT_POST]
Seconds = Annotated[int, Meta(ge=0, le=86_400), PUT_POST]
Count = Annotated[int, Meta(ge=0, le=1_000_000), PUT_POST]

RTMP_AUDIO: frozenset[AudioCodec] = frozenset({"AAC", "MP3"})
"""What servers take over RTMP; FLV has numbers for more, but nobody plays them."""
RTSP_AUDIO: frozenset[AudioCodec] = frozenset({"AAC", "MP3", "PCM", "G711_U", "G711_A"})


class Wrong(Struct, frozen=True):
    """Why a payload cannot be: the field and plain words."""

    field: str
    words: str


class Destination(Struct, frozen=True, kw_only=True):
    """Where a programme goes, and how. Times in seconds. `url` is empty for what others fetch from here."""

    url: str
    video: VideoCodec = "H264"
    audio: AudioCodec = "AAC"
    over_tcp: bool = True
    silence_s: float = 0
    """How long the other side may keep us waiting; 0: as the system does."""
    retries: int = 0
    """How often it is tried again after a failure; 0: as long as the conference runs."""
    retry_delay_s: float = 10


class Target(Struct):
    """What most types of target have in common."""

    secret: ClassVar[frozenset[str]] = frozenset({"password"})
    addressed: ClassVar[str] = ""
    fetched: ClassVar[bool] = False


class Payload(Protocol):
    """A payload of one type of target."""

    secret: ClassVar[frozenset[str]]
    """Fields that are never shown."""
    addressed: ClassVar[str]
    """The field that says where the programme goes; empty: none does."""
    fetched: ClassVar[bool]
    """Whether others fetch the programme from here."""

    def wrong(self) -> list[Wrong]:
        """What cannot be, beyond the types of the fields."""

    def destination(self, conference_id: str, settings: BroadcastSettings) -> Destination:
        """Where the programme of a conference goes. Raises ValueError in plain words where a setting is missing."""


def carried(
    video: str, audio: str, videos: frozenset[VideoCodec], audios: frozenset[AudioCodec], by: str
) -> list[Wrong]:
    """The codecs that a target cannot carry."""
    found = []
    if video not in videos:
        found.append(Wrong("video_codec", f"{by} carries {', '.join(sorted(videos))}"))
    if audio not in audios:
        found.append(Wrong("audio_codec", f"{by} carries {', '.join(sorted(audios))}"))
    return found


def with_login(url: str, username: str, password: str) -> str:
    """An address with its login."""
    if not username:
        return url
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{quote(username, safe='')}:{quote(password, safe='')}@{rest}"
