"""The API versions and the ranges in which an operation or a field exists."""

from __future__ import annotations

from msgspec import Struct

VERSIONS = ("v3", "v3.1", "v3.2", "v3.3", "v3.4", "v3.5", "v3.6", "v3.7", "v3.8", "v3.9", "v3.10")
OLDEST, NEWEST = VERSIONS[0], VERSIONS[-1]
WEB = "web"
"""The surface of our own web app: compiled like a version, always in the newest shape."""

_ORDER = {version: index for index, version in enumerate(VERSIONS)} | {WEB: len(VERSIONS) - 1}


class Span(Struct, frozen=True):
    """The versions from `since` up to and including `until` (None: the range has no end)."""

    since: str = OLDEST
    until: str | None = None

    def covers(self, version: str) -> bool:
        """Whether something with this range exists in `version`."""
        at = _ORDER[version]
        return _ORDER[self.since] <= at and (self.until is None or at <= _ORDER[self.until])
