"""One engine process from outside: whether it answers, how it is ended, what its end says."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress

_FORCE_AFTER = 0.3
_KILL_AFTER = 5.0
_ANSWER_WITHIN = 4.0


async def answers(port: int, *, ready: bool = True) -> bool:
    """Whether the engine answers: that it is ready, or anything at all."""
    try:
        async with asyncio.timeout(_ANSWER_WITHIN):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(b"GET / HTTP/1.1\r\nHost: engine\r\nConnection: close\r\n\r\n")
                return (b" 200 " if ready else b"HTTP/") in await reader.readline()
            finally:
                writer.close()
    except OSError:
        return False


async def end(process: asyncio.subprocess.Process) -> None:
    """End the engine, which waits for its participants to leave at the first TERM and not at the second; by force when
    that does not help.
    """
    for which, patience in (
        (signal.SIGTERM, _FORCE_AFTER),
        (signal.SIGTERM, _KILL_AFTER),
        (signal.SIGKILL, _KILL_AFTER),
    ):
        tell(process, which)
        try:
            await asyncio.wait_for(process.wait(), patience)
        except TimeoutError:
            continue
        return


def tell(process: asyncio.subprocess.Process, which: signal.Signals) -> None:
    """Send a signal to a process that may be gone."""
    with suppress(ProcessLookupError):
        process.send_signal(which)


def ending(code: int, last_words: str) -> str:
    """Why the engine ended, in words; `code` is below 0 for a signal."""
    how = f"it was ended by {signal.Signals(-code).name}" if code < 0 else f"it ended with code {code}"
    return f"{how}: {last_words}" if last_words else how
