"""Names under pictures, in every script: the words are drawn once and kept."""

from __future__ import annotations

import subprocess
import unicodedata
from functools import cache, lru_cache
from itertools import groupby
from typing import TypedDict

import numpy as np
from msgspec import Struct
from PIL import Image, ImageDraw, ImageFont, features

from rostrum.media.composition import bidi
from rostrum.media.composition.picture import Patch

_BITMAP_SIZE = 109
"""The only size in which the colour emoji font has its pictures."""
_PLATE = (12, 18, 20, 204)
"""So much of it that white letters are read on a white picture too."""
_WHITE = (255, 255, 255, 255)
_MOST_CHARACTERS = 64
_PERSON_COLOURS = ("#0b6770", "#3f5bb0", "#7a4aa5", "#a53a6b", "#a4452a", "#7d5a12", "#3f6d2a", "#4b5d73")
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@lru_cache(maxsize=64)
def name_plate(name: str, size: int, most_width: int) -> Patch:
    """A name on a dark rounded plate. `size` is the height of the letters, `most_width` the plate's, in pixels."""
    pad = max(4, size // 2)
    text = _fitted(name, size, max(2, most_width - 2 * pad))
    plate = Image.new("RGBA", (text.width + 2 * pad, size * 8 // 5), (0, 0, 0, 0))
    ImageDraw.Draw(plate).rounded_rectangle((0, 0, plate.width - 1, plate.height - 1), size // 2, fill=_PLATE)
    plate.alpha_composite(text, (pad, (plate.height - text.height) // 2))
    return Patch(np.asarray(plate))


def initials(name: str, identity: str, diameter: int) -> Patch:
    """Somebody without a picture: initials on a disc, whose colour comes from the id."""
    disc = Image.new("RGBA", (diameter * 2, diameter * 2), (0, 0, 0, 0))
    ImageDraw.Draw(disc).ellipse((0, 0, diameter * 2 - 1, diameter * 2 - 1), fill=_colour_of(identity))
    disc = disc.resize((diameter, diameter), Image.Resampling.LANCZOS)
    text = line(_initials_of(name), max(8, diameter * 2 // 5), _WHITE)
    disc.alpha_composite(text, ((diameter - text.width) // 2, (diameter - text.height) // 2))
    return Patch(np.asarray(disc))


def portrait(picture: Image.Image, diameter: int) -> Patch:
    """Somebody's avatar as a disc."""
    square = picture.convert("RGB").resize((diameter, diameter), Image.Resampling.LANCZOS).convert("RGBA")
    mask = Image.new("L", (diameter * 4, diameter * 4), 0)
    ImageDraw.Draw(mask).ellipse((0, 0, diameter * 4 - 1, diameter * 4 - 1), fill=255)
    square.putalpha(mask.resize((diameter, diameter), Image.Resampling.LANCZOS))
    return Patch(np.asarray(square))


def _fitted(name: str, size: int, room: int) -> Image.Image:
    """A name in one line, with an ellipsis for what has no room."""
    text, shown = line(name, size, _WHITE), name[:_MOST_CHARACTERS]
    while text.width > room and len(shown) > 1:
        shown = shown[: max(1, min(len(shown) - 1, len(shown) * room // text.width))].rstrip()
        text = line(f"{shown}…", size, _WHITE)
    return text if text.width <= room else text.crop((0, 0, room, text.height))


def line(text: str, size: int, colour: tuple[int, int, int, int]) -> Image.Image:
    """One line of text, of any scripts, just as large as it needs; letters stand on one base line."""
    shown = "".join(
        one for one in text[:_MOST_CHARACTERS] if one == " " or unicodedata.category(one)[0] != "C" or _joins(one)
    )
    drawn = [_run(run, size, colour) for run in _runs(shown.strip() or "?")]
    width = max(1, sum(one.width for one in drawn))
    whole = Image.new("RGBA", (width, size * 3 // 2), (0, 0, 0, 0))
    x = 0
    for one in drawn:
        whole.alpha_composite(one, (x, 0))
        x += one.width
    return whole


class _Direction(TypedDict, total=False):
    direction: str


class _Run(Struct, frozen=True):
    """A stretch of text of one direction that one font can draw."""

    text: str
    font: str
    leftwards: bool


def _runs(text: str) -> list[_Run]:
    """A line as it is seen from left to right. What joins or marks has the font of the letter before it."""
    fonts: list[tuple[str, str]] = []
    for one in text:
        follows = bool(fonts) and (_joins(one) or unicodedata.category(one) in {"Mn", "Me", "Mc"} or one == " ")
        path = fonts[-1][0] if follows else font_for(one)
        if one == " " and _is_bitmap(_font(path, 1), 1):
            path = font_for("a")  # a space between pictures is no picture
        fonts.append((path, one))
    stretches = groupby(zip(bidi.levels(text), fonts, strict=True), key=lambda one: (one[0], one[1][0]))
    found = [
        (level, _Run("".join(one for _level, (_path, one) in part), path, leftwards=level % 2 == 1))
        for (level, path), part in stretches
    ]
    return bidi.in_order(found)


def _run(run: _Run, size: int, colour: tuple[int, int, int, int]) -> Image.Image:
    font, text = _font(run.font, size), run.text
    # Said aloud, as signs alone have no direction of their own; without its library Pillow knows none.
    given: _Direction = {"direction": "rtl" if run.leftwards else "ltr"} if features.check("raqm") else {}
    bitmap = _is_bitmap(font, size)
    scale = size / _BITMAP_SIZE if bitmap else 1
    width = max(1, round(font.getlength(text, **given)))
    height = round(size * 3 / 2 / scale)
    picture = Image.new("RGBA", (width + 2, height), (0, 0, 0, 0))
    base = round(height * 0.78)
    ImageDraw.Draw(picture).text((1, base), text, colour, font, anchor="ls", embedded_color=True, **given)
    if not bitmap:
        return picture
    return picture.resize((max(1, round(picture.width * scale)), size * 3 // 2), Image.Resampling.LANCZOS)


def _is_bitmap(font: Font, size: int) -> bool:
    """Whether a font has pictures of another size than the wanted one."""
    return isinstance(font, ImageFont.FreeTypeFont) and font.size != size


@cache
def _font(path: str, size: int) -> Font:
    if not path:
        return ImageFont.load_default(size)
    try:
        return ImageFont.truetype(path, size)
    except OSError:
        return ImageFont.truetype(path, _BITMAP_SIZE)


@cache
def font_for(character: str) -> str:
    """The file of a font of this machine that has a character; nothing: the one that comes with Pillow."""
    family = "emoji" if _is_picture(character) else "sans-serif"
    asked = ["fc-match", f"{family}:weight=100:charset={ord(character):x}", "--format=%{file}\n%{charset}"]
    try:
        answer = subprocess.run(asked, capture_output=True, text=True, check=True, timeout=10).stdout  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return ""
    return answer.partition("\n")[0]


def _is_picture(character: str) -> bool:
    return unicodedata.category(character) == "So" or ord(character) >= 0x1F000  # noqa: PLR2004 (the planes of emoji)


def _joins(character: str) -> bool:
    """Zero width joiners, variation selectors, and skin tones."""
    code = ord(character)
    return code in {0x200C, 0x200D} or 0xFE00 <= code <= 0xFE0F or 0x1F3FB <= code <= 0x1F3FF  # noqa: PLR2004


def _initials_of(name: str) -> str:
    words = [word for word in name.split() if word[0].isalnum()]
    if not words:
        return name.strip()[:1] or "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def _colour_of(identity: str) -> str:
    """The colour of a person, the one that the web app's tiles have (`personColor` in person.ts)."""
    code = 2_166_136_261
    for letter in identity:
        code = (code ^ ord(letter)) * 16_777_619 & 0xFFFFFFFF
    return _PERSON_COLOURS[code % len(_PERSON_COLOURS)]
