"""When a conference takes place: the next start lies strictly in the future, also where clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec import UNSET

from rostrum.api.errors import ApiError
from rostrum.conferences import schedule
from rostrum.conferences.wire import Schedule

DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
ZONES = st.sampled_from(
    [
        "UTC",
        "Europe/Berlin",
        "Europe/Moscow",
        "America/New_York",
        "America/Sao_Paulo",  # changed at midnight, until 2019
        "America/Havana",
        "Africa/Cairo",  # changes at midnight
        "Asia/Beirut",  # likewise
        "Asia/Kathmandu",
        "Australia/Lord_Howe",  # half an hour
        "Pacific/Apia",
        "Pacific/Kiritimati",
    ]
).map(ZoneInfo)
MOMENTS = st.datetimes(datetime(2012, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))
WEEKLY = st.builds(
    lambda days, hours, minutes: weekly(sorted(days, key=DAYS.index), f"{hours:02d}:{minutes:02d}"),
    st.sets(st.sampled_from(DAYS), min_size=1),
    st.integers(0, 24),
    st.sampled_from([0, 1, 30, 59]),
)


def weekly(days: list[str], time: str, duration: int = 3600) -> Schedule:
    return Schedule(type=0, days=days, time=time, duration=duration)  # type: ignore[arg-type]


def next_start(one: Schedule, now: datetime, zone: ZoneInfo) -> datetime:
    times = schedule.next_times(one, now, zone)
    assert times is not None
    assert times.end - times.start == timedelta(seconds=int(one.duration or 0))
    return times.start.astimezone(zone)


@given(WEEKLY, MOMENTS, ZONES)
@example(weekly(["sunday"], "24:30"), datetime(2025, 3, 3, 0, 10, tzinfo=UTC), ZoneInfo("UTC"))
def test_the_next_start_is_strictly_in_the_future_and_the_first(one: Schedule, now: datetime, zone: ZoneInfo) -> None:
    """Compared with a slow reading of the same words: every day of the next two weeks."""
    start = next_start(one, now, zone)
    assert start > now
    first = now.astimezone(zone).date() - timedelta(days=2)
    hours, minutes = (int(part) for part in str(one.time).split(":"))
    possible = []
    for ahead in range(18):
        day = first + timedelta(days=ahead)
        if DAYS[day.weekday()] in (one.days or ()):
            clock = datetime(day.year, day.month, day.day, hours % 24, minutes) + timedelta(days=hours // 24)
            possible.append(clock.replace(tzinfo=zone).astimezone(UTC))
    assert start == min(moment for moment in possible if moment > now)


@given(WEEKLY, MOMENTS, ZONES)
def test_asking_again_at_the_start_gives_the_one_after(one: Schedule, now: datetime, zone: ZoneInfo) -> None:
    start = next_start(one, now, zone)
    after = next_start(one, start.astimezone(UTC), zone)
    assert after > start
    assert after - start <= timedelta(days=7, hours=3)


@pytest.mark.parametrize(
    ("now", "starts"),
    [
        ((2025, 3, 29, 12), "2025-03-30T09:00:00+02:00"),  # the clock goes forward in the night
        ((2025, 3, 30, 6, 59), "2025-03-30T09:00:00+02:00"),
        ((2025, 3, 30, 7), "2025-04-06T09:00:00+02:00"),
        ((2025, 10, 25, 12), "2025-10-26T09:00:00+01:00"),  # and back again
        ((2025, 10, 26, 7, 59), "2025-10-26T09:00:00+01:00"),
        ((2025, 10, 26, 8), "2025-11-02T09:00:00+01:00"),
    ],
)
def test_nine_o_clock_stays_nine_o_clock(now: tuple[int, ...], starts: str) -> None:
    moment = datetime(*now, tzinfo=UTC)  # type: ignore[arg-type,misc]
    assert next_start(weekly(["sunday"], "09:00"), moment, BERLIN).isoformat() == starts


def test_a_time_that_the_clock_skips_moves_past_the_gap() -> None:
    start = next_start(weekly(["sunday"], "02:30"), datetime(2025, 3, 29, 12, tzinfo=UTC), BERLIN)
    assert start.isoformat() == "2025-03-30T03:30:00+02:00"


def test_a_time_that_comes_twice_is_the_first_of_the_two() -> None:
    one = weekly(["sunday"], "01:30")
    start = next_start(one, datetime(2025, 11, 1, 12, tzinfo=UTC), NEW_YORK)
    assert start.isoformat() == "2025-11-02T01:30:00-04:00"
    between = datetime(2025, 11, 2, 5, 45, tzinfo=UTC)
    assert next_start(one, between, NEW_YORK).isoformat() == "2025-11-09T01:30:00-05:00"


def test_twenty_four_is_the_midnight_after() -> None:
    one = weekly(["monday"], "24:00")
    assert next_start(one, datetime(2025, 3, 3, 23, 59, 59, tzinfo=UTC), ZoneInfo("UTC")).isoformat() == (
        "2025-03-04T00:00:00+00:00"
    )
    assert next_start(one, datetime(2025, 3, 4, tzinfo=UTC), ZoneInfo("UTC")).isoformat() == "2025-03-11T00:00:00+00:00"


def test_the_zone_decides_which_day_it_is() -> None:
    """Monday 00:30 in Kiritimati is Sunday in UTC."""
    zone = ZoneInfo("Pacific/Kiritimati")
    start = next_start(weekly(["monday"], "00:30"), datetime(2025, 3, 2, 10, tzinfo=UTC), zone)
    assert start.astimezone(UTC) == datetime(2025, 3, 2, 10, 30, tzinfo=UTC)


def test_shown_with_next_start_and_offset() -> None:
    now = datetime(2025, 3, 29, 12, tzinfo=UTC)
    shown = schedule.shown(weekly(["sunday"], "09:00"), now, BERLIN)
    assert shown.start_time == int(datetime(2025, 3, 30, 7, tzinfo=UTC).timestamp())
    assert shown.time_offset == 120
    once = Schedule(type=1, start_time=5, duration=6)
    assert schedule.shown(once, now, BERLIN) is once
    assert once.time_offset is UNSET


@given(st.integers(0, 10**9), st.integers(1, 10**8), MOMENTS)
def test_a_one_time_conference_is_over_when_its_end_has_come(start: int, duration: int, now: datetime) -> None:
    one = Schedule(type=1, start_time=start, duration=duration)
    times = schedule.next_times(one, now, ZoneInfo("UTC"))
    assert times is not None
    assert schedule.is_over(one, now) == (times.end <= now)


def test_other_conferences_are_never_over() -> None:
    late = datetime(2100, 1, 1, tzinfo=UTC)
    assert not schedule.is_over(Schedule(type=-1), late)
    assert not schedule.is_over(weekly(["monday"], "10:00"), late)
    assert schedule.next_times(Schedule(type=-1), late, BERLIN) is None


NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "locations"),
    [
        ({}, ["schedule.type"]),
        ({"type": 0}, ["schedule.duration", "schedule.days", "schedule.time"]),
        ({"type": 0, "duration": 60, "days": [], "time": "10:00"}, ["schedule.days"]),
        ({"type": 0, "duration": 60, "days": ["monday"]}, ["schedule.time"]),
        ({"type": 1}, ["schedule.start_time", "schedule.duration"]),
        ({"type": 1, "start_time": 5}, ["schedule.duration"]),
        ({"type": 1, "start_time": -2, "duration": 5}, ["schedule.start_time"]),
        ({"type": 1, "start_time": 10**11, "duration": 5}, ["schedule.start_time"]),
        ({"type": 1, "start_time": 1_700_000_000_000, "duration": 5}, ["schedule.start_time"]),  # milliseconds
    ],
)
def test_what_is_missing_is_named(body: dict[str, Any], locations: list[str]) -> None:
    with pytest.raises(ApiError) as caught:
        schedule.checked(body, NOW)
    assert [one.location for one in caught.value.details] == locations
    assert caught.value.status == 400


def test_minus_one_means_now() -> None:
    assert schedule.checked({"type": 1, "start_time": -1, "duration": 5}, NOW).start_time == int(NOW.timestamp())
    assert schedule.checked({"type": -1, "start_time": -1}, NOW) == Schedule(type=-1)


def test_days_are_kept_once_and_in_the_order_of_the_week() -> None:
    given_days = ["sunday", "monday", "sunday"]
    kept = schedule.checked({"type": 0, "duration": 5, "days": given_days, "time": "10:00", "start_time": 7}, NOW)
    assert kept == weekly(["monday", "sunday"], "10:00", 5)
