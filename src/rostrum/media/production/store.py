"""All SQL of programmes. What a worker has taken is its own as long as it renews its lease."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Select, case, delete, exists, func, insert, or_, select, update

from rostrum.db import revisions
from rostrum.ids import SessionId
from rostrum.media.production.tables import outputs, productions

LEASE = timedelta(seconds=3)
"""How long a worker may be silent before another one takes its meeting."""

_FIRST_LEASE = timedelta(seconds=30)
"""A process that begins has codecs to load before it can renew its lease."""

BUSY = "no worker is free"
"""Why an output waits that none has taken in time."""

LOST = "its worker is gone, and no worker is free"
"""Why an output waits that was made before."""

LOST_IN_PAUSE = "its worker is gone since the pause, and no worker is free"
"""Why one waits that was paused before, and is to go on."""

NOT_BEGUN = "paused before it began"
"""Why nothing is made of an output that is paused."""

AGAIN = "it could not be put away before"
"""Why an output waits that is over: it takes the next free worker, and nobody's place."""

_PATIENCE = timedelta(seconds=3)
"""How long a free worker may take to notice."""

_GLANCE = timedelta(seconds=1)
"""How long what comes first waits for a free worker, perhaps on another machine, before viewers give way to it."""

_TOLD = BUSY, LOST, LOST_IN_PAUSE

Kind = Literal["recording", "broadcast", "multicast", "live", "mcu"]
WantedState = Literal["on", "paused", "off"]
OutputState = Literal["waiting", "on", "paused", "retrying", "failed", "off"]
TOPIC = "outputs"


class About(Struct, kw_only=True):
    """What the picture of a meeting needs to know. `mode` as the API's conference type."""

    conference_id: str
    topic: str
    mode: Literal[0, 1, 3] = 0
    layout: Literal["grid", "speaker"] = "grid"
    shows_topic: bool = False
    shows_clock: bool = False
    fps: int = 30
    width: int = 1280
    height: int = 720


class OutputRow(Struct, kw_only=True):
    """One output of a programme."""

    id: int
    session_id: SessionId
    kind: Kind
    settings: dict[str, Any]
    wanted: WantedState
    state: OutputState
    reason: str
    address: str
    """Where it can be fetched (host:port, or the folder of live files); empty: nobody comes for it."""
    changed_at: datetime

    @property
    def is_left_waiting(self) -> bool:
        """Whether no worker was free to make it, and whoever wants it was told so."""
        return self.state == "waiting" and self.reason in _TOLD

    @property
    def is_interrupted(self) -> bool:
        """Whether it waits like that although a part of it is made."""
        return self.is_left_waiting and self.reason != BUSY

    @property
    def has_begun(self) -> bool:
        """Whether a part of it was made, by all that is known."""
        return self.is_interrupted or self.state == "on" or (self.state == "paused" and self.reason != NOT_BEGUN)

    @property
    def is_open(self) -> bool:
        """Whether it is made, or will be."""
        return self.wanted != "off" and self.state not in {"failed", "off"}


_OUTPUT = [outputs.c[name] for name in OutputRow.__struct_fields__]


def ask(
    db: Connection, session_id: SessionId, about: About, kind: Kind, settings: dict[str, Any], now: datetime
) -> int:
    """Want a further output of a meeting; its number."""
    return _insert(db, session_id, about, now, kind=kind, settings=settings, wanted="on")


def ask_again(
    db: Connection, session_id: SessionId, about: About, kind: Kind, settings: dict[str, Any], now: datetime
) -> int:
    """Want the result of an output put away that is over, because that has failed; the number of the new output."""
    return _insert(db, session_id, about, now, kind=kind, settings=settings, wanted="off", reason=AGAIN)


def _insert(db: Connection, session_id: SessionId, about: About, now: datetime, **columns: Any) -> int:
    there = select(productions.c.session_id).where(productions.c.session_id == session_id)
    there = there.with_for_update(read=True, key_share=True)  # its worker may be about to take it for done
    if db.execute(there).one_or_none() is None:
        told = msgspec.to_builtins(about)
        db.execute(insert(productions).values(session_id=session_id, about=told, created_at=now))
    values = {**columns, "session_id": session_id, "state": "waiting", "changed_at": now}
    made = insert(outputs).values(values).returning(outputs.c.id)
    revisions.touch(db, TOPIC)
    return int(db.execute(made).scalar_one())


