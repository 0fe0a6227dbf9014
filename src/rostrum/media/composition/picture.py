"""The canvas: one picture in I420, into which others are placed. Only what changed is drawn again."""

from __future__ import annotations

from typing import cast

import av
import numpy as np
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from rostrum.media.composition import layout
from rostrum.media.composition.layout import Rect

Plane = NDArray[np.uint8]
Colour = tuple[int, int, int]
"""Y, U, V."""
BACKDROP: Colour = (24, 130, 126)
"""Nearly black, with a breath of the stage's blue-green."""


class Patch:
    """A small picture of our own making (a name, an avatar) with its transparency, ready to be laid on a canvas."""

    def __init__(self, rgba: NDArray[np.uint8]) -> None:
        height, width = rgba.shape[0] // 2 * 2, rgba.shape[1] // 2 * 2
        cut = np.ascontiguousarray(rgba[:height, :width])
        self.width, self.height = width, height
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(cut[:, :, :3]), "rgb24")
        self.y, self.u, self.v = planes(_plane(frame.reformat(format="yuv420p")), width, height)
        alpha = cut[:, :, 3].astype(np.uint16)
        self.alpha = alpha
        self.alpha_small = (alpha[::2, ::2] + alpha[1::2, ::2] + alpha[::2, 1::2] + alpha[1::2, 1::2]) // 4


class Canvas:
    """A picture of one size. Rectangles have even edges."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._all = np.empty((height * 3 // 2, width), np.uint8)
        self._y, self._u, self._v = planes(self._all, width, height)
        self.changed = True
        """Whether something was drawn since the last `frame`."""
        self.fill(layout.whole(width, height), BACKDROP)

    def fill(self, rect: Rect, colour: Colour) -> None:
        """One colour over a rectangle."""
        for plane, part, value in zip((self._y, self._u, self._v), (1, 2, 2), colour, strict=True):
            plane[_cut(rect, part)] = value
        self.changed = True

    def place(self, picture: Plane, rect: Rect) -> None:
        """An I420 picture of exactly the size of a rectangle."""
        sources = planes(picture, rect.width, rect.height)
        for plane, source, part in zip((self._y, self._u, self._v), sources, (1, 2, 2), strict=True):
            plane[_cut(rect, part)] = source
        self.changed = True

    def lay(self, patch: Patch, x: int, y: int) -> None:
        """A patch over what is there, as far as it is not transparent; it has to lie inside."""
        rect = Rect(x, y, patch.width, patch.height)
        _blend(self._y[_cut(rect, 1)], patch.y, patch.alpha)
        _blend(self._u[_cut(rect, 2)], patch.u, patch.alpha_small)
        _blend(self._v[_cut(rect, 2)], patch.v, patch.alpha_small)
        self.changed = True

    def frame(self) -> av.VideoFrame:
        """The picture as it is now, for an encoder."""
        self.changed = False
        return av.VideoFrame.from_ndarray(self._all, "yuv420p")


class Scaler:
    """Brings the pictures of one source into one rectangle's size."""

    def __init__(self) -> None:
        self._reformatter = VideoReformatter()

    def cover(self, frame: av.VideoFrame, rect: Rect) -> Plane:
        """A picture that fills the rectangle; what is too much is cut off evenly."""
        width, height = layout.covering(frame.width, frame.height, rect)
        scaled = self.scaled(frame, width, height)
        if (width, height) == (rect.width, rect.height):
            return scaled
        left, top = (width - rect.width) // 4 * 2, (height - rect.height) // 4 * 2
        cut = Rect(left, top, rect.width, rect.height)
        parts = zip(planes(scaled, width, height), (1, 2, 2), strict=True)
        return joined([plane[_cut(cut, part)] for plane, part in parts])

    def scaled(self, frame: av.VideoFrame, width: int, height: int) -> Plane:
        """The whole picture in another size."""
        if (frame.width, frame.height) == (width, height):
            return _plane(frame)
        return _plane(self._reformatter.reformat(frame, width, height, "yuv420p", interpolation="AREA"))


def planes(picture: Plane, width: int, height: int) -> tuple[Plane, Plane, Plane]:
    """The Y, U and V of an I420 picture, as views of it."""
    luma, chroma = width * height, width * height // 4
    flat = picture.reshape(-1)
    small = (height // 2, width // 2)
    return (
        flat[:luma].reshape(height, width),
        flat[luma : luma + chroma].reshape(small),
        flat[luma + chroma : luma + 2 * chroma].reshape(small),
    )


def joined(parts: list[Plane]) -> Plane:
    """An I420 picture of its three planes."""
    height, width = parts[0].shape
    return np.concatenate([part.reshape(-1) for part in parts]).reshape(height * 3 // 2, width)


def _plane(frame: av.VideoFrame) -> Plane:
    return cast("Plane", frame.to_ndarray())


def _cut(rect: Rect, part: int) -> tuple[slice, slice]:
    return (
        slice(rect.y // part, (rect.y + rect.height) // part),
        slice(rect.x // part, (rect.x + rect.width) // part),
    )


def _blend(under: Plane, over: Plane, alpha: NDArray[np.uint16]) -> None:
    mixed = under.astype(np.uint16) * (255 - alpha) + over.astype(np.uint16) * alpha
    under[:] = (mixed + 127) // 255
