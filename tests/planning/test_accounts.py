"""Accounts that no manifest names: the list of a school's accounts beside those that its suppliers claim."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.attestation.overlay import overlay
from reconciler.attestation.submission import to_attest
from reconciler.model.address import Address, username_key
from reconciler.model.aspect import Action, Aspect, FactRef
from reconciler.model.attestation import AttestedFact
from reconciler.model.change import Waiver
from reconciler.model.desired import DEFAULT_LIMITS, Desired
from reconciler.model.evidence import NO_PROBE, Attested, Fact, Known, Unknown, UnknownReason
from reconciler.model.live import Live, LiveSchool, Login
from reconciler.model.outcome import Outcome, Pending, Verified
from reconciler.model.plan import GoneAccount, Plan
from reconciler.model.review import Cause, DifferenceKey
from reconciler.planning.approved.outcome import outcomes
from reconciler.planning.review.causes import causes
from reconciler.planning.review.edits import edits
from reconciler.planning.scope import scope
from reconciler.workflow import written
from tests.planning.worlds import (
    ACCOUNTS,
    PROBED,
    SENSITIVITY,
    TODAY,
    WAIVED,
    access,
    as_declared,
    attested,
    claims,
    desired_of,
    planned,
)

TILL = Address("greenfield", "till")
CLAIMED = "till.greenfield"


def listed(live: Live, *usernames: str) -> Live:
    """The same with somebody's list of the accounts of greenfield."""
    return with_list(live, Known({username_key(name): name for name in usernames}, attested()))


def with_list(live: Live, accounts: Fact[dict[str, str]]) -> Live:
    """The same with what is known of the accounts of greenfield."""
    return replace(live, schools={"greenfield": replace(live.schools["greenfield"], accounts=accounts)})


def differences(plan: Plan) -> set[tuple[Action, str]]:
    """What a plan asks for of the accounts of greenfield."""
    return {(change.action, change.name) for change in plan.schools[0].changes if change.aspect is Aspect.ACCOUNT}


def world() -> tuple[Desired, Live]:
    """A workspace in which one supplier claims one account, with a live side as declared."""
    desired = desired_of(access(address=TILL))
    return desired, as_declared(desired)


@given(st.permutations(ACCOUNTS), st.integers(0, len(ACCOUNTS)), st.data())
def test_a_list_differs_by_the_names_that_only_one_side_has(names: list[str], many: int, data: st.DataObject) -> None:
    """Whatever the order and the capitals, and whoever claims them."""
    there = [data.draw(st.sampled_from([name, name.upper(), f" {name.lower()} "])) for name in names[:many]]
    claimed = data.draw(st.permutations(names))[: data.draw(st.integers(0, len(names)))]
    desired, live = world()
    usernames = {username_key(name): claims([access(address=TILL)], "greenfield")[CLAIMED] for name in claimed}
    usernames = {key: value._replace(value=name) for (key, value), name in zip(usernames.items(), claimed, strict=True)}
    school = replace(desired.schools["greenfield"], claims=usernames)
    found = differences(planned(replace(desired, schools={"greenfield": school}), listed(live, *there)))

    keys = {username_key(name) for name in there}
    assert {username_key(name) for action, name in found if action is Action.REVOKE} == keys - usernames.keys()
    assert {username_key(name) for action, name in found if action is Action.GRANT} == usernames.keys() - keys
    assert len(found) == len(keys ^ usernames.keys())


def test_with_nothing_attested_and_nothing_asked_a_plan_is_the_same() -> None:
    """The same as one that knows nothing of accounts."""
    desired, live = world()
    school = replace(desired.schools["greenfield"], claims={})
    assert planned(desired, live) == planned(replace(desired, schools={"greenfield": school}), live)


@pytest.mark.parametrize("why", [UnknownReason.EXPIRED, UnknownReason.DENIED, UnknownReason.NO_PROBE])
def test_a_list_that_does_not_count_is_no_difference(why: UnknownReason) -> None:
    """It is asked for again once there was one, or where the manifests ask for it."""
    desired, live = world()
    plan = planned(desired, with_list(live, Unknown(why, "not known")))
    assert not differences(plan)
    assert [item.aspect for item in plan.schools[0].unknown] == [Aspect.ACCOUNT] * (why is not NO_PROBE.reason)

    school = desired.schools["greenfield"]
    asking = replace(desired, schools={"greenfield": replace(school, accounts_asked=school.origin)})
    assert [item.aspect for item in planned(asking, live).schools[0].unknown] == [Aspect.ACCOUNT]
    assert "accounts" not in to_attest(desired, "greenfield")
    assert to_attest(asking, "greenfield")["accounts"] == (CLAIMED,)


