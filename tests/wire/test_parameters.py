"""Every documented query parameter is read; a bad value is refused and named; what a version lacks is ignored."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.wire import facts, shapes
from tests.wire.calls import IDS, IMPLEMENTED, ids_of
from tests.wire.facts import Form, Parameter
from tests.wire.sending import send
from tests.wire.world import World, ok

LISTS = (
    "users-get-user-list",
    "groups-get-group-list",
    "conferences-get-conference-list",
    "logs-get-call-list",
    "logs-get-message-list",
    "logs-get-event-list",
    "logs-get-setting-list",
    "logs-get-call-record-list",
    "logs-get-recording-list",
    "software-clients-get-client-list",
)
REPEATABLE = [form for form in facts.pairs(list(IMPLEMENTED)) if form.id in IDS or form.id in LISTS]
OPEN = {"access_token", "sort_field"}  # a token is no value to be refused with 400; unknown sort keys are open (D12)


def bad_values(parameter: Parameter) -> list[str]:
    """Values that the documentation rules out."""
    if parameter.type == "Integer":
        values = ["abc", "1.5", "--1", "0x10"]
        if isinstance(parameter.allowed, dict):
            values += [str(parameter.allowed["from"] - 1), str(parameter.allowed["to"] + 1), "-5", "9" * 30]
        elif parameter.allowed:
            values += ["2", "-1"]
        elif parameter.name == "page_id":
            values += ["-1"]
        return values
    if parameter.type == "DateTimeText":
        return ["yesterday", "2024-13-45 00:00:00", "12"]
    if parameter.type == "Boolean":
        return ["maybe", "2"]
    return ["bogus", f"{parameter.allowed[0]}x", parameter.allowed[0].upper()] if parameter.allowed else []


def good_values(parameter: Parameter) -> list[str]:
    """Values that the documentation allows, and the empty one, which counts as absent (D12)."""
    values = [""] + ([parameter.default] if parameter.default else [])
    if parameter.type == "Integer":
        values += (
            [str(parameter.allowed["from"]), str(parameter.allowed["to"])]
            if isinstance(parameter.allowed, dict)
            else ["1"]
        )
    elif parameter.type == "DateTimeText":
        values += ["2018-04-12 00:00:00", "2018-04-12+00:00:00"]
    elif parameter.type == "Boolean":
        values += ["true", "false", "1", "0"]
    elif parameter.allowed is None:
        values += ["nobody-has-this", "%", "a'b\"c", "\u00e9\u0434", "_"]
    if isinstance(parameter.allowed, list):
        values += [str(value) for value in parameter.allowed]
    return values


def _query(form: Form) -> Iterator[Parameter]:
    return (one for one in form.named("query") if one.name not in OPEN)


@pytest.mark.parametrize("form", REPEATABLE, ids=str)
def test_bad_values_are_refused_by_name(world: World, form: Form) -> None:
    taken = []
    for parameter, value in ((one, value) for one in _query(form) for value in bad_values(one)):
        response = send(world.api, form, ids_of(world, form), token=world.key, params={parameter.name: value})
        if response.status_code != 400:
            taken.append(f"{form}: {parameter.name}={value!r} gets {response.status_code} {response.text[:100]}")
            continue
        shapes.check_error(400, response.json(), location=parameter.name)
        assert response.json()["error"]["errors"][0]["locationType"] == "parameter"
    if taken:
        pytest.fail("\n".join(taken), pytrace=False)


@pytest.mark.parametrize("form", REPEATABLE, ids=str)
def test_good_values_are_taken(world: World, form: Form) -> None:
    for parameter in _query(form):
        if parameter.name in {"call_id", "user"}:
            continue  # they name somebody; test_reasons.py gives unknown ones
        for value in good_values(parameter):
            response = send(world.api, form, ids_of(world, form), token=world.key, params={parameter.name: value})
            assert response.status_code == 200, f"{form}: {parameter.name}={value!r} gets {response.text[:300]}"
            shapes.check(form, response.json())


@pytest.mark.parametrize("form", REPEATABLE, ids=str)
def test_every_bad_value_is_named_at_once(world: World, form: Form) -> None:
    bad = {one.name: bad_values(one)[0] for one in _query(form) if bad_values(one)}
    if len(bad) > 1:
        response = send(world.api, form, ids_of(world, form), token=world.key, params=bad)
        assert response.status_code == 400
        assert {one["location"] for one in response.json()["error"]["errors"]} >= set(bad) - {"date_from", "date_to"}


@pytest.mark.parametrize("form", REPEATABLE, ids=str)
def test_parameters_of_newer_versions_are_unknown(world: World, form: Form) -> None:
    """What a version does not document is an unknown parameter, and unknown parameters are ignored."""
    known = {one.name for one in form.named("query")}
    newest = facts.form(form.id, facts.NEWEST)
    assert newest is not None
    bad = {one.name: bad_values(one)[0] for one in newest.named("query") if one.name not in known and bad_values(one)}
    response = send(world.api, form, ids_of(world, form), token=world.key, params=bad | {"unknown": "x"})
    assert response.status_code == 200, f"{form} with {bad}: {response.text[:300]}"


@pytest.mark.parametrize(
    "query",
    [
        "?state=stopped?access_token=x",
        "?page_size=1&page_size=abc",
        "?&&&",
        "?=",
        "?%",
        "?page_size=%ff",
        "?tag=%00",
        "?owner=%00",
        "?page_id=999999999999",
        "?page_id=9223372036854775807",
        "?page_id=99999999999999999999999999",
        "?page_size=5;page_id=2",
        "?tag=" + "x" * 4000,
        "?" + "&".join(f"a{n}=1" for n in range(2000)),
        "?tag=%F0%9F%98%80",
        "?url_type[]=dynamic",
    ],
)
@pytest.mark.parametrize("path", ["/conferences", "/users", "/logs/calls"])
def test_odd_queries_never_break_the_server(world: World, path: str, query: str) -> None:
    response = world.api.get(f"/api/v3.10{path}{query}", token=world.key)
    assert response.status_code in {200, 400, 403}, response.text[:300]
    if response.status_code != 200:
        shapes.check_error(response.status_code, response.json())


@pytest.mark.parametrize("form", facts.pairs(["users-get-user-list"]), ids=str)
def test_users_are_paged_until_minus_one(world: World, form: Form) -> None:
    """page_id 0, 1 and absent are the first page; next_page_id leads on and is -1 at the end (D11)."""
    first = [
        ok(send(world.api, form, token=world.key, params={"page_size": "2"} | more))
        for more in ({}, {"page_id": "0"}, {"page_id": "1"})
    ]
    assert first[0] == first[1] == first[2]
    assert len(first[0]["users"]) == 2
    seen: list[str] = []
    page = 0
    while page != -1:
        body = ok(send(world.api, form, token=world.key, params={"page_id": str(page), "page_size": "3"}))
        seen += [one["id"] for one in body["users"]]
        page = body["next_page_id"]
    everybody = ok(send(world.api, form, token=world.key, params={"page_size": "1000"}))["users"]
    assert seen == [one["id"] for one in everybody]


@pytest.mark.parametrize(
    "form",
    [form for form in REPEATABLE if form.id == "conferences-get-conference-list" and form.version != "v3"],
    ids=str,
)
def test_conferences_count_all_pages(world: World, form: Form) -> None:
    """`cnt` is the total; a page beyond the end is empty (slip C5)."""
    one = ok(send(world.api, form, token=world.key, params={"page_size": "1", "page_id": "1"}))
    two = ok(send(world.api, form, token=world.key, params={"page_size": "1", "page_id": "2"}))
    beyond = ok(send(world.api, form, token=world.key, params={"page_size": "1", "page_id": "100000"}))
    assert one["cnt"] == two["cnt"] == beyond["cnt"] >= 6
    assert one["conferences"][0]["id"] != two["conferences"][0]["id"]
    assert beyond["conferences"] == []


@pytest.mark.parametrize(
    "form",
    [form for form in REPEATABLE if form.id == "conferences-get-conference-list" and form.version != "v3"],
    ids=str,
)
def test_conference_filters(world: World, form: Form) -> None:
    running = ok(send(world.api, form, token=world.key, params={"state": "running", "page_size": "1000"}))
    assert world.running in {one["id"] for one in running["conferences"]}
    assert {one["state"] for one in running["conferences"]} == {"running"}
    tagged = ok(send(world.api, form, token=world.key, params={"tag": "tag1"}))
    assert {tuple(one["tags"]) for one in tagged["conferences"]} == {("tag1", "tag2")}
    for owner in (world.owner, f"{world.owner}@server.test", world.owner.upper()):
        owned = ok(send(world.api, form, token=world.key, params={"owner": owner, "page_size": "1000"}))
        assert {one["owner"] for one in owned["conferences"]} == {f"{world.owner}@server.test"}
    both = ok(send(world.api, form, token=world.key, params={"state": "running", "tag": "tag1"}))
    assert both == {"cnt": 0, "conferences": []}


@pytest.mark.parametrize("form", facts.pairs(["logs-get-call-list"]), ids=str)
def test_running_calls_come_first(world: World, form: Form) -> None:
    """Sorted by their end, descending (D35); the ended one stands behind every running one."""
    query = {"sort_field": "end_time", "sort_order": "1", "page_size": "1000"}
    listed = ok(send(world.api, form, token=world.key, params=query))["list"]
    open_ends = [one["end_time"] is None for one in listed]
    assert open_ends == sorted(open_ends, reverse=True)
    assert True in open_ends
    assert False in open_ends


@pytest.mark.parametrize("form", facts.pairs(["logs-get-call"]), ids=str)
def test_timezone_shifts_the_times(world: World, form: Form) -> None:
    """`timezone` is an offset in minutes; 0 is UTC (D37)."""
    ids = {"session_id": world.ended_session}
    utc = ok(send(world.api, form, ids, token=world.key))["start_time"]
    east = ok(send(world.api, form, ids, token=world.key, params={"timezone": "180"}))["start_time"]
    assert utc["date"][14:] == east["date"][14:]
    assert (int(east["date"][11:13]) - int(utc["date"][11:13])) % 24 == 3
