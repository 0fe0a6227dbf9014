"""All SQL of conference templates."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from rostrum.conferences.templates.tables import templates

_BY_ID = select(templates).where(templates.c.id == bindparam("id"))


class TemplateRow(Struct, kw_only=True):
    """A template as it is kept."""

    id: str
    name: str
    object: dict[str, Any]
    created_at: datetime
    updated_at: datetime
    creator_id: str | None


def find_template(db: Connection, template_id: str, *, to_change: bool = False) -> TemplateRow | None:
    """The template with this id; `to_change` keeps everybody else from changing it before this transaction ends."""
    row = db.execute(_BY_ID.with_for_update() if to_change else _BY_ID, {"id": template_id}).one_or_none()
    return None if row is None else TemplateRow(**row._mapping)  # noqa: SLF001 (SQLAlchemy's public name for it)


def list_templates(db: Connection, sort_by: str, *, descending: bool) -> list[TemplateRow]:
    """All templates, sorted by a column and among equals by their creation."""
    order = [templates.c[sort_by], templates.c.created_at, templates.c.id]
    rows = db.execute(select(templates).order_by(*(column.desc() if descending else column for column in order)))
    return [TemplateRow(**row._mapping) for row in rows]  # noqa: SLF001


def insert_template(db: Connection, row: TemplateRow) -> None:
    """Keep a new template."""
    db.execute(insert(templates).values(**_values(row)))


def update_template(db: Connection, row: TemplateRow) -> None:
    """Keep a changed template."""
    db.execute(update(templates).where(templates.c.id == row.id).values(**_values(row)))


def delete_template(db: Connection, template_id: str) -> None:
    """Delete a template; conferences made from it stay."""
    db.execute(delete(templates).where(templates.c.id == template_id))


def _values(row: TemplateRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__struct_fields__}
