"""What the slices bring to the server: their operations, and what they answer to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rostrum.accounts.avatars import operations as avatar_operations
from rostrum.accounts.contacts import operations as contact_operations
from rostrum.accounts.contacts import store as contacts
from rostrum.accounts.groups import operations as group_operations
from rostrum.accounts.groups.rules import RightsChanged
from rostrum.accounts.users import operations as user_operations
from rostrum.accounts.users.rules import PasswordChanged, UserDeleted, UserSwitchedOff
from rostrum.api.routes import RouteTable, compile_tables, operations_of
from rostrum.api.scopes import names
from rostrum.api.versions import VERSIONS
from rostrum.api.work import Happening, Recorded, Work
from rostrum.broadcasts.live import operations as live_operations
from rostrum.broadcasts.presets import operations as preset_operations
from rostrum.broadcasts.presets.rules import PresetDeleted
from rostrum.broadcasts.running import control as broadcasts
from rostrum.clients import operations as client_operations
from rostrum.conferences import operations as conference_operations
from rostrum.conferences import store as conferences
from rostrum.conferences.invitations import operations as invitation_operations
from rostrum.conferences.registration import operations as registration_operations
from rostrum.conferences.sharing import operations as sharing_operations
from rostrum.conferences.templates import operations as template_operations
from rostrum.journal.calls import operations as call_log_operations
from rostrum.journal.events import operations as event_log_operations
from rostrum.journal.events import store as journal
from rostrum.journal.recordings import operations as recording_log_operations
from rostrum.meetings import changes, connections, control, entrance, home, room, rules
from rostrum.meetings import operations as meeting_operations
from rostrum.meetings import state as meeting_state
from rostrum.meetings.calls import missed as missed_calls
from rostrum.meetings.calls import operations as call_operations
from rostrum.meetings.calls import web as web_calls
from rostrum.meetings.files import operations as file_operations
from rostrum.meetings.moderation import operations as moderation_operations
from rostrum.meetings.podium import operations as podium_operations
from rostrum.meetings.waiting import operations as waiting_operations
from rostrum.oauth import store as tokens
from rostrum.oauth.rules import login_key
from rostrum.recordings import control as recording_control
from rostrum.recordings import operations as recording_operations
from rostrum.recordings import web as recording_button
from rostrum.recordings.playback import operations as playback_operations

OPERATIONS = tuple(
    operations_of(
        user_operations,
        group_operations,
        contact_operations,
        avatar_operations,
        conference_operations,
        invitation_operations,
        registration_operations,
        sharing_operations,
        template_operations,
        preset_operations,
        live_operations,
        recording_operations,
        recording_button,
        playback_operations,
        meeting_operations,
        call_operations,
        podium_operations,
        connections,
        call_log_operations,
        event_log_operations,
        recording_log_operations,
        client_operations,
        home,
        entrance,
        room,
        file_operations,
        web_calls,
        missed_calls,
        meeting_state,
        moderation_operations,
        waiting_operations,
    )
)


def tables() -> dict[str, RouteTable]:
    """The compiled route table of every version and of the web app."""
    return compile_tables(OPERATIONS)


def route_table() -> dict[str, list[tuple[str, str]]]:
    """Method and path of every route of the TrueConf API, by version."""
    return {
        version: [(route.operation.method, route.operation.path) for route in table.routes]
        for version, table in tables().items()
        if version in VERSIONS
    }


def known_scopes() -> frozenset[str]:
    """Every scope that an operation of any version asks for."""
    expressions = {operation.permission(version) for operation in OPERATIONS for version in VERSIONS}
    return frozenset().union(*(names(expression) for expression in expressions))


def _keep_event(work: Work, event: Recorded) -> None:
    """The event log."""
    journal.insert_event(work.db, event, work.invoker_ip, work.now)


def _end_meetings_of(work: Work, happening: UserDeleted) -> None:
    """A deleted user leaves all meetings and is invited nowhere. The user's conferences go too, the running ones end:
    a new account of that login is somebody else. The calls stay in the log.
    """
    connections.end_all(work, happening.user_id)
    for conference in conferences.owned_by(work.db, happening.user_id):
        if conference.running:
            control.stop(work, conference, rules.TERM_DELETED)
        conference_operations.remove(work, conference)
    conference_operations.forget_invited(work, happening.user_id)
    tokens.forget_failure(work.db, login_key(happening.user_id))


def _end_tokens_of(work: Work, happening: UserSwitchedOff) -> None:
    """Who is switched off leaves all meetings, and has to sign in again when switched on (decision 4)."""
    connections.end_all(work, happening.user_id)
    tokens.delete_tokens_of_user(work.db, happening.user_id)


def _end_other_tokens_of(work: Work, happening: PasswordChanged) -> None:
    """A new password ends every other sign-in: the one that it was changed in stays, another person's ends none."""
    own = work.caller.family if work.caller.user_id == happening.user_id else None
    tokens.delete_tokens_of_user(work.db, happening.user_id, except_family=own)
    tokens.delete_codes_of_user(work.db, happening.user_id)
    connections.look_again(work, happening.user_id)


def _forget_contact(work: Work, happening: UserDeleted) -> None:
    """A deleted account stands in no address book."""
    contacts.remove_from_all(work.db, happening.user_id)


def _forget_preset(work: Work, happening: PresetDeleted) -> None:
    """Conferences that would have broadcast by a deleted preset broadcast no more."""
    conferences.forget_preset(work.db, happening.preset_id)


def _broadcast(work: Work, happening: rules.SessionStarted) -> None:
    """A conference is broadcast as long as it runs."""
    if work.media_available:
        broadcasts.start(work, happening.conference, happening.session_id)


def _record_from_the_start(work: Work, happening: rules.SessionStarted) -> None:
    """A conference that wants it is recorded as soon as it runs."""
    if happening.conference.recording and work.media_available:
        recording_control.start(work, happening.conference)


LISTENERS: dict[type[Happening], list[Callable[[Work, Any], None]]] = {
    UserDeleted: [_end_meetings_of, _forget_contact],
    UserSwitchedOff: [_end_tokens_of],
    PasswordChanged: [_end_other_tokens_of],
    RightsChanged: [changes.renew_rights],
    PresetDeleted: [_forget_preset],
    rules.SessionStarted: [_record_from_the_start, _broadcast],
    Recorded: [_keep_event],
}
"""Who answers to what happens, inside the same transaction."""
