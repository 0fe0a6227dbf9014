"""Lines that are read from both sides: as fribidi orders them."""

from __future__ import annotations

import pytest

from rostrum.media.composition import bidi


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Ann Müller", "Ann Müller"),
        ("Dr. אבג Müller", "Dr. גבא Müller"),
        ("אבג דהו", "והד גבא"),
        ("אבג 😀 123", "123 😀 גבא"),
        ("אבג 12:30, 45%", "45% ,12:30 גבא"),
        ("אב (Tel Aviv) Ann", "Ann )Tel Aviv( בא"),
        ("Ann (אב) גד", "Ann (בא) דג"),
        ("Ann 😀 אב 12 ", "Ann 😀 12 בא "),
        ("123 Ann", "123 Ann"),
        ("", ""),
    ],
)
def test_what_is_seen_from_left_to_right(text: str, seen: str) -> None:
    assert "".join(bidi.in_order(list(zip(bidi.levels(text), text, strict=True)))) == seen


def test_what_joins_and_marks_goes_with_its_letter() -> None:
    assert bidi.levels("אֽ\u200dב a") == [1, 1, 1, 1, 1, 2]
    assert bidi.levels("👋\u200d👋🏽") == [0, 0, 0, 0]
