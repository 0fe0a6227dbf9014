"""A child process that cannot outlive its parent, and what a parent that was killed left behind.

Run as a script it becomes the given program after asking the kernel to kill it with its parent. That request is bound
to the *thread* that started the child: start it from the main thread.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

_PR_SET_PDEATHSIG = 1


def leashed(command: list[str]) -> list[str]:
    """The command line that runs `command` as a child that the kernel kills when this process ends."""
    return [sys.executable, "-I", "-S", str(Path(__file__).resolve()), str(os.getpid()), *command]


def remember(pid_file: Path, pid: int) -> None:
    """Write down which process was started, so that the next start can find it."""
    pid_file.write_text(f"{pid} {_start_time(pid)}\n")


def kill_left_over(pid_file: Path, patience: float = 5.0) -> int | None:
    """Kill the process of a pid file if it still is the one that was started; its pid when there was one.

    Raises TimeoutError when it does not go within `patience` seconds.
    """
    try:
        pid, started = pid_file.read_text().split()
    except (OSError, ValueError):
        return None
    number = int(pid)
    if not started or _start_time(number) != started:
        pid_file.unlink(missing_ok=True)
        return None
    with suppress(ProcessLookupError):
        os.kill(number, signal.SIGKILL)
    deadline = time.monotonic() + patience
    while _start_time(number) == started:
        if time.monotonic() > deadline:
            message = f"process {number} does not end"
            raise TimeoutError(message)
        time.sleep(0.01)
    pid_file.unlink(missing_ok=True)
    return number


class FolderLock:
    """One holder at a time for a folder, among all processes of this machine; the kernel frees it with its holder."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def acquire(self) -> None:
        """Take the lock. Raises BlockingIOError, whose text is the holder's pid, when another process has it."""
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = self._path.open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip()
            file.close()
            raise BlockingIOError(holder or "unknown") from None
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        self._file = file

    def release(self) -> None:
        """Give the lock back; does nothing when it is not held."""
        if self._file is not None:
            self._file.close()
            self._file = None


def is_held(path: Path) -> bool:
    """Whether a living process holds the lock of this path."""
    try:
        with path.open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _start_time(pid: int) -> str:
    """The start time of a living process in clock ticks since boot; empty when it is gone or a zombie."""
    try:
        fields = Path("/proc", str(pid), "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in "ZX" else fields[19]


def _become(parent: int, command: list[str]) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if hasattr(libc, "prctl"):
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        # The parent was gone before the kernel knew of the request.
        sys.exit(1)
    try:
        os.execv(command[0], command)  # noqa: S606 -- becoming the given program is what this is for
    except OSError as error:
        sys.exit(f"{command[0]}: {error.strerror}")


if __name__ == "__main__":
    _become(int(sys.argv[1]), sys.argv[2:])
