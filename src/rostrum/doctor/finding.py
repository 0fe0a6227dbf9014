"""What a check says."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct


class Check(Struct, frozen=True):
    """One finding. `advice` says what to do, and is empty when all is well."""

    name: str
    state: Literal["ok", "warn", "fail"]
    message: str
    advice: str = ""
