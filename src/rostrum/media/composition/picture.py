"""The canvas: one picture in I420, into which others are placed. Only what changed is drawn again."""

from __future__ import annotations

from typing import Any

import av
import numpy as np
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from rostrum.media.composition import layout
from rostrum.media.composition.layout import Rect

Plane = NDArray[np.uint8]
Planes = tuple[Plane, Plane, Plane]
"""Y, U and V of an I420 picture."""
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
        self.y, self.u, self.v = planes(frame.reformat(format="yuv420p"))
        alpha = cut[:, :, 3].astype(np.uint16)
        self.alpha = alpha
        self.alpha_small = (alpha[::2, ::2] + alpha[1::2, ::2] + alpha[::2, 1::2] + alpha[1::2, 1::2]) // 4


class Canvas:
    """A picture of one size. Rectangles have even edges.

    It is drawn in the memory of the frame that encoders get: 1.4 MB a picture that need not be copied, nor made anew.
    """

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._frame = av.VideoFrame(width, height, "yuv420p")
        self._y, self._u, self._v = planes(self._frame)
        self.changed = True
        """Whether something was drawn since the last `frame`."""
        self.fill(layout.whole(width, height), BACKDROP)

    def fill(self, rect: Rect, colour: Colour) -> None:
        """One colour over a rectangle."""
        for plane, part, value in zip((self._y, self._u, self._v), (1, 2, 2), colour, strict=True):
            plane[_cut(rect, part)] = value
        self.changed = True

    def place(self, picture: Planes, rect: Rect) -> None:
        """A picture of exactly the size of a rectangle."""
        for plane, source, part in zip((self._y, self._u, self._v), picture, (1, 2, 2), strict=True):
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
        """The picture, for an encoder: what is drawn later appears in it, so whoever keeps it takes a copy."""
        self.changed = False
        return self._frame


class Scaler:
    """Brings the pictures of one source into one rectangle's size."""

    def __init__(self) -> None:
        self._reformatter = VideoReformatter()

    def cover(self, frame: av.VideoFrame, rect: Rect) -> Planes:
        """A picture that fills the rectangle; what is too much is cut off evenly."""
        width, height = layout.covering(frame.width, frame.height, rect)
        scaled = self.scaled(frame, width, height)
        if (width, height) == (rect.width, rect.height):
            return scaled
        left, top = (width - rect.width) // 4 * 2, (height - rect.height) // 4 * 2
        cut = Rect(left, top, rect.width, rect.height)
        y, u, v = scaled
        return y[_cut(cut, 1)], u[_cut(cut, 2)], v[_cut(cut, 2)]

    def scaled(self, frame: av.VideoFrame, width: int, height: int) -> Planes:
        """The whole picture in another size."""
        if (frame.width, frame.height) == (width, height):
            return planes(frame)
        return planes(self._reformatter.reformat(frame, width, height, "yuv420p", interpolation="AREA"))


def planes(frame: av.VideoFrame) -> Planes:
    """The planes of a picture in I420, as views of its memory."""
    y, u, v = (_view(plane) for plane in frame.planes)
    return y, u, v


def _view(plane: Any) -> Plane:
    rows: Plane = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)
    return rows[: plane.height, : plane.width]


def _cut(rect: Rect, part: int) -> tuple[slice, slice]:
    return (
        slice(rect.y // part, (rect.y + rect.height) // part),
        slice(rect.x // part, (rect.x + rect.width) // part),
    )


def _blend(under: Plane, over: Plane, alpha: NDArray[np.uint16]) -> None:
    mixed = under.astype(np.uint16) * (255 - alpha) + over.astype(np.uint16) * alpha
    under[:] = (mixed + 127) // 255
