"""Checking a login and its password, wherever they are given; guessing is slowed down and told in the event log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from msgspec import Struct
from sqlalchemy import Connection

from rostrum.accounts import passwords
from rostrum.accounts.users import store as users
from rostrum.accounts.users.rules import UserRow
from rostrum.api.work import Recorded
from rostrum.db.database import Database
from rostrum.ids import short_id, uid
from rostrum.oauth import guessing, rules, store
from rostrum.settings import Settings

Record = Callable[[Connection, Recorded, str, datetime], None]
"""Tells the event log, with the address that the request came from."""


class TooManyAttemptsError(Exception):
    """Somebody guesses; `seconds` have to pass before the next attempt counts."""

    def __init__(self, seconds: int) -> None:
        super().__init__("too many attempts")
        self.seconds = seconds


class Verified(Struct, frozen=True):
    """Whose password it was; None: it was wrong, or there is no such account."""

    user_id: str | None = None
    banned: bool = False
    password_hash: str = ""

    def still_holds(self, db: Connection) -> bool:
        """Whether the password is still the account's, and stays so until this transaction ends."""
        return self.user_id is not None and users.hold_password(db, self.user_id) == self.password_hash


class SignIn:
    """Checks credentials for the token endpoint and for the sign-in page."""

    def __init__(self, settings: Settings, database: Database, record: Record) -> None:
        self._settings = settings
        self._database = database
        self._record = record

    async def verified(self, login: str, password: str, address: str) -> Verified:
        """Check a password before any transaction: it takes a thread and some 30 ms. Raises TooManyAttemptsError."""
        user_id = short_id(login, self._settings.server.name)
        keys = (rules.login_key(user_id), rules.address_key(address))
        account = await self._database.run(lambda db: self._account(db, user_id, keys), write=False)
        good = await passwords.matches(password, account.password_hash if account else None, self._settings)
        found = account if good else None
        await self._database.run(lambda db: self._tell(db, user_id, account, found, address))
        if found is None:
            return Verified()
        return Verified(found.id, banned=not found.is_active, password_hash=found.password_hash)

    async def check(self, address: str) -> None:
        """Raise TooManyAttemptsError when secrets from this address were wrong too often."""
        await self._database.run(lambda db: _check(db, (rules.address_key(address),)), write=False)

    def failed(self, db: Connection, event: Recorded, address: str, user_id: str | None = None) -> None:
        """Count a wrong secret and tell it; the one that is too many is told as well. `user_id`: it was a password."""
        now = datetime.now(UTC)
        self._record(db, event, address, now)
        limits = self._settings.sign_in
        keys = {rules.address_key(address): limits.failures_per_address}
        if user_id is not None:
            keys[rules.login_key(user_id)] = limits.failures_per_login
        whose = {name: value for name, value in event.payload.items() if name == "client_id"}
        for one in guessing.count(db, keys, limits, now):
            told = Recorded("blocked", event.object_type, event.object_name, whose | one.told, "high")
            self._record(db, told, address, now)

    @staticmethod
    def _account(db: Connection, user_id: str, keys: tuple[str, ...]) -> UserRow | None:
        _check(db, keys)
        return users.find_user(db, user_id)

    def _tell(self, db: Connection, user_id: str, account: UserRow | None, found: UserRow | None, address: str) -> None:
        kind = "admin" if account is not None and account.is_admin else "user"
        name = uid(user_id, self._settings.server.name)
        if found is None or not found.is_active:
            error = "InvalidCredentials" if found is None else "userIsBanned"
            event = Recorded("login", kind, name, {"error": error}, "middle")
            self.failed(db, event, address, user_id)
            return
        store.forget_failure(db, rules.login_key(user_id))
        # Programs read an administrator's success from the text "0".
        told = {"result": "0", "display_name": found.display_name}
        self._record(db, Recorded("login", kind, name, told), address, datetime.now(UTC))


def _check(db: Connection, keys: tuple[str, ...]) -> None:
    seconds = guessing.seconds_to_wait(db, keys, datetime.now(UTC))
    if seconds:
        raise TooManyAttemptsError(seconds)
