"""Every table of the server in one place, for migrations and for tests that compare the schema with them."""

from rostrum.accounts.avatars.tables import avatars
from rostrum.accounts.contacts.tables import contacts
from rostrum.accounts.groups.tables import group_users, groups
from rostrum.accounts.users.tables import connections, presence, users
from rostrum.broadcasts.live.tables import live_viewers
from rostrum.broadcasts.presets.tables import presets
from rostrum.conferences.registration.tables import registrations
from rostrum.conferences.tables import conference_tags, conferences, invitations
from rostrum.conferences.templates.tables import templates
from rostrum.db.counts import counts
from rostrum.db.metadata import metadata, revisions
from rostrum.db.nodes import nodes
from rostrum.db.signing import signing_keys
from rostrum.jobs.tables import jobs
from rostrum.journal.tables import events, settings
from rostrum.media.production.tables import outputs, productions
from rostrum.meetings.files.tables import chat_files
from rostrum.meetings.tables import call_invites, messages, participations, sessions
from rostrum.oauth.tables import applications, attempts, codes, tokens
from rostrum.recordings.tables import recordings

__all__ = [
    "applications",
    "attempts",
    "avatars",
    "call_invites",
    "chat_files",
    "codes",
    "conference_tags",
    "conferences",
    "connections",
    "contacts",
    "counts",
    "events",
    "group_users",
    "groups",
    "invitations",
    "jobs",
    "live_viewers",
    "messages",
    "metadata",
    "nodes",
    "outputs",
    "participations",
    "presence",
    "presets",
    "productions",
    "recordings",
    "registrations",
    "revisions",
    "sessions",
    "settings",
    "signing_keys",
    "templates",
    "tokens",
    "users",
]
