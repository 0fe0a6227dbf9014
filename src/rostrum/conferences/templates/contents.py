"""What stands in a template, and a conference's fields made from it and from a request."""

from __future__ import annotations

from typing import Any

import msgspec

from rostrum.api.errors import missing, problem, wrong
from rostrum.api.inputs import Changes, body_fields, read_fields
from rostrum.api.versions import NEWEST
from rostrum.api.work import Work
from rostrum.conferences.templates import store
from rostrum.conferences.wire import Conference
from rostrum.ids import short_id

_FIELDS = body_fields(Conference, "POST", NEWEST)
_WHOLE = {"schedule"}
"""Objects that are given whole or not at all."""


def filled(work: Work, template_id: str, body: Changes) -> Changes:
    """The fields of a new conference: those of the body, the rest from the template (decision 29).

    Raises conferenceTemplateNotFound, and an error that names what neither of them says.
    """
    row = store.find_template(work.db, template_id)
    if row is None:
        raise problem("conferenceTemplateNotFound", given_as="template_id", template_id=template_id)
    given = over(fields(row.object), body)
    lacking = [missing(name) for name in ("topic", "owner") if name not in given]
    if lacking:
        raise wrong(lacking)
    return given


def fields(kept: dict[str, Any]) -> Changes:
    """The kept fields with their types. They were checked when they came, so nothing is said of what is missing."""
    return read_fields(_FIELDS, kept)[0]


def kept(given: Changes) -> dict[str, Any]:
    """Fields as they are kept; an id belongs to one conference and so to no template."""
    plain: dict[str, Any] = msgspec.to_builtins(given)
    plain.pop("id", None)
    return plain


def without_user(kept: dict[str, Any], user_id: str, server: str) -> dict[str, Any]:
    """Kept fields that do not name a user who is gone, neither as owner nor as invited."""

    def is_gone(one: Any) -> bool:
        named = one.get("id") if isinstance(one, dict) else one
        return isinstance(named, str) and short_id(named, server) == user_id

    left = {name: value for name, value in kept.items() if name != "owner" or not is_gone(value)}
    if isinstance(left.get("invitations"), list):
        left["invitations"] = [one for one in left["invitations"] if not is_gone(one)]
    return left


def over(below: Changes, above: Changes) -> Changes:
    """Fields laid over others; parts of nested objects are laid over parts (decision 21)."""
    laid = dict(below)
    for name, value in above.items():
        old = laid.get(name)
        both = isinstance(old, dict) and isinstance(value, dict) and name not in _WHOLE
        laid[name] = over(old, value) if both and old is not None else value
    return laid
