"""Presets: what each kind holds, its defaults, and what is refused by name."""

from __future__ import annotations

from typing import Any

import pytest

from rostrum.broadcasts.presets import store
from rostrum.broadcasts.presets.rules import HIDDEN
from tests.support.api import Api
from tests.wire import facts
from tests.wire.shapes import check_error

V = "/api/v3.10"
LEAST: dict[str, dict[str, Any]] = {
    "youtube": {"stream_url": "rtmp://y.test/live", "stream_key": "key"},
    "cdnvideo": {"username": "ann", "password": "secret"},
    "manualPull": {"audio_codec": "AAC", "video_codec": "VP8"},
    "manualPush": {"url_publish": "rtmp://p.test/live"},
    "wowzaCloud": {"primary_server": "w.test", "stream_name": "s", "host_port": 1935},
    "wowzaServer": {"host_server": "w.test", "application": "live", "host_port": 1935},
}
VARIANTS = {kind: f"{kind[0].upper()}{kind[1:]}Payload" for kind in LEAST} | {"cdnvideo": "CdnPayload"}


def make(api: Api, kind: str, payload: Any, name: str = "P") -> Any:
    given = {"name": name, "type": kind, "payload": payload}
    return api.post(f"{V}/broadcast/presets", token=api.secret_key, json=given)


def printed(kind: str) -> dict[str, dict[str, Any]]:
    """The page's table of a kind."""
    rows = facts.printed_object("ObjectPresetPayload")["fields"]
    return {one["name"]: one for one in rows if one["variant"] == VARIANTS[kind]}


@pytest.mark.parametrize("kind", LEAST)
def test_fields_and_defaults_of_each_kind(api: Api, kind: str) -> None:
    """Exactly the page's fields; the missing ones with the printed defaults (decision 32)."""
    made = make(api, kind, LEAST[kind] | {"of_another_kind": 1}).json()["preset"]
    table = printed(kind)
    assert set(made["payload"]) == set(table)
    assert {name for name, one in table.items() if not one.get("optional")} == set(LEAST[kind])
    hidden = {"stream_key", "password"} & set(LEAST[kind])
    assert all(made["payload"].pop(name) == HIDDEN for name in hidden)
    for name, value in made["payload"].items():
        wanted = LEAST[kind].get(name, table[name].get("default", ""))
        assert str(value).lower() == str(wanted).lower(), name
    made["payload"] |= dict.fromkeys(hidden, HIDDEN)
    assert api.get(f"{V}/broadcast/presets/{made['id']}", token=api.secret_key).json() == {"preset": made}


@pytest.mark.parametrize("kind", LEAST)
def test_missing_and_wrong_fields_are_named(api: Api, kind: str) -> None:
    answer = make(api, kind, {})
    assert answer.status_code == 400
    errors = answer.json()["error"]["errors"]
    assert {one["location"] for one in errors} == {f"payload.{name}" for name in LEAST[kind]}
    assert {one["reason"] for one in errors} == {"missingRequiredField"}
    for name, one in printed(kind).items():
        wrong = {"String": [[], {}], "Integer": ["many", -1, 70_000_000], "Boolean": ["maybe", 7]}[one["type"]]
        for value in wrong + (["bogus"] if one.get("allowed") else []):
            refused = make(api, kind, LEAST[kind] | {name: value})
            assert refused.status_code == 400, (name, value)
            check_error(400, refused.json(), location=f"payload.{name}")


@pytest.mark.parametrize("port", [0, 65536, "x"])
def test_ports(api: Api, port: Any) -> None:
    check_error(400, make(api, "wowzaCloud", LEAST["wowzaCloud"] | {"host_port": port}).json())
    assert make(api, "wowzaCloud", LEAST["wowzaCloud"] | {"host_port": "65535"}).json()["preset"]["payload"][
        "host_port"
    ]


def test_unknown_kinds_and_empty_bodies(api: Api) -> None:
    check_error(400, make(api, "smoke", {}).json(), location="type")
    check_error(400, make(api, "youtube", "text").json(), location="payload")
    answer = api.post(f"{V}/broadcast/presets", token=api.secret_key, json={})
    assert {one["location"] for one in answer.json()["error"]["errors"]} == {"name", "type", "payload"}


