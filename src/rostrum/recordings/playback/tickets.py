"""Tickets: the part of an address that opens one recording for some minutes, where a browser sends no token."""

from __future__ import annotations

import hmac

from rostrum.db.signing import signature

LASTS_S = 900
"""Seconds. A page that plays fetches a new one before."""


def ticket(key: str, recording_id: int, now: float) -> str:
    """A new ticket for a recording: its end and a signature, nothing that opens anything else."""
    until = int(now) + LASTS_S
    return f"{until}.{signature(key, _told(recording_id, until))}"


def opens(key: str, recording_id: int, given: str, now: float) -> bool:
    """Whether a ticket opens a recording now. The comparison takes the same time whatever is wrong."""
    until, _, signed = given.partition(".")
    if not until.isascii() or not until.isdigit() or len(until) > 12 or not signed.isascii():  # noqa: PLR2004
        return False
    right = hmac.compare_digest(signature(key, _told(recording_id, int(until))), signed)
    return right and now <= int(until)


def _told(recording_id: int, until: int) -> str:
    return f"recording:{recording_id}:{until}"
