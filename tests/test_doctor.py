"""What the doctor finds, on real ports, files and a real server."""

from __future__ import annotations

import socket
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from rostrum import tls
from rostrum.doctor import Check, machine, render_checks, run_checks, services
from rostrum.media.leash import FolderLock
from rostrum.settings import Settings, load
from tests.support.redis import redis_server


def settings(**media: Any) -> Settings:
    made = load(Path("/nonexistent"), env={})
    made.server.port = 0
    made.media.udp_port = made.media.tcp_port = 0
    for name, value in media.items():
        setattr(made.media, name, value)
    return made


def found(data_dir: Path, given: Settings, name: str) -> Check:
    return next(check for check in run_checks(data_dir, given) if check.name == name)


def test_a_fresh_machine_has_no_failure_but_what_is_not_built(tmp_path: Path) -> None:
    checks = run_checks(tmp_path / "new", settings())
    assert {check.name for check in checks if check.state == "fail"} <= {"Web app", "Disk"}
    assert not (tmp_path / "new").exists()


def test_every_finding_says_what_to_do(tmp_path: Path) -> None:
    given = settings(engine="ws://127.0.0.1:1")
    given.server.host = "0.0.0.0"
    given.database.url = "postgresql://nobody:geheim@127.0.0.1:1/none"
    checks = run_checks(tmp_path, given)
    assert all(check.advice for check in checks if check.state != "ok")
    assert {check.name for check in checks if check.state == "fail"} >= {"Database", "Media engine"}
    assert found(tmp_path, given, "Secure context").state == "warn"
    shown = render_checks(checks)
    assert "geheim" not in shown
    assert "-> start with --tls-self-signed" in shown
    assert shown.splitlines()[-1].startswith(f"{len(checks)} checks: ")


def test_the_bus(tmp_path: Path) -> None:
    """One process needs none; the password of one that is away is not shown."""
    given = settings()
    assert "Bus" not in {check.name for check in run_checks(tmp_path, given)}
    given.database.url = "postgresql://nobody@127.0.0.1:1/none"
    assert found(tmp_path, given, "Bus").state == "ok"
    with redis_server() as server:
        given.bus.url = server.url
        assert found(tmp_path, given, "Bus").message.startswith("Redis ")
    given.bus.url = server.url.replace("redis://", "redis://:geheim@")
    away = found(tmp_path, given, "Bus")
    assert (away.state, away.advice) == ("fail", "start it, or correct --bus-url")
    assert "geheim" not in render_checks([away])


def test_a_taken_port_fails_unless_we_have_it(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as media:
        media.bind(("", 0))
        port = media.getsockname()[1]
        given = settings(udp_port=port)
        given.server.port = taken.getsockname()[1]
        assert found(tmp_path, given, f"Port {given.server.port}/tcp").state == "fail"
        check = found(tmp_path, given, f"Port {port}/udp")
        assert (check.state, check.advice) == ("fail", "choose another --media-udp-port")
        lock = FolderLock(tmp_path / "engine" / "lock")
        lock.acquire()
        assert found(tmp_path, given, f"Port {port}/udp").state == "ok"
        lock.release()
    assert found(tmp_path, given, f"Port {port}/udp").state == "ok"


def test_a_damaged_database_is_found(tmp_path: Path) -> None:
    path = tmp_path / "rostrum.db"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE t (a)")
    db.close()
    assert found(tmp_path, settings(), "Database").state == "ok"
    path.write_bytes(b"nonsense" * 1000)
    assert found(tmp_path, settings(), "Database").state == "fail"


def test_certificates(tmp_path: Path) -> None:
    given = settings()
    given.server.tls_cert = given.server.tls_key = str(tmp_path / "none.pem")
    assert found(tmp_path, given, "Certificate").state == "fail"
    for age, state in ((0, "ok"), (390, "warn"), (400, "fail")):
        folder = tmp_path / str(age)
        made = tls.ensure_self_signed(folder, [], datetime.now(UTC) - timedelta(days=age))
        given.server.tls_cert = given.server.tls_key = str(made.cert)
        assert found(tmp_path, given, "Certificate").state == state


def test_a_wrong_engine_binary_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROSTRUM_LIVEKIT_BIN", str(tmp_path / "none"))
    assert found(tmp_path, settings(), "Media engine").state == "fail"
    assert found(tmp_path, settings(engine="off"), "Media engine").state == "warn"


def test_a_check_that_breaks_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(services, "web_folder", broken)
    assert found(tmp_path, settings(), "Web app").message.startswith("ZeroDivisionError")


def test_the_command_tells_by_its_exit_code(tmp_path: Path) -> None:
    command = [Path(sys.executable).with_name("rostrum"), "doctor", "--data-dir", tmp_path]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == (1 if "\nfail" in f"\n{done.stdout}" else 0)
    assert "Python" in done.stdout


def test_fonts_for_names_are_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def found() -> dict[str, Check]:
        return {check.name: check for check in machine.recording(tmp_path, Settings())}

    assert found()["Codecs"].state == "ok"
    monkeypatch.setattr(machine.shutil, "which", lambda _name: None)
    assert found()["Fonts"].state == "warn"
    assert "fonts-noto-cjk" in found()["Fonts"].advice
