"""How a conference is shown to those who see one picture of it: viewers of a broadcast, and of a recording."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from rostrum.api.work import Work
from rostrum.broadcasts.presets import fetching
from rostrum.conferences import joining
from rostrum.conferences.rules import ConferenceRow
from rostrum.conferences.wire import Quality
from rostrum.media.formats import VideoFormat
from rostrum.media.production.store import About, Kind, OutputRow
from rostrum.settings import PictureSettings

_SIZES: dict[Quality, tuple[int, int, int]] = {
    "180p": (320, 180, 250),
    "360p": (640, 360, 600),
    "720p": (1280, 720, 1_500),
    "1080p": (1920, 1080, 3_000),
}
"""Width, height in pixels, and kbit/s."""
DEFAULT: Quality = "720p"
RecordingState = Literal["off", "starting", "waiting", "interrupted", "on", "paused"]
"""`waiting`: no worker is free; it begins as soon as one is. `interrupted`: it goes on then; what was recorded before
its worker was lost is kept.
"""
_FPS = 30
_SENT: tuple[Kind, ...] = ("broadcast", "multicast")


def fetch_addresses(work: Work, rows: list[ConferenceRow]) -> dict[str, str]:
    """Where the streams of conferences are fetched, by their ids; only of those whose preset lets others fetch."""
    asked = [(row.id, row.broadcast_id) for row in rows if row.broadcast_enabled and row.broadcast_id]
    return fetching.addresses(work, asked)


def is_watched(outputs: Sequence[OutputRow]) -> bool:
    """Whether people who are not in a meeting can see it at this moment, on the page for that."""
    return any(row.kind == "live" and row.state == "on" for row in outputs)


def live_page(work: Work, conference: ConferenceRow, *, waiting_room: bool) -> str | None:
    """The address at which a conference can be watched without joining it; None: it cannot."""
    if not work.settings.broadcasts.live:
        return None
    refusal = joining.why_not_watch(conference, work.settings.features, work.now, waiting_room=waiting_room)
    return f"{work.links.base}/c/{conference.id}/live" if refusal is None else None


def is_broadcast(outputs: Sequence[OutputRow]) -> bool:
    """Whether a meeting is really sent to others at this moment, of the outputs of a meeting."""
    return any(row.kind in _SENT and row.state == "on" for row in outputs)


def is_broadcast_in_vain(outputs: Sequence[OutputRow]) -> bool:
    """Whether a target does not take the stream that is wanted there."""
    return any(row.kind in _SENT and row.wanted == "on" and row.state in {"retrying", "failed"} for row in outputs)


def record_quality(conference: ConferenceRow) -> Quality:
    """In which size a conference is recorded: as it wants it itself, or as all are."""
    own = conference.transcoding
    return own.record_video_quality if own.use_local_mixer_config else DEFAULT


def stream_quality(conference: ConferenceRow) -> Quality:
    """In which size a conference is broadcast."""
    own = conference.transcoding
    return own.rtsp_video_quality if own.use_local_mixer_config else DEFAULT


def mix_quality(conference: ConferenceRow) -> Quality:
    """In which size browsers get the one picture for all."""
    own = conference.transcoding
    return own.webrtc_video_quality if own.use_local_mixer_config else DEFAULT


def hides_own_picture(conference: ConferenceRow) -> bool:
    """Whether browsers leave the picture of whoever sits there out of their layout."""
    own = conference.transcoding
    return own.use_local_mixer_config and own.enable_webrtc_layouts


def frame_rate(conference: ConferenceRow) -> int:
    """How many pictures a second are composed at most."""
    own = conference.transcoding
    return own.mixer_max_framerate if own.use_local_mixer_config else _FPS


def about(conference: ConferenceRow, picture: PictureSettings) -> About:
    """What the composition needs to know of a conference: the canvas is as large as its largest output."""
    qualities = [record_quality(conference), stream_quality(conference), DEFAULT]
    if conference.mcu_mode:
        qualities.append(mix_quality(conference))
    sizes = [_SIZES[quality] for quality in qualities]
    own = conference.transcoding
    follows_speakers = own.use_local_mixer_config and own.enable_vad_layouts
    width, height, _kbit = max(sizes)
    return About(
        conference_id=conference.id,
        topic=conference.topic,
        mode=conference.type,
        layout="speaker" if follows_speakers else picture.layout,
        shows_topic=picture.show_topic,
        shows_clock=picture.show_clock,
        fps=frame_rate(conference),
        width=width,
        height=height,
    )


def video_format(wanted: Quality, fps: int) -> VideoFormat:
    """The encoder's format for a quality."""
    width, height, kbit = _SIZES[wanted]
    return VideoFormat(width=width, height=height, fps=fps, kbit=kbit)


def recording_of(outputs: Sequence[OutputRow]) -> OutputRow | None:
    """The recording that is being made, of the outputs of a meeting."""
    return next((row for row in outputs if row.kind == "recording" and row.is_open), None)


def recording_state(outputs: Sequence[OutputRow]) -> RecordingState:
    """Whether a meeting is being recorded, as its worker reports it: whoever sees "paused" is in no file any more."""
    current = recording_of(outputs)
    if current is None:
        return "off"
    if current.state == "on":
        return "on"
    if current.wanted == "paused":
        return "paused"
    if current.is_left_waiting:
        return "interrupted" if current.is_interrupted else "waiting"
    return "starting"
