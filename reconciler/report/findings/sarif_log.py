"""The parts of a SARIF log (SARIF 2.1.0, the OASIS standard), and GitHub's limits for one."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from urllib.parse import quote

from reconciler.model.problem import Origin, RuleText
from reconciler.report.escape import json_text, printable, printed

# GitHub refuses a run with more results than MOST, and shows as many as SHOWN: "SARIF support for code scanning".
MOST: Final = 25_000
SHOWN: Final = 5_000

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_ROOT: Final = "%SRCROOT%"
_NOTICES: Final = {
    "stopped": RuleText("stopped", "A run finishes.", "What it did not ask for is unknown."),
    "incomplete-view": RuleText(
        "incomplete-view",
        "Everything that the manifests declare is known.",
        "An unknown fact is neither right nor wrong: a missing result does not mean that a difference was fixed.",
    ),
    "snapshot": RuleText("snapshot", "A plan is made against the service.", "A snapshot shows the past."),
    "no-review": RuleText(
        "no-review", "The manifests of the base can be read.", "Without them we cannot tell what changed."
    ),
    "left-out": RuleText("left-out", "Every result is in the log.", "GitHub refuses a log with too many."),
    "not-shown": RuleText("not-shown", "Every result is shown.", "GitHub shows only the most serious of many."),
}
_LINK_OR_ARGUMENT: Final = re.compile(r"\](?=\()|\{(?=\d+\})")


@dataclass(frozen=True, slots=True)
class RunNotice:
    """A notice about the run itself. `id` is one of _NOTICES, `level` is `error`, `warning` or `note`."""

    id: str
    level: str
    text: str


@dataclass(frozen=True, slots=True)
class Run:
    """One run.

    category    tells it from other runs over the same commit, so that none replaces another's results
    levels      {rule: the usual level of its results}
    successful  it finished
    ended       None if the same state should give the same bytes
    """

    category: str
    version: str
    rules: Sequence[RuleText]
    levels: Mapping[str, str]
    results: Iterable[dict[str, Any]]
    notices: Sequence[RunNotice] = ()
    successful: bool = True
    ended: datetime | None = None
    properties: Mapping[str, Any] = field(default_factory=dict)


def log(run: Run) -> str:
    """Write the run as a SARIF log, one result a line, one after the other, so that no more than their text is held."""
    driver = {
        "name": "reconciler",
        "fullName": "reconciler: third-party access to a school's Bromcom as reviewed code",
        "version": run.version,
        "semanticVersion": run.version,
        "rules": [_rule(rule, run.levels.get(rule.id, "warning")) for rule in run.rules],
        "notifications": [_rule(_NOTICES[notice.id], notice.level) for notice in run.notices],
    }
    head = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"reconciler-{run.category}/"},
        "language": "en",
        "columnKind": "unicodeCodePoints",  # as the manifests' columns are counted
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The top of the repository with the manifests."}}},
        "invocations": [_invocation(run)],
        "properties": dict(run.properties),
    }
    parts = [f"      {_json(key)}: {_indented(value)},\n" for key, value in head.items()]
    rows = ",\n".join(f"        {_json(result)}" for result in _numbered(run))
    parts.append(f'      "results": [\n{rows}\n      ]\n' if rows else '      "results": []\n')
    return (
        f'{{\n  "$schema": "{_SCHEMA}",\n  "version": "2.1.0",\n  "runs": [\n    {{\n{"".join(parts)}    }}\n  ]\n}}\n'
    )


def _json(value: object) -> str:
    return printed(json.dumps(value, ensure_ascii=False))


def _indented(value: object) -> str:
    """Lines as they stand in a run; a JSON string holds no line break."""
    return json_text(value).rstrip("\n").replace("\n", "\n      ")


def _rule(rule: RuleText, level: str) -> dict[str, Any]:
    text = rule.text or rule.title
    name = "".join(word.capitalize() for word in rule.id.split("-"))
    return {
        "id": rule.id,
        **({"name": name} if "-" in rule.id else {}),  # one that is the id again says nothing
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": text},
        "help": {"text": text, "markdown": f"**{rule.title}**\n\n{text}"},
        "defaultConfiguration": {"level": level},
    }


def _invocation(run: Run) -> dict[str, Any]:
    invocation: dict[str, Any] = {"executionSuccessful": run.successful}
    if run.ended:
        invocation["endTimeUtc"] = run.ended.strftime("%Y-%m-%dT%H:%M:%SZ")
    invocation["toolExecutionNotifications"] = [
        {"descriptor": {"id": notice.id, "index": number}, "level": notice.level, "message": message(notice.text)}
        for number, notice in enumerate(run.notices)
    ]
    return invocation


def _numbered(run: Run) -> Iterator[dict[str, Any]]:
    """The results, each with the number of its rule beside the rule's id."""
    numbers = {rule.id: number for number, rule in enumerate(run.rules)}
    for result in run.results:
        yield {"ruleId": result["ruleId"], "ruleIndex": numbers[result["ruleId"]], **result}


def message(text: str) -> dict[str, str]:
    """A message of plain text. Text from outside cannot make a link (`[words](1)`) or ask for an argument (`{0}`) in
    it."""
    return {"text": _LINK_OR_ARGUMENT.sub(lambda match: f"\\x{ord(match.group()):02x}", printable(text))}


def physical_location(origin: Origin, folder: str) -> dict[str, Any]:
    """A place in a manifest, relative to the top of its repository; the workspace is in `folder`."""
    path = f"{folder}/{origin.file}" if folder else origin.file
    return {
        "artifactLocation": {"uri": quote(path.encode("utf-8", "surrogatepass"), safe="/"), "uriBaseId": _ROOT},
        "region": {"startLine": origin.line, "startColumn": origin.column},
    }


def fingerprints(*parts: str) -> dict[str, str]:
    """The identity of a result across runs, without a line number.

    GitHub requires only `primaryLocationLineHash`, and would make it from the line: an entity that is missing at twenty
    schools would become one alert.
    """
    digest = sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return {"primaryLocationLineHash": digest, "reconciler/v1": digest}


def bounds(total: int, kept: int) -> Iterable[RunNotice]:
    """A notice if there are more results than GitHub takes, or shows."""
    if total > kept:
        text = f"{total - kept:,} of {total:,} results are left out, the least serious ones: GitHub takes {MOST:,}"
        yield RunNotice("left-out", "warning", f"{text}. The JSON report has them all.")
    elif total > SHOWN:
        yield RunNotice("not-shown", "note", f"GitHub shows {SHOWN:,} of {total:,} results, the most serious ones.")
