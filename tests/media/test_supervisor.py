"""The engine's life, with the real engine and real signals."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import msgspec
import pytest
from livekit import api

from rostrum.media import engine_process, leash
from rostrum.media import supervisor as module
from rostrum.media.engine_config import EngineOptions
from rostrum.media.engine_log import EngineLog
from rostrum.media.supervisor import EngineError, EngineState, EngineSupervisor

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def client(supervisor: EngineSupervisor) -> AsyncIterator[api.LiveKitAPI]:
    async with api.LiveKitAPI(supervisor.http_url, supervisor.keys.api_key, supervisor.keys.api_secret) as made:
        yield made


async def until_restarted(supervisor: EngineSupervisor, restarts: int) -> None:
    async with asyncio.timeout(30):
        while supervisor.state.restarts < restarts or supervisor.signal_url is None:  # noqa: ASYNC110 -- another process tells no Event
            await asyncio.sleep(0.02)


async def until_state(supervisor: EngineSupervisor, name: str) -> None:
    async with asyncio.timeout(30):
        while supervisor.state.name != name:  # noqa: ASYNC110 -- another process tells no Event
            await asyncio.sleep(0.02)


def alive(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    return False


def gone(pid: int, seconds: float = 5) -> bool:
    deadline = time.monotonic() + seconds
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not alive(pid)


async def test_it_runs_and_answers_our_key_only(supervisor: EngineSupervisor) -> None:
    assert supervisor.state.name == "running"
    async with client(supervisor) as engine:
        await engine.room.create_room(api.CreateRoomRequest(name="a"))
        listed = await engine.room.list_rooms(api.ListRoomsRequest())
    assert [room.name for room in listed.rooms] == ["a"]
    async with api.LiveKitAPI(supervisor.http_url, supervisor.keys.api_key, "x" * 48) as stranger:
        with pytest.raises(api.TwirpError):
            await stranger.room.list_rooms(api.ListRoomsRequest())


async def test_its_folder_is_closed_to_others(supervisor: EngineSupervisor, tmp_path: Path) -> None:
    assert supervisor.state.pid
    for path in (tmp_path / "engine").iterdir():
        assert path.stat().st_mode & 0o044 == 0 or path.name in {"lock", "engine.pid"}
    assert (tmp_path / "engine").stat().st_mode & 0o077 == 0


async def test_stop_ends_it_and_frees_the_folder(
    tmp_path: Path, engine_binary: Path, on_loopback: EngineOptions
) -> None:
    first = EngineSupervisor(tmp_path, engine_binary, on_loopback)
    await first.start()
    await first.wait_running(60)
    pid = first.state.pid
    assert pid
    began = time.monotonic()
    await first.stop()
    assert time.monotonic() - began < 5, "by force it would take longer"
    assert gone(pid, 0)
    assert (first.state.name, first.http_url, first.signal_url) == ("stopped", None, None)
    await first.stop()
    second = EngineSupervisor(tmp_path, engine_binary, on_loopback)
    await second.start()
    await second.stop()


async def test_stop_right_after_start_leaves_nothing(
    tmp_path: Path, engine_binary: Path, on_loopback: EngineOptions
) -> None:
    for pause in (0.0, 0.005, 0.05):
        made = EngineSupervisor(tmp_path, engine_binary, on_loopback)
        await made.start()
        await asyncio.sleep(pause)
        await made.stop()
        assert not (tmp_path / "engine" / "engine.pid").exists()


async def test_killed_it_comes_back_and_we_reconcile_before_browsers_are_let_in(
    tmp_path: Path, engine_binary: Path, on_loopback: EngineOptions
) -> None:
    seen: list[tuple[EngineState, str | None]] = []

    async def make_rooms_again() -> None:
        seen.append((supervisor.state, supervisor.signal_url))
        async with client(supervisor) as engine:
            await engine.room.create_room(api.CreateRoomRequest(name="again"))

    supervisor = EngineSupervisor(tmp_path, engine_binary, on_loopback, make_rooms_again)
    await supervisor.start()
    await supervisor.wait_running(60)
    port, pid = supervisor.ports.signal, supervisor.state.pid
    assert pid
    os.kill(pid, signal.SIGKILL)
    began = time.monotonic()
    await until_restarted(supervisor, 1)
    assert time.monotonic() - began < 15
    assert supervisor.state.pid != pid
    assert supervisor.ports.signal == port
    assert [(state.name, let_in) for state, let_in in seen] == [("running", None)] * 2
    async with client(supervisor) as engine:
        assert len((await engine.room.list_rooms(api.ListRoomsRequest())).rooms) == 1
    await supervisor.stop()


async def test_one_that_hangs_is_told_and_started_anew(
    supervisor: EngineSupervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_ASK_EVERY", 0.1)
    monkeypatch.setattr(engine_process, "_ANSWER_WITHIN", 1.0)
    pid = supervisor.state.pid
    assert pid
    os.kill(pid, signal.SIGSTOP)
    await until_state(supervisor, "silent")
    assert "has not answered" in supervisor.state.reason
    assert supervisor.signal_url is None
    await until_restarted(supervisor, 1)
    assert supervisor.state.pid != pid
    assert gone(pid)


async def test_one_that_was_only_slow_is_left_alone(
    supervisor: EngineSupervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_ASK_EVERY", 0.1)
    monkeypatch.setattr(module, "_MISSES_BEFORE_HUNG", 1000)
    monkeypatch.setattr(engine_process, "_ANSWER_WITHIN", 0.5)
    pid = supervisor.state.pid
    assert pid
    os.kill(pid, signal.SIGSTOP)
    await until_state(supervisor, "silent")
    os.kill(pid, signal.SIGCONT)
    await until_state(supervisor, "running")
    assert (supervisor.state.pid, supervisor.state.restarts, supervisor.state.reason) == (pid, 0, "")
    assert supervisor.signal_url


async def test_a_reconciliation_that_fails_does_not_keep_browsers_out(
    tmp_path: Path, engine_binary: Path, on_loopback: EngineOptions
) -> None:
    async def fail() -> None:
        raise RuntimeError

    supervisor = EngineSupervisor(tmp_path, engine_binary, on_loopback, fail)
    await supervisor.start()
    await supervisor.wait_running(60)
    assert supervisor.signal_url
    await supervisor.stop()


async def test_a_taken_port_is_told_and_tried_again(
    tmp_path: Path, engine_binary: Path, on_loopback: EngineOptions
) -> None:
    with socket.socket() as taken:
        taken.bind(("", 0))
        taken.listen()
        port = taken.getsockname()[1]
        supervisor = EngineSupervisor(
            tmp_path, engine_binary, EngineOptions(node_ip="127.0.0.1", udp_port=0, tcp_port=port)
        )
        await supervisor.start()
        await until_state(supervisor, "restarting")
        with pytest.raises(EngineError, match="address already in use"):
            await supervisor.wait_running(0.1)
        assert supervisor.state.name == "restarting"
        assert str(port) in supervisor.state.reason
    await until_restarted(supervisor, 1)
    await supervisor.stop()


async def test_a_binary_that_does_not_run_is_told(tmp_path: Path, on_loopback: EngineOptions) -> None:
    supervisor = EngineSupervisor(tmp_path, tmp_path / "none", on_loopback)
    await supervisor.start()
    await until_state(supervisor, "restarting")
    with pytest.raises(EngineError, match="No such file"):
        await supervisor.wait_running(0.1)
    await supervisor.stop()


async def test_two_servers_do_not_share_a_data_folder(
    supervisor: EngineSupervisor, tmp_path: Path, engine_binary: Path, on_loopback: EngineOptions
) -> None:
    second = EngineSupervisor(tmp_path, engine_binary, on_loopback)
    with pytest.raises(EngineError, match=rf"process {os.getpid()}\) uses the data folder"):
        await second.start()
    assert supervisor.state.name == "running"


async def test_only_the_main_thread_may_start_it(
    tmp_path: Path, engine_binary: Path, on_loopback: EngineOptions
) -> None:
    refused: list[str] = []

    def elsewhere() -> None:
        try:
            asyncio.run(EngineSupervisor(tmp_path, engine_binary, on_loopback).start())
        except EngineError as error:
            refused.append(str(error))

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert "main thread" in refused[0]


SERVER = """
import asyncio, os, pathlib, sys
from rostrum.media.engine_config import EngineOptions
from rostrum.media.engine_log import EngineLog
from rostrum.media.supervisor import EngineSupervisor
async def main():
    options = EngineOptions(node_ip="127.0.0.1", loopback=True, udp_port=0, tcp_port=0)
    supervisor = EngineSupervisor(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), options)
    await supervisor.start()
    await supervisor.wait_running(60)
    print(supervisor.state.pid, flush=True)
    await asyncio.sleep(60)
