"""Who is shown, and where: the roles of a meeting, its screens and its speakers decide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from rostrum.media.composition import layout
from rostrum.media.composition.layout import Rect

Layout = Literal["grid", "speaker"]
Source = Literal["camera", "screen"]
Mode = Literal[0, 1, 3]

MOST_IN_GRID = 25
HOST, LISTENER, REMARK = 2, 1, 5
_HOLDS_S = 2.0
"""How long somebody stays on the stage after the last word, so that a cough does not turn the picture over."""


class Person(Struct, frozen=True, kw_only=True):
    """Somebody in the meeting. Times in seconds of one clock."""

    id: str
    name: str
    role: int = 0
    has_camera: bool = False
    has_screen: bool = False
    spoke_at: float | None = None
    """The last moment of speech."""
    joined_at: float = 0
    shared_at: float = 0


class Spot(Struct, frozen=True):
    """One picture of somebody, and where it stands."""

    person: Person
    source: Source
    rect: Rect


class Scene(Struct, frozen=True):
    """Everything that is shown; nothing: an empty room."""

    spots: tuple[Spot, ...] = ()
    speaker_id: str | None = None
    """Who had the stage; the next scene keeps them there until somebody else speaks."""


class Wanted(Struct, frozen=True, kw_only=True):
    """What picture is wanted. Sizes in pixels."""

    width: int = 1280
    height: int = 720
    mode: Mode = 0
    layout: Layout = "grid"


def scene(people: Sequence[Person], wanted: Wanted, now: float, before: Scene | None = None) -> Scene:
    """The scene of this moment.

    A shared screen takes the stage. In a lecture the lecturer fills the picture; on podiums only those are shown who
    may send. Whom the last scene showed stays in place where there are more people than places.
    """
    before = before or Scene()
    shown = [one for one in people if _may_be_seen(one, wanted.mode)]
    speaker = _speaker(shown, before.speaker_id, now)
    speaker_id = speaker.id if speaker else None
    sharing = max((one for one in shown if one.has_screen), key=lambda one: (one.shared_at, one.id), default=None)
    if sharing is not None:
        strip = _ordered(shown, before, layout.MOST_IN_STRIP, speaker)
        return Scene(_staged(Spot(sharing, "screen", layout.whole(0, 0)), strip, wanted), speaker_id)
    if wanted.mode == 1 and speaker is not None:
        lecturer = _ordered(shown, before, 1, speaker)[0]
        return Scene((Spot(lecturer, "camera", layout.whole(wanted.width, wanted.height)),), speaker_id)
    if wanted.layout == "speaker" and speaker is not None and len(shown) > 1:
        strip = _ordered([one for one in shown if one is not speaker], before, layout.MOST_IN_STRIP, None)
        return Scene(_staged(Spot(speaker, "camera", layout.whole(0, 0)), strip, wanted), speaker_id)
    chosen = _ordered(shown, before, MOST_IN_GRID, speaker)
    places = layout.grid(len(chosen), wanted.width, wanted.height)
    return Scene(tuple(Spot(one, "camera", rect) for one, rect in zip(chosen, places, strict=True)), speaker_id)


def _may_be_seen(one: Person, mode: Mode) -> bool:
    return mode == 0 or one.role not in {LISTENER, REMARK}


def _speaker(shown: Sequence[Person], last: str | None, now: float) -> Person | None:
    """Who has the stage: the one who had it, until somebody else speaks who did not begin just now."""
    if not shown:
        return None
    held = next((one for one in shown if one.id == last), None)
    if held is not None and held.spoke_at is not None and now - held.spoke_at < _HOLDS_S:
        return held
    latest = max(shown, key=lambda one: (one.spoke_at or 0.0, one.role == HOST, -one.joined_at))
    return latest if held is None or (latest.spoke_at or 0.0) > (held.spoke_at or 0.0) else held


def _ordered(shown: Sequence[Person], before: Scene, most: int, first: Person | None) -> list[Person]:
    """At most so many people, in the order of joining; too many: whoever speaks displaces who was silent longest."""
    seniority = sorted(shown, key=lambda one: (one.joined_at, one.id))
    if len(seniority) <= most:
        return seniority
    were = {spot.person.id for spot in before.spots if spot.source == "camera"}

    def weight(one: Person) -> tuple[bool, float, bool, bool, float]:
        return one is first, one.spoke_at or 0.0, one.has_camera, one.id in were, -one.joined_at

    chosen = {one.id for one in sorted(seniority, key=weight, reverse=True)[:most]}
    return [one for one in seniority if one.id in chosen]


def _staged(main: Spot, strip: Sequence[Person], wanted: Wanted) -> tuple[Spot, ...]:
    stage, places = layout.stage_with_strip(len(strip), wanted.width, wanted.height)
    small = (Spot(one, "camera", rect) for one, rect in zip(strip, places, strict=True))
    return (Spot(main.person, main.source, stage), *small)
