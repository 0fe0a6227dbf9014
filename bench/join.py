"""Joining in Chromium: from the click on Join to the own picture and to the first frame of somebody else.

Rostrum's web app and LiveKit's plain client join the same room, each in a fresh context whose page is loaded before the
click. The plain client has its token in its address already; the web app asks the server for it after the click. Its
devices are open from the preview; the plain client opens them after the click, as its quick start does, and in a third
kind of run before it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from msgspec import Struct
from playwright.sync_api import Browser, Page, sync_playwright

from bench import fleet
from bench.fleet import Say
from bench.servers import ROOT, Server, ask, free_port, rostrum, start, wait_until
from bench.stats import Spread, spread

WANTED = 1.15
CONFERENCE = "benchjoin"
_ORDER = ("ours", "plain", "early", "again")
_CLIENT = ROOT / "web/node_modules/livekit-client/dist/livekit-client.esm.mjs"
_TIMEOUT_MS = 30_000
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-quic",
    "--disable-sync",
    "--disable-component-update",
    "--disable-background-networking",
    "--disable-default-apps",
    "--disable-extensions",
    "--use-fake-device-for-media-stream=fps=30",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-features=WebRtcHideLocalIpsWithMdns,Translate,OptimizationHints,MediaRouter",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-background-timer-throttling",
    "--allow-loopback-in-peer-connection",
]


class Times(Struct):
    """One join, milliseconds after the click."""

    own: float
    remote: float


class JoinFigure(Struct):
    """One of the times, against one form of the plain client."""

    name: str
    ours_ms: Spread
    plain_ms: Spread
    ratio: Spread
    """Of the runs of one round."""
    control: Spread
    """The plain client's second run of a round over its first."""
    wanted: float | None


class Joins(Struct):
    """All times of joining."""

    rounds: int
    figures: list[JoinFigure]


def measure(folder: Path, rounds: int, say: Say) -> Joins:
    """Interleave joins by the web app and by the plain client, while somebody else sends a picture all the time."""
    with running(folder) as server, _files(folder) as page_port, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=FLAGS, ignore_default_args=["--mute-audio"]
        )
        try:
            stage = _Stage(browser, server, page_port)
            stage.speaker()
            for name in _ORDER[:-1]:
                stage.join(name)
            found = _rounds(stage, rounds)
        finally:
            browser.close()
    joins = Joins(rounds, _figures(found))
    for one in joins.figures:
        say(f"join, {one.name}: {one.ours_ms} ms, plain client {one.plain_ms} ms, ratio {one.ratio}")
    return joins


class _Stage:
    """A browser, and how each kind of client joins in it."""

    def __init__(self, browser: Browser, server: Server, page_port: int) -> None:
        self._browser = browser
        self._server = server
        self._page_port = page_port

    def speaker(self) -> None:
        """Let somebody be in the meeting, sending a picture."""
        page = self._plain_page("speaker", "late")
        page.click("#join")
        page.wait_for_function("window.__plain.performance.localVideo", timeout=_TIMEOUT_MS)

    def join(self, name: str) -> Times:
        """One join in a fresh context, left again afterwards."""
        if name == "ours":
            page = self._our_page()
            click, hook = "[data-testid=join]", "window.__rostrum"
        else:
            page = self._plain_page(name, "early" if name == "early" else "late")
            click, hook = "#join", "window.__plain"
        try:
            page.click(click)
            reached = f"{hook}.performance.localVideo && {hook}.performance.firstRemoteFrame"
            page.wait_for_function(reached, timeout=_TIMEOUT_MS)
            moments: dict[str, float] = page.evaluate(f"({{...{hook}.performance}})")
            page.evaluate(f"{hook}.room?.disconnect()")
        finally:
            page.context.close()
        clicked = moments["joinClick"]
        return Times(moments["localVideo"] - clicked, moments["firstRemoteFrame"] - clicked)

    def _our_page(self) -> Page:
        page = self._new_page()
        page.goto(f"http://127.0.0.1:{self._server.port}/c/{CONFERENCE}", wait_until="networkidle")
        page.fill("[data-testid=guest-name]", "Bench")
        page.wait_for_function("[...document.querySelectorAll('video')].some((video) => video.readyState >= 3)")
        page.wait_for_timeout(1000)
        return page

    def _plain_page(self, name: str, devices: str) -> Page:
        body = json.dumps({"name": name}).encode()
        status, answer = ask(self._server.port, "POST", f"/api/web/conferences/{CONFERENCE}/join", body)
        if status != 200:
            raise RuntimeError(f"join answers {status}: {answer.decode()}")
        place = json.loads(answer)["participation"]
        given = urlencode({"url": place["engine_url"], "token": place["engine_token"], "devices": devices})
        page = self._new_page()
        page.goto(f"http://127.0.0.1:{self._page_port}/join_peer.html#{given}", wait_until="networkidle")
        page.wait_for_function("window.__plain?.ready")
        page.wait_for_timeout(1000)
        return page

    def _new_page(self) -> Page:
        context = self._browser.new_context(
            permissions=["camera", "microphone"], viewport={"width": 1280, "height": 800}, locale="en-US"
        )
        context.set_default_timeout(_TIMEOUT_MS)
        return context.new_page()