if sys.argv[3] == "uvloop":
    import uvloop
    uvloop.run(main())
else:
    asyncio.run(main())
"""


@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
def test_kill_9_of_the_server_takes_the_engine_with_it(tmp_path: Path, engine_binary: Path, loop: str) -> None:
    command = [sys.executable, "-c", SERVER, tmp_path, engine_binary, loop]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        while not (line := server.stdout.readline()).strip().isdigit():
            assert line, "the server ended"
        engine = int(line)
        assert alive(engine)
        server.kill()
        server.wait()
        assert gone(engine, 2)


async def test_an_engine_that_was_left_over_is_ended(
    tmp_path: Path, engine_binary: Path, on_loopback: EngineOptions
) -> None:
    config = tmp_path / "other.json"
    config.write_bytes(
        msgspec.json.encode({"port": 0, "keys": {"k": "s" * 40}, "rtc": {"udp_port": 47999, "tcp_port": 0}})
    )
    left_over = subprocess.Popen(  # noqa: ASYNC220 -- it returns at once
        [engine_binary, "--config", config], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    (tmp_path / "engine").mkdir()
    leash.remember(tmp_path / "engine" / "engine.pid", left_over.pid)
    supervisor = EngineSupervisor(tmp_path, engine_binary, on_loopback)
    await supervisor.start()
    assert left_over.wait(2) == -signal.SIGKILL
    await supervisor.stop()


async def test_a_stranger_with_the_same_process_number_is_left_alone(
    tmp_path: Path, engine_binary: Path, on_loopback: EngineOptions
) -> None:
    stranger = subprocess.Popen(["sleep", "30"])  # noqa: ASYNC220 -- it returns at once
    (tmp_path / "engine").mkdir()
    (tmp_path / "engine" / "engine.pid").write_text(f"{stranger.pid} 1\n")
    supervisor = EngineSupervisor(tmp_path, engine_binary, on_loopback)
    await supervisor.start()
    await supervisor.stop()
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


async def test_the_log_shows_no_secret(capsys: pytest.CaptureFixture[str]) -> None:
    output = EngineLog()
    output.take(
        b'{"level":"error","msg":"bad GET /rtc?access_token=eyJhbGci.abc","token":"geheim1","error":"e eyJhbGci.xyz"}\n'
    )
    output.take(b"plain access_token=geheim2 words\n")
    output.take(b"\xff\xfe\n")
    shown = capsys.readouterr().out + output.last_words
    assert "geheim" not in shown
    assert "abc" not in shown
    assert "xyz" not in shown
    assert "plain" in output.last_words
