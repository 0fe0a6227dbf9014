"""The operations on conferences. Running and stopping them belongs to the meetings."""

from __future__ import annotations

from typing import Annotated

import msgspec

from rostrum.accounts import rights
from rostrum.accounts.users import store as users
from rostrum.accounts.users.wire import Deleted
from rostrum.api.errors import problem
from rostrum.api.fields import Since
from rostrum.api.inputs import Changes, differing
from rostrum.api.operation import InBody, Of, Ranged, operation
from rostrum.api.paging import PageId, PageSize
from rostrum.api.work import UrlType, Work
from rostrum.broadcasts.presets import store as presets
from rostrum.conferences import letters, planning, rules, schedule, store
from rostrum.conferences.invitations.people import checked, invitation_rows
from rostrum.conferences.registration import operations as registration
from rostrum.conferences.rules import ConferenceRow
from rostrum.conferences.shown import shown
from rostrum.conferences.templates import contents
from rostrum.conferences.templates import store as templates
from rostrum.conferences.templates.contents import filled
from rostrum.conferences.wire import Conference, ConferencePage, State
from rostrum.db.errors import Duplicate
from rostrum.ids import ConferenceId, UserId, new_conference_id, short_id

READ = Ranged("conferences | conferences:read", was="conferences", until="v3")
WRITE = Ranged("conferences | conferences:write", was="conferences", until="v3")
TOPICS = ("conferences", "minute")
MOST_AT_ONCE = 10_000
"""How many conferences the list of v3 shows at most."""
_COUNTED = {"invitations", "type", "max_participants", "max_guests"}
"""Whoever changes one of these is told that too many are invited; a change of anything else leaves the list alone."""

Dynamic = Annotated[UrlType, Since("v3.1")]


@operation("POST", "/conferences", scope=WRITE, answer="conference", reach="user")
def create_conference(
    work: Work,
    body: Annotated[Changes, Of(Conference)],
    template_id: Annotated[str | None, InBody(), Since("v3.1")] = None,
) -> Conference:
    """Create a conference; what the body does not say comes from a template, if one is named (decision 29).

    Errors: userNotFound, conferenceTemplateNotFound, conferenceLimit, and those of its rules.
    """
    row = insert_new(work, filled(work, template_id, body) if template_id else body)
    return shown(work, [row])[0]


@operation("GET", "/conferences", scope=READ, until="v3", reach="user", cached=TOPICS)
def list_all_conferences(work: Work) -> ConferencePage:
    """List conferences in the order of their creation; v3 knows no pages."""
    count, rows = store.list_conferences(work.db, store.Filter(visible_to=_limited_to(work)), MOST_AT_ONCE, 1)
    return ConferencePage(count, shown(work, rows))


@operation("GET", "/conferences", scope=READ, since="v3.1", reach="user", cached=TOPICS)
def list_conferences(
    work: Work,
    page_size: PageSize = 200,
    page_id: PageId = 1,
    owner: str | None = None,
    state: State | None = None,
    tag: str | None = None,
    url_type: UrlType = "dynamic",
) -> ConferencePage:
    """List conferences in the order of their creation, a page at a time."""
    wanted = store.Filter(
        visible_to=_limited_to(work),
        owner=None if owner is None else short_id(owner, work.server),
        running=None if state is None else state == "running",
        tag=tag,
    )
    count, rows = store.list_conferences(work.db, wanted, page_size, max(page_id, 1))
    return ConferencePage(count, shown(work, rows, url_type))


@operation("GET", "/conferences/{conference_id}", scope=READ, answer="conference", reach="user", cached=TOPICS)
def read_conference(work: Work, conference_id: ConferenceId, url_type: Dynamic = "dynamic") -> Conference:
    """Read one conference. Errors: conferenceNotFound."""
    return shown(work, [found_conference(work, conference_id)], url_type)[0]


@operation("PUT", "/conferences/{conference_id}", scope=WRITE, since="v3.4", answer="conference", reach="user")
def edit_conference(
    work: Work, conference_id: ConferenceId, body: Annotated[Changes, Of(Conference)], url_type: Dynamic = "dynamic"
) -> Conference:
    """Change the given fields; of a running conference only the description. Errors: conferenceNotFound,
    conferenceFieldUnavailableForChange, and those of its rules.
    """
    row = own_conference(work, conference_id)
    rules.check_field_changes_while_running(row, body)
    return _edited(work, row, body, url_type)


@operation("PUT", "/conferences/{conference_id}", scope=WRITE, until="v3.3", answer="conference", reach="user")
def edit_stopped_conference(
    work: Work, conference_id: ConferenceId, body: Annotated[Changes, Of(Conference)], url_type: Dynamic = "dynamic"
) -> Conference:
    """Change the given fields; of a running conference none. Errors: conferenceNotFound,
    conferenceUnavailableForChange, and those of its rules.
    """
    row = own_conference(work, conference_id)
    rules.check_not_running(row)
    return _edited(work, row, body, url_type)


@operation("DELETE", "/conferences/{conference_id}", scope=WRITE, reach="user")
def delete_conference(work: Work, conference_id: ConferenceId) -> Deleted:
    """Delete a conference that does not run. Errors: conferenceNotFound, conferenceUnavailableForChange."""
    row = own_conference(work, conference_id)
    rules.check_not_running(row)
    remove(work, row)
    return Deleted(row.id)


