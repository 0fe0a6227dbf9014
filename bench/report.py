"""Writes results/latest.json and the table made from it."""

from __future__ import annotations

import json
import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec

from bench.compare import Compared, Part
from bench.join import Joins
from bench.live import LiveDelay
from bench.recorder import WANTED as WANTED_RECORDER
from bench.recorder import WANTED_GROWTH_MB, Recorder
from bench.recorder_hour import WANTED_GROWTH_MB as WANTED_HOUR_MB
from bench.recorder_hour import Hour
from bench.recorder_idle import WANTED as WANTED_IDLE
from bench.recorder_idle import Idle
from bench.startup import WANTED_MEMORY_MB, WANTED_READY_S, Starts
from bench.stats import Figures, Spread

RESULTS = Path(__file__).parent / "results"
_PACKAGES = ("uvicorn", "uvloop", "httptools", "msgspec", "sqlalchemy", "django", "djangorestframework", "gunicorn")


class Results(msgspec.Struct, kw_only=True):
    """The newest figures of each part; a part that was not measured this time keeps the ones before."""

    machine: dict[str, str] = msgspec.field(default_factory=dict)
    http_at: str = ""
    load: float = 0
    """Processes that wanted a core before the HTTP part began: above 0.5, other work disturbed it."""
    rounds: int = 0
    scale: int = 1
    http: list[Figures] = msgspec.field(default_factory=list)
    start_at: str = ""
    starts: list[Starts] = msgspec.field(default_factory=list)
    compared: dict[str, Part] = msgspec.field(default_factory=dict)
    """By part: users, conferences, logs."""
    join_at: str = ""
    join: Joins | None = None
    recorder_at: str = ""
    recorder_load: float = 0
    recorder: Recorder | None = None
    live_at: str = ""
    live_load: float = 0
    live: LiveDelay | None = None
    idle_at: str = ""
    idle_load: float = 0
    idle: Idle | None = None
    hour_at: str = ""
    hour: Hour | None = None


def read() -> Results:
    """The results so far; empty ones when there are none, or when they have an older form."""
    try:
        return msgspec.json.decode((RESULTS / "latest.json").read_bytes(), type=Results)
    except (OSError, msgspec.DecodeError):
        return Results()


def write(results: Results) -> str:
    """Keep the results as JSON and as a table; the table."""
    results.machine = _machine()
    RESULTS.mkdir(exist_ok=True)
    compared = [_part(name, part) for name, part in results.compared.items()]
    parts = (
        *(_http(results), *compared, _starts(results), _joins(results)),
        *(_recorder(results), _idle(results), _hour(results), _live(results)),
    )
    text = "\n\n".join(part for part in parts if part) + "\n"
    (RESULTS / "latest.json").write_text(json.dumps(msgspec.to_builtins(results), indent=1) + "\n")
    (RESULTS / "latest.md").write_text(text)
    return text


