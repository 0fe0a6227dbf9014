"""Links, calendars and notices. The calendar file is read by a parser that had no part in writing it."""

from __future__ import annotations

import itertools
import warnings
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import msgspec
import pytest
from dateutil.rrule import rrulestr
from dateutil.tz import tzical
from hypothesis import example, given
from hypothesis import strategies as st

from rostrum.conferences import schedule
from rostrum.conferences.rules import ConferenceRow
from rostrum.conferences.sharing import calendar
from rostrum.conferences.sharing.calendar import Entry
from rostrum.conferences.sharing.languages import WORDS
from rostrum.conferences.wire import Reminder, Schedule
from rostrum.ids import ConferenceId, UserId
from tests.support.api import Api

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import vobject

V = "/api/v3.10"
DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
NOW = datetime(2026, 3, 25, 12, 0, tzinfo=UTC)


def entry(zone: str = "UTC", **fields: Any) -> Entry:
    row = ConferenceRow(id=ConferenceId("1234567890"), topic="T", owner=UserId("ann"), created_at=NOW, **fields)
    return Entry(
        conference=row,
        url="https://meet.example/c/1234567890",
        server="server.test",
        owner_name="Ann",
        owner_email="ann@mail.test",
        now=NOW,
        zone=ZoneInfo(zone),
    )


def parsed(raw: bytes) -> Any:
    """The one event of a calendar."""
    return vobject.readOne(raw.decode()).vevent


def test_lines_of_the_file() -> None:
    """CRLF everywhere, no line above 75 octets, text escaped: as RFC 5545 demands."""
    text = "Ä; comma, backslash \\ and\na second line " * 9
    raw = calendar.ics(entry(description=text, schedule=Schedule(type=-1)))
    lines = raw.split(b"\r\n")
    assert raw.endswith(b"END:VCALENDAR\r\n")
    assert all(b"\n" not in line and len(line) <= 75 for line in lines)
    event = parsed(raw)
    assert event.description.value == f"{text}\n\nhttps://meet.example/c/1234567890"
    assert event.uid.value == f"1234567890-{int(NOW.timestamp())}@server.test"
    assert event.url.value == event.location.value == "https://meet.example/c/1234567890"
    assert event.organizer.value == "mailto:ann@mail.test"


def test_the_room_is_the_place() -> None:
    """Who comes in person is led to the room; the address stands in the entry all the same."""
    raw = calendar.ics(entry(meeting_room="Blue room, 2nd floor"))
    event = parsed(raw)
    assert event.location.value == "Blue room, 2nd floor"
    assert event.url.value == "https://meet.example/c/1234567890"
    assert "https://meet.example/c/1234567890" in event.description.value
    for link in (calendar.google_link, calendar.outlook_link):
        given = parse_qs(urlsplit(link(entry(meeting_room="Blue room"), "en")).query)
        assert given["location"] == ["Blue room"]


def test_one_time_conference() -> None:
    start = int(NOW.timestamp()) + 3600
    reminders = {"reminders_enabled": True, "reminders": [Reminder(15), Reminder(1440)]}
    raw = calendar.ics(entry("Europe/Moscow", schedule=Schedule(type=1, start_time=start, duration=5400), **reminders))
    assert b"DTSTART:20260325T130000Z\r\n" in raw
    event = parsed(raw)
    assert (event.dtstart.value, event.dtend.value) == (NOW + timedelta(hours=1), NOW + timedelta(hours=2.5))
    assert [alarm.trigger.value for alarm in event.valarm_list] == [timedelta(minutes=-15), timedelta(days=-1)]
    assert "rrule" not in event.contents
    silent = calendar.ics(entry(schedule=Schedule(type=-1), reminders=[Reminder(15)]))
    assert b"VALARM" not in silent


def test_weekly_rule_names_the_days_of_its_own_zone() -> None:
    """Monday at 0:30 in Moscow is Sunday in UTC; the rule meets exactly the conference's starts."""
    weekly = Schedule(type=0, duration=3600, days=["monday", "friday"], time="00:30")
    event = parsed(calendar.ics(entry("Europe/Moscow", schedule=weekly)))
    assert event.dtstart.value == datetime(2026, 3, 26, 21, 30, tzinfo=UTC)
    starts = list(rrulestr(event.rrule.value, dtstart=event.dtstart.value)[:4])
    local = [one.astimezone(ZoneInfo("Europe/Moscow")).strftime("%A %H:%M") for one in starts]
    assert local == ["Friday 00:30", "Monday 00:30"] * 2


