"""Keeping our participants true to what the engine sees: by its webhooks, and by looking at its rooms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from rostrum.api.work import Deferred
from rostrum.conferences import store as conferences
from rostrum.ids import session_suffix
from rostrum.media.commands import EndRoom, RemoveParticipant, TellChanged
from rostrum.media.engine import Present
from rostrum.media.webhooks import ParticipantEvent
from rostrum.meetings import control, rules, store
from rostrum.meetings.changes import mirrored
from rostrum.meetings.podium.rules import speakers
from rostrum.meetings.rules import ParticipationRow
from rostrum.meetings.waiting import rules as waiting

_TO_COME = timedelta(seconds=90)
"""How long an admitted browser may take to connect before its place is given back."""
_TO_COME_BACK = timedelta(seconds=25)
"""How long a broken connection keeps its place: the engine itself waits some 20 s."""

LATE = timedelta(minutes=5)
"""How long after leaving somebody may come back with the same token."""


_ENDS = {"participant_left", "participant_connection_aborted"}


class Missing(Struct):
    """Places whose people the engine does not have, and since when."""

    since: dict[int, datetime]


Before = Mapping[tuple[str, str], str | None]
"""Who had a place, by session and participant, and the connection of each, before the engine was asked."""


def on_event(db: Connection, event: ParticipantEvent, now: datetime, server: str) -> list[Deferred]:
    """Answer to a webhook: somebody joined or left. What the engine must do about it is returned."""
    if not _is_ours(event.session_id, server):
        return []
    place = store.find_present(db, event.session_id, event.participant_id)
    if event.kind == "participant_joined":
        told: list[Deferred] = []
        if place is None:
            place = _back_again(db, event, now)
            told = [TellChanged(event.session_id)] if place is not None and rules.is_in_state(place) else []
        if place is None or place.waits:
            return [_turned_away(db, event)]
        if event.sid not in {place.engine_sid, place.superseded_sid}:
            control.joined(db, place, event.sid, now)
        if place.changed_at is not None:
            return [mirrored(place), *told]  # the token may be from before the change
        return told
    if event.kind in _ENDS and place is not None and place.engine_sid == event.sid:
        control.leave(db, place, now, rules.LEFT_ALONE)
        if rules.is_in_state(place):
            return [TellChanged(event.session_id)]
    return []


def may_connect(db: Connection, session_id: str, participant_id: str, now: datetime) -> bool:
    """Whether the engine's token still opens a running session: not for whoever waits, or was put out.

    Whoever comes to a session that has ended is told so inside.
    """
    if store.find_session(db, session_id) is None:
        return True
    last = store.find_last(db, session_id, participant_id)
    if last is not None and last.leave_time is None:
        return not last.waits
    return last is not None and _may_come_back(last, now)


def places(db: Connection) -> Before:
    """Who has a place now: to be asked before the engine is, and given to `reconcile` after it."""
    return {(place.session_id, place.participant_id): place.engine_sid for place in store.all_admitted(db)}


def reconcile(
    db: Connection, rooms: Mapping[str, list[Present]], before: Before, missing: Missing, now: datetime, server: str
) -> list[Deferred]:
    """Compare our sessions with the engine's rooms, mend ours, and return what the engine must mend.

    What changed while the engine was asked is newer than its answer and is left to the next round, so several processes
    may do this at the same time.
    """
    open_ids = {session.id for session in store.open_sessions(db)}
    commands: list[Deferred] = [
        EndRoom(room, {"type": "ended", "reason": "stopped"})
        for room in rooms
        if _is_ours(room, server) and room not in open_ids
    ]
    still_missing: dict[int, datetime] = {}
    for session_id in open_ids:
        there = {one.participant_id: one for one in rooms.get(session_id, [])}
        gone = [place for place in store.waiting(db, session_id) if waiting.is_gone(place, now)]
        for place in store.admitted(db, session_id):
            seen = there.pop(place.participant_id, None)
            if seen is not None:
                unchanged = before.get((session_id, place.participant_id)) == place.engine_sid
                if unchanged and seen.sid not in {place.engine_sid, place.superseded_sid}:
                    control.joined(db, place, seen.sid, now)
                commands += _corrections(place, seen)
            elif _gone(place, missing, still_missing, now):
                gone.append(place)
        for place in gone:
            control.leave(db, place, now, rules.LEFT_ALONE)
        if any(rules.is_in_state(place) for place in gone):
            commands.append(TellChanged(session_id))
        strangers = [one for one in there if (session_id, one) not in before]
        commands += [RemoveParticipant(session_id, stranger, {"type": "removed"}) for stranger in strangers]
    missing.since = still_missing
    return commands


def _is_ours(room: str, server: str) -> bool:
    """An engine that runs elsewhere may have rooms of other servers and programs; ours are named like our sessions."""
    return room.endswith(session_suffix(server))


def _corrections(place: ParticipationRow, seen: Present) -> list[Deferred]:
    """What the engine must be told anew about somebody: a command was lost, or an old token was used."""
    wanted = mirrored(place)
    if seen.grants is None or (seen.grants, seen.attributes) == (wanted.grants, _filled(wanted.attributes)):
        return []
    return [wanted]


def _filled(attributes: dict[str, str]) -> dict[str, str]:
    """An attribute without a value is none for the engine."""
    return {name: value for name, value in attributes.items() if value}


def _gone(place: ParticipationRow, missing: Missing, still_missing: dict[int, datetime], now: datetime) -> bool:
    if place.join_time is None:
        return now - place.admitted_at > _TO_COME
    since = missing.since.get(place.number, now)
    still_missing[place.number] = since
    return now - since >= _TO_COME_BACK


def _back_again(db: Connection, event: ParticipantEvent, now: datetime) -> ParticipationRow | None:
    """The place of somebody whose line broke and who is back before anybody noticed; nobody who was put out. A speaker
    whose place on the podium is taken listens.
    """
    conference = conferences.find_by_session(db, event.session_id)
    last = store.find_last(db, event.session_id, event.participant_id)
    if conference is None or last is None or not _may_come_back(last, now):
        return None
    values: dict[str, Any] = {"leave_time": None, "leave_reason": None}
    back = msgspec.structs.replace(last, **values)
    if last.role in rules.SPEAKERS and len(speakers(store.admitted(db, last.session_id))) >= conference.max_podiums:
        back = msgspec.structs.replace(back, role=rules.LISTENER, rights=rules.silent(last.rights), changed_at=now)
        values |= {"role": back.role, "rights": msgspec.to_builtins(back.rights), "changed_at": now}
    store.renew_participation(db, last, **values)
    return back


def _may_come_back(last: ParticipationRow, now: datetime) -> bool:
    went = last.leave_reason == rules.LEFT_ALONE and last.leave_time is not None and not last.waits
    return went and last.leave_time is not None and now - last.leave_time <= LATE


def _turned_away(db: Connection, event: ParticipantEvent) -> Deferred:
    """Somebody came with a token from before: out of a running session, or out of a room that should not be."""
    if store.find_session(db, event.session_id) is None:
        return EndRoom(event.session_id, {"type": "ended", "reason": "stopped"})
    return RemoveParticipant(event.session_id, event.participant_id, {"type": "removed"})
