"""Templates as the API shows them."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from rostrum.api.fields import PUT_POST, PUT_POST_REQUIRED
from rostrum.conferences.wire import Conference


class ConferenceTemplate(Struct, kw_only=True):
    """A template; `object` is the conference that it would make. Times in Unix seconds."""

    id: str
    name: Annotated[str, Meta(min_length=1, max_length=240), PUT_POST_REQUIRED]
    object: Annotated[Conference, PUT_POST]
    created_at: int
    updated_at: int
    creator_id: str | None


class ConferenceTemplates(Struct):
    """All templates."""

    templates: list[ConferenceTemplate]
