"""Invitations as the API shows them: a person's account with the part in the conference."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from rostrum.accounts.users.wire import User
from rostrum.api.fields import POST_REQUIRED, PUT_POST, Since
from rostrum.api.texts import VISIBLE
from rostrum.conferences.wire import PersonId, Translator

PersonName = Annotated[str, Meta(min_length=1, max_length=64, pattern=VISIBLE)]


class Invitation(User, kw_only=True):
    """An invited person. Somebody without an account here (`custom`) has an id and a name, all else is empty."""

    is_owner: Literal[0, 1]
    type: Literal["user", "custom"]
    translator: Annotated[Translator | None, Since("v3.9")]


class InvitationFields(Struct, kw_only=True):
    """What a request may say of an invitation."""

    id: Annotated[PersonId, POST_REQUIRED]
    display_name: Annotated[PersonName | None, PUT_POST] = None
    translator: Annotated[Translator | None, Since("v3.9"), PUT_POST] = None


class Invitations(Struct):
    """Everybody who is invited to a conference."""

    invitations: list[Invitation]
