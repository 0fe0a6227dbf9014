"""`IN` with a list that is one parameter, so that the statement is the same however long the list is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import ARRAY, ColumnElement, Dialect, String, Text, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType, TypeDecorator, TypeEngine


class _Texts(TypeDecorator[Sequence[str]]):
    """A list of texts: an array on PostgreSQL, JSON on SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The database's own type."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else ARRAY(String()))

    def process_bind_param(self, value: Sequence[str] | None, dialect: Dialect) -> Any:
        """What the driver gets."""
        listed = list(value or ())
        return msgspec.json.encode(listed).decode() if dialect.name == "sqlite" else listed


class _Among(FunctionElement[Any]):
    type = NullType()  # of a Boolean SQLite would be asked whether it is 1, which no index can answer
    inherit_cache = True


def among(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Whether a column of texts holds one of those in the list that is given as the parameter `name`."""
    return _Among(column, bindparam(name, type_=_Texts()))


@compiles(_Among)
def _default(element: _Among, compiler: Any, **given: Any) -> str:
    column, listed = element.clauses
    return f"{compiler.process(column, **given)} = ANY ({compiler.process(listed, **given)})"


@compiles(_Among, "sqlite")
def _sqlite(element: _Among, compiler: Any, **given: Any) -> str:
    column, listed = element.clauses
    parts = compiler.process(column, **given), compiler.process(listed, **given)
    return "{} IN (SELECT value FROM json_each({}))".format(*parts)  # noqa: S608 (columns and places only)
