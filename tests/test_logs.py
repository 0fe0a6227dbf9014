"""What the server prints holds no secret."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from rostrum.logs import without_secrets

PROGRAM = """
import logging, sys, structlog
from rostrum import logs
from rostrum.settings import LogSettings
logs.configure(LogSettings(json=sys.argv[1] == "json", level=sys.argv[2]))
log = structlog.get_logger()
log.debug("fine detail")
log.info("a line", url="/api/v3.10/users?access_token=tops3cret&x=1")
try:
    raise ValueError('{"password": "tops3cret"}')
except ValueError:
    log.exception("it failed")
"""


@pytest.mark.parametrize(
    "text",
    [
        "GET /api/v3/users?access_token=tops3cret&page_id=1",
        "/webrtc/1#login=a&token=tops3cret&lang=en",
        '{"password":"tops3cret","x":1}',
        '{"new_password" : "tops3cret"}',
        "{'password': 'tops3cret', 'x': 1}",
        "{'participant_token': 'tops3cret'}",
        "client_secret=tops3cret",
        "pin=tops3cret",
        "PASSWORD=tops3cret",
        "refresh_token=tops3cret",
        "Authorization: Bearer tops3cret",
    ],
)
def test_secrets_are_blanked(text: str) -> None:
    shown = without_secrets(None, "info", {"event": text, "number": 1})
    assert "tops3cret" not in shown["event"]
    assert "…" in shown["event"]
    assert shown["number"] == 1


def test_secrets_inside_of_values_are_blanked() -> None:
    nested: dict[str, Any] = {"event": "x", "body": {"password": "tops3cret"}, "list": ["token=tops3cret"]}
    assert "tops3cret" not in str(without_secrets(None, "info", nested))


def test_the_value_of_a_key_that_is_called_like_a_secret_is_blanked() -> None:
    assert "tops3cret" not in str(without_secrets(None, "info", {"event": "x", "access_token": "tops3cret"}))


@pytest.mark.parametrize("text", ["shopping=5", "status_code=500", "the token is wrong", "a secret place", "spin=3"])
def test_other_words_stay(text: str) -> None:
    assert without_secrets(None, "info", {"event": text})["event"] == text


@pytest.mark.parametrize("form", ["json", "text"])
def test_lines_go_to_standard_error(form: str) -> None:
    ran = subprocess.run([sys.executable, "-c", PROGRAM, form, "info"], capture_output=True, text=True, check=True)
    assert ran.stdout == ""
    assert "tops3cret" not in ran.stderr
    assert "fine detail" not in ran.stderr
    assert "ValueError" in ran.stderr
    if form == "json":
        lines = [json.loads(line) for line in ran.stderr.splitlines()]
        assert [one["level"] for one in lines] == ["info", "error"]
        assert all(one["timestamp"].endswith("Z") for one in lines)