def want(db: Connection, output_id: int, wanted: WantedState, now: datetime) -> None:
    """Want an output to go on, to pause, or to end."""
    db.execute(update(outputs).where(outputs.c.id == output_id).values(wanted=wanted, changed_at=now))
    revisions.touch(db, TOPIC)


def want_none(db: Connection, session_id: str, now: datetime) -> None:
    """A meeting is over: all its outputs end."""
    theirs = outputs.c.session_id == session_id
    db.execute(update(outputs).where(theirs).values(wanted="off", changed_at=now))
    revisions.touch(db, TOPIC)


def report(db: Connection, output_id: int, state: OutputState, reason: str, now: datetime) -> None:
    """Say how an output is."""
    values = {"state": state, "reason": reason[:2000], "changed_at": now}
    db.execute(update(outputs).where(outputs.c.id == output_id).values(**values))
    revisions.touch(db, TOPIC)


def tell_address(db: Connection, output_id: int, address: str) -> None:
    """Say where an output can be fetched."""
    db.execute(update(outputs).where(outputs.c.id == output_id).values(address=address))
    revisions.touch(db, TOPIC)


def outputs_of(db: Connection, session_id: str, kind: Kind | None = None) -> list[OutputRow]:
    """The outputs of a meeting, oldest first."""
    wanted = select(*_OUTPUT).where(outputs.c.session_id == session_id).order_by(outputs.c.id)
    if kind is not None:
        wanted = wanted.where(outputs.c.kind == kind)
    return [msgspec.convert(row._mapping, OutputRow) for row in db.execute(wanted)]  # noqa: SLF001


def open_of_kind(db: Connection, kind: Kind) -> list[OutputRow]:
    """The outputs of one kind that are made, or will be, of all meetings."""
    wanted = select(*_OUTPUT).where(outputs.c.kind == kind, outputs.c.wanted != "off")
    wanted = wanted.where(outputs.c.state.not_in(("failed", "off"))).order_by(outputs.c.id)
    return [msgspec.convert(row._mapping, OutputRow) for row in db.execute(wanted)]  # noqa: SLF001


def find_output(db: Connection, output_id: int) -> OutputRow | None:
    """One output."""
    row = db.execute(select(*_OUTPUT).where(outputs.c.id == output_id)).one_or_none()
    return None if row is None else msgspec.convert(row._mapping, OutputRow)  # noqa: SLF001


def about(db: Connection, session_id: str) -> About | None:
    """What the picture of a meeting needs to know; None: it is not produced."""
    row = db.execute(select(productions.c.about).where(productions.c.session_id == session_id)).one_or_none()
    return None if row is None else msgspec.convert(row.about, About)


def claim(db: Connection, worker: str, now: datetime) -> SessionId | None:
    """Take the oldest meeting that nobody works on, those that only viewers want after all others. Two workers never
    take the same one.
    """
    free = or_(productions.c.leased_until.is_(None), productions.c.leased_until <= now)
    order = case((_comes_first(), 0), else_=1), productions.c.created_at
    return _take(db, select(productions.c.session_id).where(free).order_by(*order), worker, now)


def waits_for_a_place(db: Connection, now: datetime) -> bool:
    """Whether a meeting that comes before those of viewers has found no free worker."""
    return db.execute(_without_a_place(now).limit(1)).one_or_none() is not None


def claim_from_viewers(db: Connection, worker: str, busy: Collection[str], now: datetime) -> SessionId | None:
    """Take a meeting that has found no free worker, at the cost of one that only viewers want and that one of the
    `busy` workers has: of several the youngest. That one waits from now on. None: nothing waits, or nothing gives way.
    """
    theirs = productions.c.worker.in_(busy) & (productions.c.leased_until > now) & ~_comes_first()
    youngest = select(productions.c.session_id).where(theirs).order_by(productions.c.created_at.desc()).limit(1)
    given_up = db.execute(youngest).scalar_one_or_none()
    taken = None if given_up is None else _take(db, _without_a_place(now), worker, now)
    if taken is None:
        return None
    lost = {"worker": None, "leased_until": now}
    db.execute(update(productions).where(productions.c.session_id == given_up).values(lost))
    made = (outputs.c.session_id == given_up) & outputs.c.state.in_(("on", "retrying"))
    db.execute(update(outputs).where(made).values(state="waiting", reason="", changed_at=now))
    revisions.touch(db, TOPIC)
    return taken


