"""What a conference has when its body does not say so: the same values as Rostrum's."""

from __future__ import annotations

from typing import Any


def registration() -> dict[str, Any]:
    """No registration."""
    return {
        "enabled": False,
        "start_at": None,
        "end_at": None,
        "participants_limit_enabled": False,
        "participants_limit": None,
        "allow_users_access": False,
        "fields": {"display_name": {"index": 0, "is_required": True}, "email": {"index": 1, "is_required": True}},
        "limit_reached": False,
    }


def transcoding() -> dict[str, Any]:
    """The server's own settings."""
    return {
        "use_local_mixer_config": False,
        "mixer_max_framerate": 30,
        "record_video_quality": "720p",
        "sip_video_quality": "720p",
        "rtsp_video_quality": "720p",
        "webrtc_video_quality": "720p",
        "enable_sip_layouts": False,
        "enable_webrtc_layouts": False,
        "enable_vad_layouts": False,
        "enable_load_balancing": False,
    }


def participant_restrictions() -> dict[str, Any]:
    """The server's own settings."""
    return {
        "use_local_stream_config": False,
        "video_quality": "720p",
        "framerate_video_limit": 30,
        "framerate_ds_limit": 15,
    }
