"""The command: which parts to measure, how often, how long."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from bench import http_rows, join, load, report, startup
from bench.fleet import fleet
from bench.servers import LOAD_CORE

PARTS = ("http", "start", "join")
_BEGIN = time.monotonic()


def main() -> None:
    """Measure, print the table, keep it. Everything runs on loopback."""
    given = _arguments()
    results = report.read()
    with tempfile.TemporaryDirectory(prefix="rostrum-bench-") as folder:
        if "http" in given.parts:
            _http(given, results, Path(folder))
        if "start" in given.parts:
            media = ("off", "embedded") if given.engine else ("off",)
            results.starts = [startup.measure(Path(folder) / f"start-{one}", one, given.starts, _say) for one in media]
            results.start_at = report.now()
            report.write(results)
        if "join" in given.parts and given.engine:
            results.join = join.measure(Path(folder) / "join", given.joins, _say)
            results.join_at = report.now()
            report.write(results)
    sys.stdout.write(report.write(results))


def _http(given: argparse.Namespace, results: report.Results, folder: Path) -> None:
    load.check_installed()
    everywhere = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {LOAD_CORE})
    results.load = os.getloadavg()[0]
    rows = [row for row in http_rows.ROWS if given.row in row.name]
    with fleet(folder, _say) as running:
        bench = http_rows.Bench(running, given.rounds, given.scale, _say)
        bench.check()
        results.http = [bench.measure(row) for row in rows]
    results.rounds, results.scale, results.http_at = given.rounds, given.scale, report.now()
    report.write(results)
    os.sched_setaffinity(0, everywhere)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="http, start, join; all when none is named")
    parser.add_argument("--rounds", type=int, default=7, help="rounds of the HTTP part")
    parser.add_argument("--scale", type=int, default=1, help="times the usual length of an HTTP run (1 to 5 s)")
    parser.add_argument("--row", default="", help="only the HTTP rows whose name has this in it")
    parser.add_argument("--starts", type=int, default=7, help="starts of each kind")
    parser.add_argument("--joins", type=int, default=9, help="rounds of joining")
    parser.add_argument("--no-engine", dest="engine", action="store_false", help="leave out what needs LiveKit")
    given = parser.parse_args()
    given.parts = given.parts or list(PARTS)
    return given


def _say(text: str) -> None:
    sys.stderr.write(f"[{time.monotonic() - _BEGIN:6.1f} s] {text}\n")
    sys.stderr.flush()