ZONES = ["Europe/Berlin", "America/New_York", "Africa/Cairo", "Australia/Lord_Howe", "America/Havana", "Asia/Kathmandu"]


@given(
    st.sampled_from(ZONES),
    st.sets(st.sampled_from(DAYS), min_size=1),
    st.integers(0, 24),
    st.sampled_from([0, 30, 59]),
    st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
)
@example("Europe/Berlin", {"sunday"}, 2, 30, datetime(2026, 3, 28, 12, tzinfo=UTC))  # it starts at a skipped time
@example("America/Havana", {"sunday"}, 24, 30, datetime(2026, 3, 7, 12, tzinfo=UTC))
def test_weekly_rule_is_right_over_daylight_saving(
    zone: str, days: set[str], hours: int, minutes: int, now: datetime
) -> None:
    """For more than a year, read by a parser that had no part in it, with the file's own description of the zone."""
    weekly = Schedule(type=0, duration=3600, days=sorted(days, key=DAYS.index), time=f"{hours:02d}:{minutes:02d}")  # type: ignore[arg-type]
    one = msgspec.structs.replace(entry(zone, schedule=weekly), now=now)
    raw = calendar.ics(one)
    event = parsed(raw)
    rule = rrulestr(event.rrule.value, dtstart=event.dtstart.value.replace(tzinfo=None))
    expected, at = [], now
    for _ in range(60 * len(days)):
        times = schedule.next_times(weekly, at, ZoneInfo(zone))
        assert times is not None
        expected.append(times.start)
        at = times.start
    local = list(itertools.islice(rule, len(expected)))
    if zone == "Asia/Kathmandu":  # its clocks never change
        assert [moment.replace(tzinfo=UTC) for moment in local] == expected
        return
    assert [moment.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) for moment in local] == expected
    own = raw[raw.index(b"BEGIN:VTIMEZONE") : raw.index(b"END:VTIMEZONE") + 13].decode()
    described_zone = tzical(StringIO(own)).get()  # vobject keeps the first one of a name
    for moment, start in zip(local, expected, strict=True):
        described = moment.replace(tzinfo=described_zone).utcoffset()
        if start.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == moment:  # not skipped by the clocks
            assert described == start.astimezone(ZoneInfo(zone)).utcoffset(), moment


def test_times_follow_the_clocks_only_where_they_change() -> None:
    weekly = Schedule(type=0, duration=3600, days=["monday"], time="09:00")
    assert b"DTSTART:20260330T060000Z\r\n" in calendar.ics(entry("Europe/Moscow", schedule=weekly))
    raw = calendar.ics(entry("Europe/Berlin", schedule=weekly))
    assert b"DTSTART;TZID=Europe/Berlin:20260330T090000\r\n" in raw
    assert b"DTSTART:20250330T020000\r\n" in raw, "the clocks show two when they go forward"
    assert b"DTSTART:20251026T030000\r\n" in raw, "and three when they go back"
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    once = calendar.ics(entry("Europe/Berlin", schedule=Schedule(type=1, start_time=2_000_000_000, duration=60)))
    assert b"VTIMEZONE" not in once


def test_a_new_conference_of_an_old_id_is_another_entry() -> None:
    """What took its entry back stands in calendars with a higher SEQUENCE than a new conference has."""
    old = entry(schedule=Schedule(type=-1), sequence=3)
    new = entry(schedule=Schedule(type=-1))
    new.conference.created_at = NOW + timedelta(minutes=5)
    old_uid, new_uid = (parsed(calendar.ics(one)).uid.value for one in (old, new))
    assert old_uid != new_uid


def test_a_cancelled_conference_is_taken_back_whatever_it_says() -> None:
    words = "STATUS:CONFIRMED and METHOD:PUBLISH"
    reminders = {"reminders_enabled": True, "reminders": [Reminder(15)]}
    planned = entry(schedule=Schedule(type=-1), description=words, **reminders)
    assert b"BEGIN:VALARM\r\n" in calendar.ics(planned)
    raw = calendar.ics(msgspec.structs.replace(planned, cancelled=True))
    assert b"METHOD:CANCEL\r\n" in raw
    assert b"VALARM" not in raw, "what is taken back rings no more (RFC 5546, 3.2.5)"
    event = parsed(raw)
    assert event.status.value == "CANCELLED"
    assert event.description.value.startswith(words)


