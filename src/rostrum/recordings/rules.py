"""Decisions about recordings: values in, values out."""

from __future__ import annotations

from datetime import datetime

from rostrum.conferences.rules import ConferenceRow
from rostrum.conferences.wire import Quality
from rostrum.media.formats import VideoFormat
from rostrum.media.production.store import About

_SIZES: dict[Quality, tuple[int, int, int]] = {
    "180p": (320, 180, 250),
    "360p": (640, 360, 600),
    "720p": (1280, 720, 1_500),
    "1080p": (1920, 1080, 3_000),
}
"""Width, height in pixels, and kbit/s."""
_DEFAULT: Quality = "720p"
_FPS = 30


def file_name(conference_id: str, now: datetime) -> str:
    """The name of a new recording's file: the conference and the moment (UTC)."""
    return f"{conference_id}_{now:%Y-%m-%d_%H-%M-%S}.mkv"


def quality(conference: ConferenceRow) -> Quality:
    """In which size a conference is recorded: as it wants it itself, or as all are."""
    own = conference.transcoding
    return own.record_video_quality if own.use_local_mixer_config else _DEFAULT


def frame_rate(conference: ConferenceRow) -> int:
    """How many pictures a second are composed at most."""
    own = conference.transcoding
    return own.mixer_max_framerate if own.use_local_mixer_config else _FPS


def about(conference: ConferenceRow) -> About:
    """What the composition needs to know of a conference."""
    width, height, _kbit = _SIZES[quality(conference)]
    return About(
        conference_id=conference.id,
        topic=conference.topic,
        mode=conference.type,
        fps=frame_rate(conference),
        width=max(width, 1280),
        height=max(height, 720),
    )


def video_format(wanted: Quality, fps: int) -> VideoFormat:
    """The encoder's format for a quality."""
    width, height, kbit = _SIZES[wanted]
    return VideoFormat(codec="H264", width=width, height=height, fps=fps, kbit=kbit)
