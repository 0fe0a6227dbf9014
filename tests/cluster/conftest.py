"""Two server processes of one server: one PostgreSQL, one Redis, one media engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.conftest import ON_POSTGRESQL
from tests.support.engine import FLAGS, engine_elsewhere
from tests.support.postgresql import new_database
from tests.support.redis import RedisServer, redis_server
from tests.support.server import Server, free_port, running_server

Pair = tuple[Server, Server]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Processes share PostgreSQL only."""
    if not ON_POSTGRESQL:
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(pytest.mark.skip(reason="two processes share PostgreSQL"))


@pytest.fixture(scope="module")
def redis() -> Iterator[RedisServer]:
    """The Redis server of a file."""
    with redis_server() as running:
        yield running


@pytest.fixture
def pair(tmp_path: Path, database_url: str, redis: RedisServer) -> Iterator[Pair]:
    """Two processes without an engine."""
    flags = ["--bus-url", redis.url]
    with (
        running_server(tmp_path / "a", "off", flags, database_url) as a,
        running_server(tmp_path / "b", "off", flags, database_url) as b,
    ):
        a.admin_token = b.admin_token  # the newest secret key is the one that counts
        yield a, b


@pytest.fixture(scope="module")
def meeting_pair(tmp_path_factory: pytest.TempPathFactory, database_server: str, redis: RedisServer) -> Iterator[Pair]:
    """Two processes with one engine."""
    folder, url = tmp_path_factory.mktemp("pair"), new_database(database_server)
    ports = [free_port(), free_port()]
    with ExitStack() as stack:
        engine = stack.enter_context(engine_elsewhere(folder, ports))
        flags = [*FLAGS, "--bus-url", redis.url]
        a, b = (stack.enter_context(running_server(folder / str(port), engine.url, flags, url, port)) for port in ports)
        a.admin_token = b.admin_token
        yield a, b
