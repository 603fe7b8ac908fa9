"""Explanations, as text and as JSON.

greenfield/groupcall  Groupcall Xporter at School 12345 on scomis
1 difference.

In the manifests: The last layer that says a value decides it.
  account.username  groupcall.greenfield
    workspace  {supplier}.{school}  reconciler.yaml:9:15
    supplier   groupcall.{school}   suppliers/groupcall.yaml:8:15
"""

from collections.abc import Iterator, Sequence
from typing import Final

from reconciler.codec.json_types import by_type
from reconciler.model.explanation import ExplainedRow, Explanation, LayerWord
from reconciler.model.problem import Origin
from reconciler.report.escape import in_lines, json_text, printable
from reconciler.report.style import Paint, Style, plain

_MOST_VALUES: Final = 8  # of a list, in text
_WIDEST_NAME: Final = 30
_EXPLANATION: Final = by_type(Explanation)


def render_explanations_json(explanations: Sequence[Explanation]) -> str:
    """A JSON array of the explanations, with every value and layer."""
    return json_text([_EXPLANATION.dump(explanation) for explanation in explanations])


def render_explanations_text(
    explanations: Sequence[Explanation], *, paint: Paint = plain, columns: int | None = None
) -> str:
    """The explanations one below the other; a long list is shortened."""
    return "\n".join("".join(f"{line}\n" for line in _lines(one, paint, columns)) for one in explanations)


def _lines(explanation: Explanation, paint: Paint, columns: int | None) -> Iterator[str]:
    yield f"{paint(printable(explanation.subject), Style.SCHOOL)}  {printable(explanation.title)}"
    for paragraph in explanation.text:
        yield from _folded(printable(paragraph), columns)
    for part in explanation.parts:
        yield ""
        yield from _folded(f"{paint(part.title, Style.SCHOOL)}{f': {part.text}' if part.text else ''}", columns)
        width = min(max(len(row.name) for row in part.rows), _WIDEST_NAME)
        for row in part.rows:
            for line in _row(row, width, paint):
                yield from _folded(line, columns)


def _row(row: ExplainedRow, width: int, paint: Paint) -> Iterator[str]:
    """A name and its values; one layer is told on the same line, several below."""
    texts = [paint(printable(_joined(row.values)), Style.GOOD), printable(row.detail), _place(row.origin)]
    if len(row.layers) == 1:
        (only,) = row.layers
        word = only.layer if only.values == row.values else f"{only.layer}: {_joined(only.values)}"
        texts.append(f"({printable(word)}{', ' if only.origin else ''}{_place(only.origin)})")
    yield f"  {printable(row.name):<{width}}  {'  '.join(filter(None, texts))}"
    if len(row.layers) > 1:
        yield from _layers(row.layers)


def _layers(layers: Sequence[LayerWord]) -> Iterator[str]:
    width = max(len(layer.layer) for layer in layers)
    for layer in layers:
        place = f"  {_place(layer.origin)}" if layer.origin else ""
        yield f"    {printable(layer.layer):<{width}}  {printable(_joined(layer.values))}{place}"


def _joined(values: Sequence[str]) -> str:
    shown = ", ".join(values[:_MOST_VALUES])
    return shown if len(values) <= _MOST_VALUES else f"{len(values)}: {shown} and {len(values) - _MOST_VALUES} more"


def _place(origin: Origin | None) -> str:
    return printable(str(origin)) if origin else ""


def _folded(line: str, columns: int | None) -> Iterator[str]:
    indent = " " * (len(line) - len(line.lstrip(" ")) + 2)
    yield from in_lines(line, columns, indent) if columns and line else [line]
