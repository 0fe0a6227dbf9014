"""The operations that lead other people and programs to a conference."""

from __future__ import annotations

from html import escape

from rostrum.accounts.users import store as users
from rostrum.api.answers import Plain
from rostrum.api.operation import operation
from rostrum.api.work import Work
from rostrum.conferences import letters
from rostrum.conferences.operations import READ, found_conference, own_conference
from rostrum.conferences.rules import ConferenceRow
from rostrum.conferences.sharing import calendar
from rostrum.conferences.sharing.calendar import Entry
from rostrum.conferences.sharing.languages import Lang
from rostrum.conferences.sharing.wire import (
    CalendarLinks,
    Calendars,
    ConferenceOwner,
    Embedded,
    Notified,
    Shared,
)
from rostrum.ids import ConferenceId, uid

ONE = "/conferences/{conference_id}"
NOTIFY = "conferences | conferences:read | conferences:write"  # the last one by slip B3


@operation("GET", f"{ONE}/owner", scope=READ, since="v3.1", reach="user")
def read_owner(work: Work, conference_id: ConferenceId) -> ConferenceOwner:
    """Whose conference it is. Errors: conferenceNotFound."""
    return ConferenceOwner(uid(found_conference(work, conference_id).owner, work.server))


@operation("GET", f"{ONE}/shared", scope=READ, since="v3.1", reach="user")
def share_conference(work: Work, conference_id: ConferenceId) -> Shared:
    """HTML that shows the conference on another page. Errors: conferenceNotFound."""
    address = escape(_address(work, found_conference(work, conference_id)))
    frame = (
        '<iframe allowfullscreen="allowfullscreen" width="720" height="405" '
        f'allow="microphone; camera; autoplay; display-capture" src="{address}"></iframe>'
    )
    return Shared(Embedded(webrtc=frame, cdn_video=None), rtsp_url=None)


@operation("GET", f"{ONE}/calendars", scope=READ, since="v3.1", reach="user")
def read_calendars(work: Work, conference_id: ConferenceId, lang: Lang = "en") -> Calendars:
    """Links that put the conference into a calendar, in the language `lang`. Errors: conferenceNotFound."""
    conference = found_conference(work, conference_id)
    entry = _entry(work, conference)
    links = CalendarLinks(
        google=calendar.google_link(entry, lang),
        outlook=calendar.outlook_link(entry, lang),
        other=f"{work.links.base}/api/v3.10/conferences/{conference.id}/ics",
    )
    return Calendars(links)


@operation("GET", f"{ONE}/ics", scope=READ, since="v3.1", reach="user", media="text/calendar")
def read_ics(work: Work, conference_id: ConferenceId) -> Plain:
    """The conference as an iCalendar file. Errors: conferenceNotFound."""
    conference = found_conference(work, conference_id)
    saved_as = {"Content-Disposition": f'attachment; filename="{conference.id}.ics"'}
    content = calendar.ics(_entry(work, conference))
    return Plain(content, "text/calendar; charset=utf-8; method=PUBLISH", saved_as)


@operation(
    "POST",
    f"{ONE}/notify",
    scope=NOTIFY,
    since="v3.3",
    reach="user",
    aliases=("/conference/{conference_id}/notify",),  # slip A1
)
def notify_invited(work: Work, conference_id: ConferenceId) -> Notified:
    """Tell everybody invited of the conference by mail; false while the server sends none. Errors:
    conferenceNotFound.
    """
    return Notified(result=letters.notify(work, own_conference(work, conference_id)))


def _address(work: Work, conference: ConferenceRow) -> str:
    return f"{work.links.base}/c/{conference.id}"


def _entry(work: Work, conference: ConferenceRow) -> Entry:
    owner = users.find_user(work.db, conference.owner)
    return Entry(
        conference=conference,
        url=_address(work, conference),
        server=work.server,
        owner_name=owner.display_name if owner else conference.owner,
        owner_email=owner.email if owner else "",
        now=work.now,
        zone=work.zone,
    )
