"""A letter as it waits to be sent, and as it looks: subject, plain text and HTML in the product's languages."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from msgspec import Struct

if TYPE_CHECKING:
    from jinja2 import Environment

Kind = Literal["invitation", "change", "cancellation", "reminder", "notify", "registration", "test"]
LANGUAGES = ("en", "ru")
_FOLDER = Path(__file__).parent


class Fact(Struct, frozen=True):
    """One line of what a letter tells: the name of its label, and the value."""

    label: str
    value: str


class Letter(Struct, frozen=True, kw_only=True):
    """A letter to one person."""

    kind: Kind
    to: str
    to_name: str = ""
    lang: str = ""
    """Empty: the language of the server's letters."""
    topic: str = ""
    by: str = ""
    """Who invites."""
    facts: list[Fact] = []
    text: str = ""
    """Words of the sender, as they are."""
    link: str = ""
    ics: str = ""
    """An iCalendar object; empty: none."""
    ics_method: str = "PUBLISH"
    message_id: str = ""


class Rendered(Struct, frozen=True):
    """What a mail program shows."""

    subject: str
    text: str
    html: str


def rendered(letter: Letter, server: str) -> Rendered:
    """The letter with its words; styles stand in the elements, because many mail programs know no style sheets."""
    import css_inline  # noqa: PLC0415 (a start needs none of this)

    words = _words(letter.lang)
    named = {"topic": letter.topic, "by": letter.by, "server": server}
    own: dict[str, str] = {name: text.format(**named) for name, text in words["kinds"][letter.kind].items()}
    values = {
        "letter": letter,
        "own": own,
        "facts": [(words["labels"].get(fact.label, fact.label), _said(fact, words)) for fact in letter.facts],
        "footer": words["footer"].format(server=server),
    }
    html = _environment().get_template("letter.html").render(**values)
    text = _environment().get_template("letter.txt").render(**values)
    subject = re.sub(r"\s+", " ", own["subject"]).strip()
    inlined = css_inline.inline(html, keep_style_tags=True, keep_at_rules=True, load_remote_stylesheets=False)
    return Rendered(subject[:250], re.sub(r"\n{3,}", "\n\n", text).strip() + "\n", inlined)


def _said(fact: Fact, words: dict[str, Any]) -> str:
    """A value in the letter's language; days of the week come by their English names."""
    if fact.label != "repeats":
        return fact.value
    return ", ".join(words["days"].get(day, day) for day in fact.value.split())


@cache
def _words(lang: str) -> dict[str, Any]:
    name = lang if lang in LANGUAGES else LANGUAGES[0]
    found: dict[str, Any] = msgspec.json.decode((_FOLDER / "locales" / f"{name}.json").read_bytes())
    return found


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, select_autoescape  # noqa: PLC0415

    return Environment(
        loader=PackageLoader("rostrum.mail"),
        autoescape=select_autoescape(["html"], default=False),
        trim_blocks=True,
        lstrip_blocks=True,
    )
