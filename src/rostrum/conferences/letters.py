"""Letters about conferences: who gets one, when, and what it says. They leave after the commit, through the outbox."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from rostrum.accounts.users import store as users
from rostrum.accounts.users.rules import UserRow
from rostrum.api.work import Work
from rostrum.conferences import schedule, store
from rostrum.conferences.rules import ConferenceRow, InvitationRow
from rostrum.conferences.schedule import NEVER, WEEKLY
from rostrum.conferences.sharing import calendar
from rostrum.conferences.sharing.calendar import Entry
from rostrum.ids import ConferenceId
from rostrum.jobs import store as jobs
from rostrum.mail import outbox
from rostrum.mail.letters import Fact, Kind, Letter
from rostrum.settings import Settings

REMINDER = "reminder"
_WITH_CALENDAR = {"invitation", "change", "cancellation", "registration"}
_TOLD = ("topic", "description", "schedule", "meeting_room", "pin", "owner")
"""The fields whose change the invited are told of."""


class Desk(Struct, frozen=True):
    """Where letters are written."""

    db: Connection
    settings: Settings
    now: datetime
    base: str
    """The address that links start with."""

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which times are told."""
        return ZoneInfo(self.settings.server.timezone)


def created(work: Work, row: ConferenceRow, invited: list[InvitationRow]) -> None:
    """A conference was made: everybody invited learns of it, the owner excepted."""
    desk = _desk(work)
    _write(desk, "invitation", row, _without_owner(row, invited))
    _plan(desk, row, _reminders(row))


def changed(
    work: Work, before: ConferenceRow, after: ConferenceRow, was: list[InvitationRow], invited: list[InvitationRow]
) -> None:
    """Who is new is invited, who was taken off the list learns that, the others learn what changed."""
    desk = _desk(work)
    known = {one.id for one in was}
    left = {one.id for one in invited}
    _write(desk, "invitation", after, _without_owner(after, [one for one in invited if one.id not in known]))
    _write(desk, "cancellation", after, _without_owner(before, [one for one in was if one.id not in left]))
    if any(getattr(before, name) != getattr(after, name) for name in _TOLD):
        _write(desk, "change", after, _without_owner(after, [one for one in invited if one.id in known]))
    if _reminders(before) or _reminders(after):
        _plan(desk, after, _reminders(before) | _reminders(after))


def deleted(work: Work, row: ConferenceRow, invited: list[InvitationRow]) -> None:
    """A conference will not take place; of one that is over nobody is told."""
    if not schedule.is_over(row.schedule, work.now):
        _write(_desk(work), "cancellation", row, _without_owner(row, invited))
    for minutes in _reminders(row):
        jobs.cancel(work.db, _reminder_key(row.id, minutes))


def notify(work: Work, row: ConferenceRow) -> bool:
    """Tell everybody invited, the owner too; False when no letter can be sent."""
    return _write(_desk(work), "notify", row, store.invitations_of(work.db, [row.id])[row.id]) > 0


def registered(work: Work, row: ConferenceRow, email: str, name: str, link: str) -> None:
    """Somebody registered: the personal link, which is nobody else's business."""
    desk = _desk(work)
    owner = users.find_user(work.db, row.owner)
    ics, method = _calendar(desk, "registration", row, owner)
    letter = Letter(
        kind="registration",
        to=email,
        to_name=name,
        topic=row.topic,
        by=owner.display_name if owner else row.owner,
        facts=[*facts(desk, row, with_pin=False), Fact("name", name)],
        link=link,
        ics=ics,
        ics_method=method,
    )
    outbox.put(work.db, work.settings, letter, work.now)


def remind(settings: Settings) -> Callable[[Connection, Mapping[str, Any]], None]:
    """The due reminder of one conference: written if it still stands, and the next week's planned."""

    def unit(db: Connection, payload: Mapping[str, Any]) -> None:
        now = datetime.now(UTC)
        desk = Desk(db, settings, now, payload["base"])
        row = store.find_conference(db, payload["conference_id"])
        if row is None or payload["minutes"] not in _reminders(row):
            return
        ahead = timedelta(minutes=payload["minutes"], seconds=1)
        times = schedule.next_times(row.schedule, now, desk.zone)
        if times is not None and now < times.start <= now + ahead:
            _write(desk, "reminder", row, store.invitations_of(db, [row.id])[row.id])
        _plan(desk, row, {payload["minutes"]}, after=now + ahead)

    return unit


