"""All the servers of a measurement, filled with the same data, up at the same time on one core."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from bench import data, limit, seed_rostrum
from bench.servers import ROOT, Server, ask, free_port, rostrum, start, wait_until

Say = Callable[[str], None]
_OURS = {"ROSTRUM_SERVER_NAME": data.SERVER_NAME, "ROSTRUM_LOG_LEVEL": "warning"}


class Fleet:
    """Servers by name: rostrum, peer, limit, and the first two with a cheap password hash."""

    def __init__(self, folder: Path, token: str) -> None:
        self.folder = folder
        self.token = token
        self.servers: dict[str, Server] = {}

    def start_rostrum(self, name: str, module: list[str], **settings: str) -> Server:
        """Start Rostrum without the engine on the data folder of this name, with more settings by their variables."""
        port = free_port()
        folder = self.folder / name
        command = [*module, "serve", "--port", str(port), "--data-dir", str(folder), "--media", "off"]
        return self._add(name, port, command, _OURS | settings, "/health/ready")

    def start_peer(self, name: str, hasher: str) -> Server:
        """Start the peer. One process of one thread is its fastest form on one core (1, 4, 16 threads and 2
        processes were tried: with 4 threads the list of accounts takes twice the time).
        """
        port = free_port()
        command = [
            sys.executable, "-m", "gunicorn", "bench.peer_drf.wsgi:application", "--bind", f"127.0.0.1:{port}",
            "--worker-class", "gthread", "--workers", "1", "--threads", "1", "--keep-alive", "75",
            "--log-level", "warning",
        ]  # fmt: skip
        env = {
            "PEER_DATA": str(self.folder / name),
            "PEER_HASHER": f"bench.peer_drf.hashers.{hasher}",
            "PEER_SERVER_NAME": data.SERVER_NAME,
        }
        return self._add(name, port, command, env, data.all_paths("user", self.token)[0])

    def start_limit(self, answers: Path) -> Server:
        """Start the bare function that gives `answers` back."""
        port = free_port()
        command = [sys.executable, "-m", "bench.limit", str(port)]
        ready = data.all_paths("user", self.token)[0]
        return self._add("limit", port, command, {limit.ANSWERS: str(answers)}, ready)

    def _add(self, name: str, port: int, command: list[str], env: dict[str, str], ready: str) -> Server:
        server = start(name, command, port, self.folder / f"{name}.log", env)
        self.servers[name] = server
        wait_until(server, ready)
        return server


@contextmanager
def fleet(folder: Path, say: Say) -> Iterator[Fleet]:
    """Fill and start every server; all are stopped at the end."""
    say(f"filling Rostrum with {data.USERS} accounts")
    own = prepared(folder / "rostrum")
    shutil.copytree(own, folder / "rostrum-cheap")
    running = Fleet(folder, secret_key(own))
    shutil.copy(own / "rostrum.db", folder / "rostrum-cheap")
    try:
        _start_all(running, say)
        yield running
    finally:
        for server in running.servers.values():
            server.stop()


def prepared(folder: Path) -> Path:
    """A data folder with the tables and the accounts."""
    seed_rostrum.seed(empty(folder))
    return folder


def empty(folder: Path) -> Path:
    """A data folder with the tables."""
    folder.mkdir(parents=True)
    command(folder, "db", "upgrade")
    return folder


def command(folder: Path, *words: str) -> str:
    """Run a command of Rostrum on a data folder; its output."""
    done = subprocess.run(
        [rostrum(), *words, "--data-dir", str(folder)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=120,
    )
    if done.returncode:
        message = f"rostrum {' '.join(words)} failed: {done.stderr}"
        raise RuntimeError(message)
    return done.stdout


def secret_key(folder: Path) -> str:
    """A new secret key of the server on a data folder."""
    return str(json.loads(command(folder, "key", "create"))["access_token"])


def _start_all(running: Fleet, say: Say) -> None:
    ours = running.start_rostrum("rostrum", [rostrum()])
    say(f"creating {data.CONFERENCES} conferences through the API")
    seed_rostrum.post_conferences(ours, running.token)
    say("keeping every answer for the limit and the peer")
    answers, conferences = _answers(ours, running.token)
    (running.folder / "answers").write_bytes(msgspec.msgpack.encode(answers))
    (running.folder / "conferences.json").write_bytes(msgspec.json.encode(conferences))
    say("filling the peer")
    for name in ("peer", "peer-cheap"):
        (running.folder / name).mkdir()
        seed_peer(running, name)
    running.start_peer("peer", "Argon2")
    running.start_limit(running.folder / "answers")
    running.start_rostrum("rostrum-cheap", [sys.executable, "-m", "bench.rostrum_cheap"])
    running.start_peer("peer-cheap", "CheapHasher")


def _answers(ours: Server, token: str) -> tuple[dict[str, bytes], list[object]]:
    answers: dict[str, bytes] = {}
    conferences = []
    for kind in ("user", "list", "conference"):
        for address in data.all_paths(kind, token):
            status, body = ours.get(address)
            if status != 200:
                message = f"{address.partition('?')[0]} answers {status}: {body[:500].decode()}"
                raise RuntimeError(message)
            answers[address] = body
            if kind == "conference":
                conferences.append(json.loads(body)["conference"])
    posted = json.dumps(data.new_user("new0limit")).encode()
    address = data.post_path(token)
    answers[address] = ask(ours.port, "POST", address, posted)[1]
    return answers, conferences


def seed_peer(running: Fleet, name: str) -> None:
    """Fill the peer's folder of this name with the accounts and with what stands in `conferences.json`."""
    conferences = str(running.folder / "conferences.json")
    subprocess.run(
        [sys.executable, "-m", "bench.peer_drf.seed", running.token, conferences],
        check=True,
        cwd=ROOT,
        env={"PEER_DATA": str(running.folder / name), "PYTHONPATH": str(ROOT)},
        timeout=300,
    )
