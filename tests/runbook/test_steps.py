"""What the steps of a runbook say: each rule as a story."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reconciler.catalogue.pages import pages
from reconciler.codec.plan_file import in_own_words
from reconciler.model.address import Address
from reconciler.model.aspect import Aspect
from reconciler.model.desired import PartnerApplication
from reconciler.model.evidence import NO_PROBE, Known, Unknown, UnknownReason
from reconciler.model.live import LiveAccess, LiveSchool, Login
from reconciler.model.runbook import Click, ClickKind, Condition, PageId, Verification
from reconciler.planning.refused_login import CHECKS, NO_LOGIN_WORKED
from reconciler.report.story.phrases import UNKNOWN_REASONS
from reconciler.runbook import make_runbook
from reconciler.workflow import sensitivity
from tests.planning.worlds import (
    REFUSED,
    WAIVED,
    access,
    account,
    attested,
    declared,
    desired_of,
    granted,
    live_of,
    planned,
    vouch,
)
from tests.runbook.scenes import everything

if TYPE_CHECKING:
    from reconciler.model.desired import Access
    from reconciler.model.plan import Plan
    from reconciler.model.runbook import Runbook, Step

GROUPCALL = Address("greenfield", "groupcall")
TILL = Address("greenfield", "till")
RIVERSIDE = Address("riverside", "groupcall")


@pytest.fixture(scope="module")
def whole() -> Runbook:
    """The runbook of the plan that asks for every kind of step."""
    return make_runbook(everything(), pages())


def runbook_of(
    *sides: tuple[Access, LiveAccess], basis: str | None = None, school: LiveSchool | None = None
) -> Runbook:
    """The runbook of these accesses."""
    return make_runbook(plan_of(*sides, basis=basis, school=school), pages())


def plan_of(*sides: tuple[Access, LiveAccess], basis: str | None, school: LiveSchool | None) -> Plan:
    desired = desired_of(*(wanted for wanted, _ in sides), lawful_basis=basis)
    live = live_of({wanted.address: found for wanted, found in sides})
    if school:
        live = replace(live, schools=dict.fromkeys(live.schools, school))
    return planned(desired, live)


def steps(runbook: Runbook, page: PageId, school: str = "greenfield") -> tuple[Step, ...]:
    """The steps on one page of one school."""
    return tuple(
        step
        for book in runbook.schools
        if book.school == school
        for visit in book.visits
        if visit.page.id is page
        for step in visit.steps
    )


def boxes(step: Step) -> list[tuple[ClickKind, str]]:
    """What a step ticks and unticks, in order."""
    clicks = [click for way in step.ways for click in way.clicks]
    return [(click.do, click.label) for click in clicks if click.do in (ClickKind.TICK, ClickKind.UNTICK)]


def test_the_ticks_of_an_account_are_one_step_in_the_order_of_the_page(whole: Runbook) -> None:
    """On and off together, alphabetically, each sensitive entity with what it holds; a probe checks them."""
    step, _ = steps(whole, PageId.THIRD_PARTY)
    assert boxes(step) == [
        (ClickKind.TICK, "Attendances"),
        (ClickKind.UNTICK, "PersonPhotos"),
        (ClickKind.TICK, "Staff"),
        (ClickKind.TICK, "Students"),
        (ClickKind.UNTICK, "StudentsInCare"),
    ]
    assert step.notes == ("PersonPhotos: photographs of pupils", "StudentsInCare: children in care")
    assert step.proof is Verification.PROBE


def test_a_refused_login_is_mended_whether_or_not_the_account_is_there(whole: Runbook) -> None:
    """One way where the page lists the account and one where it does not; both end with the role and without the box
    that would make the password expire. What to know before goes from what costs nothing to what cuts the supplier off:
    what the manifests say, the account, its role and ticks, two-factor authentication, and last a new password."""
    step = steps(whole, PageId.USERS)[-1]
    assert [(way.when, way.name) for way in step.ways] == [(Condition.LISTED, "till"), (Condition.NOT_LISTED, "till")]
    for way in step.ways:
        assert Click(ClickKind.TICK, "Third Party") in way.clicks
        assert any(click.do is ClickKind.UNTICK and "must change password" in click.label for click in way.clicks)
        assert [click.value for click in way.clicks if click.do is ClickKind.PASSWORD] == ["env TILL_PASSWORD"]
    refused, login, school, *checks, box, names = step.notes
    assert refused.startswith("Bromcom refuses this login and does not say why")
    assert login.startswith(f"1. {CHECKS[0]} The manifests say till and env TILL_PASSWORD.")
    assert school == f"2. {CHECKS[1]} The manifests say 12345 on scomis."
    assert checks == [f"{number}. {check}" for number, check in enumerate(CHECKS[2:], start=3)]
    assert box.startswith('Leave "User must change password at next logon" off')
    can_log_in = Click(ClickKind.TICK, "The user can log into the system", optional=True)
    listed = step.ways[0].clicks
    assert listed.index(can_log_in) < listed.index(Click(ClickKind.TICK, "Third Party"))
    assert listed.index(Click(ClickKind.PRESS, "Save")) < listed.index(Click(ClickKind.PRESS, "Reset Password"))
    assert names.startswith("The manifests give no first and last name")
    assert not any("401" in note for note in step.notes)


def test_a_school_at_which_no_login_worked_begins_with_its_school_id() -> None:
    """As the probe found it, and as a saved plan is read again; the line of the manifest is in the plan alone."""
    refusal = f"{REFUSED.refusal}. {NO_LOGIN_WORKED} 12345 (schools.yaml:3:5)"
    for found, hints in ((REFUSED, []), (replace(REFUSED, refusal=refusal), [f"{NO_LOGIN_WORKED} 12345."])):
        plan = plan_of((access(), found), basis=None, school=None)
        for read in (plan, in_own_words(plan, sensitivity(), UNKNOWN_REASONS)):
            (step,) = steps(make_runbook(read, pages()), PageId.USERS)
            assert [note for note in step.notes if NO_LOGIN_WORKED in note] == hints


def test_an_account_that_is_made_gets_its_write_back_role_at_once() -> None:
    """It would be left without it where somebody vouched for the role of an account that is gone; the role is there
    first, or made. Where a waiver accepts that the account has no role, it is neither made nor ticked."""
    seen = replace(
        REFUSED,
        roles=Known({"third party": "Third Party", "write-back": "Write-back"}, attested()),
        permissions=Known({"dinner money": "Dinner Money"}, attested()),
    )
    wanted = access(via=account("till"), role="Write-back", permissions=["Dinner Money"])
    made = runbook_of((wanted, seen))
    (role,) = steps(made, PageId.ROLES)
    (login, *_) = steps(made, PageId.USERS)
    assert (role.ways[0].clicks, role.settles) == ((), ())
    assert Click(ClickKind.TICK, "Third Party Write Back - Dinner Money") in role.ways[1].clicks
    ticked = [click.label for click in login.ways[1].clicks if click.do is ClickKind.TICK]
    assert ticked == ["Third Party", "Write-back"]

    plan = plan_of((wanted, replace(seen, roles=Known({}, attested()))), basis=None, school=None)
    (only,) = plan.accesses
    changes = [replace(each, waived=WAIVED if each.aspect is Aspect.ROLE else None) for each in only.changes]
    waived = make_runbook(replace(plan, accesses=(replace(only, changes=tuple(changes)),)), pages())
    assert not steps(waived, PageId.ROLES)
    assert "Write-back" not in [label for _, label in boxes(steps(waived, PageId.USERS)[0])]


def test_a_role_too_many_that_is_waived_keeps_no_new_account_from_its_own() -> None:
    """The waiver accepts the role Head; the role that is declared is given to the account as it is made."""
    seen = replace(REFUSED, roles=Known({"third party": "Third Party", "head": "Head"}, attested()))
    plan = plan_of((access(via=account("till"), role="Write-back"), seen), basis=None, school=None)
    (only,) = plan.accesses
    changes = [replace(change, waived=WAIVED if change.name == "Head" else None) for change in only.changes]
    assert {change.name for change in changes if change.aspect is Aspect.ROLE} == {"Head", "Write-back"}
    made = make_runbook(replace(plan, accesses=(replace(only, changes=tuple(changes)),)), pages())
    (login, *_) = steps(made, PageId.USERS)
    assert "Write-back" in [click.label for click in login.ways[1].clicks if click.do is ClickKind.TICK]


def test_a_role_too_many_goes_and_the_role_of_third_parties_stays() -> None:
    """Without that one the supplier is cut off."""
    seen = replace(granted("Students"), roles=Known({"third party": "Third Party", "head": "Head"}, attested()))
    made = runbook_of((access(via=account("till"), role="Write-back"), seen))
    (step,) = (step for step in steps(made, PageId.USERS) if step.title == "Remove the role Head from till")
    assert (
        "It keeps Third Party and Write-back. Remove every other role: Bromcom adds up what the roles of an account "
        "allow." in step.notes
    )


def test_a_title_is_no_word_in_the_middle_of_a_sentence() -> None:
    """It is quoted, or stands after a colon: it may begin with "The"."""
    wanted = replace(
        access(role="Write-back", permissions=["Staff"], licence=True, needs=["students"], moved_from="bromcom-cloud"),
        title="The tills",
    )
    made = runbook_of((wanted, vouch(granted("Students"), old_export=Known("connected", attested()))))
    found = [step.title for visit in made.visits for step in visit.steps]
    found += [note for visit in made.visits for step in visit.steps for note in step.notes]
    found += [c.value for v in made.visits for step in v.steps for way in step.ways for c in way.clicks]
    told = [text for text in found if "The tills" in text]
    assert len(told) >= 6
    assert not [text for text in told if not re.search(r'"The tills"|: The tills\.?$', text)]


def test_an_account_without_a_password_is_looked_at_and_left_its_own(whole: Runbook) -> None:
    """Nobody knows that its login fails, so that its password is not reset: that would lock the supplier out."""
    step = next(step for step in steps(whole, PageId.USERS, "riverside") if step.account == "old.riverside")
    there, missing = step.ways
    assert step.proof is Verification.ATTESTATION
    assert not [click for click in there.clicks if click.do is ClickKind.PASSWORD]
    assert [click.value for click in missing.clicks if click.do is ClickKind.PASSWORD] == [""]


def test_a_login_that_somebody_saw_refused_gets_a_new_password() -> None:
    """Without a reference there is none to take: one is chosen and handed over, and the sheet says so."""
    wanted = access(via=account("old", password=False))
    seen = LiveAccess(Known(Login.REFUSED, attested()), Known({"students": "Students"}, attested()))
    made = runbook_of((wanted, seen))
    (step,) = steps(made, PageId.USERS)
    assert step.proof is Verification.ATTESTATION
    assert "This password is not stored" in " ".join(step.notes)
    assert made.schools[0].hand_overs[0].password == ""


def test_names_stand_in_where_the_manifests_give_none(whole: Runbook) -> None:
    """Bromcom asks for a first and a last name; the supplier's title serves, and the note says that any will do."""
    step = steps(whole, PageId.USERS)[-1]
    fields = {click.label: click.value for way in step.ways for click in way.clicks if click.do is ClickKind.FILL}
    assert fields == {"First Name": "Till", "Last Name": "Third Party", "Username": "till"}
    assert "The manifests give no first and last name: choose any for a new account." in step.notes


