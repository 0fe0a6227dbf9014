"""The tables of applications and tokens. Secrets and tokens are kept as SHA-256 hashes only."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from rostrum.db.metadata import Json, Moment, key, metadata

applications = Table(
    "applications",
    metadata,
    Column("client_id", key(64), primary_key=True),
    Column("name", String(128), nullable=False),
    Column("secret_hash", String(64)),  # null: a public client, which can keep no secret
    Column("scope", Text, nullable=False),
    Column("redirect_uris", Json, nullable=False),
    Column("created_at", Moment, nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("hash", key(64), primary_key=True),
    Column("kind", String(16), nullable=False),  # access, refresh, secret_key
    Column("client_id", key(64), nullable=True),
    Column("user_id", key(), ForeignKey("users.id", ondelete="CASCADE"), nullable=True),
    Column("scope", Text, nullable=False),
    Column("family", key(32), nullable=False),  # all tokens that came from one sign-in
    Column("issued_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=True),  # null: never
    Column("used_at", Moment, nullable=True),  # a refresh token is used once
    Index("ix_tokens_user_id", "user_id"),
    Index("ix_tokens_family", "family"),
    Index("ix_tokens_expires_at", "expires_at"),
)

codes = Table(
    "authorization_codes",
    metadata,
    Column("hash", key(64), primary_key=True),
    Column("client_id", key(64), ForeignKey("applications.client_id", ondelete="CASCADE"), nullable=False),
    Column("user_id", key(), ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("redirect_uri", Text),  # as the request gave it; null: it gave none
    Column("scope", Text, nullable=False),
    Column("code_challenge", String(128)),
    Column("family", key(32), nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),  # kept for a while: a second use ends what the first one gave
    Index("ix_authorization_codes_expires_at", "expires_at"),
    Index("ix_authorization_codes_client_id", "client_id"),
    Index("ix_authorization_codes_user_id", "user_id"),
)

attempts = Table(
    "sign_in_attempts",
    metadata,
    Column("key", key(200), primary_key=True),  # login:…, application:…, address:…
    Column("failures", Integer, nullable=False),
    Column("last_at", Moment, nullable=False),
    Column("blocked_until", Moment),
    Index("ix_sign_in_attempts_last_at", "last_at"),
)
"""Wrong passwords and secrets that have not been forgotten yet."""
