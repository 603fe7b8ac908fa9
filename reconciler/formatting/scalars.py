"""How a text is written: without quotes where every reader of YAML takes it for that text, else in double ones."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from yaml.resolver import Resolver

if TYPE_CHECKING:
    from reconciler.formatting.nodes import Scalar

# What YAML 1.1 takes for something else; PyYAML keeps {first character: [(tag, pattern)]}. A date is none of it: YAML
# 1.2 does not know dates, and manifests have them without quotes.
_OTHER_1_1: Final[Any] = Resolver.yaml_implicit_resolvers
_DATE_TAG: Final = "tag:yaml.org,2002:timestamp"
_YES_OR_NO: Final = frozenset({"y", "Y", "n", "N"})  # in YAML 1.1 itself; PyYAML leaves these out
_OTHER_1_2: Final = re.compile(
    r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
)
_NOTHING: Final = frozenset({"", "~", "null", "Null", "NULL"})

# Narrower than YAML: where it says no, quotes that somebody typed stay. Around placeholders they are what we advise.
_PLAIN: Final = re.compile(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`.]([^#:\[\]{}]|:(?=\S))*")
_NOT_IN_BRACKETS: Final = re.compile(r"[,:?]")


def written(scalar: Scalar, *, in_brackets: bool = False) -> str:
    """A text of one line as the normal form has it."""
    raw, value = scalar.raw, scalar.value
    if "!" in scalar.props:  # its tag says what it is
        return raw
    if not scalar.style:
        return f'"{value}"' if scalar.a_text and value not in _NOTHING and not is_text(value) else raw
    if scalar.style == '"' and "\\" in raw:  # what is written as a number may be nothing to see
        return raw
    if is_text(value) and _may_be_plain(value, in_brackets=in_brackets):
        return value
    return raw if '"' in value or "\\" in value else f'"{value}"'


def written_key(scalar: Scalar, *, is_known: bool, in_brackets: bool = False) -> str:
    """A key as the normal form has it; one that a schema names needs no quotes, whatever else it may look like."""
    return scalar.value if is_known and "!" not in scalar.props else written(scalar, in_brackets=in_brackets)


def is_text(value: str) -> bool:
    """Whether every reader of YAML takes a plain text for a text."""
    if value in _YES_OR_NO or value in _NOTHING or _OTHER_1_2.fullmatch(value):
        return False
    patterns = (*_OTHER_1_1.get(value[0], ()), *_OTHER_1_1.get(None, ()))
    return not any(tag != _DATE_TAG and pattern.match(value) for tag, pattern in patterns)


def _may_be_plain(value: str, *, in_brackets: bool) -> bool:
    if not value.isprintable() or value != value.strip() or not _PLAIN.fullmatch(value):
        return False
    return not (in_brackets and _NOT_IN_BRACKETS.search(value))
