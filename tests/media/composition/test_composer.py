"""The picture: looked at by its colours, drawn only where something changed."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

import av
import numpy as np
import pytest
from PIL import Image

from rostrum.media.composition import lettering
from rostrum.media.composition.composer import Composer, Seen, Title
from rostrum.media.composition.scene import Person, Wanted
from tests.support.screenshots import keep_picture

RED, GREEN, BLUE = (200, 30, 30), (30, 180, 30), (30, 30, 200)
WHEN = datetime(2026, 1, 2, 15, 4, 5, tzinfo=UTC)


def _flat(colour: tuple[int, int, int], width: int = 640, height: int = 360) -> av.VideoFrame:
    picture = np.full((height, width, 3), colour, np.uint8)
    return av.VideoFrame.from_ndarray(picture, "rgb24").reformat(format="yuv420p")


def _rgb(frame: av.VideoFrame) -> np.ndarray:
    return frame.to_ndarray(format="rgb24").astype(int)


def _near(found: np.ndarray, colour: tuple[int, int, int]) -> bool:
    return bool(np.abs(found - np.array(colour)).max() < 24)


def _person(name: str, **given: object) -> Person:
    return Person(id=name, name=name, has_camera=True, joined_at=ord(name[0]), **given)  # type: ignore[arg-type]


def test_two_people_stand_beside_each_other_with_their_names() -> None:
    composer = Composer(Wanted(width=1280, height=720))
    pictures = {("a", "camera"): Seen(_flat(RED), 1), ("b", "camera"): Seen(_flat(BLUE), 1)}
    shown = composer.compose([_person("a"), _person("b")], pictures, 0, WHEN)
    assert shown is not None
    picture = _rgb(shown)
    assert _near(picture[360, 320], RED)
    assert _near(picture[360, 960], BLUE)
    rects = [spot.rect for spot in composer.scene.spots]
    plate = picture[
        rects[0].y + rects[0].height - 40 : rects[0].y + rects[0].height - 8, rects[0].x + 8 : rects[0].x + 40
    ]
    assert plate.max() > 220  # the letters
    assert plate.min() < 60  # the plate under them


def _plate(count: int, height: int = 720) -> np.ndarray:
    """How light the first of many names on white pictures is, as eyes see it (0 to 1): the inside of its plate."""
    people = [Person(id=f"p{at:02}", name="HHH", has_camera=True, joined_at=at) for at in range(count)]
    composer = Composer(Wanted(width=height * 16 // 9, height=height))
    pictures = {(one.id, "camera"): Seen(_flat((255, 255, 255)), 1) for one in people}
    shown = composer.compose(people, pictures, 0, WHEN)
    assert shown is not None
    light = (_rgb(shown) / 255) ** 2.2 @ np.array([0.2126, 0.7152, 0.0722])
    rect = composer.scene.spots[0].rect
    tile = light[rect.y : rect.y + rect.height, rect.x : rect.x + rect.width]
    rows, columns = (np.flatnonzero((tile < 0.3).any(axis=axis)) for axis in (1, 0))
    return tile[rows[0] + 3 : rows[-1] - 2, columns[0] + 4 : columns[-1] - 3]


@pytest.mark.parametrize("count", [1, 2, 4, 9, 25])
def test_a_name_is_read_on_a_white_picture(count: int) -> None:
    plate = _plate(count)
    assert (np.percentile(plate, 98) + 0.05) / (np.median(plate) + 0.05) >= 4.5
    assert np.median(plate) < 0.06


@pytest.mark.parametrize(
    ("count", "height", "least"), [(1, 720, 19), (2, 720, 19), (4, 720, 19), (9, 720, 15), (25, 720, 8), (1, 1080, 28)]
)
def test_names_are_large_enough_for_a_phone(count: int, height: int, least: int) -> None:
    """Capital letters, in pixels."""
    assert np.count_nonzero((_plate(count, height) > 0.25).any(axis=1)) >= least


@pytest.mark.parametrize("count", [1, 4, 9])
def test_everybody_is_in_the_picture(count: int) -> None:
    """With one camera off and one name that is too long for its tile."""
    long = "Maximiliane Friederike von Hohenstein-Waldburg zu Niederlahnstein"
    names = ["Olga Ivanova", "Ann Lee", "Юлия", "李明", "Chloé Martin", "يوسف", long, "Zoe 😀", "Bob Ray"]
    people = [
        Person(id=f"p{at}", name=name, has_camera=at != 1, joined_at=at, spoke_at=0 if at == 2 else None)
        for at, name in enumerate(names[:count])
    ]
    pictures = {(one.id, "camera"): Seen(_test_picture(at), 1) for at, one in enumerate(people) if one.has_camera}
    composer = Composer(Wanted(width=1280, height=720))
    shown = composer.compose(people, pictures, 0, WHEN)
    assert shown is not None
    picture = _rgb(shown)
    assert len(composer.scene.spots) == count
    for at, spot in enumerate(composer.scene.spots):
        if people[at].has_camera:
            middle = picture[spot.rect.y + spot.rect.height // 2, spot.rect.x + spot.rect.width // 2]
            assert _near(middle, (255, 255, 255)), f"the middle of picture {at}"
    keep_picture(Image.fromarray(picture.astype(np.uint8)), f"mixed-{count}")


def _test_picture(at: int) -> av.VideoFrame:
    """Somebody before a plain wall, whose face is white in the middle; each wall has a colour of its own."""
    y, x = np.mgrid[0:360, 0:640]
    wall = np.array([(70, 110, 120), (120, 90, 80), (90, 100, 140), (110, 120, 90)][at % 4])
    picture = np.broadcast_to(wall, (360, 640, 3)).copy()
    picture[((x - 320) / 170) ** 2 + ((y - 400) / 150) ** 2 < 1] = wall // 3
    picture[((x - 320) / 62) ** 2 + ((y - 180) / 80) ** 2 < 1] = 255
    return av.VideoFrame.from_ndarray(picture.astype(np.uint8), "rgb24").reformat(format="yuv420p")


def test_nothing_new_is_no_new_picture_and_one_new_source_draws_itself_alone() -> None:
    composer = Composer(Wanted())
    pictures = {("a", "camera"): Seen(_flat(RED), 1), ("b", "camera"): Seen(_flat(BLUE), 1)}
    people = [_person("a"), _person("b")]
    assert composer.compose(people, pictures, 0, WHEN) is not None
    assert composer.compose(people, pictures, 1, WHEN) is None
    shown = composer.compose(people, pictures | {("b", "camera"): Seen(_flat(GREEN), 2)}, 2, WHEN)
    assert shown is not None
    assert _near(_rgb(shown)[360, 320], RED)
    assert _near(_rgb(shown)[360, 960], GREEN)


def test_a_camera_that_goes_off_gives_way_to_the_avatar_or_the_initials() -> None:
    avatars = {"b": Image.new("RGB", (64, 64), GREEN)}
    composer = Composer(Wanted(), avatar_of=avatars.get)
    people = [_person("a"), _person("b")]
    composer.compose(people, {("a", "camera"): Seen(_flat(RED), 1), ("b", "camera"): Seen(_flat(RED), 1)}, 0, WHEN)
    shown = composer.compose(people, {}, 1, WHEN)
    assert shown is not None
    picture = _rgb(shown)
    assert _near(picture[360, 960], GREEN)
    assert not _near(picture[250, 320], RED)


def test_a_tall_picture_fills_its_tile_and_a_screen_is_shown_whole() -> None:
    composer = Composer(Wanted())
    tall = np.full((640, 360, 3), RED, np.uint8)
    tall[:100], tall[-100:] = GREEN, GREEN
    seen = Seen(av.VideoFrame.from_ndarray(tall, "rgb24").reformat(format="yuv420p"), 1)
    as_camera = composer.compose([_person("a")], {("a", "camera"): seen}, 0, WHEN)
    assert as_camera is not None
    assert _near(_rgb(as_camera)[5, 640], RED)
    shared = composer.compose([_person("a", has_screen=True)], {("a", "screen"): seen}, 1, WHEN)
    assert shared is not None
    stage = composer.scene.spots[0].rect
    column = _rgb(shared)[stage.y : stage.y + stage.height, stage.x + stage.width // 2]
    assert _near(column[10], GREEN)
    assert _near(column[stage.height // 2], RED)


def test_a_picture_may_change_its_size_at_any_time() -> None:
    composer = Composer(Wanted())
    for number, size in enumerate([(640, 360), (360, 640), (1280, 720), (2, 2), (321, 181)]):
        shown = composer.compose([_person("a")], {("a", "camera"): Seen(_flat(RED, *size), number)}, number, WHEN)
        assert shown is not None
        assert (shown.width, shown.height) == (1280, 720)


def test_topic_and_clock_stand_above_when_wanted() -> None:
    composer = Composer(Wanted(), Title("Weekly planning", clock=True))
    pictures = {("a", "camera"): Seen(_flat(RED), 1)}
    first = composer.compose([_person("a")], pictures, 0, WHEN)
    assert first is not None
    top = _rgb(first)[:44]
    assert not _near(top[22, 640], RED)
    assert top[:, :300].max() > 220
    assert composer.compose([_person("a")], pictures, 0.5, WHEN) is None
    assert composer.compose([_person("a")], pictures, 1, WHEN.replace(second=6)) is not None


def test_a_name_without_room_ends_in_an_ellipsis() -> None:
    name = "Maximiliane von Hohenstein"
    room = lettering.line("Maximiliane…", 20, (255, 255, 255, 255)).width
    plate = lettering.name_plate(name, 20, room + 20)
    whole = lettering.name_plate("Maximiliane…", 20, 1000)
    assert plate.width <= room + 20
    assert abs(plate.width - whole.width) < 20


@pytest.mark.parametrize("name", ["Dr. محمد Müller", "محمد 😀 123", "דוד Ann דוד", "Ann Lee Ray"])
def test_a_blank_stands_between_words_of_different_directions(name: str) -> None:
    """Three words, and between them two blanks."""
    filled = np.asarray(lettering.line(name, 40, (255, 255, 255, 255)))[..., 3].max(axis=0) > 0
    first, last = np.flatnonzero(filled)[[0, -1]]
    gaps = [len(list(part)) for some, part in itertools.groupby(filled[first:last].tolist()) if not some]
    assert len([gap for gap in gaps if gap >= 11]) == 2, gaps
    assert max(gaps) < 24


def test_letters_of_all_scripts_have_their_own_shapes() -> None:
    """A font that lacks a letter draws the same box for all; these are all different."""
    from rostrum.media.composition import lettering  # noqa: PLC0415

    names = ["Анна", "محمد", "王小明", "김철수", "Ann", "दीपक", "דוד", "🎉"]
    drawn = [lettering.line(name, 40, (255, 255, 255, 255)) for name in names]
    assert all(np.asarray(one)[..., 3].any() for one in drawn)
    singles = [np.asarray(lettering.line(one, 40, (255, 255, 255, 255))).tobytes() for one in "Анмحد王小明김철수दדו🎉"]
    assert len(set(singles)) == len(singles)
