"""The one collection of tables, and the column types that SQLite and PostgreSQL share."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, Dialect, MetaData, String, Table, Text
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An aware UTC time, kept as microseconds since 1970: the same number on both databases, and exact."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Microseconds since 1970."""
        if value is None:
            return None
        past = value - _EPOCH
        return (past.days * 86_400 + past.seconds) * 1_000_000 + past.microseconds

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """An aware time in UTC."""
        if value is None:
            return None
        return _EPOCH + timedelta(microseconds=value)


class Json(TypeDecorator[Any]):
    """A JSON value as text, the same bytes on both databases."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002
        """The encoded value."""
        return None if value is None else msgspec.json.encode(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002
        """The decoded value."""
        return None if value is None else msgspec.json.decode(value)


def key(length: int = 128) -> String:
    """A text key that sorts by bytes on both databases, so that page 1 holds the same rows."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

revisions = Table(
    "revisions",
    metadata,
    Column("topic", String(32), primary_key=True),
    Column("number", BigInteger, nullable=False, server_default="0"),
)
"""How often the rows of a topic changed: raised by the writing transaction, read before a kept answer is reused."""
