"""Due work of calls and of meetings that end by themselves. Each function is done in its own transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rostrum.api.work import Work
from rostrum.conferences import store as conferences
from rostrum.meetings import control, rules
from rostrum.meetings import store as meetings
from rostrum.meetings.calls import ringing, store
from rostrum.meetings.calls.rules import was_refused


def end_overdue(work: Work, payload: Mapping[str, Any]) -> None:
    """Nobody has answered for so long that nobody will."""
    conferences.find_by_session(work.db, payload["session_id"])  # answers that come at the same moment wait for us
    ringing.ended(work, store.end_overdue(work.db, payload["session_id"], work.now, "unanswered"))


def end_in_vain(work: Work, payload: Mapping[str, Any]) -> None:
    """End a meeting that was made for a call which nobody took, unless somebody is called or has come meanwhile."""
    conference = conferences.find_by_session(work.db, payload["session_id"])
    if conference is not None and ringing.is_in_vain(work, conference):
        refused = was_refused(store.of_session(work.db, payload["session_id"]))
        control.stop(work, conference, rules.TERM_ALL_DECLINED if refused else rules.TERM_ALL_LEFT)


def end_empty(work: Work, payload: Mapping[str, Any]) -> None:
    """End an ad hoc meeting that all have left and nobody has come back to."""
    conference = conferences.find_by_session(work.db, payload["session_id"])
    if conference is not None and not meetings.admitted(work.db, payload["session_id"]):
        control.stop(work, conference, rules.TERM_ALL_LEFT)


DUE_WORK = {ringing.OVERDUE: end_overdue, ringing.IN_VAIN: end_in_vain, control.EMPTY: end_empty}
"""Who does what."""
