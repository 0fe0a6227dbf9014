"""Reading the parameters that all logs share."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from rostrum.api.errors import wrong_value


def moment(text: str | None, name: str, timezone: int) -> datetime | None:
    """A time `YYYY-MM-DD hh:mm:ss` (or a day) that is meant `timezone` minutes east of UTC.

    Clients write the gap as a blank, as `+`, or as `T`. Raises an error that names the parameter.
    """
    if text is None:
        return None
    try:
        local = datetime.fromisoformat(text.strip().replace("+", " ", 1))
    except ValueError:
        raise wrong_value(name, "Expected a time like 2018-04-12 00:00:00") from None
    if local.tzinfo is not None:
        return local.astimezone(UTC)
    return local.replace(tzinfo=UTC) - timedelta(minutes=timezone)


def seconds(start: datetime, end: datetime) -> int:
    """A duration as the logs show it: rounded to the nearest second, as recorded calls have it."""
    return round((end - start).total_seconds())
