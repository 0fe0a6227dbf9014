"""Parameters that many operations share do the same in each of them: links, pages, orders, time zones, dates."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from rostrum.slices import OPERATIONS
from tests.support.api import BASE
from tests.support.pictures import image_file
from tests.wire import facts
from tests.wire.calls import CALLS, IMPLEMENTED, ids_of
from tests.wire.facts import Form
from tests.wire.sending import send
from tests.wire.world import World, ok, page_of

FIXED = "https://meet.example"
NEWEST = [form for form in facts.forms(facts.NEWEST) if form.id in IMPLEMENTED]


def taking(name: str) -> pytest.MarkDecorator:
    """Walk over the operations that have a parameter."""
    return pytest.mark.parametrize("form", [form for form in NEWEST if _has(form, name)], ids=str)


def _has(form: Form, name: str) -> bool:
    return any(one.name == name for one in form.named("query"))


def values_in(body: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """Every text and number of an answer, with its key; a time is one value."""
    if isinstance(body, dict) and "timezone_type" not in body:
        for name, value in body.items():
            yield from values_in(value, name)
    elif isinstance(body, list):
        for value in body:
            yield from values_in(value, key)
    else:
        yield key, body


def _roots(body: Any) -> set[str]:
    links = [value for _key, value in values_in(body) if isinstance(value, str) and value.startswith("http")]
    return {root for link in links for root in (BASE, FIXED) if link.startswith(root)} | {
        link for link in links if not link.startswith((BASE, FIXED))
    }


@taking("url_type")
def test_links_start_where_the_caller_came_from_or_where_the_settings_say(
    world: World, form: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`url_type` dynamic and fixed; a person's picture and a conference's pages are such links."""
    monkeypatch.setattr(world.api.settings.server, "public_url", FIXED)
    request = world.api.request
    found = {}
    for kind in ("dynamic", "fixed"):

        def asked(method: str, path: str, kind: str = kind, **given: Any) -> Any:
            mine = method == form.method and f"/{form.version}/" in path
            return request(method, path, **given | ({"params": {"url_type": kind}} if mine else {}))

        monkeypatch.setattr(world.api, "request", asked)
        found[kind] = _roots(ok(_with_a_link(world, form)))
    assert found == {"dynamic": {BASE}, "fixed": {FIXED}}, form


def _with_a_link(world: World, form: Form) -> Any:
    """A call whose answer shows somebody with a picture, or a conference."""
    picture = f"/api/v3.10/users/{world.plain}/avatar"
    ok(world.api.post(picture, token=world.key, files=image_file()))
    if form.id == "conferences-participants-invite-participant":
        login, _token = world.api.new_user()
        ok(world.api.post(f"/api/v3.10/users/{login}/avatar", token=world.key, files=image_file()))
        page_of(world, login)
        ids, body = {"conference_id": world.running}, {"participant_id": login}
        return send(world.api, form, ids, token=world.key, json=body)
    if form.id != "users-contacts-add-contact":
        return CALLS[form.id](world, form)
    return send(world.api, form, {"user_id": world.grouped}, token=world.key, json={"contact_id": world.member})


MOST = 1000
"""Rows of the largest page."""


def _list(world: World, form: Form, **query: Any) -> list[Any]:
    ids = ids_of(world, form)
    if form.id == "logs-get-call-participant-list":
        ids = {"session_id": world.session}  # three people
    body = ok(send(world.api, form, ids, token=world.key, params={name: str(one) for name, one in query.items()}))
    return list(next(value for value in body.values() if isinstance(value, list)))


@taking("page_size")
def test_pages_are_parts_of_the_whole(world: World, form: Form) -> None:
    """`page_size` says how long a page is, `page_id` which one is meant."""
    whole = _list(world, form, page_size=MOST)
    pages = [_list(world, form, page_size=2, page_id=number) for number in range(1, min(len(whole), 200) // 2 + 2)]
    assert all(len(page) <= 2 for page in pages)
    listed = [_same(one) for page in pages for one in page]
    assert listed == [_same(one) for one in whole[: len(listed)]]
    assert len(listed) == len(whole) or len(listed) > 200  # a log may be longer than a test has time for


def _same(one: dict[str, Any]) -> dict[str, Any]:
    """A row without what the clock changes meanwhile."""
    return {name: value for name, value in one.items() if name != "duration"}


@taking("sort_field")
def test_lists_follow_the_order_that_was_asked_for(world: World, form: Form) -> None:
    """Every key of `sort_field`, in both directions of `sort_order`."""
    for key in _sorts(form):
        up, down = (_list(world, form, sort_field=key, sort_order=order, page_size=MOST) for order in (0, 1))
        values = [_key(one[key]) for one in up if key in one]
        # What still runs shows the reason 0, or the moment 0, of an end that it does not have.
        without = {0} if key in {"term_reason", "leave_reason", "stopped_at"} else set()
        known = [value for value in values if isinstance(value, int | float | datetime) and value not in without]
        assert known == sorted(known), f"{form} by {key}"
        if len(up) < MOST:  # a longer list begins elsewhere from its other end
            assert [_same(one) for one in reversed(down)] == [_same(one) for one in up], f"{form} by {key}"


def _sorts(form: Form) -> tuple[str, ...]:
    operation = next(one for one in OPERATIONS if (one.method, one.path) == (form.method, form.path))
    return typing.get_args(next(one.type for one in operation.parameters if one.key == "sort_field"))


def _key(value: Any) -> Any:
    return _moment(value) if isinstance(value, dict) and "date" in value else value


def _moment(shown: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(shown["date"])


@taking("timezone")
def test_times_are_shown_in_the_zone_that_was_asked_for(world: World, form: Form) -> None:
    """`timezone` is an offset from UTC in minutes."""
    shown = [_times(world, form, offset) for offset in (0, 180)]
    assert len(shown[0]) == len(shown[1])
    assert {one["timezone"] for one in shown[0]} <= {"UTC"}
    assert {one["timezone"] for one in shown[1]} <= {"+03:00"}
    moved = [_moment(east) - _moment(utc) for utc, east in zip(*shown, strict=True)]
    assert moved == [timedelta(hours=3)] * len(moved)
    assert moved or "record" in form.id, "recordings have no such times"


def _times(world: World, form: Form, offset: int) -> list[dict[str, Any]]:
    query = {"timezone": str(offset), "page_size": "50"}
    body = ok(send(world.api, form, ids_of(world, form), token=world.key, params=query))
    return [value for _key, value in values_in(body) if isinstance(value, dict)]


@taking("date_from")
def test_dates_cut_the_list(world: World, form: Form) -> None:
    """`date_from` and `date_to` bound the time of a row, in the zone that was asked for."""
    whole = len(_list(world, form, page_size=1000))
    now = datetime.now().astimezone()
    tomorrow, yesterday = (f"{now + timedelta(days=days):%Y-%m-%d %H:%M:%S}" for days in (2, -2))
    assert whole > 0
    assert len(_list(world, form, page_size=1000, date_from=yesterday, date_to=tomorrow)) == whole
    assert _list(world, form, date_from=tomorrow) == _list(world, form, date_to=yesterday) == []
