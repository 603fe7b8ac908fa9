"""The expressions of GitHub's workflows, as far as ours use them; anything else is an error, and no guess."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<name>[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*)|(?P<sign>==|!=|&&|\|\||[!(),]))"
)
_TEMPLATE: Final = re.compile(r"\$\{\{((?:(?!\}\}).)*)\}\}", re.DOTALL)
_STATUS: Final = re.compile(r"\b(success|failure|cancelled|always)\(\)")
_WORDS: Final[dict[str, Any]] = {"true": True, "false": False, "null": None}


def fill(text: Any, contexts: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]] | None = None) -> Any:
    """A value of a workflow's file with its `${{ }}` worked out; one that is nothing else keeps its type."""
    if not isinstance(text, str):
        return text
    whole = _TEMPLATE.fullmatch(text)
    if whole:
        return evaluate(whole[1], contexts, functions)
    return _TEMPLATE.sub(lambda found: written(evaluate(found[1], contexts, functions)), text)


def condition(text: str | None, contexts: Mapping[str, Any], *, succeeded: bool) -> bool:
    """Whether a step or job with this `if:` runs; without a status function it runs only after success."""
    expression = "" if text is None else str(text).strip()
    found = _TEMPLATE.fullmatch(expression)
    expression = found[1] if found else expression
    functions = {"success": lambda: succeeded, "failure": lambda: not succeeded, "cancelled": lambda: False}
    if not _STATUS.search(expression):
        expression = f"success() && ({expression})" if expression else "success()"
    return bool(evaluate(expression, contexts, functions))


def written(value: Any) -> str:
    """A value as GitHub writes it into a text."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def evaluate(
    expression: str, contexts: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]] | None = None
) -> Any:
    """The value of an expression. What a context does not have is null."""
    reader = _Reader(expression, contexts, {"format": _format, **(functions or {})})
    value = reader.either()
    assert not reader.left, f"{expression!r} has more than was understood: {reader.left}"
    return value


def _format(template: str, *values: Any) -> str:
    return re.sub(r"\{(\d+)\}", lambda found: written(values[int(found[1])]), template)


class _Reader:
    """or < and < equal < not < one value."""

    def __init__(
        self, expression: str, contexts: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]]
    ) -> None:
        self.left: list[tuple[str, str]] = []
        self._contexts, self._functions = contexts, functions
        place = 0
        while place < len(expression.rstrip()):
            found = _TOKEN.match(expression, place)
            assert found, f"{expression!r} is not understood from {expression[place:]!r} on"
            self.left.append((str(found.lastgroup), found[str(found.lastgroup)]))
            place = found.end()

    def _take(self, *signs: str) -> str:
        if self.left and self.left[0] in {("sign", sign) for sign in signs}:
            return self.left.pop(0)[1]
        return ""

    def either(self) -> Any:
        """`a || b`."""
        value = self._both()
        while self._take("||"):
            other = self._both()
            value = value or other
        return value

    def _both(self) -> Any:
        value = self._equal()
        while self._take("&&"):
            other = self._equal()
            value = value and other
        return value

    def _equal(self) -> Any:
        value = self._not()
        while sign := self._take("==", "!="):
            same = _same(value, self._not())
            value = same if sign == "==" else not same
        return value

    def _not(self) -> Any:
        return not self._not() if self._take("!") else self._one()

    def _one(self) -> Any:
        if self._take("("):
            value = self.either()
            assert self._take(")")
            return value
        kind, text = self.left.pop(0)
        if kind == "text":
            return text[1:-1].replace("''", "'")
        assert kind == "name", f"a value cannot begin with {text!r}"
        if self._take("("):
            return self._call(text)
        return _WORDS[text] if text in _WORDS else self._look_up(text)

    def _call(self, name: str) -> Any:
        arguments = []
        while not self._take(")"):
            arguments.append(self.either())
            self._take(",")
        return self._functions[name](*arguments)

    def _look_up(self, name: str) -> Any:
        first, *rest = name.split(".")
        assert first in self._contexts, f"there is no context {first!r} here"
        value = self._contexts[first]
        for each in rest:
            value = value.get(each) if isinstance(value, dict) else None
        return value


def _same(one: Any, other: Any) -> bool:
    """GitHub compares texts without their capitals, and a null is an empty text."""
    return written(one).casefold() == written(other).casefold()
