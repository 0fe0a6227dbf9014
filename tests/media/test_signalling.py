"""The way from the browser to the engine: with the real engine, and with a peer that shows what arrives."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any

import aiohttp
import pytest
import yarl
from livekit import api, rtc
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection
from websockets.asyncio.server import serve as serve_websocket
from websockets.exceptions import ConnectionClosed, InvalidStatus

from rostrum.media.signalling import SignallingLimits, signalling_app
from rostrum.media.supervisor import EngineSupervisor

pytestmark = pytest.mark.anyio

Serve = Callable[[ASGIApp], AbstractAsyncContextManager[str]]


def mounted(upstream: Callable[[], str | None], limits: SignallingLimits | None = None) -> ASGIApp:
    return Starlette(routes=[Mount("/livekit", app=signalling_app(upstream, limits))])


def token(supervisor: EngineSupervisor, identity: str, room: str = "room") -> str:
    grants = api.VideoGrants(room_join=True, room=room)
    keys = supervisor.keys
    return api.AccessToken(keys.api_key, keys.api_secret).with_identity(identity).with_grants(grants).to_jwt()


async def make_room(supervisor: EngineSupervisor, name: str = "room") -> None:
    async with api.LiveKitAPI(supervisor.http_url, supervisor.keys.api_key, supervisor.keys.api_secret) as engine:
        await engine.room.create_room(api.CreateRoomRequest(name=name))


@asynccontextmanager
async def peer(handler: Callable[[ServerConnection], Any]) -> AsyncIterator[str]:
    """A WebSocket server in the engine's place."""
    async with serve_websocket(handler, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def echo(connection: ServerConnection) -> None:
    async for message in connection:
        await connection.send(message)


async def test_two_real_clients_meet_through_it(supervisor: EngineSupervisor, serve: Serve) -> None:
    await make_room(supervisor)
    async with serve(mounted(lambda: supervisor.signal_url)) as address:
        first, second = rtc.Room(), rtc.Room()
        heard: asyncio.Queue[str] = asyncio.Queue()
        second.on("data_received", lambda packet: heard.put_nowait(packet.data.decode()))
        await first.connect(f"ws://{address}/livekit", token(supervisor, "one"))
        await second.connect(f"ws://{address}/livekit", token(supervisor, "two"))
        assert [who.identity for who in second.remote_participants.values()] == ["one"]
        await first.local_participant.publish_data("hello")
        assert await asyncio.wait_for(heard.get(), 30) == "hello"
        await first.disconnect()
        async with asyncio.timeout(30):
            while second.remote_participants:  # noqa: ASYNC110 -- another process tells no Event
                await asyncio.sleep(0.02)
        await second.disconnect()


async def test_who_may_no_longer_come_in_does_not_with_the_token(supervisor: EngineSupervisor, serve: Serve) -> None:
    """Wherever it stands, and whatever other token stands beside it."""
    await make_room(supervisor)
    asked = []

    async def admits(room: str, identity: str) -> bool:
        asked.append((room, identity))
        return identity == "one"

    good, bad = token(supervisor, "one"), token(supervisor, "two")
    app = Starlette(routes=[Mount("/livekit", app=signalling_app(lambda: supervisor.signal_url, None, admits))])
    async with serve(app) as address, aiohttp.ClientSession() as http:
        url = f"http://{address}/livekit/rtc/validate"
        for query, header, wanted in (
            (good, None, 200),
            (None, good, 200),
            (bad, None, 403),
            (None, bad, 403),
            (good, bad, 403),
            (bad, good, 403),
            ("x", None, 401),
        ):
            headers = {"Authorization": f"Bearer {header}"} if header else {}
            async with http.get(url, params={"access_token": query} if query else {}, headers=headers) as answer:
                assert answer.status == wanted, (query == good, header == good)
        with pytest.raises(InvalidStatus) as refused:
            await connect(f"ws://{address}/livekit/rtc?access_token={bad}")
        assert refused.value.response.status_code == 403
    assert ("room", "two") in asked


async def test_the_engine_decides_about_tokens(supervisor: EngineSupervisor, serve: Serve) -> None:
    await make_room(supervisor)
    good = token(supervisor, "one")
    async with serve(mounted(lambda: supervisor.signal_url)) as address, aiohttp.ClientSession() as http:
        base = f"http://{address}/livekit/rtc/validate"
        for url, headers, status in (
            (base, {}, 401),
            (f"{base}?access_token=forged", {}, 401),
            (f"{base}?access_token={good}", {}, 200),
            (base, {"Authorization": f"Bearer {good}"}, 200),
        ):
            async with http.get(url, headers=headers) as answer:
                assert answer.status == status, await answer.text()
        with pytest.raises(InvalidStatus) as refused:
            await connect(f"ws://{address}/livekit/rtc?access_token=forged", proxy=None)
        assert refused.value.response.status_code == 401
        async with http.options(
            base, headers={"Origin": "https://x", "Access-Control-Request-Method": "GET"}
        ) as answer:
            assert answer.headers["Access-Control-Allow-Origin"] == "https://x"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "",
        "/twirp/livekit.RoomService/ListRooms",
        "/rtcx",
        "/rtc/../twirp",
        "/rtc/%2e%2e/twirp",
        "/rtc//x",
        "/agent",
    ],
)
async def test_nothing_but_signalling_is_reachable(supervisor: EngineSupervisor, serve: Serve, path: str) -> None:
    async with serve(mounted(lambda: supervisor.signal_url)) as address, aiohttp.ClientSession() as http:
        async with http.get(yarl.URL(f"http://{address}/livekit{path}", encoded=True)) as answer:
            assert answer.status == 404
            if path:
                assert (await answer.json())["error"]["errors"][0]["reason"] == "routeNotFound"
        async with http.post(f"http://{address}/livekit/rtc/validate", data=b"x") as answer:
            assert answer.status == 405
            assert (await answer.json())["error"]["code"] == 405


