"""Decisions about registration: values in, values or an error out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from rostrum.api import errors
from rostrum.api.errors import ErrorDetail
from rostrum.api.texts import one_line
from rostrum.conferences import schedule
from rostrum.conferences.registration.wire import Closed, FormField
from rostrum.conferences.rules import ConferenceRow
from rostrum.conferences.wire import Registration
from rostrum.mail import outbox

WORDS: dict[Closed, str] = {
    "registrationDisabled": "There is no registration for this conference.",
    "registrationNotOpen": "Registration has not begun yet.",
    "registrationIsOver": "Registration is over.",
    "registrationIsFull": "All places are taken.",
    "registrationNeedsMail": "The server sends no letters, so it cannot bring anybody a personal link.",
}
_LONGEST = {"display_name": 64, "email": 254}
_LONGEST_OTHER = 1000


def why_closed(row: ConferenceRow, registered: int, now: datetime, *, reachable: bool) -> Closed | None:
    """Why nobody can register now; `reachable`: a personal link would find its way to whom it belongs."""
    form = row.registration
    if not form.enabled:
        return "registrationDisabled"
    if form.end_at is not None and now.timestamp() >= int(form.end_at):
        return "registrationIsOver"
    if not row.running and schedule.is_over(row.schedule, now):
        return "registrationIsOver"
    if not reachable:
        return "registrationNeedsMail"
    if form.start_at is not None and now.timestamp() < int(form.start_at):
        return "registrationNotOpen"
    return "registrationIsFull" if registered >= row.max_guests or limit_reached(form, registered) else None


def limit_reached(form: Registration, registered: int) -> bool:
    """Whether the form's own limit is reached; never while registration is off."""
    if not (form.enabled and form.participants_limit_enabled) or form.participants_limit is None:
        return False
    return registered >= form.participants_limit


def fields_of(form: Registration, *, by_mail: bool) -> list[FormField]:
    """The fields in their order. A name is always asked for, and an address where only a letter brings the link."""
    needed = ("display_name", "email") if by_mail else ("display_name",)
    asked = sorted(form.fields.items(), key=lambda item: (item[1].index, item[0]))
    found = [FormField(name, field.is_required or name in needed) for name, field in asked]
    known = {field.name for field in found}
    return [FormField(name, is_required=True) for name in needed if name not in known] + found


def filled_in(form: Registration, given: Mapping[str, str], *, by_mail: bool) -> dict[str, str]:
    """What the form asked for, each in one line, and nothing else. Raises an error that names every wrong field."""
    wrong: list[ErrorDetail] = []
    found: dict[str, str] = {}
    for field in fields_of(form, by_mail=by_mail):
        text = one_line(given.get(field.name, ""))
        longest = _LONGEST.get(field.name, _LONGEST_OTHER)
        if not text and field.is_required:
            wrong.append(errors.missing(f"fields.{field.name}"))
        elif len(text) > longest:
            wrong.append(errors.invalid(f"fields.{field.name}", f"At most {longest} characters are possible"))
        elif text and field.name == "email" and not outbox.is_address(text):
            wrong.append(errors.invalid("fields.email", "This is no mail address"))
        elif text:
            found[field.name] = text
    if wrong:
        raise errors.wrong(wrong)
    return found
