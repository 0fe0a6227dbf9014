"""Decisions about people in a meeting: role, rights, what the engine lets them send, averages."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Literal

import msgspec
from msgspec import Struct

from rostrum.accounts.groups.rules import Right
from rostrum.api.work import Happening
from rostrum.conferences.rules import ALL_ON_SCREEN, LECTURE, ConferenceRow
from rostrum.conferences.wire import ClientRights
from rostrum.ids import ParticipantId, SessionId, hashed
from rostrum.media.tokens import Grants

Role = Literal[-1, 0, 1, 2, 3, 4, 5]
"""-1 unknown, 0 all on screen, 1 listener, 2 host, 3 asked for the podium and has it, 4 was invited to it and has it,
5 listener with an audio remark."""
EVERYBODY: Literal[0] = 0
LISTENER: Literal[1] = 1
HOST: Literal[2] = 2
ASKED_SPEAKER: Literal[3] = 3
INVITED_SPEAKER: Literal[4] = 4
REMARK: Literal[5] = 5
SPEAKERS = (ASKED_SPEAKER, INVITED_SPEAKER)
"""Who stands on the podium; hosts speak without taking a place there."""

# How a call ended (page), and how a participant left (recorded calls; the page lists no values).
TERM_ALL_DECLINED, TERM_ALL_LEFT, TERM_DELETED = 1, 2, 3
TERM_BY_SCHEDULE, TERM_SERVER_RESTARTED, TERM_BY_MODERATOR, TERM_BY_ADMINISTRATOR = 5, 6, 10, 15
LEFT_ALONE, LEFT_REMOVED, LEFT_AT_THE_END = 1, 2, 4

_OF_GROUPS: dict[Right, tuple[str, ...]] = {
    "screen_sharing": ("desktop_sharing",),
    "slideshow": ("slide_show_send", "white_board_send"),
    "file_sharing": ("file_transfer_send",),
    "conference_recording": ("recording",),
}
"""What a participant lacks whose groups do not give a right."""


class SessionStarted(Happening):
    """A conference runs from now on."""

    conference: ConferenceRow
    session_id: SessionId


class SessionRow(Struct, kw_only=True):
    """One run of a conference, with the conference as it was at the start."""

    number: int = 0
    id: SessionId
    conference_id: str
    topic: str
    owner: str
    mode: int
    start_time: datetime
    end_time: datetime | None = None
    term_reason: int | None = None
    participant_count: int = 0
    waiting_room_enabled: bool = False
    ends_at: datetime | None = None


class ParticipationRow(Struct, kw_only=True):
    """One person in one session."""

    number: int = 0
    session_id: SessionId
    participant_id: ParticipantId
    user_id: str | None
    display_name: str
    role: Role
    is_owner: bool
    rights: ClientRights
    token_hash: str
    admitted_at: datetime
    join_time: datetime | None = None
    leave_time: datetime | None = None
    leave_reason: int | None = None
    engine_sid: str | None = None
    superseded_sid: str | None = None
    hand_at: datetime | None = None
    invited_at: datetime | None = None
    spoke_at: datetime | None = None
    waiting_since: datetime | None = None
    waiting_seen: datetime | None = None
    changed_at: datetime | None = None

    @property
    def waits(self) -> bool:
        """Whether somebody is in the waiting room: no list, no chat, no media."""
        return self.waiting_since is not None


class Quality(Struct, kw_only=True):
    """What a browser reports of its own connection: rates in kbit/s, sizes in pixels."""

    app_id: str = ""
    fps_sent: float = 0
    bitrate_in: float = 0
    bitrate_out: float = 0
    video_w: int = 0
    video_h: int = 0
    cpu_load: float = 0


class Averages(Struct, kw_only=True):
    """The quality of a participation so far."""

    stats_count: int = 0
    app_id: str = ""
    avg_cpu_load: float = 0
    avg_sent_fps: float = 0
    bitrate_in: float = 0
    bitrate_out: float = 0
    video_w: int = 0
    video_h: int = 0


def role_of(conference: ConferenceRow, *, moderates: bool) -> Role:
    """The role in which somebody enters: owner and operators moderate; in a lecture and on a podium others listen."""
    if moderates:
        return HOST
    return EVERYBODY if conference.type == ALL_ON_SCREEN else LISTENER


def rights_of(conference: ConferenceRow, role: Role, allowed: Collection[Right] | None) -> ClientRights:
    """What a participant may do now: the audience's rights, the host all; a listener sends no sound and no picture.

    With an audio remark a listener sends sound only. The listeners of a lecture send both, to the lecturer, but show
    nothing. `allowed` is what the groups of a user allow; None: a guest, whom no group holds back.
    """
    of_audience = conference.rights.guest if allowed is None else conference.rights.user
    rights = ClientRights() if role == HOST else of_audience
    denied: set[str] = set()
    if role in {LISTENER, REMARK}:
        denied |= {"desktop_sharing", "slide_show_send"}
        if conference.type != LECTURE:
            denied |= {"video_send"} if role == REMARK else {"audio_send", "video_send"}
    if allowed is not None:
        denied |= {field for right, fields in _OF_GROUPS.items() if right not in allowed for field in fields}
    return msgspec.structs.replace(rights, **dict.fromkeys(denied, False)) if denied else rights


def silent(rights: ClientRights) -> ClientRights:
    """What is left of a speaker's rights for a listener."""
    return msgspec.structs.replace(
        rights, audio_send=False, video_send=False, desktop_sharing=False, slide_show_send=False
    )


