"""A generated runbook, followed on the practice pages with every kind of step; then the service is asked again."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reconciler import workflow
from reconciler.bromcom.options import ProbeOptions
from reconciler.model.runbook import ClickKind
from reconciler.sandbox.operator.person import PracticeHands
from reconciler.sandbox.server import serve
from reconciler.sandbox.state.people import PersonKind
from reconciler.sandbox.state.seed import default_seed
from reconciler.secrets.environment import Environment
from tests.browser import others_may_run
from tests.browser_hands import BrowserHands

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page as BrowserPage

    from reconciler.model.plan import Plan
    from reconciler.model.runbook import Runbook
    from reconciler.sandbox.server import SandboxServer

TRUST = Path(__file__).parents[3] / "examples" / "trust"
TODAY = date(2026, 11, 24)


class Trust:
    """The example's manifests, beside a sandbox that has drifted from them further than the seed has."""

    def __init__(self, folder: Path, sandbox: SandboxServer) -> None:
        shutil.copytree(TRUST, folder)
        manifest = folder / "reconciler.yaml"
        text = manifest.read_text(encoding="utf-8").replace("http://127.0.0.1:8765", sandbox.url)
        manifest.write_text(text, encoding="utf-8")
        self.sandbox = sandbox
        self.folder = folder
        self.passwords = {
            account.password_env: account.handed_over
            for school in default_seed().schools
            for account in school.accounts
        } | {person.env: str(person.number) for school in default_seed().schools for person in school.people}

    def plan(self) -> Plan:
        """Ask the service."""
        with others_may_run():
            desired = workflow.desired_of(self.folder, datetime.now(UTC))
            reader = workflow.probing(self.folder, Environment(self.passwords), ProbeOptions())
            return workflow.plan_of(desired, reader(desired), TODAY)

    def password(self, reference: str) -> str:
        """What a reference such as `env TILL_MEADOW_PASSWORD` stands for."""
        return self.passwords[reference.removeprefix("env ")]


@pytest.fixture
def trust(tmp_path: Path) -> Iterator[Trust]:
    """Beside the seed's own drift: an account without its role, and one whose password must be changed."""
    with serve() as sandbox:
        sandbox.set_role(12346, "till.riverside", "Third Party", held=False)
        till = next(account for account in sandbox.accounts(12347) if account.username == "till.meadow")
        sandbox.save_account(12347, replace(till, must_change=True))
        yield Trust(tmp_path / "trust", sandbox)


def kinds(runbook: Runbook) -> set[ClickKind]:
    """What a runbook asks to be done."""
    return {click.do for visit in runbook.visits for step in visit.steps for way in step.ways for click in way.clicks}


def follow(runbook: Runbook, hands: PracticeHands | BrowserHands) -> None:
    """Every step of it, in its order."""
    for school in runbook.schools:
        for visit in school.visits:
            for step in visit.steps:
                hands.do(school.school_id, visit.page, step)


def prove(trust: Trust) -> None:
    """The service says that nothing differs; what no probe can see was done on the pages."""
    plan = trust.plan()
    assert [access.changes for access in plan.accesses if access.changes] == []
    assert trust.sandbox.roles(12345)[-1].permissions == ("Dinner Money",)
    assert [account.roles for account in trust.sandbox.accounts(12345) if account.username == "till.greenfield"] == [
        ("Third Party", "Till write-back")
    ]
    assert trust.sandbox.schools()[3].lawful_basis == "Public Task"
    consent = [person.consent for person in trust.sandbox.people(12346, PersonKind.STUDENT)]
    assert consent == [True] * 5 + [False]  # the form of the last was not returned
    assert trust.sandbox.applications(12347)[0].installed


def test_a_practice_person_follows_a_runbook_to_its_end(trust: Trust) -> None:
    """Every kind of click is in it; what is not in Bromcom is told."""
    runbook = workflow.runbook(trust.plan())
    assert kinds(runbook) == set(ClickKind)
    told: list[str] = []
    follow(runbook, PracticeHands(trust.sandbox.url, trust.password, lambda whom, _: told.append(whom)))
    assert "Bromcom" in told
    prove(trust)


def test_a_person_with_a_browser_follows_a_runbook_to_its_end(page: BrowserPage, trust: Trust) -> None:
    """By the labels that the runbook names, in Chromium."""
    runbook = workflow.runbook(trust.plan())
    hands = BrowserHands(page, trust.sandbox.url, trust.password)
    follow(runbook, hands)
    assert "Bromcom" in [whom for whom, _ in hands.told]
    prove(trust)


VOUCHED = """\
apiVersion: reconciler/v1
kind: Attestation
metadata: {name: till}
spec:
  school: greenfield
  supplier: cashless-till
  facts: {roles: [Third Party, Till write-back], permissions: [Dinner Money], writeLicence: bought}
  by: J. Smith
  date: 2026-11-01
  expires: 2027-11-01
"""


def test_an_account_that_is_made_anew_has_its_role_whatever_somebody_vouched_for(trust: Trust) -> None:
    """Neither the account nor the role is there, and the newest word says that both are: the runbook makes both."""
    (trust.folder / "till.yaml").write_text(VOUCHED, encoding="utf-8")
    supplier = trust.folder / "suppliers" / "cashless-till.yaml"
    text = supplier.read_text(encoding="utf-8")
    made = "licence: bought\n      account: {username: new-till}\n"
    supplier.write_text(text.replace("licence: bought\n", made), encoding="utf-8")
    follow(workflow.runbook(trust.plan()), PracticeHands(trust.sandbox.url, trust.password, lambda _whom, _what: None))
    (account,) = [each for each in trust.sandbox.accounts(12345) if each.username == "new-till"]
    assert account.roles == ("Third Party", "Till write-back")
    assert trust.sandbox.roles(12345)[-1].permissions == ("Dinner Money",)
    assert [access.changes for access in trust.plan().accesses if access.changes] == []
