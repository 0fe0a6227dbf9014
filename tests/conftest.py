"""Fixtures for the whole suite. ROSTRUM_TEST_DATABASE=postgresql runs it on PostgreSQL instead of SQLite."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

from rostrum import settings as settings_module
from rostrum.settings import Settings
from tests.support.api import Api
from tests.support.postgresql import new_database, postgresql_server

ON_POSTGRESQL = os.environ.get("ROSTRUM_TEST_DATABASE") == "postgresql"


class SideBySide(LoadFileScheduling):
    """Which tests run one after another: those of a file, and all those in browsers, which keep a core busy."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return "browsers" if file.startswith("tests/browser/") else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> SideBySide:
    """How tests are given to processes that run side by side."""
    return SideBySide(config, log)


@pytest.fixture(scope="session")
def database_server() -> Iterator[str | None]:
    """A PostgreSQL server when the suite runs on it; None on SQLite."""
    if not ON_POSTGRESQL:
        yield None
        return
    with postgresql_server() as url:
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
