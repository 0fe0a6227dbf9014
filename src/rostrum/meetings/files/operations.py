"""Sending a file in the chat of a meeting, and fetching it."""

from __future__ import annotations

import secrets
from typing import Annotated

import msgspec
from msgspec import Meta

from rostrum.api.answers import FileAnswer
from rostrum.api.errors import problem, refused
from rostrum.api.operation import InBody, Upload, operation
from rostrum.api.work import Work
from rostrum.ids import ParticipantId, SessionId
from rostrum.media.commands import Tell
from rostrum.meetings import places, store
from rostrum.meetings.files import folder
from rostrum.meetings.files import store as files
from rostrum.meetings.files.shown import message_shown
from rostrum.meetings.files.store import FileRow
from rostrum.meetings.web_wire import ChatMessage

MOST_BYTES = 52_428_800
MOST_FILES = 500
"""How many files a session takes."""
Name = Annotated[str, Meta(min_length=1, max_length=255, pattern=r"^[^/\\\x00-\x1f]+\Z")]


@operation("POST", "/sessions/{session_id}/files", surface="web", reach="session", answer="message")
def send_file(
    work: Work,
    session_id: SessionId,
    file: Annotated[bytes, Upload(MOST_BYTES)],
    name: Annotated[Name, InBody()],
    to_id: Annotated[str | None, InBody()] = None,
) -> ChatMessage:
    """Send a file to everyone or to one participant, as far as they may receive files. Its message is its name.

    Errors: forbidden, participantNotFound, requestTooLarge, tooManyFiles.
    """
    mine = places.own(work, session_id)
    if not mine.rights.file_transfer_send:
        raise problem("forbidden")
    if len(file) > work.settings.limits.chat_file:
        raise problem("requestTooLarge", limit=work.settings.limits.chat_file)
    if files.count(work.db, session_id) >= MOST_FILES:
        raise refused("tooManyFiles", f"This meeting has {MOST_FILES} files already.", 409)
    readers = [one for one in store.admitted(work.db, mine.session_id) if one.rights.file_transfer_rcv]
    if to_id is not None:
        readers = [one for one in readers if one.participant_id in {to_id, mine.participant_id}]
        if all(one.participant_id != to_id for one in readers):
            raise problem("participantNotFound", given_as="to_id", participant_id=to_id)
    to = ParticipantId(to_id) if to_id is not None else None
    message = store.insert_message(work.db, mine.session_id, mine, to, name, work.now)
    kept = FileRow(id=secrets.token_hex(16), message_id=message.id, session_id=session_id, name=name, size=len(file))
    files.insert_file(work.db, kept)
    folder.keep(work.data_dir, kept.id, file)
    shown = message_shown(message, kept)
    if readers:  # an empty list would mean everybody
        told = {"type": "message", "message": msgspec.to_builtins(shown)}
        work.later(Tell(mine.session_id, told, [one.participant_id for one in readers]))
    return shown


@operation(
    "GET",
    "/sessions/{session_id}/files/{file_id}",
    surface="web",
    reach="session",
    media="application/octet-stream",
)
def fetch_file(work: Work, session_id: SessionId, file_id: str) -> FileAnswer:
    """What a file holds, for those it was sent to. Errors: forbidden, fileNotFound."""
    mine = places.own(work, session_id)
    if not mine.rights.file_transfer_rcv:
        raise problem("forbidden")
    found = files.find_for(work.db, session_id, file_id, mine.participant_id)
    path = folder.path_of(work.data_dir, found.id) if found else None
    if found is None or path is None or not path.is_file():
        raise refused("fileNotFound", "This file is not there any more.", 404)
    return FileAnswer(path, "application/octet-stream", found.name)
