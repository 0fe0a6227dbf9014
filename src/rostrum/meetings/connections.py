"""The connections of people: who is there, and ending them."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct
from sqlalchemy import Connection

from rostrum.accounts.users import presence
from rostrum.accounts.users.operations import found_user
from rostrum.api.operation import operation
from rostrum.api.work import Work
from rostrum.bus import Publish
from rostrum.ids import UserId
from rostrum.meetings import control, store

topic = presence.topic

LOOK_AGAIN = "look_again"
"""The type of the message that only the server's side of a socket reads."""


class Disconnected(Struct):
    """The state of a user's connections."""

    state: Literal["disconnecting", "disconnected"]


@operation("POST", "/users/{user_id}/disconnect", scope="users | (users:read & users:write)", since="v3.1")
def disconnect_user(work: Work, user_id: UserId) -> Disconnected:
    """End a user's connections and take the user out of all meetings; the tokens stay. Errors: userNotFound."""
    end_all(work, found_user(work, user_id).id)
    return Disconnected("disconnecting")


def end_all(work: Work, user_id: str) -> None:
    """End a user's connections and part in all meetings."""
    for place in store.places_of(work.db, user_id):
        control.remove(work, place)
    presence.disconnect_user(work.db, user_id)
    control.refresh_presence(work.db, user_id)
    work.later(Publish(topic(user_id), {"type": "disconnected"}))


def look_again(work: Work, user_id: str) -> None:
    """Have the user's sockets look now whether they may stay; their pages see nothing of it."""
    work.later(Publish(topic(user_id), {"type": LOOK_AGAIN}))


def open_one(db: Connection, connection_id: str, user_id: str, node: str) -> None:
    """A page of a user is there."""
    presence.connect(db, connection_id, user_id, node)
    control.refresh_presence(db, user_id)


def close_one(db: Connection, connection_id: str, user_id: str) -> None:
    """A page of a user is gone."""
    presence.disconnect(db, connection_id)
    control.refresh_presence(db, user_id)


def close_of_dead_nodes(db: Connection) -> None:
    """Processes that are gone left connections behind."""
    for user_id in presence.disconnect_dead_nodes(db):
        control.refresh_presence(db, user_id)
