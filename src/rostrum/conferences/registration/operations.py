"""The operations on registration: the form, and registering. Everybody may call them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import quote

import msgspec

from rostrum.api.errors import problem, refused
from rostrum.api.operation import InBody, operation
from rostrum.api.work import Work
from rostrum.conferences import letters, schedule
from rostrum.conferences import store as conferences
from rostrum.conferences.registration import rules, store
from rostrum.conferences.registration.wire import Closed, Registered, RegistrationForm
from rostrum.conferences.rules import ConferenceRow
from rostrum.ids import ConferenceId, ParticipantId, hashed, new_guest_id, new_secret
from rostrum.oauth import guessing
from rostrum.oauth import store as tokens
from rostrum.oauth.rules import network

PATH = "/conferences/{conference_id}/registration"
_LINK_LIVES = timedelta(days=365)
_BETWEEN_LETTERS = timedelta(minutes=10)


@operation("GET", PATH, surface="web", reach="open", answer="registration")
def read_form(work: Work, conference_id: ConferenceId) -> RegistrationForm:
    """The form, and whether it is open. Errors: conferenceNotFound."""
    row = _found(work, conference_id)
    form = row.registration
    return RegistrationForm(
        conference_id=row.id,
        topic=row.topic,
        closed=_why_closed(work, row, store.count(work.db, row.id)),
        start_at=None if form.start_at is None else int(form.start_at),
        end_at=None if form.end_at is None else int(form.end_at),
        allow_users_access=form.allow_users_access,
        fields=rules.fields_of(form, by_mail=_only_by_mail(work)) if form.enabled else [],
    )


@operation("POST", PATH, surface="web", reach="open", answer="registered")
def register(
    work: Work, conference_id: ConferenceId, fields: Annotated[dict[str, str] | None, InBody()] = None
) -> Registered:
    """Register somebody; the personal link comes by mail. An address that is registered already gets its link again.

    Errors: conferenceNotFound, registrationDisabled, registrationNotOpen, registrationIsOver, registrationIsFull,
    registrationNeedsMail, tooManyAttempts.
    """
    row = _found(work, conference_id, to_change=True)
    form = row.registration
    given = rules.filled_in(form, fields or {}, by_mail=_only_by_mail(work)) if form.enabled else {}
    email = given.get("email", "")
    mails = bool(work.settings.mail.host and email)
    before = store.find_by_email(work.db, row.id, email.lower()) if email else None
    if before is not None and form.enabled:
        # The same answer as to a stranger: nobody learns here who is registered.
        if mails and (before.letter_at is None or before.letter_at + _BETWEEN_LETTERS <= work.now):
            _mail(work, row, email, before.display_name, before.participant_id)
        return Registered(display_name=given["display_name"], by_mail=mails, join_url=None)
    count = store.count(work.db, row.id)
    closed = _why_closed(work, row, count)
    if closed is not None:
        raise refused(closed, rules.WORDS[closed])
    _slow_down(work)
    guest = _insert(work, row, given)
    _show_limit(work, row, count + 1)
    name = given["display_name"]
    if mails:
        _mail(work, row, email, name, guest)
    return Registered(display_name=name, by_mail=mails, join_url=None if mails else _link(work, row, name, guest))


def refresh(work: Work, row: ConferenceRow) -> None:
    """After a change of the form: whether its limit is reached now."""
    if row.registration.enabled:
        reached = rules.limit_reached(row.registration, store.count(work.db, row.id))
        row.registration = msgspec.structs.replace(row.registration, limit_reached=reached)
    else:
        row.registration = msgspec.structs.replace(row.registration, limit_reached=False)


def _found(work: Work, conference_id: str, *, to_change: bool = False) -> ConferenceRow:
    row = conferences.find_conference(work.db, conference_id, to_change=to_change)
    if row is None:
        raise problem("conferenceNotFound", conference_id=conference_id)
    return row


def _only_by_mail(work: Work) -> bool:
    """Whether a link reaches people by letter alone: then whoever has it reads the mail of the address."""
    return not work.settings.registration.show_link


def _why_closed(work: Work, row: ConferenceRow, count: int) -> Closed | None:
    reachable = bool(work.settings.mail.host) or not _only_by_mail(work)
    return rules.why_closed(row, count, work.now, reachable=reachable)


def _slow_down(work: Work) -> None:
    """Hold up an address from which very many people register. Raises tooManyAttempts."""
    key = f"register:{network(work.invoker_ip)}"
    guessing.check(work.db, (key,), work.now, "Too many registrations.")
    guessing.count(work.db, {key: work.settings.registration.per_address}, work.settings.sign_in, work.now)


def _insert(work: Work, row: ConferenceRow, given: dict[str, str]) -> ParticipantId:
    guest = new_guest_id(work.server)
    store.insert_registration(
        work.db,
        participant_id=guest,
        conference_id=row.id,
        display_name=given["display_name"],
        email_key=given.get("email", "").lower() or None,
        fields=given,
        created_at=work.now,
        letter_at=None,
    )
    return guest


def _show_limit(work: Work, row: ConferenceRow, count: int) -> None:
    reached = rules.limit_reached(row.registration, count)
    if reached != row.registration.limit_reached:
        row.registration = msgspec.structs.replace(row.registration, limit_reached=reached)
        conferences.update_conference(work.db, row)


def _mail(work: Work, row: ConferenceRow, email: str, name: str, guest: str) -> None:
    letters.registered(work, row, email, name, _link(work, row, name, guest))
    store.mark_mailed(work.db, guest, work.now)


def _link(work: Work, row: ConferenceRow, name: str, guest: str) -> str:
    """The personal link: its secret stands behind the #, which no server and no log ever gets."""
    secret = new_secret()
    kept = {
        "hash": hashed(secret),
        "kind": tokens.GUEST,
        "client_id": None,
        "user_id": None,
        "scope": guest,
        "family": hashed(secret)[:32],
        "issued_at": work.now,
        "expires_at": _last_day(work, row),
        "used_at": None,
    }
    tokens.insert_tokens(work.db, [kept])
    language = work.settings.mail.language
    login = quote(f"*guest*{name}", safe="*")
    return f"{work.links.public}/c/{quote(row.id, safe='')}#login={login}&token={secret}&lang={language}"


def _last_day(work: Work, row: ConferenceRow) -> datetime:
    """Until when a link works: a day after a one-time conference, else a year."""
    times = schedule.next_times(row.schedule, work.now, work.zone)
    if row.schedule.type == schedule.ONCE and times is not None:
        return max(times.end, work.now) + timedelta(days=1)
    return work.now + _LINK_LIVES
