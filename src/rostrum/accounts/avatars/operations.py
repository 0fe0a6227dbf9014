"""The operations on avatars."""

from __future__ import annotations

import secrets
from typing import Annotated

from msgspec import Struct

from rostrum.accounts.avatars import pictures, store
from rostrum.accounts.avatars.pictures import Picture
from rostrum.accounts.users.operations import avatar_url, found_user
from rostrum.api.errors import problem
from rostrum.api.operation import Upload, operation
from rostrum.api.work import Work
from rostrum.db.errors import Duplicate
from rostrum.ids import UserId, uid

READ, WRITE = "users.avatar:read", "users.avatar:write"


class Avatar(Struct):
    """A user's picture; everybody who has its address may read it."""

    url: str


@operation(
    "POST",
    "/users/{user_id}/avatar",
    scope=WRITE,
    since="v3.2",
    answer="avatar",
    reach="user",
    prepare=pictures.draw_anew,
)
def create_avatar(work: Work, user_id: UserId, image: Annotated[bytes, Upload(pictures.MAX_BYTES)]) -> Avatar:
    """Give a user a picture, in place of the one before. Errors: userNotFound."""
    user = found_user(work, user_id)
    picture: Picture = image  # type: ignore[assignment]  # what draw_anew made of the file
    name = f"{secrets.token_hex(16)}.{picture.extension}"
    try:
        store.replace(work.db, user.id, name, picture)
    except Duplicate as error:  # the account was deleted meanwhile
        raise problem("userNotFound", user_id=user_id) from error
    work.record("edit", "user", uid(user.id, work.server), changes={"avatar": name})
    return Avatar(avatar_url(work.links.base, name) or "")


@operation("GET", "/users/{user_id}/avatar", scope=READ, since="v3.2", answer="avatar", reach="user")
def read_avatar(work: Work, user_id: UserId) -> Avatar | None:
    """A user's picture; null: there is none. Errors: userNotFound."""
    address = avatar_url(work.links.base, found_user(work, user_id).avatar)
    return None if address is None else Avatar(address)


@operation("DELETE", "/users/{user_id}/avatar", scope=WRITE, since="v3.2", answer="avatar", reach="user")
def delete_avatar(work: Work, user_id: UserId) -> Avatar | None:
    """Take a user's picture away; the answer is null. Errors: userNotFound."""
    user = found_user(work, user_id)
    store.replace(work.db, user.id, None, None)
    if user.avatar is not None:
        work.record("edit", "user", uid(user.id, work.server), changes={"avatar": None})
    return None
