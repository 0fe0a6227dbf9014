"""Text that people give, as it is kept."""

from __future__ import annotations

from rostrum.api.errors import wrong_value


def check_length(text: str, longest: int, location: str) -> None:
    """Raise an error that names the field of a text that is too long as it is kept.

    Types look at what was given, and that may be shorter: İ is two characters in lower case.
    """
    if len(text) > longest:
        raise wrong_value(location, f"At most {longest} characters are possible")
