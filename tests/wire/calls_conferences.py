"""How to call the operations on what belongs to a conference: invitations, templates, records."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from httpx2 import Response

from tests.wire.facts import Form
from tests.wire.sending import send
from tests.wire.world import World

Call = Callable[[World, Form], Response]

_OF_FULL = {"conference_id": "full"}
SHARING = ("get-conference-owner", "share-conference", "get-conference-calendars", "get-conference-ics")
FORMATS: dict[str, str | None] = {"conferences-get-conference-ics": "text/calendar"}
"""The media types of answers that are no JSON; None: an empty body. What stands in them has tests of its own."""
IDS: dict[str, dict[str, str]] = {
    **{f"conferences-{what}": _OF_FULL for what in (*SHARING, "conference-notify")},
    "conferences-invitations-get-invitation-list": _OF_FULL,
    "conferences-invitations-get-invitation": _OF_FULL | {"invitation_id": "member"},
    "conferences-invitations-edit-invitation": {"conference_id": "weekly", "invitation_id": "member"},
}
"""The ids, as attributes of the world, with which an operation succeeds again and again."""
NOT_FOUND: dict[str, str] = {}
"""The reason for an unknown first id in the path."""
LEAST: dict[str, Any] = {"conferences-invitations-add-invitation": {"id": "somebody"}}
"""What a body must hold so that nothing is missing."""


def _plain(world: World, form: Form) -> Response:
    ids = {name: str(getattr(world, value)) for name, value in IDS[form.id].items()}
    return send(world.api, form, ids, token=world.key)


def _add_invitation(world: World, form: Form) -> Response:
    made = world.api.new_conference(owner=world.owner)
    return send(world.api, form, {"conference_id": made["id"]}, token=world.key, json={"id": world.plain})


def _edit_invitation(world: World, form: Form) -> Response:
    ids = {"conference_id": world.weekly, "invitation_id": world.member}
    return send(world.api, form, ids, token=world.key, json={"display_name": f"In {form.version}"})


def _delete_invitation(world: World, form: Form) -> Response:
    made = world.api.new_conference(owner=world.owner, invitations=[world.owner, world.member])
    ids = {"conference_id": made["id"], "invitation_id": world.member}
    return send(world.api, form, ids, token=world.key)


CALLS: dict[str, Call] = {
    **{f"conferences-{what}": _plain for what in (*SHARING, "conference-notify")},
    "conferences-invitations-get-invitation-list": _plain,
    "conferences-invitations-get-invitation": _plain,
    "conferences-invitations-add-invitation": _add_invitation,
    "conferences-invitations-edit-invitation": _edit_invitation,
    "conferences-invitations-delete-invitation": _delete_invitation,
}
"""A successful call of each operation."""
