"""Fields that exist in a range of versions, and the Struct that each version gets of them.

A wire Struct is declared once, in its newest shape. A field says with `Since`, `Until` and `Was` where it is different:

    groups: Annotated[list[GroupMini], Was(list[str], until="v3", by=group_ids)]
    uid: Annotated[str, Since("v3.1")]

A field that had several other types carries one `Was` for each; `until=NEWEST` stands where even the newest version
shows something else than the field holds. A request body takes the type that its version shows, unless `Takes` says
otherwise.
"""

from __future__ import annotations

import functools
import operator
import types
import typing
from collections.abc import Callable
from functools import cache
from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import FieldInfo

from rostrum.api.versions import NEWEST, OLDEST, VERSIONS, Span

Down = Callable[[Any], Any]


class Since(Struct, frozen=True):
    """The field, parameter or permission exists from this version on."""

    version: str


class Until(Struct, frozen=True):
    """The field, parameter or permission ended with this version."""

    version: str


class Was(Struct, frozen=True):
    """Up to and including `until` the field had another type; `by` makes the older value from what the field holds."""

    type: Any
    until: str
    by: Callable[[Any], Any]


class Takes(Struct, frozen=True):
    """What a request body may carry where that is looser than what an answer shows."""

    type: Any


class Implies(Struct, frozen=True):
    """Up to and including `until`, a body that gives the field says `fields` with it, for which later versions have
    fields of their own.
    """

    fields: dict[str, Any]
    until: str


class Written(Struct, frozen=True):
    """The methods whose request body may carry the field; `hidden` fields are never answered."""

    methods: frozenset[str]
    hidden: bool = False
    required: bool = False
    unless: str = ""
    """Another field of the body that stands in for a required one."""
    described: bool = True
    """False: taken because known clients send it, and in no document."""


POST = Written(frozenset({"POST"}))
POST_REQUIRED = Written(frozenset({"POST"}), required=True)
PUT_POST = Written(frozenset({"POST", "PUT"}))
PUT_POST_REQUIRED = Written(frozenset({"POST", "PUT"}), required=True)
SECRET = Written(frozenset({"POST", "PUT"}), hidden=True, required=True)
READ_ONLY = Written(frozenset())


class Field(Struct, frozen=True):
    """What is declared of one field: its plain type, its name on the wire, and its marks."""

    name: str
    key: str
    type: Any
    span: Span
    was: tuple[Was, ...]
    """Oldest first."""
    takes: Takes | None
    implies: Implies | None
    written: Written | None
    default: Any
    default_factory: Any

    def was_at(self, version: str) -> Was | None:
        """What the field was in `version`; None: what it is now."""
        return next((was for was in self.was if Span(until=was.until).covers(version)), None)

    def taken_at(self, version: str) -> Any:
        """The type that a request body of `version` carries."""
        was = self.was_at(version)
        return self.takes.type if self.takes else was.type if was else self.type

    def implied_at(self, version: str) -> dict[str, Any]:
        """What a request body of `version` that carries the field says with it."""
        return self.implies.fields if self.implies and Span(until=self.implies.until).covers(version) else {}


class Shape(Struct, frozen=True):
    """One Struct as one version shows it, and the way there from the newest shape."""

    type: Any
    down: Down | None
    """None: the newest shape and this version's are the same."""


@cache
def declared(struct: type[Struct]) -> tuple[Field, ...]:
    """The fields of a wire Struct in the order of their declaration."""
    hints = typing.get_type_hints(struct, include_extras=True)
    return tuple(_declared_field(info, hints[info.name]) for info in msgspec.structs.fields(struct))


@cache
def shape(type_: Any, version: str) -> Shape:
    """The shape of a type in a version; generic containers and unions are walked, plain types stay what they are."""
    if isinstance(type_, type) and issubclass(type_, Struct):
        return _struct_shape(type_, version)
    origin, args = typing.get_origin(type_), typing.get_args(type_)
    if origin is typing.Annotated:
        inner = shape(args[0], version)
        return Shape(typing.Annotated[inner.type, *args[1:]], inner.down)
    if origin is list:
        return _list_shape(args[0], version)
    if origin is dict:
        return _dict_shape(type_, args, version)
    if origin in {typing.Union, types.UnionType}:
        return _union_shape(args, version)
    return Shape(type_, None)


