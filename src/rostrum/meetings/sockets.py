"""The WebSocket that a signed-in page holds: as long as it is open, its user is online and can be reached.

JSON messages, each an object with a `type`. The page's first one is {"type": "hello", "token": …}; the server answers
{"type": "welcome", "user_id": …}. After that {"type": "ping"} comes every 20 s, so that a page which hears nothing for
longer knows that the line is broken, and whatever is published to the user: {"type": "call", …}, {"type": "callOver",
…}. A page that says {"type": "watch"} hears {"type": "presence", "statuses": {id: status}} of the people in the user's
address book, of all at first and then of those who changed, until it says {"type": "unwatch"}. Other messages are
passed over.

A page before the door of a meeting holds one too, with the token of its participant (`waiting/line.py`).

Closing codes: 4001 the connection was ended by an administrator, 4003 the token is not valid: do not come back by
yourself. 4008 no hello came, 1009 a message is too long, 1013 messages to the page were lost or there are too many
pages: come back after a pause.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from datetime import UTC, datetime

from sqlalchemy import Connection
from starlette.websockets import WebSocket, WebSocketDisconnect

from rostrum.accounts.contacts import store as contacts
from rostrum.accounts.users import presence
from rostrum.api.server import Authenticator
from rostrum.api.work import Caller
from rostrum.bus import Inbox, LocalBus, LostTouchError
from rostrum.db import nodes, revisions
from rostrum.db.database import Database
from rostrum.db.errors import Duplicate
from rostrum.meetings import connections
from rostrum.meetings.exchange import ENDED, NO_HELLO, TOKEN_INVALID, TOO_LONG, TOO_MUCH, first, read
from rostrum.meetings.waiting.line import Line
from rostrum.meetings.watching import Watchers

BEAT_S = 20.0
_HELLO_S = 10
_MOST_OF_A_USER = 20
MOST_WATCHED = 500
"""How many people one page hears of."""
_MOST = 20_000


class Sockets:
    """The open sockets of this process."""

    def __init__(self, database: Database, authenticator: Authenticator, bus: LocalBus, node: str) -> None:
        self.watchers = Watchers(database)
        self._database = database
        self._authenticator = authenticator
        self._bus = bus
        self._node = node
        self._open = 0
        self._waiting = Line(database, bus)

    async def answer(self, socket: WebSocket) -> None:
        """Hold one socket until either side ends it."""
        await socket.accept()
        self._open += 1
        try:
            code = TOO_MUCH if self._open > _MOST else await self._hold(socket)
            if code is not None:
                await socket.close(code)
        except (WebSocketDisconnect, RuntimeError):
            pass  # the page went away while we were talking: nobody to tell
        finally:
            self._open -= 1

    async def _hold(self, socket: WebSocket) -> int | None:
        """The code to close with; None: the page is gone."""
        token = await _hello(socket)
        if isinstance(token, int):
            return token
        connection_id = secrets.token_hex(16)
        try:
            caller = await self._database.run(lambda db: self._enter(db, token, connection_id))
        except Duplicate:  # the account was deleted meanwhile
            return TOKEN_INVALID
        if isinstance(caller, int):
            return caller
        if caller.kind == "participant":
            return await self._waiting.hold(socket, caller.session_id or "", caller.participant_id or "")
        user_id = caller.user_id or ""
        try:
            with self._bus.subscribe(connections.topic(user_id)) as inbox:
                await socket.send_json({"type": "welcome", "user_id": user_id})
                doubt = asyncio.Event()
                beat = self._beat(socket, token, connection_id, doubt)
                return await first(self._listen(socket, inbox, user_id), _tell(socket, inbox, doubt), beat)
        finally:
            # The socket's own task may be cancelled when the server ends; the row must go all the same.
            left = self._database.run(lambda db: connections.close_one(db, connection_id, user_id))
            await asyncio.shield(left)

    def _enter(self, db: Connection, token: str, connection_id: str) -> Caller | int:
        caller = self._caller(db, token)
        if caller is not None and caller.kind == "participant":
            return caller
        if caller is None or caller.user_id is None:
            return TOKEN_INVALID
        if presence.count_connections(db, caller.user_id) >= _MOST_OF_A_USER:
            return TOO_MUCH
        connections.open_one(db, connection_id, caller.user_id, self._node)
        return caller

    def _caller(self, db: Connection, token: str) -> Caller | None:
        """The user of a token, or a participant; none for applications and the tokens of join links, which have no
        scopes.
        """
        number = revisions.read(db).get("tokens", 0)
        caller = self._authenticator.caller(db, token, datetime.now(UTC), number)
        is_known = (caller.kind == "user" and caller.scopes) or caller.kind == "participant"
        return caller if is_known and not caller.rejected else None

    async def _listen(self, socket: WebSocket, inbox: Inbox, user_id: str) -> int | None:
        """Hear what the page says, until it goes."""
        try:
            while True:
                said = (await read(socket)).get("type")
                if said == "watch":
                    wanted = await self._database.run(
                        lambda db: contacts.list_ids(db, user_id, MOST_WATCHED, 1), write=False
                    )
                    self.watchers.watch(inbox, wanted)
                elif said == "unwatch":
                    self.watchers.forget(inbox)
        except WebSocketDisconnect:
            return None
        except ValueError:
            return TOO_LONG
        finally:
            self.watchers.forget(inbox)

    async def _beat(self, socket: WebSocket, token: str, connection_id: str, doubt: asyncio.Event) -> int:
        """Say that the line is good, and look whether the connection may go on: another process may have ended it.

        That is looked at again at once when there is `doubt`.
        """

        def may_stay(db: Connection) -> int | None:
            if self._caller(db, token) is None:
                return TOKEN_INVALID
            if presence.is_open(db, connection_id):
                return None
            return ENDED if nodes.is_known(db, self._node) else TOO_MUCH  # the others thought this process dead

        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(doubt.wait(), BEAT_S)
            doubt.clear()
            code = await self._database.run(may_stay, write=False)
            if code is not None:
                return code
            await socket.send_json({"type": "ping"})


async def _hello(socket: WebSocket) -> str | int:
    """The token of the first message, or the code to close with."""
    try:
        hello = await asyncio.wait_for(read(socket), _HELLO_S)
    except TimeoutError:
        return NO_HELLO
    except ValueError:
        return TOO_LONG
    token = hello.get("token")
    return token if hello.get("type") == "hello" and isinstance(token, str) else NO_HELLO


async def _tell(socket: WebSocket, inbox: Inbox, doubt: asyncio.Event) -> int:
    """Pass on what is published to the user."""
    try:
        while True:
            message = await inbox.get()
            if message["type"] == connections.LOOK_AGAIN:
                doubt.set()
                continue
            await socket.send_json(message)
            if message["type"] == "disconnected":
                return ENDED
    except LostTouchError:
        return TOO_MUCH
