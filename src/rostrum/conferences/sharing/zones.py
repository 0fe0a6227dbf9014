"""A time zone as calendars have it (VTIMEZONE): when its clocks change."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

_YEARS = 20
"""Changes further ahead are nobody's promise; calendars that know the zone by its name use what they know."""
_STEP = timedelta(days=7)
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class Change(Struct, frozen=True):
    """A change of the clocks."""

    local: datetime
    """What the clocks show just before it, without a zone."""
    before: timedelta
    after: timedelta
    """The distances from UTC."""
    name: str
    saving: bool


@cache
def changes(zone: tzinfo, year: int) -> list[Change]:
    """When the clocks of a zone change, from the beginning of a year on; none where they never do."""
    at, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + _YEARS, 1, 1, tzinfo=UTC)
    found = []
    while at < end:
        if _offset(zone, at) != _offset(zone, at + _STEP):
            found.append(_change(zone, at, at + _STEP))
        at += _STEP
    return found


def described(zone: tzinfo, name: str, year: int) -> Timezone:
    """The zone for a calendar that does not know it by its name."""
    from icalendar import Timezone  # noqa: PLC0415 (like calendar.ics)

    made = Timezone()
    made.add("tzid", name)
    kinds: dict[tuple[timedelta, timedelta, str, bool], list[Change]] = {}
    for change in changes(zone, year):
        kinds.setdefault((change.before, change.after, change.name, change.saving), []).append(change)
    for alike in kinds.values():
        rule = yearly([change.local for change in alike])
        for change in alike if rule is None else alike[:1]:
            made.add_component(_part(change, rule))
    return made


def yearly(moments: list[datetime]) -> dict[str, Any] | None:
    """The rule that moments of many years follow ("the last Sunday of March"); None: there is none."""
    alike = {(one.month, one.weekday(), one.time()) for one in moments}
    years = [one.year for one in moments]
    if len(alike) != 1 or len(moments) < _YEARS // 2 or years != list(range(years[0], years[0] + len(years))):
        return None
    weeks = {(one.day - 1) // 7 + 1 for one in moments}
    is_last = all(one.day + 7 > monthrange(one.year, one.month)[1] for one in moments)
    if len(weeks) > 1 and not is_last:
        return None
    week = -1 if is_last else weeks.pop()
    return {"freq": "YEARLY", "bymonth": moments[0].month, "byday": f"{week}{_DAYS[moments[0].weekday()]}"}


def _part(change: Change, rule: dict[str, Any] | None) -> TimezoneDaylight | TimezoneStandard:
    from icalendar import TimezoneDaylight, TimezoneStandard, vRecur  # noqa: PLC0415

    part = TimezoneDaylight() if change.saving else TimezoneStandard()
    part.add("dtstart", change.local)
    if rule is not None:
        part.add("rrule", vRecur(rule))
    part.add("tzoffsetfrom", change.before)
    part.add("tzoffsetto", change.after)
    part.add("tzname", change.name)
    return part


def _offset(zone: tzinfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def _change(zone: tzinfo, low: datetime, high: datetime) -> Change:
    """The change between two moments, found by halving down to the second."""
    before = _offset(zone, low)
    while high - low > timedelta(seconds=1):
        middle = (low + (high - low) / 2).replace(microsecond=0)
        if middle <= low:
            break
        low, high = (middle, high) if _offset(zone, middle) == before else (low, middle)
    moment = high.replace(microsecond=0)
    after = moment.astimezone(zone)
    return Change(
        local=(moment + before).replace(tzinfo=None),
        before=before,
        after=_offset(zone, moment),
        name=after.tzname() or "",
        saving=bool(after.dst()),
    )
