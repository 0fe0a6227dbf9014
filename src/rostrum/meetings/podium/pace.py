"""How often something that browsers report by themselves is looked at."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final


class Pace:
    """Lets each key pass once in a while. Kept in this process: where several serve a meeting, each has its own."""

    def __init__(self, every: timedelta) -> None:
        self._every: Final = every
        self._passed: dict[tuple[str, str], datetime] = {}
        self._tidied: datetime | None = None

    def passes(self, key: tuple[str, str], now: datetime) -> bool:
        """Whether enough time has gone by since this key passed last; if so, it passes now."""
        last = self._passed.get(key)
        # The same moment: the same request, whose unit of work is done again.
        if last is not None and timedelta() < now - last < self._every:
            return False
        self._tidy(now)
        self._passed[key] = now
        return True

    def _tidy(self, now: datetime) -> None:
        if self._tidied is None or abs(now - self._tidied) > 60 * self._every:
            self._passed = {key: last for key, last in self._passed.items() if abs(now - last) < self._every}
            self._tidied = now
