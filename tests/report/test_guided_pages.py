"""The pages of guided apply: every value to type, no password, and no result better than it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from reconciler import workflow
from reconciler.applying.queue import page_visits
from reconciler.model.attestation import Question
from reconciler.model.evidence import Attested, Probed
from reconciler.model.outcome import Contradicted, Failed, Pending, Skipped, Verified
from reconciler.model.problem import Origin
from reconciler.model.runbook import ClickKind, PageVisit, Runbook
from reconciler.planning.facts import FACT_KEYS
from reconciler.report.pages.guided.page import guided_page
from reconciler.report.pages.guided.questions import AS_DECLARED, OTHER, UNSEEN, choice_of, fact_questions
from reconciler.report.pages.guided.results import contradicted_rows, outcome_groups, verdict_of_check
from reconciler.report.pages.guided.stages import (
    AppliedPlan,
    ApplyEnded,
    ApplyFailed,
    ApplyRefused,
    FactsToConfirm,
    GuidedStage,
    GuidedState,
    PageChecked,
    PageOpen,
)
from reconciler.report.pages.layout import PageFrame
from reconciler.report.pages.page_set import LiveApp
from tests.runbook.scenes import everything

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
PLAN = AppliedPlan("7f3a9c21ffff", NOON, NOON, "J. Smith")
WORD = Attested("J. Smith", NOON, date(2027, 9, 1), "ticket 4711", Origin("a.yaml", 1, 1))
HOSTILE = "<script>alert(1)</script> & \"'\u202e"


@cache
def visits() -> tuple[PageVisit, ...]:
    """Every kind of page with every kind of step."""
    runbook = book()
    return page_visits(runbook, runbook, (), ())


@cache
def book() -> Runbook:
    """The runbook of them."""
    return workflow.runbook(everything())


def rendered(stage: GuidedStage, error: str = "") -> html.HtmlElement:
    """A state as the browser has it."""
    frame = PageFrame("example-trust", "0.1.0", "", LiveApp("csrf", {}))
    return html.fromstring(guided_page(GuidedState("t-1", stage, PLAN), frame, error=error))


@pytest.mark.parametrize("number", range(len(visits())))
def test_every_value_to_type_can_be_copied_and_a_password_is_named_alone(number: int) -> None:
    """Each step has its title, each branch can be folded, and each value its button; of a password stands where it is
    kept."""
    visit = visits()[number]
    page = rendered(PageOpen(visit))
    copied = {button.get("data-copy") for button in page.xpath("//button[@data-copy]")}
    clicks = [click for step in visit.visit.steps for way in step.ways for click in way.clicks]
    typed = {click.value for click in clicks if click.do in {ClickKind.FILL, ClickKind.CHOOSE} and click.value}
    assert typed <= copied
    kept = {click.value for click in clicks if click.do is ClickKind.PASSWORD and click.value}
    assert not copied & kept
    text = page.text_content()
    assert all(reference.partition(" ")[2] in text for reference in kept)
    assert ("This page never shows it" in text) is any(click.do is ClickKind.PASSWORD for click in clicks)
    folded = sum(bool(way.name) for step in visit.visit.steps for way in step.ways)
    assert len(page.xpath("//details[@class='branch']")) == folded
    assert [each.text for each in page.xpath("//section[@class='step']//h2")][: len(visit.visit.steps)] == [
        step.title for step in visit.visit.steps
    ]


OUTCOMES = st.sampled_from([Verified, Contradicted, Pending, Skipped, Failed])


@given(st.lists(OUTCOMES, min_size=1, max_size=8))
def test_a_result_is_verified_only_if_all_of_it_is(kinds: list[type]) -> None:
    """The worst decides, and every outcome stands on the page once: with what was said of it, or in the list."""
    visit = max(visits(), key=lambda each: len(each.visit.steps))
    subjects = [subject for step in visit.visit.steps for subject in step.settles] * 8
    outcomes = tuple(
        Verified(subject, WORD if number % 2 else Probed("findEntitiesBySchoolID"))
        if kind is Verified
        else kind(subject._replace(name=f"{subject.name}{number}"), "it is not granted")
        for number, (kind, subject) in enumerate(zip(kinds, subjects, strict=False))
    )
    checked = PageChecked(visit, outcomes, NOON)
    assert (verdict_of_check(checked).tone == "agreed") is all(kind is Verified for kind in kinds)
    assert (verdict_of_check(checked).tone == "missing") is (Contradicted in kinds)
    assert len(list(contradicted_rows(checked, {}))) == kinds.count(Contradicted)
    listed = ", ".join(group.facts for group in outcome_groups(outcomes, {}))
    assert all(outcome.subject.name in listed for outcome in outcomes)


@given(st.lists(st.sampled_from(sorted(FACT_KEYS)), unique=True, min_size=1))
def test_no_answer_is_chosen_beforehand_and_not_seeing_is_one(keys: list[str]) -> None:
    """Of any facts: every choice of a fact is there, what is declared where it is a list, and "I could not see it"."""
    declared = {key: (FACT_KEYS[key].row.choices[:1] or ("Students", HOSTILE)) for key in keys}
    question = Question("greenfield", "groupcall", HOSTILE, declared, {})
    page = rendered(FactsToConfirm(visits()[0], question, NOON.date(), date(2027, 11, 29), date.max))
    assert page.xpath("//input[@checked]") == []
    assert page.xpath("//script[not(@src)]") == []
    for asked in fact_questions(question):
        fact = FACT_KEYS[asked.key]
        values = [value for value, _ in asked.choices]
        choices: list[tuple[str, ...]] = [(choice,) for choice in fact.row.choices]
        assert values.count(UNSEEN) == 1
        said = [choice_of(fact, value, declared[asked.key]) for value in values if value not in (UNSEEN, OTHER)]
        assert said == (choices or [declared[asked.key]])
        assert choice_of(fact, UNSEEN, declared[asked.key]) is None
        assert (AS_DECLARED in values) is not bool(fact.row.choices)
        assert [each.get("value") for each in page.xpath(f"//input[@name='{asked.field}']")] == values


def test_words_from_outside_mark_nothing_up() -> None:
    """Names, reasons and lines of a service are text."""
    visit = visits()[0]
    hostile = replace(
        visit, title=HOSTILE, visit=replace(visit.visit, steps=(replace(visit.visit.steps[0], title=HOSTILE),))
    )
    subject = visit.visit.steps[0].settles[0]
    stages: list[GuidedStage] = [
        PageOpen(hostile, book().central),
        PageChecked(hostile, (Failed(subject._replace(name=HOSTILE), HOSTILE),), NOON),
        ApplyRefused(HOSTILE, (HOSTILE,)),
        ApplyFailed(HOSTILE),
        ApplyEnded((Pending(subject, HOSTILE),), begun=True, finished=True, not_seen=0, withdrawn=0),
    ]
    for stage in stages:
        page = rendered(stage, error=HOSTILE)
        assert page.xpath("//script[not(@src)]") == []
        assert "\u202e" not in page.text_content()
        assert "<script>alert(1)</script>" in page.text_content()
