"""Fills the tables of logs and of users with as many rows as wanted, straight in SQLite: a million in some seconds."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from bench import data

SESSION = "00000001aaaaaaaa@bench.example#vcs"
"""The call that all participants, invites and messages belong to."""
_SPAN_US = 20 * 86_400 * 1_000_000
"""The rows spread over this time before now."""
_NUMBERS = "WITH RECURSIVE numbers(n) AS (SELECT :least UNION ALL SELECT n + 1 FROM numbers WHERE n < :rows)"
_AT = "(:now - CAST((:rows - n) * (:span * 1.0 / :rows) AS INTEGER) - 120000000)"
_ID = "printf('%08x%08x@bench.example#vcs', n, n * 2654435761 % 4294967296)"
_USER = "printf('user%05d@bench.example', n * 7 % 10000)"
_NAME = "'Участник ' || (n % 10000)"
_CONFERENCE = "printf('conf%04d', n % 1000)"
_TOPIC = "'Совещание ' || (n % 1000)"

LOGS = {
    "calls": "sessions",
    "participants": "participations",
    "invites": "call_invites",
    "messages": "messages",
    "events": "events",
    "settings": "settings_log",
    "recordings": "recordings",
}
"""By log: its table."""

_COLUMNS = {
    "sessions": {
        "number": "n",
        "id": _ID,
        "conference_id": _CONFERENCE,
        "topic": _TOPIC,
        "owner": _USER,
        "mode": "0",
        "start_time": f"{_AT} / 1000000 * 1000000",
        "end_time": f"{_AT} + 100000000",
        "term_reason": "n % 3",
        "participant_count": "n % 20",
    },
    "participations": {
        "number": "n",
        "session_id": ":session",
        "participant_id": _USER,
        "display_name": _NAME,
        "role": "1",
        "is_owner": "0",
        "rights": "'{}'",
        "token_hash": "printf('%064x', n)",
        "admitted_at": _AT,
        "join_time": f"{_AT} + 1000000",
        "leave_time": f"{_AT} + 90000000",
        "leave_reason": "0",
        "app_id": "'webrtc'",
    },
    "call_invites": {
        "id": "n",
        "session_id": ":session",
        "call_id": "'user00001@bench.example'",
        "invited_call_id": _USER,
        "invite_time": _AT,
        "expires_at": f"{_AT} + 30000000",
        "state": "CASE n % 2 WHEN 1 THEN 'accepted' ELSE 'declined' END",
    },
    "messages": {
        "id": "n",
        "session_id": ":session",
        "from_call_id": _USER,
        "from_display_name": _NAME,
        "message": "'Сообщение ' || n",
        "time_stamp": _AT,
    },
    "events": {
        "id": "n",
        "event_type": "'edit'",
        "object_type": "'user'",
        "object_name": _USER,
        "payload": """'{"changes": {"company": "Альфа"}, "by": "application"}'""",
        "severity": "'low'",
        "invoker_ip": "'192.0.2.7'",
        "created_at": _AT,
    },
    "settings_log": {
        "id": "n",
        "user_name": "'server'",
        "created_at": _AT,
        "object_type": "'limits'",
        "object_id": "0",
        "action_type": "'edit'",
        "comment": "'start'",
        "old_value": """'{"users": 1}'""",
        "new_value": """'{"users": 2}'""",
    },
    "recordings": {
        "id": "n",
        "stream_id": _ID,
        "conference_id": _CONFERENCE,
        "name": "'part-' || n || '.mp4'",
        "topic": _TOPIC,
        "owner": _USER,
        "created_at": _AT,
        "stopped_at": f"{_AT} + 60000000",
        "size": "1000000 + n",
    },
}
_INDEXES = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ?"
_BATCH = 20_000


def log(database: Path, name: str, rows: int) -> None:
    """Give a log `rows` rows, the newest two minutes old."""
    given = {"least": 1, "rows": rows, "now": time.time_ns() // 1000, "span": _SPAN_US, "session": SESSION}
    with closing(sqlite3.connect(database, timeout=20)) as connection:
        for pragma in ("synchronous=OFF", "foreign_keys=OFF", "cache_size=-200000"):
            connection.execute(f"PRAGMA {pragma}")
        with connection:
            if name in {"participants", "invites", "messages"}:
                _insert(connection, "sessions", given | {"rows": 1})
                connection.execute("UPDATE sessions SET id = :session", given)
            _insert(connection, LOGS[name], given)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def users(database: Path, table: str, rows: int, columns: Sequence[str]) -> None:
    """Give a table of accounts `rows` of them: those of `data.user`, with these columns."""
    with closing(sqlite3.connect(database, timeout=20)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        with connection:
            insert = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
            for least in range(0, rows, _BATCH):
                several = range(least, min(least + _BATCH, rows))
                connection.executemany(insert, [_account(number, columns) for number in several])
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _account(number: int, columns: Sequence[str]) -> list[object]:
    shown = data.user(number)
    own = {"id": shown["login_name"], "email_key": shown["email"], "created_at": data.CREATED_AT * 1_000_000}
    fixed = {"is_admin": False, "must_change_password": False, "password": "!", "password_hash": "!", "status": 0}
    given = shown | own | fixed
    return [given[name] for name in columns]


def _insert(connection: sqlite3.Connection, table: str, given: dict[str, object]) -> None:
    columns = _COLUMNS[table]
    indexes = connection.execute(_INDEXES, (table,)).fetchall()
    connection.execute(f"DELETE FROM {table}")
    for index, _ in indexes:
        connection.execute(f"DROP INDEX {index}")
    values = ", ".join(columns.values())
    connection.execute(f"INSERT INTO {table} ({', '.join(columns)}) {_NUMBERS} SELECT {values} FROM numbers", given)
    for _, definition in indexes:  # sorting all keys at once takes a fraction of putting each in its place
        connection.execute(definition)
