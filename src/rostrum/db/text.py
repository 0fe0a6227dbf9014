"""Looking for text inside text, without regard to case, on both databases."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class _Folded(FunctionElement[str]):
    """The text in one case, on SQLite: its own `lower` knows ASCII only; the connection brings one that knows all."""

    type = String()
    inherit_cache = True


def contains(column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """Whether a column holds a part of a text, without regard to case (decision 12). Patterns are taken literally."""
    part = text.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    # SQLite compares ASCII without regard to case by itself, which is much faster than asking Python for every row.
    folded: ColumnElement[Any] = column if text.isascii() else _Folded(column)
    return folded.ilike(f"%{part}%", escape="\\")


@compiles(_Folded)
def _default(element: _Folded, compiler: Any, **given: Any) -> str:
    return str(compiler.process(element.clauses, **given))


@compiles(_Folded, "sqlite")
def _sqlite(element: _Folded, compiler: Any, **given: Any) -> str:
    return f"casefolded({compiler.process(element.clauses, **given)})"
