"""A plan as JUnit XML, which every CI system shows as tests: a suite for a school, and a case for each of its accesses.

| the access                                  | its case                                            |
|---------------------------------------------|-----------------------------------------------------|
| differs, whatever else is unknown           | failed                                              |
| does not differ, but something is unknown   | skipped: neither passed, nor failed as one that     |
| or not carried out yet                      | differs; `error` would be, for Azure and Jenkins    |
| is as declared, or differs as is waived     | passed                                              |

A school has a case for itself. The plan has one for its limits, and one for accounts that are no longer agreed if there
are any. The form is the one that Jenkins checks (xunit-plugin's
junit-10.xsd), in the parts that GitLab and Azure Pipelines read too.
"""

import html
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from reconciler.model.plan import AccessPlan, SchoolPlan
from reconciler.model.review import Cause
from reconciler.report.escape import printable
from reconciler.report.finding_rules import ENTITY_REPORTED, WORD_DENIED
from reconciler.report.findings.finding import Finding, Level
from reconciler.report.findings.findings import of_access, of_limits, of_orphans, of_school
from reconciler.report.input import ReportInput
from reconciler.report.labels import plural, waived
from reconciler.report.story.unknown_lines import is_down

_SELF: Final = "(the school itself)"
_LIMITS: Final = "(limits)"
_ORPHANS: Final = "(no longer agreed)"
_NO_DIFFERENCE: Final = frozenset({ENTITY_REPORTED, WORD_DENIED})
_ATTACHMENT: Final = "[[ATTACHMENT|"  # GitLab takes what follows for a file to offer


@dataclass(frozen=True, slots=True)
class _Case:
    """One case. `differs` and `open`, as (state, message), say why it did not pass; `lines` is its whole text."""

    name: str
    differs: Sequence[str]
    open: Sequence[tuple[str, str]]
    lines: Sequence[str]

    @property
    def failed(self) -> bool:
        return bool(self.differs)

    @property
    def skipped(self) -> bool:
        return bool(self.open) and not self.failed


def render_junit(material: ReportInput) -> str:
    """Render the plan as JUnit XML, from the findings of every report."""
    plan = material.plan
    suites = [(_LIMITS, [_case(_LIMITS, of_limits(material))])]
    if material.orphans:
        suites.append((_ORPHANS, [_case(_ORPHANS, of_orphans(material))]))
    accesses = {
        school: list(accesses_there)
        for school, accesses_there in groupby(plan.accesses, key=lambda access: access.address.school)
    }
    suites += [(school.name, list(_cases(material, school, accesses.get(school.name, [])))) for school in plan.schools]
    cases = [case for _, accesses_there in suites for case in accesses_there]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    lines.append(f"<testsuites{_attributes(name=f'reconciler {material.kind}', **_counts(cases))}>")
    lines += (line for name, accesses_there in suites for line in _suite(material, name, accesses_there))
    lines.append("</testsuites>")
    return "\n".join(lines) + "\n"


def _cases(material: ReportInput, school: SchoolPlan, accesses: Sequence[AccessPlan]) -> Iterator[_Case]:
    down = is_down(school)
    blind = sum(bool(access.unknown) for access in accesses) if down else 0
    yield _case(_SELF, of_school(material, school, blind))
    for access in accesses:
        case = _case(access.address.supplier, of_access(material, access, school_down=down))
        if down and access.unknown and not case.open:  # what is told of the school alone
            yield _Case(case.name, case.differs, [("unknown", "the school is not reachable")], case.lines)
        else:
            yield case


def _case(name: str, findings: Iterable[Finding]) -> _Case:
    listed = list(findings)
    of_differences = [
        finding for finding in listed if finding.level is not Level.UNKNOWN and finding.rule not in _NO_DIFFERENCE
    ]
    return _Case(
        name,
        [each.message for each in of_differences if not each.waived and each.cause is not Cause.PENDING],
        [
            *(("pending", each.message) for each in of_differences if each.cause is Cause.PENDING),
            *(("unknown", each.message) for each in listed if each.level is Level.UNKNOWN),
        ],
        [_line(finding) for finding in listed],
    )


def _line(finding: Finding) -> str:
    text = f"{finding.rule}: {finding.message} ({finding.origin})"
    return f"{waived(finding.waived)}: {text}" if finding.waived else f"{finding.level.value}: {text}"


def _counts(cases: Sequence[_Case]) -> dict[str, str]:
    failures = sum(case.failed for case in cases)
    return {"tests": str(len(cases)), "failures": str(failures), "errors": "0", "time": "0"}


def _suite(material: ReportInput, name: str, cases: Sequence[_Case]) -> Iterator[str]:
    skipped = str(sum(case.skipped for case in cases))
    timestamp = {"timestamp": material.created.strftime("%Y-%m-%dT%H:%M:%S")} if material.created else {}
    yield f"  <testsuite{_attributes(name=name, **_counts(cases), skipped=skipped, **timestamp)}>"
    for case in cases:
        head = f"    <testcase{_attributes(classname=f'{material.plan.workspace}.{name}', name=case.name, time='0')}"
        inside = list(_inside(case))
        yield f"{head}>" if inside else f"{head}/>"
        yield from inside
        if inside:
            yield "    </testcase>"
    yield "  </testsuite>"


def _inside(case: _Case) -> Iterator[str]:
    if case.failed:
        message = f"{plural(len(case.differs), 'difference')}: {case.differs[0]}"
        yield f"      <failure{_attributes(message=message, type='difference')}>{_lines(case.differs)}</failure>"
    elif case.skipped:
        message, texts = ": ".join(case.open[0]), [text for _, text in case.open]
        yield f"      <skipped{_attributes(message=message)}>{_lines(texts)}</skipped>"
    if case.lines:
        yield f"      <system-out>{_lines(case.lines)}</system-out>"


def _attributes(**values: str) -> str:
    return "".join(f' {key}="{_escaped(value)}"' for key, value in values.items())


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(map(_escaped, texts))


def _escaped(text: str) -> str:
    """Escape text for XML 1.0, which cannot hold most control characters: printable text has none."""
    return html.escape(printable(text).replace(_ATTACHMENT, _ATTACHMENT.replace("[", "\\x5b", 1)), quote=True)
