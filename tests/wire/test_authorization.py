"""Every operation times every kind of caller: what `authorization.py` says is what the server does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from httpx2 import Response

from rostrum.api.operation import Operation
from rostrum.api.versions import NEWEST, WEB
from rostrum.slices import OPERATIONS
from tests.conftest import make_settings
from tests.support.api import Api
from tests.support.meeting import with_engine
from tests.support.postgresql import new_database
from tests.wire import facts, shapes
from tests.wire.authorization import CALLERS, POLICIES, ROWS
from tests.wire.scene import Cast, filled, make_cast, sent, things

REFUSED = {"T": "accessTokenInvalid", "F": "forbidden", "O": "callIsOver"}
NOT_FOUND = {
    "/users/": "userNotFound",
    "/conferences/": "conferenceNotFound",
    "/conference-sessions/": "conferenceSessionNotFound",
    "/sessions/": "conferenceSessionNotFound",
    "/recordings/": "recordingNotFound",
}
"""The reason by what the path begins with."""


def key(operation: Operation) -> str:
    """The name under which an operation has its row."""
    surface = "web " if operation.surface == "web" else ""
    return f"{surface}{operation.method} {operation.path}"


CELLS = [
    pytest.param(operation, caller, id=f"{key(operation)} {operation.name} {caller}")
    for operation in OPERATIONS
    if key(operation) in ROWS
    for caller in CALLERS
]
SCOPED = [operation for operation in OPERATIONS if key(operation) in ROWS and ROWS[key(operation)].scopes]
"""Operations of the web app that ask for a scope; the others are for everybody, or for whoever is in the meeting."""


@pytest.fixture(scope="module")
def cast(tmp_path_factory: pytest.TempPathFactory, database_server: str | None) -> Iterator[Cast]:
    """An application with an engine that writes down what it is asked, and people of every kind."""
    url = new_database(database_server) if database_server else ""
    api = Api(make_settings(url), tmp_path_factory.mktemp("cast"))
    with_engine(api)
    api.settings.registration.show_link = True
    api.settings.registration.per_address = 0
    yield make_cast(api)
    api.close()


def test_every_operation_has_a_row() -> None:
    """Whoever adds an operation says in authorization.py who may call it."""
    assert {key(operation) for operation in OPERATIONS} == set(ROWS)
    assert {row.policy for row in ROWS.values()} <= set(POLICIES)


@pytest.mark.parametrize(("operation", "caller"), CELLS)
def test_cell(cast: Cast, operation: Operation, caller: str) -> None:
    row = ROWS[key(operation)]
    response = _call(cast, operation, caller)
    wanted = POLICIES[row.policy][caller]
    if wanted == "." and row.answers is None:
        assert 200 <= response.status_code < 300, response.text
    elif wanted == ".":
        assert row.answers is not None
        status, reason = row.answers
        assert response.status_code == status
        shapes.check_error(status, response.json(), reason=reason)
    else:
        status = {"N": 404, "O": 409}.get(wanted, 403)
        assert response.status_code == status, response.text
        reason = REFUSED.get(wanted) or next(NOT_FOUND[one] for one in NOT_FOUND if operation.path.startswith(one))
        shapes.check_error(status, response.json(), reason=reason)


@pytest.mark.parametrize("operation", SCOPED, ids=key)
def test_single_scopes_of_the_web_app(cast: Cast, operation: Operation) -> None:
    """A user's token with one scope; the API's operations are walked by test_scopes.py, version by version."""
    row = ROWS[key(operation)]
    for scope in (*facts.all_scopes(), ""):
        response = _call(cast, operation, "owner", token=_with_scope(cast.api, cast.names["owner"], scope))
        allowed = facts.permits(row.scopes, {scope})
        assert (response.status_code == 403) != allowed, f"{scope}: {response.text}"


def _with_scope(api: Api, login: str, scope: str) -> str:
    """A new token of the person with this scope only; a new password ends the older ones."""
    return api._keep_token(kind="access", scope=scope, expires_at=None, user_id=login)


def _call(cast: Cast, operation: Operation, caller: str, token: str | None = None) -> Response:
    row = ROWS[key(operation)]
    found = things(cast, row, operation.path)
    version = WEB if operation.surface == "web" else operation.span.until or NEWEST
    filled_path = re.sub(r"\{(\w+)\}", lambda name: quote(found[name[1]], safe=""), operation.path)
    return cast.api.request(
        operation.method,
        f"/api/{version}{filled_path}",
        token=token or cast.token(caller),
        params=filled(row.query, cast, found),
        **sent(operation, filled(row.body, cast, found)),
    )
