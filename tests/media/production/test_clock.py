"""The clock of a programme without an engine: a slow machine, a picture that cannot be made, an hour of silence."""

from __future__ import annotations

import itertools
import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import av
import numpy as np
import pytest
from structlog.testing import capture_logs

from rostrum.media.composition.composer import Composer, Pictures, Seen, Title
from rostrum.media.composition.scene import Person, Wanted
from rostrum.media.composition.sound import RATE, Mixer
from rostrum.media.encoding import AudioEncoder
from rostrum.media.formats import VideoFormat
from rostrum.media.outputs.file import MatroskaFile
from rostrum.media.production.pipeline import Pipeline
from rostrum.media.production.pump import Pump
from tests.recordings.test_parts import probe

WHEN = datetime(2026, 1, 2, 15, 4, 5, tzinfo=UTC)
Frames = Iterator[av.VideoFrame]
SLOW = "the machine cannot keep up with the composition"


def changing(width: int, height: int) -> Frames:
    """Pictures that are never the same."""
    for at in itertools.count():
        luma = np.full((height * 3 // 2, width), 128, np.uint8)
        luma[:height] = at * 5 % 200
        yield av.VideoFrame.from_ndarray(luma, "yuv420p")


class Meeting:
    """People with cameras whose pictures change at every look."""

    def __init__(self, count: int, size: tuple[int, int] = (320, 180)) -> None:
        self.people = [Person(id=f"p{at}", name=f"Person {at}", has_camera=True, joined_at=at) for at in range(count)]
        self._frames = changing(*size)
        self._number = 0

    def look(self, _now: float) -> tuple[list[Person], Pictures]:
        self._number += 1
        frame = next(self._frames)
        return self.people, {(one.id, "camera"): Seen(frame, self._number) for one in self.people}


class SlowComposer(Composer):
    """A machine that needs so many seconds for a picture."""

    needs = 0.0

    def compose(self, *given):
        time.sleep(self.needs)
        return super().compose(*given)


def produced(composer: Composer, meeting: Meeting, path: Path, seconds: float, meanwhile: Callable[[], None]) -> float:
    """A film of so many seconds; how many they really were."""
    pipeline = Pipeline(composer, meeting.look, lambda _scene: None, ZoneInfo("UTC"))
    formats = (VideoFormat(width=composer.wanted.width, height=composer.wanted.height), "AAC")
    pump = Pump(lambda: MatroskaFile(path, least_free=0), pipeline.encoders(formats), lambda *_told: None)
    pipeline.start()
    pipeline.add("file", pump, formats)
    began = time.monotonic()
    time.sleep(seconds / 2)
    meanwhile()
    time.sleep(seconds / 2)
    took = time.monotonic() - began
    pipeline.end()
    return took


def test_a_slow_machine_lowers_the_frame_rate_and_says_so_instead_of_falling_behind(tmp_path: Path) -> None:
    composer = SlowComposer(Wanted(width=320, height=180))
    composer.needs = 0.08
    with capture_logs() as logs:
        took = produced(composer, Meeting(1), tmp_path / "r.mkv", 6, lambda: None)
    told = [one["fps"] for one in logs if one["event"] == SLOW]
    assert told[:2] == [15, 7]
    known = probe(tmp_path / "r.mkv")
    assert abs(float(known["format"]["duration"]) - took) < 0.8
    assert {one["codec_type"] for one in known["streams"]} == {"video", "audio"}


def test_the_frame_rate_comes_back_with_the_machine() -> None:
    pipeline = Pipeline(Composer(Wanted(width=320, height=180)), Meeting(1).look, lambda _scene: None, ZoneInfo("UTC"))
    now = 0.0
    with capture_logs() as logs:
        for spent in [0.2] * 20 + [0.002] * 4000:
            now += max(spent, 1 / 30)
            pipeline._adapt(now, spent)
    assert [one["fps"] for one in logs] == [15, 7, 5, 10, 20, 30]


def test_a_moment_that_cannot_be_composed_does_not_end_the_programme(tmp_path: Path) -> None:
    meeting = Meeting(1)
    composer = SlowComposer(Wanted(width=320, height=180))

    def break_for_a_while() -> None:
        composer.needs = "nothing"  # type: ignore[assignment]
        time.sleep(1)
        composer.needs = 0.0

    with capture_logs() as logs:
        produced(composer, meeting, tmp_path / "r.mkv", 4, break_for_a_while)
    assert [one["event"] for one in logs if one["event"] != SLOW] == ["a moment could not be composed"]
    assert float(probe(tmp_path / "r.mkv")["format"]["duration"]) > 4.2


def test_nobody_speaks_for_an_hour() -> None:
    mixer, encoder, position, end = Mixer(), AudioEncoder("AAC"), 0, 0.0
    for _ in range(3600):
        for packet in encoder.encode(mixer.take(RATE), position):
            end = float(packet.pts * packet.clock)
        position += RATE
    assert 3599.8 < end <= 3600


@pytest.mark.parametrize("count", [30])
def test_thirty_people_in_one_picture(count: int) -> None:
    composer, meeting = Composer(Wanted()), Meeting(count)
    for at in range(3):
        shown = composer.compose(*meeting.look(at), at, WHEN)
        assert shown is not None
    assert len(composer.scene.spots) >= 25
    rects = [spot.rect for spot in composer.scene.spots]
    for one, other in itertools.combinations(rects, 2):
        apart = (
            one.x + one.width <= other.x
            or other.x + other.width <= one.x
            or one.y + one.height <= other.y
            or other.y + other.height <= one.y
        )
        assert apart
    assert all(rect.x + rect.width <= 1280 and rect.y + rect.height <= 720 for rect in rects)


def test_pictures_of_any_size_that_change(tmp_path: Path) -> None:
    composer = Composer(Wanted())
    people = [
        Person(id="a", name="Ann", has_camera=True, joined_at=0),
        Person(id="b", name="Bob", has_camera=True, has_screen=True, joined_at=1, shared_at=1),
    ]
    sizes = [(640, 360), (360, 640), (2, 2), (1920, 1080), (16, 900), (900, 16), (1280, 720)]
    for at, (width, height) in enumerate(sizes):
        frame = next(changing(width, height))
        pictures: Pictures = {
            ("a", "camera"): Seen(frame, at),
            ("b", "camera"): Seen(frame, at),
            ("b", "screen"): Seen(frame, at),
        }
        shown = composer.compose(people, pictures, at, WHEN)
        assert shown is not None
        assert (shown.width, shown.height) == (1280, 720)


def test_whoever_comes_and_goes_leaves_nothing_behind() -> None:
    composer = Composer(Wanted())
    tracemalloc.start()
    kept = []
    for at in range(250):
        people = [
            Person(id="host", name="Host", joined_at=0),
            *([Person(id=f"guest{at}", name=f"Guest {at}", joined_at=at)] if at % 2 else []),
        ]
        composer.compose(people, {}, at, WHEN)
        if at in {149, 249}:
            kept.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert kept[1] - kept[0] < 300_000
    assert len(composer._portraits) <= 2
    assert len(composer._scalers) <= 2


AT_ONCE_S = 0.12
"""Much sooner than the next look would come by itself, a quarter of a second after the last one."""


class Looked:
    """A programme of one camera that moves or stands still, and how often it is looked at."""

    def __init__(self, title: Title | None = None) -> None:
        self.looks = 0
        self.moving = True
        self._meeting = Meeting(1)
        self._still = self._meeting.look(0)
        composer = Composer(Wanted(width=320, height=180), title)
        self.pipeline = Pipeline(composer, self._look, lambda _scene: None, ZoneInfo("UTC"))

    def _look(self, now: float) -> tuple[list[Person], Pictures]:
        self.looks += 1
        return self._meeting.look(now) if self.moving else self._still

    def in_a_second(self) -> float:
        before, began = self.looks, time.monotonic()
        time.sleep(1)
        return (self.looks - before) / (time.monotonic() - began)

    def comes_to(self, least: float, most: float) -> bool:
        """Whether it is looked at so often a second; a busy machine is given some seconds."""
        return any(least <= self.in_a_second() <= most for _ in range(5))

    def next_look_after(self, act: Callable[[], None]) -> float:
        """Do something just after a look; how many seconds later the next one comes."""
        self._wait_for_a_look()
        time.sleep(0.02)  # it is done with this one
        began = time.monotonic()
        act()
        self._wait_for_a_look()
        return time.monotonic() - began

    def _wait_for_a_look(self) -> None:
        before = self.looks
        while self.looks == before:
            time.sleep(0.001)


@pytest.fixture(params=[None, Title(clock=True)], ids=["bare", "with a clock"])
def looked(request: pytest.FixtureRequest) -> Iterator[Looked]:
    one = Looked(request.param)
    one.pipeline.start()
    yield one
    one.pipeline.end()


def test_a_meeting_in_which_nothing_moves_is_looked_at_rarely_and_a_change_is_seen_at_once(looked: Looked) -> None:
    def change() -> None:
        looked.moving = True
        looked.pipeline.stir()

    def rests_and_is_woken() -> float:
        looked.moving = False
        time.sleep(3)
        assert looked.comes_to(0, 6)
        return looked.next_look_after(change)

    assert looked.comes_to(20, 40)
    assert any(rests_and_is_woken() < AT_ONCE_S for _ in range(3))
    assert looked.comes_to(20, 40)


def test_a_voice_wakes_a_meeting_in_which_nothing_moves(looked: Looked) -> None:
    def hear() -> None:
        looked.pipeline.hear("ann", np.zeros(RATE // 50, np.int16))

    def sleeps_and_is_woken() -> float:
        looked.pipeline.silent("ann")
        assert looked.comes_to(0, 6)
        return looked.next_look_after(hear)

    looked.moving = False
    time.sleep(3.3)
    assert any(sleeps_and_is_woken() < AT_ONCE_S for _ in range(3))
    assert looked.comes_to(7, 12)
    looked.pipeline.silent("ann")
    time.sleep(1)
    assert looked.comes_to(0, 6)
