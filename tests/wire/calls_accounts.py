"""How to call the operations on groups, address books and avatars."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from httpx2 import Response

from tests.support.pictures import image_file
from tests.wire.facts import Form
from tests.wire.sending import send
from tests.wire.world import World, ok

GROUPS = (
    "groups-create-group",
    "groups-get-group",
    "groups-get-group-list",
    "groups-edit-group",
    "groups-delete-group",
    "groups-users-add-user",
    "groups-users-get-user-list",
    "groups-users-get-user",
    "groups-users-delete-user",
)

Call = Callable[[World, Form], Response]

CONTACTS = (
    "users-contacts-add-contact",
    "users-contacts-get-contact-list",
    "users-contacts-get-contact",
    "users-contacts-edit-contact",
    "users-contacts-delete-contact",
)

AVATARS = ("users-create-avatar", "users-get-avatar", "users-delete-avatar")

PRESENCE = ("users-disconnect-user",)

IDS: dict[str, dict[str, str]] = {
    "groups-get-group": {"group_id": "group"},
    "groups-edit-group": {"group_id": "group"},
    "groups-users-get-user-list": {"group_id": "group"},
    "groups-users-get-user": {"group_id": "group", "user_id": "grouped"},
    "users-get-avatar": {"user_id": "grouped"},
    "users-disconnect-user": {"user_id": "grouped"},
    "users-contacts-get-contact-list": {"user_id": "grouped"},
    "users-contacts-get-contact": {"user_id": "grouped", "contact_id": "member"},
    "users-contacts-edit-contact": {"user_id": "grouped", "contact_id": "member"},
}

NOT_FOUND = {"group_id": "groupNotFound"}
LEAST: dict[str, Any] = {
    "groups-users-add-user": {"user_id": "unknown_user"},
    "users-contacts-add-contact": {"contact_id": "somebody"},
}


def _create_avatar(world: World, form: Form) -> Response:
    return send(world.api, form, {"user_id": world.grouped}, token=world.key, files=image_file())


def _delete_avatar(world: World, form: Form) -> Response:
    return send(world.api, form, {"user_id": world.plain}, token=world.key)


def _add_contact(world: World, form: Form) -> Response:
    body = {"contact_id": f"{secrets.token_hex(5)}@elsewhere.test", "display_name": "Somebody"}
    return send(world.api, form, {"user_id": world.plain}, token=world.key, json=body)


def _edit_contact(world: World, form: Form) -> Response:
    ids = {"user_id": world.grouped, "contact_id": world.member}
    return send(world.api, form, ids, token=world.key, json={"display_name": f"In {form.version}"})


def _delete_contact(world: World, form: Form) -> Response:
    contact = f"{secrets.token_hex(5)}@elsewhere.test"
    book = f"/api/v3.10/users/{world.plain}/addressbook"
    ok(world.api.post(book, token=world.key, json={"contact_id": contact}))
    return send(world.api, form, {"user_id": world.plain, "contact_id": contact}, token=world.key)


def new_group(world: World, **fields: Any) -> str:
    """A group of its own; its id."""
    body = {"display_name": f"Group {secrets.token_hex(5)}"} | fields
    return str(ok(world.api.post("/api/v3.10/groups", token=world.key, json=body))["group"]["id"])


def _plain(world: World, form: Form) -> Response:
    ids = {name: str(getattr(world, value)) for name, value in IDS.get(form.id, {}).items()}
    return send(world.api, form, ids, token=world.key)


def _create(world: World, form: Form) -> Response:
    body = {"display_name": f"Group {secrets.token_hex(5)}", "rights": ["make_calls", "operator_rights"]}
    return send(world.api, form, token=world.key, json=body)


def _edit(world: World, form: Form) -> Response:
    body = {"display_name": f"Group {secrets.token_hex(5)}"}
    return send(world.api, form, {"group_id": new_group(world)}, token=world.key, json=body)


def _delete(world: World, form: Form) -> Response:
    return send(world.api, form, {"group_id": new_group(world)}, token=world.key)


def _add_user(world: World, form: Form) -> Response:
    return send(world.api, form, {"group_id": new_group(world)}, token=world.key, json={"user_id": world.plain})


def _remove_user(world: World, form: Form) -> Response:
    group = new_group(world)
    ok(world.api.post(f"/api/v3.10/groups/{group}/users", token=world.key, json={"user_id": world.plain}))
    return send(world.api, form, {"group_id": group, "user_id": world.plain}, token=world.key)


CALLS: dict[str, Call] = {
    "users-disconnect-user": _plain,
    "users-create-avatar": _create_avatar,
    "users-get-avatar": _plain,
    "users-delete-avatar": _delete_avatar,
    "users-contacts-add-contact": _add_contact,
    "users-contacts-get-contact-list": _plain,
    "users-contacts-get-contact": _plain,
    "users-contacts-edit-contact": _edit_contact,
    "users-contacts-delete-contact": _delete_contact,
    "groups-create-group": _create,
    "groups-get-group": _plain,
    "groups-get-group-list": _plain,
    "groups-edit-group": _edit,
    "groups-delete-group": _delete,
    "groups-users-add-user": _add_user,
    "groups-users-get-user-list": _plain,
    "groups-users-get-user": _plain,
    "groups-users-delete-user": _remove_user,
}
