"""Frozen values <-> JSON data, strictly, by the types of their fields.

A dataclass or NamedTuple is an object with its fields in camelCase, an enum its value, a date or time ISO 8601, a tuple
a list. The rows given to `record` say where a file differs from that.
"""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from types import NoneType
from typing import Any, Final, Generic, NamedTuple, NoReturn, Self, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")
U = TypeVar("U")
_SHOWN: Final = 40  # characters of a wrong value


class Misfit(ValueError):
    """Data of another shape: the key path to it (`accesses[3].login`), and what is wrong there."""

    def __init__(self, problem: str, path: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.path = path

    def below(self, step: str) -> Self:
        """The same problem, seen from one level further up."""
        self.path = step + self.path
        return self

    def __str__(self) -> str:
        return f"`{self.path.lstrip('.')}` {self.problem}" if self.path else f"it {self.problem}"


def why_not_data(error: Exception) -> str:
    """The reason why a file's text is not what it should be, in words of our own."""
    match error:
        case RecursionError():
            return "it is nested too deep"
        case json.JSONDecodeError():
            return f"it is not JSON (line {error.lineno}, column {error.colno})"
        case Misfit():
            return str(error)
        case _:  # such as a number of thousands of digits
            return "it is not JSON that reconciler wrote"


class Codec(NamedTuple, Generic[T]):
    """The two ways between values of a type and data; `load` raises Misfit for data of another shape."""

    dump: Callable[[T], Any]
    load: Callable[[Any], T]


class Key(NamedTuple):
    """A field of a record.

    key     in the file: the field's name in camelCase where it is empty
    codec   that of the field's type where it is None
    late    an older file may lack it: then the field has its default
    sparse  the file has it only where the value is not empty
    """

    field: str
    key: str = ""
    codec: Codec[Any] | None = None
    late: bool = False
    sparse: bool = False


class KeyGroup(NamedTuple):
    """Several keys at once: `dump` makes them from the whole value, `load` makes fields from the whole data."""

    dump: Callable[[Any], Mapping[str, Any]]
    load: Callable[[Any], Mapping[str, Any]]


def inline(field: str, codec: Codec[Any]) -> KeyGroup:
    """A field whose own keys are among those of the record."""
    return KeyGroup(lambda value: codec.dump(getattr(value, field)), lambda data: {field: codec.load(data)})


def derived(key: str, make: Callable[[Any], Any]) -> KeyGroup:
    """A key that follows from the value, and is not read back."""
    return KeyGroup(lambda value: {key: make(value)}, lambda _: {})


def record(cls: type[T], *rows: str | Key | KeyGroup) -> Codec[T]:
    """The codec of a dataclass or NamedTuple: of its fields, or of these rows in the file's order."""
    hints = get_type_hints(cls)
    table = [_row(row, hints) for row in rows or hints]
    writes = [
        (field, key, None if codec.dump is _itself and not sparse else codec.dump, sparse)
        for field, key, codec, _, sparse in table
    ]
    reads = [(field, key, codec.load, late) for field, key, codec, late, _ in table]

    def dump(value: T) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for field, key, write, sparse in writes:
            if write is None:
                data[key] = getattr(value, field)
            elif not field:
                data.update(write(value))
            elif (item := getattr(value, field)) or not sparse:
                data[key] = write(item)
        return data

    def load(data: Any) -> T:
        if type(data) is not dict:
            raise _wrong("an object", data)
        values: dict[str, Any] = {}
        key = ""
        try:
            for field, key, read, late in reads:
                if not field:
                    values.update(read(data))
                elif key in data:
                    values[field] = read(data[key])
                elif not late:
                    _missing()
        except Misfit as misfit:
            raise misfit.below(f".{key}" if key else "") from None
        return cls(**values)

    return Codec(dump, load)


def at(key: str, codec: Codec[T], data: Any) -> T:
    """The value under a key of an object."""
    if type(data) is not dict:
        raise _wrong("an object", data)
    try:
        return codec.load(data[key]) if key in data else _missing()
    except Misfit as misfit:
        raise misfit.below(f".{key}") from None


def tagged(key: str, kinds: Mapping[str, tuple[Any, ...]], *shared: str | Key | KeyGroup) -> Codec[Any]:
    """One of several types, {its text under the key: (the type, its rows)}; behind `shared`, the rows of all."""

    def codec_of(tag: str, cls: type, *rows: str | Key | KeyGroup) -> Codec[Any]:
        return record(cls, *shared, derived(key, lambda _: tag), *rows)

    codecs = {tag: codec_of(tag, *kind) for tag, kind in kinds.items()}
    by_class = {cls: codecs[tag] for tag, (cls, *_) in kinds.items()}
    tags = choice({tag: tag for tag in kinds})
    return Codec(lambda value: by_class[type(value)].dump(value), lambda data: codecs[at(key, tags, data)].load(data))


def paired(first: Codec[T], second: Codec[U]) -> Codec[tuple[T, U]]:
    """Two values, whose keys are in one object."""
    return Codec(
        lambda pair: {**first.dump(pair[0]), **second.dump(pair[1])}, lambda data: (first.load(data), second.load(data))
    )


def keyed(key: str, codec: Codec[T]) -> Codec[T]:
    """A value, as an object with one key."""
    return Codec(lambda value: {key: codec.dump(value)}, lambda data: at(key, codec, data))


def named(item: Codec[T]) -> Codec[Mapping[str, T]]:
    """A mapping, as an object."""

    def load(data: Any) -> Mapping[str, T]:
        return {key: at(key, item, data) for key in OBJECT.load(data)}

    return Codec(lambda items: {key: item.dump(value) for key, value in items.items()}, load)


def listed(item: Codec[T]) -> Codec[Any]:
    """A tuple of any length, as a list."""

    def load(data: Any) -> tuple[T, ...]:
        if type(data) is not list:
            raise _wrong("a list", data)
        items: list[T] = []
        try:
            items.extend(map(item.load, data))  # it keeps those before a misfit
        except Misfit as misfit:
            raise misfit.below(f"[{len(items)}]") from None
        return tuple(items)

    return Codec(list if item.dump is _itself else lambda items: [item.dump(each) for each in items], load)


@cache
def by_type(hint: Any) -> Codec[Any]:
    """The codec of a type hint."""
    if hint in _SIMPLE:
        return _SIMPLE[hint]
    if get_origin(hint) is tuple:
        return listed(by_type(get_args(hint)[0]))
    kinds = get_args(hint) or (hint,)
    if NoneType in kinds:
        (kind,) = set(kinds) - {NoneType}
        return optional(by_type(kind))
    if all(issubclass(kind, StrEnum) for kind in kinds):
        return choice({member.value: member for kind in kinds for member in kind})
    return record(hint)


def _row(row: str | Key | KeyGroup, hints: Mapping[str, Any]) -> tuple[str, str, Any, bool, bool]:
    if isinstance(row, KeyGroup):
        return "", "", row, False, False
    field, key, codec, late, sparse = row if isinstance(row, Key) else Key(row)
    head, *others = field.split("_")
    return field, key or head + "".join(map(str.title, others)), codec or by_type(hints[field]), late or sparse, sparse


def optional(codec: Codec[T]) -> Codec[T | None]:
    """A value, or null."""
    return Codec(
        lambda value: None if value is None else codec.dump(value),
        lambda data: None if data is None else codec.load(data),
    )


def choice(values: Mapping[str, T]) -> Codec[T]:
    """One of some texts, each of which stands for a value whose `str` it is."""
    *most, last = values
    what = f"{', '.join(most)} or {last}" if most else last

    def load(data: Any) -> T:
        if type(data) is not str or data not in values:
            raise _wrong(what, data)
        return values[data]

    return Codec(str, load)


def _strict(kind: type[T], what: str) -> Codec[T]:
    def load(data: Any) -> T:
        if type(data) is not kind:
            raise _wrong(what, data)
        return data

    return Codec(_itself, load)


def _number(data: Any) -> int:
    if type(data) is not int or data < 0:
        raise _wrong("a whole number of 0 or more", data)
    return data


def _parsed(parse: Callable[[str], Any], what: str) -> Codec[Any]:
    def load(data: Any) -> Any:
        try:
            return parse(data)
        except (TypeError, ValueError):
            raise _wrong(what, data) from None

    return Codec(lambda value: value.isoformat(), load)


def _zoned(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError(text)
    return time


def _itself(value: T) -> T:
    return value


def _missing() -> NoReturn:
    raise Misfit("is missing")


def _wrong(what: str, data: Any) -> Misfit:
    """The misfit of a value: of a long text its beginning is shown, of an object or a list only its kind."""
    if isinstance(data, str):
        shown = repr(data if len(data) <= _SHOWN else f"{data[:_SHOWN]}...")
    elif isinstance(data, dict | list):
        shown = "an object" if isinstance(data, dict) else "a list"
    else:
        shown = json.dumps(data, default=repr)
    return Misfit(f"must be {what}, not {shown}")


TEXT: Final = _strict(str, "text in quotes")
OBJECT: Final = _strict(dict, "an object")
NUMBER: Final = Codec(_itself, _number)
BOOLEAN: Final = _strict(bool, "true or false")
TIME: Final = _parsed(_zoned, "a time with its zone, such as 2026-11-24T12:30:05+00:00")
_SIMPLE: Final[Mapping[Any, Codec[Any]]] = {
    str: TEXT,
    int: NUMBER,
    bool: BOOLEAN,
    float: _strict(float, "a number with a point, such as 0.3"),
    date: _parsed(date.fromisoformat, "a date such as 2026-11-24"),
    datetime: TIME,
}
