"""How to call the operations on what belongs to a conference: invitations, templates, records."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from httpx2 import Response

from tests.wire.facts import Form
from tests.wire.sending import send
from tests.wire.world import World, a_conference, a_preset, page_of

Call = Callable[[World, Form], Response]

_OF_FULL = {"conference_id": "full"}
SHARING = ("get-conference-owner", "share-conference", "get-conference-calendars", "get-conference-ics")
INVITE_PARTICIPANT, INVITE = "conferences-participants-invite-participant", "conferences-conference-invite"
RECORDER = tuple(f"conferences-conference-record-{what}" for what in ("start", "pause", "stop"))
FORMATS: dict[str, str | None] = {
    "conferences-get-conference-ics": "text/calendar",
    "conferences-records-download-record": "*/*",
    **dict.fromkeys(RECORDER),
}
"""The media types of answers that are no JSON; None: an empty body. What stands in them has tests of its own."""
IDS: dict[str, dict[str, str]] = {
    **{f"conferences-{what}": _OF_FULL for what in (*SHARING, "conference-notify")},
    "conferences-invitations-get-invitation-list": _OF_FULL,
    "conferences-invitations-get-invitation": _OF_FULL | {"invitation_id": "member"},
    "conferences-invitations-edit-invitation": {"conference_id": "weekly", "invitation_id": "member"},
    "conferences-records-get-record-list": _OF_FULL,
    "conferences-records-get-record": _OF_FULL | {"record_id": "record"},
    "conferences-records-download-record": _OF_FULL | {"record_id": "record"},
    "conference-templates-get-conference-template-list": {},
    "conference-templates-get-conference-template": {"template_id": "template"},
    "conference-templates-edit-conference-template": {"template_id": "template"},
    "presets-get-preset-list": {},
    "presets-get-preset": {"preset_id": "preset"},
    "presets-edit-preset": {"preset_id": "preset"},
}
"""The ids, as attributes of the world, with which an operation succeeds again and again."""
NOT_FOUND = {"template_id": "conferenceTemplateNotFound", "preset_id": "presetNotFound"}
"""The reason for an unknown first id in the path."""
LEAST: dict[str, Any] = {
    "conferences-invitations-add-invitation": {"id": "somebody"},
    "conference-templates-edit-conference-template": {"name": "Other"},
    "presets-edit-preset": {"name": "Other"},
    INVITE_PARTICIPANT: {"participant_id": "somebody"},
    INVITE: {"participants": ["somebody"], "invitations": [{"id": "somebody", "display_name": "Somebody"}]},
}
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


def _record(world: World, form: Form) -> Response:
    """There is no recorder yet: all that can be shown is the last reason."""
    answer = send(world.api, form, {"conference_id": world.running}, token=world.key)
    assert answer.json()["error"]["errors"][0]["reason"] == "serviceUnavailable"
    return answer


def _create_template(world: World, form: Form) -> Response:
    whole = a_conference(form.version) | {"owner": world.owner}
    return send(world.api, form, token=world.key, json={"name": "Made", "object": whole})


def _delete_template(world: World, form: Form) -> Response:
    made = world.api.post("/api/v3.10/templates/conferences", token=world.key, json={"name": "To be deleted"})
    return send(world.api, form, {"template_id": made.json()["template"]["id"]}, token=world.key)


def _edit(world: World, form: Form) -> Response:
    ids = {name: str(getattr(world, value)) for name, value in IDS[form.id].items()}
    return send(world.api, form, ids, token=world.key, json={"name": f"In {form.version}"})


def _create_preset(world: World, form: Form) -> Response:
    return send(world.api, form, token=world.key, json=a_preset())


def _delete_preset(world: World, form: Form) -> Response:
    made = world.api.post("/api/v3.10/broadcast/presets", token=world.key, json=a_preset())
    return send(world.api, form, {"preset_id": made.json()["preset"]["id"]}, token=world.key)


def _invite_participant(world: World, form: Form) -> Response:
    login, _token = world.api.new_user()
    page_of(world, login)
    ids = {"conference_id": world.running}
    return send(world.api, form, ids, token=world.key, json={"participant_id": login})


def _invite(world: World, form: Form) -> Response:
    made = world.api.new_conference(owner=world.owner)
    given = LEAST[form.id]
    return send(world.api, form, {"conference_id": made["id"]}, token=world.key, json=given)


CALLS: dict[str, Call] = {
    INVITE_PARTICIPANT: _invite_participant,
    INVITE: _invite,
    **dict.fromkeys(RECORDER, _record),
    "conferences-records-get-record-list": _plain,
    "conferences-records-get-record": _plain,
    "conferences-records-download-record": _plain,
    "conference-templates-create-conference-template": _create_template,
    "conference-templates-get-conference-template-list": _plain,
    "conference-templates-get-conference-template": _plain,
    "conference-templates-edit-conference-template": _edit,
    "conference-templates-delete-conference-template": _delete_template,
    "presets-create-preset": _create_preset,
    "presets-get-preset-list": _plain,
    "presets-get-preset": _plain,
    "presets-edit-preset": _edit,
    "presets-delete-preset": _delete_preset,
    **{f"conferences-{what}": _plain for what in (*SHARING, "conference-notify")},
    "conferences-invitations-get-invitation-list": _plain,
    "conferences-invitations-get-invitation": _plain,
    "conferences-invitations-add-invitation": _add_invitation,
    "conferences-invitations-edit-invitation": _edit_invitation,
    "conferences-invitations-delete-invitation": _delete_invitation,
}
"""A successful call of each operation."""
