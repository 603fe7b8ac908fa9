"""Explanations, as text and as JSON.

greenfield/groupcall  Groupcall Xporter at School 12345 on scomis
1 difference.

In the manifests
The last layer that says a value decides it.
  account.username  groupcall.greenfield
    workspace  {supplier}.{school}  reconciler.yaml:9:15
    supplier   groupcall.{school}   suppliers/groupcall.yaml:8:15
"""

from collections.abc import Iterator, Sequence
from typing import Final

from reconciler.codec.json_types import by_type
from reconciler.model.explanation import ExplainedRow, Explanation
from reconciler.model.problem import Origin
from reconciler.report.escape import in_lines, json_text, printable
from reconciler.report.labels import DIFFERENCES
from reconciler.report.style import Paint, Style, plain

_MOST_VALUES: Final = 8  # of a list, in text
_WIDEST_NAME: Final = 30
_NARROWEST: Final = 24  # columns in which words still read as lines
_TONES: Final = {
    **{label.word: label.style for label in DIFFERENCES.values()},
    **dict.fromkeys(("unknown", "not asked"), Style.ATTENTION),
}
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
        yield from _folded("", printable(paragraph), columns)
    for part in explanation.parts:
        yield ""
        yield paint(part.title, Style.SCHOOL)
        if part.text:
            yield from _folded("", part.text, columns)
        width = min(max(len(row.name) for row in part.rows), _WIDEST_NAME)
        for row in part.rows:
            yield from _row(row, width, paint, columns)


def _row(row: ExplainedRow, width: int, paint: Paint, columns: int | None) -> Iterator[str]:
    """A name and its values; one layer is told on the same line, several below."""
    texts = [printable(_joined(row.values)), printable(row.detail), _place(row.origin)]
    if len(row.layers) == 1:
        (only,) = row.layers
        word = only.layer if only.values == row.values else f"{only.layer}: {_joined(only.values)}"
        texts.append(f"({printable(word)}{', ' if only.origin else ''}{_place(only.origin)})")
    name = f"  {printable(row.name):<{width}}  "
    first, *others = _folded(name, "  ".join(filter(None, texts)), columns)
    tone = _TONES.get(row.name) or _TONES.get(texts[0])
    yield paint(name, tone) + first.removeprefix(name) if tone else first
    yield from others
    if len(row.layers) > 1:
        widest = max(len(layer.layer) for layer in row.layers)
        for layer in row.layers:
            said = "  ".join(filter(None, (printable(_joined(layer.values)), _place(layer.origin))))
            yield from _folded(f"    {printable(layer.layer):<{widest}}  ", said, columns)


def _folded(name: str, text: str, columns: int | None) -> Iterator[str]:
    """A name and a text, which is wrapped in a column of its own where that leaves it room."""
    if columns is None:
        yield name + text
        return
    indent = len(name) if columns - len(name) >= _NARROWEST else 4
    for number, line in enumerate(in_lines(text, columns - indent)):
        yield f"{' ' * indent if number else name}{line}"


def _joined(values: Sequence[str]) -> str:
    shown = ", ".join(values[:_MOST_VALUES]) or "none"
    return shown if len(values) <= _MOST_VALUES else f"{len(values)}: {shown} and {len(values) - _MOST_VALUES} more"


def _place(origin: Origin | None) -> str:
    return printable(str(origin)) if origin else ""
