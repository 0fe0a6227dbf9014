"""Calling an endpoint of a version."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from httpx2 import Response

from tests.support.api import Api
from tests.wire.facts import Form


def url(form: Form, **ids: str) -> str:
    """The address of an endpoint with every path segment percent-encoded (slip A8); ids not given are unknown ones."""
    filled = re.sub(r"\{(\w+)\}", lambda name: quote(ids.get(name[1], f"unknown_{name[1]}"), safe=""), form.path)
    return f"/api/{form.version}{filled}"


def send(api: Api, form: Form, ids: Mapping[str, str] | None = None, **given: Any) -> Response:
    """Call an endpoint of a version."""
    return api.request(form.method, url(form, **(ids or {})), **given)


def new_login() -> str:
    """A login that nobody has."""
    return f"new{secrets.token_hex(5)}"
