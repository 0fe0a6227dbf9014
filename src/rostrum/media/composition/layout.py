"""Where the pictures stand: rectangles for any number of tiles, all on even pixels, as 4:2:0 needs it."""

from __future__ import annotations

from msgspec import Struct

GAP = 8
"""Pixels between two pictures, and around all of them."""
_STRIP_SHARE = 5
"""A strip beside the stage takes one part in this many of the width."""
MOST_IN_STRIP = 5


class Rect(Struct, frozen=True):
    """A part of the picture, in pixels."""

    x: int
    y: int
    width: int
    height: int


def whole(width: int, height: int) -> Rect:
    """The whole picture."""
    return Rect(0, 0, width, height)


def grid(count: int, width: int, height: int) -> list[Rect]:
    """Tiles of 16:9 for `count` pictures, as large as they fit; the last row stands in the middle."""
    if count <= 1:
        return [whole(width, height)] * count
    columns = max(range(1, count + 1), key=lambda columns: (_tile(count, columns, width, height)[0], -columns))
    tile_width, tile_height = _tile(count, columns, width, height)
    rows = -(-count // columns)
    top = (height - rows * tile_height - (rows - 1) * GAP) // 2
    found = []
    for row in range(rows):
        here = min(columns, count - row * columns)
        left = (width - here * tile_width - (here - 1) * GAP) // 2
        y = _even(top + row * (tile_height + GAP))
        found += [Rect(_even(left + at * (tile_width + GAP)), y, tile_width, tile_height) for at in range(here)]
    return found


def stage_with_strip(count: int, width: int, height: int) -> tuple[Rect, list[Rect]]:
    """One large picture on the left, and up to MOST_IN_STRIP small ones of 16:9 above each other beside it."""
    shown = min(count, MOST_IN_STRIP)
    if shown == 0:
        return whole(width, height), []
    fits = (height - (shown + 1) * GAP) // shown * 16 // 9
    strip = _even(min(width // _STRIP_SHARE, fits))
    small_height = _even(strip * 9 // 16)
    stage = Rect(GAP, GAP, _even(width - strip - 3 * GAP), _even(height - 2 * GAP))
    left = _even(width - strip - GAP)
    top = (height - shown * small_height - (shown - 1) * GAP) // 2
    return stage, [Rect(left, _even(top + at * (small_height + GAP)), strip, small_height) for at in range(shown)]


def inside(width: int, height: int, rect: Rect) -> Rect:
    """Where a picture of this size stands in a rectangle so that all of it is seen, in the middle."""
    scale = min(rect.width / width, rect.height / height)
    shown_width, shown_height = max(2, _even(width * scale)), max(2, _even(height * scale))
    return Rect(
        _even(rect.x + (rect.width - shown_width) // 2),
        _even(rect.y + (rect.height - shown_height) // 2),
        shown_width,
        shown_height,
    )


def covering(width: int, height: int, rect: Rect) -> tuple[int, int]:
    """The size to which a picture is scaled so that it fills a rectangle; what is too much is cut off evenly."""
    scale = max(rect.width / width, rect.height / height)
    return max(rect.width, _even_up(width * scale)), max(rect.height, _even_up(height * scale))


def _tile(count: int, columns: int, width: int, height: int) -> tuple[int, int]:
    rows = -(-count // columns)
    by_width = (width - (columns + 1) * GAP) / columns
    by_height = (height - (rows + 1) * GAP) / rows * 16 / 9
    tile_width = max(2, _even(min(by_width, by_height)))
    return tile_width, max(2, _even(tile_width * 9 / 16))


def _even(value: float) -> int:
    return int(value) // 2 * 2


def _even_up(value: float) -> int:
    return -(-int(-(-value // 1)) // 2) * 2
