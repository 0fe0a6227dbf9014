"""The tables of sessions, participations and chat. A session is the call of the logs too: its end closes the row."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text, false, text

from rostrum.db.metadata import Json, Moment, key, metadata

_big_key = BigInteger().with_variant(Integer, "sqlite")

sessions = Table(
    "sessions",
    metadata,
    Column("number", _big_key, primary_key=True, autoincrement=True),
    Column("id", key(), nullable=False, unique=True),  # the stream_id, e.g. 00000011ce5d6b56@server#vcs
    Column("conference_id", key(), nullable=False),  # no foreign key: the log outlives the conference
    Column("topic", String(240), nullable=False),
    Column("owner", key(), nullable=False),
    Column("mode", Integer, nullable=False),
    Column("start_time", Moment, nullable=False),
    Column("end_time", Moment),
    Column("term_reason", Integer),
    Column("participant_count", Integer, nullable=False, server_default="0"),
    Column("waiting_room_enabled", Boolean, nullable=False, server_default=false()),
    Column("ends_at", Moment),  # the planned end; null: it goes on until somebody ends it
    Index("ix_sessions_conference_id", "conference_id"),
    Index("ix_sessions_start_time", "start_time", "number"),
    Index("ix_sessions_end_time", "end_time", "number"),
    # One running session for a conference, also when two requests run it at the same moment.
    Index(
        "uq_sessions_running",
        "conference_id",
        unique=True,
        sqlite_where=text("end_time IS NULL"),
        postgresql_where=text("end_time IS NULL"),
    ),
)

participations = Table(
    "participations",
    metadata,
    Column("number", _big_key, primary_key=True, autoincrement=True),
    Column("session_id", key(), ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
    Column("participant_id", key(), nullable=False),  # uid, or #guest:<hex>@server
    Column("user_id", key()),  # null: a guest
    Column("display_name", String(64), nullable=False),
    Column("role", Integer, nullable=False),
    Column("is_owner", Boolean, nullable=False),
    Column("rights", Json, nullable=False),
    Column("token_hash", key(64), nullable=False, unique=True),
    Column("admitted_at", Moment, nullable=False),
    Column("join_time", Moment),  # null: admitted, not yet seen by the engine
    Column("leave_time", Moment),
    Column("leave_reason", Integer),
    Column("engine_sid", String(64)),
    Column("hand_at", Moment),  # since when the hand is up
    Column("invited_at", Moment),  # since when an invitation to the podium is open
    Column("spoke_at", Moment),  # when the voice was heard last, in a smart meeting
    Column("waiting_since", Moment),  # null: in, not in the waiting room
    Column("waiting_seen", Moment),  # when the page of somebody who waits was there last
    Column("changed_at", Moment),  # when role or hand changed: an engine token from before tells something else
    Column("superseded_sid", String(64)),  # the connection that a newer window of the same person replaced
    Column("app_id", String(32), nullable=False, server_default=""),
    Column("stats_count", Integer, nullable=False, server_default="0"),
    Column("avg_cpu_load", Float, nullable=False, server_default="0"),
    Column("avg_sent_fps", Float, nullable=False, server_default="0"),
    Column("bitrate_in", Float, nullable=False, server_default="0"),
    Column("bitrate_out", Float, nullable=False, server_default="0"),
    Column("video_w", Integer, nullable=False, server_default="0"),
    Column("video_h", Integer, nullable=False, server_default="0"),
    Index("ix_participations_session_id", "session_id"),
    Index("ix_participations_user_id", "user_id"),
    # One place in a session for a person, also when two tabs join at the same moment.
    Index(
        "uq_participations_present",
        "session_id",
        "participant_id",
        unique=True,
        sqlite_where=text("leave_time IS NULL"),
        postgresql_where=text("leave_time IS NULL"),
    ),
)

messages = Table(
    "messages",
    metadata,
    Column("id", _big_key, primary_key=True, autoincrement=True),
    Column("session_id", key(), ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
    Column("from_call_id", key(), nullable=False),
    Column("from_display_name", String(64), nullable=False),
    Column("to_call_id", key()),  # null: to everyone
    Column("message", Text, nullable=False),
    Column("time_stamp", Moment, nullable=False),
    Index("ix_messages_session_id", "session_id"),
    Index("ix_messages_time_stamp", "time_stamp", "id"),
)

call_invites = Table(
    "call_invites",
    metadata,
    Column("id", _big_key, primary_key=True, autoincrement=True),
    Column("session_id", key(), ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
    Column("call_id", key(), nullable=False),  # who called
    Column("invited_call_id", key(), nullable=False),  # a uid or a call string
    Column("user_id", key()),  # the account that is rung; null: no account of this server
    Column("invite_time", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("state", String(16), nullable=False),  # ringing, and then what came of it
    Column("video", Boolean, nullable=False, server_default=text("true")),
    Column("opens", Boolean, nullable=False, server_default=text("false")),  # the meeting was made for this call
    Column("display_name", String(64)),  # the caller's own name for the person
    Column("dismissed", Boolean, nullable=False, server_default=text("false")),  # the called has put the note away
    Index("ix_call_invites_session_id", "session_id", "invite_time", "id"),
    Index("ix_call_invites_user_id", "user_id", "state"),
)
