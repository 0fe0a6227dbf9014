"""Who may call what: one row for each operation, one policy for each kind of rule.

Written down from the permissions of the contract and decisions 1, 3, 7 and 8, not read out of the server. A letter
says what a caller gets:

    .  what was asked for
    T  403 accessTokenInvalid, so that a program fetches a new token
    F  403 forbidden
    N  404, exactly as for something that does not exist
    O  409 callIsOver, likewise for a call
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

CALLERS = (
    "nobody",  # no token
    "expired",  # a token that was good once
    "application",  # with all scopes
    "key",  # the secret key
    "administrator",  # a user's token, like those that follow
    "stranger",  # has nothing to do with the object
    "invited",  # to the conference
    "owner",  # of the conference; the person whose account or address book it is
    "operator",  # has operator_rights, and is in the meeting
    "guest",  # the token of a join link
    "participant",  # the token of a place in the meeting
    "host",  # likewise, as moderator
    "elsewhere",  # likewise, in another meeting
    "waiting",  # likewise, not let in yet
)
WIDTH = 21
_TABLE = """
                     nobody expired | application key administrator | stranger invited owner operator | guest participant host elsewhere waiting
open                 .      T       | .           .   .             | .        .       .     .        | .     .           .    .         .
signed in            T      T       | .           .   .             | .        .       .     .        | F     F           F    F         F
person               T      T       | F           F   .             | .        .       .     .        | F     F           F    F         F
server               T      T       | .           .   .             | F        F       F     F        | F     F           F    F         F
own account          T      T       | .           .   .             | N        N       .     N        | F     F           F    F         F
seen conference      T      T       | .           .   .             | N        .       .     N        | F     F           F    F         F
own conference       T      T       | .           .   .             | N        F       .     N        | F     F           F    F         F
own meeting          T      T       | F           F   F             | N        F       .     N        | F     F           F    F         F
moderated conference T      T       | .           .   .             | N        F       .     .        | F     F           F    F         F
seen session         T      T       | .           .   .             | N        .       .     .        | F     F           F    F         F
moderated session    T      T       | .           .   .             | N        F       .     .        | F     F           F    F         F
who is rung          T      T       | O           O   O             | O        .       O     O        | F     F           F    F         F
in the meeting       T      T       | F           F   F             | F        F       F     F        | F     .           .    N         F
also at the door     T      T       | F           F   F             | F        F       F     F        | F     .           .    N         .
host of the meeting  T      T       | F           F   F             | F        F       F     F        | F     F           .    N         F
"""  # noqa: E501 (a table)


def _policies(table: str) -> dict[str, dict[str, str]]:
    head, *lines = [line for line in table.splitlines() if line]
    named = tuple(head.replace("|", " ").split())
    assert named == CALLERS, named
    read = {}
    for line in lines:
        name, letters = line[:WIDTH].strip(), line[WIDTH:].replace("|", " ").split()
        read[name] = dict(zip(CALLERS, letters, strict=True))
    return read


POLICIES = _policies(_TABLE)


@dataclass(frozen=True)
class Row:
    """One operation: its policy, and what it needs to succeed."""

    policy: str
    body: dict[str, Any] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    running: bool = False
    """The conference of the path runs."""
    scopes: str = ""
    """The permission expression of an operation of the web app; the others' stand in the contract."""
    answers: tuple[int, str] | None = None
    """The error that stands for success where this scene has none to offer."""


_CONFERENCES, _RECORD = "/conferences/{conference_id}", "/conferences/{conference_id}/records"
_READ, _WRITE = "conferences | conferences:read", "conferences | conferences:write"
_RECORDS = "conferences.records | conferences.records:read"
_SOMEBODY: dict[str, Any] = {"participant_id": "PARTICIPANT"}

