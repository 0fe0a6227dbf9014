"""Uploaded pictures: decoded within bounds and drawn anew, so that nothing of the file itself is kept."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from anyio import CapacityLimiter, move_on_after, to_thread
from msgspec import Struct

from rostrum.api.errors import wrong_value
from rostrum.settings import Settings

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_BYTES = 10 * 1024 * 1024
"""The largest file that is read."""
_MAX_PIXELS = 50_000_000
"""A phone's picture fits; a picture of more is a bomb or belongs elsewhere."""
_SIDE = 512
"""The longer side of what is kept, pixels."""
_FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
_SECONDS = 10
_AT_ONCE = 2
_QUALITY = 88

_limiter: CapacityLimiter | None = None


class Picture(Struct, frozen=True):
    """A picture as it is kept and served."""

    content: bytes
    extension: str
    content_type: str


async def draw_anew(prepared: dict[str, Any], _settings: Settings) -> None:
    """Put the picture drawn anew in the place of the uploaded file, before the transaction starts.

    Raises an error that names `image` for anything that is no picture.
    """
    global _limiter  # noqa: PLW0603 (one bound for the process; it belongs to the running event loop)
    if _limiter is None:
        _limiter = CapacityLimiter(_AT_ONCE)
    drawn = None
    with move_on_after(_SECONDS):
        drawn = await to_thread.run_sync(redrawn, prepared["image"], limiter=_limiter, abandon_on_cancel=True)
    if drawn is None:
        readable = f"{', '.join(_FORMATS)}, up to {_MAX_PIXELS // 1_000_000} megapixels"
        raise wrong_value("image", f"This is no picture that can be read ({readable})")
    prepared["image"] = drawn


def redrawn(file: bytes) -> Picture | None:
    """The first frame of a picture, upright, at most 512 pixels wide and high; None: it is no picture we read."""
    from PIL import Image, ImageOps  # noqa: PLC0415 (50 ms that the start does not wait for)

    try:
        with Image.open(BytesIO(file), formats=_FORMATS) as opened:
            if opened.width * opened.height > _MAX_PIXELS:
                return None
            opened.draft("RGB", (_SIDE, _SIDE))
            upright = ImageOps.exif_transpose(opened)
            upright = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
            upright.thumbnail((_SIDE, _SIDE))
            return _encoded(upright)
    except Exception:  # noqa: BLE001 (a decoder may raise anything over a broken file)
        return None


def _encoded(image: Image) -> Picture:
    # A fresh image carries pixels alone: no place, no camera, no colour profile.
    from PIL import Image as Pillow  # noqa: PLC0415

    clean = Pillow.frombytes(image.mode, image.size, image.tobytes())
    out = BytesIO()
    if image.mode == "RGBA":
        clean.save(out, "PNG", optimize=True)
        return Picture(out.getvalue(), "png", "image/png")
    clean.save(out, "JPEG", quality=_QUALITY, optimize=True)
    return Picture(out.getvalue(), "jpg", "image/jpeg")
