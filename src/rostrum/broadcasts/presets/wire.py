"""Presets as the API shows them, and what each kind of them holds."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from rostrum.api.fields import POST_REQUIRED, PUT_POST, PUT_POST_REQUIRED

PresetType = Literal["youtube", "cdnvideo", "manualPull", "manualPush", "wowzaCloud", "wowzaServer"]
AudioCodec = Literal["MP3", "PCM", "G711_U", "G711_A", "AAC"]
VideoCodec = Literal["H264", "VP8"]
Given = Annotated[str, Meta(min_length=1, max_length=2048), PUT_POST_REQUIRED]
Short = Annotated[str, Meta(min_length=1, max_length=256), PUT_POST_REQUIRED]
Port = Annotated[int, Meta(ge=1, le=65535), PUT_POST_REQUIRED]
Secret = Annotated[str, Meta(max_length=256), PUT_POST]
Seconds = Annotated[int, Meta(ge=0, le=86_400), PUT_POST]
Count = Annotated[int, Meta(ge=0, le=1_000_000), PUT_POST]


class Youtube(Struct, kw_only=True):
    """A live stream on YouTube."""

    stream_url: Given
    stream_key: Given
    audio_codec: Annotated[AudioCodec, PUT_POST] = "MP3"
    video_codec: Annotated[VideoCodec, PUT_POST] = "H264"


class CdnVideo(Struct, kw_only=True):
    """An account of a content delivery network."""

    username: Short
    password: Short


class ManualPull(Struct, kw_only=True):
    """A stream that others fetch from here."""

    audio_codec: Annotated[AudioCodec, PUT_POST_REQUIRED]
    video_codec: Annotated[VideoCodec, PUT_POST_REQUIRED]


class ManualPush(Struct, kw_only=True):
    """A stream that is sent to an address. Times in seconds."""

    url_publish: Given
    audio_codec: Annotated[AudioCodec, PUT_POST] = "MP3"
    video_codec: Annotated[VideoCodec, PUT_POST] = "H264"
    username: Secret = ""
    password: Secret = ""
    rtp_over_tcp: Annotated[bool, PUT_POST] = False
    inactive_receiver_timeout: Seconds = 60
    retries: Count = 0
    retry_delay: Seconds = 10


class Wowza(Struct, kw_only=True):
    """What the two kinds of Wowza servers share. Times in seconds."""

    host_port: Port
    audio_codec: Annotated[AudioCodec, PUT_POST] = "AAC"
    video_codec: Annotated[VideoCodec, PUT_POST] = "H264"
    username: Secret = ""
    password: Secret = ""
    rtp_over_tcp: Annotated[bool, PUT_POST] = True
    inactive_receiver_timeout: Seconds = 0
    retries: Count = 0
    retry_delay: Seconds = 10


class WowzaCloud(Wowza, kw_only=True):
    """A stream in Wowza's cloud."""

    primary_server: Given
    stream_name: Given


class WowzaServer(Wowza, kw_only=True):
    """A Wowza server of one's own."""

    host_server: Short
    application: Short


class Preset(Struct, kw_only=True):
    """A preset; what `payload` holds depends on `type`, which stays what it is."""

    id: str
    name: Annotated[str, Meta(min_length=1, max_length=240), PUT_POST_REQUIRED]
    type: Annotated[PresetType, POST_REQUIRED]
    payload: Annotated[dict[str, Any], PUT_POST_REQUIRED]


class Presets(Struct):
    """A page of presets."""

    presets: list[Preset]
