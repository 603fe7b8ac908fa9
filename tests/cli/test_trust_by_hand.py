"""The trust, taken from drifted to in sync as examples/README.md says: by the runbook, in a real browser.

What is done wrong is done without one, on the same pages: it costs a tenth, and what is proven there is what `verify`
finds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from reconciler import workflow
from reconciler.codec.plan_file import parse
from reconciler.model.runbook import Click, ClickKind, PageId, Step
from reconciler.sandbox.operator.person import PracticeHands
from tests.browser import others_may_run
from tests.browser_hands import BrowserHands
from tests.cli.test_trust import WORDS, Practice, practice

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page as BrowserPage

    from reconciler.model.runbook import Runbook
    from tests.cli.world import Outcome

__all__ = ["practice"]

pytestmark = pytest.mark.rehearsal


@dataclass(frozen=True)
class ByHand:
    """A newcomer, with a browser or without: plans, follows the runbook, vouches, and has it verified."""

    practice: Practice
    page: BrowserPage | None

    def run(self, verb: str, *options: str | Path) -> Outcome:
        """A command in the workspace."""
        folder = self.practice.folder
        with others_may_run():
            asking = ("--env-file", folder / "practice.env", "--rate", "0")
            return self.practice.reconciler(verb, "-C", folder / "trust", *asking, *options)

    @property
    def file(self) -> Path:
        """Where the plan is."""
        return self.practice.folder / "plan.json"

    def planned(self) -> Runbook:
        """The runbook of the plan that was just written down."""
        assert self.run("plan", "--out", self.file).code == 2
        return workflow.runbook(parse(self.file.read_text(encoding="utf-8")).plan)

    def follow(self, runbook: Runbook, changed: Callable[[Step], Step] = lambda step: step) -> None:
        """Do every step on the practice pages, by the labels that it names; `changed` says how it is misread."""
        passwords = (self.practice.folder / "practice.env").read_text(encoding="utf-8").splitlines()
        known = dict(line.split("=", 1) for line in passwords if not line.startswith("#"))
        url = self.practice.sandbox.url

        def password(text: str) -> str:
            return known[text.removeprefix("env ")]

        hands = BrowserHands(self.page, url, password) if self.page else PracticeHands(url, password, _tell_nobody)
        for book in runbook.schools:
            for visit in book.visits:
                for step in visit.steps:
                    hands.do(book.school_id, visit.page, changed(step))

    def vouch(self) -> None:
        """Say what was seen."""
        for words in WORDS:
            done = self.practice.reconciler(
                "attest", "-C", self.practice.folder / "trust", *words, "--by", "A. Newcomer"
            )
            assert (done.code, done.err) == (0, "")


@pytest.fixture
def by_hand(practice: Practice) -> ByHand:  # the fixture of that name
    """A newcomer beside the sandbox of the examples."""
    return ByHand(practice, None)


def test_the_runbook_alone_takes_the_trust_from_drifted_to_in_sync(by_hand: ByHand, page: BrowserPage) -> None:
    """Every page and every kind of step in a browser; then all is verified, and the plan is empty."""
    by_hand = replace(by_hand, page=page)
    runbook = by_hand.planned()
    assert {visit.page.id for visit in runbook.visits} == set(PageId) - {
        PageId.STAFF,
        PageId.CONTACTS,
        PageId.DISTRIBUTE,
    }
    by_hand.follow(runbook)
    waiting = by_hand.run("verify", by_hand.file)
    assert waiting.code == 5  # what no probe can see, nobody has vouched for yet
    by_hand.vouch()
    verified = by_hand.run("verify", by_hand.file)
    assert verified.code == 0, verified.out + verified.err
    for word in ("contradicted", "pending", "skipped", "failed"):
        assert word not in verified.out
    assert "confirmed by" in verified.out
    assert "probed: findEntitiesBySchoolID" in verified.out
    again = by_hand.run("plan")
    assert (again.code, again.out.partition(":")[0]) == (0, "In sync")


def test_one_tick_that_was_left_out_is_found(by_hand: ByHand) -> None:
    """Everything else is verified, and that one tick waits."""

    def careless(step: Step) -> Step:
        return _without(step, Click(ClickKind.TICK, "Students"))

    by_hand.follow(by_hand.planned(), careless)
    by_hand.vouch()
    verified = by_hand.run("verify", by_hand.file)
    assert verified.code == 5
    assert "pending       entity Students" in verified.out
    assert by_hand.run("plan").code == 2


def test_a_wrong_account_is_found_on_both_sides(by_hand: ByHand) -> None:
    """What was meant is missing where it should be, and is too much where it was set."""

    def mistaken(step: Step) -> Step:
        if step.account != "timetable-view.hilltop":
            return step
        ways = tuple(
            replace(way, clicks=tuple(_other(click, "till.hilltop") for click in way.clicks)) for way in step.ways
        )
        return replace(step, ways=ways)

    by_hand.follow(by_hand.planned(), mistaken)
    by_hand.vouch()
    assert by_hand.run("verify", by_hand.file).code == 5
    told = by_hand.run("plan").out
    assert "Action needed: 7 permissions too many, 7 missing, 1 fact could not be checked." in told


def _tell_nobody(recipient: str, message: str) -> None:
    """What is told outside Bromcom changes nothing there."""


def _without(step: Step, left_out: Click) -> Step:
    ways = (replace(way, clicks=tuple(click for click in way.clicks if click != left_out)) for way in step.ways)
    return replace(step, ways=tuple(ways))


def _other(click: Click, account: str) -> Click:
    return replace(click, value=account) if click.do is ClickKind.CHOOSE else click
