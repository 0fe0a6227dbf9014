"""In which order letters of one line are seen where some are read from the right: the Unicode rules (UAX #9) for lines
without marks of direction, which names have none of by now.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import groupby
from typing import Literal, TypeVar

Side = Literal["L", "R"]
T = TypeVar("T")
_NUMBERS = {"EN", "AN"}
_ONE_NUMBER = {("EN", "ES", "EN"), ("EN", "CS", "EN"), ("AN", "CS", "AN")}
_NEUTRAL = {"WS", "ON", "S", "B"}
_PAIRS = {"(": ")", "[": "]", "{": "}"}


def levels(text: str) -> list[int]:
    """The level of each character: even ones are read from the left, odd ones from the right."""
    kinds = [unicodedata.bidirectional(one) or "L" for one in text]
    first = next((kind for kind in kinds if kind in {"L", "R", "AL"}), "L")
    base: Side = "L" if first == "L" else "R"
    _marks(kinds, base)
    _numbers(kinds, base)
    _brackets(text, kinds, base)
    _neutral(kinds, base)
    of_kind = {"R": 1, "L": 0 if base == "L" else 2}
    return [of_kind.get(kind, 2) for kind in kinds]


def in_order(parts: Sequence[tuple[int, T]]) -> list[T]:
    """What stands in a line, each with its level, as it is seen from left to right."""
    seen = list(parts)
    for level in range(max((one for one, _ in seen), default=0), 0, -1):
        turned: list[tuple[int, T]] = []
        for begins, ends, deep in _stretches([one >= level for one, _ in seen]):
            turned += reversed(seen[begins:ends]) if deep else seen[begins:ends]
        seen = turned
    return [one for _, one in seen]


def _marks(kinds: list[str], base: Side) -> None:
    """What stands on a letter goes with it (rule W1)."""
    for at, kind in enumerate(kinds):
        if kind in {"NSM", "BN"}:
            kinds[at] = kinds[at - 1] if at else base


def _numbers(kinds: list[str], base: Side) -> None:
    """Numbers, and the signs that belong to them (rules W2 to W7)."""
    for at, kind in enumerate(kinds):
        if kind == "EN" and _strong(kinds[:at], base) == "AL":
            kinds[at] = "AN"
    kinds[:] = ["R" if kind == "AL" else kind for kind in kinds]
    for at in range(1, len(kinds) - 1):
        if tuple(kinds[at - 1 : at + 2]) in _ONE_NUMBER:
            kinds[at] = kinds[at - 1]
    for begins, ends, kind in _stretches(kinds):
        if kind == "ET" and "EN" in (*kinds[max(0, begins - 1) : begins], *kinds[ends : ends + 1]):
            kinds[begins:ends] = ["EN"] * (ends - begins)
    kinds[:] = ["ON" if kind in {"ES", "ET", "CS"} else kind for kind in kinds]
    for at, kind in enumerate(kinds):
        if kind == "EN" and _strong(kinds[:at], base) == "L":
            kinds[at] = "L"


def _brackets(text: str, kinds: list[str], base: Side) -> None:
    """A pair goes with what is in it, or with the line (rule N0)."""
    for begins, ends in _pairs(text, kinds):
        inside = {_side(kind) for kind in kinds[begins + 1 : ends]} - {None}
        if not inside:
            continue
        before = _side(_strong(kinds[:begins], base, numbers=True))
        kinds[begins] = kinds[ends] = base if base in inside or before is None else before


def _pairs(text: str, kinds: Sequence[str]) -> list[tuple[int, int]]:
    found, waiting = [], []
    for at, one in enumerate(text):
        if kinds[at] != "ON":
            continue
        if one in _PAIRS:
            waiting.append(at)
        elif any(_PAIRS[text[begins]] == one for begins in waiting):
            while _PAIRS[text[waiting[-1]]] != one:
                waiting.pop()
            found.append((waiting.pop(), at))
    return sorted(found)


def _neutral(kinds: list[str], base: Side) -> None:
    """Blanks and signs go with their neighbours where these agree, else with the line (rules N1 and N2)."""
    for begins, ends, kind in _stretches(["ON" if kind in _NEUTRAL else kind for kind in kinds]):
        if kind == "ON":
            before = _side(kinds[begins - 1]) if begins else base
            after = _side(kinds[ends]) if ends < len(kinds) else base
            kinds[begins:ends] = [before if before == after and before else base] * (ends - begins)


def _stretches(kinds: Sequence[T]) -> list[tuple[int, int, T]]:
    """Where what is alike begins and ends. A list: it may be changed meanwhile."""
    found, at = [], 0
    for kind, group in groupby(kinds):
        length = len(list(group))
        found.append((at, at + length, kind))
        at += length
    return found


def _strong(before: Sequence[str], base: Side, *, numbers: bool = False) -> str:
    """The last kind that has a direction of its own."""
    strong = {"L", "R", "AL"} | (_NUMBERS if numbers else set())
    return next((kind for kind in reversed(before) if kind in strong), base)


def _side(kind: str) -> Side | None:
    """Which way something pulls its neighbours; numbers of a line are on the right's side."""
    return "L" if kind == "L" else "R" if kind == "R" or kind in _NUMBERS else None
