"""What a rule is, for people: what reports link a problem to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RuleText:
    """A rule that manifests are checked against.

    id     what a Problem's `rule` is
    title  what holds, in one sentence, with its full stop
    text   why it matters, in plain text whose paragraphs are parted by an empty line; may be empty
    """

    id: str
    title: str
    text: str
