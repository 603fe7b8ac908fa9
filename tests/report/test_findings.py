"""A plan as findings: what rule each is of, how much it matters, and where it is shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from reconciler.model.address import Address
from reconciler.model.aspect import Risk
from reconciler.model.evidence import Known, Unknown, UnknownReason
from reconciler.model.live import LiveAccess, LiveSchool, Login
from reconciler.model.problem import Origin
from reconciler.model.review import Cause, DifferenceKey, Edits, Review
from reconciler.report.finding_rules import FINDING_RULES, TO_AGREE
from reconciler.report.findings.finding import Level
from reconciler.report.findings.findings import ranked, unranked
from tests.planning.worlds import (
    GROUPCALL,
    PROBED,
    access,
    as_declared,
    attested,
    desired_of,
    granted,
    live_of,
    material,
    planned,
    vouch,
    worlds,
)
from tests.report import changes
from tests.report.plans import everything, with_words

if TYPE_CHECKING:
    from reconciler.model.desired import Desired
    from reconciler.model.live import Live
    from reconciler.model.plan import Plan
    from reconciler.report.findings.finding import Finding
    from reconciler.report.input import ReportInput

GROUPCALL_ACCOUNT = "groupcall.greenfield"
IDS = [rule.id for rule in FINDING_RULES]


def told(material: ReportInput) -> list[tuple[str, str, str]]:
    """The rule, the level and the place of each finding, in order of weight."""
    found = ranked(material, 1_000, with_waived=True).first
    return [(each.rule, each.level.value, each.place) for each in found]


def review_of(plan: Plan, cause: Cause) -> Review:
    """A review in which every difference has one cause."""
    parts = [(school.name, "", school.changes) for school in plan.schools]
    parts += [(*each.address, each.changes) for each in plan.accesses]
    causes = {DifferenceKey.of(c, school, supplier): cause for school, supplier, its in parts for c in its}
    return Review("main", "0" * 40, Edits(), causes)


def only(found: list[Finding], rule: str) -> Finding:
    """The one finding of a rule."""
    (finding,) = (each for each in found if each.rule == rule)
    return finding


def test_the_rules_have_ids_of_their_own_and_texts() -> None:
    """An id stands once, and each rule says in a sentence what holds, and what to do where it does not."""
    assert len(set(IDS)) == len(IDS)
    assert not [rule.id for rule in FINDING_RULES if not rule.title.endswith(".")]
    assert not [rule.id for rule in FINDING_RULES if len(rule.text) <= 40]


def test_everything_is_told_in_the_order_of_ranking() -> None:
    """Limits, what is too much, refused logins, what is missing, what nobody knows, and last what is only reported."""
    assert told(material(planned(*everything()))) == [
        ("over-limit", "error", ""),
        ("entity-not-declared", "error", "greenfield/groupcall"),
        ("entity-not-declared", "warning", "greenfield/groupcall"),
        ("login-refused", "warning", "greenfield/parentpay"),
        ("entity-missing", "warning", "greenfield/groupcall"),
        ("entity-missing", "warning", "greenfield/groupcall"),
        ("entity-missing", "warning", "hilltop/newcomer"),
        ("school-unreachable", "unknown", "riverside"),
        ("not-known", "unknown", "hilltop/newcomer"),
        ("not-known", "unknown", "hilltop/nobody-knows"),
        ("not-known", "unknown", "northgate/deep"),
        ("to-attest", "unknown", "greenfield/groupcall"),
        ("to-attest", "unknown", "greenfield/groupcall"),
        ("to-attest", "unknown", "greenfield/groupcall"),
        ("to-attest", "unknown", "riverside/till"),
        ("to-attest", "unknown", "riverside/till"),
        ("entity-reported", "note", "hilltop/adopted"),
    ]


def test_what_is_waived_stands_last_and_a_word_that_is_denied_is_told() -> None:
    """A waived difference keeps its level, for the day on which nobody accepts it any more."""
    found = told(material(planned(*with_words())))
    assert found[-1] == ("entity-not-declared", "error", "greenfield/till")
    assert ("word-denied", "warning", "greenfield/till") in found
    assert ("licence-missing", "warning", "greenfield/till") in found


def vouched() -> tuple[Desired, Live]:
    """An access of which people vouch for what is not as declared."""
    desired = desired_of(access(needs=["students"], moved_from="bromcom-cloud"), lawful_basis="Consent")
    live = as_declared(desired)
    wrong = vouch(live.accesses[GROUPCALL], old_export=Known("connected", attested()))
    school = vouch(
        live.schools["greenfield"],
        lawful_basis=Known("Public Task", attested()),
        students=Known("not set", attested()),
    )
    return desired, replace(live, accesses={GROUPCALL: wrong}, schools={"greenfield": school})


def test_a_basis_that_opens_everybody_s_records_is_an_error() -> None:
    """With anything but Consent every third party reads all students and staff; the other way round less is open."""
    desired, live = vouched()
    found = list(unranked(material(planned(desired, live))))
    basis = only(found, "lawful-basis-differs")
    assert (basis.level, basis.place) == (Level.ERROR, "greenfield")
    assert basis.message == (
        "lawful basis `Consent` is Public Task, but should be Consent: closes all students and staff without consent "
        "to Groupcall"
    )
    assert only(found, "old-export-connected").level is Level.WARNING
    closed = vouch(live.schools["greenfield"], lawful_basis=Known("Consent", attested()))
    other = desired_of(access(), lawful_basis="Public Task")
    found = list(unranked(material(planned(other, replace(live, schools={"greenfield": closed})))))
    assert only(found, "lawful-basis-differs").level is Level.WARNING


@pytest.mark.parametrize(
    ("cause", "sensitive_extra", "sensitive_missing", "extra", "missing"),
    [
        (None, "error", "warning", "warning", "warning"),
        (Cause.THIS_CHANGE, "warning", "warning", "note", "note"),
        (Cause.BOTH, "warning", "warning", "note", "note"),
        (Cause.BEFORE, "warning", "note", "note", "note"),
    ],
)
def test_how_much_a_difference_matters(
    cause: Cause | None, sensitive_extra: str, sensitive_missing: str, extra: str, missing: str
) -> None:
    """Nothing is an error of a change under review, and what was so before is grave only where records are open."""
    desired = desired_of(access(["PersonPhotos", "Students"]))
    plan = planned(desired, live_of({GROUPCALL: granted("StudentsInCare", "Staff")}))
    reviewed = material(plan, review=review_of(plan, cause) if cause else None)
    levels = {each.name: each.level.value for each in unranked(reviewed)}
    assert levels == {
        "StudentsInCare": sensitive_extra,
        "PersonPhotos": sensitive_missing,
        "Staff": extra,
        "Students": missing,
    }


def test_a_limit_is_no_error_of_a_review_and_stands_at_its_school() -> None:
    """What goes over it may have been so before; the Workspace's own limit stands where a Workspace stands."""
    plan = planned(*everything())
    breach = plan.breaches[0]
    plan = replace(plan, breaches=(breach, replace(breach, school="hilltop")))
    reviewed = material(plan, review=review_of(plan, Cause.BEFORE))
    found = [each for each in unranked(reviewed) if each.rule == "over-limit"]
    assert [each.level for each in found] == [Level.WARNING] * 2
    assert [(each.origin.file, each.place) for each in found] == [("reconciler.yaml", ""), ("schools.yaml", "hilltop")]


