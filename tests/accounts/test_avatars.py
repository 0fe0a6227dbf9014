"""Avatars: uploaded, drawn anew, shown wherever the user is, served with a tag."""

from __future__ import annotations

import threading
import zlib
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from rostrum.accounts.avatars import pictures
from rostrum.accounts.avatars.pictures import MAX_BYTES, redrawn
from tests.support.api import Api
from tests.support.meeting import reason
from tests.support.pictures import encoded, image_file


def address(login: str, version: str = "v3.10") -> str:
    return f"/api/{version}/users/{login}/avatar"


def uploaded(api: Api, login: str, content: bytes | None = None, token: str | None = None) -> Any:
    return api.post(address(login), token=token or api.secret_key, files=image_file(content))


def picture_at(api: Api, url: str) -> Image.Image:
    answer = api.get(url)
    assert answer.status_code == 200
    return Image.open(BytesIO(answer.content))


def test_an_avatar_comes_and_goes(api: Api) -> None:
    login, _token = api.new_user()
    assert api.get(address(login), token=api.secret_key).json() == {"avatar": None}
    shown = uploaded(api, login).json()["avatar"]
    assert api.get(address(login), token=api.secret_key).json() == {"avatar": shown}
    user = api.get(f"/api/v3.10/users/{login}", token=api.secret_key).json()["user"]
    assert user["avatar"] == shown["url"]
    second = uploaded(api, login).json()["avatar"]
    assert second != shown
    assert api.get(shown["url"]).status_code == 404
    assert api.delete(address(login), token=api.secret_key).json() == {"avatar": None}
    assert api.get(second["url"]).status_code == 404
    assert api.get(f"/api/v3/users/{login}", token=api.secret_key).json()["user"]["avatar"] is None


def test_browsers_keep_it(api: Api) -> None:
    login, _token = api.new_user()
    url = uploaded(api, login).json()["avatar"]["url"]
    answer = api.get(url)
    assert answer.headers["content-type"] == "image/jpeg"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    again = api.get(url, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert api.get("/avatars/unknown.jpg").status_code == 404
    assert api.get("/avatars/a%00b").status_code == 404


@pytest.mark.parametrize(
    ("kind", "mode", "wanted"),
    [
        ("PNG", "RGB", "JPEG"),
        ("PNG", "RGBA", "PNG"),
        ("PNG", "P", "JPEG"),
        ("PNG", "1", "JPEG"),
        ("JPEG", "RGB", "JPEG"),
        ("JPEG", "CMYK", "JPEG"),
        ("GIF", "P", "JPEG"),
        ("WEBP", "RGBA", "PNG"),
        ("BMP", "RGB", "JPEG"),
    ],
)
def test_pictures_of_many_kinds(kind: str, mode: str, wanted: str) -> None:
    drawn = redrawn(encoded(kind, (1600, 900), mode))
    assert drawn is not None
    kept = Image.open(BytesIO(drawn.content))
    assert (kept.format, kept.size) == (wanted, (512, 288))


def test_a_small_picture_keeps_its_size_and_a_thin_one_some_of_it() -> None:
    sizes = [(64, 48), (1, 1), (4000, 2)]
    drawn = [redrawn(encoded("PNG", size)) for size in sizes]
    assert [Image.open(BytesIO(one.content)).size for one in drawn if one] == [(64, 48), (1, 1), (512, 1)]


def test_nothing_of_the_file_is_kept_but_what_it_shows(api: Api) -> None:
    """It stands upright, and neither the place nor the camera is told."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[1] = "N"
    out = BytesIO()
    Image.new("RGB", (80, 40), "red").save(out, "JPEG", exif=exif, comment=b"SecretComment")
    login, _token = api.new_user()
    url = uploaded(api, login, out.getvalue() + b"<script>SecretTail</script>").json()["avatar"]["url"]
    content = api.get(url).content
    assert b"Secret" not in content
    kept = Image.open(BytesIO(content))
    assert (kept.size, dict(kept.getexif())) == ((40, 80), {})


def png_of(width: int, height: int) -> bytes:
    """A file that only claims a size: a bomb."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\x00\x00\x00"
    body = zlib.compress(b"\0" * 100)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"text",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
        encoded()[:60],
        encoded("JPEG")[:200],
        encoded("TIFF"),
        encoded("ICO"),
        png_of(20_000, 20_000),
        png_of(7_100, 7_100),
        png_of(0, 0),
    ],
    ids=["empty", "text", "svg", "broken", "half a png", "half a jpeg", "tiff", "ico", "bomb", "too large", "nothing"],
)
def test_files_that_are_no_picture(api: Api, content: bytes) -> None:
    login, _token = api.new_user()
    answer = uploaded(api, login, content)
    assert reason(answer) == (400, "invalidParameter")
    assert answer.json()["error"]["errors"][0]["location"] == "image"
    assert api.get(address(login), token=api.secret_key).json() == {"avatar": None}


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"json": {"image": "x"}},
        {"data": {"image": "text"}},
        {"files": {"other": ("a.png", encoded(), "image/png")}},
    ],
    ids=["nothing", "json", "form", "another field"],
)
def test_without_a_file(api: Api, given: dict[str, Any]) -> None:
    login, _token = api.new_user()
    answer = api.post(address(login), token=api.secret_key, **given)
    assert reason(answer) == (400, "missingRequiredField")
    assert answer.json()["error"]["errors"][0]["location"] == "image"