def test_a_supplier_that_a_run_leaves_out_claims_its_account_too() -> None:
    """`--supplier` narrows what is compared, and not who claims what."""
    desired = desired_of(access(address=TILL), access())
    narrowed = scope(desired, suppliers=["till"])
    assert not differences(planned(narrowed, listed(as_declared(narrowed), "GROUPCALL.greenfield", CLAIMED)))


def test_what_is_unclaimed_is_grave_and_says_what_to_do() -> None:
    """With a command that no shell takes for more than it is."""
    desired, live = world()
    (change,) = planned(desired, listed(live, CLAIMED, "old.export")).schools[0].changes
    assert change.risk.value == "high"
    assert "`reconciler import account --school 12345 --supplier old-export --username old.export`" in change.note
    (hostile,) = planned(desired, listed(live, CLAIMED, "$(rm -rf ~)`")).schools[0].changes
    assert "--supplier SUPPLIER --username USERNAME`" in hostile.note


def test_a_waiver_accepts_an_account_by_its_name() -> None:
    """In any capitals."""
    desired, live = world()
    waiver = Waiver(frozenset({"greenfield"}), "", Action.REVOKE, Aspect.ACCOUNT, "OLD.export", WAIVED)
    plan = planned(replace(desired, waivers=(waiver,)), listed(live, CLAIMED, "old.Export"))
    assert [change.waived for change in plan.schools[0].changes] == [WAIVED]
    assert plan.summary.changes == 0


def word(*usernames: str) -> AttestedFact:
    """Somebody's list, as an Attestation has it."""
    return AttestedFact(FactRef("greenfield", "", Aspect.ACCOUNT, ""), usernames, attested())


def test_a_list_without_an_account_whose_login_works_is_not_believed() -> None:
    """A probe beats it, and the plan says which account; a refused login is no such proof."""
    desired, live = world()
    told = replace(desired, words=(word("old.export"),))
    seen = overlay(live, told, TODAY)
    plan = planned(told, seen)
    assert not differences(plan)
    assert [(item.aspect, item.why) for item in plan.schools[0].unknown] == [(Aspect.ACCOUNT, UnknownReason.DENIED)]
    assert [claim.subject for claim in plan.accesses[0].denied] == [FactRef(*TILL, Aspect.ACCOUNT, CLAIMED)]

    refused = replace(live.accesses[TILL], login=Known(Login.REFUSED, live.accesses[TILL].login.evidence))  # type: ignore[union-attr]
    plan = planned(told, overlay(replace(live, accesses={TILL: refused}), told, TODAY))
    assert differences(plan) == {(Action.REVOKE, "old.export"), (Action.GRANT, CLAIMED)}
    assert not differences(planned(told, overlay(live, told, date(2028, 1, 1))))


def test_an_account_that_is_gone_may_stay_in_the_list() -> None:
    """Nobody should delete one: that it cannot log in counts for as long as somebody vouches for it."""
    desired, live = world()
    gone = GoneAccount("greenfield", "old-export", "OLD.export", attested())
    told = replace(desired, words=(word(CLAIMED, "old.export", "other"),), gone=(gone,))
    assert differences(planned(told, overlay(live, told, TODAY))) == {(Action.REVOKE, "other")}
    lasting = replace(told, words=(replace(word(CLAIMED, "old.export"), evidence=lasting_word()),))
    assert differences(planned(lasting, overlay(live, lasting, date(2028, 1, 1)))) == {(Action.REVOKE, "old.export")}

    everything = replace(told, gone=(replace(gone, account=""), replace(gone, school="oakwood")))
    assert (Action.REVOKE, "old.export") in differences(planned(everything, overlay(live, everything, TODAY)))
    claimed = replace(told, words=(word(CLAIMED),), gone=(replace(gone, account=CLAIMED),))
    assert not differences(planned(claimed, overlay(live, claimed, TODAY)))


def lasting_word() -> Attested:
    """The evidence of a word that counts for two years."""
    return replace(attested(), expires=date(2028, 9, 1))


