"""Times in the parameters of the logs, in every form that clients write."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rostrum.api.errors import ApiError
from rostrum.journal.rules import behind, moment
from rostrum.meetings.wire import date_time


@pytest.mark.parametrize(
    ("text", "timezone", "read"),
    [
        ("2018-04-12 10:00:00", 0, "2018-04-12T10:00:00+00:00"),
        ("2018-04-12+10:00:00", 0, "2018-04-12T10:00:00+00:00"),
        ("2018-04-12T10:00:00", 180, "2018-04-12T07:00:00+00:00"),
        (" 2018-04-12 ", -60, "2018-04-12T01:00:00+00:00"),
        ("2018-04-12T10:00:00Z", 180, "2018-04-12T10:00:00+00:00"),
        ("2018-04-12T10:00:00-03:00", 0, "2018-04-12T13:00:00+00:00"),
        ("2018-04-12T10:00:00+03:00", 0, "2018-04-12T07:00:00+00:00"),
        ("2018-04-12+10:00:00+03:00", 60, "2018-04-12T07:00:00+00:00"),
    ],
)
def test_times(text: str, timezone: int, read: str) -> None:
    found = moment(text, "date_from", timezone)
    assert found is not None
    assert found.isoformat() == read


@pytest.mark.parametrize("text", ["yesterday", "2018-13-01", "12.04.2018", "0001-01-01", "9999-12-31 23:59:59-10:00"])
def test_no_times(text: str) -> None:
    with pytest.raises(ApiError) as caught:
        moment(text, "date_from", 600)
    assert caught.value.details[0].location == "date_from"


def test_none_is_none() -> None:
    assert moment(None, "date_from", 0) is behind(None, "date_to", 0) is None


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2018-05-12+23:59:59", "2018-05-13T00:00:00+00:00"),
        ("2018-05-12T23:59:59.999999+00:00", "2018-05-13T00:00:00+00:00"),
        ("2018-05-12 10:16:08.67", "2018-05-12T10:16:08.670001+00:00"),
        ("2018-05-12 10:16:08,000", "2018-05-12T10:16:08.000001+00:00"),
        ("9999-12-31 23:59:59", "9999-12-31T23:59:59+00:00"),
    ],
)
def test_what_comes_right_behind_a_time(text: str, read: str) -> None:
    found = behind(text, "date_to", 0)
    assert found is not None
    assert found.isoformat() == read


@given(st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)), st.integers(-1440, 1440))
def test_what_is_shown_is_read_back(at: datetime, timezone: int) -> None:
    assert moment(date_time(at, timezone).date, "date_from", timezone) == at


@pytest.mark.parametrize(
    ("timezone", "kind", "name"), [(0, 3, "UTC"), (180, 1, "+03:00"), (-90, 1, "-01:30"), (5, 1, "+00:05")]
)
def test_zones_as_php_prints_them(timezone: int, kind: int, name: str) -> None:
    at = datetime(2018, 4, 12, 10, 0, 0, 123, tzinfo=UTC)
    shown = date_time(at, timezone)
    assert (shown.timezone_type, shown.timezone) == (kind, name)
    assert shown.date == (at + timedelta(minutes=timezone)).strftime("%Y-%m-%d %H:%M:%S.%f")
