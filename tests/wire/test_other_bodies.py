"""Bodies of everything but users and conferences (those: test_bodies.py): wrong and missing fields are named."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wire import facts, shapes
from tests.wire.calls import IDS, IMPLEMENTED
from tests.wire.facts import Field, Form
from tests.wire.sending import send
from tests.wire.test_bodies import WRITES, writable, wrong_values
from tests.wire.world import World, a_preset

ELSEWHERE = {form.id for form in WRITES} | {"users-create-avatar"}  # a file: tests/accounts/test_avatars.py
WHERE = {
    "conferences-invitations-add-invitation": {"conference_id": "full"},
    "conferences-participants-invite-participant": {"conference_id": "running"},
    "conferences-conference-invite": {"conference_id": "running"},
    "groups-users-add-user": {"group_id": "group"},
    "users-contacts-add-contact": {"user_id": "grouped"},
}
"""The ids for what is not repeated elsewhere; here every request is refused."""
NEEDED: dict[str, set[str]] = {
    "groups-create-group": {"display_name"},
    "presets-create-preset": {"name", "type", "payload"},
    "conference-templates-create-conference-template": {"name"},
    "conferences-invitations-add-invitation": {"id"},
    "conferences-participants-invite-participant": {"participant_id"},
    "conference-sessions-invite-participant-to-stand-on-a-podium": {"participant_id"},
    "groups-users-add-user": {"user_id"},
    "users-contacts-add-contact": {"contact_id"},
}
"""What a POST cannot do without. Nobody is an empty list of people, so an invite needs none."""


def fields(form: Form) -> dict[str, Field]:
    """The documented fields of a body: parameters, or what the object lets be written."""
    named = {one.name: Field(one.name, one.type, allowed=one.allowed) for one in form.named("body")}
    return (writable(form) if form.body_object else {}) | named


BODIES = [form for form in facts.pairs(list(IMPLEMENTED)) if form.id not in ELSEWHERE and fields(form)]
POSTS = [form for form in BODIES if form.method == "POST" and form.id in NEEDED]


def ids(world: World, form: Form) -> dict[str, str]:
    return {name: str(getattr(world, value)) for name, value in (IDS | WHERE).get(form.id, {}).items()}


def base(form: Form) -> dict[str, Any]:
    """A body in which nothing is missing, where something is needed."""
    good = a_preset() | dict.fromkeys(("display_name", "id", "participant_id", "user_id", "contact_id"), "given")
    return {name: good[name] for name in NEEDED.get(form.id, ())}


def test_every_post_says_what_it_needs() -> None:
    assert {form.id for form in BODIES if form.method == "POST"} - set(NEEDED) == {"conferences-conference-invite"}


@pytest.mark.parametrize("form", BODIES, ids=str)
def test_wrong_values_are_refused_by_name(world: World, form: Form) -> None:
    taken = []
    for name, field in fields(form).items():
        for value in wrong_values(field):
            response = send(world.api, form, ids(world, form), token=world.key, json=base(form) | {name: value})
            if response.status_code != 400:
                taken.append(f"{form}: {name}={str(value)[:40]!r} gets {response.status_code} {response.text[:120]}")
                continue
            shapes.check_error(400, response.json())
            located = [one.get("location", "") for one in response.json()["error"]["errors"]]
            if not any(one.partition(".")[0].partition("[")[0] == name for one in located):
                taken.append(f"{form}: {name}={str(value)[:40]!r} is refused for {located}")
    if taken:
        pytest.fail("\n".join(taken), pytrace=False)


@pytest.mark.parametrize("form", POSTS, ids=str)
def test_missing_fields_are_named_at_once(world: World, form: Form) -> None:
    nothing: tuple[dict[str, Any], ...] = ({"json": {}}, {"content": b""}, {"json": dict.fromkeys(NEEDED[form.id])})
    for given in nothing:
        response = send(world.api, form, ids(world, form), token=world.key, **given)
        assert response.status_code == 400, response.text
        details = response.json()["error"]["errors"]
        shapes.check_error(400, response.json())
        named = {(one["reason"], one["locationType"], one["location"]) for one in details}
        assert named == {("missingRequiredField", "parameter", name) for name in NEEDED[form.id]}