def test_editing_keeps_the_type_and_the_rest(api: Api) -> None:
    made = make(api, "manualPush", LEAST["manualPush"] | {"password": "secret", "retries": 3}).json()["preset"]
    address = f"{V}/broadcast/presets/{made['id']}"
    given = {"type": "youtube", "name": "New", "payload": {"retries": "5", "audio_codec": "AAC"}}
    edited = api.put(address, token=api.secret_key, json=given).json()["preset"]
    assert (edited["type"], edited["name"]) == ("manualPush", "New")
    assert edited["payload"] == made["payload"] | {"retries": 5, "audio_codec": "AAC"}
    assert api.put(address, token=api.secret_key, json={}).json()["preset"] == edited
    check_error(400, api.put(address, token=api.secret_key, json={"payload": {"retries": "x"}}).json())


def test_pages(fresh_api: Api) -> None:
    ids = [make(fresh_api, "manualPull", LEAST["manualPull"], str(n)).json()["preset"]["id"] for n in range(5)]
    pages = [
        [
            one["id"]
            for one in fresh_api.get(f"{V}/broadcast/presets?{query}", token=fresh_api.secret_key).json()["presets"]
        ]
        for query in ("", "page_size=2", "page_size=2&page_id=2", "page_size=2&page_id=3", "page_size=2&page_id=9")
    ]
    assert pages == [ids, ids[:2], ids[2:4], ids[4:], []]


def test_a_conference_names_a_preset_that_exists(api: Api) -> None:
    """An unknown one is refused; a deleted one leaves its conferences (decision 1)."""
    made = make(api, "youtube", LEAST["youtube"]).json()["preset"]
    conference = api.new_conference(broadcast_id=made["id"], broadcast_enabled=True)
    address = f"{V}/conferences/{conference['id']}"
    assert conference["broadcast"].endswith(f"/broadcast/presets/{made['id']}")
    refused = api.put(address, token=api.secret_key, json={"broadcast_id": "unknown"})
    check_error(400, refused.json(), reason="presetNotFound", location="broadcast_id")
    assert api.delete(f"{V}/broadcast/presets/{made['id']}", token=api.secret_key).json() == {"id": made["id"]}
    left = api.get(address, token=api.secret_key).json()["conference"]
    assert (left["broadcast_id"], left["broadcast"], left["broadcast_enabled"]) == (None, None, False)


def test_passwords_stay_out_of_the_event_log(api: Api) -> None:
    make(api, "cdnvideo", {"username": "ann", "password": "a-very-secret-word"})
    events = api.get(f"{V}/logs/events?page_size=1000", token=api.secret_key)
    assert events.status_code == 200
    assert "a-very-secret-word" not in events.text


def kept(api: Api, preset_id: str) -> dict[str, Any]:
    """The payload as it is in the database."""
    row = api.run(lambda db: store.find_preset(db, preset_id))
    assert row is not None
    return row.payload


@pytest.mark.parametrize(
    ("kind", "field", "secret"),
    [("youtube", "stream_key", "key"), ("cdnvideo", "password", "secret"), ("manualPush", "password", "secret")],
)
def test_secrets_are_never_shown_and_stay_when_sent_back(api: Api, kind: str, field: str, secret: str) -> None:
    """A client that reads a preset and puts it back changes nothing; a new value replaces the old one."""
    made = make(api, kind, LEAST[kind] | {field: secret}).json()["preset"]
    address = f"{V}/broadcast/presets/{made['id']}"
    answers = [api.get(address, token=api.secret_key), api.get(f"{V}/broadcast/presets", token=api.secret_key)]
    assert made["payload"][field] == HIDDEN
    assert answers[0].json()["preset"] == made
    assert made in answers[1].json()["presets"]
    assert api.put(address, token=api.secret_key, json=made).json()["preset"] == made
    assert kept(api, made["id"])[field] == secret
    edited = api.put(address, token=api.secret_key, json={"payload": {field: "another"}}).json()["preset"]
    assert edited["payload"][field] == HIDDEN
    assert kept(api, made["id"])[field] == "another"


def test_a_password_in_an_address_is_hidden_too(api: Api) -> None:
    given = {"url_publish": "rtmp://ann:secret-word@p.test/live"}
    made = make(api, "manualPush", given).json()["preset"]
    assert made["payload"]["url_publish"] == f"rtmp://ann:{HIDDEN}@p.test/live"
    address = f"{V}/broadcast/presets/{made['id']}"
    assert api.put(address, token=api.secret_key, json=made).json()["preset"] == made
    assert kept(api, made["id"])["url_publish"] == given["url_publish"]
    moved = {"payload": {"url_publish": f"rtmp://ann:{HIDDEN}@elsewhere.test/live"}}
    check_error(400, api.put(address, token=api.secret_key, json=moved).json(), location="payload.url_publish")


