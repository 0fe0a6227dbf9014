"""Links to join with, in every form that known clients ask for them."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import pytest

from tests.support.api import Api
from tests.support.meeting import reason

PATH = "/api/v3.10/software/clients"


def asked(api: Api, token: str | None, **query: str) -> dict[str, Any]:
    answer = api.get(PATH, token=token, params=query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def fragment(found: dict[str, Any]) -> dict[str, str]:
    """What stands behind the `#` of the browser's link."""
    text = str(found["clients"][0]["web_url"]).partition("#")[2]
    return {name: unquote(value) for name, _, value in (part.partition("=") for part in text.split("&") if part)}


def test_without_a_conference(api: Api) -> None:
    found = asked(api, api.secret_key)
    assert "deeplinks" not in found
    assert found["clients"][0]["web_url"] == "http://server.test/"
    assert reason(api.get(PATH)) == (403, "accessTokenInvalid")


def test_without_a_token_the_plain_links_of_a_conference(api: Api) -> None:
    made = api.new_conference()["id"]
    found = asked(api, None, call_id=made)
    assert found["clients"][0]["web_url"] == f"http://server.test/webrtc/{made}"
    assert found == asked(api, None, call_id=f"{made}@server.test")
    assert f"{made}@server.test" in found["deeplinks"]["default"]
    unknown = api.get(f"{PATH}?call_id=none")
    assert reason(unknown) == (404, "conferenceNotFound")
    (told,) = unknown.json()["error"]["errors"]
    assert (told["locationType"], told["location"]) == ("parameter", "call_id")
    assert reason(api.get(f"{PATH}?call_id={made}&access_token=gone")) == (403, "accessTokenInvalid")


def test_a_user_signs_in_by_the_link(api: Api) -> None:
    made = api.new_conference()["id"]
    login, token = api.new_user()
    for caller in (api.secret_key, token):
        link = fragment(asked(api, caller, call_id=made, user=f"{login.upper()}@server.test", lang="ru"))
        assert (link["login"], link["lang"]) == (login, "ru")
        assert api.get("/api/web/me", token=link["token"]).json()["me"]["id"] == login
        denied = api.get(f"/api/v3.10/users/{login}", token=link["token"])
        assert reason(denied) == (403, "forbidden")


def test_nobody_gets_the_link_of_somebody_else(api: Api) -> None:
    made = api.new_conference()["id"]
    login, _ = api.new_user()
    _, stranger = api.new_user()
    for caller in (None, stranger):
        for user in (login, "no-such-user"):
            assert fragment(asked(api, caller, call_id=made, user=user)) == {}
    unknown = api.get(PATH, token=api.secret_key, params={"call_id": made, "user": "no-such-user"})
    assert reason(unknown) == (400, "userNotFound")


@pytest.mark.parametrize(
    ("user", "login"),
    [
        ("$Alexander", "*guest*Alexander"),
        ("2$visitor*Ann Lee", "*guest*Ann Lee"),
        ("$visitor*Ann & Co", "*guest*Ann & Co"),
        ("$", "*guest*Guest"),
        ("2$id*", "*guest*Guest"),
        ("$" + "x" * 100, "*guest*" + "x" * 64),
        ("2$" + "y" * 500 + "*Ann", "*guest*Ann"),
        ("$Анна", "*guest*Анна"),
    ],
)
def test_guests(api: Api, user: str, login: str) -> None:
    made = api.new_conference(allow_guests=True)["id"]
    for caller in (None, api.secret_key):
        link = fragment(asked(api, caller, call_id=made, user=user))
        assert link["login"] == login
        join = api.post(f"/api/web/conferences/{made}/join", token=link["token"], json={"name": "x"})
        assert reason(join) == (403, "conferenceNotRunning"), "the token is good, the conference does not run"
        assert api.get("/api/web/me", token=link["token"]).status_code == 403


def test_links_for_the_kinds_of_buttons(api: Api) -> None:
    made = api.new_conference()["id"]
    button = asked(api, None, call_id=made, case="join_conference_button")["deeplinks"]["default"]
    roaming = asked(api, None, call_id=made, case="join_conference_roaming")["deeplinks"]["default"]
    assert "h=server.test" in button
    assert "h=" not in roaming
    wrong = api.get(f"{PATH}?call_id={made}&case=nonsense&lang=xx")
    assert {one["location"] for one in wrong.json()["error"]["errors"]} == {"case", "lang"}


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("127.0.0.1:18443", "127.0.0.1:18443"),
        ("[fd00::15]:18443", "[fd00::15]:18443"),
        ("[fd00::15]", "[fd00::15]"),
        ("server.test:80", "server.test"),
        ("server.test", "server.test"),
    ],
)
def test_every_link_for_native_clients_names_the_same_host(api: Api, host: str, shown: str) -> None:
    """With its port, unless it is the usual one."""
    made, headers = api.new_conference()["id"], {"Host": host}
    button = api.get(PATH, params={"call_id": made}, headers=headers).json()["deeplinks"]
    read = api.get(f"/api/v3.10/conferences/{made}", token=api.secret_key, headers=headers)
    for links in (button, read.json()["conference"]["deeplinks"]):
        assert f"&h={shown}&" in f"{links['default']}&"
        assert f"%26h%3d{shown}" in links["android"].replace("#", "%26").split("%26encrypt")[0]


def test_the_frame_is_complete_and_harmless(api: Api) -> None:
    made = api.new_conference()["id"]
    for host in ("server.test", 'x"><script>alert(1)</script>'):
        answer = api.get(PATH, params={"call_id": made, "user": '$"><script>'}, headers={"Host": host})
        frame = answer.json()["clients"][0]["iframe"]
        assert frame.startswith("<iframe src=")
        assert frame.endswith("</iframe>")
        assert "<script" not in frame
