"""Who is shown, and where."""

from __future__ import annotations

from rostrum.media.composition.scene import Person, Scene, Wanted, scene


def _people(count: int, **given: object) -> list[Person]:
    return [Person(id=f"p{at}", name=f"P {at}", has_camera=True, joined_at=at, **given) for at in range(count)]  # type: ignore[arg-type]


def _ids(shown: Scene) -> list[str]:
    return [spot.person.id for spot in shown.spots]


def test_an_empty_room_shows_nothing() -> None:
    assert scene([], Wanted(), 0).spots == ()


def test_a_grid_stands_in_the_order_of_joining() -> None:
    assert _ids(scene(_people(4), Wanted(), 10)) == ["p0", "p1", "p2", "p3"]


def test_in_a_crowd_whoever_speaks_is_seen_and_the_others_stay_in_place() -> None:
    crowd = _people(30)
    first = scene(crowd, Wanted(), 10)
    assert len(first.spots) == 25
    speaks = [*crowd[:29], Person(id="p29", name="P 29", has_camera=True, joined_at=29, spoke_at=11)]
    after = scene(speaks, Wanted(), 11, first)
    assert "p29" in _ids(after)
    assert len(set(_ids(first)) & set(_ids(after))) == 24


def test_a_screen_takes_the_stage_with_its_people_beside_it() -> None:
    people = [*_people(2), Person(id="s", name="S", has_screen=True, shared_at=5, joined_at=9)]
    shown = scene(people, Wanted(), 10).spots
    assert (shown[0].person.id, shown[0].source) == ("s", "screen")
    assert {spot.person.id for spot in shown[1:]} == {"p0", "p1", "s"}
    assert all(spot.source == "camera" for spot in shown[1:])


def test_of_two_screens_the_newer_one_is_seen() -> None:
    people = [Person(id=name, name=name, has_screen=True, shared_at=at) for name, at in (("a", 1), ("b", 2))]
    assert scene(people, Wanted(), 3).spots[0].person.id == "b"


def test_the_lecturer_fills_the_picture_of_a_lecture() -> None:
    people = [*_people(3, role=1), Person(id="host", name="H", role=2, joined_at=50)]
    spots = scene(people, Wanted(mode=1), 60).spots
    assert [(spot.person.id, spot.rect.width, spot.rect.height) for spot in spots] == [("host", 1280, 720)]


def test_listeners_are_not_seen_on_a_podium() -> None:
    people = [*_people(2, role=1), Person(id="speaker", name="S", role=4), Person(id="host", name="H", role=2)]
    assert set(_ids(scene(people, Wanted(mode=3), 1))) == {"speaker", "host"}


def test_the_stage_changes_to_a_new_speaker_but_not_for_a_cough() -> None:
    def at(now: float, spoke: dict[str, float], before: Scene | None) -> Scene:
        people = [Person(id=name, name=name, has_camera=True, spoke_at=spoke.get(name)) for name in "abc"]
        return scene(people, Wanted(layout="speaker"), now, before)

    first = at(1, {"a": 1}, None)
    assert _ids(first)[0] == "a"
    cough = at(2, {"a": 1.5, "b": 2}, first)
    assert _ids(cough)[0] == "a"
    turn = at(5, {"a": 1.5, "b": 5}, cough)
    assert _ids(turn)[0] == "b"
    silence = at(60, {"a": 1.5, "b": 5}, turn)
    assert _ids(silence)[0] == "b"
