"""Fixtures for the whole suite. ROSTRUM_TEST_DATABASE=postgresql runs it on PostgreSQL instead of SQLite."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController

from rostrum import settings as settings_module
from rostrum.settings import Settings
from tests.support.api import Api
from tests.support.postgresql import new_database, postgresql_server
from tests.support.server import OfTheSuite

# An example takes as long as the machine lets it: how fast something is, is measured elsewhere.
hypothesis.settings.register_profile("side by side", deadline=None)
hypothesis.settings.load_profile("side by side")

ON_POSTGRESQL = os.environ.get("ROSTRUM_TEST_DATABASE") == "postgresql"
SIDE_BY_SIDE = "PYTEST_XDIST_WORKER" in os.environ


# They happen in real time: those of one group one after another, and nothing else of a hurry in the same process.
GROUPS = {
    "measured": (  # to the hundredth of a second
        "tests/media/production/test_clock.py",
        "tests/media/production/test_p",
        "tests/broadcasts/test_running.py",
        "tests/recordings/test_speakers.py",
        "tests/recordings/test_values.py",
        "tests/recordings/test_voices.py",
    ),
    "sound and pictures": (
        "tests/media/production/",
        "tests/broadcasts/test_live_files.py",
        "tests/broadcasts/test_mix.py",
        "tests/broadcasts/test_one_encoding.py",
        "tests/recordings/test_faults.py",
        "tests/recordings/test_one_worker.py",
        "tests/recordings/test_recording.py",
    ),
    "pages": (  # looked at in browsers; nothing in them is held against a clock
        "tests/browser/test_chat_files.py",
        "tests/browser/test_invite.py",
        "tests/browser/test_joining.py",
        "tests/browser/test_live_pages.py",
        "tests/browser/test_meeting_pages.py",
        "tests/browser/test_pages.py",
        "tests/browser/test_presence.py",
        "tests/browser/test_registration.py",
        "tests/browser/test_rights.py",
    ),
    "browsers": ("tests/browser/",),
}
FIRST = {"gw0": ("measured", "sound and pictures", "pages"), "gw1": ("browsers",)}
"""The groups that a process takes before all else, and the others take last, if they are left."""


NICE = {"measured": 0, "browsers": 0, "sound and pictures": 5, "pages": 5, None: 15}
"""How much a process gives way, from 0 to 19: with 5 it gets a third of what others get, with 15 a thirtieth."""


def group_of(nodeid: str) -> str | None:
    """Which of those a test belongs to."""
    return next((name for name, files in GROUPS.items() if nodeid.startswith(files)), None)


class SideBySide(LoadFileScheduling):
    """Which tests run side by side: those of a file together, and those of a group."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid) or str(super()._split_scope(nodeid))

    def _assign_work_unit(self, node: WorkerController) -> None:
        first = FIRST.get(node.gateway.id, ())
        for group in [one for one in GROUPS if one not in first] + list(reversed(first)):
            if group in self.workqueue:
                self.workqueue.move_to_end(group, last=group not in first)
        super()._assign_work_unit(node)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> SideBySide:
    """How tests are given to processes that run side by side."""
    return SideBySide(config, log)


def pytest_sessionstart() -> None:
    """Processes side by side share the machine as equals: Linux may share its cores out among sessions first."""
    if SIDE_BY_SIDE:
        with contextlib.suppress(OSError):
            os.setsid()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A process gives way as its tests allow; it does not come back from that, which is why the hurried are first."""
    more = NICE[group_of(item.nodeid)] - os.nice(0)
    if SIDE_BY_SIDE and more > 0:
        nice = os.nice(more)
        with contextlib.suppress(OSError):
            Path("/proc/self/autogroup").write_text(str(nice))


@pytest.fixture(scope="session", autouse=True)
def database_server() -> Iterator[str | None]:
    """A PostgreSQL server when the suite runs on it; None on SQLite."""
    if not ON_POSTGRESQL:
        yield None
        return
    with postgresql_server() as url:
        OfTheSuite.new_database = staticmethod(lambda: new_database(url))
        yield url


@pytest.fixture
def database_url(database_server: str | None) -> str:
    """A fresh database: empty for SQLite in the data folder, else a PostgreSQL URL."""
    return new_database(database_server) if database_server else ""


@pytest.fixture(scope="session")
def api(tmp_path_factory: pytest.TempPathFactory, database_server: str | None) -> Iterator[Api]:
    """The application without an engine, one for the whole run: tests make the users and conferences they need."""
    url = new_database(database_server) if database_server else ""
    client = Api(make_settings(url), tmp_path_factory.mktemp("data"))
    yield client
    client.close()


@pytest.fixture
def fresh_api(tmp_path: Path, database_url: str) -> Iterator[Api]:
    """An application with an empty database, for tests that count or fill it."""
    client = Api(make_settings(database_url), tmp_path)
    yield client
    client.close()


def make_settings(url: str = "", **server: str) -> Settings:
    """Settings for a test: a fixed server name and zone, no engine."""
    settings = settings_module.load(Path("/nonexistent"), env={})
    settings.server.name = server.get("name", "server.test")
    settings.server.timezone = "UTC"
    settings.database.url = url
    settings.media.engine = "off"
    return settings
