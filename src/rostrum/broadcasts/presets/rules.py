"""Decisions about presets: values in, values or an error out."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from rostrum.api import errors
from rostrum.api.errors import ErrorDetail
from rostrum.api.inputs import body_fields, read_fields
from rostrum.api.versions import NEWEST
from rostrum.api.work import Happening
from rostrum.broadcasts.addresses import refusal
from rostrum.broadcasts.targets import PAYLOADS, PresetType
from rostrum.settings import BroadcastSettings

HIDDEN = "********"
"""What a password or a key looks like in answers. Sent back in a PUT it changes nothing."""
_LOGIN = re.compile(r"(?<=//)([^/?#:]*):[^/?#]*@")


class PresetDeleted(Happening):
    """A preset is about to be deleted."""

    preset_id: str


def payload(
    kind: PresetType, given: dict[str, Any], settings: BroadcastSettings, before: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The complete payload of a preset of a kind: what is given, over what was there or the defaults (decision 32).

    Fields of other kinds are ignored. Raises an error that names every wrong or missing `payload.<field>`.
    """
    struct = PAYLOADS[kind]
    fields = body_fields(struct, "POST" if before is None else "PUT", NEWEST)
    changes, wrong = read_fields(fields, given, "payload.")
    shown_before = {} if before is None else shown(kind, before)
    unchanged = {name for name, value in changes.items() if _is_hidden(value) and value == shown_before.get(name)}
    changes = {name: value for name, value in changes.items() if name not in unchanged}
    wrong += [
        errors.invalid(f"payload.{name}", "Expected the value itself, not its stars")
        for name, value in changes.items()
        if _is_hidden(value) and (name in struct.secret or name == struct.addressed)
    ]
    if wrong:
        raise errors.wrong(wrong)
    made: Any = struct(**((before or {}) | changes))
    wrong = [errors.invalid(f"payload.{one.field}", one.words) for one in made.wrong()] or _address(made, settings)
    if wrong:
        raise errors.wrong(wrong)
    complete: dict[str, Any] = msgspec.to_builtins(made)
    return complete


def shown(kind: PresetType, kept: dict[str, Any]) -> dict[str, Any]:
    """A payload as answers show it: without its secrets, and without a password that stands in an address."""
    struct = PAYLOADS[kind]
    hidden = {name: HIDDEN for name in struct.secret if kept.get(name)}
    if struct.addressed and isinstance(kept.get(struct.addressed), str):
        hidden[struct.addressed] = _LOGIN.sub(rf"\1:{HIDDEN}@", kept[struct.addressed])
    return kept | hidden


def _is_hidden(value: Any) -> bool:
    return isinstance(value, str) and HIDDEN in value


def _address(made: Any, settings: BroadcastSettings) -> list[ErrorDetail]:
    """Where it must not go, by the letters of the address; before each attempt its name is looked up too."""
    if not made.addressed:
        return []
    reason = refusal(made.destination("", settings).url, allow_local=settings.allow_local)
    return [] if reason is None else [errors.invalid(f"payload.{made.addressed}", reason)]
