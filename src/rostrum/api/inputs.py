"""What a request carries, read leniently and checked completely: every wrong field is reported, not only the first.

Clients send numbers and booleans as strings, empty parameters and fields that nobody knows; all of that is accepted
(compatibility facts 3.5). What is known and wrong is refused with its name.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct, UnsetType

from rostrum.api import errors
from rostrum.api.errors import ErrorDetail
from rostrum.api.fields import Field, declared
from rostrum.api.texts import in_words

Changes = dict[str, Any]
"""The fields that a body gave, by their Python names, with the declared types. Nested objects are Changes too."""


class InputField(Struct, frozen=True):
    """One field that a body may carry in one version."""

    name: str
    key: str
    type: Any
    nested: tuple[InputField, ...] | None
    """The fields of a nested object; its parts may be given alone."""
    required: bool = False
    unless: str = ""
    """Another field of the body; when it is given this one need not be."""
    described: bool = True
    """Whether documents show it."""
    implied: Changes = msgspec.field(default_factory=dict)
    """Other fields that are given with this one."""


def body_fields(struct: type[Struct], method: str, version: str) -> tuple[InputField, ...]:
    """The fields of `struct` that a `method` body may carry in `version`.

    In a POST the fields marked as required must be there; a PUT gives only what changes.
    """
    return tuple(
        _input_field(field, method, version)
        for field in declared(struct)
        if field.span.covers(version) and field.written and method in field.written.methods
    )


def read_fields(
    fields: tuple[InputField, ...], raw: Mapping[str, Any], at: str = ""
) -> tuple[Changes, list[ErrorDetail]]:
    """The given values with their declared types, and one error for each field that is wrong or missing."""
    changes: Changes = {}
    wrong: list[ErrorDetail] = []
    known = {field.key for field in fields}
    for field in fields:
        location = f"{at}{field.key}"
        if field.key not in raw:
            if field.required and not (field.unless in known and raw.get(field.unless)):
                wrong.append(errors.missing(location))
            continue
        value = raw[field.key]
        if field.nested is not None and isinstance(value, Mapping):
            changes[field.name], inner = read_fields(field.nested, value, f"{location}.")
            wrong.extend(inner)
            continue
        try:
            changes[field.name] = read_value(value, field.type)
            changes |= field.implied
        except msgspec.ValidationError as error:
            if field.required and value is None:
                wrong.append(errors.missing(location))
            else:
                wrong.append(errors.invalid(location, in_words(str(error))))
    return changes, wrong


def read_value(value: Any, type_: Any) -> Any:
    """One value as `type_`. Raises msgspec.ValidationError when it cannot be read as that."""
    if isinstance(value, bool) and not _wants_bool(type_):
        value = int(value)
    elif isinstance(value, str) and not _wants_str(type_):
        value = value.strip()
    return msgspec.convert(value, type_, strict=False)


def differing(given: Changes, before: Struct, after: Struct) -> Changes:
    """The given fields that a row holds with another value than before, and those that it does not hold."""
    held = [name for name in given if name in before.__struct_fields__]
    same = {name for name in held if getattr(before, name) == getattr(after, name)}
    return {name: value for name, value in given.items() if name not in same}


def _input_field(field: Field, method: str, version: str) -> InputField:
    required = method == "POST" and field.written is not None and field.written.required
    taken = field.taken_at(version)
    struct = _struct_in(taken)
    nested = _nested_fields(struct, version) if struct else None
    unless = field.written.unless if field.written else ""
    described = field.written is None or field.written.described
    implied = field.implied_at(version)
    return InputField(field.name, field.key, _settled(taken), nested, required, unless, described, implied)


def _nested_fields(struct: type[Struct], version: str) -> tuple[InputField, ...]:
    """All fields of a nested object but those marked as read only (slips E22, E23: nested tables carry no marks).

    Of an object that has a table of its own, a conference in a template, those that its own POST takes.
    """
    fields = []
    marked = any(field.written and field.written.methods for field in declared(struct))
    for field in declared(struct):
        methods = field.written.methods if field.written else frozenset() if marked else frozenset({"POST"})
        if not field.span.covers(version) or "POST" not in methods:
            continue
        taken = field.taken_at(version)
        inner = _struct_in(taken)
        nested = _nested_fields(inner, version) if inner else None
        implied = field.implied_at(version)
        fields.append(InputField(field.name, field.key, _settled(taken), nested, implied=implied))
    return tuple(fields)


def _struct_in(type_: Any) -> type[Struct] | None:
    """The Struct that a field holds directly (also as `Struct | None`), not one inside a list."""
    if isinstance(type_, type) and issubclass(type_, Struct):
        return type_
    if typing.get_origin(type_) in {typing.Union, types.UnionType}:
        return next((found for arg in typing.get_args(type_) if (found := _struct_in(arg))), None)
    return None


def _settled(type_: Any) -> Any:
    """The type without the mark of an absent field: what is given is not absent."""
    args = typing.get_args(type_)
    if UnsetType not in args:
        return type_
    return typing.Union[tuple(arg for arg in args if arg is not UnsetType)]  # noqa: UP007


def _wants_bool(type_: Any) -> bool:
    return _leads_to(type_, bool)


def _wants_str(type_: Any) -> bool:
    return _leads_to(type_, str)


def _leads_to(type_: Any, wanted: type) -> bool:
    if type_ is wanted:
        return True
    origin, args = typing.get_origin(type_), typing.get_args(type_)
    if origin is typing.Annotated:
        return _leads_to(args[0], wanted)
    if origin is typing.Literal:
        return any(type(arg) is wanted for arg in args)
    if origin in {typing.Union, types.UnionType}:
        return any(_leads_to(arg, wanted) for arg in args if arg is not UnsetType)
    return False