def plain(type_: Any) -> tuple[Any, tuple[Any, ...]]:
    """A type without our own marks, and those marks; msgspec's Meta stays with the type."""
    if typing.get_origin(type_) is not typing.Annotated:
        return type_, ()
    base, *notes = typing.get_args(type_)
    kept = [note for note in notes if isinstance(note, msgspec.Meta)]
    marks = tuple(note for note in notes if not isinstance(note, msgspec.Meta))
    return (typing.Annotated[base, *kept] if kept else base), marks


def span_of(marks: tuple[Any, ...]) -> Span:
    """The range that a field's marks give."""
    since = next((mark.version for mark in marks if isinstance(mark, Since)), OLDEST)
    until = next((mark.version for mark in marks if isinstance(mark, Until)), None)
    return Span(since, until)


def _declared_field(info: FieldInfo, hint: Any) -> Field:
    base, marks = plain(hint)
    return Field(
        name=info.name,
        key=info.encode_name,
        type=base,
        span=span_of(marks),
        was=tuple(sorted((mark for mark in marks if isinstance(mark, Was)), key=lambda was: VERSIONS.index(was.until))),
        takes=next((mark for mark in marks if isinstance(mark, Takes)), None),
        implies=next((mark for mark in marks if isinstance(mark, Implies)), None),
        written=next((mark for mark in marks if isinstance(mark, Written)), None),
        default=info.default,
        default_factory=info.default_factory,
    )


def _struct_shape(struct: type[Struct], version: str) -> Shape:
    fields = [field for field in declared(struct) if field.span.covers(version) and not _hidden(field)]
    columns, steps, same = [], [], len(fields) == len(declared(struct))
    for field in fields:
        old = field.was_at(version)
        inner = Shape(old.type, old.by) if old else shape(field.type, version)
        same = same and inner.down is None
        columns.append(_column(field, inner.type))
        steps.append((field.name, inner.down))
    if same:
        return Shape(struct, None)
    title = f"{struct.__name__}_{version.replace('.', '_')}"
    made = msgspec.defstruct(
        title, columns, module=f"{struct.__module__}.{version}", rename=_keys(fields), kw_only=True
    )
    made.__doc__ = struct.__doc__
    return Shape(made, _struct_down(made, steps))


def _column(field: Field, type_: Any) -> tuple[Any, ...]:
    if field.default is not msgspec.NODEFAULT:
        return (field.name, type_, field.default)
    if field.default_factory is not msgspec.NODEFAULT:
        return (field.name, type_, msgspec.field(default_factory=field.default_factory))
    return (field.name, type_)


def _keys(fields: list[Field]) -> dict[str, str]:
    return {field.name: field.key for field in fields if field.name != field.key}


def _hidden(field: Field) -> bool:
    return field.written is not None and field.written.hidden


def _struct_down(made: type[Any], steps: list[tuple[str, Down | None]]) -> Down:
    def down(value: Any) -> Any:
        given = {}
        for name, step in steps:
            field = getattr(value, name)
            given[name] = field if step is None or field is UNSET else step(field)
        return made(**given)

    return down


def _list_shape(item: Any, version: str) -> Shape:
    inner = shape(item, version)
    step = inner.down
    return Shape(_list_of(inner.type), None if step is None else lambda values: [step(value) for value in values])


def _list_of(item: Any) -> Any:
    return list[item]


def _dict_shape(type_: Any, args: tuple[Any, ...], version: str) -> Shape:
    inner = shape(args[1], version)
    step = inner.down
    if step is None:
        return Shape(type_, None)
    return Shape(type_, lambda values: {key: step(value) for key, value in values.items()})


def _union_shape(args: tuple[Any, ...], version: str) -> Shape:
    inner = [shape(arg, version) for arg in args]
    steps = [one.down for one in inner if one.down is not None]
    union: Any = functools.reduce(operator.or_, (one.type for one in inner))
    if not steps:
        return Shape(union, None)
    (step,) = steps
    return Shape(union, lambda value: value if value is None or isinstance(value, UnsetType) else step(value))


def newest(type_: Any) -> Shape:
    """The shape of our own surface and of the newest version."""
    return shape(type_, NEWEST)
