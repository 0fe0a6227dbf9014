"""Kept answers: bounded, exact in their revisions, and safe in several threads."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rostrum.api.cache import AnswerCache
from tests.conftest import make_settings
from tests.support.api import Api


def test_an_answer_holds_for_its_revisions_only() -> None:
    cache = AnswerCache(1000)
    cache.put("key", (1, 2), b"answer")
    assert cache.get("key", (1, 2)) == b"answer"
    assert cache.get("other", (1, 2)) is None
    assert cache.get("key", (1, 3)) is None
    assert cache.get("key", (1, 2)) is None, "an older answer does not come back"


def test_the_least_used_falls_out() -> None:
    cache = AnswerCache(40)
    for name in "abcd":
        cache.put(name, (1,), b"0123456789")
    assert cache.get("a", (1,))
    cache.put("e", (1,), b"0123456789")
    assert cache.get("b", (1,)) is None
    assert all(cache.get(name, (1,)) for name in "acde")


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3), st.integers(0, 60)), max_size=60))
def test_the_bound_holds(steps: list[tuple[int, int, int]]) -> None:
    cache = AnswerCache(100)
    for key, stamp, size in steps:
        cache.put(key, (stamp,), b"x" * size)
        found = cache.get(key, (stamp,))
        assert found == (b"x" * size if size <= 25 else None)
        assert cache._bytes == sum(len(body) for _, body in cache._kept.values()) <= 100


def test_none_is_kept_without_room() -> None:
    cache = AnswerCache(0)
    cache.put("key", (1,), b"x")
    assert cache.get("key", (1,)) is None


def test_threads_do_not_bring_it_out_of_step() -> None:
    cache, failed = AnswerCache(200), []

    def work(seed: int) -> None:
        try:
            for number in range(3000):
                key = (number * seed) % 7
                cache.put(key, (number % 2,), b"x" * 40)
                cache.get(key, (seed % 2,))
        except Exception as error:  # noqa: BLE001 (whatever breaks, breaks the test)
            failed.append(error)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(1, 6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert cache._bytes == sum(len(body) for _, body in cache._kept.values()) <= 200


@pytest.mark.parametrize("size", [0, 1_000_000])
def test_answers_are_kept_where_the_setting_leaves_room(tmp_path: Path, size: int) -> None:
    settings = make_settings()
    settings.limits.answer_cache = size
    api = Api(settings, tmp_path)
    for _ in range(2):
        assert api.get("/api/v3.10/users", token=api.secret_key).status_code == 200
    assert bool(api.app._api._cache._kept) is (size > 0)
    api.close()
