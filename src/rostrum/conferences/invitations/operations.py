"""The operations on invitations."""

from __future__ import annotations

from typing import Annotated

import msgspec

from rostrum.accounts.users import operations as accounts
from rostrum.accounts.users import store as users
from rostrum.accounts.users.wire import Deleted
from rostrum.api.errors import missing, problem, wrong
from rostrum.api.fields import Since
from rostrum.api.inputs import Changes, differing
from rostrum.api.operation import Of, Ranged, operation
from rostrum.api.work import UrlType, Work
from rostrum.conferences import letters, rules
from rostrum.conferences import store as conferences
from rostrum.conferences.invitations import store
from rostrum.conferences.invitations.people import checked, invitation_rows, invited_id
from rostrum.conferences.invitations.wire import Invitation, InvitationFields, Invitations
from rostrum.conferences.operations import found_conference, own_conference
from rostrum.conferences.rules import ConferenceRow, InvitationRow
from rostrum.conferences.wire import InvitationGiven, Translator
from rostrum.db.errors import Duplicate
from rostrum.ids import ConferenceId, uid

READ = Ranged("conferences.invitations | conferences.invitations:read", was="conferences.invitations", until="v3")
WRITE = Ranged(  # also for DELETE, by slip B6
    "conferences.invitations | conferences.invitations:write", was="conferences.invitations", until="v3"
)
ALL, ONE = "/conferences/{conference_id}/invitations", "/conferences/{conference_id}/invitations/{invitation_id}"
TOPICS = ("conferences", "users", "groups", "presence")

Dynamic = Annotated[UrlType, Since("v3.1")]


@operation("GET", ALL, scope=READ, reach="user", cached=TOPICS)
def list_invitations(work: Work, conference_id: ConferenceId, url_type: Dynamic = "dynamic") -> Invitations:
    """Everybody who is invited, in the order of the list. Errors: conferenceNotFound."""
    conference = found_conference(work, conference_id)
    return Invitations(_shown(work, conference, _invited(work, conference), url_type))


@operation("GET", ONE, scope=READ, answer="invitation", reach="user", cached=TOPICS)
def read_invitation(
    work: Work, conference_id: ConferenceId, invitation_id: str, url_type: Dynamic = "dynamic"
) -> Invitation:
    """One invitation, by the id or the uid of the person. Errors: conferenceNotFound, invitationNotFound."""
    conference = found_conference(work, conference_id)
    return _shown(work, conference, [_found(work, conference, invitation_id)], url_type)[0]


@operation("POST", ALL, scope=WRITE, answer="invitation", reach="user")
def add_invitation(
    work: Work,
    conference_id: ConferenceId,
    body: Annotated[Changes, Of(InvitationFields)],
    url_type: Dynamic = "dynamic",
) -> Invitation:
    """Invite somebody, also while the conference runs. Errors: conferenceNotFound, uniqueValueAlreadyInUse,
    conferenceMaxInvitationsLimit, maxGuestsLimitReached.
    """
    conference = own_conference(work, conference_id)
    given = InvitationGiven(body["id"], body.get("display_name"), _translator(body))
    (row,) = invitation_rows(work, conference.owner, checked(work, [given], "id"))
    invited = _invited(work, conference)
    if any(one.id == row.id for one in invited):
        raise problem("uniqueValueAlreadyInUse", location="id")
    rules.check_invitations(conference, [*invited, row], work.settings.limits, invited)
    try:
        store.insert_invitation(work.db, conference.id, row)
        letters.changed(work, conference, conference, invited, [*invited, row])
    except Duplicate as error:
        raise problem("uniqueValueAlreadyInUse", location="id") from error
    conferences.mark_changed(work.db, conference.id, work.now)
    work.record("edit", "conference", conference.id, invited=row.id)
    return _shown(work, conference, [row], url_type)[0]