async def test_the_engine_away_is_503(serve: Serve) -> None:
    for where in (None, "http://127.0.0.1:1"):
        async with serve(mounted(lambda where=where: where)) as address, aiohttp.ClientSession() as http:
            async with http.get(f"http://{address}/livekit/rtc/validate") as answer:
                assert answer.status == 503
                assert (await answer.json())["error"]["errors"][0]["reason"] == "serviceUnavailable"
            with pytest.raises(InvalidStatus) as refused:
                await connect(f"ws://{address}/livekit/rtc", proxy=None)
            assert refused.value.response.status_code == 503
            assert b"serviceUnavailable" in (refused.value.response.body or b"")


async def test_the_engine_killed_in_a_conversation_is_1013(supervisor: EngineSupervisor, serve: Serve) -> None:
    await make_room(supervisor)
    async with serve(mounted(lambda: supervisor.signal_url)) as address:
        url = f"ws://{address}/livekit/rtc?access_token={token(supervisor, 'one')}&protocol=15"
        async with connect(url, proxy=None) as browser:
            assert isinstance(await browser.recv(), bytes)
            assert supervisor.state.pid
            os.kill(supervisor.state.pid, signal.SIGKILL)
            async with asyncio.timeout(30):
                await browser.wait_closed()
            assert browser.close_code == 1013


async def test_text_binary_query_and_headers_pass_unchanged(serve: Serve) -> None:
    seen: list[tuple[str, dict[str, str]]] = []

    async def note(connection: ServerConnection) -> None:
        assert connection.request
        seen.append((connection.request.path, dict(connection.request.headers.raw_items())))
        await echo(connection)

    async with peer(note) as engine, serve(mounted(lambda: engine)) as address:
        query = "access_token=a.b-c&x=%2F%20%C3%A9&join_request=" + "Q" * 30_000
        headers = {"Authorization": "Bearer t", "Cookie": "c=1"}
        url = f"ws://{address}/livekit/rtc/v1?{query}"
        async with connect(url, additional_headers=headers, user_agent_header="Browser/1", proxy=None) as browser:
            for message in ("grüße", b"\x00\xff" * 70_000, "", b""):
                await browser.send(message)
                assert await browser.recv() == message
        path, arrived = seen[0]
        assert path == f"/rtc/v1?{query}"
        assert arrived["authorization"] == "Bearer t"
        assert arrived["user-agent"] == "Browser/1"
        assert arrived["X-Forwarded-For"] == "127.0.0.1"
        assert "cookie" not in {name.lower() for name in arrived}


