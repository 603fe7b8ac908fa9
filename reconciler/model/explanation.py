"""An explanation: why a value, a fact, a rule or a word of a report is as it is."""

from dataclasses import dataclass

from reconciler.model.problem import Origin


@dataclass(frozen=True, slots=True)
class LayerWord:
    """The word of one layer on a value, as written, placeholders and all. `origin` is None if it is built in."""

    layer: str
    values: tuple[str, ...]
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class ExplainedRow:
    """One value or fact.

    name    the key of a manifest, the kind and name of a fact, or the word that it is about
    values  what it is; a list has one text for each item
    detail  how that is known, or why it matters; may be empty
    origin  the place that says so, where no layers do
    layers  what it went through; each wins over the one before
    """

    name: str
    values: tuple[str, ...]
    detail: str = ""
    origin: Origin | None = None
    layers: tuple[LayerWord, ...] = ()


@dataclass(frozen=True, slots=True)
class ExplanationPart:
    """One part of an explanation: `id` is for programs, `title` and `text` for people."""

    id: str
    title: str
    text: str
    rows: tuple[ExplainedRow, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer to one question.

    subject  the words behind `reconciler explain` that lead here
    title    the thing in one line
    text     paragraphs; commands in backticks
    """

    subject: str
    title: str
    text: tuple[str, ...]
    parts: tuple[ExplanationPart, ...] = ()