def replan(work: Work, row: ConferenceRow, planned: Mapping[str, Any]) -> None:
    """Plan a reminder anew that is planned already: the next start is at another moment now."""
    _plan(Desk(work.db, work.settings, work.now, planned["base"]), row, {planned["minutes"]})


def _desk(work: Work) -> Desk:
    return Desk(work.db, work.settings, work.now, work.links.public)


def _reminders(row: ConferenceRow) -> set[int]:
    """How many minutes before each start the invited are reminded."""
    return {int(one.before_start) for one in row.reminders} if row.reminders_enabled else set()


def _plan(desk: Desk, row: ConferenceRow, reminders: set[int], after: datetime | None = None) -> None:
    """Put these reminders of the next start (after a moment) into the table of due work, or take them out of it."""
    for minutes in sorted(reminders):
        first = (after or desk.now) + timedelta(minutes=0 if after else minutes)
        times = schedule.next_times(row.schedule, first, desk.zone) if minutes in _reminders(row) else None
        due = times.start - timedelta(minutes=minutes) if times else desk.now
        if due <= desk.now:
            jobs.cancel(desk.db, _reminder_key(row.id, minutes))
            continue
        payload = {"conference_id": row.id, "minutes": minutes, "base": desk.base}
        jobs.enqueue(desk.db, REMINDER, payload, due, key=_reminder_key(row.id, minutes))


def _reminder_key(conference_id: str, minutes: int) -> str:
    return f"reminder:{conference_id}:{minutes}"


def _without_owner(row: ConferenceRow, invited: list[InvitationRow]) -> list[InvitationRow]:
    return [one for one in invited if one.id != row.owner]


def _write(desk: Desk, kind: Kind, row: ConferenceRow, invited: list[InvitationRow]) -> int:
    """One letter for each mailbox; how many."""
    if not invited or not desk.settings.mail.host:
        return 0
    accounts = users.find_users(desk.db, [one.id for one in invited] + [row.owner])
    owner = accounts.get(row.owner)
    ics, method = _calendar(desk, kind, row, owner)
    letter = Letter(
        kind=kind,
        to="",
        topic=row.topic,
        by=owner.display_name if owner else row.owner,
        facts=facts(desk, row, with_pin=kind != "cancellation"),
        text=row.description if kind in {"invitation", "change", "notify"} else "",
        link=f"{desk.base}/c/{row.id}",
        ics=ics,
        ics_method=method,
    )
    written = 0
    for one in invited:
        account = accounts.get(one.id) if one.type == "user" else None
        if account is not None and not account.is_active:
            continue
        to = account.email if account else one.id
        written += outbox.put(
            desk.db, desk.settings, msgspec.structs.replace(letter, to=to, to_name=one.display_name), desk.now
        )
    return written


def facts(desk: Desk, row: ConferenceRow, *, with_pin: bool) -> list[Fact]:
    """When it is, how often, where, and with which PIN."""
    found: list[Fact] = []
    times = schedule.next_times(row.schedule, desk.now, desk.zone)
    if times is not None:
        start, end = times.start.astimezone(desk.zone), times.end.astimezone(desk.zone)
        until = f"{end:%H:%M}" if end.date() == start.date() else f"{end:%Y-%m-%d %H:%M}"
        found.append(Fact("when", f"{start:%Y-%m-%d %H:%M} \u2013 {until} ({desk.zone.key})"))
    if row.schedule.type == WEEKLY and row.schedule.days:
        found.append(Fact("repeats", " ".join(row.schedule.days)))
    if row.meeting_room:
        found.append(Fact("room", row.meeting_room))
    if row.pin and with_pin:
        found.append(Fact("pin", row.pin))
    return found


def _calendar(desk: Desk, kind: Kind, row: ConferenceRow, owner: UserRow | None) -> tuple[str, str]:
    """The calendar entry that goes with a letter, and what it asks the calendar to do."""
    if row.schedule.type == NEVER or kind not in _WITH_CALENDAR:
        return "", ""
    cancelled = kind == "cancellation"
    # A calendar takes an entry back only by a state that is newer than the one it has.
    shown = msgspec.structs.replace(row, sequence=row.sequence + 1) if cancelled else row
    entry = Entry(
        conference=shown,
        url=f"{desk.base}/c/{ConferenceId(row.id)}",
        server=desk.settings.server.name,
        owner_name=owner.display_name if owner else row.owner,
        owner_email=owner.email if owner else "",
        now=desk.now,
        zone=desk.zone,
        cancelled=cancelled,
    )
    return calendar.ics(entry).decode(), "CANCEL" if cancelled else "PUBLISH"
