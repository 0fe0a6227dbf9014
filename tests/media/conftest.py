"""The real engine, for tests of what surrounds it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from pathlib import Path

import pytest
import uvicorn
from starlette.types import ASGIApp

from rostrum.media.binary import find_or_build
from rostrum.media.engine_config import EngineOptions
from rostrum.media.supervisor import EngineSupervisor


class QuietServer(uvicorn.Server):
    """A server that leaves the signals to pytest."""

    def capture_signals(self) -> AbstractContextManager[None]:
        return nullcontext()


@pytest.fixture
def anyio_backend() -> str:
    """The server runs on asyncio."""
    return "asyncio"


@pytest.fixture(scope="session")
def engine_binary() -> Path:
    """The pinned engine, built when this machine has none."""
    return find_or_build().path


@pytest.fixture
def on_loopback() -> EngineOptions:
    """Options whose media never leaves 127.0.0.1, on free ports."""
    return EngineOptions(node_ip="127.0.0.1", loopback=True, udp_port=0, tcp_port=0)


@pytest.fixture
async def supervisor(
    tmp_path: Path, engine_binary: Path, on_loopback: EngineOptions, anyio_backend: str
) -> AsyncIterator[EngineSupervisor]:
    """A running engine."""
    made = EngineSupervisor(tmp_path, engine_binary, on_loopback)
    await made.start()
    await made.wait_running(60)
    yield made
    await made.stop()


@pytest.fixture
def serve() -> Callable[[ASGIApp], object]:
    """Serve an application on a free port of loopback, WebSocket included; gives its address without scheme."""

    @asynccontextmanager
    async def serving(app: ASGIApp) -> AsyncIterator[str]:
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen(512)
        server = QuietServer(uvicorn.Config(app, lifespan="off", log_config=None, access_log=False))
        running = asyncio.create_task(server.serve(sockets=[listener]))
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        await running

    return serving
