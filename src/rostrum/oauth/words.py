"""What the page where access is granted says, in the product's languages."""

from __future__ import annotations

from pathlib import Path

import msgspec

from rostrum.oauth import rules

LANGUAGES = {"en": "English", "ru": "Русский"}
_WORDS: dict[str, dict[str, dict[str, str]]] = {
    lang: msgspec.json.decode((Path(__file__).parent / "locales" / f"{lang}.json").read_bytes()) for lang in LANGUAGES
}


def page(lang: str) -> dict[str, str]:
    """The words of the page."""
    return _WORDS[lang]["page"]


def wishes(scope: str, lang: str) -> list[str]:
    """What an application asks for, one line for each kind of thing."""
    words, named = page(lang), _WORDS[lang]["resources"]
    return [
        words["change" if changes else "see"].format(what=named.get(resource, resource))
        for resource, changes in rules.resources(scope).items()
    ]


def language(asked: str | None, accepted: str) -> str:
    """The language of a page: the one that was asked for, else the first of the browser's that we speak."""
    wanted = [asked or ""] + [part.partition(";")[0].strip() for part in accepted.split(",")]
    short = (one[:2].lower() for one in wanted)
    return next((one for one in short if one in LANGUAGES), "en")
