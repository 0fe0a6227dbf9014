"""All SQL of conferences and their invitations."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from rostrum.conferences.rules import AD_HOC, ConferenceRow, InvitationRow
from rostrum.conferences.tables import conference_tags, conferences, invitations
from rostrum.conferences.wire import Translator
from rostrum.db import counts, revisions
from rostrum.db.among import among
from rostrum.db.locks import alone
from rostrum.db.prepared import Prepared
from rostrum.db.text import contains
from rostrum.ids import ConferenceId

_COLUMNS = [conferences.c[name] for name in ConferenceRow.__struct_fields__]

# Statements are built once: building one costs more than running it.
_ONE = select(*_COLUMNS).where(conferences.c.id == bindparam("id"))
_BY_ID = Prepared(_ONE)
_BY_ID_TO_CHANGE = Prepared(_ONE.with_for_update())
_BY_SESSION = Prepared(select(*_COLUMNS).where(conferences.c.stream_id == bindparam("session_id")).with_for_update())
_ORIGIN = select(conferences.c.origin_type).where(conferences.c.stream_id == bindparam("session_id"))
_NEXT_NUMBER = Prepared(select((func.coalesce(func.max(conferences.c.number), 0) + 1).label("number")))
_INSERT = Prepared(insert(conferences))
_UPDATE = Prepared(update(conferences).where(conferences.c.id == bindparam("of")))
_INSERT_TAG = Prepared(insert(conference_tags))
_DELETE_TAGS = Prepared(delete(conference_tags).where(conference_tags.c.conference_id == bindparam("of")))
_INSERT_INVITATION = Prepared(insert(invitations))
_DELETE_INVITATIONS = Prepared(delete(invitations).where(invitations.c.conference_id == bindparam("of")))
_INVITATIONS = Prepared(
    select(invitations.c.conference_id, *(invitations.c[name] for name in InvitationRow.__struct_fields__))
    .where(among(invitations.c.conference_id, "ids"))
    .order_by(invitations.c.conference_id, invitations.c.position)
)
_INVITED = select(invitations.c.id).where(
    invitations.c.conference_id == bindparam("conference_id"), invitations.c.id == bindparam("id")
)


class Filter(msgspec.Struct, kw_only=True):
    """What a list of conferences selects; None selects all."""

    visible_to: str | None = None
    """A user id: only conferences that the user owns or is invited to."""
    owner: str | None = None
    running: bool | None = None
    tag: str | None = None


def find_conference(db: Connection, conference_id: str, *, to_change: bool = False) -> ConferenceRow | None:
    """The conference with this id; `to_change` keeps everybody else from changing it before this transaction ends."""
    row = (_BY_ID_TO_CHANGE if to_change else _BY_ID).first(db, {"id": conference_id})
    return None if row is None else _conference(row)


def find_by_session(db: Connection, session_id: str) -> ConferenceRow | None:
    """The conference that runs as this session, to be changed."""
    row = _BY_SESSION.first(db, {"session_id": session_id})
    return None if row is None else _conference(row)


def origin_of_session(db: Connection, session_id: str) -> str | None:
    """The `origin_type` of the conference that runs as this session."""
    origin: str | None = db.execute(_ORIGIN, {"session_id": session_id}).scalar()
    return origin


def count_conferences(db: Connection) -> int:
    """How many conferences there are."""
    return counts.number_of(db, conferences)


def owned_by(db: Connection, owner: str) -> list[ConferenceRow]:
    """The conferences of an owner, to be changed."""
    mine = select(*_COLUMNS).where(conferences.c.owner == owner)
    return [_conference(row) for row in db.execute(mine.order_by(conferences.c.id).with_for_update())]


def insert_conference(db: Connection, row: ConferenceRow) -> None:
    """Keep a new conference, after all others in lists."""
    alone(db, "conferences.number")
    number = _NEXT_NUMBER.scalar(db)
    _INSERT.run(db, {"number": number, **_values(row)})
    _replace_tags(db, row)
    revisions.touch(db, "conferences")


def update_conference(db: Connection, row: ConferenceRow) -> None:
    """Keep a changed conference."""
    _UPDATE.run(db, {"of": row.id, **_values(row)})
    _replace_tags(db, row)
    revisions.touch(db, "conferences")


def mark_changed(db: Connection, conference_id: ConferenceId, now: datetime) -> None:
    """The list of invitations of a conference is not what it was."""
    after = {"sequence": conferences.c.sequence + 1, "changed_at": now}
    db.execute(update(conferences).where(conferences.c.id == conference_id).values(**after))
    revisions.touch(db, "conferences")


def uninvite_everywhere(db: Connection, user_id: str, now: datetime) -> None:
    """Take an account that is deleted off every list; the lists are not what they were."""
    invited = select(invitations.c.conference_id).where(invitations.c.id == user_id)
    after = {"sequence": conferences.c.sequence + 1, "changed_at": now}
    db.execute(update(conferences).where(conferences.c.id.in_(invited)).values(**after))
    db.execute(delete(invitations).where(invitations.c.id == user_id))
    revisions.touch(db, "conferences")


def forget_preset(db: Connection, preset_id: str) -> None:
    """A broadcasting preset is gone."""
    without = {"broadcast_id": None, "broadcast_enabled": False}
    db.execute(update(conferences).where(conferences.c.broadcast_id == preset_id).values(**without))
    revisions.touch(db, "conferences")


def set_running(db: Connection, conference_id: ConferenceId, session_id: str | None) -> None:
    """Say which session a conference runs as; None: it stopped."""
    locked = None if session_id is None else False
    values = {"stream_id": session_id, "participants_lock_enabled": locked, "stream_recording_state": 0}
    _UPDATE.run(db, {"of": conference_id, **values})
    revisions.touch(db, "conferences")


def set_locked(db: Connection, conference_id: ConferenceId, *, locked: bool) -> None:
    """Close a running conference for newcomers, or open it again."""
    db.execute(update(conferences).where(conferences.c.id == conference_id).values(participants_lock_enabled=locked))
    revisions.touch(db, "conferences")


def set_recording_state(db: Connection, session_id: str, state: Literal[0, 1]) -> None:
    """Say whether a running conference is being recorded."""
    mine = conferences.c.stream_id == session_id
    db.execute(update(conferences).where(mine).values(stream_recording_state=state))
    revisions.touch(db, "conferences")


def delete_conference(db: Connection, conference_id: ConferenceId) -> None:
    """Delete a conference with its invitations."""
    db.execute(delete(conferences).where(conferences.c.id == conference_id))
    revisions.touch(db, "conferences")


def delete_if_ad_hoc(db: Connection, conference_id: ConferenceId) -> None:
    """Delete a conference that was begun on the spot and has ended; the log of its call stays."""
    db.execute(delete(conferences).where(conferences.c.id == conference_id, conferences.c.origin_type == AD_HOC))
    revisions.touch(db, "conferences")


def list_conferences(
    db: Connection, wanted: Filter, page_size: int, page_id: int, *, newest_first: bool = False
) -> tuple[int, list[ConferenceRow]]:
    """How many conferences a filter selects, and one page of them in the order of creation. Pages count from 1."""
    if wanted == Filter():
        count = count_conferences(db)
    else:
        count = db.execute(_where(select(func.count()).select_from(conferences), wanted)).scalar_one()
    order = conferences.c.number.desc() if newest_first else conferences.c.number
    page = _where(select(*_COLUMNS), wanted).order_by(order)
    rows = db.execute(page.limit(page_size).offset((page_id - 1) * page_size))
    return count, [_conference(row) for row in rows]


def invitations_of(db: Connection, ids: list[str]) -> dict[str, list[InvitationRow]]:
    """The invitations of conferences, by conference, in their order."""
    found: dict[str, list[InvitationRow]] = defaultdict(list)
    for of, key, name, kind, translator in _INVITATIONS.all(db, {"ids": ids}):
        # Not checked again: what was kept under an older rule stays readable.
        translates = None if translator is None else Translator(**translator)
        found[of].append(InvitationRow(key, name, kind, translates))
    return found


def is_invited(db: Connection, conference_id: str, user_id: str) -> bool:
    """Whether a person is on the list of a conference."""
    return db.execute(_INVITED, {"conference_id": conference_id, "id": user_id}).first() is not None


def replace_invitations(db: Connection, conference_id: ConferenceId, rows: list[InvitationRow]) -> None:
    """Make these the invitations of a conference."""
    _DELETE_INVITATIONS.run(db, {"of": conference_id})
    given = [
        {"conference_id": conference_id, "position": at, **msgspec.to_builtins(row)} for at, row in enumerate(rows)
    ]
    _INSERT_INVITATION.run_each(db, given)
    revisions.touch(db, "conferences")


def _where(statement: Select[Any], wanted: Filter) -> Select[Any]:
    if wanted.visible_to is not None:
        statement = statement.where(_visible_to(wanted.visible_to))
    if wanted.owner is not None:
        statement = statement.where(conferences.c.owner == wanted.owner)
    if wanted.running is not None:
        running = conferences.c.stream_id.is_not(None)
        statement = statement.where(running if wanted.running else ~running)
    if wanted.tag is not None:
        tagged = or_(contains(conference_tags.c.tag, wanted.tag), conference_tags.c.tag == wanted.tag)
        statement = statement.where(exists().where(conference_tags.c.conference_id == conferences.c.id, tagged))
    return statement


def _visible_to(user_id: str) -> ColumnElement[bool]:
    invited = exists().where(invitations.c.conference_id == conferences.c.id, invitations.c.id == user_id)
    return or_(conferences.c.owner == user_id, invited)


def _replace_tags(db: Connection, row: ConferenceRow) -> None:
    _DELETE_TAGS.run(db, {"of": row.id})
    _INSERT_TAG.run_each(db, [{"conference_id": row.id, "tag": tag} for tag in dict.fromkeys(row.tags)])


def _values(row: ConferenceRow) -> dict[str, Any]:
    given = {name: getattr(row, name) for name in row.__struct_fields__}
    return {name: msgspec.to_builtins(value) if name in _NESTED else value for name, value in given.items()}


def _conference(row: Any) -> ConferenceRow:
    return msgspec.convert(dict(zip(ConferenceRow.__struct_fields__, row, strict=True)), ConferenceRow)


_NESTED = {"schedule", "rights", "registration", "reminders", "transcoding", "participant_restrictions"}
