"""All SQL of presets."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from rostrum.broadcasts.presets.tables import presets
from rostrum.broadcasts.targets import PresetType
from rostrum.db.prepared import Prepared


class PresetRow(Struct, kw_only=True):
    """A preset as it is kept."""

    id: str
    name: str
    type: PresetType
    payload: dict[str, Any]


_COLUMNS = [presets.c[name] for name in PresetRow.__struct_fields__]
_ONE = select(*_COLUMNS).where(presets.c.id == bindparam("id"))
_BY_ID, _BY_ID_TO_CHANGE = Prepared(_ONE), Prepared(_ONE.with_for_update())


def find_preset(db: Connection, preset_id: str, *, to_change: bool = False) -> PresetRow | None:
    """The preset with this id; `to_change` keeps everybody else from changing it before this transaction ends."""
    row = (_BY_ID_TO_CHANGE if to_change else _BY_ID).first(db, {"id": preset_id})
    return None if row is None else _preset(row)


def find_presets(db: Connection, ids: Collection[str]) -> list[PresetRow]:
    """The presets with these ids."""
    return [_preset(row) for row in db.execute(select(*_COLUMNS).where(presets.c.id.in_(ids)))]


def list_presets(db: Connection, page_size: int, first: int) -> list[PresetRow]:
    """A page in the order of creation, beginning behind `first` presets."""
    page = select(*_COLUMNS).order_by(presets.c.number).limit(page_size).offset(first)
    return [_preset(row) for row in db.execute(page)]


def insert_preset(db: Connection, row: PresetRow) -> None:
    """Keep a new preset."""
    db.execute(insert(presets).values(**msgspec.structs.asdict(row)))


def update_preset(db: Connection, row: PresetRow) -> None:
    """Keep a changed preset."""
    db.execute(update(presets).where(presets.c.id == row.id).values(name=row.name, payload=row.payload))


def delete_preset(db: Connection, preset_id: str) -> None:
    """Delete a preset."""
    db.execute(delete(presets).where(presets.c.id == preset_id))


def _preset(row: Any) -> PresetRow:
    return PresetRow(**row._asdict())
