"""What holds for every page size and for every call string."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.conftest import tries
from tests.fuzz.ground import Ground
from tests.support.meeting import quoted
from tests.wire.world import ok

FOLLOWED = {"users": "users", "groups": "groups"}
"""Lists that say which page comes next."""
COUNTED = {
    "conferences": "conferences",
    "users/{user}/addressbook": "contacts",
    "groups/{group}/users": "users",
    "broadcast/presets": "presets",
    "conference-sessions/{session}/participants": "participants",
    **dict.fromkeys(("logs/calls", "logs/events", "logs/messages", "logs/settings", "logs/recordings"), "list"),
}
"""Lists whose pages are asked for until one is not full."""


@pytest.fixture(scope="module")
def full(ground: Ground) -> Ground:
    """A few rows in every list."""
    for _ in range(4):
        ground.mend()
    user, group = ground.ids["user_id"][0], ground.ids["group_id"][0]
    for n in range(5):
        contact = {"contact_id": f"c{n}@elsewhere.test"}
        ok(ground.api.post(f"/api/v3.10/users/{user}/addressbook", token=ground.api.secret_key, json=contact))
        member = {"user_id": ground.api.new_user()[0]}
        ok(ground.api.post(f"/api/v3.10/groups/{group}/users", token=ground.api.secret_key, json=member))
    return ground


def page(ground: Ground, path: str, number: int, size: int) -> dict[str, Any]:
    """One page of a list; what goes on running meanwhile is left out."""
    named = {"user": ground.ids["user_id"][0], "group": ground.ids["group_id"][0]}
    address = path.format_map(named | {"session": quoted(ground.ids["session_id"][0])})
    query = {"page_id": str(number), "page_size": str(size)}
    body = ok(ground.api.get(f"/api/v3.10/{address}", token=ground.api.secret_key, params=query))
    for row in body.get("list", ()):
        row.pop("duration", None)
    return body


@pytest.mark.parametrize("path", FOLLOWED)
def test_pages_that_are_followed_show_every_row_once(full: Ground, path: str) -> None:
    whole = page(full, path, 1, 1000)[FOLLOWED[path]]

    @tries(4)
    @given(st.integers(1, len(whole) + 1))
    def try_it(size: int) -> None:
        seen, number = [], 0
        while number != -1:
            one = page(full, path, number, size)
            seen += one[FOLLOWED[path]]
            assert len(one[FOLLOWED[path]]) == size or one["next_page_id"] == -1
            number = one["next_page_id"]
        assert seen == whole

    try_it()


@pytest.mark.parametrize("path", COUNTED)
def test_counted_pages_show_every_row_once(full: Ground, path: str) -> None:
    """Also when many rows have the same time: the order has no ties."""
    rows = COUNTED[path]
    whole = page(full, path, 1, 1000)[rows]

    @tries(4)
    @given(st.integers(1, min(len(whole), 40) + 1), st.data())
    def try_it(size: int, data: st.DataObject) -> None:
        last = -(-len(whole) // size)
        first = data.draw(st.integers(1, max(last - 5, 1)))  # a few pages in a row, from anywhere
        numbers = range(first, min(first + 6, last + 2))
        seen = [row for number in numbers for row in page(full, path, number, size)[rows]]
        assert seen == whole[(first - 1) * size : (numbers[-1]) * size]

    try_it()


@tries(25)
@given(st.sampled_from(["sip", "h323", "tel", "rtsp"]), st.text(min_size=1, max_size=100))
def test_call_strings_are_taken_and_told_or_refused_by_name(ground: Ground, kind: str, rest: str) -> None:
    """No gateway leads there, so the log says that nobody was reached."""
    ground.mend()
    running, text = ground.ids["conference_id"][1], f"#{kind}:{rest}"
    address = f"/api/v3.10/conferences/{running}/invite"
    response = ground.api.post(address, token=ground.api.secret_key, json={"participants": [text]})
    if response.status_code == 400:
        assert response.json()["error"]["errors"][0]["reason"] in {"invalidParameter", "invalidRequest"}
        return
    assert ok(response) == {"invite": True}
    session = quoted(ground.ids["session_id"][0])
    logged = ok(ground.api.get(f"/api/v3.10/logs/calls/{session}/invites", token=ground.api.secret_key))["list"]
    assert [(one["invited_call_id"], one["is_accepted"]) for one in logged] == [(text, False)]