def test_a_role_that_two_suppliers_hold_is_one_step() -> None:
    """What both declare is ticked once, and what neither does is taken off once; it settles the facts of both."""
    seen = replace(
        granted("Students"),
        roles=Known({"write-back": "Write-back"}, attested()),
        permissions=Known({"dinner money": "Dinner Money"}, attested()),
    )
    made = runbook_of(
        (access(address=GROUPCALL, role="Write-back", permissions=["Attendance"]), seen),
        (access(address=TILL, role="write-back", permissions=["Attendance"]), seen),
    )
    (step,) = steps(made, PageId.ROLES)
    boxes = [(click.do, click.label) for click in step.ways[0].clicks if click.do in {ClickKind.TICK, ClickKind.UNTICK}]
    assert [do for do, _ in boxes] == [ClickKind.TICK, ClickKind.UNTICK]
    assert ["Attendance" in boxes[0][1], "Dinner Money" in boxes[1][1]] == [True, True]
    assert len(step.settles) == 4


def test_a_role_gets_its_permissions_when_another_role_goes() -> None:
    """What the account may write now may come from the role that it loses, or holds instead of the declared one."""
    wanted = access(role="Write-back", permissions=["Attendance"])
    for names in (["Third Party", "Write-back", "Attendance Officer"], ["Third Party", "Attendance Officer"]):
        seen = replace(
            granted("Students"),
            roles=Known({name.casefold(): name for name in names}, attested()),
            permissions=Known({"attendance": "Attendance"}, attested()),
        )
        (step,) = steps(runbook_of((wanted, seen)), PageId.ROLES)
        for way in step.ways:
            assert Click(ClickKind.TICK, "Third Party Write Back - Attendance") in way.clicks


