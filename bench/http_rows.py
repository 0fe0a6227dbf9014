"""The HTTP part: four endpoints against the peer and the limit, interleaved, one server measured at a time."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path

from bench import data, same
from bench.fleet import Fleet, Say
from bench.load import Run, run
from bench.servers import Server, ask
from bench.stats import Figures, Row, figures

ROWS = (
    Row(name="GET user", kind="user", wanted_peer=15, wanted_limit=0.35),
    Row(name="GET conference", kind="conference", wanted_peer=18, wanted_limit=0.35),
    Row(name="list of 200 users", kind="list", peer_seconds=5, wanted_peer=30, wanted_limit=0.30),
    Row(name="GET user, always the same", kind="user", hot=True),
    Row(name="GET conference, always the same", kind="conference", hot=True),
    Row(name="list of 200 users, always the same page", kind="list", hot=True, peer_seconds=5),
    Row(name="GET user, 10 accounts a second created", kind="user", writes_per_second=10, cheap_hash=True),
    Row(
        name="list of 200 users, 10 accounts a second created",
        kind="list",
        writes_per_second=10,
        cheap_hash=True,
        peer_seconds=5,
    ),
    Row(name="POST user, cheap hash", script="post", cheap_hash=True, wanted_peer=10, wanted_limit=0.15),
    Row(name="POST user, Argon2id as in real life", script="post", seconds=5, peer_seconds=5),
)
_ORDER = ("rostrum", "peer", "limit", "again")
_MANY = 20_000


class Bench:
    """Measures rows on a fleet."""

    def __init__(self, fleet: Fleet, rounds: int, scale: int, say: Say) -> None:
        self._fleet = fleet
        self._rounds = rounds
        self._scale = scale
        self._say = say
        self._numbers = count(1)

    def check(self) -> None:
        """Raise DifferentAnswersError unless Rostrum and the peer answer alike, cheap hash or not."""
        self._forget_new()
        for ours, peer in (("rostrum", "peer"), ("rostrum-cheap", "peer-cheap")):
            servers = self._fleet.servers
            kinds = ("user", "conference", "list") if ours == "rostrum" else ("user", "list")
            same.check(servers[ours], servers[peer], self._fleet.token, f"new{next(self._numbers)}", kinds)
        self._forget_new()
        self._say("Rostrum and the peer give the same answers")

    def measure(self, row: Row) -> Figures:
        """All rounds of a row; the order of servers is turned round in every other round."""
        paths = self._paths(row)
        self._warm_up(row, paths)
        runs: dict[str, list[Run]] = {name: [] for name in _ORDER}
        for number in range(self._rounds):
            for name in _ORDER if number % 2 == 0 else reversed(_ORDER):
                runs[name].append(self._one(row, name, paths, number))
        found = figures(row, runs)
        self._say(
            f"{row.name}: {found.to_peer} times the peer, {found.to_limit} of the limit,"
            f" control {found.control}, failures {found.failures}"
        )
        return found

    def _one(self, row: Row, name: str, paths: Path, number: int) -> Run:
        server = self._server(row, name)
        seconds = self._scale * {"peer": row.peer_seconds, "limit": 1}.get(name, row.seconds)
        prefix = f"new{next(self._numbers)}x"
        with self._writing(server, row.writes_per_second):
            done = run(server, row.script, paths, seconds, offset=number * 1009, prefix=prefix)
        if row.script == "post" or row.writes_per_second:
            self._forget_new()
        return done

    def _server(self, row: Row, name: str) -> Server:
        kind = "rostrum" if name == "again" else name
        return self._fleet.servers[f"{kind}-cheap" if row.cheap_hash and kind != "limit" else kind]

    def _paths(self, row: Row) -> Path:
        token = self._fleet.token
        wanted = data.get_paths(row.kind, token, _MANY, hot=row.hot) if row.script == "get" else [data.post_path(token)]
        path = self._fleet.folder / "paths"
        path.write_text("\n".join(wanted) + "\n")
        return path

    def _warm_up(self, row: Row, paths: Path) -> None:
        if row.script == "get" and not row.hot:
            for address in data.all_paths(row.kind, self._fleet.token):
                self._server(row, "rostrum").get(address)
        for name in ("rostrum", "peer", "limit"):
            run(self._server(row, name), row.script, paths, 1, prefix=f"new{next(self._numbers)}w")
        self._forget_new()

    @contextmanager
    def _writing(self, server: Server, per_second: int) -> Iterator[None]:
        """Create accounts at a steady pace meanwhile."""
        if not per_second:
            yield
            return
        over = threading.Event()

        def write() -> None:
            while not over.wait(1 / per_second):
                body = json.dumps(data.new_user(f"new{next(self._numbers)}t")).encode()
                ask(server.port, "POST", data.post_path(self._fleet.token), body)

        writer = threading.Thread(target=write)
        writer.start()
        try:
            yield
        finally:
            over.set()
            writer.join()

    def _forget_new(self) -> None:
        """Delete what was posted behind the servers' backs, so that every run meets the same number of accounts."""
        for name, file, table in _DATABASES:
            path = self._fleet.folder / name / file
            with closing(sqlite3.connect(path, timeout=20)) as connection, connection:
                connection.execute(f"DELETE FROM {table} WHERE id LIKE 'new%'")


_DATABASES = (
    ("rostrum", "rostrum.db", "users"),
    ("rostrum-cheap", "rostrum.db", "users"),
    ("peer", "peer.db", "peer_drf_user"),
    ("peer-cheap", "peer.db", "peer_drf_user"),
)