def now() -> str:
    """The time of a measurement."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _machine() -> dict[str, str]:
    packages = {name: version(name) for name in _PACKAGES}
    return {"cores": str(os.cpu_count()), "python": platform.python_version(), "system": platform.system(), **packages}


def _http(results: Results) -> str:
    if not results.http:
        return ""
    head = (
        f"### HTTP ({results.http_at}, {results.rounds} rounds, 16 connections, load before {results.load:.1f})\n\n"
        "Median [lowest..highest] of the ratios of one round. `rps` is requests a second, `cpu` CPU time for a request"
        " (of the peer over ours, of the limit over ours: more is better in every column but p99).\n\n"
    )
    columns = (
        "", "rps / peer", "wanted", "", "cpu peer / ours", "rps / limit", "wanted", "", "cpu limit / ours",
        "control rps", "control cpu", "rps", "cpu µs", "p99 ms", "p99 / peer", "bytes ours / peer",
    )  # fmt: skip
    return head + _table(columns, [_http_row(found) for found in results.http])


def _http_row(found: Figures) -> list[str]:
    row, ours = found.row, found.runs["rostrum"]
    middle = sorted(ours, key=lambda run: run.rps)[len(ours) // 2]
    return [
        row.name,
        str(found.to_peer), _wanted(row.wanted_peer), found.verdict(row.wanted_peer, found.to_peer),
        str(found.cpu_to_peer),
        str(found.to_limit), _wanted(row.wanted_limit), found.verdict(row.wanted_limit, found.to_limit),
        str(found.cpu_to_limit),
        str(found.control), str(found.control_cpu),
        f"{middle.rps:.0f}", f"{middle.cpu_us:.0f}", f"{middle.p99_ms:.1f}", str(found.p99_to_peer),
        f"{middle.bytes:.0f} / {found.runs['peer'][0].bytes:.0f}",
    ]  # fmt: skip


def _part(name: str, part: Part) -> str:
    head = (
        f"### {_TITLES[name]} ({part.at}, {part.rounds} rounds,"
        f" load before {part.load:.1f}, after {part.load_after:.1f})\n\n"
        "Median [lowest..highest] of the times of one round, one request after the other over one connection;"
        " `ratio` is our time over the other's (less is better), `cpu` the same of the server's CPU time.\n\n"
    )
    columns = ("", "against", "ms", "against, ms", "ratio", "wanted", "", "cpu", "cpu ms", "against, cpu ms")
    notes = "".join(f"\n\n{note}" for note in part.notes)
    return head + _table(columns, [_compared(row) for row in part.rows]) + notes


_TITLES = {"users": "Many accounts", "conferences": "Conferences", "logs": "Logs"}


def _compared(row: Compared) -> list[str]:
    ours, other = row.ours, row.other
    times = [str(ours.ms), str(other.ms), str(row.ratio), *_at_most(row.wanted, row.ratio)]
    return [row.name, row.against, *times, str(row.cpu_ratio), str(ours.cpu_ms), str(other.cpu_ms)]


def _starts(results: Results) -> str:
    if not results.starts:
        return ""
    columns = (
        "media", "starts", "ready, s", "wanted", "", "first start, s", "own memory, MB", "wanted", "", "engine, MB",
    )  # fmt: skip
    rows = [_start_row(found) for found in results.starts]
    return f"### Start and memory ({results.start_at})\n\n" + _table(columns, rows)


def _start_row(found: Starts) -> list[str]:
    wanted_memory = WANTED_MEMORY_MB if found.media == "off" else None
    return [
        found.media, str(found.count),
        str(found.ready_s), *_at_most(WANTED_READY_S, found.ready_s),
        f"{found.first_ready_s:.2f}",
        str(found.own_mb), *_at_most(wanted_memory, found.own_mb),
        str(found.engine_mb),
    ]  # fmt: skip


def _joins(results: Results) -> str:
    if results.join is None:
        return ""
    columns = ("from the click on Join to", "Rostrum, ms", "plain client, ms", "ratio", "wanted", "", "control")
    rows = [
        [
            one.name,
            str(one.ours_ms),
            str(one.plain_ms),
            str(one.ratio),
            *_at_most(one.wanted, one.ratio),
            str(one.control),
        ]
        for one in results.join.figures
    ]
    return f"### Joining in Chromium ({results.join_at}, {results.join.rounds} rounds)\n\n" + _table(columns, rows)


def _recorder(results: Results) -> str:
    found = results.recorder
    if found is None:
        return ""
    columns = ("sources", "CPU s a second", "ffmpeg", "ratio", "wanted", "")
    rows = [
        [str(one.sources), str(one.ours), str(one.ffmpeg), str(one.ratio), *_at_most(WANTED_RECORDER, one.ratio)]
        for one in found.rows
    ]
    grown = found.hour_mb[-1] - found.hour_mb[0]
    return (
        f"### Recorder ({results.recorder_at}, runs of {found.seconds} s of output, load before"
        f" {results.recorder_load:.1f})\n\n"
        "Sources of 640x360 VP8 and Opus from files, 720p30 x264 superfast and AAC into Matroska, as fast as it goes,"
        " by the worker's own composition and by one ffmpeg command with scale, xstack and amix. ffmpeg's whole process"
        " counts; ours without loading its modules. Ours draws the names and levels the voices, ffmpeg does not.\n\n"
        + _table(columns, rows)
        + f"\n\nAn hour of output (two sources, 320x180 at 10 pictures a second, made in {found.hour_took_s:.0f} s):"
        f" {found.hour_mb[0]:.0f} MB in its first minute, {found.hour_mb[-1]:.0f} MB in its last"
        f" (at most {WANTED_GROWTH_MB:g} more wanted: {'ok' if grown <= WANTED_GROWTH_MB else 'miss'})."
    )


def _idle(results: Results) -> str:
    found = results.idle
    if found is None:
        return ""
    reached = "ok" if found.percent.median <= 100 * WANTED_IDLE else "miss"
    return (
        f"### Recorder, an idle meeting ({results.idle_at}, {found.rounds} rounds of {found.seconds:.0f} s, load before"
        f" {results.idle_load:.1f})\n\n"
        "A recorded meeting of two whose cameras and microphones are off, 720p:"
        f" {found.percent} % of a core for the worker (≤ {WANTED_IDLE:.0%} wanted: {reached})."
    )


def _hour(results: Results) -> str:
    found = results.hour
    if found is None:
        return ""
    tenths = found.tenths_mb
    reached = "ok" if found.slope_mb_hour <= WANTED_HOUR_MB else "miss"
    return (
        f"### Recorder, memory ({results.hour_at}, {found.took_s / 60:.0f} minutes)\n\n"
        "A real meeting, 360p at 15 pictures a second; two people stay, a third one comes and goes every minute, and"
        " one of the two turns camera and microphone off and on. The worker's resident memory, the median of each ten"
        f" minutes: {', '.join(f'{one:.1f}' for one in tenths)} MB; after the first ten it grows by"
        f" {found.slope_mb_hour:.1f} MB an hour (≤ {WANTED_HOUR_MB:g} wanted: {reached}). It took"
        f" {found.cpu_share:.1%} of a core and wrote"
        f" {found.looks[-1].written_mb:.0f} MB."
    )


def _live(results: Results) -> str:
    found = results.live
    if found is None:
        return ""
    return (
        f"### Watching without joining ({results.live_at}, load before {results.live_load:.1f})\n\n"
        "A flash before a camera, seen on the page of the meeting in Chromium (720p30, parts of a second): median"
        f" [least..most] of {found.flashes} flashes {found.behind} s.\n\n"
        f"From opening the page to the picture: {found.first_viewer:.1f} s for the first viewer, for whom it begins to"
        f" be made, {found.next_viewer:.1f} s for a further one."
    )


def _table(columns: tuple[str, ...], rows: list[list[str]]) -> str:
    lines: list[Any] = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _wanted(value: float | None) -> str:
    return "" if value is None else f"≥ {value:g}"


def _at_most(wanted: float | None, got: Spread) -> tuple[str, str]:
    if wanted is None:
        return "", ""
    return f"≤ {wanted:g}", "ok" if got.median <= wanted else "miss"
