"""Fills the peer's database: the accounts of bench/data.py and the conferences that Rostrum answered with."""

# mypy: disable-error-code="import-untyped,no-untyped-call"

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.peer_drf.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 (only after setup)
from django.db import transaction  # noqa: E402

from bench import data  # noqa: E402
from bench.peer_drf.models import AccessToken, Conference, Group, Invitation, User  # noqa: E402

SCOPE = "users conferences conferences.invitations logs users.avatar:read groups"
_COMPUTED = (
    "invitations", "owner", "broadcast", "url", "webclient_url", "state", "deeplinks", "connect_urls", "pin_enabled",
)  # fmt: skip


def seed(token: str, conferences: list[dict[str, Any]]) -> None:
    """Create the tables and every row. `conferences` are v3.10 objects as the API shows them."""
    call_command("migrate", run_syncdb=True, verbosity=0)
    with transaction.atomic():
        Group.objects.bulk_create(Group(**data.group(number)) for number in range(data.GROUPS))
        User.objects.bulk_create(
            User(id=data.user_id(number), password="!", **data.user(number)) for number in range(data.USERS)
        )
        User.groups.through.objects.bulk_create(
            User.groups.through(user_id=data.user_id(number), group_id=data.group(member)["id"])
            for number in range(data.USERS)
            for member in data.groups_of(number)
        )
        AccessToken.objects.create(hash=hashlib.sha256(token.encode()).hexdigest(), scope=SCOPE)
        for shown in conferences:
            _add(shown)


def _add(shown: dict[str, Any]) -> None:
    own = {name: value for name, value in shown.items() if name not in _COMPUTED}
    conference = Conference.objects.create(owner_id=shown["owner"].partition("@")[0], **own)
    Invitation.objects.bulk_create(
        Invitation(
            conference=conference,
            user_id=invited["id"],
            position=position,
            display_name=invited["display_name"],
            translator=invited["translator"],
        )
        for position, invited in enumerate(shown["invitations"])
    )


def seed_empty(token: str) -> None:
    """Create the tables and a token; accounts are put in by whoever needs very many."""
    call_command("migrate", run_syncdb=True, verbosity=0)
    AccessToken.objects.create(hash=hashlib.sha256(token.encode()).hexdigest(), scope=SCOPE)


if __name__ == "__main__":
    if sys.argv[2] == "--empty":
        seed_empty(sys.argv[1])
    else:
        seed(sys.argv[1], json.loads(Path(sys.argv[2]).read_text()))
