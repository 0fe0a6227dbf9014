"""The tables of conferences and their invitations. Columns carry the API's names."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from rostrum.db.metadata import Json, Moment, key, metadata

conferences = Table(
    "conferences",
    metadata,
    Column("id", key(), primary_key=True),
    Column("number", BigInteger, nullable=False, unique=True),  # the order of creation: lists and pages follow it
    Column("topic", String(240), nullable=False),
    Column("description", Text, nullable=False),
    Column("owner", key(), nullable=False),  # a user id; it stays when the account is deleted
    Column("type", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("multicast_enable", Boolean, nullable=False),
    Column("multicast_address", String(64)),
    Column("max_podiums", Integer, nullable=False),
    Column("max_participants", Integer, nullable=False),
    Column("schedule", Json, nullable=False),
    Column("allow_guests", Boolean, nullable=False),
    Column("rights", Json, nullable=False),
    Column("broadcast_enabled", Boolean, nullable=False),
    Column("broadcast_id", String(64)),
    Column("allow_only_planned_participants", Boolean, nullable=False),
    Column("auto_invite", Integer, nullable=False),
    Column("tags", Json, nullable=False),
    Column("recording", Integer, nullable=False),
    Column("pin", String(64)),
    Column("meeting_room", String(240)),
    Column("on_join_mute_mic", Integer, nullable=False),
    Column("on_join_mute_camera", Integer, nullable=False),
    Column("registration", Json, nullable=False),
    Column("vad_selector", Integer, nullable=False),
    Column("max_guests", Integer, nullable=False),
    Column("reminders_enabled", Boolean, nullable=False),
    Column("reminders", Json, nullable=False),
    Column("waiting_room_enabled", Boolean, nullable=False),
    Column("waiting_room_scope", String(16), nullable=False),
    Column("origin_type", String(16), nullable=False),
    Column("use_translation", Boolean, nullable=False),
    Column("translation_flat_volume", Integer),
    Column("expiration_time_updating_allowed", Boolean, nullable=False),
    Column("expiration_time_alert", Integer, nullable=False),
    Column("sequence_type", Integer, nullable=False),
    Column("scan_type", Integer, nullable=False),
    Column("disable_audio_remarks", Boolean, nullable=False),
    Column("mcu_mode", Boolean, nullable=False),
    Column("transcoding", Json, nullable=False),
    Column("participant_restrictions", Json, nullable=False),
    Column("join_options_enabled", Boolean, nullable=False),
    Column("join_options", Json, nullable=False),
    Column("stream_id", key()),  # the running session; null: stopped
    Column("participants_lock_enabled", Boolean),  # null: stopped
    Column("stream_recording_state", Integer, nullable=False),
    Column("changed_at", Moment),  # null: never
    Column("sequence", Integer, nullable=False),  # grows with each change, for calendars
    Index("ix_conferences_owner", "owner"),
    Index("ix_conferences_stream_id", "stream_id"),
)

invitations = Table(
    "invitations",
    metadata,
    Column("conference_id", key(), ForeignKey("conferences.id", ondelete="CASCADE"), primary_key=True),
    Column("id", key(), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("display_name", String(64), nullable=False),
    Column("type", String(8), nullable=False),  # user or custom
    Column("translator", Json),
    Index("ix_invitations_id", "id"),
)

conference_tags = Table(
    "conference_tags",
    metadata,
    Column("conference_id", key(), ForeignKey("conferences.id", ondelete="CASCADE"), primary_key=True),
    Column("tag", String(128), primary_key=True),
    Index("ix_conference_tags_tag", "tag"),
)
"""The tags again, one a row, for the filter of the list; the order stands in the conference."""
