"""A conference in other people's calendars: an iCalendar object, and links of web calendars. Values only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from msgspec import Struct

from rostrum.conferences import schedule
from rostrum.conferences.rules import ConferenceRow
from rostrum.conferences.schedule import WEEKLY, Times
from rostrum.conferences.sharing.languages import WORDS

if TYPE_CHECKING:
    from icalendar import Alarm

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WITHOUT_SCHEDULE = timedelta(hours=1)


class Entry(Struct, frozen=True, kw_only=True):
    """What a calendar learns of a conference."""

    conference: ConferenceRow
    url: str
    server: str
    owner_name: str
    owner_email: str
    now: datetime
    zone: ZoneInfo


def ics(entry: Entry) -> bytes:
    """The conference as RFC 5545 has it (decision 33): times in UTC, weekly ones as a rule, reminders as alarms.

    A newer state of the same conference has the same UID and a higher SEQUENCE.
    """
    from icalendar import Calendar, Event, vCalAddress, vRecur  # noqa: PLC0415 (170 ms that a start does not wait for)

    row = entry.conference
    times, changed_at = occurrence(entry), row.changed_at or row.created_at
    event = Event()
    event.add("uid", f"{row.id}@{entry.server}")
    event.add("dtstamp", changed_at)
    event.add("created", row.created_at)
    event.add("last-modified", changed_at)
    event.add("sequence", row.sequence)
    event.add("dtstart", times.start)
    event.add("dtend", times.end)
    if row.schedule.type == WEEKLY:
        event.add("rrule", vRecur(freq="WEEKLY", byday=_days_in(entry, UTC)))
    event.add("summary", row.topic)
    event.add("description", "\n\n".join(part for part in (row.description, entry.url) if part))
    event.add("location", _place(entry))
    event.add("url", entry.url)
    event.add("status", "CONFIRMED")
    if entry.owner_email:
        organizer = vCalAddress(f"mailto:{entry.owner_email}")
        organizer.params["CN"] = entry.owner_name
        event["organizer"] = organizer
    for reminder in row.reminders if row.reminders_enabled else []:
        event.add_component(_alarm(row.topic, reminder.before_start))
    calendar = Calendar()
    calendar.add("prodid", "-//Rostrum//Rostrum//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    made: bytes = calendar.to_ical()
    return made


def google_link(entry: Entry, lang: str) -> str:
    """An address that opens a filled-in new entry; its times are local ones, so a weekly rule follows the clocks."""
    times = occurrence(entry)
    local = [moment.astimezone(entry.zone).strftime("%Y%m%dT%H%M%S") for moment in (times.start, times.end)]
    given = {
        "action": "TEMPLATE",
        "dates": "/".join(local),
        "text": _title(entry, lang),
        "location": _place(entry),
        "details": _details(entry, lang),
    }
    if entry.conference.schedule.type == WEEKLY:
        given["recur"] = f"RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY={','.join(_days_in(entry, entry.zone))}"
    given["ctz"] = entry.zone.key
    return f"https://www.google.com/calendar/event?{urlencode(given, quote_via=quote, safe='')}"


def outlook_link(entry: Entry, lang: str) -> str:
    """The same for Outlook on the web, which takes times in UTC and knows no rules."""
    times = occurrence(entry)
    given = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "startdt": times.start.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "enddt": times.end.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "subject": _title(entry, lang),
        "location": _place(entry),
        "body": _details(entry, lang),
    }
    return f"https://outlook.live.com/owa/?{urlencode(given, quote_via=quote, safe='')}"


def occurrence(entry: Entry) -> Times:
    """The time that an entry stands at: the next or only one; a conference without schedule is now, for an hour."""
    times = schedule.next_times(entry.conference.schedule, entry.now, entry.zone)
    if times is not None:
        return times
    start = entry.now.replace(second=0, microsecond=0)
    return Times(start, start + _WITHOUT_SCHEDULE)


def _place(entry: Entry) -> str:
    """Where people go: a room if there is one; the address stands in the entry in any case."""
    return entry.conference.meeting_room or entry.url


def _days_in(entry: Entry, zone: tzinfo) -> list[str]:
    """The weekdays of the starts as a zone has them: Monday at 0:30 in Moscow is Sunday in UTC."""
    week = schedule.starts(entry.conference.schedule, entry.now, entry.zone)
    found = {start.astimezone(zone).weekday() for start in week}
    return [_DAYS[day] for day in sorted(found)]


def _alarm(topic: str, minutes: int) -> Alarm:
    from icalendar import Alarm  # noqa: PLC0415

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", topic)
    alarm.add("trigger", timedelta(minutes=-minutes))
    return alarm


def _title(entry: Entry, lang: str) -> str:
    return f"{WORDS[lang].title}: {entry.conference.topic}"


def _details(entry: Entry, lang: str) -> str:
    parts = (entry.conference.description, f"{WORDS[lang].invitation}\n{entry.url}")
    return "\n\n".join(part for part in parts if part)
