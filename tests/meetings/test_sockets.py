"""Presence from real connections, and ending them."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from rostrum.accounts.users import presence
from rostrum.meetings import connections, sockets
from rostrum.meetings.connections import topic
from rostrum.oauth import store
from tests.support.api import Api
from tests.support.meeting import WrittenEngine, join, quoted, run, seen, stop
from tests.support.server import running_server
from tests.support.sockets import Socket

VERSIONS = [f"v3.{minor}" for minor in range(1, 11)]


def status(api: Api, login: str) -> int:
    return int(api.get(f"/api/v3.10/users/{login}", token=api.secret_key).json()["user"]["status"])


def test_whoever_has_a_page_open_is_online(hall: Api) -> None:
    login, token = hall.new_user()
    assert status(hall, login) == 0
    first = Socket(hall, token)
    second = Socket(hall, token)
    assert status(hall, login) == 1
    first.close()
    assert status(hall, login) == 1
    second.close()
    assert status(hall, login) == 0


@pytest.mark.parametrize("as_owner", [False, True])
def test_busy_in_a_meeting_and_multihost_in_an_own_one(hall: Api, engine: WrittenEngine, as_owner: bool) -> None:
    login, token = hall.new_user()
    made = hall.new_conference(**({"owner": login} if as_owner else {}))
    page = Socket(hall, token)
    run(hall, made["id"])
    place = join(hall, made["id"], token=token)
    assert status(hall, login) == 1
    seen(hall, place)
    assert status(hall, login) == (5 if as_owner else 2)
    stop(hall, made["id"])
    assert status(hall, login) == 1
    page.close()
    assert status(hall, login) == 0


def test_a_page_that_closes_in_a_meeting_changes_nothing(hall: Api, engine: WrittenEngine) -> None:
    login, token = hall.new_user()
    made = hall.new_conference()
    page = Socket(hall, token)
    run(hall, made["id"])
    seen(hall, join(hall, made["id"], token=token))
    page.close()
    assert status(hall, login) == 2


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"type": "hello", "token": "unknown"}, sockets.TOKEN_INVALID),
        ({"type": "hello", "token": 5}, sockets.NO_HELLO),
        ({"type": "hello"}, sockets.NO_HELLO),
        ({"type": "other"}, sockets.NO_HELLO),
        ("no json", sockets.NO_HELLO),
        ("[]", sockets.NO_HELLO),
        ("[" * 4000, sockets.NO_HELLO),
        ("x" * 5000, sockets.TOO_LONG),
    ],
)
def test_who_does_not_say_hello_is_shown_out(hall: Api, said: Any, code: int) -> None:
    page = Socket(hall)
    page.send(said)
    assert page.read() == {"closed": code}
    assert page.is_over()


def test_tokens_that_are_no_users_sign_in_hold_no_socket(hall: Api) -> None:
    """An application's, an expired one, and the ones of join links."""
    login, _token = hall.new_user()
    made = hall.new_conference()
    query = {"call_id": made["id"], "user": login}
    clients = hall.get("/api/v3.10/software/clients", token=hall.secret_key, params=query).json()["clients"]
    link = clients[0]["web_url"].partition("token=")[2].partition("&")[0]
    for token in (hall.secret_key, hall.token(), hall.expired_token(), link):
        page = Socket(hall)
        page.send({"type": "hello", "token": token})
        assert page.read() == {"closed": sockets.TOKEN_INVALID}
    assert status(hall, login) == 0


def test_what_a_page_says_later_is_passed_over_unless_it_is_too_long(hall: Api) -> None:
    _login, token = hall.new_user()
    page = Socket(hall, token)
    for said in ("no json", {"type": "unknown"}, "[]", "\ud83d"):
        page.send(said)
    page.send("x" * 5000)
    assert page.read() == {"closed": sockets.TOO_LONG}


def test_a_user_holds_a_bounded_number_of_them(hall: Api) -> None:
    _login, token = hall.new_user()
    pages = [Socket(hall, token) for _number in range(20)]
    one_more = Socket(hall)
    one_more.send({"type": "hello", "token": token})
    assert one_more.read() == {"closed": sockets.TOO_MUCH}
    for page in pages:
        page.close()
    Socket(hall, token).close()


def test_what_is_published_to_a_user_reaches_all_pages(hall: Api) -> None:
    login, token = hall.new_user()
    pages = [Socket(hall, token) for _number in range(2)]

    async def publish() -> None:
        hall.app.bus.publish(topic(login), {"type": "call", "from": "somebody"})

    hall.wait(publish())
    assert [page.read() for page in pages] == [{"type": "call", "from": "somebody"}] * 2
    for page in pages:
        page.close()


def test_a_page_that_does_not_read_is_let_go(hall: Api) -> None:
    login, token = hall.new_user()
    page = Socket(hall, token)

    async def publish() -> None:
        for number in range(500):
            hall.app.bus.publish(topic(login), {"type": "flood", "number": number})

    hall.wait(publish())
    while "closed" not in (message := page.read()):
        assert message["type"] == "flood"
    assert message == {"closed": sockets.TOO_MUCH}


