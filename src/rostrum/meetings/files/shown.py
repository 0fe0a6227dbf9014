"""From the rows of a chat to what its participants see of them."""

from __future__ import annotations

from rostrum.meetings.files.store import FileRow
from rostrum.meetings.store import MessageRow
from rostrum.meetings.web_wire import ChatMessage, SharedFile


def message_shown(row: MessageRow, file: FileRow | None) -> ChatMessage:
    """A message, with the file that it brings."""
    return ChatMessage(
        id=str(row.id),
        from_id=row.from_call_id,
        from_display_name=row.from_display_name,
        to_id=row.to_call_id,
        message=row.message,
        time=row.time_stamp.timestamp(),
        file=None if file is None else SharedFile(file.id, file.name, file.size),
    )
