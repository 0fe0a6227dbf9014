"""Filters find people by a part of their names, in every script."""

from __future__ import annotations

import secrets

import pytest

from tests.accounts.test_users import found, made
from tests.support.api import Api


@pytest.mark.parametrize(
    "text",
    [
        "Жанна Каренина",
        "ЖАННА",
        "каренина",
        "Zoë",
        "ZOË",
        "100%",
        "a_b",
        "back\\slash",
        "O'Neil",
        "straße",
    ],
)
def test_filters_match_a_part_in_any_case_and_nothing_else(api: Api, text: str) -> None:
    """Also beyond ASCII, and `%`, `_` and `\\` stand for themselves (decision 12)."""
    name = f"{secrets.token_hex(4)} {text.swapcase() if text != 'straße' else text} x"
    wanted = made(api, display_name=name)["id"]
    other = made(api, display_name=f"{secrets.token_hex(4)} 1000 aXb backslash ONeil")["id"]
    listed = found(api, display_name=text)
    assert wanted in listed
    assert other not in listed
