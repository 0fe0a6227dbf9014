"""How letters look: each kind in each language, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright

from rostrum.mail.letters import LANGUAGES, Fact, Kind, Letter, rendered
from tests.support.browser import CHROMIUM
from tests.support.screenshots import keep_picture

VIEWS = {
    "desktop-light": ("light", 1280, 800),
    "desktop-dark": ("dark", 1280, 800),
    "phone-light": ("light", 390, 844),
    "phone-dark": ("dark", 390, 844),
}
FACTS = [Fact("when", "2026-12-01 10:00 \u2013 11:30 (Europe/Berlin)"), Fact("repeats", "tuesday friday")]


def example(kind: Kind, lang: str) -> Letter:
    """A letter of a kind, as full as they get."""
    return Letter(
        kind=kind,
        to="zoe@example.org",
        to_name="Zoe",
        lang=lang,
        topic="Autumn webinar: what is new, and a long name to see how it wraps",
        by="Olga Ivanova",
        facts=[*FACTS, Fact("name", "Zoe Smith") if kind == "registration" else Fact("pin", "2468")],
        text="Please bring your questions.\nWe begin on time." if kind in {"invitation", "change", "notify"} else "",
        link="https://meet.example/c/1234567890" + ("#token=" + "a" * 40 if kind == "registration" else ""),
    )


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_letter_in_a_browser(chromium: Browser, tmp_path: Path, kind: Kind, lang: str) -> None:
    """Readable in both colour schemes and on a phone, without anything from elsewhere, and the same in plain text."""
    letter = example(kind, lang)
    shown = rendered(letter, "meet.example")
    page_file = tmp_path / "letter.html"
    page_file.write_text(shown.html)
    for view, (scheme, width, height) in VIEWS.items():
        page = chromium.new_page(color_scheme=scheme, viewport={"width": width, "height": height})  # type: ignore[arg-type]
        asked: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.goto(page_file.as_uri())
        assert asked == [page_file.as_uri()]
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert not Axe().run(page)["violations"]
        if lang == "en" and kind in {"invitation", "registration"}:
            keep_picture(page, f"letters-{kind}-{view}")
        has_button = kind not in {"cancellation", "test"}
        assert page.locator("a.button").count() == int(has_button)
        if has_button:
            assert page.locator("a.button").get_attribute("href") == letter.link
        for text in [*(fact.value for fact in letter.facts if fact.label != "repeats"), *letter.text.splitlines()]:
            assert page.get_by_text(text).is_visible()
            assert text in shown.text
        assert (letter.link in shown.text) == has_button
        page.close()


@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_browser_shows_it(chromium: Browser, tmp_path: Path, lang: str, scheme: Any) -> None:
    """Readable in both colour schemes, with the link where it leads, and no wider than a phone."""
    facts = [Fact("when", "2026-12-01 10:00"), Fact("repeats", "monday friday"), Fact("pin", "2468")]
    letter = Letter(
        kind="invitation",
        to="a@b.example",
        lang=lang,
        topic="Quarter " + "x" * 80,
        by="Ann",
        facts=facts,
        text="One\nTwo",
        link="https://meet.example/c/1234567890",
    )
    page_file = tmp_path / "letter.html"
    page_file.write_text(rendered(letter, "meet.example").html)
    page = chromium.new_page(color_scheme=scheme, viewport={"width": 375, "height": 812})
    page.goto(page_file.as_uri())
    button = page.get_by_role("link").first
    assert button.get_attribute("href") == letter.link
    assert page.get_by_text("2468").is_visible()
    assert page.get_by_text("Monday, Friday" if lang == "en" else "понедельник, пятница").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    background = page.evaluate("getComputedStyle(document.querySelector('.card')).backgroundColor")
    assert background == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(22, 27, 29)")
    page.close()
