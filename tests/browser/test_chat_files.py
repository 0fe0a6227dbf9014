"""A file goes from one browser to another through the chat."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.support.browser import People


def test_a_file_arrives_and_who_may_not_send_has_no_button(people: People, tmp_path: Path) -> None:
    login = people.account("Olga")
    conference = people.conference(login, rights={"guest": {"file_transfer_send": False}})
    owner = people.owner_joins(conference, login)
    guest = people.guest_joins(conference, "Ann")
    for page in (owner, guest):
        page.get_by_test_id("toggle-chat").click()
    expect(guest.get_by_test_id("chat-input")).to_be_visible()
    expect(guest.get_by_test_id("send-file")).to_have_count(0)
    content = bytes(range(256)) * 5000
    file = {"name": "Plan ü.bin", "mimeType": "application/octet-stream", "buffer": content}
    owner.get_by_test_id("file-input").set_input_files(files=[file])
    line = guest.get_by_test_id("chat-file")
    expect(line).to_contain_text("Plan ü.bin")
    expect(line).to_contain_text("1.3 MB")
    with guest.expect_download() as waiting:
        line.click()
    saved = tmp_path / "saved"
    waiting.value.save_as(saved)
    assert waiting.value.suggested_filename == "Plan ü.bin"
    assert saved.read_bytes() == content
    expect(owner.get_by_test_id("pending-message")).to_have_count(0)


def test_a_file_that_is_too_large_says_so(people: People, tmp_path: Path) -> None:
    login = people.account("Olga")
    owner = people.owner_joins(people.conference(login), login)
    owner.get_by_test_id("toggle-chat").click()
    sent: list[str] = []
    owner.on("request", lambda request: sent.append(request.url))
    file = tmp_path / "film.bin"
    with file.open("wb") as written:
        written.truncate(60_000_000)
    owner.get_by_test_id("file-input").set_input_files(file)
    pending = owner.get_by_test_id("pending-message")
    expect(pending).to_contain_text("Too large (limit 21 MB)")
    assert not [url for url in sent if url.endswith("/files")], "nothing is sent in vain"
    pending.get_by_role("button").click()
    expect(pending).to_have_count(0)