ROWS: dict[str, Row] = {
    "POST /users": Row("server", {"login_name": "NEW", "password": "a good password"}),
    "GET /users": Row("server"),
    "GET /users/{user_id}": Row("own account"),
    "PUT /users/{user_id}": Row("server", {"first_name": "Other"}),
    "DELETE /users/{user_id}": Row("server"),
    "POST /users/{user_id}/disconnect": Row("server"),
    "POST /users/{user_id}/avatar": Row("own account"),
    "GET /users/{user_id}/avatar": Row("own account"),
    "DELETE /users/{user_id}/avatar": Row("own account"),
    "POST /users/{user_id}/addressbook": Row("own account", {"contact_id": "NEW@elsewhere.test"}),
    "GET /users/{user_id}/addressbook": Row("own account"),
    "GET /users/{user_id}/addressbook/{contact_id}": Row("own account"),
    "PUT /users/{user_id}/addressbook/{contact_id}": Row("own account", {"display_name": "Other"}),
    "DELETE /users/{user_id}/addressbook/{contact_id}": Row("own account"),
    "POST /groups": Row("server", {"display_name": "NEW"}),
    "GET /groups": Row("server"),
    "GET /groups/{group_id}": Row("server"),
    "PUT /groups/{group_id}": Row("server", {"display_name": "NEW"}),
    "DELETE /groups/{group_id}": Row("server"),
    "POST /groups/{group_id}/users": Row("server", {"user_id": "OWNER"}),
    "GET /groups/{group_id}/users": Row("server"),
    "GET /groups/{group_id}/users/{user_id}": Row("server"),
    "DELETE /groups/{group_id}/users/{user_id}": Row("server"),
    "POST /conferences": Row("signed in", {"topic": "Made", "owner": "OWNER"}),
    "GET /conferences": Row("signed in"),
    f"GET {_CONFERENCES}": Row("seen conference"),
    f"PUT {_CONFERENCES}": Row("own conference", {"topic": "Other"}),
    f"DELETE {_CONFERENCES}": Row("own conference"),
    f"POST {_CONFERENCES}/run": Row("own conference"),
    f"POST {_CONFERENCES}/stop": Row("own conference", running=True),
    f"GET {_CONFERENCES}/owner": Row("seen conference"),
    f"GET {_CONFERENCES}/shared": Row("seen conference"),
    f"GET {_CONFERENCES}/calendars": Row("seen conference"),
    f"GET {_CONFERENCES}/ics": Row("seen conference"),
    f"POST {_CONFERENCES}/notify": Row("own conference"),
    f"GET {_CONFERENCES}/invitations": Row("seen conference"),
    f"POST {_CONFERENCES}/invitations": Row("own conference", {"id": "STRANGER"}),
    f"GET {_CONFERENCES}/invitations/{{invitation_id}}": Row("seen conference"),
    f"PUT {_CONFERENCES}/invitations/{{invitation_id}}": Row("own conference", {"display_name": "Other"}),
    f"DELETE {_CONFERENCES}/invitations/{{invitation_id}}": Row("own conference"),
    f"POST {_CONFERENCES}/invite": Row("moderated conference", {"participants": ["CALLEE"]}, running=True),
    f"POST {_CONFERENCES}/participants": Row("moderated conference", {"participant_id": "CALLEE"}, running=True),
    f"GET {_CONFERENCES}/participants": Row("seen conference", running=True),
    f"GET {_CONFERENCES}/participants/{{participant_id}}": Row("seen conference", running=True),
    f"GET {_RECORD}": Row("seen conference"),
    f"GET {_RECORD}/{{record_id}}": Row("seen conference"),
    f"GET {_RECORD}/{{record_id}}/download": Row("seen conference"),
    f"POST {_CONFERENCES}/start-record": Row("own conference", running=True),
    f"POST {_CONFERENCES}/pause-record": Row("own conference", running=True),
    f"POST {_CONFERENCES}/stop-record": Row("own conference", running=True),
    "POST /templates/conferences": Row("server", {"name": "Made"}),
    "GET /templates/conferences": Row("server"),
    "GET /templates/conferences/{template_id}": Row("server"),
    "PUT /templates/conferences/{template_id}": Row("server", {"name": "Other"}),
    "DELETE /templates/conferences/{template_id}": Row("server"),
    "POST /broadcast/presets": Row("server", {"name": "Made", "type": "youtube", "payload": "PAYLOAD"}),
    "GET /broadcast/presets": Row("server"),
    "GET /broadcast/presets/{preset_id}": Row("server"),
    "PUT /broadcast/presets/{preset_id}": Row("server", {"name": "Other"}),
    "DELETE /broadcast/presets/{preset_id}": Row("server"),
    "GET /conference-sessions/{session_id}": Row("seen session", running=True),
    "GET /conference-sessions/{session_id}/participants": Row("seen session", running=True),
    "DELETE /conference-sessions/{session_id}/participants/{participant_id}": Row("moderated session", running=True),
    "POST /conference-sessions/{session_id}/podiums/participants": Row(
        "moderated session", {"participant_id": "PARTICIPANT"}, running=True
    ),
    "DELETE /conference-sessions/{session_id}/podiums/participants/{participant_id}": Row(
        "moderated session", running=True
    ),
    **{
        f"GET /logs/{what}": Row("server")
        for what in (
            *("calls", "calls/{session_id}", "calls/{session_id}/participants", "calls/{session_id}/invites"),
            *("messages", "events", "settings", "records", "records/{session_id}"),
            *("recordings", "recordings/{recording_id}"),
        )
    },
    "GET /software/clients": Row("open", query={"call_id": "CONFERENCE"}),
    "web GET /me": Row("person", scopes="any"),
    "web PUT /me/password": Row(
        "person", {"password": "secret-password", "new_password": "secret-password"}, scopes="users | users:write"
    ),
    "web GET /contacts": Row("signed in", scopes="users.addressbook | users.addressbook:read"),
    "web GET /calls": Row("signed in", scopes="any"),
    "web POST /calls": Row("person", {"user_ids": ["CALLEE"]}, scopes=_WRITE),
    "web GET /calls/missed": Row("signed in", scopes="any"),
    "web POST /calls/missed/dismiss": Row("signed in", {"call_ids": [1]}, scopes="any"),
    "web POST /calls/{call_id}/accept": Row("who is rung", running=True),
    "web POST /calls/{call_id}/decline": Row("who is rung", running=True),
    "web GET /conferences": Row("signed in", scopes=_READ),
    "web GET /recordings": Row("signed in", scopes=_RECORDS),
    "web GET /recordings/{recording_id}": Row("own account", scopes=_RECORDS),
    "web POST /conferences": Row("person", {"topic": "Made"}, scopes=_WRITE),
    f"web GET {_CONFERENCES}": Row("open"),
    f"web POST {_CONFERENCES}/run": Row("own meeting", scopes=_WRITE),
    f"web POST {_CONFERENCES}/stop": Row("own meeting", running=True, scopes=_WRITE),
    f"web POST {_CONFERENCES}/join": Row("open", {"name": "Somebody", "takeover": True}, running=True),
    f"web POST {_CONFERENCES}/live": Row("open"),
    f"web GET {_CONFERENCES}/registration": Row("open"),
    f"web POST {_CONFERENCES}/registration": Row("open", {"fields": {"display_name": "NEW", "email": "NEW@mail.test"}}),
    "web GET /sessions/{session_id}/participants": Row("in the meeting", running=True),
    "web GET /sessions/{session_id}/messages": Row("in the meeting", running=True),
    "web POST /sessions/{session_id}/messages": Row("in the meeting", {"message": "Hello"}, running=True),
    "web POST /sessions/{session_id}/files": Row("in the meeting", {"name": "plan.txt"}, running=True),
    "web GET /sessions/{session_id}/files/{file_id}": Row("in the meeting", running=True),
    "web POST /sessions/{session_id}/stats": Row("in the meeting", {"bitrate_in": 5}, running=True),
    "web POST /sessions/{session_id}/leave": Row("also at the door", running=True),
    "web GET /sessions/{session_id}/state": Row("in the meeting", running=True),
    "web POST /sessions/{session_id}/recording": Row("in the meeting", {"state": "on"}, running=True),
    "web PUT /sessions/{session_id}/hand": Row("in the meeting", {"raised": True}, running=True),
    "web PUT /sessions/{session_id}/remark": Row("in the meeting", {"on": True}, running=True),
    "web PUT /sessions/{session_id}/speaking": Row("in the meeting", {"on": True}, running=True),
    "web PUT /sessions/{session_id}/podium/answer": Row(
        "in the meeting", {"accept": True}, running=True, answers=(400, "podiumInvitationExpired")
    ),
    "web DELETE /sessions/{session_id}/podium/{participant_id}": Row("in the meeting", running=True),
    **{
        f"web {address}": Row("host of the meeting", body, running=True)
        for address, body in {
            "POST /sessions/{session_id}/podium": _SOMEBODY,
            "PUT /sessions/{session_id}/lock": {"locked": True},
            "POST /sessions/{session_id}/mute": {"source": "microphone"},
            "POST /sessions/{session_id}/participants/remove": _SOMEBODY,
            "POST /sessions/{session_id}/role": _SOMEBODY | {"host": True},
            "PUT /sessions/{session_id}/waiting-room": {"enabled": True},
            "POST /sessions/{session_id}/waiting/admit": {},
            "POST /sessions/{session_id}/waiting/refuse": {"participant_ids": []},
            "POST /sessions/{session_id}/waiting/move": _SOMEBODY,
        }.items()
    },
    "web POST /sessions/{session_id}/extend": Row(
        "host of the meeting", {"minutes": 5}, running=True, answers=(403, "extensionNotAllowed")
    ),
    "web GET /sessions/{session_id}/calls": Row("in the meeting", running=True),
    "web POST /sessions/{session_id}/calls": Row("host of the meeting", {"user_ids": ["CALLEE"]}, running=True),
    "web POST /sessions/{session_id}/calls/{call_id}/cancel": Row("host of the meeting", running=True),
    "web POST /sessions/{session_id}/end": Row("host of the meeting", running=True),
}
