"""Meetings have an engine here that writes down what it is asked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import make_settings
from tests.support.api import Api
from tests.support.meeting import WrittenEngine, with_engine
from tests.support.postgresql import new_database


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory, database_server: str | None) -> Iterator[Api]:
    """An application with an engine, one for each file."""
    url = new_database(database_server) if database_server else ""
    client = Api(make_settings(url), tmp_path_factory.mktemp("hall"))
    with_engine(client)
    yield client
    client.close()


@pytest.fixture
def engine(hall: Api) -> WrittenEngine:
    """The engine of the hall, without the commands of the tests before."""
    assert isinstance(hall.app.engine, WrittenEngine)
    hall.app.engine.commands.clear()
    hall.app.engine.there.clear()
    return hall.app.engine