def test_a_role_without_permissions_is_made_only_where_it_is_missing() -> None:
    """There is nothing to do on one that is there, and nothing to prove: that it is held is the account's step."""
    allows_nothing = replace(granted("Students"), permissions=Known({}, attested()))
    (step,) = steps(runbook_of((access(role="Write-back"), allows_nothing)), PageId.ROLES)
    listed, missing = step.ways
    assert listed.clicks == ()
    assert Click(ClickKind.FILL, "Name", "Write-back") in missing.clicks
    assert (step.settles, step.proof) == ((), Verification.NONE)


def test_a_role_that_should_allow_nothing_is_looked_at_where_nobody_has() -> None:
    """Down to where its permissions stand, and nothing is ticked there."""
    (step,) = steps(runbook_of((access(role="Write-back"), granted("Students"))), PageId.ROLES)
    listed, _ = step.ways
    assert [click.do for click in listed.clicks] == [
        ClickKind.PRESS,
        ClickKind.CHOOSE,
        ClickKind.EXPAND,
        ClickKind.EXPAND,
        ClickKind.PRESS,
        ClickKind.SEE,
    ]
    assert [(fact.aspect, fact.name) for fact in step.settles] == [(Aspect.WRITE, "*")]
    assert step.notes[0] == "We cannot see what role Write-back allows. It should allow no write-back at all."


