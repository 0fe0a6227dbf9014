"""Real Chromium with fake devices, the real server, the real engine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.support.browser import FLAGS, People
from tests.support.server import Server, running_server
from tests.support.smtp import Sink, smtp_sink


@pytest.fixture(scope="package")
def sink() -> Iterator[Sink]:
    """What letters arrived."""
    with smtp_sink() as made:
        yield made


@pytest.fixture(scope="package")
def server(sink: Sink, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    mail = ["--mail-host", "127.0.0.1", "--mail-port", str(sink.port), "--mail-security", "none"]
    with running_server(tmp_path_factory.mktemp("browser"), flags=mail) as running:
        yield running


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=FLAGS, ignore_default_args=["--mute-audio"]
        )
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser) -> Iterator[Any]:
    """Makes browser contexts (each its own person) that end with the test."""
    made: list[BrowserContext] = []

    def new(**given: Any) -> BrowserContext:
        options = {
            "permissions": ["camera", "microphone"],
            "viewport": {"width": 1280, "height": 800},
            "locale": "en-US",
        }
        made.append(chromium.new_context(**options | given))
        return made[-1]

    yield new
    for one in made:
        one.close()


@pytest.fixture
def people(server: Server, context: Any) -> People:
    """Somebody who can own, start and join meetings in windows of their own."""
    return People(server, context)
