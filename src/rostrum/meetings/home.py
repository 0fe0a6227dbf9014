"""The web app's home: who I am, my conferences, a new meeting, running and ending it."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from rostrum.accounts import passwords, rights
from rostrum.accounts.groups.rules import Right, ordered
from rostrum.accounts.users import store as users
from rostrum.accounts.users.operations import avatar_url
from rostrum.accounts.users.rules import PasswordChanged, UserRow
from rostrum.api.errors import ApiError, problem, wrong_value
from rostrum.api.operation import InBody, operation
from rostrum.api.texts import one_line
from rostrum.api.work import Work
from rostrum.conferences import operations as conferences
from rostrum.conferences import schedule
from rostrum.conferences import store as kept
from rostrum.conferences.rules import AD_HOC, ConferenceRow
from rostrum.ids import ConferenceId, UserId, uid
from rostrum.meetings import control, rules
from rostrum.meetings.cards import cards
from rostrum.meetings.web_wire import ConferenceCard, ConferenceCards
from rostrum.oauth import guessing
from rostrum.oauth import store as tokens
from rostrum.oauth.rules import address_key, login_key
from rostrum.settings import Settings

_MOST_CARDS = 200
READ, WRITE = "conferences | conferences:read", "conferences | conferences:write"


class Me(Struct, kw_only=True):
    """The signed-in person."""

    id: str
    uid: str
    display_name: str
    avatar: str | None
    is_admin: bool
    must_change_password: bool
    server_name: str
    rights: list[Right]
    """What the groups of this person allow."""


def find_present_password(work: Work, given: dict[str, Any]) -> None:
    """What the given password is held against, before the transaction that changes it. Raises tooManyAttempts: whoever
    has a token must not guess the password with it.
    """
    account = _account(work)
    guessing.check(work.db, (login_key(account.id),), work.now, "Too many wrong passwords.")
    work.if_refused.append(_count_wrong_password)
    given["password"] = (given["password"], account.password_hash)


async def check_and_hash(prepared: dict[str, Any], settings: Settings) -> None:
    """Check the present password and hash the new one: a thread and some 30 ms each. Leaves the hashes of both."""
    password, kept_hash = prepared["password"]
    if not await passwords.matches(password, kept_hash, settings):
        raise _not_the_present_one()
    body = {"password": prepared["new_password"]}
    await passwords.hash_given({"body": body}, settings)
    prepared |= {"password": kept_hash, "new_password": body["password_hash"]}


@operation("GET", "/me", surface="web", reach="user", answer="me")
def read_me(work: Work) -> Me:
    """The signed-in person."""
    return _shown(work, _account(work))


@operation(
    "PUT",
    "/me/password",
    surface="web",
    reach="user",
    answer="me",
    scope="users | users:write",
    look=find_present_password,
    prepare=check_and_hash,
)
def change_password(
    work: Work,
    password: Annotated[str, InBody()],
    new_password: Annotated[Annotated[str, Meta(min_length=8, max_length=255)], InBody()],
) -> Me:
    """Choose a new password. Errors: a wrong value of `password` when it is not the present one."""
    account = _account(work)
    if password != account.password_hash:  # hashes, by now; somebody else was faster
        raise _not_the_present_one()
    users.update_user(work.db, account.id, {"password_hash": new_password, "must_change_password": False})
    tokens.forget_failure(work.db, login_key(account.id))
    work.happened(PasswordChanged(account.id))
    work.record("edit", "user", uid(account.id, work.server), changes={"password": new_password})
    return _shown(work, _account(work))


@operation("GET", "/conferences", surface="web", reach="user", scope=READ)
def list_cards(work: Work) -> ConferenceCards:
    """The conferences that the caller owns or is invited to: running ones first, then by their next start."""
    _count, rows = kept.list_conferences(
        work.db, kept.Filter(visible_to=work.caller.user_id), _MOST_CARDS, 1, newest_first=True
    )

    def order(row: ConferenceRow) -> tuple[bool, bool, float]:
        times = schedule.next_times(row.schedule, work.now, work.zone)
        upcoming = times is not None and times.end > work.now
        return (
            not row.running,
            not upcoming,
            times.start.timestamp() if times and upcoming else -row.created_at.timestamp(),
        )

    return ConferenceCards(cards(work, sorted(rows, key=order)))


@operation("POST", "/conferences", surface="web", reach="user", scope=WRITE, answer="conference")
def start_new_meeting(
    work: Work, topic: Annotated[Annotated[str, Meta(max_length=240)] | None, InBody()] = None
) -> ConferenceCard:
    """Make a conference of the caller's own and start it at once. It ends when all have left, and is gone then."""
    account = _account(work)
    given = {"topic": one_line(topic or "") or account.display_name, "owner": account.id, "allow_guests": True}
    row = conferences.insert_new(work, given | {"origin_type": AD_HOC})
    control.run(work, row)
    return _card(work, row.id)


@operation("POST", "/conferences/{conference_id}/run", surface="web", reach="user", scope=WRITE, answer="conference")
def start_meeting(work: Work, conference_id: ConferenceId) -> ConferenceCard:
    """Start a conference of the caller's own. Errors: conferenceNotFound, forbidden, conferenceIsFinished."""
    rights.check(work, "create_group_conference")
    row = _own(work, conference_id)
    if not row.running and schedule.is_over(row.schedule, work.now):
        raise problem("conferenceIsFinished", conference_id=conference_id)
    if not row.running:
        control.run(work, row)
    return _card(work, row.id)


@operation("POST", "/conferences/{conference_id}/stop", surface="web", reach="user", scope=WRITE, answer="conference")
def stop_meeting(work: Work, conference_id: ConferenceId) -> ConferenceCard:
    """End a conference of the caller's own for everybody. Errors: conferenceNotFound, forbidden."""
    row = _own(work, conference_id)
    if row.running:
        control.stop(work, row, rules.TERM_BY_MODERATOR)
    return cards(work, [msgspec.structs.replace(row, stream_id=None)])[0]


def _own(work: Work, conference_id: str) -> ConferenceRow:
    row = conferences.found_conference(work, conference_id, to_change=True)
    if row.owner != work.caller.user_id:
        raise problem("forbidden")
    return row


def _card(work: Work, conference_id: str) -> ConferenceCard:
    return cards(work, [conferences.found_conference(work, conference_id)])[0]


def _count_wrong_password(work: Work) -> None:
    user_id, limits = work.caller.user_id or "", work.settings.sign_in
    keys = {login_key(user_id): limits.failures_per_login, address_key(work.invoker_ip): limits.failures_per_address}
    for one in guessing.count(work.db, keys, limits, work.now):
        work.record("blocked", "user", uid(user_id, work.server), "high", **one.told)


def _not_the_present_one() -> ApiError:
    return wrong_value("password", "This is not your present password")


def _account(work: Work) -> UserRow:
    """The caller's account. Raises forbidden for an application, which is nobody."""
    account = users.find_user(work.db, UserId(work.caller.user_id or ""))
    if account is None:
        raise problem("forbidden")
    return account


def _shown(work: Work, account: UserRow) -> Me:
    return Me(
        id=account.id,
        uid=uid(account.id, work.server),
        display_name=account.display_name,
        avatar=avatar_url(work.links.base, account.avatar),
        is_admin=account.is_admin,
        must_change_password=account.must_change_password,
        server_name=work.server,
        rights=ordered(rights.of_caller(work)),
    )
