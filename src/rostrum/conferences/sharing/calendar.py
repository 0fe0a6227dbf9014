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
from rostrum.conferences.sharing import zones
from rostrum.conferences.sharing.languages import WORDS

if TYPE_CHECKING:
    from icalendar import Alarm, Event, vCalAddress

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
    cancelled: bool = False
    """The conference will not take place: the calendar is to take its entry back."""


def ics(entry: Entry) -> bytes:
    """The conference as RFC 5545 has it (decision 33): times in UTC, weekly ones as a rule, reminders as alarms.

    Where clocks change, the times of a weekly conference are local ones: nine o'clock stays nine o'clock.
    A newer state of the same conference has the same UID and a higher SEQUENCE.
    """
    from icalendar import Calendar, Event  # noqa: PLC0415 (170 ms that a start does not wait for)

    row = entry.conference
    changed_at = row.changed_at or row.created_at
    follows_clocks = row.schedule.type == WEEKLY and bool(zones.changes(entry.zone, entry.now.year - 1))
    event = Event()
    # A new conference of a deleted one's id is another entry: calendars take no lower SEQUENCE than they know.
    event.add("uid", f"{row.id}-{int(row.created_at.timestamp())}@{entry.server}")
    event.add("dtstamp", changed_at)
    event.add("created", row.created_at)
    event.add("last-modified", changed_at)
    event.add("sequence", row.sequence)
    _add_times(event, entry, entry.zone if follows_clocks else UTC)
    event.add("summary", row.topic)
    event.add("description", "\n\n".join(part for part in (row.description, entry.url) if part))
    event.add("location", _place(entry))
    event.add("url", entry.url)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    if entry.owner_email:
        event["organizer"] = _address(entry.owner_email, entry.owner_name)
    # What is taken back rings no more (RFC 5546, 3.2.5: no alarms with CANCEL).
    for reminder in row.reminders if row.reminders_enabled and not entry.cancelled else []:
        event.add_component(_alarm(row.topic, reminder.before_start))
    calendar = Calendar()
    calendar.add("prodid", "-//Rostrum//Rostrum//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if entry.cancelled else "PUBLISH")
    if follows_clocks:
        calendar.add_component(zones.described(entry.zone, entry.zone.key, entry.now.year - 1))
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


def _add_times(event: Event, entry: Entry, zone: tzinfo) -> None:
    from icalendar import vRecur  # noqa: PLC0415

    times, wanted = occurrence(entry), entry.conference.schedule
    start = times.start.astimezone(zone)
    if wanted.type == WEEKLY:
        event.add("rrule", vRecur(freq="WEEKLY", byday=_days_in(entry, zone)))
        if zone is not UTC:
            # The rule goes by the wanted time, also when the first start is one that the clocks skip.
            hours, minutes = (int(part) for part in str(wanted.time).split(":"))
            start = start.replace(hour=hours % 24, minute=minutes)
    event.add("dtstart", start)
    event.add("dtend", times.end.astimezone(zone))


def _address(email: str, name: str) -> vCalAddress:
    from icalendar import vCalAddress  # noqa: PLC0415

    organizer = vCalAddress(f"mailto:{email}")
    organizer.params["CN"] = name
    return organizer


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
