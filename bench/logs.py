"""The part `logs`: page 1 and page 1,000 of every log, small and large, measured in turn.

What is wanted: a late page costs about what the first one does, and ten million rows about what a hundred thousand do.
"""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from urllib.parse import quote

from bench import compare, fill, probe
from bench.compare import Compared, Pair
from bench.fleet import Fleet, Say, empty, secret_key
from bench.probe import Probe
from bench.servers import Server, rostrum

SMALL = 100_000
LATE_PAGE = 1_000
WANTED = 1.5
"""At most so many times as long."""
ROWS = {name: 10_000_000 if name in {"calls", "messages", "events"} else 1_000_000 for name in fill.LOGS}
"""How large the large form of each log is, if nothing else is asked for."""

_PAGES = {"page 1": 1, "page 1,000": LATE_PAGE}
_PATHS = {
    "participants": f"logs/calls/{quote(fill.SESSION)}/participants",
    "invites": f"logs/calls/{quote(fill.SESSION)}/invites",
}


def measure(folder: Path, name: str, rows: int, rounds: int, say: Say) -> tuple[list[Compared], str]:
    """Fill a log with a hundred thousand rows and with `rows`, and read it from two servers in turn.

    Pages have 20 rows, in the order that the API gives by itself. The second value is a note on what is not in the
    rows: the first request after a start, which counts a log.
    """
    folder.mkdir(parents=True)
    fleet = Fleet(folder, "")
    try:
        servers = {number: _filled(fleet, name, number, say) for number in (SMALL, rows)}
        pages = {f"{page} of {size}": _page(name, *servers[size], _PAGES[page]) for size in servers for page in _PAGES}
        first = probe.first_ms(pages[f"page 1 of {rows}"])
        found = compare.measured(pages, _pairs(name, rows), rounds)
    finally:
        for server in fleet.servers.values():
            server.stop()
        shutil.rmtree(folder)
    for row in found:
        say(f"{row.name}: {row.ratio} times {row.against}")
    return found, f"The first request of {name} after a start counts {rows:,} rows: {first:.0f} ms."


def _filled(fleet: Fleet, name: str, rows: int, say: Say) -> tuple[Server, str]:
    begin = time.monotonic()
    own = empty(fleet.folder / str(rows))
    token = secret_key(own)
    fill.log(own / "rostrum.db", name, rows)
    say(f"{name}: {rows:,} rows in {time.monotonic() - begin:.0f} s")
    return fleet.start_rostrum(str(rows), [rostrum()]), token


def _page(name: str, server: Server, token: str, number: int) -> Probe:
    return Probe(server, probe.get(probe.address(_PATHS.get(name, f"logs/{name}"), token, [("page_id", number)])))


def _pairs(name: str, rows: int) -> list[Pair]:
    late = [
        Pair(
            name=f"{name}, page 1,000 of {size:,} rows",
            ours=f"page 1,000 of {size}",
            against="page 1",
            other=f"page 1 of {size}",
            wanted=WANTED,
        )
        for size in (SMALL, rows)
    ]
    large = [
        Pair(
            name=f"{name}, {page} of {rows:,} rows",
            ours=f"{page} of {rows}",
            against=f"of {SMALL:,} rows",
            other=f"{page} of {SMALL}",
            wanted=WANTED,
        )
        for page in _PAGES
    ]
    return late + large
