"""The operations on presets."""

from __future__ import annotations

import secrets
from typing import Annotated

import msgspec

from rostrum.accounts.users.wire import Deleted
from rostrum.api.errors import problem
from rostrum.api.inputs import Changes
from rostrum.api.operation import Of, operation
from rostrum.api.paging import PageId, PageSize, first_row
from rostrum.api.work import Work
from rostrum.broadcasts.presets import rules, store
from rostrum.broadcasts.presets.rules import PresetDeleted
from rostrum.broadcasts.presets.store import PresetRow
from rostrum.broadcasts.presets.wire import Preset, Presets

READ = "conferences.broadcast_presets | conferences.broadcast_presets:read"
WRITE = "conferences.broadcast_presets | conferences.broadcast_presets:write"
ALL, ONE = "/broadcast/presets", "/broadcast/presets/{preset_id}"


@operation("POST", ALL, scope=WRITE, since="v3.3", answer="preset")
def create_preset(work: Work, body: Annotated[Changes, Of(Preset)]) -> Preset:
    """Keep a way to broadcast. Errors name what is wrong in the payload of this type."""
    row = PresetRow(
        id=secrets.token_hex(6),
        name=body["name"],
        type=body["type"],
        payload=rules.payload(body["type"], body["payload"], work.settings.broadcasts),
    )
    store.insert_preset(work.db, row)
    work.record("create", "broadcast_preset", row.name, id=row.id)  # no payload: it holds passwords
    return _shown(row)


@operation("GET", ALL, scope=READ, since="v3.3")
def list_presets(work: Work, page_size: PageSize = 200, page_id: PageId = 1) -> Presets:
    """The presets in the order of their creation, a page at a time."""
    rows = store.list_presets(work.db, page_size, first_row(page_id, page_size))
    return Presets([_shown(row) for row in rows])


@operation("GET", ONE, scope=READ, since="v3.3", answer="preset")
def read_preset(work: Work, preset_id: str) -> Preset:
    """One preset. Errors: presetNotFound."""
    return _shown(_found(work, preset_id))


@operation("PUT", ONE, scope=WRITE, since="v3.3", answer="preset")
def edit_preset(work: Work, preset_id: str, body: Annotated[Changes, Of(Preset)]) -> Preset:
    """Change the name or the given fields of the payload; the type stays (decision 32). Errors: presetNotFound."""
    row = _found(work, preset_id, to_change=True)
    payload = rules.payload(row.type, body.get("payload", {}), work.settings.broadcasts, row.payload)
    after = msgspec.structs.replace(row, name=body.get("name", row.name), payload=payload)
    store.update_preset(work.db, after)
    if after != row:
        work.record("edit", "broadcast_preset", after.name, id=row.id)
    return _shown(after)


@operation("DELETE", ONE, scope=WRITE, since="v3.3")
def delete_preset(work: Work, preset_id: str) -> Deleted:
    """Delete a preset; conferences that name it broadcast no more. Errors: presetNotFound."""
    row = _found(work, preset_id)
    work.happened(PresetDeleted(row.id))
    store.delete_preset(work.db, row.id)
    work.record("delete", "broadcast_preset", row.name, id=row.id)
    return Deleted(row.id)


def _found(work: Work, preset_id: str, *, to_change: bool = False) -> PresetRow:
    row = store.find_preset(work.db, preset_id, to_change=to_change)
    if row is None:
        raise problem("presetNotFound", preset_id=preset_id)
    return row


def _shown(row: PresetRow) -> Preset:
    return Preset(id=row.id, name=row.name, type=row.type, payload=rules.shown(row.type, row.payload))
