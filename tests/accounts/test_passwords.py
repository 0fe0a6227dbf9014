"""How many passwords are hashed at the same time."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from rostrum.accounts import passwords
from tests.conftest import make_settings


@pytest.mark.parametrize("most", [1, 3])
def test_no_more_at_the_same_time_than_the_setting_says(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    settings = make_settings()
    settings.limits.password_hashes = most
    monkeypatch.setattr(passwords, "_pool", None)
    lock, running, peak = threading.Lock(), [0], [0]

    def slowly(_password: str, _hash: str | None) -> bool:
        with lock:
            running[0] += 1
            peak[0] = max(peak[0], running[0])
        time.sleep(0.1)
        with lock:
            running[0] -= 1
        return False

    monkeypatch.setattr(passwords, "matches_now", slowly)

    async def many() -> None:
        await asyncio.gather(*(passwords.matches("p", None, settings) for _ in range(8)))

    asyncio.run(many())
    assert peak[0] == most