@pytest.mark.parametrize("version", VERSIONS)
def test_disconnect_ends_connections_and_participations(hall: Api, engine: WrittenEngine, version: str) -> None:
    login, token = hall.new_user()
    made = hall.new_conference()
    session = run(hall, made["id"])
    seen(hall, join(hall, made["id"], token=token))
    page = Socket(hall, token)
    answer = hall.post(f"/api/{version}/users/{login.upper()}/disconnect", token=hall.secret_key, content=b'""')
    assert (answer.status_code, answer.json()) == (200, {"state": "disconnecting"})
    assert status(hall, login) == 0
    assert page.read() == {"type": "disconnected"}
    assert page.read() == {"closed": sockets.ENDED}
    listed = hall.get(f"/api/v3.10/conference-sessions/{quoted(session)}/participants", token=hall.secret_key)
    assert listed.json()["participants"] == []
    assert hall.get("/api/web/me", token=token).status_code == 200
    assert hall.post(f"/api/{version}/users/{login}/disconnect", token=hall.secret_key).status_code == 200


@pytest.mark.parametrize("end", ["switched off", "deleted"])
def test_an_account_that_ends_ends_its_connections(hall: Api, engine: WrittenEngine, end: str) -> None:
    login, token = hall.new_user()
    page = Socket(hall, token)
    address = f"/api/v3.10/users/{login}"
    if end == "deleted":
        hall.delete(address, token=hall.secret_key)
    else:
        shown = hall.put(address, token=hall.secret_key, json={"is_active": 0}).json()["user"]
        assert (shown["is_active"], shown["status"]) == (0, 0)
    assert page.read() == {"type": "disconnected"}
    assert page.read() == {"closed": sockets.ENDED}
    again = Socket(hall)
    again.send({"type": "hello", "token": token})
    assert again.read() == {"closed": sockets.TOKEN_INVALID}


def test_a_new_password_closes_the_sockets_of_the_sign_ins_that_end(hall: Api) -> None:
    """At once, and only those; the pages that stay see nothing of it."""
    login = f"changing{time.monotonic_ns()}"
    body = {"login_name": login, "password": "secret-password"}
    assert hall.post("/api/v3.10/users", token=hall.secret_key, json=body).status_code == 200
    here, there = hall.user_token(login, "secret-password"), hall.user_token(login, "secret-password")
    stays, goes = Socket(hall, here), Socket(hall, there)
    body = {"password": "secret-password", "new_password": "another password"}
    assert hall.put("/api/web/me/password", token=here, json=body).status_code == 200
    assert goes.read() == {"closed": sockets.TOKEN_INVALID}
    assert stays.read() == {"type": "ping"}
    changed = hall.put(f"/api/v3.10/users/{login}", token=hall.secret_key, json={"password": "a third password"})
    assert changed.status_code == 200
    assert stays.read() == {"closed": sockets.TOKEN_INVALID}
    assert status(hall, login) == 0


def test_the_heartbeat(hall: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """It tells the page that the line is good, and finds what another process has ended."""
    monkeypatch.setattr(sockets, "BEAT_S", 0.05)
    login, token = hall.new_user()
    page = Socket(hall, token)
    assert page.read() == page.read() == {"type": "ping"}
    hall.run(lambda db: presence.disconnect_user(db, login))
    while "closed" not in (message := page.read()):
        assert message == {"type": "ping"}
    assert message == {"closed": sockets.ENDED}
    assert status(hall, login) == 0


def test_the_heartbeat_finds_a_token_that_is_no_longer_good(hall: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "BEAT_S", 0.05)
    login = hall.post(
        "/api/v3.10/users", token=hall.secret_key, json={"login_name": "beating", "password": "secret-password"}
    ).json()["user"]["id"]
    token = hall.user_token(login, "secret-password")
    page = Socket(hall, token)

    hall.run(lambda db: store.delete_tokens_of_user(db, login))
    while "closed" not in (message := page.read()):
        assert message == {"type": "ping"}
    assert message == {"closed": sockets.TOKEN_INVALID}


def test_connections_of_a_dead_process_count_for_nothing(hall: Api) -> None:
    login, _token = hall.new_user()
    hall.run(lambda db: connections.open_one(db, "f" * 32, login, "a-dead-node"))
    assert status(hall, login) == 1
    hall.run(connections.close_of_dead_nodes)
    assert status(hall, login) == 0


def test_with_a_real_server(tmp_path: Path, database_url: str) -> None:
    """A socket over TCP; after kill -9 and a new start nobody is online who is not there."""
    with running_server(tmp_path / "data", media="off", database_url=database_url) as server:
        body = {"login_name": "ann", "password": "secret-password"}
        assert server.call("POST", "/api/v3.10/users", json=body).status_code == 200
        grant = {"grant_type": "password", "client_id": "trueconf_server_users", "username": "ann"}
        token = server.http.post("/oauth2/v1/token", json=grant | {"password": "secret-password"}).json()[
            "access_token"
        ]

        def state() -> int:
            return int(server.call("GET", "/api/v3.10/users/ann").json()["user"]["status"])

        address = f"{server.url.replace('http', 'ws')}/api/web/socket"
        with connect(address) as page:
            page.send(f'{{"type": "hello", "token": "{token}"}}')
            assert page.recv(30) == '{"type":"welcome","user_id":"ann"}'
            assert state() == 1
            assert server.call("POST", "/api/v3.10/users/ann/disconnect").json() == {"state": "disconnecting"}
            assert page.recv(30) == '{"type":"disconnected"}'
            with pytest.raises(ConnectionClosed) as closed:
                page.recv(30)
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == sockets.ENDED
        with connect(address) as page:
            page.send(f'{{"type": "hello", "token": "{token}"}}')
            page.recv(30)
            assert state() == 1
            server.kill()
        server.restart()
        assert state() == 0
        with connect(address) as page:
            page.send(f'{{"type": "hello", "token": "{token}"}}')
            page.recv(30)
            assert state() == 1
        deadline = time.monotonic() + 15  # before the heartbeat would find it
        while state() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert state() == 0
