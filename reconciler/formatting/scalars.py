"""How a text is written: without quotes where every reader of YAML takes it for that text, else in double ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.manifest.quoting import is_nothing, is_text, may_be_plain

if TYPE_CHECKING:
    from reconciler.formatting.nodes import Scalar


def written(scalar: Scalar, *, in_brackets: bool = False) -> str:
    """A text of one line as the normal form has it."""
    raw, value = scalar.raw, scalar.value
    if "!" in scalar.props:  # its tag says what it is
        return raw
    if not scalar.style:
        return f'"{value}"' if scalar.a_text and not is_nothing(value) and not is_text(value) else raw
    if scalar.style == '"' and "\\" in raw:  # what is written as a number may be nothing to see
        return raw
    if (scalar.a_date or is_text(value)) and may_be_plain(value, in_brackets=in_brackets):
        return value
    return raw if '"' in value or "\\" in value else f'"{value}"'


def written_key(scalar: Scalar, *, is_known: bool, in_brackets: bool = False) -> str:
    """A key as the normal form has it; one that a schema names needs no quotes, whatever else it may look like."""
    return scalar.value if is_known and "!" not in scalar.props else written(scalar, in_brackets=in_brackets)
