"""Names in one line."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rostrum.api.texts import VISIBLE, one_line


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ann Lee", "Ann Lee"),
        ("  Ann  Lee ", "Ann  Lee"),
        ("Ann\r\n\r\n  Lee\n", "Ann Lee"),
        ("Ann\tLee\x00\x7f\x85\u2028!", "Ann Lee !"),
        ("Ann \u202egpj.exe\u202c", "Ann gpj.exe"),
        ("\u2067שרה\u2069 \u200fA\u200e", "שרה \u200fA\u200e"),
        ("👩\u200d💻 Зоя", "👩\u200d💻 Зоя"),
        ("\u202a\r\n\u2066 ", ""),
    ],
)
def test_what_is_pasted_becomes_one_line(typed: str, kept: str) -> None:
    assert one_line(typed) == kept


@given(st.text(st.sampled_from("a \t\n\0\x1f\x7f\x9f\u00a0\u2028\u2029\u202a\u202e\u2066\u2069\u200f")))
def test_something_is_left_of_what_can_be_seen(typed: str) -> None:
    kept = one_line(typed)
    assert bool(kept) == bool(re.search(VISIBLE, typed))
    assert one_line(kept) == kept == kept.strip()
    assert len(kept) <= len(typed)
    assert kept.isprintable() or set(kept) <= set("a \u00a0\u200f")


def test_a_very_long_line_costs_little() -> None:
    assert one_line("a" + " " * 1_000_000 + "b\n") == "a" + " " * 1_000_000 + "b"
