"""Fills Rostrum's database with the accounts of bench/data.py in one transaction, while the server is down.

Posting 10,000 accounts would hash 10,000 passwords. Conferences come through the API, see `post_conferences`.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, insert

from bench import data
from bench.servers import Server, ask
from rostrum.accounts.groups.tables import group_users, groups
from rostrum.accounts.users import rules
from rostrum.accounts.users.rules import UserRow
from rostrum.accounts.users.tables import users
from rostrum.db import revisions
from rostrum.db.database import Database
from rostrum.ids import UserId


def seed(data_dir: Path) -> None:
    """Insert groups, accounts and memberships; nobody can sign in with the accounts."""
    database = Database("", data_dir)
    try:
        database.run_here(_insert)
    finally:
        database.close()


def post_conferences(server: Server, token: str) -> None:
    """Create the conferences through the API. Raises RuntimeError with the answer when one is refused."""
    for number in range(data.CONFERENCES):
        body = json.dumps(data.conference(number)).encode()
        status, answer = ask(server.port, "POST", f"/api/v3.10/conferences?access_token={token}", body)
        if status != 200:
            message = f"POST /conferences answers {status}: {answer[:500].decode()}"
            raise RuntimeError(message)


def _insert(db: Connection) -> None:
    made = [data.group(number) for number in range(data.GROUPS)]
    db.execute(insert(groups), [one | {"name_key": one["display_name"].casefold()} for one in made])
    rows = [
        UserRow(
            id=UserId(data.user_id(number)),
            password_hash="!",
            created_at=datetime.fromtimestamp(data.CREATED_AT, UTC),
            **data.user(number),
        )
        for number in range(data.USERS)
    ]
    db.execute(insert(users), [rules.values(row) for row in rows])
    members = [
        {"group_id": data.group(member)["id"], "user_id": data.user_id(number)}
        for number in range(data.USERS)
        for member in data.groups_of(number)
    ]
    db.execute(insert(group_users), members)
    revisions.touch(db, "users", "groups")
