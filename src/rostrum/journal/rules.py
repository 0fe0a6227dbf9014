"""Reading the parameters that all logs share."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from msgspec import Meta

from rostrum.api.errors import wrong_value

Timezone = Annotated[int, Meta(ge=-1440, le=1440)]
"""Minutes east of UTC, in which times are given and shown."""
SortOrder = Literal[0, 1]
"""0 ascending, 1 descending."""
DESCENDING = 1
SmallNumber = Meta(ge=-(2**31), le=2**31 - 1)
"""A number that both databases can compare with a column."""
GROUP_CALL = 10
"""The class of a call with more than two places, the only one there is (decision 34)."""
GROUP_CALL_TYPE = 5


_GAP = re.compile(r"^(\d{4}-\d\d-\d\d)\+")
"""A day and a plus: the gap, not the sign of an offset."""
_FRACTION = re.compile(r"[.,]\d")
_SECOND, _MOMENT = timedelta(seconds=1), timedelta(microseconds=1)


def moment(text: str | None, name: str, timezone: int) -> datetime | None:
    """A time `YYYY-MM-DD hh:mm:ss` (or a day) that is meant `timezone` minutes east of UTC.

    Clients write the gap as a blank, as `+`, or as `T`. Raises an error that names the parameter.
    """
    if text is None:
        return None
    try:
        local = datetime.fromisoformat(_GAP.sub(r"\1 ", text.strip()))
        if local.tzinfo is not None:
            return local.astimezone(UTC)
        return local.replace(tzinfo=UTC) - timedelta(minutes=timezone)
    except (ValueError, OverflowError):
        raise wrong_value(name, "Expected a time like 2018-04-12 00:00:00") from None


def behind(text: str | None, name: str, timezone: int) -> datetime | None:
    """The moment right behind a time that a list goes up to; one without a fraction means its whole second.

    Raises an error that names the parameter.
    """
    last = moment(text, name, timezone)
    if text is None or last is None:
        return None
    try:
        return last + (_MOMENT if _FRACTION.search(text) else _SECOND)
    except OverflowError:  # nothing comes later
        return last


def word(text: str | None) -> str | None:
    """A word of the logs' own vocabulary, however its letters were given."""
    return None if text is None else text.lower()


def seconds(start: datetime, end: datetime) -> int:
    """A duration as the logs show it: rounded to the nearest second, as recorded calls have it."""
    return round((end - start).total_seconds())
