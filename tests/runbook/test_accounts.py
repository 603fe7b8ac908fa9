"""The steps for a school's accounts as a whole: the list to copy, and each account that differs from it."""

from __future__ import annotations

from dataclasses import replace

from reconciler.catalogue.pages import pages
from reconciler.model.aspect import Aspect, FactRef
from reconciler.model.runbook import ClickKind, PageId, Step, Verification
from reconciler.runbook import make_runbook
from tests.planning.test_accounts import CLAIMED, listed, world
from tests.planning.worlds import planned


def steps(*usernames: str) -> dict[PageId, list[Step]]:
    """The steps of greenfield, by page, where somebody listed these accounts; without any, the list is asked for."""
    desired, live = world()
    school = desired.schools["greenfield"]
    asking = replace(desired, schools={"greenfield": replace(school, accounts_asked=school.origin)})
    plan = planned(asking, listed(live, *usernames) if usernames else live)
    return {visit.page.id: list(visit.steps) for visit in make_runbook(plan, pages()).visits}


def test_the_list_is_copied_from_the_page_that_has_it() -> None:
    """Nobody is asked to find accounts one by one."""
    ((page, (step,)),) = steps().items()
    assert (page, step.account, step.proof) == (PageId.THIRD_PARTY, "", Verification.ATTESTATION)
    assert step.settles == (FactRef("greenfield", "", Aspect.ACCOUNT, "*"),)
    assert any("`reconciler import inventory FILE --school greenfield`" in note for note in step.notes)
    assert steps(CLAIMED) == {}


def test_an_account_that_differs_is_settled_under_system_users() -> None:
    """One that nobody claims is never deleted; one that is missing is looked for first."""
    ((page, (old, till)),) = steps("old.export").items()
    assert page is PageId.USERS
    assert [step.settles[0].name for step in (old, till)] == ["old.export", CLAIMED]
    assert [(click.do, click.label) for click in old.ways[0].clicks][:2] == [
        (ClickKind.PRESS, "old.export"),
        (ClickKind.UNTICK, "The user can log into the system"),
    ]
    record = "`reconciler attest greenfield/old-export access=gone --account old.export`"
    assert any("Never delete it" in note and record in note for note in old.notes)
    assert any("import account --school 12345 --supplier old-export" in note for note in old.notes)
    assert (till.title, till.proof) == (f"Check that the account {CLAIMED} exists", Verification.ATTESTATION)