def test_what_follows_from_a_school_that_is_down_is_told_once() -> None:
    """Its accesses are counted in its own finding; what is unknown of them for other reasons stands beside it."""
    blind = Unknown(UnknownReason.UNREACHABLE, "no answer")
    live = live_of(dict.fromkeys((GROUPCALL, Address("greenfield", "till")), LiveAccess(blind, blind)))
    live = replace(live, schools={"greenfield": LiveSchool(Known(False, PROBED), "no answer in 30 s")})
    desired = desired_of(access(), access(address=Address("greenfield", "till"), role="Till"))
    found = list(unranked(material(planned(desired, live))))
    assert [each.rule for each in found] == ["school-unreachable", "to-attest", "to-attest"]
    assert found[0].message == "the school is not reachable: no answer in 30 s; 2 accesses unknown"


def test_a_difference_without_a_line_stands_at_its_supplier() -> None:
    """Nobody declared what is too much, so that there is only where the access is declared."""
    plan = planned(desired_of(access()), live_of({GROUPCALL: granted("Students", "Staff")}))
    (finding,) = unranked(material(plan))
    assert finding.origin == Origin("suppliers.yaml", 1, 1)


def test_a_change_is_shown_on_its_lines_also_where_nobody_could_look() -> None:
    """What it opens and where it sends passwords; but nothing twice that is a difference as well."""
    told = ranked(changes.everything(), 1_000, with_waived=True).first
    agree = [each for each in told if each.rule == TO_AGREE]
    assert {each.cause for each in agree} == {Cause.THIS_CHANGE}
    assert {each.level for each in agree} == {Level.WARNING}
    messages = {each.message for each in agree}
    assert any("SENStudents" in each for each in messages), messages
    assert any("sends the passwords of its suppliers there" in each for each in messages), messages
    differing = {(each.place, each.name) for each in told if each.rule == "entity-missing"}
    assert differing
    assert not differing & {(each.place, each.name.removeprefix("read ")) for each in agree}


@given(worlds())
def test_what_is_not_known_never_looks_like_a_difference(world: tuple[Desired, Live]) -> None:
    """Every change is one finding, none of them is unknown, and no unknown is an error or a warning."""
    plan = planned(*world)
    found = list(unranked(material(plan)))
    changed = sum(len(school.changes) for school in plan.schools)
    changed += sum(len(access.changes) for access in plan.accesses)
    beside = {"over-limit", "entity-reported", "word-denied", "supplier-without-entities"}
    known = [each for each in found if each.level is not Level.UNKNOWN]
    assert sum(each.rule not in beside for each in known) == changed
    assert {each.rule for each in found if each.level is Level.UNKNOWN} <= {
        "not-known",
        "to-attest",
        "school-unreachable",
    }
    assert {each.rule for each in found} <= set(IDS)


@given(worlds())
def test_the_first_of_many_are_the_first_of_all(world: tuple[Desired, Live]) -> None:
    """How many are wanted changes nothing but how many there are; what is waived can be left out."""
    told = material(planned(*world))
    whole = ranked(told, 1_000, with_waived=True)
    assert whole.total == len(whole.first)
    assert ranked(told, 2, with_waived=True) == (whole.first[:2], whole.total)
    kept = [each for each in whole.first if not each.waived]
    assert ranked(told, 1_000, with_waived=False) == (kept, len(kept))


def test_what_a_finding_is_of() -> None:
    """The place, the name as it came, and why somebody accepts it."""
    refused = LiveAccess(
        Known(Login.REFUSED, PROBED), Unknown(UnknownReason.LOGIN_REFUSED, "401"), refusal="it\x1b said 401"
    )
    (finding,) = unranked(material(planned(desired_of(access()), live_of({GROUPCALL: refused}))))
    assert (finding.rule, finding.place, finding.name) == ("login-refused", "greenfield/groupcall", GROUPCALL_ACCOUNT)
    assert finding.message == f"the login of account `{GROUPCALL_ACCOUNT}` is refused: it\\x1b said 401"
    assert (finding.risk, finding.waived, finding.cause) == (Risk.MEDIUM, None, None)
