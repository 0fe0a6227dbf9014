"""Addresses that a broadcast must not go to, and those that it may."""

from __future__ import annotations

import socket

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
    "rtmp://127.1/live",
    "rtmp://2130706433/live",
    "rtmp://0x7f000001:1935/live",
    "rtmp://0177.0.0.1/live",
    "rtmp://0/x",
    "rtmp://localhost./live",
    "rtmp://LOCALHOST/live",
    "rtmp://a.localhost./live",
    "rtmp://\u2460\u2461\u2466.0.0.1/live",
    "rtmp://127\u30020\uff0e0\uff611/live",
    "rtmp://\uff4cocalhost/live",
    "rtmp://metadata.google.internal./live",
    "rtsp://[fd00:ec2::254]/latest",
    "rtsp://[fd20:ce::254]/latest",
    "rtmp://100.100.100.200/latest",
    "rtmp://0x646464c8/latest",
    "rtmp://192.0.0.192/latest",
    "rtmp://168.63.129.16/latest",
    "rtsp://[::ffff:192.0.0.192]/latest",
]


@pytest.mark.parametrize("url", LOCAL)
def test_refused_unless_a_setting_allows_it(url: str) -> None:
    assert refusal(url, allow_local=False)
    assert refusal_now(url, allow_local=False)
    assert refusal(url, allow_local=True) is None


@pytest.mark.parametrize(
    "url",
    [
        "rtmp://a.rtmp.youtube.test/live2",
        "rtmps://198.51.100.7:443/app",
        "rtsp://10.1.2.3/x",
        "rtsp://10.1/x",
        "rtsp://[fd00:ec1::254]/x",
        "rtmp://localhost.test/x",
        "rtmp://b\u00fccher.test/x",
        "rtmp://1.example.test/x",
    ],
)
def test_allowed(url: str) -> None:
    assert refusal(url, allow_local=False) is None


@pytest.mark.parametrize(
    "url", ["", "rtmp://", "rtmp:///live", "rtmp://host:99999/x", "rtmp://[::1/x", "rtmp://.", "rtmp://host:0/x"]
)
def test_no_address_at_all(url: str) -> None:
    assert refusal(url, allow_local=True)


def test_a_name_is_judged_by_what_it_stands_for(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {"inside.test": "127.0.0.1", "cloud.test": "fd00:ec2::254", "zone.test": "fe80::1%lo"}
    monkeypatch.setattr(socket, "getaddrinfo", lambda name, *_a, **_k: [(0, 0, 0, "", (names[name], 0))])
    for name in names:
        assert refusal(f"rtmp://{name}/x", allow_local=False) is None
        assert refusal_now(f"rtmp://{name}/x", allow_local=False), name


def own_address() -> str:
    """The address by which this machine reaches others."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        try:
            way.connect(("198.51.100.7", 9))
        except OSError:
            pytest.skip("this machine has no address but loopback")
        return str(way.getsockname()[0])


def test_an_address_of_this_machine_is_refused_when_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    own = own_address()
    assert refusal_now(f"rtmp://{own}/x", allow_local=False)
    assert refusal_now(f"rtmp://{own}/x", allow_local=True) is None
    assert refusal_now("rtmp://198.51.100.7/x", allow_local=False) is None
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: [(0, 0, 0, "", (f"::ffff:{own}", 0, 0, 0))])
    assert refusal_now("rtmp://own.test/x", allow_local=False)


def test_letters_that_no_name_may_have() -> None:
    assert refusal_now(f"rtmp://{'x' * 70}.test/x", allow_local=False)
