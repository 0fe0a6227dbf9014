"""Settings: the file, then the environment, then the flags; one clear line for everything wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rostrum.settings import SettingsError, load, options, reading


def test_flags_beat_the_environment_and_that_beats_the_file(tmp_path: Path) -> None:
    (tmp_path / "rostrum.toml").write_text("[server]\nport = 1001\nname = 'file'\nmax_body = 2000\n")
    env = {"ROSTRUM_SERVER_PORT": "1002", "ROSTRUM_SERVER_NAME": "env"}
    found = load(tmp_path, {("server", "port"): 1003, ("server", "name"): None}, env)
    assert (found.server.port, found.server.name, found.server.max_body) == (1003, "env", 2000)
    assert load(tmp_path, env=env).server.port == 1002
    assert load(tmp_path, env={}).server.port == 1001


def test_every_default_is_a_good_value(tmp_path: Path) -> None:
    env = {one.variable: str(one.default) for one in options() if one.default != ""}
    assert load(tmp_path, env=env) == load(tmp_path, env={})


def test_every_setting_has_its_own_variable_and_flag_and_says_what_it_is() -> None:
    every = list(options())
    assert len({one.variable for one in every}) == len({one.flag for one in every}) == len(every)
    assert all(len(one.help) > 10 for one in every)
    flags = {one.flag for one in every}
    assert {"host", "port", "media", "tls-cert", "tls-key", "tls-self-signed", "database-url"} <= flags


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[server]\nport = 70000", "server.port"),
        ("[server]\nport = 'many'", "server.port"),
        ("[server]\nprot = 1", "prot"),
        ("[sever]\nport = 1", "sever"),
        ("server = 5", "server"),
        ("[server\n", "rostrum.toml"),
        ("[server]\ntimezone = 'Nowhere/At-All'", "timezone"),
        ("[server]\ntimezone = '../etc/passwd'", "timezone"),
        ("[log]\nlevel = 'loud'", "log.level"),
        ("[limits]\nusers = 0", "limits.users"),
        ("[database]\npool = 1000", "database.pool"),
    ],
)
def test_wrong_files_are_named(tmp_path: Path, text: str, named: str) -> None:
    (tmp_path / "rostrum.toml").write_text(text)
    for env in ({}, {"ROSTRUM_SERVER_HOST": "::1"}):
        with pytest.raises(SettingsError, match=named.replace(".", r"\.")) as caught:
            load(tmp_path, env=env)
        assert "\n" not in str(caught.value).strip()


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "rostrum.toml").write_bytes(b"\xff\xfe[server]")
    with pytest.raises(SettingsError, match=r"rostrum\.toml"):
        load(tmp_path, env={})


@pytest.mark.parametrize(("variable", "value"), [("ROSTRUM_SERVER_PORT", "x"), ("ROSTRUM_MEDIA_TURN", "perhaps")])
def test_wrong_variables_are_named(tmp_path: Path, variable: str, value: str) -> None:
    section, _, name = variable.removeprefix("ROSTRUM_").lower().partition("_")
    with pytest.raises(SettingsError, match=rf"{section}\.{name}"):
        load(tmp_path, env={variable: value})


@given(st.sampled_from(["1", "true", "True", "TRUE"]), st.sampled_from(["0", "false", "False"]))
def test_switches_as_text(on: str, off: str) -> None:
    nowhere = Path("/nonexistent")
    assert load(nowhere, env={"ROSTRUM_LOG_JSON": on}).log.json is True
    assert load(nowhere, env={"ROSTRUM_FEATURES_WEBRTC": off}).features.webrtc is False


def test_the_name_of_the_server_is_lower_case(tmp_path: Path) -> None:
    """It stands in ids, which are compared without regard to case."""
    assert load(tmp_path, env={"ROSTRUM_SERVER_NAME": "Meet.Example.ORG"}).server.name == "meet.example.org"


def test_addresses_lose_their_last_slash(tmp_path: Path) -> None:
    assert load(tmp_path, env={"ROSTRUM_SERVER_PUBLIC_URL": "https://x.test/"}).server.public_url == "https://x.test"


def test_the_zone_of_the_machine_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for zone in ("Europe/Berlin", ":Europe/Berlin"):
        monkeypatch.setenv("TZ", zone)
        assert reading._machine_zone() == "Europe/Berlin"
    monkeypatch.delenv("TZ")
    assert reading._machine_zone()
