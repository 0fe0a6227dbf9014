"""Calls as the web app sees them, and what a request says of whom to call."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from rostrum.accounts.users.wire import Status
from rostrum.api.fields import Written
from rostrum.conferences.wire import InvitationGiven
from rostrum.meetings.calls.rules import State
from rostrum.meetings.web_wire import ConferenceCard, Person

LONGEST_CALL = 128
"""Of the id of somebody who is called; call strings may be longer than what invitations hold."""
CallId = Annotated[str, Meta(min_length=1, max_length=LONGEST_CALL)]
People = Annotated[list[CallId | InvitationGiven], Meta(max_length=10_000)]
"""Bare ids or invitations; clients mix the two forms."""

_GIVEN = frozenset({"POST"})


class InvitedById(Struct, kw_only=True):
    """The body of an invite up to v3.4; the later form is understood too."""

    participants: Annotated[People, Written(_GIVEN, required=True, unless="invitations")]
    invitations: Annotated[People, Written(_GIVEN, described=False)]


class Invited(Struct, kw_only=True):
    """The body of an invite from v3.5 on; the earlier form is understood too."""

    invitations: Annotated[People, Written(_GIVEN, required=True, unless="participants")]
    participants: Annotated[People, Written(_GIVEN, described=False)]


class InviteAnswer(Struct):
    """Whether somebody was invited (slip C7: a boolean)."""

    invite: bool


class IncomingCall(Struct, kw_only=True):
    """A call that rings; times in Unix seconds, `seconds_left` for clocks that go wrong."""

    call_id: str
    conference_id: str
    topic: str
    caller: Person
    video: bool
    opens: bool
    """The meeting was made for this call."""
    expires_at: int
    seconds_left: float


class IncomingCalls(Struct):
    """Everything that rings for a person, oldest first."""

    calls: list[IncomingCall]


class MissedCall(Struct, kw_only=True):
    """A call that its person did not take; time in Unix seconds."""

    call_id: int
    conference_id: str
    topic: str
    caller: Person
    opens: bool
    """The meeting was made for this call."""
    called_at: int
    runs: bool
    """The meeting that it led to still goes on, and one that was made for the call is not empty."""
    is_known: bool
    """The caller has an account, and may be called back."""


class MissedCalls(Struct):
    """What a person missed, newest first."""

    calls: list[MissedCall]


class OutgoingCall(Struct, kw_only=True):
    """Somebody who is, or was, called into a meeting."""

    call_id: str
    id: str
    display_name: str
    state: State


class OutgoingCalls(Struct):
    """The newest call of each person, in the order of calling."""

    calls: list[OutgoingCall]


class StartedCall(Struct):
    """A meeting that was made for a call."""

    conference: ConferenceCard
    calls: list[OutgoingCall]


class AcceptedCall(Struct):
    """Where an accepted call leads."""

    conference_id: str
    video: bool


class ContactCard(Struct, kw_only=True):
    """Somebody in a person's address book; `user_id` null: no account of this server, who cannot be called yet."""

    id: str
    user_id: str | None
    display_name: str
    avatar: str | None
    status: Status
    type: Literal["user", "custom"]


class ContactCards(Struct):
    """An address book as the web app shows it."""

    contacts: list[ContactCard]
    more: bool
    """There are more than these: they are found by their names."""
