"""Rounds where people look: who decided what, in the review of a change and in the explanation of an access."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.explaining.decisions import round_rows
from reconciler.model.address import Address
from reconciler.model.attestation import Decision, ReviewedAccess, Round, RoundChoice
from reconciler.model.problem import Origin
from reconciler.model.review import Effect, LiveStatus, ManifestField, Review
from reconciler.planning.review.edits import edits
from reconciler.report.markdown.plan import render_markdown
from reconciler.report.text.plan import render_text
from tests.planning.worlds import SENSITIVITY, access, as_declared, desired_of, material, planned
from tests.report.hostile import ANY

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.report.input import ReportInput

OPENED, DUE, TODAY = date(2026, 11, 3), date(2026, 12, 18), date(2026, 12, 1)
PLACES = [Address(school, "till") for school in ("greenfield", "hilltop", "meadow", "riverside")]
DESIRED = desired_of(*(access(["Students", "Staff"], address=place) for place in PLACES))
KEEP = Decision(RoundChoice.KEEP, "Used every day", "A. Jones", TODAY)
REDUCE = Decision(RoundChoice.REDUCE, "Needs no staff", "A. Jones", TODAY, ("Students",))


def round_with(*decisions: Decision | None, closed: date | None = None, name: str = "autumn") -> Round:
    """A round of the first places, in their order."""
    accesses = {
        place: ReviewedAccess(place, ("Students",), "asked on 2026-11-03", {"Students": ("few-peers",)}, decision)
        for place, decision in zip(PLACES, decisions, strict=False)
    }
    return Round(name, OPENED, DUE, closed, ("J. Smith",), accesses, Origin("rounds/autumn.yaml", 1, 1))


def review_of(before: tuple[Round, ...], after: tuple[Round, ...]) -> Review:
    """The change from these rounds to those."""
    asked = edits(replace(DESIRED, rounds=before), replace(DESIRED, rounds=after), SENSITIVITY)
    return Review("main", "91611703aa", asked, {})


def test_a_round_is_told_with_who_decided_what() -> None:
    """When it is opened, at each access that is decided, and when it is closed; it lets nobody read more."""
    opened = review_of((), (round_with(None, None),)).edits
    assert [(edit.supplier, edit.name, edit.after, edit.note) for edit in opened] == [
        ("", "autumn", "open until 2026-12-18", "2 not decided")
    ]
    closed = review_of((round_with(None, None),), (round_with(KEEP, REDUCE, closed=TODAY),)).edits
    assert [(edit.school, edit.before, edit.after, edit.note) for edit in closed] == [
        ("", "open until 2026-12-18", "closed on 2026-12-01", "1 to keep, 1 to reduce"),
        (
            "greenfield",
            "",
            "keep, by A. Jones on 2026-12-01: Used every day",
            "asked on 2026-11-03; Students (few-peers)",
        ),
        (
            "hilltop",
            "",
            "reduce to Students, by A. Jones on 2026-12-01: Needs no staff",
            "asked on 2026-11-03; Students (few-peers)",
        ),
    ]
    for edit in (*opened, *closed):
        assert (edit.topic, edit.effect, edit.standing) == (ManifestField.ROUND, Effect.OTHER, LiveStatus.NONE)


def test_approvers_read_it_in_words() -> None:
    """In a chapter of its own, with the schools at which the same was decided together."""
    review = review_of((round_with(None, None, None),), (round_with(KEEP, KEEP, REDUCE, closed=TODAY),))
    shown = replace(material(planned(DESIRED, as_declared(DESIRED))), review=review)
    text = " ".join(render_text(shown).split())
    assert "the round autumn is closed on 2026-12-01; it was open until 2026-12-18" in text
    assert "decided in the round autumn: keep, by A. Jones on 2026-12-01: Used every day" in text
    assert "recorded at greenfield, hilltop · asked on 2026-11-03; Students (few-peers)" in text
    markdown = render_markdown(shown)
    assert "Decided in a round" in markdown
    assert "No supplier may read or write more than before." in markdown


_decisions = st.sampled_from([None, KEEP, REDUCE, replace(KEEP, by="B. Khan"), replace(KEEP, reason="It is needed")])
_rounds = st.builds(
    lambda decisions, closed: round_with(*decisions, closed=closed),
    st.lists(_decisions, min_size=1, max_size=4),
    st.sampled_from([None, TODAY]),
)


@given(_rounds, _rounds)
def test_law_only_what_differs_is_told(before: Round, after: Round) -> None:
    """Each access of which another person, choice, reason or list was decided, and no other; the same is no edit."""
    assert not review_of((before,), (before,)).edits
    was, now = ({place: each.decision for place, each in one.accesses.items()} for one in (before, after))
    places = {place for place in PLACES if was.get(place) != now.get(place)}
    told = [edit for edit in review_of((before,), (after,)).edits if edit.supplier]
    assert {Address(edit.school, edit.supplier) for edit in told} == places
    assert len(told) == len(places)


def test_an_access_has_its_decisions_and_the_round_that_waits() -> None:
    """Who, when, why, on what evidence; the open one with the command that decides."""
    rounds = (round_with(REDUCE, closed=TODAY, name="spring"), round_with(None, name="autumn"))
    last, waiting = round_rows(rounds, PLACES[0], "")
    assert last.values == ("reduce to Students, decided by A. Jones on 2026-12-01",)
    assert last.detail == (
        "Needs no staff; could read 1 entity, asked on 2026-11-03; to look at again: Students (few-peers)"
    )
    assert waiting.values == ("not decided yet, due on 2026-12-18",)
    assert "asked of J. Smith" in waiting.detail
    assert "`reconciler round decide greenfield/till keep --reason TEXT --round autumn`" in waiting.detail
    assert not list(round_rows(rounds, PLACES[3], ""))
    assert "few-peers" not in next(round_rows(rounds, PLACES[0], "staff")).detail


def test_a_closed_round_without_a_decision_waits_for_nobody() -> None:
    """A record that was written by hand."""
    assert not list(round_rows([round_with(None, closed=TODAY)], PLACES[0], ""))


@pytest.mark.parametrize("render", [render_text, render_markdown])
@given(ANY)
def test_a_hostile_reason_is_only_text(render: Callable[[ReportInput], str], reason: str) -> None:
    """What people write in a decision starts no line and no command of a CI system."""
    decision = replace(KEEP, reason=reason, by=reason)
    review = review_of((round_with(None),), (round_with(decision, closed=TODAY),))
    shown = render(replace(material(planned(DESIRED, as_declared(DESIRED))), review=review))
    assert not [line for line in shown.splitlines() if line.lstrip().startswith(("::", "##vso", "##["))]
