"""The operations on conference templates."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

from rostrum.accounts.users import store as users
from rostrum.accounts.users.rules import UserRow
from rostrum.accounts.users.wire import Deleted
from rostrum.api.errors import ApiError, problem
from rostrum.api.inputs import Changes
from rostrum.api.operation import Of, operation
from rostrum.api.work import Work
from rostrum.conferences import rules
from rostrum.conferences.invitations.people import checked, invitation_rows, invited_ids
from rostrum.conferences.operations import check_preset, found_owner
from rostrum.conferences.rules import ConferenceRow
from rostrum.conferences.shown import shown_blank
from rostrum.conferences.templates import contents, store
from rostrum.conferences.templates.store import TemplateRow
from rostrum.conferences.templates.wire import ConferenceTemplate, ConferenceTemplates
from rostrum.ids import ConferenceId, UserId, short_id

READ, WRITE = "templates.conferences:read", "templates.conferences:write"
ALL, ONE = "/templates/conferences", "/templates/conferences/{template_id}"


@operation("POST", ALL, scope=WRITE, since="v3.1", answer="template")
def create_template(work: Work, body: Annotated[Changes, Of(ConferenceTemplate)]) -> ConferenceTemplate:
    """Keep a conference to make others from. Errors: userNotFound, presetNotFound, and those of a conference's
    fields.
    """
    row = TemplateRow(
        id=secrets.token_hex(4),
        name=body["name"],
        object=contents.kept(body.get("object", {})),
        created_at=work.now,
        updated_at=work.now,
        creator_id=work.caller.user_id,
    )
    _check(work, row)
    store.insert_template(work.db, row)
    work.record("create", "conference_template", row.name, id=row.id)
    return _shown(work, [row])[0]


@operation("GET", ALL, scope=READ, since="v3.1")
def list_templates(
    work: Work,
    sort_by: Literal["name", "created_at", "updated_at", "creator_id"] = "created_at",
    sort_type: Literal["asc", "desc"] = "asc",
) -> ConferenceTemplates:
    """All templates, by default in the order of their creation."""
    rows = store.list_templates(work.db, sort_by, descending=sort_type == "desc")
    return ConferenceTemplates(_shown(work, rows))


@operation("GET", ONE, scope=READ, since="v3.1", answer="template")
def read_template(work: Work, template_id: str) -> ConferenceTemplate:
    """One template. Errors: conferenceTemplateNotFound."""
    return _shown(work, [_found(work, template_id)])[0]


@operation("PUT", ONE, scope=WRITE, since="v3.1", answer="template")
def edit_template(work: Work, template_id: str, body: Annotated[Changes, Of(ConferenceTemplate)]) -> ConferenceTemplate:
    """Change the name or the given fields of the conference. Errors: conferenceTemplateNotFound, userNotFound,
    presetNotFound.
    """
    row = _found(work, template_id, to_change=True)
    given = contents.over(contents.fields(row.object), body.get("object", {}))
    after = msgspec.structs.replace(
        row, name=body.get("name", row.name), object=contents.kept(given), updated_at=work.now
    )
    _check(work, after)
    store.update_template(work.db, after)
    if (after.name, after.object) != (row.name, row.object):
        work.record("edit", "conference_template", after.name, id=row.id)
    return _shown(work, [after])[0]


@operation("DELETE", ONE, scope=WRITE, since="v3.1")
def delete_template(work: Work, template_id: str) -> Deleted:
    """Delete a template; conferences made from it stay. Errors: conferenceTemplateNotFound."""
    row = _found(work, template_id)
    store.delete_template(work.db, row.id)
    work.record("delete", "conference_template", row.name, id=row.id)
    return Deleted(row.id)


def _found(work: Work, template_id: str, *, to_change: bool = False) -> TemplateRow:
    row = store.find_template(work.db, template_id, to_change=to_change)
    if row is None:
        raise problem("conferenceTemplateNotFound", template_id=template_id)
    return row


def _check(work: Work, row: TemplateRow) -> None:
    """Refuse what could never become a conference, before somebody tries."""
    given = contents.fields(row.object)
    if "owner" in given:
        found_owner(work, given["owner"])
    check_preset(work, given)
    checked(work, given.get("invitations", []), "object.invitations")
    rules.check(_conference(work, row, given), given, work.settings.features)


def _conference(work: Work, row: TemplateRow, given: Changes) -> ConferenceRow:
    owner = UserId(short_id(given.get("owner", ""), work.server))
    fields = {"topic": "", **given}
    return rules.new_conference(fields, ConferenceId(""), owner, row.created_at, work.settings.limits)


def _shown(work: Work, rows: list[TemplateRow]) -> list[ConferenceTemplate]:
    """Templates as the API shows them: one query for the names of all whom they invite."""
    made = [_possible(work, row) for row in rows]
    listed = [(conference.owner, given["invitations"]) for conference, given in made if given.get("invitations")]
    known = users.find_users(work.db, {one for owner, people in listed for one in invited_ids(work, owner, people)})
    return [_one(work, row, *both, known) for row, both in zip(rows, made, strict=True)]


def _possible(work: Work, row: TemplateRow) -> tuple[ConferenceRow, Changes]:
    """What a template would make, and its fields."""
    given = contents.fields(row.object)
    try:
        return _conference(work, row, given), given
    except ApiError:  # the server's limits are lower now than when the template was made
        bounded = {"max_participants", "max_podiums", "max_guests"}
        return _conference(work, row, {name: value for name, value in given.items() if name not in bounded}), given


def _one(
    work: Work, row: TemplateRow, conference: ConferenceRow, given: Changes, known: Mapping[str, UserRow]
) -> ConferenceTemplate:
    listed = given.get("invitations", [])
    people = invitation_rows(work, conference.owner, listed, known) if listed else []
    return ConferenceTemplate(
        id=row.id,
        name=row.name,
        object=shown_blank(work, conference, [one for one in people if one.id], "dynamic"),
        created_at=int(row.created_at.timestamp()),
        updated_at=int(row.updated_at.timestamp()),
        creator_id=row.creator_id,
    )
