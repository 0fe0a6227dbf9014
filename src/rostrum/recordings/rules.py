"""Decisions about recordings: values in, values out."""

from __future__ import annotations

from datetime import datetime


def file_name(conference_id: str, now: datetime) -> str:
    """The name of a new recording's file: the conference and the moment (UTC)."""
    return f"{conference_id}_{now:%Y-%m-%d_%H-%M-%S}.mkv"
