"""A supplier leaves: a practice person follows the runbook to the end, and what is left is proven by a refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.model.aspect import Action, Aspect
from reconciler.model.evidence import Attested, Known, Probed
from reconciler.model.live import Login
from reconciler.model.outcome import Verified
from reconciler.model.runbook import PageId
from reconciler.planning.refused_login import working_logins
from reconciler.workflow import Selection, plan_of, proving

if TYPE_CHECKING:
    from tests.applying.practice import Practice


def retire(practice: Practice, supplier: str) -> None:
    """Say in its manifest that a supplier has left."""
    manifest = practice.folder / "suppliers" / f"{supplier}.yaml"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace("\nspec:\n", "\nspec:\n  state: retired\n"), encoding="utf-8")


@pytest.mark.rehearsal
def test_a_supplier_that_left_is_followed_to_the_end(practice: Practice) -> None:
    """Its ticks go first, then its role and its login; the next plan is in sync, with everything known."""
    retire(practice, "cashless-till")
    plan = practice.plan(suppliers=["cashless-till"])
    logins = [change for access in plan.accesses for change in access.changes if change.aspect is Aspect.LOGIN]
    assert {(change.action, change.before, change.after) for change in logins} == {(Action.REVOKE, "works", "closed")}
    machine = practice.machine()
    ended = practice.apply(plan, machine)
    for outcome in ended.outcomes:
        assert isinstance(outcome, Verified), outcome
        seen = outcome.subject.aspect in {Aspect.READ, Aspect.LOGIN}
        assert isinstance(outcome.evidence, Probed if seen else Attested)
    for school in {page_visit.school for page_visit in machine.opened}:
        pages = [page_visit.visit.page.id for page_visit in machine.opened if page_visit.school == school]
        assert pages.index(PageId.THIRD_PARTY) < pages.index(PageId.CLOSING)
    for there in practice.sandbox.schools():
        for account in practice.sandbox.accounts(there.school_id):
            if account.username.startswith("till."):
                assert (account.can_log_in, account.ticks, account.roles) == (False, (), ("Third Party",))

    # The refusal is known for what it is by the login that worked before; without that memory it proves nothing.
    inputs = practice.inputs()
    wanted, read_live = Selection(suppliers=("cashless-till",)).of(inputs.desired), inputs.read_live
    today = inputs.clock().date()
    proven = plan_of(wanted, proving(read_live, lambda: working_logins({}, plan))(wanted), today)
    assert all(access.in_sync for access in proven.accesses)
    unproven = plan_of(wanted, read_live(wanted), today)
    assert [access.changes for access in unproven.accesses if access.changes] == []
    closed = Known(Login.CLOSED, Probed("findEntitiesBySchoolID"))
    probed = {access.address for access in proven.accesses if access.login == closed}
    assert probed
    assert {access.address for access in unproven.accesses if not access.in_sync} == probed


@pytest.mark.rehearsal
def test_a_partner_application_is_revoked(practice: Practice) -> None:
    """By its page, with a person's word for it and for the deletion."""
    retire(practice, "reading-scheme")
    plan = practice.plan(suppliers=["reading-scheme"])
    ended = practice.apply(plan, practice.machine())
    assert ended.outcomes
    assert all(isinstance(outcome, Verified) for outcome in ended.outcomes)
    after = practice.plan(suppliers=["reading-scheme"])
    assert all(access.in_sync for access in after.accesses)
    for school in practice.sandbox.schools():
        assert not any(application.installed for application in practice.sandbox.applications(school.school_id))
