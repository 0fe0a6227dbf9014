"""In a smart meeting the podium belongs to whoever speaks: browsers hear their own people, and say so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.support.browser import CHROMIUM, FLAGS, People, received, until
from tests.support.server import Server
from tests.support.voices import write_voice

SOON = 15_000
_MOUTH = """
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
  const lips = new Set()
  let open = true
  navigator.mediaDevices.getUserMedia = async wish => {
    const stream = await ask(wish)
    if (stream.getAudioTracks().length === 0) return stream
    const context = new AudioContext(), lip = context.createGain(), heard = context.createMediaStreamDestination()
    lip.gain.value = open ? 1 : 0
    context.createMediaStreamSource(new MediaStream(stream.getAudioTracks())).connect(lip).connect(heard)
    lips.add(lip)
    return new MediaStream([...stream.getVideoTracks(), ...heard.stream.getAudioTracks()])
  }
  window.__falls_silent = () => { open = false; for (const lip of lips) lip.gain.value = 0 }
"""
"""Somebody whose microphone is good but who may stop speaking, at a moment of the test's own."""
_SENDS = "[...window.__rostrum.room.localParticipant.trackPublications.values()].map(one => one.source).sort()"

Voiced = Callable[[Path], People]


@pytest.fixture
def voiced(chromium: Browser, server: Server) -> Iterator[Voiced]:
    """Makes people whose microphone gives what a sound file holds, over and over."""
    browsers: list[Browser] = []

    def new(sound: Path) -> People:
        flags = [*FLAGS, f"--use-file-for-fake-audio-capture={sound}"]
        browser = chromium.browser_type.launch(
            executable_path=CHROMIUM, args=flags, ignore_default_args=["--mute-audio"]
        )
        browsers.append(browser)

        def window() -> BrowserContext:
            made = browser.new_context(permissions=["camera", "microphone"], locale="en-US")
            made.add_init_script(_MOUTH)
            return made

        return People(server, window)

    yield new
    for one in browsers:
        one.close()


def test_who_speaks_has_the_podium(people: People, voiced: Voiced, tmp_path: Path) -> None:
    login = people.account("Olga")
    conference = people.conference(login, type=3, vad_selector=1, max_podiums=1)
    owner = people.owner_joins(conference, login)
    speaks_first = voiced(write_voice(tmp_path / "ann.wav", speaks=4))
    ann = speaks_first.guest_joins(conference, "Ann")
    expect(ann.get_by_test_id("toggle-microphone")).to_have_attribute("aria-pressed", "true", timeout=SOON)
    expect(ann.get_by_role("dialog")).to_have_count(0)
    until(lambda: ann.evaluate(_SENDS) == ["camera", "microphone"], "who speaks is seen and heard")
    until(lambda: received(owner)["audioEnergy"] > 0, "the others hear it")

    bob = voiced(write_voice(tmp_path / "bob.wav", speaks=5, pitch=190)).open(f"/c/{conference['id']}")
    bob.get_by_test_id("guest-name").fill("Bob")
    bob.get_by_test_id("preview-microphone").click()
    bob.get_by_test_id("join").click()
    voice = bob.get_by_test_id("toggle-voice")
    expect(voice).to_have_attribute("aria-pressed", "false", timeout=SOON)
    expect(bob.get_by_role("status").filter(has_text="turn your microphone on and speak")).to_be_visible(timeout=SOON)
    voice.click()
    expect(bob.get_by_role("status").filter(has_text="All places on the podium are taken")).to_be_visible(timeout=SOON)
    assert bob.evaluate(_SENDS) == [], "nothing is sent without a place"
    ann.evaluate("window.__falls_silent()")
    expect(bob.get_by_test_id("toggle-microphone")).to_have_attribute("aria-pressed", "true", timeout=20_000)
    expect(ann.get_by_test_id("toggle-microphone")).to_have_count(0, timeout=SOON)
    expect(ann.get_by_test_id("toggle-voice")).to_have_attribute("aria-pressed", "true")
    until(lambda: ann.evaluate(_SENDS) == [], "who was silent sends no more")


def test_whose_microphone_does_not_wait_stays_a_listener(people: People, voiced: Voiced, tmp_path: Path) -> None:
    login = people.account("Olga")
    conference = people.conference(login, type=3, vad_selector=1, max_podiums=1)
    loud = voiced(write_voice(tmp_path / "ann.wav", speaks=4))
    ann = loud.guest_joins(conference, "Ann")
    expect(ann.get_by_test_id("toggle-microphone")).to_have_attribute("aria-pressed", "true", timeout=SOON)
    ann.keyboard.press("Control+KeyD")
    expect(ann.get_by_test_id("toggle-microphone")).to_have_attribute("aria-pressed", "false")
    ann.get_by_test_id("more").click()
    ann.get_by_test_id("leave-podium").click()
    expect(ann.get_by_test_id("toggle-voice")).to_have_attribute("aria-pressed", "false", timeout=SOON)
    _stays_a_listener(ann)


def test_in_another_meeting_speaking_changes_nothing(people: People, voiced: Voiced, tmp_path: Path) -> None:
    login = people.account("Olga")
    conference = people.conference(login, type=3, max_podiums=1)
    loud = voiced(write_voice(tmp_path / "ann.wav", speaks=4))
    ann = loud.guest_joins(conference, "Ann")
    _stays_a_listener(ann)
    expect(ann.get_by_test_id("toggle-voice")).to_have_count(0)


def _stays_a_listener(page: Page) -> None:
    page.wait_for_timeout(5000)
    assert page.evaluate(_SENDS) == []
    expect(page.get_by_test_id("toggle-microphone")).to_have_count(0)
