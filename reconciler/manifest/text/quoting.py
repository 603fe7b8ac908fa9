"""Texts that need no quotes: every YAML reader, of version 1.1 or 1.2, reads them as that text."""

from typing import Any, Final

from yaml.resolver import Resolver

from reconciler.startup import pattern

# What YAML 1.1 takes for something else, dates included; PyYAML keeps {first character: [(tag, pattern)]}.
_OTHER_1_1: Final[Any] = Resolver.yaml_implicit_resolvers
_YES_OR_NO: Final = frozenset({"y", "Y", "n", "N"})  # in YAML 1.1 itself; PyYAML leaves these out
_OTHER_1_2: Final = pattern(
    r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
)
_NOTHING: Final = frozenset({"", "~", "null", "Null", "NULL"})

# Narrower than YAML: where it says no, quotes that somebody typed stay. Around placeholders they are what we advise.
_PLAIN: Final = pattern(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`.]([^#:\[\]{}]|:(?=\S))*")
_NOT_IN_BRACKETS: Final = pattern(r"[,:?]")


def is_nothing(value: str) -> bool:
    """Tell if a plain text means null."""
    return value in _NOTHING


def is_text(value: str) -> bool:
    """Tell if every YAML reader reads a plain text as a text, and not as a number, date, boolean or null."""
    if value in _YES_OR_NO or value in _NOTHING or _OTHER_1_2.fullmatch(value):
        return False
    patterns = (*_OTHER_1_1.get(value[0], ()), *_OTHER_1_1.get(None, ()))
    return not any(pattern.match(value) for _, pattern in patterns)


def may_be_plain(value: str, *, in_brackets: bool) -> bool:
    """Tell if a text can be written without quotes, whatever it then means."""
    if not value.isprintable() or value != value.strip() or not _PLAIN.fullmatch(value):
        return False
    return not (in_brackets and _NOT_IN_BRACKETS.search(value))
