"""The pictures under docs/screenshots: kept when asked for, small enough for a repository."""

from __future__ import annotations

import os
import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw
from playwright.sync_api import Page

FOLDER = os.environ.get("ROSTRUM_SCREENSHOTS", "")
"""Where they are kept; empty: not at all."""
LOCALE = os.environ.get("ROSTRUM_LOCALE", "en-US")
"""The language of the browsers, for looking at the pages in another one."""
VIEWS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True},
    "desktop-light": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"},
    "desktop-dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
    "phone-light": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light", "has_touch": True},
    "phone-dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark", "has_touch": True},
}


def schemes(view: str) -> list[str]:
    """The colour schemes that a view is looked at in: its own one, or both."""
    _size, _, own = view.partition("-")
    return [own] if own else ["light", "dark"]


def keep_picture(source: Page | Image.Image, name: str) -> None:
    """Keep the window of a page, or a picture, with 256 colours; nothing without a folder."""
    if not FOLDER:
        return
    picture = source if isinstance(source, Image.Image) else Image.open(BytesIO(source.screenshot()))
    folder = Path(FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    few = picture.convert("RGB").quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(folder / f"{name}.png", optimize=True)


def camera_flags(folder: Path) -> list[str]:
    """Flags for a Chromium that is started in a folder: its camera shows somebody instead of a test pattern.

    None when no pictures are kept.
    """
    if not FOLDER:
        return []
    stills = folder / "stills"
    stills.mkdir()
    for number in range(_STILLS):
        _somebody(abs(number - _STILLS // 2)).save(stills / f"{number:02}.png")
    film = folder / "Camera.mjpeg"
    made = ["-framerate", "15", "-i", str(stills / "%02d.png"), "-q:v", "3", "-pix_fmt", "yuvj420p", str(film)]
    subprocess.run(["ffmpeg", "-v", "error", *made], check=True)
    return [f"--use-file-for-fake-video-capture={film.name}"]


_STILLS = 30


def _somebody(sway: int) -> Image.Image:
    """Head and shoulders before a wall with a window, a little aside."""
    picture = Image.new("RGB", (2560, 1440), "#5f7f84")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((1700, 180, 2300, 860), fill="#dfe9ea")
    pen.rectangle((1985, 180, 2015, 860), fill="#5f7f84")
    pen.rectangle((0, 1240, 2560, 1440), fill="#53696d")
    x = 1180 + sway * 4
    pen.ellipse((x - 560, 900, x + 560, 2300), fill="#20474f")
    pen.rounded_rectangle((x - 90, 760, x + 90, 1000), 80, fill="#d9a58a")
    pen.ellipse((x - 220, 330, x + 220, 900), fill="#e6b89f")
    pen.pieslice((x - 245, 270, x + 245, 800), 180, 360, fill="#3b2a24")
    return picture.resize((1280, 720), Image.Resampling.LANCZOS)
