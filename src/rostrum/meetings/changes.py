"""Changing what somebody is in a meeting: in our rows, then in the engine and in all browsers."""

from __future__ import annotations

from typing import Any

import msgspec

from rostrum.accounts import rights
from rostrum.accounts.groups.rules import Right, RightsChanged
from rostrum.accounts.users import store as users
from rostrum.api.work import Work
from rostrum.conferences import store as conferences
from rostrum.conferences.rules import ConferenceRow
from rostrum.ids import UserId
from rostrum.media.commands import Tell, TellChanged, UpdateParticipant
from rostrum.meetings import rules, store
from rostrum.meetings.rules import ParticipationRow, Role
from rostrum.meetings.web_wire import OwnPlace


def change(work: Work, place: ParticipationRow, **values: Any) -> ParticipationRow:
    """Change fields of somebody's place, and let everybody know."""
    after = msgspec.structs.replace(place, changed_at=work.now, **values)
    kept = values | {"changed_at": work.now}
    if "rights" in values:
        kept["rights"] = msgspec.to_builtins(after.rights)
    store.renew_participation(work.db, place, **kept)
    if work.media_available and not place.waits:
        work.later(mirrored(after))
        if (after.role, after.rights) != (place.role, place.rights):
            told = {"type": "role", "participant_id": place.participant_id, **msgspec.to_builtins(own(after))}
            work.later(Tell(place.session_id, told, [place.participant_id]))
    tell_all(work, place.session_id)
    return after


def own(place: ParticipationRow) -> OwnPlace:
    """What somebody is told of their own place."""
    since = place.changed_at.timestamp() if place.changed_at is not None else 0
    return OwnPlace(role=place.role, rights=place.rights, changed_at=since)


def change_role(
    work: Work, conference: ConferenceRow, place: ParticipationRow, role: Role, **values: Any
) -> ParticipationRow:
    """Give somebody another role with its rights, and whatever else changes with it."""
    after = rules.rights_of(conference, role, allowed_to(work, place.user_id))
    return change(work, place, role=role, rights=after, **values)


def renew_rights(work: Work, happening: RightsChanged) -> None:
    """Whoever is in a meeting has what the groups allow from now on; the role is the one of the entrance."""
    users_of_groups = set(happening.user_ids)
    for place in store.places_of_accounts(work.db):
        if place.user_id not in users_of_groups:
            continue
        conference = conferences.find_by_session(work.db, place.session_id)
        now_there = store.find_present(work.db, place.session_id, place.participant_id)  # as it is behind the lock
        if conference is None or now_there is None:
            continue
        after = rules.rights_of(conference, now_there.role, allowed_to(work, now_there.user_id))
        if after != now_there.rights:
            change(work, now_there, rights=after)


def mirrored(place: ParticipationRow) -> UpdateParticipant:
    """What makes the engine agree with somebody's place."""
    return UpdateParticipant(
        place.session_id, place.participant_id, rules.attributes_of(place), rules.grants_for(place.rights)
    )


def tell_all(work: Work, session_id: str) -> None:
    """Let everybody in a meeting ask for its state anew."""
    if work.media_available:
        work.later(TellChanged(session_id))


def allowed_to(work: Work, user_id: str | None) -> frozenset[Right] | None:
    """What the groups of a participant's account allow; None: a guest."""
    if user_id is None:
        return None
    account = users.find_user(work.db, UserId(user_id))
    return frozenset() if account is None else rights.of_user(work, account.id, is_admin=account.is_admin)


def is_operator(work: Work, user_id: str | None) -> bool:
    """Whether somebody moderates every meeting."""
    return "operator_rights" in (allowed_to(work, user_id) or ())