def test_a_lawful_basis_settles_the_consent_that_follows_from_it(whole: Runbook) -> None:
    """Any basis but Consent makes all students and staff readable, and the step warns of that; of contacts no source
    says so, and theirs is looked at on a page whose place is not known, which the step says too."""
    (step,) = steps(whole, PageId.DEFAULTS, "riverside")
    assert {(fact.aspect, fact.name) for fact in step.settles} == {
        (Aspect.LAWFUL_BASIS, "Public Task"),
        (Aspect.CONSENT, "students"),
        (Aspect.CONSENT, "staff"),
    }
    assert "ALL students and ALL staff" in step.notes[0]
    assert not steps(whole, PageId.STUDENTS, "riverside")
    (contacts,) = steps(whole, PageId.CONTACTS, "riverside")
    assert "no source says" in contacts.notes[-1]


def test_with_consent_as_the_basis_it_is_set_for_each_person() -> None:
    """Setting the basis to Consent settles nobody's consent."""
    made = runbook_of((access(needs=["students", "staff"]), granted("Students")), basis="Consent")
    (basis,) = steps(made, PageId.DEFAULTS)
    assert [fact.name for fact in basis.settles] == ["Consent"]
    for page in (PageId.STUDENTS, PageId.STAFF):
        (step,) = steps(made, page)
        assert Click(ClickKind.CHOOSE, "Attribute", "Data Processing Consent Granted") in step.ways[0].clicks
    assert "no third party can read a person" in basis.notes[0]


