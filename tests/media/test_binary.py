"""Finding and building the engine."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from rostrum.media import binary
from rostrum.media.binary import ENGINE_VERSION, BinaryError, find, find_or_build

ROOT = Path(__file__).parents[2]


def program(path: Path, version: str) -> Path:
    """A stand-in that only tells a version."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho livekit-server version {version}\n")
    path.chmod(0o755)
    return path


def surroundings(tmp_path: Path, **more: str) -> dict[str, str]:
    return {"HOME": str(tmp_path), "PATH": str(tmp_path / "bin"), "ROSTRUM_CACHE_DIR": str(tmp_path / "cache"), **more}


def test_the_version_is_the_one_that_the_go_module_pins() -> None:
    pinned = re.search(r"livekit/livekit-server v(\S+)", (ROOT / "deploy/livekit/go.mod").read_text())
    assert pinned is not None
    assert pinned.group(1) == ENGINE_VERSION


def test_the_variable_comes_first_then_path_then_cache(tmp_path: Path) -> None:
    env = surroundings(tmp_path)
    assert find(env) is None
    cached = program(tmp_path / "cache" / f"livekit-server-v{ENGINE_VERSION}", ENGINE_VERSION)
    found = find(env)
    assert found is not None
    assert (found.path, found.source) == (cached, "cache")
    on_path = program(tmp_path / "bin" / "livekit-server", ENGINE_VERSION)
    found = find(env)
    assert found is not None
    assert (found.path, found.source) == (on_path, "path")
    given = program(tmp_path / "own", ENGINE_VERSION)
    found = find(env | {"ROSTRUM_LIVEKIT_BIN": str(given)})
    assert found is not None
    assert (found.path, found.source, found.warning) == (given, "environment", "")


def test_another_version_on_path_is_left_aside_and_told(tmp_path: Path) -> None:
    program(tmp_path / "bin" / "livekit-server", "1.9.0")
    told: list[str] = []
    assert find(surroundings(tmp_path), told.append) is None
    assert "1.9.0" in told[0]


def test_another_version_that_was_asked_for_is_used_with_a_warning(tmp_path: Path) -> None:
    given = program(tmp_path / "own", "1.12.0")
    found = find_or_build(env=surroundings(tmp_path, ROSTRUM_LIVEKIT_BIN=str(given)))
    assert found.version == "1.12.0"
    assert "1.12.0" in found.warning


def test_a_variable_that_names_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BinaryError, match="ROSTRUM_LIVEKIT_BIN"):
        find(surroundings(tmp_path, ROSTRUM_LIVEKIT_BIN=str(tmp_path / "none")))


def test_an_installation_without_sources_says_what_to_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binary, "_MODULE_DIR", tmp_path / "nowhere")
    with pytest.raises(BinaryError, match="set ROSTRUM_LIVEKIT_BIN"):
        find_or_build(lambda _: None, surroundings(tmp_path))


def test_no_go_and_no_uv_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    with pytest.raises(BinaryError, match=r"needs Go 1\.25"):
        find_or_build(lambda _: None, surroundings(tmp_path))


def test_a_build_that_fails_tells_what_go_said_and_leaves_nothing(tmp_path: Path) -> None:
    go = tmp_path / "bin" / "go"
    go.parent.mkdir()
    go.write_text(
        '#!/bin/sh\n[ "$1" = version ] && { echo go version go1.26.0; exit; }\necho no such module: x >&2\nexit 1\n'
    )
    go.chmod(0o755)
    env = surroundings(tmp_path, PATH=f"{tmp_path / 'bin'}:/bin")
    with pytest.raises(BinaryError, match="no such module: x"):
        find_or_build(lambda _: None, env)
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["build.lock"]


def test_the_real_engine_runs(engine_binary: Path) -> None:
    assert binary.version_of(engine_binary) == ENGINE_VERSION


def test_the_shell_prints_the_path_alone_on_stdout(engine_binary: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "rostrum.media.binary"], capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    assert done.stdout == f"{engine_binary}\n"
