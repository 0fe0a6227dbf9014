"""Whatever a request carries, the answer is JSON in the documented shape and no 5xx."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote_from_bytes, urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rostrum.api.routes import Route
from rostrum.slices import tables
from tests.fuzz.conftest import tries
from tests.fuzz.ground import Ground
from tests.wire import shapes
from tests.wire.test_errors import raw_call

ROUTES = [route for version in ("v3", "v3.10", "web") for route in tables()[version].routes]
WRITING = [route for route in ROUTES if route.body]
NUMBERS = st.one_of(
    st.integers(),
    st.integers(min_value=2**31 - 2, max_value=2**31 + 1),
    st.integers(min_value=2**63 - 2, max_value=2**64 + 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([10**40, -(10**40), 1e308, -0.0, 5e-324]),
)
ODD = st.sampled_from(["", " ", "0", "-1", "1.0", "1e3", "true", "null", "[]", "{}", "9" * 30, "NaN", "\u202e", "İ"])
TEXT = st.one_of(st.text(), ODD, NUMBERS.map(str), st.text("\0\ud800\udfff\ufffe\U0001f600", min_size=1, max_size=3))
LEAVES = st.one_of(st.none(), st.booleans(), NUMBERS, TEXT)
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner), max_leaves=8)
DEEP = '{"rights":' * 3000 + "1" + "}" * 3000


def name(route: Route) -> str:
    return f"{route.version} {route.operation.name}"


def address(ground: Ground, route: Route, segments: dict[str, str] | None = None) -> str:
    """The path of an operation on what exists, with some segments replaced."""
    found = {one.key: ground.known(one.key, "0") for one in route.path} | (segments or {})
    return f"/api/{route.version}" + route.operation.path.format_map(found)


def bearer(ground: Ground, route: Route) -> str:
    return f"Bearer {ground.user_token if route.version == 'web' else ground.api.secret_key}"


def check(ground: Ground, route: Route, path: str, body: bytes = b"", content_type: str = "application/json") -> None:
    headers = {"content_type": content_type} if body else {}
    method = route.operation.method
    status, given_, answer = raw_call(
        ground.api, method, path, body, authorization=bearer(ground, route), content_length=str(len(body)), **headers
    )
    assert status < 500 or status == 503, (status, answer)
    if status >= 400:
        assert given_["content-type"].startswith("application/json")
        # An id may well be called "None", which elsewhere would be a sentence with a hole in it.
        assert [one for one in shapes.error_faults(status, answer) if "unfilled" not in one] == []


def encoded(value: Any) -> bytes:
    """JSON as odd clients write it: half of a surrogate pair comes as its escape."""
    return json.dumps(value).encode()


@pytest.mark.parametrize("route", WRITING, ids=name)
def test_any_value_in_any_field(ground: Ground, route: Route) -> None:
    """Known fields with values of every kind, nested ones too, among unknown ones."""

    @tries(10)
    @given(st.fixed_dictionaries({}, optional={field.key: VALUES | _objects(field) for field in route.body}), VALUES)
    def try_it(body: dict[str, Any], unknown: Any) -> None:
        check(ground, route, address(ground, route), encoded(body | {"unknown": unknown}))

    try_it()
    ground.mend()


@pytest.mark.parametrize("route", WRITING, ids=name)
def test_any_form(ground: Ground, route: Route) -> None:
    """The same as a form, where everything is text, of bytes that need not be UTF-8."""

    @tries(5)
    @given(st.dictionaries(st.sampled_from([field.key for field in route.body]), TEXT | st.binary()))
    def try_it(fields: dict[str, Any]) -> None:
        given_ = {key: _bytes(value) for key, value in fields.items()}
        body = urlencode(given_).encode()
        check(ground, route, address(ground, route), body, "application/x-www-form-urlencoded")

    try_it()
    ground.mend()


@tries(100)
@given(st.sampled_from(WRITING), st.binary() | VALUES.map(encoded), st.sampled_from(["application/json", "x", "text/"]))
@example(WRITING[0], DEEP.encode(), "application/json")
@example(WRITING[0], b'{"login_name": 1' + b"0" * 5000 + b"}", "application/json")
@example(WRITING[0], b'{"\\ud800": "\\udfff"}', "application/json")
@example(WRITING[0], b'{"login_name": "\xed\xa0\x80"}', "application/json")
def test_any_body(ground: Ground, route: Route, body: bytes, content_type: str) -> None:
    """Bytes, and JSON that is no object."""
    check(ground, route, address(ground, route), body, content_type)


@pytest.mark.parametrize("route", [route for route in ROUTES if route.query], ids=name)
def test_any_query(ground: Ground, route: Route) -> None:
    """Every parameter with any text, percent-encoded from any bytes."""

    @tries(6)
    @given(st.dictionaries(st.sampled_from([one.key for one in route.query]), TEXT | st.binary(), min_size=1))
    def try_it(query: dict[str, Any]) -> None:
        given_ = "&".join(f"{key}={quote_from_bytes(_bytes(value))}" for key, value in query.items())
        check(ground, route, f"{address(ground, route)}?{given_}")

    try_it()


@pytest.mark.parametrize("route", [route for route in ROUTES if route.path], ids=name)
def test_any_path(ground: Ground, route: Route) -> None:
    """Every segment of any bytes; what is left of a surrogate pair is an unknown id like others."""

    @tries(6)
    @given(
        st.fixed_dictionaries({one.key: st.binary(min_size=1) | TEXT.filter(bool).map(_bytes) for one in route.path})
    )
    def try_it(segments: dict[str, bytes]) -> None:
        quoted = {key: quote_from_bytes(value, safe="") for key, value in segments.items()}
        check(ground, route, address(ground, route, quoted))

    try_it()


def _objects(field: Any) -> st.SearchStrategy[Any]:
    """Objects with the fields that the nested one has."""
    if field.nested is None:
        return st.nothing()
    return st.fixed_dictionaries({}, optional={one.key: VALUES for one in field.nested})


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