def _rounds(stage: _Stage, rounds: int) -> dict[str, list[Times]]:
    found: dict[str, list[Times]] = {name: [] for name in _ORDER}
    for number in range(rounds):
        for name in _ORDER if number % 2 == 0 else reversed(_ORDER):
            found[name].append(stage.join(name))
    return found


def _figures(found: dict[str, list[Times]]) -> list[JoinFigure]:
    times: list[tuple[str, Callable[[Times], float]]] = [
        ("own picture", lambda run: run.own),
        ("first remote frame", lambda run: run.remote),
    ]
    plains: list[tuple[str, str, float | None]] = [
        ("", "plain", WANTED),
        (", the plain client's devices open before the click", "early", None),
    ]
    return [
        JoinFigure(
            name=name + more,
            ours_ms=spread([value(run) for run in found["ours"]]),
            plain_ms=spread([value(run) for run in found[plain]]),
            ratio=_ratio(found["ours"], found[plain], value),
            control=_ratio(found["again"], found["plain"], value),
            wanted=wanted,
        )
        for more, plain, wanted in plains
        for name, value in times
    ]


def _ratio(one: list[Times], other: list[Times], value: Callable[[Times], float]) -> Spread:
    return spread([value(a) / max(value(b), 1.0) for a, b in zip(one, other, strict=True)])


@contextmanager
def running(folder: Path, **fields: Any) -> Iterator[Server]:
    """Rostrum with its engine and a running conference that guests may join."""
    folder.mkdir(parents=True)
    fleet.command(folder, "user", "create", "owner", "--password", "not a secret 1")
    token = json.loads(fleet.command(folder, "key", "create"))["access_token"]
    port = free_port()
    command = [
        rostrum(), "serve", "--port", str(port), "--data-dir", str(folder), "--media", "embedded",
        "--media-udp-port", "0", "--media-tcp-port", "0",
    ]  # fmt: skip
    server = start("rostrum", command, port, folder / "serve.log", core=None)
    try:
        wait_until(server, "/health/ready", 300)
        made = {
            "id": CONFERENCE,
            "topic": "Bench",
            "owner": "owner",
            "allow_guests": True,
            "max_participants": 25,
        } | fields
        _post(server, f"/api/v3.10/conferences?access_token={token}", made)
        _post(server, f"/api/v3.10/conferences/{CONFERENCE}/run?access_token={token}", {})
        yield server
    finally:
        server.stop()


def _post(server: Server, address: str, body: dict[str, Any]) -> None:
    status, answer = ask(server.port, "POST", address, json.dumps(body).encode())
    if status != 200:
        raise RuntimeError(f"{address.partition('?')[0]} answers {status}: {answer.decode()}")


class _Quiet(SimpleHTTPRequestHandler):
    extensions_map = {**SimpleHTTPRequestHandler.extensions_map, ".mjs": "text/javascript"}  # noqa: RUF012

    def log_message(self, *_args: Any) -> None:
        """Print nothing."""


@contextmanager
def _files(folder: Path) -> Iterator[int]:
    """The plain page and its library on a port of loopback."""
    shown = folder / "plain"
    shown.mkdir()
    for path in (Path(__file__).with_name("join_peer.html"), _CLIENT):
        (shown / path.name).write_bytes(path.read_bytes())
    serving = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(shown)))
    thread = threading.Thread(target=serving.serve_forever, daemon=True)
    thread.start()
    try:
        yield serving.server_address[1]
    finally:
        serving.shutdown()
        serving.server_close()
