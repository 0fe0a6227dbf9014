"""The part `conferences`: a list with long invitations, creating one, and running and ending one.

Rostrum keeps no answers here: what is measured is how one is made.
"""

from __future__ import annotations

import json
import shutil
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from typing import Any

import msgspec

from bench import compare, data, probe, same
from bench.compare import Compared, Pair
from bench.fleet import Fleet, Say, prepared, secret_key, seed_peer
from bench.probe import Ask, Probe
from bench.servers import Server, ask, rostrum

CONFERENCES = 200
INVITED = 200
_PEER = "Django REST Framework"
_LIMIT = "a bare function"
_LIST = [("page_size", CONFERENCES), ("page_id", 1)]
_RUN, _STOP = "conferences/run0/run", "conferences/run0/stop"
_CREATE = "creating a conference with 10 invitations"


def measure(folder: Path, rounds: int, say: Say) -> list[Compared]:
    """Fill Rostrum and the peer alike, check that they answer alike, and measure them and the limit in turn."""
    fleet = Fleet(folder, "")
    try:
        _start(fleet, say)
        _check(fleet)
        found = compare.measured(_probes(fleet), _pairs(), rounds)
    finally:
        for server in fleet.servers.values():
            server.stop()
        shutil.rmtree(folder)
    for row in found:
        say(f"{row.name}: {row.ratio} times {row.against}")
    return found


def _start(fleet: Fleet, say: Say) -> None:
    own = prepared(fleet.folder / "rostrum")
    fleet.token = secret_key(own)
    ours = fleet.start_rostrum("rostrum", [rostrum()], ROSTRUM_LIMITS_ANSWER_CACHE="0")
    say(f"creating {CONFERENCES} conferences with {INVITED} invitations each")
    shown = [_posted(fleet, ours, _body(f"big{number:03d}", number, INVITED)) for number in range(CONFERENCES)]
    _posted(fleet, ours, _body("run0", 0, 10) | {"schedule": {"type": -1}})
    answers = {
        _address(fleet, "conferences", _LIST): ours.get(_address(fleet, "conferences", _LIST))[1],
        _address(fleet, "conferences"): json.dumps({"conference": shown[0]}).encode(),
        _address(fleet, _RUN): b'{"state":"running"}',
        _address(fleet, _STOP): b'{"state":"stopped"}',
        data.all_paths("user", fleet.token)[0]: b"{}",
    }
    (fleet.folder / "answers").write_bytes(msgspec.msgpack.encode(answers))
    (fleet.folder / "conferences.json").write_bytes(msgspec.json.encode(shown))
    (fleet.folder / "peer").mkdir()
    seed_peer(fleet, "peer")
    fleet.start_peer("peer", "Argon2")
    fleet.start_limit(fleet.folder / "answers")


def _body(identity: str, number: int, invited: int) -> dict[str, Any]:
    """A conference as a client would post it, with the first so many accounts after a place of its own."""
    logins = [data.user_id((number * 31 + step) % data.USERS) for step in range(1, invited)]
    given = data.conference(number)
    owner = given["owner"]
    listed = [{"id": login, "display_name": data.display_name(login)} for login in dict.fromkeys([owner, *logins])]
    size = {"type": 3, "max_participants": invited + 1} if invited > given["max_participants"] else {}
    return given | {"id": identity, "invitations": listed} | size


def _posted(fleet: Fleet, server: Server, body: dict[str, Any]) -> dict[str, Any]:
    status, answer = ask(server.port, "POST", _address(fleet, "conferences"), json.dumps(body).encode())
    if status != 200:
        message = f"{server.name}: POST /conferences answers {status}: {answer[:500]!r}"
        raise RuntimeError(message)
    made: dict[str, Any] = json.loads(answer)["conference"]
    return made


def _address(fleet: Fleet, path: str, given: list[tuple[str, int]] | None = None) -> str:
    return probe.address(path, fleet.token, given or [])


def _check(fleet: Fleet) -> None:
    """Raise DifferentAnswersError unless Rostrum and the peer create and list alike, but for the time of creation."""
    body = _body("same", 3, 10)
    ours, peers = (_posted(fleet, fleet.servers[name], body) | {"created_at": 0} for name in ("rostrum", "peer"))
    listed = [json.loads(fleet.servers[name].get(_address(fleet, "conferences", _LIST))[1]) for name in _SERVERS]
    for one in listed:
        one.pop("cnt")  # one more in Rostrum: the one that is run and ended
    found = same.differences(ours, peers) + same.differences(*listed)
    if found:
        raise same.DifferentAnswersError("; ".join(found[:5]))


_SERVERS = ("rostrum", "peer")


def _probes(fleet: Fleet) -> dict[str, Probe]:
    servers = fleet.servers
    listing = probe.get(_address(fleet, "conferences", _LIST))
    numbers = count()
    found = {f"list {name}": Probe(servers[name], listing) for name in (*_SERVERS, "limit")}
    found |= {f"create {name}": Probe(servers[name], _creating(fleet, numbers)) for name in (*_SERVERS, "limit")}
    return found | {f"run {name}": Probe(servers[name], _running(fleet)) for name in ("rostrum", "limit")}


def _creating(fleet: Fleet, numbers: count[int]) -> Ask:
    address = _address(fleet, "conferences")

    def create(connection: HTTPConnection) -> None:
        number = next(numbers)
        body = json.dumps(_body(f"new{number}", number % 1000, 10)).encode()
        probe.check(connection, "POST", address, body)

    return create


def _running(fleet: Fleet) -> Ask:
    run, stop = _address(fleet, _RUN), _address(fleet, _STOP)

    def run_and_stop(connection: HTTPConnection) -> None:
        probe.check(connection, "POST", run, b"{}")
        probe.check(connection, "POST", stop, b"{}")

    return run_and_stop


def _pairs() -> list[Pair]:
    listed = f"list of {CONFERENCES} conferences with {INVITED} invitations each"
    return [
        Pair(name=listed, ours="list rostrum", against=_PEER, other="list peer"),
        Pair(name=listed, ours="list rostrum", against=_LIMIT, other="list limit"),
        Pair(name=_CREATE, ours="create rostrum", against=_PEER, other="create peer"),
        Pair(name=_CREATE, ours="create rostrum", against=_LIMIT, other="create limit"),
        Pair(name="running and ending a conference", ours="run rostrum", against=_LIMIT, other="run limit"),
    ]