def test_links_of_web_calendars() -> None:
    weekly = Schedule(type=0, duration=3600, days=["monday", "friday"], time="00:30")
    one = entry("Europe/Moscow", schedule=weekly, description="About & more")
    google = {name: values[0] for name, values in parse_qs(urlsplit(calendar.google_link(one, "de")).query).items()}
    assert google["dates"] == "20260327T003000/20260327T013000"
    assert google["ctz"] == "Europe/Moscow"
    assert google["recur"] == "RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,FR"
    assert google["text"] == "Videokonferenz: T"
    assert google["details"] == f"About & more\n\n{WORDS['de'].invitation}\n{one.url}"
    outlook = {name: values[0] for name, values in parse_qs(urlsplit(calendar.outlook_link(one, "en")).query).items()}
    assert (outlook["startdt"], outlook["enddt"]) == ("2026-03-26T21:30:00Z", "2026-03-26T22:30:00Z")
    assert outlook["location"] == one.url


def test_without_schedule_the_entry_is_now() -> None:
    event = parsed(calendar.ics(entry(schedule=Schedule(type=-1))))
    assert (event.dtstart.value, event.dtend.value) == (NOW, NOW + timedelta(hours=1))


def of(api: Api, conference: dict[str, Any], what: str, **given: Any) -> Any:
    return api.get(f"{V}/conferences/{conference['id']}/{what}", token=api.secret_key, **given)


@pytest.mark.parametrize("lang", sorted(WORDS))
def test_every_language(api: Api, lang: str) -> None:
    made = api.new_conference(topic="Тема")
    links = of(api, made, "calendars", params={"lang": lang}).json()["calendars"]
    assert parse_qs(urlsplit(links["google"]).query)["text"] == [f"{WORDS[lang].title}: Тема"]
    assert links["other"] == f"http://server.test{V}/conferences/{made['id']}/ics"


def test_sequence_grows_with_each_change(api: Api) -> None:
    """Also when the list of invitations changes; running, stopping and saying nothing new are no changes."""
    made = api.new_conference()
    address = f"{V}/conferences/{made['id']}"

    def sequence() -> int:
        answer = of(api, made, "ics")
        assert answer.headers["content-type"].startswith("text/calendar")
        assert made["id"] in answer.headers["content-disposition"]
        return int(parsed(answer.content).sequence.value)

    assert sequence() == 0
    steps: list[tuple[str, str, Any, int]] = [
        ("PUT", "", {"topic": "Other"}, 1),
        ("PUT", "", {"topic": "Other"}, 1),
        ("PUT", "", {}, 1),
        ("PUT", "", {"schedule": {"type": 1, "start_time": 2_000_000_000, "duration": 60}}, 2),
        ("POST", "/invitations", {"id": "a@elsewhere.test"}, 3),
        ("PUT", "/invitations/a@elsewhere.test", {"display_name": "A"}, 4),
        ("DELETE", "/invitations/a@elsewhere.test", None, 5),
        ("PUT", "", {"invitations": [{"id": made["owner"]}, {"id": "b@elsewhere.test"}]}, 6),
        ("POST", "/run", None, 6),
        ("PUT", "", {"description": "While it runs"}, 7),
        ("POST", "/stop", None, 7),
    ]
    for method, more, body, wanted in steps:
        answer = api.request(method, address + more, token=api.secret_key, json=body or {})
        assert answer.status_code == 200, answer.text
        assert sequence() == wanted, (method, more, body)


def test_widget_and_owner(api: Api) -> None:
    made = api.new_conference()
    shared = of(api, made, "shared").json()
    assert shared["embedded"]["cdn_video"] is None
    assert shared["rtsp_url"] is None
    frame = shared["embedded"]["webrtc"]
    assert frame.startswith("<iframe ")
    assert frame.endswith("></iframe>")
    assert f'src="http://server.test/c/{made["id"]}"' in frame
    assert of(api, made, "owner").json() == {"owner": made["owner"]}


def test_notice_by_either_path(api: Api) -> None:
    """The page prints one path and calls another (slip A1); without mail nobody is told, and the answer says so."""
    made = api.new_conference()
    for path in ("conferences", "conference"):
        answer = api.post(f"{V}/{path}/{made['id']}/notify", token=api.secret_key)
        assert (answer.status_code, answer.json()) == (200, {"result": False})


def test_a_stranger_learns_nothing(api: Api) -> None:
    made = api.new_conference()
    _, token = api.new_user()
    for what in ("owner", "shared", "calendars", "ics"):
        assert api.get(f"{V}/conferences/{made['id']}/{what}", token=token).status_code == 404
