"""Decisions about presets: values in, values or an error out."""

from __future__ import annotations

from typing import Any

import msgspec

from rostrum.api import errors
from rostrum.api.inputs import body_fields, read_fields
from rostrum.api.versions import NEWEST
from rostrum.api.work import Happening
from rostrum.broadcasts.targets import PAYLOADS, PresetType


class PresetDeleted(Happening):
    """A preset is about to be deleted."""

    preset_id: str


def payload(kind: PresetType, given: dict[str, Any], before: dict[str, Any] | None = None) -> dict[str, Any]:
    """The complete payload of a preset of a kind: what is given, over what was there or the defaults (decision 32).

    Fields of other kinds are ignored. Raises an error that names every wrong or missing `payload.<field>`.
    """
    struct = PAYLOADS[kind]
    fields = body_fields(struct, "POST" if before is None else "PUT", NEWEST)
    changes, wrong = read_fields(fields, given, "payload.")
    if wrong:
        raise errors.wrong(wrong)
    made: Any = struct(**((before or {}) | changes))
    wrong = [errors.invalid(f"payload.{one.field}", one.words) for one in made.wrong()]
    if wrong:
        raise errors.wrong(wrong)
    complete: dict[str, Any] = msgspec.to_builtins(made)
    return complete
