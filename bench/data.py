"""The data that every server is filled with: the same accounts, groups and conferences, made from their numbers."""

from __future__ import annotations

import random
from typing import Any

SERVER_NAME = "bench.example"
USERS = 10_000
GROUPS = 20
CONFERENCES = 1_000
INVITATIONS = 10
PAGE_SIZE = 200
CREATED_AT = 1_760_000_000
"""Unix time at which everything was created."""

_COMPANIES = ("Альфа", "Beta GmbH", "Gamma Ltd", "Дельта", "Épsilon SARL")
_RIGHTS = (
    "chat_send",
    "chat_rcv",
    "slide_show_send",
    "slide_show_rcv",
    "white_board_send",
    "white_board_rcv",
    "file_transfer_send",
    "file_transfer_rcv",
    "desktop_sharing",
    "recording",
    "audio_send",
    "audio_rcv",
    "video_send",
    "video_rcv",
)


def user_id(number: int) -> str:
    """The login of an account."""
    return f"user{number:05d}"


def user(number: int) -> dict[str, Any]:
    """The fields of one account, as a client would post them (without the password)."""
    return {
        "login_name": user_id(number),
        "email": f"{user_id(number)}@mail.example",
        "display_name": f"Участник {number} Person",
        "first_name": f"First{number % 997}",
        "last_name": f"Фамилия{number % 1009}",
        "company": _COMPANIES[number % len(_COMPANIES)],
        "mobile_phone": f"+7 900 {number:07d}",
        "work_phone": "",
        "home_phone": "",
        "is_active": 1,
    }


def group(number: int) -> dict[str, Any]:
    """One group."""
    rights = ["operator_rights"] if number % 4 == 0 else []
    return {"id": f"group{number:02d}", "display_name": f"Отдел {number:02d}", "rights": rights}


def groups_of(number: int) -> list[int]:
    """The groups of an account: none, one or two."""
    if number % 10 == 9:
        return []
    return sorted({number % GROUPS, number * 7 % GROUPS} if number % 3 == 0 else {number % GROUPS})


def conference_id(number: int) -> str:
    """The id of a conference."""
    return f"conf{number:04d}"


def conference(number: int) -> dict[str, Any]:
    """The fields of one conference, as a client would post them."""
    rights = dict.fromkeys(_RIGHTS, True)
    owner = user_id(number * 7 % USERS)
    return {
        "id": conference_id(number),
        "topic": f"Совещание {number} weekly review",
        "description": "Итоги недели, plans for the next one. " * 4,
        "owner": owner,
        "type": 0,
        "multicast_enable": False,
        "multicast_address": None,
        "max_participants": 25,
        "schedule": {"type": 1, "start_time": 1_900_000_000 + number * 3600, "duration": 3600},
        "allow_guests": True,
        "rights": {"guest": rights | {"desktop_sharing": False}, "user": rights},
        "broadcast_enabled": False,
        "allow_only_planned_participants": False,
        "auto_invite": 0,
        "tags": ["weekly", f"team{number % 13}"],
        "recording": 0,
        "meeting_room": None,
        "on_join_mute_mic": 1,
        "on_join_mute_camera": 0,
        "vad_selector": 0,
        "max_guests": 10,
        "waiting_room_enabled": False,
        "waiting_room_scope": "all",
        "use_translation": False,
        "translation_flat_volume": None,
        "expiration_time_updating_allowed": True,
        "expiration_time_alert": 0,
        "sequence_type": 0,
        "scan_type": 0,
        "disable_audio_remarks": False,
        "mcu_mode": False,
        "join_options_enabled": False,
        "join_options": ["clients", "webrtc"],
        "invitations": [{"id": user, "display_name": display_name(user)} for user in _invited(number, owner)],
    }


def display_name(login: str) -> str:
    """The display name of an account."""
    return str(user(int(login.removeprefix("user")))["display_name"])


def new_user(login: str) -> dict[str, Any]:
    """The body of POST /users; `bench/wrk/post.lua` sends the same."""
    return {
        "login_name": login,
        "password": "correct horse battery",
        "email": f"{login}@new.example",
        "display_name": "Новый Person",
        "first_name": "New",
        "last_name": "Person",
        "company": "Альфа",
        "mobile_phone": "+7 900 0000000",
    }


def get_paths(kind: str, token: str, count: int, *, hot: bool = False) -> list[str]:
    """The addresses that the load generator asks for: `count` random objects or pages, or one and the same.

    `kind` is user, conference or list.
    """
    chance = random.Random(f"{kind} {count}")
    return [_path(kind, 0 if hot else chance.randrange(_how_many(kind)), token) for _ in range(1 if hot else count)]


def all_paths(kind: str, token: str) -> list[str]:
    """Every address of a kind, once."""
    return [_path(kind, number, token) for number in range(_how_many(kind))]


def post_path(token: str) -> str:
    """The address that accounts are posted to."""
    return f"/api/v3.10/users?access_token={token}"


def _how_many(kind: str) -> int:
    return {"user": USERS, "conference": CONFERENCES, "list": USERS // PAGE_SIZE}[kind]


def _path(kind: str, number: int, token: str) -> str:
    if kind == "user":
        return f"/api/v3.10/users/{user_id(number)}?access_token={token}"
    if kind == "conference":
        return f"/api/v3.10/conferences/{conference_id(number)}?access_token={token}"
    return f"/api/v3.10/users?page_id={number + 1}&page_size={PAGE_SIZE}&access_token={token}"


def _invited(number: int, owner: str) -> list[str]:
    others = [user_id((number * 31 + step * 97) % USERS) for step in range(1, INVITATIONS)]
    return list(dict.fromkeys([owner, *others]))
