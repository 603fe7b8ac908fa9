"""SARIF 2.1.0: what code scanning and editors are shown of a plan, and of the problems of manifests."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given

from reconciler.manifest.rule_texts import rule_texts
from reconciler.model.problem import Origin, Problem, Severity
from reconciler.model.review import NoReview
from reconciler.report.escape import printable
from reconciler.report.findings.sarif import render_problems_sarif, render_sarif
from reconciler.report.findings.sarif_log import MOST, SHOWN
from reconciler.report.problems.input import ProblemsInput
from tests.planning.worlds import GROUPCALL, access, desired_of, granted, live_of, material, planned
from tests.report.hostile import ANY, HOSTILE, problems_saying, saying
from tests.report.plans import EXAMPLES, everything, in_sync, partial
from tests.report.test_problems import PROBLEMS
from tests.report.validators import complaints_of_multitool, needs_multitool

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.report.input import ReportInput
    from tests.conftest import Golden

NO_ADDRESS = "SARIF2005"  # the one rule that is broken on purpose: the project has no address to name


def run_of(sarif: str) -> Any:
    """The one run of a log."""
    (run,) = json.loads(sarif)["runs"]
    return run


def results_of(told: ReportInput) -> Any:
    """The results of a plan."""
    return run_of(render_sarif(told))["results"]


def many(number: int) -> ReportInput:
    """A plan with so many differences."""
    found = granted("Students", *(f"Entity{n:05}" for n in range(number)))
    return material(planned(desired_of(access()), live_of({GROUPCALL: found})))


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_plan_as_people_would_find_it_in_a_viewer(name: str, golden: Golden) -> None:
    """Everything, what people vouch for, in sync, a part of the picture, and a change under review."""
    golden(f"{name}.sarif.json", render_sarif(EXAMPLES[name]))


@needs_multitool
@pytest.mark.parametrize("name", EXAMPLES)
def test_the_formats_own_validator_and_github_s_rules_take_it(name: str, tmp_path: Path) -> None:
    """No error and no warning, but that no address tells more of the tool."""
    complaints = complaints_of_multitool(render_sarif(EXAMPLES[name]), tmp_path)
    assert [each for each in complaints if not each.startswith(NO_ADDRESS)] == []


@needs_multitool
def test_the_validator_takes_hostile_texts(tmp_path: Path) -> None:
    """In names, refusals, reasons, files and waivers, and in problems; all of them in one."""
    text = " ".join(HOSTILE)
    for sarif in (
        render_sarif(saying(text)),
        render_problems_sarif(ProblemsInput(problems_saying(text), rules=rule_texts, version="1")),
    ):
        complaints = complaints_of_multitool(sarif, tmp_path)
        assert [each for each in complaints if not each.startswith(NO_ADDRESS)] == []


@given(text=ANY)
def test_a_text_from_outside_makes_no_link_and_asks_for_no_argument(text: str) -> None:
    """Read back, every message is one line of what can be printed; `[words](1)` and `{0}` are no more than text."""
    run = run_of(render_sarif(saying(text)))
    messages = [result["message"]["text"] for result in run["results"]]
    messages += [each["justification"] for result in run["results"] for each in result.get("suppressions", ())]
    for message in messages:
        assert message == printable(message)
        assert "](" not in message
        assert "{0}" not in message
    if text.isidentifier():
        assert sum(text in message for message in messages) >= 5


def test_a_result_stands_at_its_line_from_the_top_of_the_repository() -> None:
    """The workspace may be a folder of it; a name with blanks and other letters is one address all the same."""
    told = replace(in_sync(), plan=planned(desired_of(access()), live_of({GROUPCALL: granted()})))
    (result,) = results_of(replace(told, folder="mis/access ü"))
    (location,) = result["locations"]
    physical = location["physicalLocation"]
    assert physical["artifactLocation"] == {"uri": "mis/access%20%C3%BC/suppliers.yaml", "uriBaseId": "%SRCROOT%"}
    assert physical["region"] == {"startLine": 10, "startColumn": 5}
    assert location["logicalLocations"] == [{"fullyQualifiedName": "greenfield/groupcall", "kind": "resource"}]
    assert result["message"]["text"] == "greenfield/groupcall: `Students` is declared but not granted."


def test_a_result_is_the_same_one_when_lines_move() -> None:
    """Its fingerprint is of what it is, and of no line; two results of one run never share one."""
    desired, live = everything()
    moved = replace(
        desired,
        accesses={
            address: replace(
                each,
                entities={key: d._replace(origin=Origin("new.yaml", 99, 1)) for key, d in each.entities.items()},
                origin=Origin("new.yaml", 90, 1),
            )
            for address, each in desired.accesses.items()
        },
    )
    prints = [
        [each["partialFingerprints"]["primaryLocationLineHash"] for each in results_of(material(planned(d, live)))]
        for d in (desired, moved)
    ]
    assert sorted(prints[0]) == sorted(prints[1])
    assert len(set(prints[0])) == len(prints[0])


def test_what_nobody_knows_is_open_and_no_failure() -> None:
    """SARIF has words for it: open, or for somebody to review; neither has a level."""
    results = results_of(EXAMPLES["everything"])
    kinds = {(each["ruleId"], each.get("kind"), each["level"]) for each in results}
    assert ("school-unreachable", "open", "none") in kinds
    assert ("not-known", "open", "none") in kinds
    assert ("to-attest", "review", "none") in kinds
    assert ("entity-missing", None, "warning") in kinds


def test_what_is_waived_is_suppressed_with_the_reason() -> None:
    """So that it is no alert; whoever looks finds who accepts it, why and where."""
    (suppressed,) = (each for each in results_of(EXAMPLES["words"]) if "suppressions" in each)
    (suppression,) = suppressed["suppressions"]
    assert suppression["status"] == "accepted"
    assert suppression["justification"] == "J. Smith, until 2027-04-01: the new till comes then"
    assert suppression["location"]["physicalLocation"]["artifactLocation"]["uri"] == "waivers.yaml"


def test_an_incomplete_view_and_a_stopped_run_say_so() -> None:
    """A result that is missing from them does not say that it was mended."""
    invocation = run_of(render_sarif(partial()))["invocations"][0]
    told = [each["descriptor"]["id"] for each in invocation["toolExecutionNotifications"]]
    assert told == ["stopped", "incomplete-view", "snapshot"]
    assert invocation["executionSuccessful"] is False
    assert invocation["endTimeUtc"] == "2026-01-03T04:05:06Z"
    whole = run_of(render_sarif(in_sync()))
    assert whole["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]
    assert whole["properties"]["complete"] is True
    assert whole["results"] == []


def test_a_review_says_what_it_is_of_and_where_a_difference_comes_from() -> None:
    """Or that nobody can tell."""
    run = run_of(render_sarif(EXAMPLES["change"]))
    assert run["properties"]["base"] == "main"
    causes = {each["properties"].get("cause") for each in run["results"]}
    assert causes >= {None, "before", "this-change"}
    unread = render_sarif(replace(in_sync(), review=NoReview("main", "0" * 40, "reconciler.yaml:1:1: wrong")))
    (notice,) = run_of(unread)["invocations"][0]["toolExecutionNotifications"]
    assert notice["message"]["text"] == "We cannot tell what changed: reconciler.yaml:1:1: wrong."


def test_no_more_results_than_github_takes() -> None:
    """The least grave ones are left out, and the log says how many; it says too when not all of them are shown."""
    few = run_of(render_sarif(many(SHOWN)))
    assert few["invocations"][0]["toolExecutionNotifications"] == []
    some = run_of(render_sarif(many(SHOWN + 1)))
    assert len(some["results"]) == SHOWN + 1
    assert some["invocations"][0]["toolExecutionNotifications"][0]["descriptor"]["id"] == "not-shown"
    all_too_many = run_of(render_sarif(many(MOST + 7)))
    assert len(all_too_many["results"]) == MOST
    (notice,) = all_too_many["invocations"][0]["toolExecutionNotifications"]
    assert notice["message"]["text"].startswith("7 of 25,007 results are left out")


def test_problems(golden: Golden) -> None:
    """Each at its place, the gravest first, with what would mend it; the rules are those of the manifests."""
    sarif = render_problems_sarif(
        ProblemsInput(tuple(reversed(PROBLEMS)), rules=rule_texts, version="0.0.0", folder="access")
    )
    run = run_of(sarif)
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [text.id for text in rule_texts()]
    run["tool"]["driver"]["rules"] = []  # they have a test of their own in tests/manifest
    golden("problems.sarif.json", json.dumps(run, indent=2) + "\n")


@needs_multitool
def test_the_validator_takes_problems(tmp_path: Path) -> None:
    """Some, and none."""
    for problems in (PROBLEMS, ()):
        sarif = render_problems_sarif(ProblemsInput(problems, rules=rule_texts, version="0.0.0"))
        complaints = complaints_of_multitool(sarif, tmp_path)
        assert [each for each in complaints if not each.startswith(NO_ADDRESS)] == []


def test_a_problem_is_the_same_one_when_lines_move_and_two_alike_are_two() -> None:
    """Its fingerprint is of its rule, its file and its words, and of which of several it is."""
    one = Problem("unknown-entity", Severity.ERROR, Origin("a.yaml", 3, 5), "there is no entity `X`")
    other = replace(one, origin=Origin("a.yaml", 9, 5))

    def prints(*problems: Problem) -> list[str]:
        run = run_of(render_problems_sarif(ProblemsInput(problems, version="0.0.0")))
        return [each["partialFingerprints"]["primaryLocationLineHash"] for each in run["results"]]

    assert prints(one) == prints(other)
    first, second = prints(one, other)
    assert [first] == prints(one)
    assert first != second


def test_a_rule_has_the_level_of_its_gravest_problem() -> None:
    """In whichever order they come: a viewer that shows rules alone must not show an error as advice."""
    error = Problem("placeholder", Severity.ERROR, Origin("a.yaml", 3, 5), "it has to be replaced")
    advice = replace(error, severity=Severity.ADVICE, origin=Origin("b.yaml", 1, 1))
    for problems in ((error, advice), (advice, error)):
        (rule,) = run_of(render_problems_sarif(ProblemsInput(problems, version="0.0.0")))["tool"]["driver"]["rules"]
        assert rule["defaultConfiguration"]["level"] == "error"


def test_a_rule_that_nobody_describes_is_a_rule_all_the_same() -> None:
    """A log names no rule that it does not have."""
    run = run_of(render_problems_sarif(ProblemsInput(PROBLEMS, version="0.0.0")))
    rules = run["tool"]["driver"]["rules"]
    assert [rules[each["ruleIndex"]]["id"] for each in run["results"]] == [each["ruleId"] for each in run["results"]]
