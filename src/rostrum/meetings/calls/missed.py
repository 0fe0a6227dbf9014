"""Calls that nobody took: the called reads of them on the home page, until they put them away."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from rostrum.accounts.users import store as users
from rostrum.accounts.users.operations import avatar_url
from rostrum.api.operation import InBody, operation
from rostrum.api.work import Work
from rostrum.ids import UserId, short_id
from rostrum.meetings.calls import store
from rostrum.meetings.calls.rules import MISSED_FOR
from rostrum.meetings.calls.wire import MissedCall, MissedCalls
from rostrum.meetings.web_wire import Nothing, Person

_MOST = 50
_Numbers = Annotated[list[Annotated[int, Meta(ge=1, le=2**53)]], Meta(max_length=_MOST)]


@operation("GET", "/calls/missed", surface="web", reach="user")
def list_missed(work: Work) -> MissedCalls:
    """Whom the caller missed in the last two weeks: rung in vain, or away. Newest first, the first fifty.

    Whoever came into the meeting after all has missed nothing.
    """
    found = store.missed_by(work.db, work.caller.user_id or "", work.now - MISSED_FOR, _MOST)
    callers = users.find_users(work.db, {short_id(one.call.call_id, work.server) for one in found})
    shown = []
    for one in found:
        caller = callers.get(UserId(short_id(one.call.call_id, work.server)))
        name, picture = (
            (caller.display_name, avatar_url("", caller.avatar)) if caller is not None else (one.call.call_id, None)
        )
        shown.append(
            MissedCall(
                call_id=one.call.id,
                conference_id=one.conference_id,
                topic=one.topic,
                caller=Person(one.call.call_id, name, picture),
                opens=one.call.opens,
                called_at=int(one.call.invite_time.timestamp()),
                runs=one.runs,
                is_known=caller is not None,
            )
        )
    return MissedCalls(shown)


@operation("POST", "/calls/missed/dismiss", surface="web", reach="user")
def dismiss_missed(work: Work, call_ids: Annotated[_Numbers, InBody()]) -> Nothing:
    """Put the notes of missed calls away, on all pages of the caller; others' calls are passed over."""
    store.dismiss(work.db, work.caller.user_id or "", call_ids)
    return Nothing()
