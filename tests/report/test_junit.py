"""JUnit XML: what the test pages of CI systems are shown of a plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from junitparser import Failure as Failed
from junitparser import JUnitXml, Skipped
from lxml import etree

from reconciler.model.address import Address
from reconciler.model.evidence import Known, Unknown, UnknownReason
from reconciler.model.live import LiveAccess, LiveSchool
from reconciler.report.escape import printable
from reconciler.report.findings.junit import render_junit
from tests.planning.worlds import (
    GROUPCALL,
    PROBED,
    access,
    desired_of,
    granted,
    live_of,
    material,
    planned,
    worlds,
)
from tests.report.hostile import ANY, HOSTILE, saying
from tests.report.plans import EXAMPLES, everything, with_words
from tests.report.validators import complaints_of_jenkins, needs_junit_xsd

if TYPE_CHECKING:
    from reconciler.model.desired import Desired
    from reconciler.model.live import Live
    from tests.conftest import Golden

BLIND = Unknown(UnknownReason.UNREACHABLE, "no answer in 30 s")


def read(junit: str) -> dict[str, str]:
    """What an independent reader makes of each case: {suite/case: passed, failed, skipped or error}."""
    found = {}
    for suite in JUnitXml.fromstring(junit.encode("utf-8")):
        for case in suite:
            assert len(case.result) <= 1
            kinds = {Failed: "failed", Skipped: "skipped"}
            found[f"{suite.name}/{case.name}"] = kinds.get(type(case.result[0]), "error") if case.result else "passed"
    return found


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_plan_as_a_test_page_shows_it(name: str, golden: Golden) -> None:
    """A suite for a school, a case for each of its accesses."""
    golden(f"{name}.junit.xml", render_junit(EXAMPLES[name]))


@needs_junit_xsd
@pytest.mark.parametrize("name", EXAMPLES)
def test_jenkins_takes_it(name: str) -> None:
    """By the schema that its plugin checks reports with."""
    assert complaints_of_jenkins(render_junit(EXAMPLES[name])) == ""


def test_what_differs_failed_what_is_unknown_was_skipped() -> None:
    """And what is as declared, or only reported, passed; a school that is down skips all of its accesses."""
    assert read(render_junit(material(planned(*everything())))) == {
        "(limits)/(limits)": "failed",
        "greenfield/(the school itself)": "passed",
        "greenfield/groupcall": "failed",
        "greenfield/parentpay": "failed",
        "greenfield/till": "passed",
        "hilltop/(the school itself)": "passed",
        "hilltop/adopted": "passed",
        "hilltop/newcomer": "failed",
        "hilltop/nobody-knows": "skipped",
        "meadow/(the school itself)": "passed",
        "meadow/groupcall": "passed",
        "northgate/(the school itself)": "passed",
        "northgate/deep": "skipped",
        "riverside/(the school itself)": "skipped",
        "riverside/groupcall": "skipped",
        "riverside/till": "skipped",
    }


def test_what_is_waived_passed_and_says_why() -> None:
    """Somebody accepts it: whoever looks at the case reads who, until when, and for what."""
    desired, _ = with_words()
    only = desired_of(access(["Students"], address=Address("greenfield", "till")))
    only = replace(only, waivers=desired.waivers)
    found = granted("Students", "PersonPhotos")
    told = render_junit(material(planned(only, live_of({Address("greenfield", "till"): found}))))
    assert read(told)["greenfield/till"] == "passed"
    assert "accepted by J. Smith until 2027-04-01: the new till comes then: entity-not-declared" in told


@given(worlds())
def test_unknown_never_reads_as_passed_nor_as_a_difference(world: tuple[Desired, Live]) -> None:
    """A case failed where, and only where, something differs that nobody accepts; of the others, one of which something
    is unknown was skipped. The counts are those of the cases."""
    plan = planned(*world)
    told = render_junit(material(plan))
    cases = read(told)
    for each in plan.accesses:
        differs = any(change.waived is None for change in each.changes)
        expected = "failed" if differs else "skipped" if each.unknown else "passed"
        assert cases[str(each.address)] == expected
    suites = JUnitXml.fromstring(told.encode("utf-8"))
    assert (suites.tests, suites.failures, suites.errors) == (
        len(cases),
        sum(state == "failed" for state in cases.values()),
        0,
    )
    for suite in suites:
        its = [state for name, state in cases.items() if name.startswith(f"{suite.name}/")]
        assert (suite.tests, suite.failures, suite.skipped) == (len(its), its.count("failed"), its.count("skipped"))


@pytest.mark.parametrize("text", HOSTILE)
@needs_junit_xsd
def test_jenkins_takes_hostile_texts(text: str) -> None:
    """Control characters, halves of characters and what would end a section of XML."""
    assert complaints_of_jenkins(render_junit(saying(text))) == ""


@given(text=ANY)
def test_a_text_from_outside_stays_text(text: str) -> None:
    """Read back: the same elements whatever the text is, and the text as it can be printed."""
    shape = [each.tag for each in etree.fromstring(render_junit(saying("x")).encode("utf-8")).iter()]
    root = etree.fromstring(render_junit(saying(text)).encode("utf-8"))
    assert [each.tag for each in root.iter()] == shape
    whole = text.encode("utf-8", "replace").decode("utf-8")
    outputs = "\n".join(each.text or "" for each in root.iter("system-out"))
    assert printable(f"`Extra {whole}`").replace("[[ATTACHMENT|", "\\x5b[ATTACHMENT|") in outputs
    assert "[[ATTACHMENT|" not in outputs


def test_a_time_where_it_is_asked_for_and_no_other_bytes_where_not() -> None:
    """CI systems take the time from the run where the report has none."""
    plan = planned(desired_of(access()), live_of({GROUPCALL: granted("Students")}))
    assert "timestamp" not in render_junit(material(plan))
    told = render_junit(material(plan, created=datetime(2026, 1, 3, 4, 5, 6, tzinfo=UTC)))
    assert told.count('timestamp="2026-01-03T04:05:06"') == 2


def test_a_school_that_is_down_hides_no_difference() -> None:
    """What a person vouched for, and is not as declared, failed all the same."""
    live = live_of({GROUPCALL: LiveAccess(BLIND, BLIND)})
    down = replace(live, schools={"greenfield": LiveSchool(Known(False, PROBED), "no answer")})
    lines = render_junit(material(planned(desired_of(access()), down)))
    assert read(lines)["greenfield/groupcall"] == "skipped"
    assert '<skipped message="unknown: the school is not reachable">' in lines