def test_consent_is_set_and_taken_back_for_many_and_for_one() -> None:
    """True for those who consented; False for those who refused, where some did; either in one person's own record."""
    made = runbook_of((access(needs=["students", "staff"]), granted("Students")), basis="Consent")
    for page, panel in ((PageId.STUDENTS, "Key Data"), (PageId.STAFF, "Personal Details")):
        (step,) = steps(made, page)
        assert [way.when for way in step.ways] == [Condition.ALWAYS, *[Condition.JUDGED] * 3]
        many, taken_back, one, other = (way.clicks for way in step.ways)
        assert Click(ClickKind.CHOOSE, "Value", "True") in many
        assert Click(ClickKind.CHOOSE, "Value", "False") in taken_back
        assert Click(ClickKind.SEE, panel) in one
        assert Click(ClickKind.TICK, "Data Processing Consent Granted") in one
        assert Click(ClickKind.UNTICK, "Data Processing Consent Granted") in other


def test_consent_is_one_step_for_all_suppliers_that_need_it() -> None:
    """It holds for every third party, and says whose records are missing without it."""
    needing = [(access(address=where, needs=["students"]), granted("Students")) for where in (GROUPCALL, TILL)]
    (step,) = steps(runbook_of(*needing), PageId.STUDENTS)
    assert [fact.supplier for fact in step.settles] == ["groupcall", "till"]
    assert step.notes[0].startswith('Needed by "Groupcall", "Till":')
    assert any("only if the school's lawful basis" in note for note in step.notes)


def test_the_scope_of_an_application_is_its_suppliers_to_mend(whole: Runbook) -> None:
    """A school can only grant it: what is wrong with the scope is told to the supplier, before it is granted."""
    scope, grant = steps(whole, PageId.PARTNER_APPLICATIONS)
    assert [click.do for way in scope.ways for click in way.clicks] == [ClickKind.TELL]
    assert "must include Students and no longer include Staff" in scope.ways[0].clicks[0].value
    assert [click.label for click in grant.ways[0].clicks] == ["Manage", "Grant", "Proceed", "Installed"]


def test_what_must_be_looked_at_says_what_became_of_the_last_word(whole: Runbook) -> None:
    """An attestation that expired is named; that no probe can see a fact is said once, by its proof."""
    step = steps(whole, PageId.USERS, "riverside")[0]
    assert step.title == "Check that GROUPCALL has the role Groupcall write-back"
    assert step.notes == ("attestation by J. Smith expired 2026-10-01",)


def test_ticks_that_the_plan_does_not_name_are_not_taken_for_none() -> None:
    """Where an old word on an account's ticks has expired the manifests say what to tick, and the step sends there."""
    expired = Unknown(UnknownReason.EXPIRED, "attestation by J. Smith expired 2026-10-01")
    made = plan_of(
        (access(["Students", "Staff"], via=account("old", password=False)), LiveAccess(expired, expired)),
        basis=None,
        school=None,
    )
    nameless = replace(
        made,
        accesses=tuple(replace(each, particulars=replace(each.particulars, to_tick=())) for each in made.accesses),
    )
    (step,) = steps(make_runbook(nameless, pages()), PageId.THIRD_PARTY)
    assert step.title == "Set the ticks of old"
    assert step.notes == ("Tick exactly what the manifests declare: 2 entities.",)


