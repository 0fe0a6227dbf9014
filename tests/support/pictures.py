"""Pictures to upload."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from PIL import Image


def encoded(kind: str = "PNG", size: tuple[int, int] = (64, 48), mode: str = "RGB", **options: Any) -> bytes:
    """A picture of one colour, as a file of a kind."""
    out = BytesIO()
    colour = {"RGB": (70, 130, 180), "RGBA": (70, 130, 180, 128)}.get(mode, 0)
    Image.new(mode, size, colour).save(out, kind, **options)
    return out.getvalue()


def image_file(content: bytes | None = None, name: str = "me.png") -> dict[str, tuple[str, bytes, str]]:
    """The multipart field of an upload."""
    return {"image": (name, encoded() if content is None else content, "image/png")}
