"""The engine's configuration, judged by the engine itself where it matters."""

from __future__ import annotations

import stat
import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pytest

from rostrum.media import engine_config
from rostrum.media.engine_config import EngineKeys, EngineOptions, EnginePorts, EngineSettings, document, render

KEYS = EngineKeys("APIkey", "s" * 48)
PORTS = EnginePorts(40001, 7882, 7881)


def made(default_ip: str | None = "198.51.100.7", **options: Any) -> dict[str, Any]:
    return document(EngineSettings(EngineOptions(**options), KEYS, PORTS, default_ip))


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"node_ip": "127.0.0.1", "loopback": True},
        {"node_ip": "2001:db8::5"},
        {"turn": True, "node_ip": "127.0.0.1"},
        {"webhook_url": "http://127.0.0.1:1/engine/webhook", "log_level": "debug"},
        {"redis_url": "rediss://user:word@127.0.0.1:1/2"},
    ],
)
def test_the_engine_accepts_it(options: dict[str, Any], engine_binary: Path, tmp_path: Path) -> None:
    """The engine parses strictly: a name that it does not know is an error, told on stdout with exit code 0."""
    path = tmp_path / "engine.yaml"
    path.write_text(render(EngineSettings(EngineOptions(**options), KEYS, PORTS, "198.51.100.7")))
    done = subprocess.run([engine_binary, "--config", path, "ports"], capture_output=True, text=True, check=True)
    assert "40001 - HTTP service" in done.stdout, done.stdout
    assert "7881 - ICE/TCP" in done.stdout
    assert "7882) - ICE/UDP" in done.stdout


def test_signalling_is_bound_to_loopback_only() -> None:
    config = made()
    assert (config["bind_addresses"], config["port"]) == (["127.0.0.1"], 40001)


def test_no_third_party_is_asked_or_named() -> None:
    for options in ({}, {"loopback": True}, {"node_ip": "203.0.113.9"}):
        rtc = made(**options)["rtc"]
        assert rtc["use_external_ip"] is False
        assert rtc["stun_servers"], "an empty list makes the engine name public STUN servers"
        assert "node_ip" in rtc or rtc["use_ice_lite"], "the engine would ask public STUN servers"


def test_turn_and_redis_are_off_by_default() -> None:
    config = made()
    assert config["turn"] == {"enabled": False}
    assert "redis" not in config


def test_loopback_is_offered_when_asked_for_and_when_there_is_nothing_else() -> None:
    assert made()["rtc"]["enable_loopback_candidate"] is False
    assert made(loopback=True)["rtc"]["enable_loopback_candidate"] is True
    assert made(default_ip=None)["rtc"]["enable_loopback_candidate"] is True


def test_a_given_address_is_the_only_one() -> None:
    rtc = made(node_ip="203.0.113.9", loopback=True)["rtc"]
    assert (rtc["node_ip"], rtc["enable_loopback_candidate"]) == ("203.0.113.9", False)


def test_a_loopback_address_keeps_media_on_this_machine() -> None:
    rtc = made(node_ip="127.0.0.1")["rtc"]
    assert rtc["enable_loopback_candidate"] is True
    assert rtc["ips"] == {"includes": ["127.0.0.0/8", "::1/128"]}


def test_redis_with_login_and_database() -> None:
    assert made(redis_url="redis://u:p@h:6379/3")["redis"] == {
        "address": "h:6379",
        "username": "u",
        "password": "p",
        "db": 3,
    }
    assert made(redis_url="h:6379")["redis"] == {"address": "h:6379"}


def test_keys_are_made_once_and_private(tmp_path: Path) -> None:
    first = engine_config.load_or_create_keys(tmp_path)
    assert len(first.api_secret) >= 32
    assert engine_config.load_or_create_keys(tmp_path) == first
    assert stat.S_IMODE((tmp_path / "engine" / "keys.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "engine").stat().st_mode) == 0o700


def test_what_is_rendered_is_json_too() -> None:
    settings = EngineSettings(EngineOptions(), KEYS, PORTS, None)
    assert msgspec.json.decode(render(settings)) == document(settings)


def test_a_wanted_signalling_port_is_kept_while_it_is_free() -> None:
    options = EngineOptions(udp_port=0, tcp_port=0)
    first = engine_config.choose_ports(options)
    assert engine_config.choose_ports(options, first.signal).signal == first.signal
    assert len({first.signal, first.tcp}) == 2
    assert first.udp


@pytest.mark.parametrize(
    ("host", "local"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("meet.example.org", False)],
)
def test_hosts_on_loopback(host: str, local: bool) -> None:
    assert engine_config.is_loopback(host) is local
