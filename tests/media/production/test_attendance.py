"""How long a worker has been without its engine, counted only while something is wanted of it."""

from __future__ import annotations

import asyncio

import pytest

from rostrum.api.work import EngineKeys
from rostrum.ids import SessionId
from rostrum.media.production import attendance
from rostrum.media.production.attendance import Attendance, Engine


def test_who_is_wanted_again_begins_to_wait_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(attendance.time, "monotonic", lambda: now[0])

    async def scenario() -> list[float]:
        engine = Engine(lambda: "ws://127.0.0.1:9", EngineKeys("key", "secret" * 8))
        found = Attendance(engine, SessionId("s"), "one")
        waited = []
        for wanted in (True, False, True, True):
            found.want(wanted)
            now[0] += 90
            waited.append(found.alone_s)
        return waited

    assert asyncio.run(scenario()) == [90, 0, 90, 180]
