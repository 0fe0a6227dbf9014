"""Onto the podium and down from it, whoever asks for it: a moderator, a program, a voice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from rostrum.api.work import Work
from rostrum.conferences import store as conferences
from rostrum.conferences.rules import ConferenceRow
from rostrum.jobs import store as jobs
from rostrum.media.commands import Tell
from rostrum.meetings import changes, store
from rostrum.meetings.podium import rules
from rostrum.meetings.rules import LISTENER, SPEAKERS, ParticipationRow, Role

UNANSWERED, SILENT = "podium.unanswered", "podium.silent"


def invite(work: Work, conference: ConferenceRow, place: ParticipationRow, *, force: bool) -> None:
    """Put somebody on the podium who asked for it or is not asked, else invite. Raises podiumIsFull, podiumNotUsed."""
    rules.check_podium(conference)
    if not rules.may_be_put(place):
        return
    rules.check_free(conference, store.admitted(work.db, place.session_id))
    if force or place.hand_at is not None:
        put(work, conference, place, rules.role_on_podium(place))
        return
    changes.change(work, place, invited_at=work.now)
    due = work.now + rules.ANSWER_WITHIN
    payload = {
        "session_id": place.session_id,
        "participant_id": place.participant_id,
        "invited_at": work.now.timestamp(),
    }
    jobs.enqueue(work.db, UNANSWERED, payload, due, key=f"{UNANSWERED}:{place.number}")
    if work.media_available:
        message = {"type": "podiumInvitation", "seconds": int(rules.ANSWER_WITHIN.total_seconds())}
        work.later(Tell(place.session_id, message, [place.participant_id]))


def put(work: Work, conference: ConferenceRow, place: ParticipationRow, role: Role, **values: Any) -> None:
    """Put somebody on the podium; whoever calls has seen that there is a place."""
    jobs.cancel(work.db, f"{UNANSWERED}:{place.number}")
    given = {"hand_at": None, "invited_at": None, "spoke_at": None} | values
    changes.change_role(work, conference, place, role, **given)


def put_voice(work: Work, conference: ConferenceRow, place: ParticipationRow) -> None:
    """Put somebody on the podium of a smart meeting who speaks; whoever falls silent there has to leave."""
    put(work, conference, place, rules.role_on_podium(place), spoke_at=work.now)
    _watch(work, place, work.now)


def leave(work: Work, conference: ConferenceRow, place: ParticipationRow) -> None:
    """Take somebody down from the podium; whoever is not there stays what they are."""
    if place.role in SPEAKERS:
        changes.change_role(work, conference, place, LISTENER, spoke_at=None)


def decline(work: Work, place: ParticipationRow) -> None:
    """An invitation is not taken."""
    jobs.cancel(work.db, f"{UNANSWERED}:{place.number}")
    changes.change(work, place, invited_at=None)


def unanswered(work: Work, payload: Mapping[str, Any]) -> None:
    """Due work: whoever has not answered an invitation has declined it."""
    conferences.find_by_session(work.db, payload["session_id"])  # nobody answers at the same moment
    place = store.find_present(work.db, payload["session_id"], payload["participant_id"])
    if place is not None and place.invited_at == datetime.fromtimestamp(payload["invited_at"], UTC):
        changes.change(work, place, invited_at=None)


def silent(work: Work, payload: Mapping[str, Any]) -> None:
    """Due work: a speaker of a smart meeting who said nothing for a while leaves the podium."""
    conference = conferences.find_by_session(work.db, payload["session_id"])
    place = store.find_present(work.db, payload["session_id"], payload["participant_id"])
    if conference is None or place is None or place.spoke_at is None:
        return
    if rules.is_silent(place, work.now):
        leave(work, conference, place)
    else:
        _watch(work, place, place.spoke_at)


def _watch(work: Work, place: ParticipationRow, spoke_at: datetime) -> None:
    payload = {"session_id": place.session_id, "participant_id": place.participant_id}
    jobs.enqueue(work.db, SILENT, payload, spoke_at + rules.SILENT_FOR, key=f"{SILENT}:{place.number}")


DUE_WORK = {UNANSWERED: unanswered, SILENT: silent}
"""Who does what."""
