"""Rectangles of pictures: for any number they lie inside, even, apart from each other."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as some

from rostrum.media.composition import layout
from rostrum.media.composition.layout import Rect

SIZES = some.sampled_from([(320, 180), (640, 360), (1280, 720), (1920, 1080), (720, 1280)])


def _check(rects: list[Rect], width: int, height: int) -> None:
    for one in rects:
        assert all(value % 2 == 0 for value in (one.x, one.y, one.width, one.height))
        assert one.x >= 0
        assert one.y >= 0
        assert one.x + one.width <= width
        assert one.y + one.height <= height
        assert min(one.width, one.height) >= 2
    for a, b in itertools.combinations(rects, 2):
        beside = a.x + a.width <= b.x or b.x + b.width <= a.x
        assert beside or a.y + a.height <= b.y or b.y + b.height <= a.y


@given(some.integers(0, 25), SIZES)
def test_grid(count: int, size: tuple[int, int]) -> None:
    rects = layout.grid(count, *size)
    assert len(rects) == count
    _check(rects, *size)
    assert len({(one.width, one.height) for one in rects}) <= 1


@given(some.integers(0, 12), SIZES)
def test_stage_with_strip(count: int, size: tuple[int, int]) -> None:
    stage, strip = layout.stage_with_strip(count, *size)
    assert len(strip) == min(count, layout.MOST_IN_STRIP)
    _check([stage, *strip], *size)
    assert all(stage.width * stage.height > 2 * one.width * one.height for one in strip)


@pytest.mark.parametrize(("count", "columns"), [(2, 2), (3, 2), (4, 2), (5, 3), (9, 3), (12, 4), (16, 4), (25, 5)])
def test_a_wide_picture_is_used_well(count: int, columns: int) -> None:
    rects = layout.grid(count, 1280, 720)
    assert len({one.x for one in rects[:columns]}) == columns
    assert len({one.y for one in rects[:columns]}) == 1


@given(some.integers(2, 4000), some.integers(2, 4000))
def test_inside_and_covering(width: int, height: int) -> None:
    rect = Rect(10, 20, 400, 300)
    seen = layout.inside(width, height, rect)
    assert rect.x <= seen.x
    assert rect.y <= seen.y
    assert seen.x + seen.width <= rect.x + rect.width
    assert seen.y + seen.height <= rect.y + rect.height
    scaled_width, scaled_height = layout.covering(width, height, rect)
    assert scaled_width >= rect.width
    assert scaled_height >= rect.height
    assert min(scaled_width - rect.width, scaled_height - rect.height) <= 2