def _comes_first(*further: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a meeting is made, or a result of it put away, for more than those who watch on the page for that."""
    theirs = outputs.c.session_id == productions.c.session_id
    return exists().where(theirs, outputs.c.kind != "live", outputs.c.state.not_in(("off", "failed")), *further)


def _is_free_since(moment: datetime) -> ColumnElement[bool]:
    return func.coalesce(productions.c.leased_until, productions.c.created_at) <= moment


def _without_a_place(now: datetime) -> Select[str]:
    since = now - _GLANCE
    waits = _is_free_since(since) & _comes_first(outputs.c.changed_at <= since, outputs.c.reason != AGAIN)
    return select(productions.c.session_id).where(waits).order_by(productions.c.created_at)


def _take(db: Connection, wanted: Select[str], worker: str, now: datetime) -> SessionId | None:
    pick = wanted.limit(1)
    if db.dialect.name != "sqlite":
        pick = pick.with_for_update(of=productions, skip_locked=True)
    taken = (
        update(productions)
        .where(productions.c.session_id == pick.scalar_subquery())
        .values(worker=worker, leased_until=now + _FIRST_LEASE)
        .returning(productions.c.session_id)
    )
    found = db.execute(taken).scalar_one_or_none()
    return None if found is None else SessionId(found)


def any_left_waiting(db: Connection, now: datetime) -> bool:
    """Whether an output waits for a worker and nobody has been told yet."""
    return db.execute(_left_waiting(now).limit(1)).one_or_none() is not None


def mark_waiting(db: Connection, now: datetime) -> list[OutputRow]:
    """Those outputs, each once, also of a worker that died and that no other one has followed. They are marked."""
    theirs = outputs.c.id.in_(_left_waiting(now))
    nothing = or_(outputs.c.state == "waiting", outputs.c.reason == NOT_BEGUN)
    reason = case((nothing, BUSY), (outputs.c.state == "paused", LOST_IN_PAUSE), else_=LOST)
    waiting = update(outputs).where(theirs).values(state="waiting", reason=reason, changed_at=now).returning(*_OUTPUT)
    found = [msgspec.convert(row._mapping, OutputRow) for row in db.execute(waiting)]  # noqa: SLF001
    if found:
        revisions.touch(db, TOPIC)
    return found


def _left_waiting(now: datetime) -> Select[int]:
    since = now - _PATIENCE
    told = (outputs.c.state == "waiting") & outputs.c.reason.in_(_TOLD)
    wanted = (outputs.c.wanted == "on") & outputs.c.state.in_(("waiting", "on", "paused", "retrying")) & ~told
    return select(outputs.c.id).join(productions).where(_is_free_since(since), outputs.c.changed_at <= since, wanted)


def renew(db: Connection, session_id: str, worker: str, now: datetime) -> bool:
    """Stay the worker of a meeting. False: another one has it."""
    mine = (productions.c.session_id == session_id) & (productions.c.worker == worker)
    return db.execute(update(productions).where(mine).values(leased_until=now + LEASE)).rowcount == 1


def let_go(db: Connection, worker: str, free_at: datetime) -> None:
    """A worker is gone: others may have its meeting from a moment on, or earlier where its lease ends before."""
    longer = (productions.c.worker == worker) & (productions.c.leased_until > free_at)
    db.execute(update(productions).where(longer).values(leased_until=free_at))


def finish(db: Connection, session_id: str, worker: str) -> bool:
    """Nothing is left to do for a meeting; False: something was wanted meanwhile, or another worker has it."""
    mine = (productions.c.session_id == session_id) & (productions.c.worker == worker)
    if db.execute(select(productions.c.session_id).where(mine).with_for_update()).one_or_none() is None:
        return False
    waiting = select(outputs.c.id).where(outputs.c.session_id == session_id, outputs.c.state.not_in(("off", "failed")))
    if db.execute(waiting.limit(1)).one_or_none() is not None:
        return False
    db.execute(delete(outputs).where(outputs.c.session_id == session_id))
    db.execute(delete(productions).where(mine))
    return True
