"""Telling pages how the people in their address books are, a second at most after it changes.

Nobody publishes a change: once a second a process with watching pages reads one number, the revision of presence, and
only when that has grown the statuses of whoever is online. So a thousand changes in a second cost as much as one, and
it makes no difference which process caused them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from sqlalchemy import Connection

from rostrum.accounts.users import presence
from rostrum.bus import Inbox
from rostrum.db import revisions
from rostrum.db.database import Database


class Watchers:
    """The pages of this process that watch people."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._watching: dict[Inbox, frozenset[str]] = {}
        self._fresh: set[Inbox] = set()
        self._revision: int | None = None
        self._known: dict[str, int] = {}

    def watch(self, inbox: Inbox, user_ids: Iterable[str]) -> None:
        """Tell a page of these users: how they all are at the next look, and from then on what changes."""
        self._watching[inbox] = frozenset(user_ids)
        self._fresh.add(inbox)

    def forget(self, inbox: Inbox) -> None:
        """A page watches no longer."""
        self._watching.pop(inbox, None)
        self._fresh.discard(inbox)

    async def look(self) -> None:
        """Look whether anything changed, and tell."""
        if not self._watching:
            self._revision = None
            return
        known = None if self._fresh else self._revision
        found = await self._database.run(lambda db: _statuses(db, known), write=False)
        if found is None:
            return
        self._revision, after = found
        before, self._known = self._known, after
        everybody = before.keys() | after.keys()
        changed = {one for one in everybody if before.get(one) != after.get(one)}
        self._tell(changed)

    def _tell(self, changed: set[str]) -> None:
        readers: defaultdict[Inbox, set[str]] = defaultdict(set)
        for inbox, watched in self._watching.items():
            news: AbstractSet[str] = watched if inbox in self._fresh else watched & changed
            if news:
                readers[inbox] |= news
        self._fresh.clear()
        for inbox, news in readers.items():
            statuses = {one: self._known.get(one, presence.OFFLINE) for one in sorted(news)}
            inbox.put({"type": "presence", "statuses": statuses})


def _statuses(db: Connection, known: int | None) -> tuple[int, dict[str, int]] | None:
    """The revision of presence and the status of everybody online; None: nothing changed since `known`."""
    revision = revisions.read(db).get("presence", 0)
    return None if revision == known else (revision, presence.all_statuses(db))
