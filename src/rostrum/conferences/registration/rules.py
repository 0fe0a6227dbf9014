"""Decisions about registration: values in, values or an error out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from rostrum.api import errors
from rostrum.api.errors import ErrorDetail
from rostrum.conferences.registration.wire import Closed, FormField
from rostrum.conferences.wire import Registration

WORDS: dict[Closed, str] = {
    "registrationDisabled": "There is no registration for this conference.",
    "registrationNotOpen": "Registration has not begun yet.",
    "registrationIsOver": "Registration is over.",
    "registrationIsFull": "All places are taken.",
}
_LONGEST = {"display_name": 64, "email": 254}
_LONGEST_OTHER = 1000


def why_closed(form: Registration, registered: int, most: int, now: datetime) -> Closed | None:
    """Why nobody can register now; `most`: how many guests the conference takes at all."""
    if not form.enabled:
        return "registrationDisabled"
    if form.start_at is not None and now.timestamp() < int(form.start_at):
        return "registrationNotOpen"
    if form.end_at is not None and now.timestamp() >= int(form.end_at):
        return "registrationIsOver"
    return "registrationIsFull" if registered >= most or limit_reached(form, registered) else None


def limit_reached(form: Registration, registered: int) -> bool:
    """Whether the form's own limit is reached; never while registration is off."""
    if not (form.enabled and form.participants_limit_enabled) or form.participants_limit is None:
        return False
    return registered >= form.participants_limit


def fields_of(form: Registration) -> list[FormField]:
    """The fields in their order. A name is always asked for: the guest needs one."""
    asked = sorted(form.fields.items(), key=lambda item: (item[1].index, item[0]))
    found = [FormField(name, field.is_required or name == "display_name") for name, field in asked]
    known = any(field.name == "display_name" for field in found)
    return found if known else [FormField("display_name", is_required=True), *found]


def filled_in(form: Registration, given: Mapping[str, str]) -> dict[str, str]:
    """What the form asked for, without what it did not. Raises an error that names every wrong field."""
    wrong: list[ErrorDetail] = []
    found: dict[str, str] = {}
    for field in fields_of(form):
        text = given.get(field.name, "").strip()
        longest = _LONGEST.get(field.name, _LONGEST_OTHER)
        if not text and field.is_required:
            wrong.append(errors.missing(f"fields.{field.name}"))
        elif len(text) > longest:
            wrong.append(errors.invalid(f"fields.{field.name}", f"At most {longest} characters are possible"))
        elif text:
            found[field.name] = text
    if wrong:
        raise errors.wrong(wrong)
    return found
