"""Permissions are exact: a token opens an operation if, and only if, its scopes make the printed expression true."""

from __future__ import annotations

from functools import cache

import pytest

from tests.support.api import Api
from tests.wire import calls_accounts, facts, shapes
from tests.wire.calls import IMPLEMENTED, LOGS
from tests.wire.facts import Form
from tests.wire.sending import send
from tests.wire.world import PASSWORD, World

PAIRS = facts.pairs(list(IMPLEMENTED))
GUARDED = [form for form in PAIRS if form.permission != "any"]


@cache
def _token(api: Api, scopes: str) -> str:
    return api.token(scopes)


@pytest.mark.parametrize("form", PAIRS, ids=str)
def test_each_single_scope(api: Api, form: Form) -> None:
    """Unknown ids, no body: who may pass gets 400 or 404, who may not 403 before anything is looked up (D3)."""
    wrong = []
    for scope in facts.all_scopes():
        response = send(api, form, token=_token(api, scope))
        permitted = facts.permits(form.permission, {scope})
        if permitted == (response.status_code == 403):
            wrong.append(f"{form} needs {form.permission!r}: {scope!r} gets {response.status_code}")
        elif not permitted:
            shapes.check_error(403, response.json(), reason="forbidden")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("form", GUARDED, ids=str)
def test_all_other_scopes_together(api: Api, form: Form) -> None:
    """Having every scope but those of the expression opens nothing."""
    others = [scope for scope in facts.all_scopes() if scope not in facts.scopes_in(form.permission)]
    response = send(api, form, token=_token(api, " ".join(others)))
    assert response.status_code == 403
    shapes.check_error(403, response.json(), reason="forbidden")


@pytest.mark.parametrize("form", PAIRS, ids=str)
def test_without_a_good_token(api: Api, form: Form) -> None:
    """No, an expired, a foreign and a broken token are 403 accessTokenInvalid, so that clients fetch a new one."""
    for token in (None, _expired(api), "f7dee810d964f02d54d7930d69e80c561d2a55b7", "x" * 5000, "Bearer"):
        response = send(api, form, token=token)
        assert response.status_code == 403, f"{form} with {token}: {response.text}"
        shapes.check_error(403, response.json(), reason="accessTokenInvalid")


def test_clients_of_a_call_need_no_token(world: World) -> None:
    """D10: a join page asks for them before anybody signed in; a bad token is still a bad token or none."""
    for form in facts.pairs(["software-clients-get-client-list"]):
        response = send(world.api, form, params={"call_id": world.running})
        assert response.status_code == 200, response.text
        shapes.check(form, response.json())


@pytest.mark.parametrize("form", [form for form in PAIRS if form.version in {"v3", "v3.5", "v3.10"}], ids=str)
def test_query_and_bearer_tokens(api: Api, form: Form) -> None:
    """Both forms mean the same; clients mix them."""
    bearer = send(api, form, token=api.secret_key)
    query = send(api, form, params={"access_token": api.secret_key})
    lower = send(api, form, headers={"Authorization": f"bearer {api.secret_key}"})
    assert bearer.status_code == query.status_code == lower.status_code != 403
    denied = send(api, form, params={"access_token": _expired(api)})
    assert denied.status_code == 403
    shapes.check_error(403, denied.json(), reason="accessTokenInvalid")


@cache
def _expired(api: Api) -> str:
    return api.expired_token()


_FOR_ADMINISTRATORS = (  # D8: a plain user's token does not reach them, whatever its scopes
    "users-create-user",
    "users-get-user-list",
    "users-edit-user",
    "users-delete-user",
    *calls_accounts.GROUPS,
    *calls_accounts.PRESENCE,
    *LOGS,
)


@pytest.mark.parametrize("form", facts.pairs(list(_FOR_ADMINISTRATORS)), ids=str)
def test_plain_user_reaches_no_administration(api: Api, world: World, form: Form) -> None:
    response = send(api, form, token=_user(api, world.plain))
    assert response.status_code == 403, response.text
    shapes.check_error(403, response.json(), reason="forbidden")


@pytest.mark.parametrize("form", facts.pairs(["conferences-get-conference"]), ids=str)
def test_plain_user_sees_own_and_invited_conferences_only(api: Api, world: World, form: Form) -> None:
    """404 for the rest (D8), exactly as for one that does not exist."""
    seen = [send(api, form, {"conference_id": one}, token=_user(api, world.member)) for one in (world.full, world.once)]
    assert [one.status_code for one in seen] == [200, 404]
    shapes.check_error(404, seen[1].json(), reason="conferenceNotFound")
    owned = send(api, form, {"conference_id": world.once}, token=_user(api, world.owner))
    assert owned.status_code == 200


@pytest.mark.parametrize("form", facts.pairs(["conferences-get-conference-list"]), ids=str)
def test_plain_user_lists_own_and_invited_conferences_only(api: Api, world: World, form: Form) -> None:
    body = send(api, form, token=_user(api, world.member)).json()
    shapes.check(form, body)
    listed = {one["id"] for one in body["conferences"]}
    assert {world.full, world.weekly, world.running} <= listed
    assert body["cnt"] == len(listed)
    assert all(world.member in str(one["invitations"]) for one in body["conferences"])


@cache
def _user(api: Api, login: str) -> str:
    return api.user_token(login, PASSWORD)


@pytest.mark.parametrize("user", ["$Ann", "2$portal7*Ann", "MEMBER"])
def test_tokens_of_join_links_open_nothing(api: Api, world: World, user: str) -> None:
    """The token in a web client's address lets its bearer into one conference, not into the API."""
    query = {"call_id": world.running, "user": user.replace("MEMBER", world.member)}
    clients = api.get("/api/v3.10/software/clients", token=world.key, params=query).json()["clients"]
    address = next(one["web_url"] for one in clients if one["type"] == "web")
    token = dict(part.split("=", 1) for part in address.partition("#")[2].split("&"))["token"]
    for form in facts.forms(facts.NEWEST):
        if form.id in IMPLEMENTED and form.permission != "any":
            response = send(api, form, token=token)
            assert response.status_code == 403, f"{form}: {response.text}"
            shapes.check_error(403, response.json())