def grants_for(rights: ClientRights) -> Grants:
    """The engine's grants that carry exactly these rights."""
    sources: list[str] = []
    if rights.video_send:
        sources.append("camera")
    if rights.audio_send:
        sources.append("microphone")
    if rights.desktop_sharing:
        sources += ["screen_share", "screen_share_audio"]
    return Grants(tuple(sources), subscribe=rights.audio_rcv or rights.video_rcv)


def is_in_state(place: ParticipationRow) -> bool:
    """Whether the state of a meeting names somebody, so that it is another when they come or go."""
    return place.waits or place.hand_at is not None or place.role == HOST or place.role in SPEAKERS


def attributes_of(place: ParticipationRow) -> dict[str, str]:
    """What everybody sees of a participant through the engine; `hand`: Unix seconds since when it is up, or nothing."""
    return {
        "role": str(place.role),
        "is_owner": "1" if place.is_owner else "0",
        "hand": "" if place.hand_at is None else str(int(place.hand_at.timestamp())),
    } | _received(place.rights)


def _received(rights: ClientRights) -> dict[str, str]:
    """What somebody gets who may hear but not see, or see but not hear: senders tell the engine (receivers.ts)."""
    if rights.audio_rcv == rights.video_rcv:
        return {"receives": ""}
    return {"receives": "audio" if rights.audio_rcv else "video"}


def is_selective(conference: ConferenceRow) -> bool:
    """Whether somebody may hear but not see, or see but not hear.

    The engine lets a participant receive all or nothing. What goes to whom beyond that, each sender tells it.
    """
    audiences = (conference.rights.guest, conference.rights.user)
    return any(rights.audio_rcv != rights.video_rcv for rights in audiences)


def is_held(place: ParticipationRow, *, takeover: bool, comes_back: str | None) -> bool:
    """Whether a place stays with the window that has it.

    A page that comes back by itself after its line was broken takes the place from no window that the person has moved
    to meanwhile. That it does not know the place's newest token may also mean that an answer was lost on its way: then
    the engine has nobody there.
    """
    if comes_back is not None and place.token_hash != hashed(comes_back) and place.engine_sid is not None:
        return True
    return place.join_time is not None and not takeover


def averaged(before: Averages, report: Quality) -> Averages:
    """The averages with one report more; of the frame size the largest is kept."""
    count = before.stats_count + 1

    def mean(old: float, new: float) -> float:
        return old + (new - old) / count

    return Averages(
        stats_count=count,
        app_id=report.app_id or before.app_id,
        avg_cpu_load=mean(before.avg_cpu_load, report.cpu_load),
        avg_sent_fps=mean(before.avg_sent_fps, report.fps_sent),
        bitrate_in=mean(before.bitrate_in, report.bitrate_in),
        bitrate_out=mean(before.bitrate_out, report.bitrate_out),
        video_w=max(before.video_w, report.video_w),
        video_h=max(before.video_h, report.video_h),
    )
