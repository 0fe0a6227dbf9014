"""When a conference takes place: checking what was given, and finding the next start."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from msgspec import UNSET, Struct

from rostrum.api import errors
from rostrum.conferences.wire import Schedule

NEVER: Literal[-1] = -1
WEEKLY: Literal[0] = 0
ONCE: Literal[1] = 1
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NEEDED = {NEVER: (), WEEKLY: ("duration", "days", "time"), ONCE: ("start_time", "duration")}
_MOST_SECONDS = 10**11


class Times(Struct, frozen=True):
    """One occurrence of a conference."""

    start: datetime
    end: datetime


def checked(given: dict[str, Any], now: datetime) -> Schedule:
    """The schedule that a request body gives, complete (decision 23). Raises an error that names every wrong part.

    A start of -1 means now.
    """
    if "type" not in given:
        raise errors.wrong([errors.missing("schedule.type")])
    kind = given["type"]
    if kind == NEVER:
        return Schedule(type=NEVER)
    missing = [errors.missing(f"schedule.{name}") for name in _NEEDED[kind] if given.get(name) in (None, [])]
    start = given.get("start_time", 0)
    if kind == ONCE and not (start == -1 or 0 <= start < _MOST_SECONDS):
        missing.append(errors.invalid("schedule.start_time", "Expected a Unix time in seconds, or -1 for now"))
    if missing:
        raise errors.wrong(missing)
    if kind == ONCE:
        return Schedule(
            type=ONCE, start_time=int(now.timestamp()) if start == -1 else start, duration=given["duration"]
        )
    days = sorted(set(given["days"]), key=_DAYS.index)
    return Schedule(type=WEEKLY, duration=given["duration"], days=days, time=given["time"])


def shown(schedule: Schedule, now: datetime, zone: ZoneInfo) -> Schedule:
    """The schedule as answers show it: a weekly one with its next start and the zone's offset in minutes."""
    if schedule.type != WEEKLY:
        return schedule
    following = next_times(schedule, now, zone)
    if following is None:
        return schedule
    offset = following.start.astimezone(zone).utcoffset() or timedelta()
    return Schedule(
        type=WEEKLY,
        start_time=int(following.start.timestamp()),
        duration=schedule.duration,
        days=schedule.days,
        time=schedule.time,
        time_offset=int(offset.total_seconds() // 60),
    )


def next_times(schedule: Schedule, now: datetime, zone: ZoneInfo) -> Times | None:
    """The next occurrence strictly in the future; of a one-time conference the only one; None without a schedule."""
    if schedule.type == NEVER or schedule.duration is UNSET:
        return None
    length = timedelta(seconds=schedule.duration)
    if schedule.type == ONCE and schedule.start_time is not UNSET:
        start = datetime.fromtimestamp(schedule.start_time, UTC)
        return Times(start, start + length)
    following = starts(schedule, now, zone)
    return Times(following[0], following[0] + length) if following else None


def current_times(schedule: Schedule, now: datetime, zone: ZoneInfo) -> Times | None:
    """The occurrence that is going on now; None: now is outside of the conference's hours."""
    if schedule.type == NEVER or schedule.duration is UNSET:
        return None
    if schedule.type == ONCE:
        times = next_times(schedule, now, zone)
        return times if times is not None and times.start <= now < times.end else None
    length = timedelta(seconds=schedule.duration)
    past = [start for start in starts(schedule, now - min(length, timedelta(days=7)), zone) if start <= now]
    return Times(past[-1], past[-1] + length) if past and now < past[-1] + length else None


def starts(schedule: Schedule, now: datetime, zone: ZoneInfo) -> list[datetime]:
    """The starts of a weekly conference in the week to come, strictly in the future, each weekday's once or twice."""
    wanted = set(schedule.days or ())
    today = now.astimezone(zone).date()
    days = [today + timedelta(days=ahead) for ahead in range(-1, 9)]  # yesterday's 24:30 may still come
    moments = [_moment(day, str(schedule.time), zone) for day in days if _DAYS[day.weekday()] in wanted]
    return [moment for moment in moments if moment > now]


def is_over(schedule: Schedule, now: datetime) -> bool:
    """Whether a one-time conference's end has passed."""
    if schedule.type != ONCE or schedule.start_time is UNSET or schedule.duration is UNSET:
        return False
    return schedule.start_time + schedule.duration <= now.timestamp()


def _moment(day: date, clock: str, zone: ZoneInfo) -> datetime:
    """A wall-clock time of a day; 24:00 is the next midnight. A time that the clock skips moves past the gap."""
    hours, minutes = (int(part) for part in clock.split(":"))
    local = datetime.combine(day + timedelta(days=hours // 24), time(hours % 24, minutes), zone)
    return local.astimezone(UTC)
