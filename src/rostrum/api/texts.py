"""Text that people give, as it is kept."""

from __future__ import annotations

import re

from rostrum.api.errors import wrong_value

_CONTROL = r"\x00-\x1f\x7f-\x9f\u2028\u2029"
"""What breaks lines, and what no page shows."""
_TURNING = r"\u202a-\u202e\u2066-\u2069"
"""What turns the direction in which the text around it is read."""
VISIBLE = rf"[^\s{_CONTROL}{_TURNING}]"
"""A pattern: there is something to be seen, so the text is a name for somebody or something."""
LABEL = rf"^[^{_CONTROL}{_TURNING}]*{VISIBLE}[^{_CONTROL}{_TURNING}]*\Z"
"""A pattern: something to be seen, in one line."""
_WORDS = {
    VISIBLE: "Nothing of this text can be seen",
    LABEL: "Expected one line of text in which something can be seen",
}
_BREAKS = re.compile(rf"[{_CONTROL}]+")
_MARKS = re.compile(rf"[{_TURNING}]")


def one_line(text: str) -> str:
    """What was typed or pasted as a name, for places that show it in one line and let nobody write over its ends."""
    parts = (part.strip() for part in _BREAKS.split(_MARKS.sub("", text)))
    return " ".join(part for part in parts if part)


def in_words(message: str) -> str:
    """What a type says of a wrong value; of patterns that nobody reads, what they ask for."""
    return next((words for pattern, words in _WORDS.items() if repr(pattern) in message), message)


def check_length(text: str, longest: int, location: str) -> None:
    """Raise an error that names the field of a text that is too long as it is kept.

    Types look at what was given, and that may be shorter: İ is two characters in lower case.
    """
    if len(text) > longest:
        raise wrong_value(location, f"At most {longest} characters are possible")