def test_a_review_tells_what_a_change_leaves_unclaimed_from_what_was_there() -> None:
    """A supplier that leaves the manifests leaves its account; another account was unclaimed before."""
    base = desired_of(access(address=TILL), access())
    head = desired_of(access())
    live = listed(as_declared(base), CLAIMED, "groupcall.greenfield", "old.export")
    plan, before = planned(head, live), planned(base, live)
    found = causes(plan, before, edits(base, head, SENSITIVITY), base, head)
    assert {key.key: cause for key, cause in found.items()} == {
        CLAIMED: Cause.THIS_CHANGE,
        "old.export": Cause.BEFORE,
    }
    assert DifferenceKey("greenfield", "", Action.REVOKE, Aspect.ACCOUNT, "old.export") in found


def outcome_of(approved: Plan, desired: Desired, live: Live) -> Outcome:
    """What became of the one thing that was due."""
    (outcome,) = outcomes(approved, planned(desired, live), live, {})
    return outcome


def test_only_a_later_list_proves_that_an_account_is_settled() -> None:
    """One that still has it is a difference, and none is no proof."""
    desired, live = world()
    approved = planned(desired, listed(live, CLAIMED, "Old.Export"))
    assert isinstance(outcome_of(approved, desired, listed(live, CLAIMED)), Verified)
    assert isinstance(outcome_of(approved, desired, listed(live, CLAIMED, "OLD.export")), Pending)
    assert isinstance(outcome_of(approved, desired, live), Pending)

    school = desired.schools["greenfield"]
    asking = replace(desired, schools={"greenfield": replace(school, accounts_asked=school.origin)})
    asked = planned(asking, live)
    assert isinstance(outcome_of(asked, asking, listed(live, CLAIMED)), Verified)
    for other in ((CLAIMED, "old.export"), ()):
        assert isinstance(outcome_of(asked, asking, listed(live, *other)), Pending)


def test_no_limit_counts_an_account_that_is_found() -> None:
    """A list of strangers is no mistake in a manifest."""
    desired, live = world()
    many = [f"old.{number}" for number in range(50)]
    assert not planned(replace(desired, limits=DEFAULT_LIMITS), listed(live, CLAIMED, *many)).breaches


@pytest.mark.parametrize("asking", ["Workspace", "School", ""])
def test_manifests_claim_the_accounts_that_they_name(tmp_path: Path, asking: str) -> None:
    """Of every supplier, in any capitals, and no partner application; a Workspace asks for every school's list."""
    listing = {kind: "  accounts: listed\n" if kind == asking else "" for kind in ("Workspace", "School")}
    documents = (
        "kind: Workspace\nmetadata: {name: w}\nspec:\n"
        + listing["Workspace"]
        + '  account: {username: "X.{school}"}\n',
        "kind: School\nmetadata: {name: oak}\nspec:\n" + listing["School"] + "  schoolId: 1\n  platform: scomis\n",
        "kind: Supplier\nmetadata: {name: till}\nspec:\n  account: {username: TILL.Oak}\n",
        "kind: Supplier\nmetadata: {name: wonde}\nspec: {}\n",
        "kind: Supplier\nmetadata: {name: app}\nspec: {via: partner-application, application: App}\n",
    )
    text = "---\n".join(f"apiVersion: reconciler/v1\n{document}" for document in documents)
    (tmp_path / "reconciler.yaml").write_text(text, encoding="utf-8")
    school = written(tmp_path, TODAY)[0].schools["oak"]
    assert {key: username.value for key, username in school.claims.items()} == {
        "till.oak": "TILL.Oak",
        "x.oak": "X.oak",
    }
    assert (school.accounts_asked is not None) is bool(asking)


def test_a_retired_supplier_claims_its_account_and_no_list_must_have_it(tmp_path: Path) -> None:
    """Nobody deletes it; and a list without it lacks nothing."""
    documents = (
        "kind: Workspace\nmetadata: {name: w}\nspec: {}\n",
        "kind: School\nmetadata: {name: greenfield}\nspec: {schoolId: 1, platform: scomis}\n",
        "kind: Supplier\nmetadata: {name: till}\nspec:\n  state: retired\n  account: {username: TILL.greenfield}\n",
    )
    text = "---\n".join(f"apiVersion: reconciler/v1\n{document}" for document in documents)
    (tmp_path / "reconciler.yaml").write_text(text, encoding="utf-8")
    desired = written(tmp_path, TODAY)[0]
    live = Live({"greenfield": LiveSchool(Known(True, PROBED))}, {})
    for there in ((CLAIMED,), ()):
        assert not differences(planned(desired, listed(live, *there)))
    assert differences(planned(desired, listed(live, "old.export"))) == {(Action.REVOKE, "old.export")}
    assert to_attest(desired, "greenfield", attested=["accounts"])["accounts"] == ()
