"""Every setting as the command line, the environment and the documentation show it."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Meta, Struct

from rostrum.settings.sections import Settings


class Option(Struct, frozen=True):
    """One setting as the command line shows it."""

    section: str
    name: str
    type: type
    default: Any
    help: str
    choices: tuple[str, ...] = ()

    @property
    def variable(self) -> str:
        """The name of its environment variable."""
        return f"ROSTRUM_{self.section}_{self.name}".upper()

    @property
    def flag(self) -> str:
        """The name of its flag; the issue's short names stand for the sections server, database and media."""
        short = {("media", "engine"): "media", ("database", "url"): "database-url"}
        if (self.section, self.name) in short:
            return short[self.section, self.name]
        prefix = "" if self.section == "server" else f"{self.section}-"
        return f"{prefix}{self.name}".replace("_", "-")


def options() -> Iterator[Option]:
    """Every setting, in the order of its declaration."""
    for section in msgspec.structs.fields(Settings):
        hints = typing.get_type_hints(section.type, include_extras=True)
        for field in msgspec.structs.fields(section.type):
            base, *metas = typing.get_args(hints[field.name])
            text = next(meta.description or "" for meta in metas if isinstance(meta, Meta) and meta.description)
            literal = typing.get_origin(base) is typing.Literal
            choices = typing.get_args(base) if literal else ()
            yield Option(section.name, field.encode_name, str if literal else base, field.default, text, choices)


def as_environment(settings: Settings) -> dict[str, str]:
    """The variables that make another process have the same settings."""
    given = msgspec.to_builtins(settings)
    values = ((option.variable, given[option.section][option.name]) for option in options())
    return {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in values}
