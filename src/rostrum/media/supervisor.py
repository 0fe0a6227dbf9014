"""Keeps the embedded engine running: starts it, restarts it with back-off, ends it with us."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import structlog
from msgspec import Struct

from rostrum.api.work import EngineKeys
from rostrum.files import write_private
from rostrum.media import engine_config, engine_process, leash
from rostrum.media.engine_config import EngineOptions, EnginePorts, EngineSettings
from rostrum.media.engine_log import LINE_LIMIT, EngineLog

log = structlog.get_logger(__name__)

_START_SECONDS = 15.0
_STABLE_SECONDS = 60.0
_LONGEST_PAUSE = 30.0
_TRIES_BEFORE_FAILED = 3
_RECONCILE_SECONDS = 30.0
_PASSED_ON = ("PATH", "HOME", "LANG", "TZ", "GOMAXPROCS", "GOMEMLIMIT", "GODEBUG")

_ASK_EVERY = 2.0
_MISSES_BEFORE_HUNG = 3
"""An engine that did not answer so many times in a row hangs: a new one is there in a second. Asks are counted, not
seconds: when we ourselves were held up, the engine is not to blame."""

StateName = Literal["stopped", "starting", "running", "silent", "restarting", "failed"]


class EngineError(Exception):
    """The engine cannot be started; the text says why and what to do."""


class EngineState(Struct, frozen=True):
    """How the engine is. `since` is aware UTC; `reason` is empty while all is well.

    "silent" means that it did not answer when it was last asked; it may yet. "failed" means that it did not come up
    several times in a row; it is still tried again every 30 seconds.
    """

    name: StateName
    since: datetime
    reason: str = ""
    restarts: int = 0
    pid: int | None = None


class EngineSupervisor:
    """One engine process for one data folder.

    `on_running` is awaited each time the engine has come up, after the first start and after every restart; browsers
    are let through (`signal_url`) when it is done.
    """

    def __init__(
        self,
        data_dir: Path,
        binary: Path,
        options: EngineOptions,
        on_running: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self.keys: EngineKeys = engine_config.load_or_create_keys(data_dir)
        self._folder = data_dir / "engine"
        self._binary = binary
        self._options = options
        self._on_running = on_running
        self._lock = leash.FolderLock(self._folder / "lock")
        self._ports = EnginePorts(0, options.udp_port, options.tcp_port)
        self._state = EngineState("stopped", datetime.now(UTC))
        self._changed = asyncio.Event()
        self._stopping = asyncio.Event()
        self._process: asyncio.subprocess.Process | None = None
        self._life: asyncio.Task[None] | None = None
        self._open = False
        self._failures = 0

    @property
    def state(self) -> EngineState:
        """How the engine is now."""
        return self._state

    @property
    def ports(self) -> EnginePorts:
        """The ports in use; they may change with a restart when another program took one."""
        return self._ports

    @property
    def http_url(self) -> str | None:
        """The engine's own API on loopback while it runs."""
        return f"http://127.0.0.1:{self._ports.signal}" if self._state.name == "running" else None

    @property
    def signal_url(self) -> str | None:
        """Where browsers' signalling goes; None until `on_running` is done."""
        return self.http_url if self._open else None

    async def start(self) -> None:
        """Take the data folder, end an engine that was left over, and start ours; does not wait until it answers.

        Raises EngineError.
        """
        if threading.current_thread() is not threading.main_thread():
            message = "the engine must be started from the main thread: the kernel ends it with the thread that did"
            raise EngineError(message)
        try:
            self._lock.acquire()
        except BlockingIOError as error:
            message = (
                f"another Rostrum server (process {error}) uses the data folder {self._folder.parent}: "
                "stop it, or choose another --data-dir"
            )
            raise EngineError(message) from None
        if (pid := leash.kill_left_over(self._folder / "engine.pid")) is not None:
            log.warning("ended an engine that was left over", pid=pid)
        self._stopping.clear()
        self._show("starting")
        self._life = asyncio.create_task(self._keep_running(), name="engine")

    async def wait_running(self, timeout: float = _START_SECONDS) -> None:  # noqa: ASYNC109 -- the caller's whole wait
        """Wait until the engine answers and `on_running` is done. Raises EngineError with the reason if it does not."""
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                while not self._open and self._state.name != "stopped":
                    self._changed.clear()
                    await self._changed.wait()
        if not self._open:
            message = f"the engine is not running ({self._state.name}): {self._state.reason or 'no answer yet'}"
            raise EngineError(message)

    async def stop(self) -> None:
        """End the engine: politely, after 5 s by force. Does nothing when it is not running."""
        self._stopping.set()
        if self._life is not None:
            if self._process is not None:
                await engine_process.end(self._process)
            await self._life
            self._life = None
        (self._folder / "engine.pid").unlink(missing_ok=True)
        self._show("stopped")
        self._lock.release()

    async def _keep_running(self) -> None:
        pause, restarts = 1.0, 0
        while True:
            began = time.monotonic()
            reason = await self._one_life()
            if self._stopping.is_set():
                return
            if time.monotonic() - began >= _STABLE_SECONDS:
                pause = 1.0
            name: StateName = "failed" if self._failures >= _TRIES_BEFORE_FAILED else "restarting"
            restarts += 1
            self._show(name, reason, restarts)
            log.error("the engine ended", reason=reason, again_in_seconds=pause)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)
            if self._stopping.is_set():
                return
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def _one_life(self) -> str:
        """Start the engine and stay until it ends; why it ended."""
        output = EngineLog()
        self._failures += 1
        try:
            process = await self._spawn()
        except OSError as error:
            return f"it cannot be started: {error}"
        self._process = process
        if self._stopping.is_set():
            await engine_process.end(process)
        assert process.stdout is not None
        reading = asyncio.create_task(output.follow(process.stdout))
        living = asyncio.create_task(process.wait())
        rising = asyncio.create_task(self._rise(process.pid))
        try:
            done, _ = await asyncio.wait({living, rising}, timeout=_START_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if not done and self._failures and not self._stopping.is_set():
                engine_process.tell(process, signal.SIGKILL)
                await living
                return f"it did not answer within {_START_SECONDS:.0f} s"
            hung = await self._watch(process, living)
            code = await living
            await reading
            return hung or engine_process.ending(code, output.last_words)
        finally:
            self._open = False
            self._process = None
            rising.cancel()

    async def _watch(self, process: asyncio.subprocess.Process, living: asyncio.Task[int]) -> str:
        """Ask the engine how it is until it ends; one that answers no more is ended. Why that was done, or nothing."""
        answered, misses = time.monotonic(), 0
        while True:
            done, _ = await asyncio.wait({living}, timeout=_ASK_EVERY)
            if done or self._stopping.is_set():
                return ""
            if await engine_process.answers(self._ports.signal, ready=False):
                answered, misses = time.monotonic(), 0
                if self._state.name == "silent":
                    log.warning("the engine answers again")
                    self._show("running", restarts=self._state.restarts, pid=process.pid)
                continue
            misses += 1
            reason = f"it has not answered for {time.monotonic() - answered:.0f} s"
            if misses == _MISSES_BEFORE_HUNG:
                engine_process.tell(process, signal.SIGKILL)
                return reason
            if self._state.name in {"running", "silent"}:
                self._show("silent", reason, self._state.restarts, process.pid)

    async def _spawn(self) -> asyncio.subprocess.Process:
        self._ports = engine_config.choose_ports(self._options, self._ports.signal)
        settings = EngineSettings(self._options, self.keys, self._ports, engine_config.default_address())
        config = self._folder / "engine.yaml"
        write_private(config, engine_config.render(settings))
        process = await asyncio.create_subprocess_exec(
            *leash.leashed([str(self._binary), "--config", str(config)]),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
            start_new_session=True,
            limit=LINE_LIMIT,
        )
        leash.remember(self._folder / "engine.pid", process.pid)
        return process

    async def _rise(self, pid: int) -> None:
        """Wait until the engine answers, have our rooms made again, then let browsers in."""
        began = time.monotonic()
        while not await engine_process.answers(self._ports.signal):  # noqa: ASYNC110 -- another process tells no Event
            await asyncio.sleep(0.02)
        self._failures = 0
        self._show("running", restarts=self._state.restarts, pid=pid)
        log.info("the engine runs", pid=pid, seconds=round(time.monotonic() - began, 2), udp=self._ports.udp)
        if self._on_running is not None:
            try:
                async with asyncio.timeout(_RECONCILE_SECONDS):
                    await self._on_running()
            except Exception:
                log.exception("reconciling with the engine failed")
        self._open = True
        self._changed.set()

    def _show(self, name: StateName, reason: str = "", restarts: int = 0, pid: int | None = None) -> None:
        self._state = EngineState(name, datetime.now(UTC), reason, restarts, pid)
        self._changed.set()
