"""Problems in manifests, their places, and the texts of rules."""

from enum import StrEnum
from typing import NamedTuple

from reconciler.startup import dataclass


class Origin(NamedTuple):
    """A place in a manifest: the file relative to the workspace with `/`, line and column counted from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class DeclaredValue(NamedTuple):
    """A text that a manifest declares, and where. Two are the same declaration when their `value`s are the same."""

    value: str
    origin: Origin


class Severity(StrEnum):
    """An error stops every command; a warning is shown and stops none; advice, which `lint` alone gives, is about
    manifests that are right and could be better."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a manifest, or something to think about.

    rule      the id of the check that found it: of reading (`yaml`, `schema`, `file`), a rule of `manifest/rules/`, or
              advice of `manifest/advice/`; `manifest/rule_texts.py` has them all
    hint      the remedy; empty if the message says it already
    line      the text of the source line, with passwords already masked; empty where there is none to show
    """

    rule: str
    severity: Severity
    origin: Origin
    message: str
    hint: str = ""
    line: str = ""


@dataclass(frozen=True, slots=True)
class RuleText:
    """A rule that manifests are checked against.

    id     what a Problem's `rule` is
    title  the rule in one sentence, with its full stop
    text   why it matters, in plain text with an empty line between paragraphs; may be empty
    """

    id: str
    title: str
    text: str
