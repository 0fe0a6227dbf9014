"""The operations on recordings of a conference."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from rostrum.accounts import rights
from rostrum.api.answers import Download
from rostrum.api.errors import problem
from rostrum.api.fields import Since
from rostrum.api.operation import Ranged, operation
from rostrum.api.work import UrlType, Work
from rostrum.conferences.operations import WRITE, found_conference, own_conference
from rostrum.conferences.rules import ConferenceRow
from rostrum.ids import ConferenceId
from rostrum.recordings import control, records
from rostrum.recordings.records import Found
from rostrum.recordings.wire import Record, Records

READ = Ranged("conferences.records | conferences.records:read", was="conferences.records", until="v3")  # slip B10
ALL = "/conferences/{conference_id}/records"
ONE = f"{ALL}/{{record_id}}"

Dynamic = Annotated[UrlType, Since("v3.1")]


@operation("GET", ALL, scope=READ, reach="user")
def list_records(work: Work, conference_id: ConferenceId, url_type: Dynamic = "dynamic") -> Records:
    """The recordings of a conference, oldest first. Errors: conferenceNotFound."""
    conference = found_conference(work, conference_id)
    return Records([_shown(work, conference, one, url_type) for one in records.all_of(work, conference)])


@operation("GET", ONE, scope=READ, answer="record", reach="user")
def read_record(work: Work, conference_id: ConferenceId, record_id: str, url_type: Dynamic = "dynamic") -> Record:
    """One recording, by the name of its file. Errors: conferenceNotFound, recordNotFound."""
    conference = found_conference(work, conference_id)
    return _shown(work, conference, _found(work, conference, record_id), url_type)


@operation("GET", f"{ONE}/download", scope=READ, reach="user", media="*/*")
def download_record(work: Work, conference_id: ConferenceId, record_id: str) -> Download:
    """The file of a recording, or parts of it; 302 to where it is kept elsewhere, if the settings say so.

    The recordings of a deleted conference stay for its owner. Errors: conferenceNotFound, recordNotFound.
    """
    kept = records.find_kept(work, conference_id, record_id)
    if kept is not None:
        return records.download(work, conference_id, kept)
    conference = found_conference(work, conference_id)
    return records.download(work, conference.id, _found(work, conference, record_id))


@operation("POST", "/conferences/{conference_id}/start-record", scope=WRITE, since="v3.1", reach="user", status=202)
def start_record(work: Work, conference_id: ConferenceId) -> None:
    """Begin or continue recording. Errors: conferenceNotFound, conferenceIsNotRunning, serviceUnavailable."""
    control.start(work, _recordable(work, conference_id))


@operation("POST", "/conferences/{conference_id}/pause-record", scope=WRITE, since="v3.1", reach="user", status=202)
def pause_record(work: Work, conference_id: ConferenceId) -> None:
    """Pause recording. Errors: conferenceNotFound, conferenceIsNotRunning, serviceUnavailable."""
    control.pause(work, _recordable(work, conference_id))


@operation("POST", "/conferences/{conference_id}/stop-record", scope=WRITE, since="v3.1", reach="user", status=202)
def stop_record(work: Work, conference_id: ConferenceId) -> None:
    """End recording. Errors: conferenceNotFound, conferenceIsNotRunning, serviceUnavailable."""
    control.stop(work, _recordable(work, conference_id))


def _recordable(work: Work, conference_id: ConferenceId) -> ConferenceRow:
    """A running conference of the caller, while there is an engine. Raises conferenceIsNotRunning, forbidden for whom
    no group lets record, and serviceUnavailable.
    """
    conference = own_conference(work, conference_id)
    rights.check(work, "conference_recording")
    if not conference.running:
        raise problem("conferenceIsNotRunning", conference_id=conference_id)
    if not work.media_available:
        raise problem("serviceUnavailable")
    return conference


def _found(work: Work, conference: ConferenceRow, record_id: str) -> Found:
    found = records.find_of(work, conference, record_id)
    if found is None:
        raise problem("recordNotFound", record_id=record_id)
    return found


def _shown(work: Work, conference: ConferenceRow, found: Found, url_type: UrlType) -> Record:
    address = f"/api/v3.10/conferences/{conference.id}/records/{quote(found.name, safe='')}/download"
    created = int(found.created.timestamp())
    return Record(found.name, str(found.size), created, work.links.root(url_type) + address)
