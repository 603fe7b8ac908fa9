"""A plan, or the problems of manifests, as annotations of GitHub: on the lines of the manifests, the riskiest first.

A step shows ten errors, ten warnings and ten notices, and silently drops the rest. So the highest ranks come first,
equal findings at many schools become one annotation, and the last notice says how many are left out.

GitHub's workflow commands: `::error file=a.yaml,line=3,col=5,title=Words::More words`. They are escaped as the runner
reads them (actions/runner, ActionCommand.cs): `%`, carriage return and line feed everywhere, `:` and `,` in a property
too.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from reconciler.model.problem import Origin, Problem, Severity
from reconciler.planning.ranking import together
from reconciler.report.escape import printable
from reconciler.report.findings.finding import Finding, Level
from reconciler.report.findings.findings import ranked
from reconciler.report.input import ReportInput
from reconciler.report.labels import plural
from reconciler.report.problems.input import ProblemsInput
from reconciler.report.problems.text import gravest_first

_ERROR, _WARNING, _NOTICE = "error", "warning", "notice"
_MOST: Final = {_ERROR: 10, _WARNING: 10, _NOTICE: 9}  # the tenth notice says how many more there are
_LIGHTER: Final = tuple(_MOST)
_LOOKED_AT: Final = 5_000  # findings; only what is the same as many others can be further back and still be shown
_SCHOOLS_NAMED: Final = 10
_OF_LEVELS: Final = {Level.ERROR: _ERROR, Level.WARNING: _WARNING, Level.NOTE: _NOTICE, Level.UNKNOWN: _NOTICE}
_OF_PROBLEMS: Final = {Severity.ERROR: _ERROR, Severity.WARNING: _WARNING, Severity.ADVICE: _NOTICE}


class _Annotation(NamedTuple):
    """One annotation. `name` is the command's; `stands_for` is the number of findings in it."""

    name: str
    title: str
    message: str
    origin: Origin
    stands_for: int = 1


def render_github(material: ReportInput) -> str:
    """Render the plan's findings as workflow commands, a line each. Waived differences are left out."""
    top = ranked(material, _LOOKED_AT, with_waived=False)
    return _render(map(_annotation, _alike(top.first)), top.total, material.folder, _where(material))


def render_problems_github(report: ProblemsInput) -> str:
    """Render the problems of manifests as workflow commands, a line each, the most serious first."""
    annotations = (
        _Annotation(_OF_PROBLEMS[problem.severity], problem.rule, _of_problem(problem), problem.origin)
        for problem in gravest_first(report.problems)
    )
    return _render(annotations, len(report.problems), report.folder, "the log and the other reports list them all")


def _of_problem(problem: Problem) -> str:
    return f"{problem.message} {problem.hint}" if problem.hint else problem.message


def _render(annotations: Iterable[_Annotation], total: int, folder: str, elsewhere: str) -> str:
    shown = list(_within_bounds(annotations))
    lines = [
        command(annotation.name, annotation.message, title=annotation.title, origin=annotation.origin, folder=folder)
        for annotation in shown
    ]
    left = total - sum(annotation.stands_for for annotation in shown)
    if left:
        lines.append(command(_NOTICE, f"{left} more are not shown here: {elsewhere}.", title="Not everything is shown"))
    return "".join(f"{line}\n" for line in lines)


def _within_bounds(annotations: Iterable[_Annotation]) -> Iterator[_Annotation]:
    """Take as many as a step shows, in their order. A kind without room uses the room of a lighter one, so that nothing
    shown ranks below something left out."""
    room = dict(_MOST)
    for annotation in annotations:
        lighter = _LIGHTER[_LIGHTER.index(annotation.name) :]
        name = next((name for name in lighter if room[name]), None)
        if name is None:
            return
        room[name] -= 1
        yield annotation._replace(name=name)


def _where(material: ReportInput) -> str:
    return f"the full report is at {material.details}" if material.details else "see the job's summary"


def _alike(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Group findings that differ in their school alone. Within a rank, the larger group comes first."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        same = finding.rule, finding.level, finding.supplier, finding.message, finding.origin, finding.cause
        groups.setdefault(same, []).append(finding)
    return sorted(groups.values(), key=lambda alike: together([finding.rank for finding in alike]))


def _annotation(alike: Sequence[Finding]) -> _Annotation:
    first = alike[0]
    message, title = first.message, f"{first.place or 'the plan'}: {first.rule}"
    if len(alike) > 1:
        schools = [finding.school for finding in alike]
        more = f" and {len(schools) - _SCHOOLS_NAMED} more" if len(schools) > _SCHOOLS_NAMED else ""
        message = f"{message}; at {', '.join(schools[:_SCHOOLS_NAMED])}{more}"
        title = f"{first.supplier or 'schools'} at {plural(len(schools), 'school')}: {first.rule}"
    message = f"{message[:1].upper()}{message[1:]}."
    return _Annotation(_OF_LEVELS[first.level], title, message, first.origin, len(alike))


_LONGEST_TITLE: Final = 200  # characters; GitHub takes 255
_LONGEST: Final = 2_000  # characters of a message; the runner cuts one of 4,096


def command(name: str, message: str, *, title: str, origin: Origin | None = None, folder: str = "") -> str:
    """One command, without a line end. `folder` is the workspace's path in its repository."""
    properties = {}
    if origin:
        properties["file"] = printable(f"{folder}/{origin.file}" if folder else origin.file)
        properties |= {"line": str(origin.line), "col": str(origin.column)}
    properties["title"] = _cut(title, _LONGEST_TITLE)
    settings = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {settings}::{_data(_cut(message, _LONGEST))}"


def _cut(text: str, longest: int) -> str:
    shown = printable(text)
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
