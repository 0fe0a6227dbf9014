"""The button in the meeting: recording, pause and end by whoever may."""

from __future__ import annotations

from typing import Annotated

from rostrum.api.errors import problem
from rostrum.api.operation import InBody, operation
from rostrum.api.work import Work
from rostrum.ids import SessionId
from rostrum.media.production.store import WantedState
from rostrum.meetings import places
from rostrum.meetings.web_wire import Nothing
from rostrum.recordings import control

_DO = {"on": control.start, "paused": control.pause, "off": control.stop}


@operation("POST", "/sessions/{session_id}/recording", surface="web", reach="session")
def record_meeting(work: Work, session_id: SessionId, state: Annotated[WantedState, InBody()]) -> Nothing:
    """Record the meeting, pause, or end the recording; everybody sees it. Errors: forbidden, serviceUnavailable."""
    conference, mine = places.changing(work, session_id)
    if not mine.rights.recording:
        raise problem("forbidden")
    if not work.media_available:
        raise problem("serviceUnavailable")
    _DO[state](work, conference)
    return Nothing()
