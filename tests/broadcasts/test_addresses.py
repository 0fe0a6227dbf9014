"""Addresses that a broadcast must not go to, and those that it may."""

from __future__ import annotations

import pytest

from rostrum.broadcasts.addresses import refusal, refusal_now

LOCAL = [
    "rtmp://localhost/live/key",
    "rtmp://127.0.0.1/live/key",
    "rtmp://127.9.9.9:1935/live/key",
    "rtsp://[::1]/live",
    "rtsp://[::ffff:127.0.0.1]/live",
    "rtmp://0.0.0.0/live",
    "rtmp://169.254.169.254/latest",
    "rtsp://[fe80::1]/live",
    "rtmp://metadata.google.internal/live",
    "rtmp://239.1.2.3/live",
]


@pytest.mark.parametrize("url", LOCAL)
def test_refused_unless_a_setting_allows_it(url: str) -> None:
    assert refusal(url, allow_local=False)
    assert refusal_now(url, allow_local=False)
    assert refusal(url, allow_local=True) is None


@pytest.mark.parametrize(
    "url", ["rtmp://a.rtmp.youtube.test/live2", "rtmps://198.51.100.7:443/app", "rtsp://10.1.2.3/x"]
)
def test_allowed(url: str) -> None:
    assert refusal(url, allow_local=False) is None


@pytest.mark.parametrize("url", ["", "rtmp://", "rtmp:///live", "rtmp://host:99999/x", "rtmp://[::1/x"])
def test_no_address_at_all(url: str) -> None:
    assert refusal(url, allow_local=True)


def test_a_name_is_judged_by_what_it_stands_for() -> None:
    assert refusal_now("rtmp://localhost./live", allow_local=False)
