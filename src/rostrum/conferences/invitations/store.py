"""All SQL of single invitations; those of whole conferences stand with the conferences."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from rostrum.conferences.rules import InvitationRow
from rostrum.conferences.tables import invitations
from rostrum.db import revisions
from rostrum.ids import ConferenceId

_ONE = (invitations.c.conference_id == bindparam("of")) & (invitations.c.id == bindparam("invited"))
_NEXT_POSITION = select(func.coalesce(func.max(invitations.c.position), -1) + 1).where(
    invitations.c.conference_id == bindparam("of")
)
_INSERT = insert(invitations)
_DELETE = delete(invitations).where(_ONE)
_UPDATE = update(invitations).where(_ONE)


def insert_invitation(db: Connection, conference_id: ConferenceId, row: InvitationRow) -> None:
    """Invite somebody, after all others. Raises Duplicate when the person is invited already."""
    position = db.execute(_NEXT_POSITION, {"of": conference_id}).scalar_one()
    values = msgspec.to_builtins(row)
    db.execute(_INSERT, {"conference_id": conference_id, "position": position, **values})
    revisions.touch(db, "conferences")


def update_invitation(db: Connection, conference_id: ConferenceId, row: InvitationRow) -> None:
    """Keep a changed invitation."""
    changed = _UPDATE.values(display_name=row.display_name, translator=msgspec.to_builtins(row.translator))
    db.execute(changed, {"of": conference_id, "invited": row.id})
    revisions.touch(db, "conferences")


def delete_invitation(db: Connection, conference_id: ConferenceId, invitation_id: str) -> None:
    """Take somebody off the list."""
    db.execute(_DELETE, {"of": conference_id, "invited": invitation_id})
    revisions.touch(db, "conferences")
