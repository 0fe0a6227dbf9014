"""The registration form as the web app shows it."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Closed = Literal[
    "registrationDisabled", "registrationNotOpen", "registrationIsOver", "registrationIsFull", "registrationNeedsMail"
]


class FormField(Struct):
    """One field of the form."""

    name: str
    is_required: bool


class RegistrationForm(Struct, kw_only=True):
    """What the form asks, and why it is closed if it is; times are Unix seconds."""

    conference_id: str
    topic: str
    closed: Closed | None
    start_at: int | None
    end_at: int | None
    allow_users_access: bool
    fields: list[FormField]


class Registered(Struct, kw_only=True):
    """Somebody is registered. The link comes by mail; here only where no letter can be sent."""

    display_name: str
    by_mail: bool
    join_url: str | None
