"""What the signalling proxy costs: joining and a message there and back, through it and direct, interleaved, as ratios.

uv run python scripts/signalling_latency.py [ROUNDS]
"""

from __future__ import annotations

import asyncio
import socket
import statistics
import sys
import tempfile
import time
from pathlib import Path

import structlog
import uvicorn
from livekit import api
from starlette.applications import Starlette
from starlette.routing import Mount
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve

from rostrum.media.binary import find_or_build
from rostrum.media.engine_config import EngineOptions
from rostrum.media.signalling import signalling_app
from rostrum.media.supervisor import EngineSupervisor

ECHOES = 50


async def joining(base: str, token: str) -> float:
    """Seconds from dialling to the engine's join answer."""
    began = time.perf_counter()
    async with connect(f"{base}/rtc?access_token={token}&protocol=15", proxy=None, compression=None) as browser:
        await browser.recv()
        return time.perf_counter() - began


async def message(browser: ClientConnection) -> float:
    """Seconds for 200 bytes there and back."""
    began = time.perf_counter()
    for _ in range(ECHOES):
        await browser.send(b"x" * 200)
        await browser.recv()
    return (time.perf_counter() - began) / ECHOES


def show(what: str, direct: list[float], proxied: list[float]) -> None:
    """Print medians and the ratio with its spread."""
    ratios = [b / a for a, b in zip(direct, proxied, strict=True)]
    low, _, high = statistics.quantiles(ratios, n=4)
    print(
        f"{what}: direct {statistics.median(direct) * 1e3:.2f} ms, "
        f"through the proxy {statistics.median(proxied) * 1e3:.2f} ms, "
        f"ratio {statistics.median(ratios):.2f} (quartiles {low:.2f} to {high:.2f}, {len(ratios)} rounds)"
    )


async def echo(connection: ServerConnection) -> None:
    """A peer that answers with what it got."""
    async for data in connection:
        await connection.send(data)


async def proxied(target: str) -> tuple[uvicorn.Server, asyncio.Task[None], str]:
    """A server of its own with the proxy before `target`, as `rostrum serve` runs it."""
    listener = socket.create_server(("127.0.0.1", 0))
    app = Starlette(routes=[Mount("/livekit", app=signalling_app(lambda: target))])
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    return server, task, f"ws://127.0.0.1:{listener.getsockname()[1]}/livekit"


async def measure_joining(folder: Path, rounds: int) -> None:
    """Against the real engine: until its first answer."""
    options = EngineOptions(node_ip="127.0.0.1", udp_port=0, tcp_port=0, log_level="error")
    engine = EngineSupervisor(folder, find_or_build().path, options)
    await engine.start()
    await engine.wait_running()
    assert engine.http_url
    async with api.LiveKitAPI(engine.http_url, engine.keys.api_key, engine.keys.api_secret) as client:
        await client.room.create_room(api.CreateRoomRequest(name="room"))
    server, task, through = await proxied(engine.http_url)
    direct, with_proxy = [], []
    for number in range(rounds):
        for base, times in ((engine.http_url.replace("http", "ws"), direct), (through, with_proxy)):
            token = api.AccessToken(engine.keys.api_key, engine.keys.api_secret).with_identity(f"{number} {id(times)}")
            grants = api.VideoGrants(room_join=True, room="room")
            times.append(await joining(base, token.with_grants(grants).to_jwt()))
    show("join answer", direct, with_proxy)
    server.should_exit = True
    await task
    await engine.stop()


async def measure_messages(rounds: int) -> None:
    """Against an echo, since the engine answers nothing at once."""
    async with serve(echo, "127.0.0.1", 0, compression=None) as peer:
        base = f"http://127.0.0.1:{peer.sockets[0].getsockname()[1]}"
        server, task, through = await proxied(base)
        async with (
            connect(base.replace("http", "ws") + "/rtc", proxy=None, compression=None) as plain,
            connect(f"{through}/rtc", proxy=None, compression=None) as bridged,
        ):
            direct, with_proxy = [], []
            for _ in range(rounds):
                direct.append(await message(plain))
                with_proxy.append(await message(bridged))
        show("message of 200 bytes and its echo", direct, with_proxy)
        server.should_exit = True
        await task


async def main() -> None:
    """Both measurements."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger("error"))
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    with tempfile.TemporaryDirectory() as folder:
        await measure_joining(Path(folder), rounds)
    await measure_messages(rounds)


if __name__ == "__main__":
    asyncio.run(main())
