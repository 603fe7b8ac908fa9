"""A folder -> what `validate` says of it, and advice on manifests that are right and could be better."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from reconciler.manifest.advice import ADVICE, SETS
from reconciler.manifest.linting.context import LintContext
from reconciler.manifest.linting.suppressions import Suppression, Suppressions, suppressions_in
from reconciler.manifest.load import Loaded, loaded
from reconciler.manifest.rule_texts import OF_READING
from reconciler.manifest.rules import RULES
from reconciler.manifest.text.hidden_characters import in_comments
from reconciler.manifest.workspace.reading import WorkspaceReading, read_folder
from reconciler.model.problem import Problem


@dataclass(frozen=True, slots=True)
class Linted:
    """All problems and advice of a workspace, sorted by place.

    loaded    what `validate` goes by
    problems  the problems of the manifests, and the advice that nothing waives
    waived    the advice that a comment waives: the hint says until when and why
    """

    loaded: Loaded
    problems: tuple[Problem, ...]
    waived: tuple[Problem, ...]


def lint(workspace: Path, sets: Iterable[str], today: date) -> Linted:
    """Everything that `load` says of a workspace, and the advice of these sets of SETS as of a day (UTC).

    Raises InputError where the folder itself cannot be used.
    """
    return linted(read_folder(workspace, {}), sets, today)


def linted(reading: WorkspaceReading, sets: Iterable[str], today: date) -> Linted:
    """The same of a folder that was read."""
    result = loaded(reading, today)
    chosen = frozenset[str]().union(*(SETS[name] for name in sets))
    overview = LintContext(reading.manifests, result.desired, today)
    advice = [problem for one in ADVICE if one.ID in chosen for problem in one.check(overview)]
    suppressions, wrong = _allowances(reading)
    allowances = Suppressions(suppressions, advice)
    left, waived = _parted(advice, allowances, today)
    idle = allowances.unused(chosen) if result.desired is not None else ()
    hidden = (problem for source in reading.sources for problem in in_comments(source))
    problems = reading.presentable([*result.problems, *wrong, *left, *idle, *hidden])
    return Linted(result, problems, reading.presentable(waived))


def _allowances(reading: WorkspaceReading) -> tuple[list[Suppression], list[Problem]]:
    """Every comment of the files that waives advice, and what is wrong with such comments."""
    advice_ids = frozenset(advice.ID for advice in ADVICE)
    others = frozenset(rule.ID for rule in RULES) | {text.id for text in OF_READING}
    allowances: list[Suppression] = []
    problems: list[Problem] = []
    for source in reading.sources:
        in_file, wrong = suppressions_in(source, advice_ids, others)
        allowances += in_file
        problems += wrong
    return allowances, problems


def _parted(advice: Iterable[Problem], allowances: Suppressions, today: date) -> tuple[list[Problem], list[Problem]]:
    """Advice that is left, and advice that is waived. What was waived until a day that is over is left, and says so."""
    left: list[Problem] = []
    waived: list[Problem] = []
    for problem in advice:
        last = allowances.of(problem)
        if last is None:
            left.append(problem)
        elif last.until < today:
            left.append(replace(problem, message=f"{problem.message} It was allowed until {last.until}."))
        else:
            waived.append(replace(problem, hint=f"Allowed until {last.until}: {last.reason}"))
    return left, waived
