"""Decisions about calls: values in, values out."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct

State = Literal["ringing", "accepted", "declined", "unanswered", "unavailable", "cancelled"]
"""What a call is, or what came of it. Unavailable: nobody was there to be rung; cancelled: ended unanswered by us."""

RING = timedelta(seconds=30)
"""How long it rings."""
LAST_WORDS = timedelta(seconds=4)
"""Between the last refusal and the end of a call that nobody took, so that the caller reads why."""
GRACE = timedelta(seconds=30)
"""How long an ad hoc meeting waits for somebody to come back: a reload, a lost network."""
TO_COME = timedelta(minutes=2)
"""How long a new ad hoc meeting waits for the first to come."""

MISSED_FOR = timedelta(days=14)
"""How long a call that was missed is told of."""

ANYBODY, SOMEBODY_INVITED = 1, 2
"""The values of `auto_invite`: whose coming makes the server call the others."""


class CallRow(Struct, kw_only=True):
    """One person, or one call string, called into one session."""

    id: int = 0
    session_id: str
    call_id: str
    """Who calls."""
    invited_call_id: str
    """A uid or a call string."""
    user_id: str | None
    """The account that is rung; None: no account of this server."""
    invite_time: datetime
    expires_at: datetime
    state: State
    video: bool = True
    opens: bool = False
    """The meeting was made for this call, and ends when nobody takes it."""
    display_name: str | None = None
    """What the caller calls the person; None: as the account says."""


def invites_now(auto_invite: int, *, is_invited: bool) -> bool:
    """Whether somebody's coming makes the server call everybody on the list (page, `auto_invite`)."""
    return auto_invite == ANYBODY or (auto_invite == SOMEBODY_INVITED and is_invited)


def was_refused(calls: Iterable[CallRow]) -> bool:
    """Whether somebody declined or did not answer; else the caller gave up before."""
    return any(call.state in {"declined", "unanswered"} for call in calls)


def nobody_took_it(calls: Iterable[CallRow], owner: str | None, present: Collection[str | None]) -> bool:
    """Whether a meeting that was made for a call is of no more use: all calls ended in vain, nobody but the caller is
    there. `present` holds the accounts that have a place, None for a guest.
    """
    known = list(calls)
    if not any(call.opens for call in known) or any(call.state in {"ringing", "accepted"} for call in known):
        return False
    return all(one == owner for one in present)
