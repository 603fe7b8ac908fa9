"""Allowances: comments in a manifest that waive advice where it stands, for a reason and for a time.

    entities: [Students, PersonPhotos] # reconciler: allow person-photos until 2027-08-31: they print library cards

One at the end of a line holds for what begins on that line, one on a line of its own for what begins on the next: a key
with its value, or an item of a list.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reconciler.manifest.comments import layout
from reconciler.manifest.soon import day_of
from reconciler.model.origin import Declared, Origin
from reconciler.model.problem import Problem, Severity
from reconciler.nearest import did_you_mean, edits

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator
    from collections.abc import Set as AbstractSet
    from datetime import date

    from reconciler.manifest.source import Source

MALFORMED: Final = "allowance"
UNUSED: Final = "allowance-unused"
_VERB: Final = "allow"
_LIKE_IT: Final = frozenset({"accept", "allowed", "disable", "ignore", "noqa", "permit", "skip", "waive"})
_MOST_EDITS: Final = 1
_OURS: Final = re.compile(r"#\s*reconciler\s*:\s*(?P<verb>[\w-]+)(?P<terms>.*)")
_TERMS: Final = re.compile(
    r"""(?P<rules> .*?)
        (?: (?:^|\s) until (?: \s+ (?P<until> [^\s:]*) (?: \s* : \s* (?P<reason> .*) | \s .*)? )? )? $""",
    re.VERBOSE,
)
_RULE: Final = re.compile(r"[^\s,]+")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FORM: Final = "write # reconciler: allow RULE until 2027-08-31: and why"


@dataclass(frozen=True, slots=True)
class Allowance:
    """One piece of advice that is waived: a comment that names several is as many of these.

    rule   the id of the advice, and where the comment names it
    until  the last day on which it is waived
    lines  of which lines of the file the advice is waived
    """

    rule: Declared
    until: date
    reason: str
    lines: range


class Allowances:
    """The allowances of a workspace, by what they are of."""

    def __init__(self, allowances: Iterable[Allowance]) -> None:
        self._by_rule: defaultdict[tuple[str, str], list[Allowance]] = defaultdict(list)
        for allowance in allowances:
            self._by_rule[allowance.rule.origin.file, allowance.rule.value].append(allowance)

    def of(self, problem: Problem) -> Iterator[Allowance]:
        """Those that are of this advice at its place, whether they are over or not."""
        for allowance in self._by_rule.get((problem.origin.file, problem.rule), ()):
            if problem.origin.line in allowance.lines:
                yield allowance

    def unused(self, found: Iterable[Problem], judged: Container[str]) -> Iterator[Problem]:
        """Advice on each that is of none of the advice that was found; `judged` are the rules that looked."""
        used = {allowance.rule for problem in found for allowance in self.of(problem)}
        for (_, rule), allowances in self._by_rule.items():
            for allowance in allowances:
                if rule in judged and allowance.rule not in used:
                    hint = "take it out, or move it to the line of the advice, or to a line of its own directly above"
                    yield Problem(UNUSED, Severity.ADVICE, allowance.rule.origin, f"`{rule}` says nothing here", hint)


def allowances_in(
    source: Source, advice: AbstractSet[str], rules: AbstractSet[str]
) -> tuple[list[Allowance], list[Problem]]:
    """The allowances of a file, and what is wrong with them.

    `advice` and `rules` are the ids of what may be allowed, and of what may not.
    """
    found: list[Allowance] = []
    problems: list[Problem] = []
    if _OURS.search(source.text) is None:
        return found, problems
    file = layout(source)
    for comment in file.comments:
        ours = _OURS.fullmatch(comment.text)
        if ours is None or not _is_meant(ours["verb"]):
            continue
        place = Origin(source.file, comment.line, comment.column)
        terms = _Terms(place, ours["verb"], ours["terms"], ours.start("terms"))
        problems.extend(terms.problems(advice, rules))
        day = day_of(terms.until) if _DATE.fullmatch(terms.until) else None
        if day is not None and terms.reason and terms.verb == _VERB:
            lines = file.item_below(comment.line) if comment.alone else file.item_at(comment.line)
            found += [Allowance(rule, day, terms.reason, lines) for rule in terms.rules]
    return found, problems


def _is_meant(verb: str) -> bool:
    """Whether a comment that begins with our name is an allowance, if a mistyped one, or a remark."""
    return verb.casefold() in _LIKE_IT or edits(verb.casefold(), _VERB, _MOST_EDITS) is not None


class _Terms:
    """What an allowance says, as it was typed."""

    def __init__(self, place: Origin, verb: str, text: str, offset: int) -> None:
        """`offset` is where in the comment the text begins."""
        self.place = place
        self.verb = verb
        said = _TERMS.fullmatch(text.rstrip())
        assert said is not None  # every part of the pattern may be missing
        self.until: str = said["until"] or ""
        self.reason: str = (said["reason"] or "").strip()
        self.rules = tuple(
            Declared(rule[0].rstrip(":"), place._replace(column=place.column + offset + rule.start()))
            for rule in _RULE.finditer(said["rules"])
        )

    def problems(self, advice: AbstractSet[str], rules: AbstractSet[str]) -> Iterator[Problem]:
        """What is wrong with it."""
        if self.verb != _VERB:
            yield self._problem(f"`{self.verb}` is no word for this", _FORM)
            return
        if not self.rules:
            yield self._problem("it is not said which advice is allowed here", _FORM)
        for rule in self.rules:
            if rule.value not in advice:
                yield _unknown(rule, advice, rules)
        if not _DATE.fullmatch(self.until):
            yield self._problem("it is not said until when this is allowed", _FORM)
        elif day_of(self.until) is None:
            yield self._problem(f"there is no {self.until}", "check the month and the day")
        elif not self.reason:
            yield self._problem("it is not said why this is allowed", _FORM)

    def _problem(self, message: str, hint: str) -> Problem:
        return Problem(MALFORMED, Severity.WARNING, self.place, message, hint)


def _unknown(rule: Declared, advice: AbstractSet[str], rules: AbstractSet[str]) -> Problem:
    if rule.value in rules:
        message, hint = f"`{rule.value}` is no advice: it is not to be allowed, but to be mended", "take it out"
    else:
        message, hint = f"there is no advice `{rule.value}`", did_you_mean(rule.value, advice)
    return Problem(MALFORMED, Severity.WARNING, rule.origin, message, hint)
