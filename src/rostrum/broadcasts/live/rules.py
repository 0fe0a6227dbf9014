"""Decisions about watching: values in, values or an error out."""

from __future__ import annotations

import re
from datetime import timedelta

from rostrum.api.errors import ApiError, refused

UNSEEN = timedelta(seconds=30)
"""Who has not been heard of for so long watches no more."""
RENEWED = timedelta(seconds=5)
"""How old the last word of a viewer may be before a newer one is written down."""
FAILED = timedelta(seconds=30)
"""How long nothing is tried again after a stream could not be made."""
_MOST_AHEAD = 2
"""Segments that a player may ask for before they are begun; more is a mistake (RFC 8216bis, 6.2.5.2)."""
_NUMBER = re.compile(r"[0-9]{1,12}")

Place = tuple[int, int]
"""Number of a segment, and how many of its parts are there."""


def check_room(watching: int, most: int) -> None:
    """Raise liveIsFull when all places are taken."""
    if watching >= most:
        raise refused("liveIsFull", "As many people as possible are watching already. Try again in a moment.")


def not_offered() -> ApiError:
    """The server has no pages that play meetings."""
    return refused("liveNotOffered", "This server does not show meetings to people who do not join them.")


def wanted_place(segment: str | None, part: str | None) -> Place | None:
    """What a player waits for (_HLS_msn and _HLS_part); None: nothing. Raises a refusal for what makes no sense."""
    if segment is None and part is None:
        return None
    if segment is None or not _NUMBER.fullmatch(segment) or not _NUMBER.fullmatch(part or "0"):
        raise refused("invalidRequest", "_HLS_msn and _HLS_part are numbers, the second never without the first.", 400)
    # Without a part, the whole segment is waited for: until the next one has begun.
    return (int(segment), int(part)) if part is not None else (int(segment) + 1, 0)


def check_wanted(wanted: Place | None, newest: Place) -> None:
    """Raise a refusal for a segment that is too far ahead."""
    if wanted is not None and wanted[0] > newest[0] + _MOST_AHEAD:
        raise refused("invalidRequest", "This segment will not be there for long.", 400)


def is_there(wanted: Place | None, newest: Place) -> bool:
    """Whether a list shows what a player waits for. Parts behind a segment's last one are the next segment's first."""
    return wanted is None or wanted[0] < newest[0] or (wanted[0] == newest[0] and wanted[1] < newest[1])
