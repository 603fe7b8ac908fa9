"""Remedies that can be pasted: a value as it is typed, and the list that was meant."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from reconciler.manifest.text.document import Data, Document
from reconciler.manifest.text.quoting import is_text, may_be_plain
from reconciler.manifest.text.syntax_errors import ITEM_SIGNS
from reconciler.model.problem import Origin
from reconciler.startup import pattern

_WIDEST: Final = 60  # of a list that is written on one line of a hint
_WITHOUT_SPACES: Final = frozenset({"entities", "add", "remove", "knownEntities", "schools", "exports", "bundles"})
_EVERYWHERE: Final = frozenset({"all", "any", "every", "everywhere", "*"})
_ITEM_SIGN: Final = pattern(rf"[-*{ITEM_SIGNS}]\s*|\d{{1,3}}[.)]\s+")
_NONE: Final = frozenset({"", "none", "nothing", "nil", "no", "n/a", "-"})


def as_typed(value: Data) -> str:
    """A value on one line of YAML."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {as_typed(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(as_typed(part) for part in value) + "]"
    if not isinstance(value, str):
        return str(value)
    return value if value and may_be_plain(value, in_brackets=True) and is_text(value) else _quoted(value)


def form_of(schema: Mapping[str, Any]) -> str:
    """An example of a value, without repeating what was typed; not the one word that means nothing."""
    words = [branch.get("const") for branch in schema.get("anyOf", ())]
    examples = [example for example in schema.get("examples", ()) if example not in words]
    return f"Write it like {as_typed(examples[0])}" if examples else ""


def example_of(schema: Mapping[str, Any], key: str) -> str:
    """An example of a missing key."""
    examples = schema.get("properties", {}).get(key, {}).get("examples")
    return f"For example {key}: {as_typed(examples[0])}" if examples else f"Add {key}:"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def list_remedy(document: Document, path: Sequence[str | int], text: str) -> str:
    """The hint for a list for which one text was typed."""
    key = next((str(step) for step in reversed(path) if isinstance(step, str)), "")
    if text.casefold() in _EVERYWHERE:
        if key == "schools":
            return "Remove the key: without it, every school is selected."
        return "List each one: there is no word for all."
    if text.casefold() in _NONE:
        return "Name at least one school." if key == "schools" else "For none, write it as a list: []"
    lines = _lines(document, path, text)
    names = [_ITEM_SIGN.sub("", line, count=1) for line in lines]
    if len(names) == 1:
        between = r"[,\s]+" if not _WITHOUT_SPACES.isdisjoint(map(str, path)) else r"\s*,\s*"
        names = [name for name in re.split(between, names[0]) if name]
    written = as_typed(names)
    sign = (
        "Replace the sign at the beginning of each line with - and a space. "
        if re.match(f"[{ITEM_SIGNS}]", text)
        else ""
    )
    if len(written) > _WIDEST:
        return f"{sign}Write each item on its own line, with - and a space before it."
    return f"{sign}Write it as a list: {written}"


def _lines(document: Document, path: Sequence[str | int], text: str) -> list[str]:
    """The lines on which a text was typed, one below the other; the text itself where it has quotes, or a comment."""
    holder = document.data
    for step in path[:-1]:
        holder = holder[step]
    place = document.value(holder, path[-1])
    lines, number = document.source.lines, place.line
    typed = [lines[number - 1][place.column - 1 :].strip()]
    while " ".join(typed) != text and number < len(lines) and text.startswith(" ".join(typed)):
        typed.append(lines[number].strip())
        number += 1
    return typed if " ".join(typed) == text else [text]


def item_remedy(document: Document, place: Origin, name: str) -> str:
    """The hint for an item of a list that should be a name alone."""
    before = document.source.lines[place.line - 1][: place.column - 1].rstrip()
    return f"Write {'- ' if before.endswith('-') else ''}{as_typed(name)}"


def name_alone(item: Mapping[str, Data]) -> str | None:
    """The name in `name: Students` and `Students: true`, where an entity goes; None for what may be a bundle."""
    if len(item) != 1:
        return None
    ((key, value),) = item.items()
    if key.casefold() in {"name", "entity"} and isinstance(value, str):
        return value
    return key if value in (None, True, "true", "yes") and key.partition(":")[0] != "bundle" else None


def names_alone(names: Mapping[str, Data]) -> bool:
    """Tell if a mapping is meant as a list of names: `{Students: true, Staff: true}`."""
    return all(name_alone({key: value}) for key, value in names.items())