def test_a_supplier_with_a_new_login_or_a_new_address_gets_a_sheet(whole: Runbook) -> None:
    """The School ID by the supplier's own name for it, the addresses, the username, where the password is kept, and
    from where the school moved. The old export is to be confirmed as disconnected."""
    groupcall, till = whole.schools[0].hand_overs
    assert (groupcall.school_id_called, groupcall.school_id) == ("Bromcom School ID", 12345)
    assert groupcall.read_url == "https://bromcom.scomis.org/read.asmx"
    assert (groupcall.username, groupcall.password, groupcall.moved_from) == (
        "groupcall",
        "env TILL_PASSWORD",
        "bromcom-cloud",
    )
    assert till.supplier == "till"
    outside = steps(whole, PageId.OUTSIDE)
    assert [step.title for step in outside if step.account == "groupcall"] == [
        'Buy the write licence for "Groupcall"',
        'Get confirmation that the old export of "Groupcall" from bromcom-cloud is disconnected',
        'Give "Groupcall" its hand-over sheet',
    ]
    assert not whole.schools[1].hand_overs


def test_what_is_due_at_two_schools_can_be_done_centrally(whole: Runbook) -> None:
    """The same change of the same user, whatever capitals it is written in. The offer warns that it overwrites, and
    names the school where a part of it is not due. Every school keeps its own steps."""
    offer = whole.central[0]
    assert (offer.supplier, offer.username) == ("groupcall", "groupcall")
    assert offer.what == ("untick PersonPhotos", "tick Staff", "tick Students")
    assert offer.schools == ("greenfield", "meadow", "riverside")
    warning, not_due = offer.overwrites
    assert "OVERWRITES" in warning
    assert not_due == "Not due at meadow, which also has this user: untick PersonPhotos; tick Staff."
    assert steps(whole, PageId.THIRD_PARTY, "riverside")


def test_nothing_is_offered_centrally_that_one_school_alone_needs() -> None:
    """Nor where two schools have users of different names: a distribution is of one user."""
    apart = [(access(address=where), granted()) for where in (GROUPCALL, RIVERSIDE)]
    assert runbook_of(*apart).central == ()
    one = access(address=GROUPCALL, via=account("groupcall"))
    other = access(address=RIVERSIDE, via=account("groupcall"))
    assert runbook_of((one, granted()), (other, granted("Students"))).central == ()


def test_an_application_is_not_offered_centrally() -> None:
    """It has no user to distribute: its scope is asked for at each school."""
    wrong = LiveAccess(NO_PROBE, Known({"staff": "Staff"}, attested()))
    both = [
        (access(address=where, via=PartnerApplication(declared("Library App"))), wrong)
        for where in (GROUPCALL, RIVERSIDE)
    ]
    assert runbook_of(*both).central == ()


def test_a_plan_in_sync_has_no_steps() -> None:
    """Nor has one in which nothing is known for reasons that no hand can mend."""
    assert runbook_of((access(), granted("Students"))).schools == ()
    down = Unknown(UnknownReason.UNREACHABLE, "no answer in 30 s")
    assert runbook_of((access(), LiveAccess(down, down))).schools == ()


def test_an_application_has_no_sheet_with_a_username() -> None:
    """A supplier without an account that must be told of a move is told the addresses alone."""
    wanted = access(via=PartnerApplication(declared("Library App")), moved_from="bromcom-cloud")
    made = runbook_of((wanted, LiveAccess(NO_PROBE, NO_PROBE)))
    (sheet,) = made.schools[0].hand_overs
    assert (sheet.username, sheet.password, sheet.moved_from) == ("", "", "bromcom-cloud")


def test_a_waived_login_gives_no_sheet() -> None:
    """What nobody changes, nobody needs to be told."""
    plan = plan_of((access(), REFUSED), basis=None, school=None)
    (only,) = plan.accesses
    waived = replace(only, changes=tuple(replace(change, waived=WAIVED) for change in only.changes))
    made = make_runbook(replace(plan, accesses=(waived,)), pages())
    assert not [sheet for book in made.schools for sheet in book.hand_overs]
    assert not steps(made, PageId.USERS)
