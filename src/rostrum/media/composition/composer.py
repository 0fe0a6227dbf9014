"""Draws the scenes of a meeting on a canvas, and draws only what is not as it was."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import av
from msgspec import Struct
from PIL import Image

from rostrum.media.composition import layout, lettering
from rostrum.media.composition.layout import Rect
from rostrum.media.composition.picture import BACKDROP, Canvas, Colour, Patch, Scaler
from rostrum.media.composition.scene import Person, Scene, Source, Spot, Wanted, scene

_TILE: Colour = (44, 130, 126)
_BAR = 44
"""Pixels at the top for the topic and the clock, when they are wanted, of a picture that is 720 high."""
_LETTERS, _NAME_SHARE, _LEAST_NAME = 28, 10, 12
"""Letters of names, so that they are read on a phone: pixels of a picture that is 720 high; one part in so many of the
height of a small tile; and at least so many pixels.
"""
_LEAST_BAR, _LEAST_LETTERS = 24, 10
"""Below that nobody can read them."""


class Seen(Struct, frozen=True):
    """The newest picture of a source; `number` grows with each one."""

    frame: av.VideoFrame
    number: int


Pictures = Mapping[tuple[str, Source], Seen]
"""By person and source; somebody who is missing has no picture."""


class Title(Struct, frozen=True):
    """What stands above the pictures; empty: nothing, and no room is left for it."""

    topic: str = ""
    clock: bool = False

    def height(self, of_picture: int) -> int:
        """How much room it needs."""
        return max(_LEAST_BAR, _BAR * of_picture // 720 // 2 * 2) if self.topic or self.clock else 0


class Composer:
    """Keeps a canvas true to a meeting."""

    def __init__(
        self, wanted: Wanted, title: Title | None = None, avatar_of: Callable[[str], Image.Image | None] | None = None
    ) -> None:
        self.wanted = wanted
        self.scene = Scene()
        self._title = title or Title()
        self._canvas = Canvas(wanted.width, wanted.height)
        self._avatar_of = avatar_of or (lambda _id: None)
        self._drawn: dict[tuple[str, Source], tuple[Rect, str, int]] = {}
        self._scalers: dict[tuple[str, Source], Scaler] = {}
        self._portraits: dict[str, tuple[str, int, Patch]] = {}
        self._titled: str | None = None

    def compose(self, people: Sequence[Person], pictures: Pictures, now: float, when: datetime) -> av.VideoFrame | None:
        """The picture of this moment; None: it is the same as the last one. `now` in seconds, `when` for the clock.

        It is the canvas itself, which the next call draws on again.
        """
        top = self._title.height(self.wanted.height)
        below = Wanted(
            width=self.wanted.width,
            height=self.wanted.height - top,
            mode=self.wanted.mode,
            layout=self.wanted.layout,
        )
        after = scene(people, below, now, self.scene)
        if _places(after) != _places(self.scene):
            self._canvas.fill(layout.whole(self.wanted.width, self.wanted.height), BACKDROP)
            self._drawn.clear()
            self._titled = None
            kept = {(spot.person.id, spot.source) for spot in after.spots}
            self._scalers = {key: value for key, value in self._scalers.items() if key in kept}
            there = {spot.person.id for spot in after.spots}
            self._portraits = {key: value for key, value in self._portraits.items() if key in there}
        self.scene = after
        for spot in after.spots:
            self._draw(spot, _lowered(spot.rect, top), pictures.get((spot.person.id, spot.source)))
        if top:
            self._draw_title(top, when)
        return self._canvas.frame() if self._canvas.changed else None

    def last(self) -> av.VideoFrame:
        """The picture as it was composed last."""
        return self._canvas.frame()

    def _draw(self, spot: Spot, rect: Rect, seen: Seen | None) -> None:
        key = (spot.person.id, spot.source)
        number = seen.number if seen else -1
        if self._drawn.get(key) == (rect, spot.person.name, number):
            return
        if seen is None:
            self._canvas.fill(rect, _TILE)
            self._draw_portrait(spot.person, rect)
        elif spot.source == "screen":
            place = layout.inside(seen.frame.width, seen.frame.height, rect)
            if key not in self._drawn or place != rect:
                self._canvas.fill(rect, BACKDROP)
            self._canvas.place(self._scaler(key).scaled(seen.frame, place.width, place.height), place)
        else:
            self._canvas.place(self._scaler(key).cover(seen.frame, rect), rect)
        self._draw_name(spot.person.name, rect)
        self._drawn[key] = (rect, spot.person.name, number)

    def _draw_portrait(self, person: Person, rect: Rect) -> None:
        diameter = max(16, min(rect.width, rect.height) // 2 // 2 * 2)
        name, size, patch = self._portraits.get(person.id, ("", 0, None))
        if patch is None or (name, size) != (person.name, diameter):
            avatar = self._avatar_of(person.id)
            patch = (
                lettering.portrait(avatar, diameter) if avatar else lettering.initials(person.name, person.id, diameter)
            )
            self._portraits[person.id] = person.name, diameter, patch
        x, y = rect.x + (rect.width - patch.width) // 4 * 2, rect.y + (rect.height - patch.height) // 4 * 2
        self._canvas.lay(patch, x, y)

    def _draw_name(self, name: str, rect: Rect) -> None:
        largest = _LETTERS * self.wanted.height // 720
        size = max(_LEAST_NAME, min(largest, rect.height // _NAME_SHARE)) // 2 * 2
        if rect.height < 3 * size or rect.width < 6 * size:
            return
        plate = lettering.name_plate(name, size, rect.width - size)
        inset = size // 2 // 2 * 2
        self._canvas.lay(plate, rect.x + inset, (rect.y + rect.height - plate.height - inset) // 2 * 2)

    def _draw_title(self, top: int, when: datetime) -> None:
        clock = f"{when:%H:%M:%S}" if self._title.clock else ""
        if self._titled == clock:
            return
        self._canvas.fill(Rect(0, 0, self.wanted.width, top), BACKDROP)
        size = max(_LEAST_LETTERS, top // 3 // 2 * 2)
        right = self.wanted.width - layout.GAP
        if clock:
            plate = lettering.name_plate(clock, size, self.wanted.width // 3)
            right -= plate.width + layout.GAP
            self._canvas.lay(plate, right // 2 * 2, (top - plate.height) // 4 * 2)
        if self._title.topic:
            plate = lettering.name_plate(self._title.topic, size, right - 2 * layout.GAP)
            self._canvas.lay(plate, layout.GAP, (top - plate.height) // 4 * 2)
        self._titled = clock

    def _scaler(self, key: tuple[str, Source]) -> Scaler:
        return self._scalers.setdefault(key, Scaler())


def _places(shown: Scene) -> list[tuple[str, Source, Rect]]:
    return [(spot.person.id, spot.source, spot.rect) for spot in shown.spots]


def _lowered(rect: Rect, by: int) -> Rect:
    return Rect(rect.x, rect.y + by, rect.width, rect.height)