async def test_close_codes_pass_both_ways(serve: Serve) -> None:
    codes: asyncio.Queue[int | None] = asyncio.Queue()

    async def close_when_told(connection: ServerConnection) -> None:
        with suppress(ConnectionClosed):
            async for message in connection:
                await connection.close(int(message), "so said the engine")
        codes.put_nowait(connection.close_code)

    async with peer(close_when_told) as engine, serve(mounted(lambda: engine)) as address:
        for code in (1000, 1001, 1008, 4321):
            async with connect(f"ws://{address}/livekit/rtc", proxy=None) as browser:
                await browser.send(str(code))
                await browser.wait_closed()
                assert (browser.close_code, browser.close_reason) == (code, "so said the engine")
            assert await asyncio.wait_for(codes.get(), 30) == code
        async with connect(f"ws://{address}/livekit/rtc", proxy=None) as browser:
            await browser.close(4002, "so said the browser")
        assert await asyncio.wait_for(codes.get(), 30) == 4002
        gone = await connect(f"ws://{address}/livekit/rtc", proxy=None)
        gone.transport.abort()
        assert await asyncio.wait_for(codes.get(), 30) == 1001


async def test_sizes_and_numbers_are_bounded(serve: Serve) -> None:
    limits = SignallingLimits(connections=2, message_bytes=1000)
    async with peer(echo) as engine, serve(mounted(lambda: engine, limits)) as address:
        url = f"ws://{address}/livekit/rtc"
        async with connect(url, proxy=None) as first, connect(url, proxy=None):
            with pytest.raises(InvalidStatus) as refused:
                await connect(url, proxy=None)
            assert refused.value.response.status_code == 503
            await first.send(b"x" * 1000)
            assert len(await first.recv()) == 1000
            await first.send(b"x" * 1001)
            await first.wait_closed()
            assert first.close_code == 1009
        async with asyncio.timeout(30):
            while True:
                try:
                    async with connect(url, proxy=None):
                        break
                except InvalidStatus:
                    await asyncio.sleep(0.02)


async def test_a_peer_that_never_answers_is_given_up(serve: Serve) -> None:
    async def never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    silent = await asyncio.start_server(never, "127.0.0.1", 0)
    engine = f"http://127.0.0.1:{silent.sockets[0].getsockname()[1]}"
    async with serve(mounted(lambda: engine, SignallingLimits(open_seconds=0.3))) as address:
        with pytest.raises(InvalidStatus) as refused:
            await connect(f"ws://{address}/livekit/rtc", proxy=None)
        assert refused.value.response.status_code == 503
        async with aiohttp.ClientSession() as http, http.get(f"http://{address}/livekit/rtc/validate") as answer:
            assert answer.status == 503
    silent.close()


async def test_many_connections_leave_nothing_behind(serve: Serve) -> None:
    app = signalling_app(lambda: engine, SignallingLimits(open_seconds=60))
    async with peer(echo) as engine, serve(Starlette(routes=[Mount("/livekit", app=app)])) as address:

        async def one(number: int) -> None:
            async with connect(f"ws://{address}/livekit/rtc", proxy=None, open_timeout=60) as browser:
                for turn in range(5):
                    await browser.send(f"{number} {turn}")
                    assert await browser.recv() == f"{number} {turn}"

        await asyncio.gather(*(one(number) for number in range(100)))
        async with asyncio.timeout(30):
            while app._connections:  # type: ignore[attr-defined]  # noqa: ASYNC110 -- another process tells no Event
                await asyncio.sleep(0.02)
