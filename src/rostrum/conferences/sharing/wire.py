"""What leads to a conference, as the API shows it."""

from __future__ import annotations

from msgspec import Struct


class ConferenceOwner(Struct):
    """Whose conference it is."""

    owner: str


class Embedded(Struct):
    """HTML for other people's pages; there is no content delivery network that would show the conference too."""

    webrtc: str
    cdn_video: str | None


class Shared(Struct):
    """Ways to show a conference elsewhere."""

    embedded: Embedded
    rtsp_url: str | None


class CalendarLinks(Struct):
    """Addresses that open a filled-in entry in a web calendar; `other` is the iCalendar file."""

    google: str
    outlook: str
    other: str


class Calendars(Struct):
    """Links for calendars."""

    calendars: CalendarLinks


class Notified(Struct):
    """Whether everybody invited is told by mail."""

    result: bool
