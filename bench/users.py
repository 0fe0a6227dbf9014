"""The part `users`: first and last page of the accounts, and a part of a name, with ten thousand and a million of them.

Rostrum keeps no answers here: what is measured is how one is made. The peer is asked for the same.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from bench import compare, data, fill, probe, same
from bench.compare import Compared, Pair
from bench.fleet import Fleet, Say, empty, secret_key
from bench.probe import Probe
from bench.servers import ROOT, Server, rostrum
from rostrum.accounts.users.store import TEXTS
from rostrum.db.database import Database

SMALL = 10_000
_SHARED = (
    "id", "login_name", "email", "display_name", "first_name", "last_name", "company", "mobile_phone", "work_phone",
    "home_phone", "is_active", "created_at",
)  # fmt: skip
_OURS = (*_SHARED, "password_hash", "email_key", "is_admin", "must_change_password")
_PEERS = (*_SHARED, "password", "status")
_KINDS = (
    "first page",
    "last page",
    "part of a name, few have it",
    "part of a name, all have it",
    "part of a name in Cyrillic, few have it",
)
_NO_PEER = "part of a name in Cyrillic, few have it"
"""SQLite's own LIKE, which the peer uses, does not know that и and И are the same letter."""


def measure(folder: Path, rows: int, rounds: int, say: Say) -> list[Compared]:
    """Fill both servers with both numbers of accounts, check that they answer alike, and measure them in turn."""
    folder.mkdir(parents=True)
    fleet = Fleet(folder, "")
    try:
        own = empty(folder / f"rostrum {SMALL}")
        fleet.token = secret_key(own)
        shutil.copytree(own, folder / f"rostrum {rows}")
        for size in (SMALL, rows):
            _fill(fleet, size, say)
        probes = dict(_probes(fleet, rows))
        for kind in _KINDS:
            if kind != _NO_PEER:
                _same(fleet, kind, SMALL)
        found = compare.measured(probes, list(_pairs(rows)), rounds)
    finally:
        for server in fleet.servers.values():
            server.stop()
        shutil.rmtree(folder)
    for row in found:
        say(f"{row.name}: {row.ratio} times {row.against}")
    return found


def _fill(fleet: Fleet, size: int, say: Say) -> None:
    begin = time.monotonic()
    fill.users(fleet.folder / f"rostrum {size}" / "rostrum.db", "users", size, _OURS)
    _index(fleet.folder / f"rostrum {size}", size)
    fleet.start_rostrum(f"rostrum {size}", [rostrum()], ROSTRUM_LIMITS_ANSWER_CACHE="0")
    peer = fleet.folder / f"peer {size}"
    peer.mkdir()
    subprocess.run(
        [sys.executable, "-m", "bench.peer_drf.seed", fleet.token, "--empty"],
        check=True,
        cwd=ROOT,
        env={"PEER_DATA": str(peer), "PYTHONPATH": str(ROOT)},
        timeout=300,
    )
    fill.users(peer / "peer.db", "peer_drf_user", size, _PEERS)
    fleet.start_peer(f"peer {size}", "Argon2")
    say(f"{size:,} accounts in both servers in {time.monotonic() - begin:.0f} s")


def _index(folder: Path, size: int) -> None:
    """What a running server does by itself, in small steps, within some minutes after so many came at once."""
    database = Database("", folder)
    try:
        database.run_here(lambda db: TEXTS.catch_up(db, size))
    finally:
        database.close()


def _address(kind: str, size: int, token: str) -> str:
    given: dict[str, list[tuple[str, object]]] = {
        "first page": [("page_id", 1)],
        "last page": [("page_id", size // data.PAGE_SIZE)],
        "part of a name, few have it": [("display_name", "4321%20pers")],
        "part of a name, all have it": [("display_name", "pers")],
        _NO_PEER: [("display_name", quote("ТНИК 4321 "))],
    }
    return probe.address("users", token, [("page_size", data.PAGE_SIZE), *given[kind]])


def _same(fleet: Fleet, kind: str, size: int) -> None:
    address = _address(kind, size, fleet.token)
    one, other = (json.loads(fleet.servers[f"{name} {size}"].get(address)[1]) for name in ("rostrum", "peer"))
    found = same.differences(one, other)
    if found:
        message = f"{kind} of {size}: {'; '.join(found[:5])}"
        raise same.DifferentAnswersError(message)


def _probes(fleet: Fleet, rows: int) -> Iterator[tuple[str, Probe]]:
    for size in (SMALL, rows):
        for kind in _KINDS:
            for name in ("rostrum", "peer"):
                if name == "rostrum" or kind != _NO_PEER:
                    server: Server = fleet.servers[f"{name} {size}"]
                    yield f"{name} {kind} {size}", Probe(server, probe.get(_address(kind, size, fleet.token)))


def _pairs(rows: int) -> Iterator[Pair]:
    for size in (SMALL, rows):
        for kind in _KINDS:
            if kind != _NO_PEER:
                ours, other = f"rostrum {kind} {size}", f"peer {kind} {size}"
                yield Pair(name=f"{kind} of {size:,} accounts", ours=ours, against="Django REST Framework", other=other)
        ours, other = f"rostrum last page {size}", f"rostrum first page {size}"
        yield Pair(name=f"last page of {size:,} accounts", ours=ours, against="the first page", other=other, wanted=1.5)
    for kind in _KINDS:
        ours, other = f"rostrum {kind} {rows}", f"rostrum {kind} {SMALL}"
        yield Pair(name=f"{kind} of {rows:,} accounts", ours=ours, against=f"of {SMALL:,}", other=other)