def remove(work: Work, row: ConferenceRow) -> None:
    """Delete a conference with its plans; whoever is invited learns of it."""
    letters.deleted(work, row, store.invitations_of(work.db, [row.id])[row.id])
    store.delete_conference(work.db, row.id)
    planning.forget(work, row.id)
    work.record("delete", "conference", row.id, "middle", topic=row.topic)


def forget_invited(work: Work, user_id: UserId) -> None:
    """An account is deleted: it is invited nowhere, and no template names it any more."""
    store.uninvite_everywhere(work.db, user_id, work.now)
    for template in templates.list_templates(work.db, "created_at", descending=False):
        kept = contents.without_user(template.object, user_id, work.server)
        creator = None if template.creator_id == user_id else template.creator_id
        if (kept, creator) != (template.object, template.creator_id):
            templates.update_template(work.db, msgspec.structs.replace(template, object=kept, creator_id=creator))


def insert_new(work: Work, body: Changes) -> ConferenceRow:
    """Check and keep the conference that a request body describes. A plain user makes own ones only.

    Raises forbidden where the caller's groups do not allow it.
    """
    rights.check(work, "create_group_conference")
    return insert_for(work, body)


def insert_for(work: Work, body: Changes) -> ConferenceRow:
    """The same without asking for that right: a call needs another one."""
    limits = work.settings.limits
    if store.count_conferences(work.db) >= limits.conferences:
        raise problem("conferenceLimit")
    owner = found_owner(work, body["owner"])
    identity = ConferenceId(body["id"]) if "id" in body else new_conference_id()
    if store.find_conference(work.db, identity) is not None:
        raise problem("uniqueValueAlreadyInUse", location="id")
    row = rules.new_conference(body, identity, owner, work.now, limits)
    rules.check(row, body, work.settings.features)
    check_preset(work, body)
    invited = invitation_rows(work, owner, checked(work, body.get("invitations", [])))
    rules.check_invitations(row, invited, limits)
    work.record("create", "conference", row.id, changes=body)
    try:
        store.insert_conference(work.db, row)
    except Duplicate as error:
        raise problem("uniqueValueAlreadyInUse", location="id") from error
    store.replace_invitations(work.db, row.id, invited)
    letters.created(work, row, invited)
    if row.schedule.type != schedule.NEVER:
        planning.plan_start(work, row)
    return row


def found_conference(work: Work, conference_id: str, *, to_change: bool = False) -> ConferenceRow:
    """The conference behind an id, if the caller may see it. Raises conferenceNotFound (decision 8)."""
    row = store.find_conference(work.db, conference_id, to_change=to_change)
    if row is None or not _may_see(work, row):
        raise problem("conferenceNotFound", conference_id=conference_id)
    return row


def own_conference(work: Work, conference_id: str) -> ConferenceRow:
    """The conference, to be changed by whoever may: applications, administrators and the owner.

    Raises conferenceNotFound, and forbidden for one that the caller is only invited to.
    """
    row = found_conference(work, conference_id, to_change=True)
    if not work.caller.sees_all and work.caller.user_id != row.owner:
        raise problem("forbidden")
    return row


def _limited_to(work: Work) -> str | None:
    """Whose conferences a list shows; None: everybody's."""
    return None if work.caller.sees_all else work.caller.user_id


def _may_see(work: Work, row: ConferenceRow) -> bool:
    if work.caller.sees_all:
        return True
    user_id = work.caller.user_id
    return user_id is not None and (row.owner == user_id or store.is_invited(work.db, row.id, user_id))


def _edited(work: Work, row: ConferenceRow, body: Changes, url_type: UrlType) -> Conference:
    limits = work.settings.limits
    owner = found_owner(work, body["owner"]) if "owner" in body else row.owner
    after = rules.changed(row, body, owner, work.now, limits)
    rules.check(after, body, work.settings.features)
    check_preset(work, body)
    before = store.invitations_of(work.db, [row.id])[row.id]
    invited = invitation_rows(work, owner, checked(work, body["invitations"])) if "invitations" in body else before
    if "invitations" not in body and all(one.id != owner for one in invited):
        invited = [*invitation_rows(work, owner, []), *invited]
    rules.check_invitations(after, invited, limits, () if _COUNTED & body.keys() else before)
    if invited != before and after.sequence == row.sequence:
        rules.mark_changed(after, work.now)
    registration.refresh(work, after)
    store.update_conference(work.db, after)
    if after.schedule != row.schedule:
        planning.plan_start(work, after)
    if after.sequence != row.sequence:
        changes = differing(body, row, after)
        if invited == before:
            changes.pop("invitations", None)
        work.record("edit", "conference", row.id, changes=changes)
    store.replace_invitations(work.db, row.id, invited)
    letters.changed(work, row, after, before, invited)
    return shown(work, [after], url_type)[0]


def check_preset(work: Work, body: Changes) -> None:
    """A conference broadcasts by a preset that exists. Raises presetNotFound."""
    named = body.get("broadcast_id")
    if named and presets.find_preset(work.db, named) is None:
        raise problem("presetNotFound", given_as="broadcast_id", preset_id=named)


def found_owner(work: Work, owner: str) -> UserId:
    """The account that a request names as owner. Raises userNotFound."""
    """The owner whom a body names; conferences of a plain user stay the user's own."""
    own = None if work.caller.sees_all else work.caller.user_id
    user = users.find_user(work.db, own or short_id(owner, work.server))
    if user is None:
        raise problem("userNotFound", given_as="owner", user_id=owner)
    return user.id
