"""Decisions about presets: values in, values or an error out."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from rostrum.api import errors
from rostrum.api.inputs import body_fields, read_fields
from rostrum.api.versions import NEWEST
from rostrum.api.work import Happening
from rostrum.broadcasts.presets.wire import (
    CdnVideo,
    ManualPull,
    ManualPush,
    PresetType,
    WowzaCloud,
    WowzaServer,
    Youtube,
)

PAYLOADS: dict[PresetType, type[Struct]] = {
    "youtube": Youtube,
    "cdnvideo": CdnVideo,
    "manualPull": ManualPull,
    "manualPush": ManualPush,
    "wowzaCloud": WowzaCloud,
    "wowzaServer": WowzaServer,
}


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
    complete: dict[str, Any] = msgspec.to_builtins(struct(**((before or {}) | changes)))
    return complete
