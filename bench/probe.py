"""Timing single requests over one connection: for answers that take long enough that a load generator says no more.

Servers run on one core and this on another; what is compared is measured in turn, one round after the other.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from statistics import median
from typing import TYPE_CHECKING

from msgspec import Struct

from bench.servers import LOAD_CORE, Server
from bench.stats import Spread, spread

if TYPE_CHECKING:
    from collections.abc import Iterator

_LEAST_REQUESTS = 3
_MOST_REQUESTS = 40
_ENOUGH_S = 0.4

Ask = Callable[[HTTPConnection], None]


class Probe(Struct, frozen=True):
    """One thing that is asked of one server."""

    server: Server
    ask: Ask


class Timed(Struct, kw_only=True):
    """What one probe came to, over the rounds."""

    ms: Spread
    cpu_ms: Spread
    rounds: list[float]
    """The median of each round, milliseconds."""
    cpu_rounds: list[float]
    """CPU time of the server for a request in each round, milliseconds: other work on the machine hardly changes it."""


@contextmanager
def on_load_core() -> Iterator[None]:
    """Keep this process off the servers' core meanwhile."""
    everywhere = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {LOAD_CORE})
    try:
        yield
    finally:
        os.sched_setaffinity(0, everywhere)


def get(address: str) -> Ask:
    """A GET that has to answer 200."""
    return lambda connection: check(connection, "GET", address)


def check(connection: HTTPConnection, method: str, address: str, body: bytes | None = None) -> bytes:
    """One request; its body. Raises RuntimeError unless it answers 200."""
    connection.request(method, address, body, {"Content-Type": "application/json"} if body else {})
    answer = connection.getresponse()
    found = answer.read()
    if answer.status != 200:
        message = f"{method} {address.partition('?')[0]} answers {answer.status}: {found[:500]!r}"
        raise RuntimeError(message)
    return found


def in_turn(probes: Mapping[str, Probe], rounds: int) -> dict[str, Timed]:
    """Measure every probe in every round, in an order that is turned round every other time; after one to warm up."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in probes}
    for number in range(-1, rounds):
        for name in list(probes) if number % 2 == 0 else reversed(list(probes)):
            one = _round(probes[name])
            if number >= 0:
                found[name].append(one)
    return {name: _timed(rounds_of) for name, rounds_of in found.items()}


def ratio(one: Timed, other: Timed) -> Spread:
    """How many times the other's time one takes, round by round."""
    return _ratio(one.rounds, other.rounds)


def cpu_ratio(one: Timed, other: Timed) -> Spread:
    """How many times the other's CPU time one takes, round by round."""
    return _ratio(one.cpu_rounds, other.cpu_rounds)


def first_ms(probe: Probe) -> float:
    """How long the very first request takes, milliseconds."""
    connection = HTTPConnection("127.0.0.1", probe.server.port, timeout=120)
    try:
        return _one_ms(probe.ask, connection)
    finally:
        connection.close()


def busy() -> float:
    """Processes that wanted a core in the last minute: with nothing else at work, below 0.5 before a part begins."""
    return os.getloadavg()[0]


def _timed(rounds: Sequence[tuple[float, float]]) -> Timed:
    times, cpu = [one[0] for one in rounds], [one[1] for one in rounds]
    return Timed(ms=spread(times), cpu_ms=spread(cpu), rounds=times, cpu_rounds=cpu)


def _ratio(one: Sequence[float], other: Sequence[float]) -> Spread:
    return spread([a / max(b, 1e-9) for a, b in zip(one, other, strict=True)])


def _round(probe: Probe) -> tuple[float, float]:
    """The median time and the mean CPU time of a request, milliseconds."""
    connection = HTTPConnection("127.0.0.1", probe.server.port, timeout=120)
    try:
        times: list[float] = []
        before = probe.server.cpu_ns()
        while len(times) < _LEAST_REQUESTS or (sum(times) < _ENOUGH_S * 1000 and len(times) < _MOST_REQUESTS):
            times.append(_one_ms(probe.ask, connection))
        return median(times), (probe.server.cpu_ns() - before) / 1e6 / len(times)
    finally:
        connection.close()


def _one_ms(ask: Ask, connection: HTTPConnection) -> float:
    begin = time.perf_counter()
    ask(connection)
    return (time.perf_counter() - begin) * 1000


def address(path: str, token: str, given: Sequence[tuple[str, object]] = ()) -> str:
    """A path of the newest version with its query."""
    query = "".join(f"&{name}={value}" for name, value in given)
    return f"/api/v3.10/{path}?access_token={token}{query}"
