"""Allowances: comments in a manifest that allow advice there, for a reason and for a time.

    entities: [Students, PersonPhotos] # reconciler: allow person-photos until 2027-08-31: they print library cards

One at the end of a line holds for what begins on that line, one on a line of its own for what begins on the next: a key
with its value, or an item of a list.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias

from reconciler.manifest.text.comments import layout
from reconciler.manifest.text.secret_masking import masked_lines
from reconciler.manifest.text.source import SourceText
from reconciler.manifest.text.typed_scalars import day_of
from reconciler.model.problem import DeclaredValue, Origin, Problem, Severity
from reconciler.spelling import did_you_mean

MALFORMED: Final = "allowance"
UNUSED: Final = "allowance-unused"
_LONGEST_NAME: Final = 60  # characters that are told of what was typed for a rule
_LONGEST_REASON: Final = 500
_ALLOWANCE: Final = re.compile(r"#\s*reconciler\s*:\s*allow(?![\w-])(?P<terms>.*)")
_TERMS: Final = re.compile(
    r"""(?P<rules> .*?)
        (?: (?:^|\s) until (?: \s+ (?P<until> [^\s:]*) (?: \s* : \s* (?P<reason> .*) | \s .*)? )? )? $""",
    re.VERBOSE,
)
_RULE: Final = re.compile(r"[^\s,]+")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_Ruled: TypeAlias = tuple[str, str]  # a file, and the id of advice
_FORM: Final = "Write # reconciler: allow RULE until 2027-08-31: and why"


@dataclass(frozen=True, slots=True)
class Suppression:
    """One piece of advice that is waived: a comment that names several is as many of these.

    rule   the id of the advice, and where the comment names it
    until  the last day on which it is waived
    lines  of which lines of the file the advice is waived
    """

    rule: DeclaredValue
    until: date
    reason: str
    lines: range


class Suppressions:
    """The allowances of a workspace, beside the advice that they may be of.

    An attacker may write tens of thousands of both, so each is looked up, and not searched for.
    """

    def __init__(self, allowances: Iterable[Suppression], advice: Iterable[Problem]) -> None:
        self._by_rule: defaultdict[_Ruled, list[Suppression]] = defaultdict(list)
        for allowance in allowances:
            self._by_rule[allowance.rule.origin.file, allowance.rule.value].append(allowance)
        lines: defaultdict[_Ruled, set[int]] = defaultdict(set)
        for problem in advice:
            lines[problem.origin.file, problem.rule].add(problem.origin.line)
        self._lines = {ruled: sorted(lines[ruled]) for ruled in self._by_rule if ruled in lines}
        self._longest = {ruled: _longest(advised, self._by_rule[ruled]) for ruled, advised in self._lines.items()}

    def of(self, problem: Problem) -> Suppression | None:
        """The one of this advice at its place that holds longest, whether it is over or not."""
        return self._longest.get((problem.origin.file, problem.rule), {}).get(problem.origin.line)

    def unused(self, judged: Container[str]) -> Iterator[Problem]:
        """Advice on each that is of none of the advice; `judged` are the rules that looked."""
        for ruled, allowances in self._by_rule.items():
            lines, rule = self._lines.get(ruled, []), ruled[1]
            for allowance in allowances if rule in judged else ():
                if bisect_left(lines, allowance.lines.start) == bisect_left(lines, allowance.lines.stop):
                    hint = "Remove it, or move it to the line of the advice, or to its own line directly above."
                    yield Problem(
                        UNUSED, Severity.ADVICE, allowance.rule.origin, f"`{rule}` reports nothing here.", hint
                    )


def _longest(lines: list[int], allowances: Iterable[Suppression]) -> dict[int, Suppression]:
    """{line: of the allowances that are of it, the one that holds longest}, of sorted lines.

    The longest takes all of its lines, the next those that are left: `after` leads from the number of a line past
    those that are taken, and is shortened on the way, so that none is stepped over often.
    """
    taken: dict[int, Suppression] = {}
    after = list(range(len(lines) + 1))

    def free(number: int) -> int:
        while after[number] != number:
            after[number] = after[after[number]]
            number = after[number]
        return number

    for allowance in sorted(allowances, key=lambda one: one.until, reverse=True):
        number = free(bisect_left(lines, allowance.lines.start))
        while number < len(lines) and lines[number] < allowance.lines.stop:
            taken[lines[number]] = allowance
            after[number] = number + 1
            number = free(number)
    return taken


def suppressions_in(
    source: SourceText, advice: AbstractSet[str], rules: AbstractSet[str]
) -> tuple[list[Suppression], list[Problem]]:
    """The allowances of a file, and their faults.

    `advice` and `rules` are the ids of what may be allowed, and of what may not.
    """
    suppressions: list[Suppression] = []
    problems: list[Problem] = []
    if _ALLOWANCE.search(source.text) is None:
        return suppressions, problems
    file = layout(source)
    for comment in file.comments:
        place = Origin(source.file, comment.line, comment.column)
        text = masked_lines(comment.text)[0]  # a password may be beside it, or be the reason
        allowance = _ALLOWANCE.fullmatch(text)
        if allowance is None:
            continue
        terms = _SuppressionTerms(place, allowance["terms"], allowance.start("terms"))
        problems.extend(terms.problems(advice, rules))
        day = day_of(terms.until) if _DATE.fullmatch(terms.until) else None
        if day is not None and terms.reason:
            lines = file.item_below(comment.line) if comment.alone else file.item_at(comment.line)
            suppressions += [Suppression(rule, day, terms.reason, lines) for rule in terms.rules]
    return suppressions, problems


class _SuppressionTerms:
    """The terms of an allowance, as they were typed."""

    def __init__(self, place: Origin, text: str, offset: int) -> None:
        """`offset` is where in the comment the text begins."""
        self.place = place
        match = _TERMS.fullmatch(text.rstrip())
        assert match is not None  # every part of the pattern may be missing
        self.until: str = match["until"] or ""
        self.reason = _bounded((match["reason"] or "").strip(), _LONGEST_REASON)
        self.rules = tuple(
            DeclaredValue(rule[0].rstrip(":"), place._replace(column=place.column + offset + rule.start()))
            for rule in _RULE.finditer(match["rules"])
        )

    def problems(self, advice: AbstractSet[str], rules: AbstractSet[str]) -> Iterator[Problem]:
        """Its faults."""
        if not self.rules:
            yield _malformed(self.place, "This comment does not name the advice that it allows.", _FORM)
        for rule in self.rules:
            if rule.value not in advice:
                yield _unknown(rule, advice, rules)
        if not _DATE.fullmatch(self.until):
            yield _malformed(self.place, "This comment does not say until when.", _FORM)
        elif day_of(self.until) is None:
            yield _malformed(self.place, f"The date {self.until} does not exist.", "Check the month and the day.")
        elif not self.reason:
            yield _malformed(self.place, "This comment gives no reason.", _FORM)


def _malformed(place: Origin, message: str, hint: str) -> Problem:
    return Problem(MALFORMED, Severity.WARNING, place, message, hint)


def _unknown(rule: DeclaredValue, advice: AbstractSet[str], rules: AbstractSet[str]) -> Problem:
    name = _bounded(rule.value, _LONGEST_NAME)
    if rule.value in rules:
        message, hint = (
            f"`{name}` is not advice. Fix the problem: it cannot be allowed.",
            "Remove it from this comment.",
        )
    else:
        message, hint = f"There is no advice `{name}`.", did_you_mean(name, advice)
    return _malformed(rule.origin, message, hint)


def _bounded(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}..."
