"""Guessing of passwords, secrets and PINs is slowed down: who was wrong too often has to wait, longer each time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import Connection

from rostrum.api.errors import ApiError, ErrorDetail
from rostrum.oauth import rules, store
from rostrum.settings import SignInSettings


class Blocked(Struct, frozen=True):
    """A failure that was one too many."""

    key: str
    failures: int
    seconds: int
    """How long nothing more is accepted under the key."""

    @property
    def told(self) -> dict[str, str | int]:
        """What the event log tells of it."""
        return {"error": "tooManyAttempts", "failures": self.failures, "seconds": self.seconds}


def seconds_to_wait(db: Connection, keys: tuple[str, ...], now: datetime) -> int:
    """For how long nothing is accepted under any of these keys, in seconds; 0: they are free."""
    until = store.blocked_until(db, keys, now)
    return 0 if until is None else max(1, -int((now - until).total_seconds() // 1))


def check(db: Connection, keys: tuple[str, ...], now: datetime, words: str) -> None:
    """Refuse what has to wait, for a reason in plain words. Raises tooManyAttempts, with the seconds in Retry-After."""
    seconds = seconds_to_wait(db, keys, now)
    if seconds:
        detail = ErrorDetail("tooManyAttempts", f"{words} Try again in {seconds} s.")
        raise ApiError(429, [detail], {"Retry-After": str(seconds)})


def count(db: Connection, keys: Mapping[str, int], limits: SignInSettings, now: datetime) -> list[Blocked]:
    """Count a failure under each key, with how many it bears; the keys that have to wait now."""
    store.forget_failures(db, now - rules.FORGET_AFTER, now)
    found = []
    for key, most in keys.items():
        failures = store.count_failure(db, key, now)
        seconds = rules.pause(failures, most, limits)
        if seconds:
            store.block(db, key, now + timedelta(seconds=seconds))
            found.append(Blocked(key, failures, seconds))
    return found