@operation("PUT", ONE, scope=WRITE, answer="invitation", reach="user")
def edit_invitation(
    work: Work,
    conference_id: ConferenceId,
    invitation_id: str,
    body: Annotated[Changes, Of(InvitationFields)],
    url_type: Dynamic = "dynamic",
) -> Invitation:
    """Change the name that an invited person has in this conference, or the languages of a translator.

    Errors: conferenceNotFound, invitationNotFound, conferenceUnavailableForChange.
    """
    conference = own_conference(work, conference_id)
    row = _found(work, conference, invitation_id)
    rules.check_not_running(conference)
    given = {"translator": _translator(body)} if "translator" in body else {}
    after = msgspec.structs.replace(row, display_name=body.get("display_name") or row.display_name, **given)
    store.update_invitation(work.db, conference.id, after)
    conferences.mark_changed(work.db, conference.id, work.now)
    if after != row:
        work.record("edit", "conference", conference.id, invited=row.id, changes=differing(body, row, after))
    return _shown(work, conference, [after], url_type)[0]


@operation("DELETE", ONE, scope=WRITE, reach="user")
def delete_invitation(work: Work, conference_id: ConferenceId, invitation_id: str) -> Deleted:
    """Take somebody off the list; the owner stays on it. Errors: conferenceNotFound, invitationNotFound,
    conferenceUnavailableForChange, conferenceOwnerNotInInvitationsList.
    """
    conference = own_conference(work, conference_id)
    row = _found(work, conference, invitation_id)
    rules.check_not_running(conference)
    if row.id == conference.owner:
        raise problem("conferenceOwnerNotInInvitationsList")
    store.delete_invitation(work.db, conference.id, row.id)
    letters.changed(work, conference, conference, [row], [])
    conferences.mark_changed(work.db, conference.id, work.now)
    work.record("edit", "conference", conference.id, uninvited=row.id)
    return Deleted(row.id)


def _invited(work: Work, conference: ConferenceRow) -> list[InvitationRow]:
    return conferences.invitations_of(work.db, [conference.id])[conference.id]


def _found(work: Work, conference: ConferenceRow, invitation_id: str) -> InvitationRow:
    wanted = invited_id(work, invitation_id)
    found = next((one for one in _invited(work, conference) if one.id == wanted), None)
    if found is None:
        raise problem("invitationNotFound", invitation_id=invitation_id)
    return found


def _shown(work: Work, conference: ConferenceRow, rows: list[InvitationRow], url_type: UrlType) -> list[Invitation]:
    """Invitations with the accounts of the invited: three queries, however many invitations."""
    people = users.find_users(work.db, [row.id for row in rows if row.type == "user"])
    shown = {user.id: msgspec.structs.asdict(user) for user in accounts.shown(work, list(people.values()), url_type)}
    return [
        Invitation(
            **(shown.get(row.id) or _nobodys_account(work, row)) | {"display_name": row.display_name},
            is_owner=1 if row.id == conference.owner else 0,
            type=row.type,
            translator=row.translator,
        )
        for row in rows
    ]


def _nobodys_account(work: Work, row: InvitationRow) -> dict[str, object]:
    """The fields of an account for somebody who has none here, so that programs may read them all the same."""
    empty = dict.fromkeys(
        ("email", "first_name", "last_name", "company", "mobile_phone", "work_phone", "home_phone"), ""
    )
    return {
        **empty,
        "id": row.id,
        "uid": row.id if row.type == "custom" else uid(row.id, work.server),
        "avatar": None,
        "login_name": row.id,
        "groups": [],
        "is_active": 1 if row.type == "custom" else 0,  # an account that was deleted since
        "status": 0,
    }


def _translator(body: Changes) -> Translator | None:
    """A translator's languages; a nested object comes as its fields."""
    given = body.get("translator")
    if given is None:
        return None
    if "languages" not in given:
        raise wrong([missing("translator.languages")])
    return Translator(**given)
