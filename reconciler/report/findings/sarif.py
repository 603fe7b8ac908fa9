"""A plan, or the problems of manifests, as SARIF 2.1.0: for GitHub's code scanning, and for editors."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from reconciler.model.change import Waived
from reconciler.model.entity import entity_key
from reconciler.model.plan import Plan
from reconciler.model.problem import Problem, RuleText, Severity
from reconciler.model.review import NoReview
from reconciler.report import finding_rules as rules
from reconciler.report.findings.finding import Finding, Level
from reconciler.report.findings.findings import ranked
from reconciler.report.findings.sarif_log import (
    MOST,
    Run,
    RunNotice,
    bounds,
    fingerprints,
    log,
    message,
    physical_location,
)
from reconciler.report.input import ReportInput
from reconciler.report.problems.input import ProblemsInput
from reconciler.report.problems.text import gravest_first

# The unknown is neither right nor wrong: SARIF has kinds for it, and only failures have a level.
_KINDS: Final = {rules.SCHOOL_UNREACHABLE: "open", rules.NOT_KNOWN: "open", rules.TO_ATTEST: "review"}
_LEVELS: Final = {
    **dict.fromkeys(_KINDS, "none"),
    rules.ENTITY_REPORTED: "note",
    rules.OVER_LIMIT: "error",
}
_OF_PROBLEMS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.ADVICE: "note"}


def render_sarif(material: ReportInput) -> str:
    """Render the plan's findings. A waived difference is a result with a suppression, so it raises no alert."""
    top = ranked(material, MOST, with_waived=True)
    plan = material.plan
    return log(
        Run(
            category=material.kind,
            version=material.version,
            rules=rules.FINDING_RULES,
            levels=_LEVELS,
            results=(_result(finding, material.folder) for finding in top.first),
            notices=[*_notices(material), *bounds(top.total, len(top.first))],
            successful=not plan.interrupted,
            ended=material.created,
            properties=_properties(material),
        )
    )


def _properties(material: ReportInput) -> dict[str, Any]:
    plan, review = material.plan, material.review
    properties = {"workspace": plan.workspace, "fingerprint": plan.fingerprint, "complete": plan.complete}
    return properties | ({"base": review.base, "commit": review.commit} if review else {})


def _notices(material: ReportInput) -> Iterator[RunNotice]:
    """The limits of the view: stopped, incomplete, a snapshot, or no review."""
    plan: Plan = material.plan
    if plan.interrupted:
        yield RunNotice("stopped", "error", "Stopped before everything was checked: this is only part of the picture.")
    if not plan.complete:
        known_facts = f"{plan.summary.known} of {plan.summary.facts} facts known"
        yield RunNotice(
            "incomplete-view",
            "warning",
            f"{known_facts}: a fact without a result may be unknown rather than right.",
        )
    if plan.recorded:
        text = f"Compared with the snapshot recorded {plan.recorded.isoformat()}, not with the service."
        yield RunNotice("snapshot", "note", text)
    if isinstance(material.review, NoReview):
        yield RunNotice("no-review", "warning", f"We cannot tell what changed: {material.review.reason}.")


def _result(finding: Finding, folder: str) -> dict[str, Any]:
    level = finding.level.value
    result: dict[str, Any] = {"ruleId": finding.rule}
    result |= {"kind": _KINDS[finding.rule], "level": "none"} if finding.level is Level.UNKNOWN else {"level": level}
    result["message"] = message(f"{finding.place}: {finding.message}." if finding.place else f"{finding.message}.")
    result["locations"] = [_location(finding, folder)]
    result["partialFingerprints"] = fingerprints(
        finding.rule, finding.school, finding.supplier, entity_key(finding.name)
    )
    if finding.waived:
        result["suppressions"] = [_suppression(finding.waived, folder)]
    result["properties"] = {"risk": finding.risk.value} | ({"cause": finding.cause.value} if finding.cause else {})
    return result


def _location(finding: Finding, folder: str) -> dict[str, Any]:
    location: dict[str, Any] = {"physicalLocation": physical_location(finding.origin, folder)}
    if finding.place:
        location["logicalLocations"] = [{"fullyQualifiedName": finding.place, "kind": "resource"}]
    return location


def _suppression(waived: Waived, folder: str) -> dict[str, Any]:
    text = f"{waived.by}, until {waived.expires.isoformat()}: {waived.reason}"
    return {
        "kind": "external",
        "status": "accepted",
        "justification": message(text)["text"],
        "location": {"physicalLocation": physical_location(waived.origin, folder)},
    }


def render_problems_sarif(report: ProblemsInput) -> str:
    """Render the problems of manifests, followed by the waived advice: results with a suppression, which raise no
    alert."""
    every = [*gravest_first(report.problems), *report.waived]
    ordered = every[:MOST]
    rules_by_id = {text.id: text for text in report.rules()}
    rules_by_id |= {
        problem.rule: RuleText(problem.rule, problem.rule, "") for problem in every if problem.rule not in rules_by_id
    }
    seen: Counter[tuple[str, str, str]] = Counter()
    results = []
    for number, problem in enumerate(ordered):
        same = problem.rule, problem.origin.file, problem.message
        seen[same] += 1
        render = _of_problem if number < len(report.problems) else _of_waived
        results.append(render(problem, report.folder, fingerprints(*same, str(seen[same]))))
    return log(
        Run(
            category="manifests",
            version=report.version,
            rules=tuple(rules_by_id.values()),
            levels={problem.rule: _OF_PROBLEMS[problem.severity] for problem in reversed(ordered)},
            results=results,
            notices=[*bounds(len(every), len(ordered))],
        )
    )


def _of_problem(problem: Problem, folder: str, same: dict[str, str]) -> dict[str, Any]:
    hint = f" {problem.hint}" if problem.hint else ""
    return {
        "ruleId": problem.rule,
        "level": _OF_PROBLEMS[problem.severity],
        "message": message(f"{problem.message}{hint}"),
        "locations": [{"physicalLocation": physical_location(problem.origin, folder)}],
        "partialFingerprints": same,
    }


def _of_waived(problem: Problem, folder: str, same: dict[str, str]) -> dict[str, Any]:
    result = _of_problem(replace(problem, hint=""), folder, same)
    justification = message(problem.hint)["text"]
    return result | {"suppressions": [{"kind": "inSource", "status": "accepted", "justification": justification}]}
