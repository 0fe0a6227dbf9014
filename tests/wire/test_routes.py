"""The route table is the contract's, version by version."""

from __future__ import annotations

import pytest
from httpx2 import Response

from rostrum.api.versions import VERSIONS
from rostrum.app import route_table
from tests.support.api import Api
from tests.wire import facts, shapes
from tests.wire.calls import IMPLEMENTED
from tests.wire.facts import Form
from tests.wire.sending import send


def test_versions_are_those_of_the_contract() -> None:
    """Eleven versions, oldest first."""
    assert VERSIONS == facts.VERSIONS


def test_nothing_of_the_contract_is_left_out() -> None:
    """785 pairs of a version and an endpoint; the token endpoint, with no version in its path, has tests of its own."""
    assert set(facts.endpoints()) == {*IMPLEMENTED, facts.TOKEN}
    assert sum(len(facts.forms(version)) for version in facts.VERSIONS) == 785


@pytest.mark.parametrize("version", facts.VERSIONS)
def test_table_has_exactly_what_is_implemented(version: str) -> None:
    """No route that the contract does not know, none that the walk does not cover, none missing."""
    served = sorted(route_table()[version])
    wanted = sorted((form.method, form.path) for form in facts.forms(version) if form.id in IMPLEMENTED)
    assert served == wanted


@pytest.mark.parametrize("form", facts.pairs(list(IMPLEMENTED)), ids=str)
def test_route_exists(api: Api, form: Form) -> None:
    """Also with unknown ids and without a body the answer comes from the operation, never from the router."""
    response = send(api, form, token=api.secret_key)
    reason = response.json()["error"]["errors"][0]["reason"] if response.status_code != 200 else ""
    assert response.status_code in {200, 400, 404}, f"{form}: {response.text}"
    assert reason not in {"routeNotFound", "methodNotAllowed"}, f"{form}: {response.text}"


_ABSENT = [
    (version, form)
    for form in facts.forms(facts.NEWEST)
    if form.id in IMPLEMENTED
    for version in facts.VERSIONS
    if facts.form(form.id, version) is None
]


@pytest.mark.parametrize(("version", "form"), _ABSENT, ids=str)
def test_route_does_not_exist_before_its_version(api: Api, version: str, form: Form) -> None:
    """404 routeNotFound, with and without a token (D2)."""
    address = f"/api/{version}{form.path}".replace("{", "").replace("}", "")
    for token in (api.secret_key, None):
        response = api.request(form.method, address, token=token)
        _assert_not_routed(response)


@pytest.mark.parametrize(
    "address",
    [
        "/api/v3.11/users",
        "/api/v4/users",
        "/api/v2/users",
        "/api/v3.0/users",
        "/api/v3.10",
        "/api/v3.10/",
        "/api/v3.10/user",
        "/api/v3.10/users/a/b",
        "/api/v3.10/users//",
        "/api/v3.10//users",
        "/api/V3.10/users",
        "/api/v3.10/USERS",
        "/api/",
        "/api/v3.1/conference/x/notify",
    ],
)
def test_unknown_route(api: Api, address: str) -> None:
    """404 routeNotFound as JSON, whatever stands behind /api/."""
    response = api.get(address, token=api.secret_key)
    if "//" in address:
        assert response.status_code in {200, 404}  # an empty segment may count as a slash too many
    else:
        _assert_not_routed(response)


@pytest.mark.parametrize("method", ["PATCH", "PUT", "TRACE", "DELETE", "FOO"])
def test_wrong_method(api: Api, method: str) -> None:
    """A clear 4xx as JSON; with 405 also the methods that are allowed."""
    response = api.request(method, "/api/v3.10/users", token=api.secret_key)
    assert response.status_code in {404, 405}, response.text
    shapes.check_error(response.status_code, response.json())
    if response.status_code == 405:
        assert {one.strip() for one in response.headers["allow"].split(",")} >= {"GET", "POST"}


@pytest.mark.parametrize("form", facts.pairs(list(IMPLEMENTED)), ids=str)
def test_trailing_slash_counts_for_nothing(api: Api, form: Form) -> None:
    """Clients send `…/run/` (known clients)."""
    plain = send(api, form, token=api.secret_key)
    address = str(plain.request.url).removeprefix("http://server.test")
    slashed = api.request(form.method, f"{address}/", token=api.secret_key)
    assert slashed.status_code == plain.status_code
    assert not slashed.is_redirect
    if plain.status_code != 200:
        assert slashed.json() == plain.json()


def _assert_not_routed(response: Response) -> None:
    assert response.status_code == 404, response.text
    shapes.check_error(404, response.json(), reason="routeNotFound")
