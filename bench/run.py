"""The command: which parts to measure, how often, how long."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench import (
    conferences,
    http_rows,
    join,
    live,
    load,
    logs,
    probe,
    recorder,
    recorder_hour,
    recorder_idle,
    report,
    startup,
    users,
)
from bench.compare import Compared, Part
from bench.fleet import fleet
from bench.servers import LOAD_CORE

PARTS = ("http", "users", "conferences", "logs", "start", "join", "recorder", "idle", "live")
_LONG = ("hour",)
"""Only when they are named."""
_BEGIN = time.monotonic()


def main() -> None:
    """Measure, print the table, keep it. Everything runs on loopback."""
    given = _arguments()
    results = report.read()
    with tempfile.TemporaryDirectory(prefix="rostrum-bench-") as folder:
        if "http" in given.parts:
            _http(given, results, Path(folder))
        if "users" in given.parts:
            found = _part(given, results, "users")
            found(users.measure(Path(folder) / "users", given.users, given.rounds, _say))
        if "conferences" in given.parts:
            found = _part(given, results, "conferences")
            found(conferences.measure(Path(folder) / "conferences", given.rounds, _say))
        if "logs" in given.parts:
            _logs(given, results, Path(folder))
        if "start" in given.parts:
            media = ("off", "embedded") if given.engine else ("off",)
            results.starts = [startup.measure(Path(folder) / f"start-{one}", one, given.starts, _say) for one in media]
            results.start_at = report.now()
            report.write(results)
        if given.engine:
            _with_engine(given, results, Path(folder))
    sys.stdout.write(report.write(results))


def _with_engine(given: argparse.Namespace, results: report.Results, folder: Path) -> None:
    """What needs LiveKit."""
    if "join" in given.parts:
        results.join = join.measure(folder / "join", given.joins, _say)
        results.join_at = report.now()
        report.write(results)
    if "recorder" in given.parts:
        results.recorder_load = probe.busy()
        results.recorder = recorder.measure(folder / "recorder", given.rounds, given.recorded, _say)
        results.recorder_at = report.now()
        report.write(results)
    if "live" in given.parts:
        results.live_load = probe.busy()
        results.live = live.measure(folder / "live", given.flashes, _say)
        results.live_at = report.now()
    if "idle" in given.parts:
        results.idle_load = probe.busy()
        results.idle = recorder_idle.measure(folder / "idle", given.rounds, _say)
        results.idle_at = report.now()
        report.write(results)
    if "hour" in given.parts:
        results.hour = recorder_hour.measure(folder / "hour", _say)
        results.hour_at = report.now()
        report.write(results)


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


def _logs(given: argparse.Namespace, results: report.Results, folder: Path) -> None:
    """One log after the other, so that only one is on the disk; each is kept as soon as it is measured."""
    for name in given.log or logs.ROWS:
        found = _part(given, results, "logs")
        rows, note = logs.measure(folder / "logs", name, given.rows or logs.ROWS[name], given.rounds, _say)
        before = results.compared.get("logs")
        others = [row for row in before.rows if row.name.partition(",")[0] != name] if before else []
        notes = [one for one in before.notes if f" of {name} after" not in one] if before else []
        found(others + rows, [*notes, note])


def _part(given: argparse.Namespace, results: report.Results, name: str) -> Callable[..., None]:
    """Begin a part now; what it found is kept with how busy the machine was at its start and its end."""
    load_before = probe.busy()
    _say(f"{name}: {load_before:.1f} processes wanted a core in the last minute")

    def keep(rows: list[Compared], notes: Sequence[str] = ()) -> None:
        results.compared[name] = Part(
            at=report.now(),
            load=load_before,
            load_after=probe.busy(),
            rounds=given.rounds,
            rows=rows,
            notes=list(notes),
        )
        report.write(results)

    return keep


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", choices=[*PARTS, *_LONG, []], help=f"{', '.join(PARTS)}: all when none is named; hour"
    )
    parser.add_argument("--rounds", type=int, default=7, help="rounds of every part but start and join")
    parser.add_argument("--scale", type=int, default=1, help="times the usual length of an HTTP run (1 to 5 s)")
    parser.add_argument("--row", default="", help="only the HTTP rows whose name has this in it")
    parser.add_argument("--users", type=int, default=1_000_000, help="accounts of the part users, beside 10,000")
    parser.add_argument("--log", action="append", choices=list(logs.ROWS), help="only this log; may be repeated")
    parser.add_argument("--rows", type=int, help="rows of a large log; 10 million of calls, messages, events, else 1")
    parser.add_argument("--starts", type=int, default=7, help="starts of each kind")
    parser.add_argument("--joins", type=int, default=9, help="rounds of joining")
    parser.add_argument("--recorded", type=int, default=20, help="seconds of output in a run of the part recorder")
    parser.add_argument("--flashes", type=int, default=12, help="flashes of the part live")
    parser.add_argument("--no-engine", dest="engine", action="store_false", help="leave out what needs LiveKit")
    given = parser.parse_args()
    given.parts = given.parts or list(PARTS)
    return given


def _say(text: str) -> None:
    sys.stderr.write(f"[{time.monotonic() - _BEGIN:6.1f} s] {text}\n")
    sys.stderr.flush()
