"""Schema errors as problems: in our own words, at the right place.

Below a `password` key, and below `canaries`, nothing that was typed is repeated: it may be the password, or the id.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from reconciler.manifest.schema.remedies import example_of, form_of, item_remedy, list_remedy, name_alone, names_alone
from reconciler.manifest.text.document import Data, Document
from reconciler.manifest.text.syntax_errors import IN_QUOTES, NO_SPACE
from reconciler.model.problem import Origin, Problem, Severity
from reconciler.spelling import did_you_mean, nearest
from reconciler.startup import pattern

_Faults: TypeAlias = Iterator[tuple[Origin, str, str]]  # place, message and hint
_THINGS = {
    "object": "a mapping (key: value)",
    "array": "a list",
    "string": "a text",
    "integer": "a whole number",
    "boolean": "true or false",
    "number": "a number",
}
_LONGEST_QUOTE = 60
_ZERO_FIRST = pattern(r"0[0-9]+")
_JOINED = pattern(r"[A-Za-z]\w*:(?![\s/])")
_DEVICE = pattern("con|prn|aux|nul|com[1-9]|lpt[1-9]")
_RENAMED = {"on": "date"}  # a key of an Attestation, once


def problem_of(document: Document, error: Any) -> Iterator[Problem]:
    """Turn one `jsonschema` error into problems: one for each unknown or missing key, or one in all.

    Of several missing keys `jsonschema` makes an error each, without saying which: each then gives all of them.
    """
    path = list(error.absolute_path)
    say = _WORDS.get(error.validator, _other)
    for origin, message, hint in say(document, path, error):
        yield Problem("schema", Severity.ERROR, origin, message, hint)


def parts_of(error: Any) -> list[Any]:
    """The errors of the one branch of an `anyOf` whose type the value has; the error itself where none has that type,
    or that type goes with one word alone, or it is no error of an `anyOf`."""
    branches: dict[int, list[Any]] = {}
    for part in error.context:
        branches.setdefault(part.schema_path[0], []).append(part)
    fitting = [parts for parts in branches.values() if not any(_of_type(part, error) for part in parts)]
    return [inner for part in fitting[0] for inner in parts_of(part)] if fitting else [error]


def _of_type(part: Any, error: Any) -> bool:
    return bool(part.validator in {"type", "const"} and part.absolute_path == error.absolute_path)


# A mistyped key that is required is one problem, at the key, and not two: see _missing_key.
def _unknown_keys(document: Document, path: Sequence[str | int], error: Any) -> _Faults:
    properties: Mapping[str, Any] = error.schema.get("properties", {})
    if properties.keys() == {"add", "remove"} and names_alone(error.instance):
        yield _place(document, path), "Write each name alone.", list_remedy(document, path, ", ".join(error.instance))
        return
    for key in error.instance:
        if key in properties:
            continue
        origin = document.key(error.instance, key)
        if properties.keys() == {"bundle"} and (name := name_alone(error.instance)) is not None:
            item = _place(document, path)
            yield item, "Write an entity as its name alone.", item_remedy(document, item, _short(name))
        elif _secret(path) and (joined := key.partition(":")[0]) in properties:
            yield origin, NO_SPACE, f"Write it like {joined}: NAME, with a space after the colon."
        elif _secret(path):
            yield origin, f"This is not one of {_listed(properties)}.", f"Never write the {_secret(path)} itself here."
        else:
            # `password:x`, without a space, is a key that holds the password.
            named = "This" if "password" in key.casefold() else f"`{_short(key)}`"
            yield origin, f"{named} is not a key of {_name(path)}.", _key_hint(key, properties)


def _key_hint(key: str, keys: Iterable[str]) -> str:
    if key in _RENAMED and _RENAMED[key] in keys:
        return f"Write `{_RENAMED[key]}`: other YAML readers take `{key}` for true."
    return NO_SPACE if key.partition(":")[0] in keys else did_you_mean(key, keys)


def meant(key: str, keys: Iterable[str]) -> str | None:
    """The known key that a mistyped one most likely was meant to be; None where it looks like none."""
    before = _RENAMED.get(key, key.partition(":")[0])
    return before if before in keys else nearest(key, keys)


def _missing_key(document: Document, path: Sequence[str | int], error: Any) -> _Faults:
    properties: Mapping[str, Any] = error.schema["properties"]
    if properties.keys() == {"bundle"} and name_alone(error.instance) is not None:
        return
    unknown = [] if _secret(path) else [key for key in error.instance if key not in properties]
    for key in error.validator_value:
        if key not in error.instance and not any(meant(typed, properties) == key for typed in unknown):
            yield (
                _place(document, path),
                f"{_capital(_name(path))} needs the key `{key}`.",
                example_of(error.schema, key),
            )


def _wrong_type(document: Document, path: Sequence[str | int], error: Any) -> _Faults:
    value = error.instance
    if path and path[-1] == "password" and isinstance(value, str):
        return  # reported by plain-text-password
    of_branches = error.validator == "anyOf"
    branches = error.validator_value if of_branches else [error.schema]
    wanted = [branch["type"] for branch in branches]
    type_names = {**_THINGS, **{branch["type"]: f"`{branch['const']}`" for branch in branches if "const" in branch}}
    things = " or ".join(type_names[kind] for kind in wanted if kind not in {"number", "boolean"} or len(wanted) == 1)
    if value is None:
        if isinstance(path[-1], str) and not _secret(path) and _JOINED.match(path[-1]):
            yield _place(document, path), NO_SPACE, "Write key: value"
            return
        yield _place(document, path), f"{_name(path)} has no value.", f"Write {things}, or {_removal(path)}."
        return
    if wanted == ["integer"] and isinstance(value, str) and _ZERO_FIRST.fullmatch(value):
        yield _place(document, path), f"{_name(path)} begins with a zero.", "Remove the zero, or check the number."
        return
    message = f"{_capital(_name(path))} must be {things}, but this is {_thing(value)}."
    hint = "" if _secret(path) else _type_hint(document, path, branches, value)
    # An example of a text says nothing, and one of a list names what is nowhere else.
    has_form = _secret(path) or "object" in wanted or isinstance(path[-1], int)
    yield _place(document, path), message, hint or (form_of(error.schema) if has_form else "")


def _type_hint(document: Document, path: Sequence[str | int], branches: Sequence[Any], value: Data) -> str:
    wanted = [branch["type"] for branch in branches]
    if isinstance(value, list) and path and isinstance(path[-1], int):
        return "A list cannot be an item of another list: write out its items here."
    if "array" in wanted and isinstance(value, dict) and value and names_alone(value):
        return list_remedy(document, path, ", ".join(value))
    if "string" in wanted and isinstance(value, dict) and value and not any(value.values()):
        return IN_QUOTES
    if not isinstance(value, str):
        return ""
    if (near := nearest(value, [branch["const"] for branch in branches if "const" in branch])) is not None:
        return f"Did you mean `{near}`?"
    if wanted == ["object"] and _JOINED.match(value):
        return f"{NO_SPACE} Write key: value"
    if wanted == ["integer"]:
        return (
            f"Remove the quotes: {value}"
            if value.isascii() and value.isdecimal() and len(value) < 19
            else "Use digits only."
        )
    if wanted == ["boolean"]:
        return "Write true or false, without quotes."
    if "array" in wanted:
        return list_remedy(document, path, value)
    return ""


def _not_one_of(document: Document, path: Sequence[str | int], error: Any) -> _Faults:
    allowed = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
    words = list(dict.fromkeys(str(word) for word in allowed))
    write = f"Write one of: {', '.join(words)}" if len(words) > 1 else f"Write {words[0]}"
    value = error.instance
    if value is None:
        yield _place(document, path), f"{_name(path)} has no value.", write
    elif isinstance(value, (dict, list)) or _secret(path):
        yield _place(document, path), f"{_name(path)} must be one of: {', '.join(words)}", ""
    else:
        near = nearest(str(value), words)
        hint = f"Did you mean `{near}`?" if near else write
        yield _place(document, path), f"`{_short(value)}` is not allowed for {_name(path)}.", hint


def _pattern(document: Document, path: Sequence[str | int], error: Any) -> _Faults:
    origin, named = _named(document, path, error)
    if path and path[-1] == "env" and _secret(path):
        hint = f"Never write the {_secret(path)} itself here. Write the name alone, without $ or %."
        yield origin, "This is not the name of an environment variable.", hint
    elif "[0-9]{4}-" in error.validator_value:
        yield origin, f"{named} must be a date.", "Write it like " + " or ".join(error.schema["examples"])
    elif "%" in error.validator_value:
        yield origin, f"{named} must be a percentage.", "Write it like 30%"
    elif _DEVICE.fullmatch(error.instance):
        yield origin, f"{named} is a name that Windows reserves.", "Files are named after it, so choose a longer name."
    else:
        letters = "letters, digits, hyphens, dots and underscores"
        plain = "lower-case letters, digits and hyphens, such as `greenfield`"
        hint = f"Use {letters if 'A-Z' in error.validator_value else plain}."
        yield origin, f"{named} contains characters that are not allowed in a name.", hint


def _too_little(document: Document, path: Sequence[str | int], error: Any) -> _Faults:
    if "schools" not in error.schema.get("required", ()):
        yield _place(document, path), f"{_name(path)} is empty.", f"Write something, or {_removal(path)}."
    elif "schools" in error.instance:
        yield _place(document, path), f"{_name(path)} changes nothing for its schools.", "Add what differs there."


def _too_long(document: Document, path: Sequence[str | int], error: Any) -> _Faults:
    origin, named = _named(document, path, error)
    yield origin, f"{named} is longer than {error.validator_value} characters.", "Choose a shorter one."


def _several(document: Document, path: Sequence[str | int], error: Any) -> _Faults:
    keys = _listed(error.schema["properties"])
    yield _place(document, path), f"{_name(path)} can only have one of these keys.", f"Keep one of {keys}."


def _out_of_range(document: Document, path: Sequence[str | int], error: Any) -> _Faults:
    bound = "less" if error.validator == "minimum" else "more"
    hint = "Look up the School ID in Bromcom." if path[-1] == "schoolId" else ""
    yield _place(document, path), f"{_name(path)} cannot be {bound} than {error.validator_value}.", hint


def _repeated(document: Document, path: Sequence[str | int], error: Any) -> _Faults:
    seen: list[Data] = []
    for index, value in enumerate(error.instance):
        if value in seen:
            yield document.value(error.instance, index), f"This is in {_name(path)} twice.", "Keep one of the two."
        seen.append(value)


def _other(document: Document, path: Sequence[str | int], error: Any) -> _Faults:
    yield _place(document, path), f"{_name(path)} breaks a rule of its schema ({error.validator}).", ""


_WORDS: dict[str, Callable[[Document, Sequence[str | int], Any], _Faults]] = {
    "additionalProperties": _unknown_keys,
    "required": _missing_key,
    "type": _wrong_type,
    "anyOf": _wrong_type,
    "enum": _not_one_of,
    "const": _not_one_of,
    "pattern": _pattern,
    "minLength": _too_little,
    "minItems": _too_little,
    "minProperties": _too_little,
    "maxProperties": _several,
    "maxLength": _too_long,
    "minimum": _out_of_range,
    "maximum": _out_of_range,
    "uniqueItems": _repeated,
}


def _place(document: Document, path: Sequence[str | int]) -> Origin:
    """The place of the value at a path."""
    if not path:
        return document.origin
    container = document.data
    for step in path[:-1]:
        container = container[step]
    return document.value(container, path[-1])


def _named(document: Document, path: Sequence[str | int], error: Any) -> tuple[Origin, str]:
    """The place and name of a text that the schema refuses: a value, or a key (by `propertyNames`)."""
    if "propertyNames" in error.absolute_schema_path:
        container = document.data
        for step in path:
            container = container[step]
        return document.key(container, error.instance), f"The name `{_short(error.instance)}`"
    return _place(document, path), _name(path)


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _name(path: Sequence[str | int]) -> str:
    """A path in words: `spec.overrides[1].account`, items counted from 1."""
    text = ""
    for step in path:
        text += f"[{step + 1}]" if isinstance(step, int) else f".{step}"
    return f"`{text.removeprefix('.')}`" if text else "a manifest"


def _removal(path: Sequence[str | int]) -> str:
    return f"remove the {'key' if isinstance(path[-1], str) else 'item'}"


def _secret(path: Sequence[str | int]) -> str:
    return "password" if "password" in path else "id" if "canaries" in path else ""


def _thing(value: Data) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, str):
        return "a text"
    return {dict: "a mapping", list: "a list", int: "a number"}[type(value)]


def _listed(names: Mapping[str, Any]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else str(last)


def _short(value: Data) -> str:
    text = str(value)
    return text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE] + "..."