def test_a_picture_that_takes_too_long(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """A decoder that does not come to an end holds nobody up."""
    release = threading.Event()
    monkeypatch.setattr(pictures, "_SECONDS", 0.2)
    monkeypatch.setattr(pictures, "redrawn", lambda _file: release.wait(30) and None)
    login, _token = api.new_user()
    try:
        assert reason(uploaded(api, login)) == (400, "invalidParameter")
    finally:
        release.set()


def test_a_file_that_is_too_large(api: Api) -> None:
    login, _token = api.new_user()
    assert uploaded(api, login, b"x" * (MAX_BYTES + 1)).status_code in {400, 413}


@pytest.mark.parametrize("version", ["v3.2", "v3.4", "v3.10"])
def test_a_user_changes_the_own_picture_only(api: Api, version: str) -> None:
    login, token = api.new_user()
    other, _token = api.new_user()
    assert api.post(address(login, version), token=token, files=image_file()).status_code == 200
    for method in ("POST", "GET", "DELETE"):
        files = {"files": image_file()} if method == "POST" else {}
        assert reason(api.request(method, address(other, version), token=token, **files)) == (404, "userNotFound")
    assert api.delete(address(login, version), token=token).status_code == 200


def test_it_is_shown_wherever_the_user_is(api: Api) -> None:
    """With the address of the caller, or the one from the settings."""
    login, token = api.new_user()
    other, _token = api.new_user()
    name = uploaded(api, login).json()["avatar"]["url"].rpartition("/")[2]
    body = {"display_name": f"Group of {login}"}
    group = api.post("/api/v3.10/groups", token=api.secret_key, json=body).json()["group"]["id"]
    for one in (login, other):
        api.post(f"/api/v3.10/groups/{group}/users", token=api.secret_key, json={"user_id": one})
    made = api.new_conference(owner=login)["id"]
    before, api.settings.server.public_url = api.settings.server.public_url, "https://meet.example.org"
    try:
        for path, at in (
            (f"/users/{login}", ("user",)),
            ("/users", ("users", 0)),
            (f"/groups/{group}/users/{login}", ("user",)),
            (f"/users/{other}/addressbook", ("contacts", 0)),
            (f"/users/{other}/addressbook/{login}", ("contact",)),
            (f"/conferences/{made}/invitations", ("invitations", 0)),
        ):
            for url_type, root in (("dynamic", "http://server.test"), ("fixed", "https://meet.example.org")):
                query = {"url_type": url_type, "login_name": login}
                shown = api.get(f"/api/v3.10{path}", token=api.secret_key, params=query).json()
                for key in at:
                    shown = shown[key]
                assert shown["avatar"] == f"{root}/avatars/{name}", path
    finally:
        api.settings.server.public_url = before
    assert api.get("/api/web/me", token=token).json()["me"]["avatar"] == f"http://server.test/avatars/{name}"
    card = api.get(f"/api/web/conferences/{made}").json()["conference"]
    assert card["owner"]["avatar"] == f"http://server.test/avatars/{name}"


def test_the_picture_goes_with_its_account(api: Api) -> None:
    login, _token = api.new_user()
    url = uploaded(api, login).json()["avatar"]["url"]
    assert picture_at(api, url).size == (64, 48)
    api.delete(f"/api/v3.10/users/{login}", token=api.secret_key)
    assert api.get(url).status_code == 404
