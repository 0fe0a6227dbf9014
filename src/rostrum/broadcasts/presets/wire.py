"""Presets as the API shows them. What `payload` holds stands in `broadcasts/targets`, one file for each type."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

from rostrum.api.fields import POST_REQUIRED, PUT_POST_REQUIRED
from rostrum.broadcasts.targets import PresetType


class Preset(Struct, kw_only=True):
    """A preset; what `payload` holds depends on `type`, which stays what it is."""

    id: str
    name: Annotated[str, Meta(min_length=1, max_length=240), PUT_POST_REQUIRED]
    type: Annotated[PresetType, POST_REQUIRED]
    payload: Annotated[dict[str, Any], PUT_POST_REQUIRED]


class Presets(Struct):
    """A page of presets."""

    presets: list[Preset]