def test_stars_are_no_secret(api: Api) -> None:
    """A payload that was read and is posted as a new preset has lost its secrets."""
    refused = make(api, "youtube", LEAST["youtube"] | {"stream_key": HIDDEN})
    check_error(400, refused.json(), location="payload.stream_key")


@pytest.mark.parametrize(
    ("kind", "field", "values"),
    [
        (
            "youtube",
            "stream_url",
            ["rtmp://127.0.0.1/live", "rtmp://localhost/live", "rtmp://y.test/a\r\nb", "rtmp:///x"],
        ),
        (
            "manualPush",
            "url_publish",
            [
                "rtsp://169.254.169.254/x",
                "rtmp://[::1]/live",
                "rtmp://metadata/x",
                "http://p.test/",
                "rtmp://0/x",
                "rtsp://127.1/x",
                "rtsp://p.test:0/x",
            ],
        ),
        (
            "wowzaServer",
            "host_server",
            ["127.0.0.1", "rtsp://[::1]", "localhost", "localhost.", "2130706433", "w.test:1935", "w.test\nx"],
        ),
        (
            "wowzaCloud",
            "primary_server",
            ["169.254.1.1/live", "0.0.0.0", "239.1.1.1", "0x7f000001/live", "192.0.0.192"],
        ),
    ],
)
def test_addresses_of_this_machine_are_refused(api: Api, kind: str, field: str, values: list[str]) -> None:
    for value in values:
        check_error(400, make(api, kind, LEAST[kind] | {field: value}).json(), location=f"payload.{field}")
    made = make(api, kind, LEAST[kind]).json()["preset"]
    given = {"payload": {field: values[0]}}
    answer = api.put(f"{V}/broadcast/presets/{made['id']}", token=api.secret_key, json=given)
    check_error(400, answer.json(), location=f"payload.{field}")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\nANNOUNCE rtsp://p.test/y RTSP/1.0", " ", "\x7f"])
@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("youtube", "stream_url"),
        ("youtube", "stream_key"),
        ("cdnvideo", "username"),
        ("manualPush", "url_publish"),
        ("wowzaCloud", "stream_name"),
        ("wowzaServer", "application"),
    ],
)
def test_no_line_of_a_protocol_is_broken(api: Api, kind: str, field: str, end: str) -> None:
    broken = LEAST[kind] | {field: LEAST[kind][field] + end}
    check_error(400, make(api, kind, broken).json(), location=f"payload.{field}")


RTMP_KINDS = [("youtube", {}), ("manualPush", {}), ("manualPush", {"url_publish": "rtmps://p.test/live"})]
RTSP_KINDS = [
    ("manualPush", {"url_publish": "rtsp://p.test/live"}),
    ("manualPull", {}),
    ("wowzaCloud", {}),
    ("wowzaServer", {}),
]
CARRIED = [(kind, more, {"H264"}, {"AAC", "MP3"}) for kind, more in RTMP_KINDS]
CARRIED += [(kind, more, {"H264", "VP8"}, {"AAC", "MP3", "PCM", "G711_U", "G711_A"}) for kind, more in RTSP_KINDS]


@pytest.mark.parametrize(("kind", "more", "videos", "audios"), CARRIED)
def test_what_a_target_carries(api: Api, kind: str, more: dict[str, Any], videos: set[str], audios: set[str]) -> None:
    """Each pair of codecs: kept, or refused with the field that cannot be. That those arrive: test_running.py."""
    for video in ("H264", "VP8"):
        for audio in ("AAC", "MP3", "PCM", "G711_U", "G711_A"):
            answer = make(api, kind, LEAST[kind] | more | {"video_codec": video, "audio_codec": audio})
            wrong = {"payload.video_codec"} if video not in videos else set()
            wrong |= {"payload.audio_codec"} if audio not in audios else set()
            if not wrong:
                assert answer.status_code == 200, answer.text
            else:
                errors = answer.json()["error"]["errors"]
                assert (answer.status_code, {one["location"] for one in errors}) == (400, wrong)
