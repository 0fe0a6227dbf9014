"""What several processes of one server owe to the people who do not know that there are several."""

from __future__ import annotations

import json
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from rostrum.meetings import sockets
from tests.cluster.conftest import Pair
from tests.support.redis import RedisServer
from tests.support.server import Server, running_server
from tests.support.smtp import smtp_sink

V = "/api/v3.10"
PASSWORD = "secret-password"


def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def person(server: Server, login: str, **fields: Any) -> str:
    """A new account; its access token."""
    body = {"login_name": login, "password": PASSWORD, **fields}
    assert server.call("POST", f"{V}/users", json=body).status_code == 200
    return token(server, login)


def token(server: Server, login: str) -> str:
    grant = {"grant_type": "password", "client_id": "trueconf_server_users", "username": login, "password": PASSWORD}
    return str(server.http.post("/oauth2/v1/token", json=grant).json()["access_token"])


@contextmanager
def page_of(server: Server, token: str) -> Iterator[ClientConnection]:
    """A signed-in page's socket."""
    with connect(f"{server.url.replace('http', 'ws')}/api/web/socket") as page:
        page.send(json.dumps({"type": "hello", "token": token}))
        assert json.loads(page.recv(20))["type"] == "welcome"
        yield page


def statuses(login: str, *servers: Server) -> list[int]:
    return [one.call("GET", f"{V}/users/{login}").json()["user"]["status"] for one in servers]


def closing_code(page: ClientConnection, seconds: float) -> int | None:
    """Read until the server ends the socket; None: it did not."""
    deadline = time.monotonic() + seconds
    with suppress(ConnectionClosed, TimeoutError):
        while True:
            page.recv(max(0.1, deadline - time.monotonic()))
    return page.close_code


def conference(server: Server, owner: str, **fields: Any) -> str:
    answer = server.call("POST", f"{V}/conferences", json={"topic": "T", "owner": owner, **fields})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["conference"]["id"])


def calls(server: Server, conference_id: str) -> list[dict[str, Any]]:
    listed = server.call("GET", f"{V}/logs/calls", params={"named_conf_id": conference_id})
    return list(listed.json()["list"])


def test_what_one_process_is_told_reaches_the_pages_of_the_other(pair: Pair) -> None:
    """Sooner than the heartbeat, which looks every 20 s, would find it."""
    a, b = pair
    ann = person(a, "ann")
    with page_of(a, ann) as page:
        assert statuses("ann", a, b) == [1, 1]
        assert b.call("POST", f"{V}/users/ann/disconnect").json() == {"state": "disconnecting"}
        assert json.loads(page.recv(10)) == {"type": "disconnected"}
        assert closing_code(page, 15) == sockets.ENDED
    assert statuses("ann", a, b) == [0, 0]
    with page_of(a, ann), page_of(b, ann):
        assert statuses("ann", a, b) == [1, 1]
    until(lambda: statuses("ann", a, b) == [0, 0])


def test_pages_come_back_after_redis_was_away(pair: Pair, redis: RedisServer) -> None:
    a, b = pair
    bob = person(a, "bob")
    with page_of(a, bob) as page:
        redis.stop()
        until(lambda: "bus: " in str(b.http.get("/health/ready").json().get("warning")))
        assert b.http.get("/health/ready").status_code == 200, "one process works without it"
        assert statuses("bob", a, b) == [1, 1]
        redis.start()
        assert closing_code(page, 30) == sockets.TOO_MUCH, "the page may have missed something"
    until(lambda: all("warning" not in one.http.get("/health/ready").json() for one in pair))
    with page_of(a, bob) as page:
        b.call("POST", f"{V}/users/bob/disconnect")
        assert json.loads(page.recv(10)) == {"type": "disconnected"}


def test_a_process_that_dies_ends_no_meetings_and_leaves_nobody_behind(pair: Pair) -> None:
    a, b = pair
    carol = person(a, "carol")
    meeting = conference(a, "carol")
    assert b.call("POST", f"{V}/conferences/{meeting}/run").json() == {"state": "running"}
    with page_of(b, carol):
        assert statuses("carol", a) == [1]
        b.kill()
    until(lambda: statuses("carol", a) == [0], 30)
    assert calls(a, meeting)[0]["end_time"] is None
    b.restart()
    assert [call["end_time"] for call in calls(b, meeting)] == [None]
    b.process.send_signal(signal.SIGTERM)
    b.process.wait(30)
    assert calls(a, meeting)[0]["end_time"] is None, "an orderly end of one is not the end either"
    b.restart()
    for one in (a, b):
        one.kill()
    a.restart()
    assert [call["term_reason"] for call in calls(a, meeting)] == [6]


def test_a_conference_starts_once_though_one_process_dies(pair: Pair) -> None:
    a, b = pair
    person(a, "dora")
    start = int(time.time()) + 4
    schedule = {"type": 1, "start_time": start, "duration": 600}
    wanted = [conference(pair[n % 2], "dora", schedule=schedule) for n in range(20)]
    while time.time() < start + 0.2:
        time.sleep(0.02)
    b.kill()
    until(lambda: all(calls(a, one) for one in wanted))
    assert Counter(len(calls(a, one)) for one in wanted) == {1: 20}
    assert all(call["end_time"] is None for one in wanted for call in calls(a, one))


def test_no_letter_is_lost_when_the_process_dies_that_is_sending_it(
    tmp_path: Path, database_url: str, redis: RedisServer
) -> None:
    """The other one knows within seconds that the lease means nothing any more."""
    with smtp_sink() as sink:
        flags = ["--bus-url", redis.url, "--mail-host", "127.0.0.1", "--mail-port", str(sink.port)]
        flags += ["--mail-security", "none"]
        with (
            running_server(tmp_path / "a", "off", flags, database_url) as a,
            running_server(tmp_path / "b", "off", flags, database_url) as b,
        ):
            a.admin_token = b.admin_token
            person(a, "eve", email="eve@example.org")
            sink.hold = True
            guests = [f"guest{n}@example.org" for n in range(12)]
            given = [{"id": one} for one in guests]
            conference(a, "eve", allow_guests=True, max_guests=50, invitations=[{"id": "eve"}, *given])
            until(lambda: sink.held >= 2)  # each process waits for the mail server with one letter
            os.kill(b.process.pid, signal.SIGKILL)
            b.process.wait()
            sink.hold = False
            until(lambda: set(guests) <= set(sink.recipients))
            time.sleep(2)
    arrived = Counter(sink.recipients)
    assert set(arrived) == set(guests)
    assert sum(arrived.values()) <= len(guests) + 1, "only what was being sent may come twice"


@pytest.mark.parametrize("how", ["deleted", "switched off"])
def test_an_account_that_ends_on_one_ends_on_the_other(pair: Pair, how: str) -> None:
    a, b = pair
    fay = person(a, "fay")
    with page_of(a, fay) as page:
        if how == "deleted":
            b.call("DELETE", f"{V}/users/fay")
        else:
            b.call("PUT", f"{V}/users/fay", json={"is_active": 0})
        assert closing_code(page, 10) == sockets.ENDED
    assert a.http.get("/api/web/me", headers={"Authorization": f"Bearer {fay}"}).status_code == 403
