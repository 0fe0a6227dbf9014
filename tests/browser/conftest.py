"""Real Chromium with fake devices, the real server, the real engine."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.support.browser import CHROMIUM, FLAGS, People, nothing_found, stands_still
from tests.support.screenshots import LOCALE, camera_flags, keep_picture, schemes
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
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    folder = tmp_path_factory.mktemp("camera")
    with contextlib.ExitStack() as held:
        with contextlib.chdir(folder):  # Chromium names the camera after its file, as it was given
            playwright = held.enter_context(sync_playwright())
        flags = [*FLAGS, *camera_flags(folder)]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags, ignore_default_args=["--mute-audio"])
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
            "locale": LOCALE,
        }
        made.append(chromium.new_context(**options | given))
        return made[-1]

    yield new
    for one in made:
        one.close()


@pytest.fixture
def people(server: Server, context: Any) -> Iterator[People]:
    """Somebody who can own, start and join meetings in windows of their own."""
    made = People(server, context)
    yield made
    made.go_home()


@pytest.fixture(params=["desktop", "phone"])
def view(request: pytest.FixtureRequest) -> str:
    """A size of window."""
    return str(request.param)


@pytest.fixture
def look(view: str) -> Callable[[Page, str], None]:
    """Checks a page in its present state, by day and by night, and keeps its pictures when asked to."""

    def check(page: Page, name: str) -> None:
        for number, scheme in enumerate(schemes(view)):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            stands_still(page)
            keep_picture(page, f"{name}-{view.partition('-')[0]}-{scheme}")
            width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert width <= 0, f"{name} is {width} px wider than the window"
            nothing_found(page, *(["color-contrast"] if number else []))  # by night only the colours are others

    return check
