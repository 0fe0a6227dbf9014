"""What the authenticator keeps in memory ends with the revision of the tokens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from rostrum.api.work import NOBODY, Caller
from rostrum.ids import hashed, new_secret
from rostrum.oauth import store
from rostrum.oauth.authenticator import TokenAuthenticator
from tests.support.api import Api

NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)


def keep(db: Connection, *, expires_at: datetime | None = None, scope: str = "users") -> str:
    token = new_secret()
    row = {"hash": hashed(token), "kind": store.ACCESS, "client_id": None, "user_id": None, "scope": scope}
    times = {"family": "f", "issued_at": NOW, "expires_at": expires_at, "used_at": None}
    store.insert_tokens(db, [row | times])
    return token


def nowhere(_db: Connection, _hash: str) -> Caller | None:
    return None


def test_nobody_without_a_token(fresh_api: Api) -> None:
    authenticator = TokenAuthenticator(nowhere)
    assert fresh_api.run(lambda db: authenticator.caller(db, None, NOW, 1)) == NOBODY
    assert fresh_api.run(lambda db: authenticator.caller(db, "unknown", NOW, 1)).rejected


def test_a_kept_token_expires_on_time(fresh_api: Api) -> None:
    authenticator = TokenAuthenticator(nowhere)
    ends = NOW + timedelta(seconds=10)
    token = fresh_api.run(lambda db: keep(db, expires_at=ends))
    for moment, good in ((NOW, True), (ends - timedelta(seconds=1), True), (ends, False), (NOW, True)):
        caller = fresh_api.run(lambda db, at=moment: authenticator.caller(db, token, at, 1))
        assert caller.rejected is not good


def test_a_revoked_token_ends_with_the_revision(fresh_api: Api) -> None:
    authenticator = TokenAuthenticator(nowhere)
    token = fresh_api.run(keep)
    assert fresh_api.run(lambda db: authenticator.caller(db, token, NOW, 1)).kind == "application"
    fresh_api.run(lambda db: store.delete_family(db, "f"))
    assert fresh_api.run(lambda db: authenticator.caller(db, token, NOW, 2)).rejected


def test_a_slow_thread_does_not_bring_a_revoked_token_back(fresh_api: Api) -> None:
    """It found the token at the older revision, and comes to keep it after another thread saw the newer one."""

    class Slow(TokenAuthenticator):
        slow = True

        def _found(self, db: Connection, token: str, now: datetime) -> Any:  # type: ignore[override]
            found = TokenAuthenticator._found(db, token, now)
            if self.slow:
                self.slow = False
                store.delete_family(db, "f")
                assert self.caller(db, token, now, 2).rejected
            return found

    authenticator = Slow(nowhere)
    token = fresh_api.run(keep)
    fresh_api.run(lambda db: authenticator.caller(db, token, NOW, 1))
    assert fresh_api.run(lambda db: authenticator.caller(db, token, NOW, 2)).rejected


def test_memory_is_bounded(fresh_api: Api) -> None:
    authenticator = TokenAuthenticator(nowhere)

    def many(db: Connection) -> int:
        most = 0
        for _ in range(50):
            authenticator.caller(db, keep(db), NOW, 1)
            most = max(most, len(authenticator._kept.callers))
        return most

    import rostrum.oauth.authenticator as module  # noqa: PLC0415

    kept, module._MOST_KEPT = module._MOST_KEPT, 10
    try:
        assert fresh_api.run(many) <= 11
    finally:
        module._MOST_KEPT = kept


def test_unknown_tokens_are_not_kept(fresh_api: Api) -> None:
    authenticator = TokenAuthenticator(nowhere)
    for _ in range(20):
        fresh_api.run(lambda db: authenticator.caller(db, new_secret(), NOW, 1))
    assert not authenticator._kept.callers
