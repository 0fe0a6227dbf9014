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


@pytest.mark.parametrize("field", ["login_name", "display_name", "first_name", "last_name", "email"])
def test_each_filter_looks_at_its_own_field(api: Api, field: str) -> None:
    """In the list of all accounts, and in that of a group."""
    part = secrets.token_hex(4)
    somebody = {"display_name": "Somebody"}
    named = {"login_name": f"l{part}", "email": f"e{part}@mail.test"}
    wanted = made(api, **somebody | {field: named.get(field, f"Name {part}")})["id"]
    others = [
        made(api, **somebody | {name: named.get(name, f"Name {part}")})["id"]
        for name in ("login_name", "display_name", "first_name", "last_name", "email", "company")
        if name != field
    ]
    group = api.post("/api/v3.10/groups", token=api.secret_key, json={"display_name": f"Group {part} {field}"})
    members = f"/api/v3.10/groups/{group.json()['group']['id']}/users"
    for login in (wanted, *others):
        api.post(members, token=api.secret_key, json={"user_id": login})
    assert found(api, **{field: part.upper()}) == [wanted]
    listed = api.get(members, token=api.secret_key, params={field: part.upper()}).json()["users"]
    assert [one["id"] for one in listed] == [wanted]
