"""A change under review: what it asks for, how Bromcom stands to it, and what it is the cause of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from reconciler.model.address import Address
from reconciler.model.aspect import Action, Aspect, FactRef, Risk
from reconciler.model.attestation import AttestedFact
from reconciler.model.change import Waiver
from reconciler.model.desired import (
    Account,
    AgreementTerms,
    DeclaredPassword,
    DownstreamProduct,
    ExtraEntities,
    Limit,
    Limits,
    PartnerApplication,
    Platform,
)
from reconciler.model.evidence import Known, Unknown, UnknownReason
from reconciler.model.live import LiveAccess, LiveSchool, Login
from reconciler.model.problem import DeclaredValue, Origin
from reconciler.model.review import (
    TOLERATED,
    ApplicationName,
    Cause,
    Claim,
    DifferenceKey,
    Effect,
    LiveStatus,
    ManifestField,
    value_text,
)
from reconciler.model.secret import CommandRef, EnvRef, FileRef, KeyringRef
from reconciler.planning.review.causes import causes, newly_ignored
from reconciler.planning.review.edits import edits
from reconciler.planning.review.live_status import with_live_status
from reconciler.planning.review.trust import of_base, reviewed, touched, with_unreviewed
from reconciler.planning.scope import within
from tests.planning.worlds import (
    GROUPCALL,
    PROBED,
    SENSITIVITY,
    WAIVED,
    access,
    account,
    as_declared,
    attested,
    declared,
    desired_of,
    desireds,
    granted,
    live_of,
    planned,
    school,
    vouch,
    worlds,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.model.desired import Access, Desired, School
    from reconciler.model.live import Live
    from reconciler.model.review import Edits, Topic
    from reconciler.model.secret import SecretRef

TILL = Address("greenfield", "till")


def asked(base: Desired, head: Desired) -> Edits:
    """What the change from one to the other asks for."""
    return edits(base, head, SENSITIVITY)


def stood(base: Desired, head: Desired, live: Live) -> dict[str, LiveStatus]:
    """How Bromcom stands to each edit, by its name."""
    return {edit.name: edit.standing for edit in with_live_status(asked(base, head), base, head, planned(head, live))}


def caused(base: Desired, head: Desired, live: Live) -> dict[str, Cause]:
    """The cause of each difference, by its key."""
    before = planned(base, of_base(live, head, base))
    return {
        each.key: cause for each, cause in causes(planned(head, live), before, asked(base, head), base, head).items()
    }


@given(desireds(), desireds())
def test_what_two_revisions_say_alike_is_no_edit(one: Desired, other: Desired) -> None:
    """A revision has no edits against itself, and two have some against each other whichever is the base."""
    assert asked(one, one) == ()
    assert bool(asked(one, other)) == bool(asked(other, one))


@given(desireds())
def test_where_a_line_stands_is_no_edit(desired: Desired) -> None:
    """Manifests that moved to another file ask for the same."""
    moved = replace(desired, accesses={address: _moved(each) for address, each in desired.accesses.items()})
    assert asked(desired, moved) == ()


def _moved(each: Access) -> Access:
    elsewhere = Origin("elsewhere.yaml", 99, 9)
    return replace(
        each,
        entities={key: DeclaredValue(entity.value, elsewhere) for key, entity in each.entities.items()},
        declared={
            aspect: tuple(DeclaredValue(one.value, elsewhere) for one in values)
            for aspect, values in each.declared.items()
        },
        origin=elsewhere,
    )


def test_a_name_in_other_capitals_is_no_edit() -> None:
    """Bromcom takes any case of entities, and usernames that differ in capitals are taken for one."""
    base = desired_of(access(["Students"], via=account("GC.Greenfield")))
    assert asked(base, desired_of(access(["STUDENTS"], via=account("gc.greenfield")))) == ()


def test_an_entity_more_and_one_less() -> None:
    """What is read more stands first, with why it matters; what is read less has no place in the manifests any more."""
    base, head = desired_of(access(["Students", "Staff"])), desired_of(access(["Students", "PersonPhotos"]))
    more, less = asked(base, head)
    assert (more.topic, more.name, more.before, more.after) == (Aspect.READ, "PersonPhotos", "", "granted")
    assert (more.effect, more.risk, more.note) == (Effect.MORE, Risk.HIGH, "photographs of pupils")
    assert more.origin == Origin("suppliers.yaml", 11, 5)
    assert (less.name, less.before, less.after, less.effect, less.origin) == ("Staff", "granted", "", Effect.LESS, None)


def test_a_supplier_that_comes_brings_all_that_it_reads() -> None:
    """Its coming is one edit, each entity is one, and so is where its password is taken from; its username is told by
    its coming."""
    base, head = desired_of(access()), desired_of(access(), access(["Staff"], address=TILL))
    found = [(edit.topic, edit.name, edit.after, edit.effect) for edit in asked(base, head)]
    assert found == [
        (ManifestField.ACCESS, "Till", "till.greenfield", Effect.MORE),
        (Aspect.READ, "Staff", "granted", Effect.MORE),
        (ManifestField.PASSWORD, "env PASSWORD", EnvRef("PASSWORD"), Effect.OTHER),
    ]


def test_a_supplier_that_leaves_keeps_what_it_has() -> None:
    """Taking a manifest away takes nothing away in Bromcom, and the edit says so."""
    base, head = desired_of(access(), access(address=TILL)), desired_of(access())
    (edit,) = with_live_status(asked(base, head), base, head, planned(head, live_of({GROUPCALL: granted("Students")})))
    assert (edit.topic, edit.before, edit.after) == (ManifestField.ACCESS, "till.greenfield", "")
    assert (edit.effect, edit.standing) == (Effect.LESS, LiveStatus.LEFT)


APPLICATION = PartnerApplication(declared("Library App"))
OTHER_PASSWORD = Account(declared("groupcall.greenfield"), DeclaredPassword(EnvRef("OTHER"), Origin("s.yaml", 1, 1)))


@pytest.mark.parametrize(
    ("base", "head", "topic", "effect"),
    [
        (access(), access(role="W"), Aspect.ROLE, Effect.MORE),
        (access(permissions=["Staff"]), access(), Aspect.WRITE, Effect.LESS),
        (access(), access(licence=True), Aspect.WRITE_LICENCE, Effect.MORE),
        (access(), access(needs=["students"]), Aspect.CONSENT, Effect.MORE),
        (access(), access(moved_from="scomis"), Aspect.OLD_EXPORT, Effect.OTHER),
        (access(), access(via=account("other")), ManifestField.ACCOUNT, Effect.OTHER),
        (access(), access(via=OTHER_PASSWORD), ManifestField.PASSWORD, Effect.OTHER),
        (access(), access(via=account("groupcall.greenfield", password=False)), ManifestField.PASSWORD, Effect.OTHER),
        (access(), access(extra=ExtraEntities.IGNORE), ManifestField.EXTRA_ENTITIES, Effect.MORE),
        (access(extra=ExtraEntities.REPORT), access(), ManifestField.EXTRA_ENTITIES, Effect.LESS),
    ],
)
def test_every_other_statement_of_an_access(base: Access, head: Access, topic: Topic, effect: Effect) -> None:
    """Each is one edit, and it says whether more can be read or written by it."""
    (edit,) = asked(desired_of(base), desired_of(head))
    assert (edit.topic, edit.effect) == (topic, effect)


def test_an_account_that_becomes_an_application() -> None:
    """The way in is one edit, told as both revisions have it."""
    found = asked(desired_of(access()), desired_of(access(via=APPLICATION)))
    way_in = next(edit for edit in found if edit.topic is ManifestField.ACCOUNT)
    assert (way_in.before, way_in.after) == ("groupcall.greenfield", ApplicationName("Library App"))
    assert way_in.risk is Risk.HIGH


@pytest.mark.parametrize(
    ("before", "after", "effect"),
    [
        ("Consent", "Public Task", Effect.MORE),
        ("Public Task", "Consent", Effect.LESS),
        ("Public Task", "Contract", Effect.OTHER),
        (None, "Public Task", Effect.MORE),
        (None, "Consent", Effect.OTHER),
        ("Consent", None, Effect.OTHER),
    ],
)
def test_the_lawful_basis(before: str | None, after: str | None, effect: Effect) -> None:
    """Anything but Consent opens all students and staff to every third party."""
    (edit,) = asked(desired_of(access(), lawful_basis=before), desired_of(access(), lawful_basis=after))
    assert (edit.school, edit.supplier, edit.topic) == ("greenfield", "", Aspect.LAWFUL_BASIS)
    assert (edit.before, edit.after, edit.effect, edit.risk) == (before or "", after or "", effect, Risk.HIGH)


@pytest.mark.parametrize(
    "elsewhere",
    [
        replace(school(), school_id=99),
        replace(school(), platform=Platform("practice", "http://127.0.0.1/evil", "http://127.0.0.1/write")),
        replace(school(), platform=Platform("practice", "http://127.0.0.1/read", "http://127.0.0.1/evil")),
        replace(
            school(), platform=Platform("practice", "http://127.0.0.1/read", "http://127.0.0.1/write", allow_http=True)
        ),
    ],
)
def test_where_passwords_go_is_a_high_risk(elsewhere: School) -> None:
    """Another database or another address of either service, and whether plain http is allowed."""
    base = desired_of(access())
    (edit,) = asked(base, replace(base, schools={"greenfield": elsewhere}))
    assert (edit.topic, edit.risk, edit.standing) == (ManifestField.SERVICE, Risk.HIGH, LiveStatus.NONE)
    assert edit.before != edit.after


def test_words_waivers_and_limits() -> None:
    """What somebody vouches for, what somebody accepts and what one plan may do are edits; an accepted extra entity
    stays readable, and so lets more be read."""
    base = desired_of(access())
    word = AttestedFact(FactRef("greenfield", "", Aspect.LAWFUL_BASIS, ""), ("Consent",), attested())
    waiver = Waiver(frozenset({"greenfield"}), "groupcall", Action.REVOKE, Aspect.READ, "PersonPhotos", WAIVED)
    head = replace(base, words=(word,), waivers=(waiver,), limits=Limits(revoke=Limit(count=9)))
    found = {edit.topic: edit for edit in asked(base, head)}
    assert found[ManifestField.WORD].after == Claim(Aspect.LAWFUL_BASIS, "", ("Consent",))
    assert found[ManifestField.WORD].note == "J. Smith, 2026-09-01, until 2027-09-01"
    assert (found[ManifestField.WAIVER].effect, found[ManifestField.WAIVER].note) == (
        Effect.MORE,
        "photographs of pupils; J. Smith: the new till comes then",
    )
    assert found[ManifestField.WAIVER].risk is Risk.HIGH
    assert found[ManifestField.WAIVER].name == "revoke read PersonPhotos"
    assert (found[ManifestField.LIMIT].before, found[ManifestField.LIMIT].after) == ("none", "9")
    (longer,) = asked(head, replace(head, waivers=(replace(waiver, terms=replace(WAIVED, expires=date(2028, 1, 1))),)))
    assert [value_text(longer.before), value_text(longer.after)] == ["until 2027-04-01", "until 2028-01-01"]


def test_how_bromcom_stands_to_an_edit() -> None:
    """To tick, so already, or to untick; an extra entity that is only reported stays."""
    base, head = desired_of(access(["Staff"])), desired_of(access(["Students", "PersonPhotos"]))
    live = live_of({GROUPCALL: granted("PersonPhotos", "Staff")})
    assert stood(base, head, live) == {
        "Students": LiveStatus.PENDING,
        "PersonPhotos": LiveStatus.IN_PLACE,
        "Staff": LiveStatus.PENDING,
    }
    lenient = desired_of(access(["Students"], extra=ExtraEntities.REPORT))
    assert stood(desired_of(access(["Staff"])), lenient, live)["Staff"] is LiveStatus.LEFT


def test_what_the_manifests_let_go_of_is_kept() -> None:
    """Nobody takes a permission or a basis away since no manifest speaks of it; a role is then one too many."""
    base = desired_of(access(role="W", permissions=["Staff"]), lawful_basis="Public Task")
    found = stood(base, desired_of(access()), as_declared(base))
    assert found == {"W": LiveStatus.PENDING, "Staff": LiveStatus.LEFT, "Public Task": LiveStatus.LEFT}


def test_a_school_that_is_new_says_its_lawful_basis_and_where_it_is_asked() -> None:
    """At an address to which passwords went before that is no high risk; at another one it is."""
    far = Address("riverside", "groupcall")
    head = desired_of(access(), access(address=far))
    head = replace(head, schools={**head.schools, "riverside": school("riverside", lawful_basis="Consent")})
    of_school = [edit for edit in asked(desired_of(access()), head) if not edit.supplier]
    assert [(edit.school, edit.topic, edit.before, edit.risk) for edit in of_school] == [
        ("riverside", Aspect.LAWFUL_BASIS, "", Risk.HIGH),
        ("riverside", ManifestField.SERVICE, "", Risk.MEDIUM),
    ]
    elsewhere = replace(head, schools={**head.schools, "riverside": replace(EVIL, name="riverside")})
    (service,) = [edit for edit in asked(desired_of(access()), elsewhere) if edit.topic is ManifestField.SERVICE]
    assert (service.risk, "evil" in value_text(service.after)) == (Risk.HIGH, True)


def test_words_and_waivers_of_places_out_of_scope_are_no_edits() -> None:
    """A part of the manifests is compared with the same part."""
    far = Address("riverside", "groupcall")
    head = desired_of(access(), access(address=far))
    word = AttestedFact(FactRef("riverside", "", Aspect.LAWFUL_BASIS, ""), ("Consent",), attested())
    waiver = Waiver(frozenset(head.schools), "groupcall", Action.REVOKE, Aspect.READ, "Staff", WAIVED)
    said = replace(head, words=(word,), waivers=(waiver,))
    part = {"schools": ["greenfield"]}
    assert [edit.school for edit in asked(within(head, **part), within(said, **part))] == ["greenfield"]


def test_what_is_accepted_is_not_due() -> None:
    """A waiver leaves Bromcom as it is."""
    waiver = Waiver(frozenset({"greenfield"}), "groupcall", Action.REVOKE, Aspect.READ, "Staff", WAIVED)
    base = desired_of(access(["Staff", "Students"]))
    head = replace(desired_of(access(["Students"])), waivers=(waiver,))
    assert stood(base, head, live_of({GROUPCALL: granted("Staff", "Students")}))["Staff"] is LiveStatus.LEFT


def test_of_a_login_that_is_refused_no_tick_is_known() -> None:
    """Its way in is to be made by hand; nobody sees what is ticked, added or taken away."""
    refused = LiveAccess(Known(Login.REFUSED, PROBED), Unknown(UnknownReason.LOGIN_REFUSED, "401"))
    base, head = desired_of(access()), desired_of(access(), access(["Staff"], address=TILL))
    assert stood(base, head, live_of({GROUPCALL: granted("Students"), TILL: refused})) == {
        "Till": LiveStatus.PENDING,
        "Staff": LiveStatus.UNKNOWN,
        "env PASSWORD": LiveStatus.NONE,
    }
    base, head = desired_of(access(["Students", "Marks"])), desired_of(access(["Students", "Staff"]))
    assert stood(base, head, live_of({GROUPCALL: refused})) == {
        "Staff": LiveStatus.UNKNOWN,
        "Marks": LiveStatus.UNKNOWN,
    }


@given(worlds(), desireds())
def test_what_nobody_knows_is_never_there(world: tuple[Desired, Live], base: Desired) -> None:
    """Of an access whose entities are unknown no entity is said to be read already, or not any more."""
    head, live = world
    plan = planned(head, live)
    blind = {
        tuple(a.address) for a in plan.accesses if any(u.aspect is Aspect.READ and u.name == "*" for u in a.unknown)
    }
    for edit in with_live_status(asked(base, head), base, head, plan):
        if edit.topic is Aspect.READ and (edit.school, edit.supplier) in blind:
            assert edit.standing is LiveStatus.UNKNOWN


@given(worlds())
def test_a_change_that_asks_for_nothing_is_the_cause_of_nothing(world: tuple[Desired, Live]) -> None:
    """Every difference was there before."""
    desired, live = world
    assert set(caused(desired, desired, live).values()) <= {Cause.BEFORE}


@given(worlds(), desireds())
def test_every_difference_has_its_cause(world: tuple[Desired, Live], base: Desired) -> None:
    """Whatever the two revisions are; and what is not asked for otherwise than before is never this change's alone."""
    head, live = world
    plan = planned(head, live)
    found = causes(plan, planned(base, of_base(live, head, base)), asked(base, head), base, head)
    assert set(found) == {
        *(DifferenceKey.of(change, each.name, "") for each in plan.schools for change in each.changes),
        *(DifferenceKey.of(change, *each.address) for each in plan.accesses for change in each.changes),
    }


def test_a_new_tick_is_this_changes_and_an_older_one_was_missing_before() -> None:
    """The two stand beside each other in one access."""
    base, head = desired_of(access(["Students", "Staff"])), desired_of(access(["Students", "Staff", "Attendances"]))
    assert caused(base, head, live_of({GROUPCALL: granted("Staff", "PersonPhotos")})) == {
        "students": Cause.BEFORE,
        "attendances": Cause.THIS_CHANGE,
        "personphotos": Cause.BEFORE,
    }


def test_a_value_that_was_wrong_and_is_asked_for_otherwise_is_both() -> None:
    """Live is Consent; the base asked for Public Task, and this change asks for Contract."""
    base, head = (desired_of(access(), lawful_basis=basis) for basis in ("Public Task", "Contract"))
    live = live_of({GROUPCALL: granted("Students")})
    live = replace(
        live, schools={"greenfield": vouch(live.schools["greenfield"], lawful_basis=Known("Consent", attested()))}
    )
    assert caused(base, head, live) == {"contract": Cause.BOTH}
    assert caused(desired_of(access()), head, live) == {"contract": Cause.THIS_CHANGE}
    assert caused(head, head, live) == {"contract": Cause.BEFORE}


def test_what_comes_with_another_account_is_this_changes() -> None:
    """What was asked with the new account proves nothing of the old one."""
    base, head = desired_of(access()), desired_of(access(via=account("other")))
    assert caused(base, head, live_of({GROUPCALL: granted("Staff")})) == {
        "students": Cause.THIS_CHANGE,
        "staff": Cause.THIS_CHANGE,
    }


def test_what_comes_with_another_database_is_this_changes() -> None:
    """A school's own edit of where it is asked is of everything that is found there."""
    base = desired_of(access())
    head = replace(base, schools={"greenfield": replace(school(), school_id=99)})
    assert caused(base, head, live_of({GROUPCALL: granted("Staff", "Students")})) == {"staff": Cause.THIS_CHANGE}


def test_a_stricter_policy_is_not_the_cause_of_a_missing_tick() -> None:
    """It is about what is granted beside the manifests, and nothing else."""
    base, head = desired_of(access(extra=ExtraEntities.REPORT)), desired_of(access())
    assert caused(base, head, live_of({GROUPCALL: granted()})) == {"students": Cause.BEFORE}


def test_what_becomes_a_difference_by_a_stricter_policy_is_this_changes() -> None:
    """It was granted all the while, and nobody called it a difference."""
    base, head = desired_of(access(extra=ExtraEntities.REPORT)), desired_of(access())
    assert caused(base, head, live_of({GROUPCALL: granted("Students", "Staff")})) == {"staff": Cause.THIS_CHANGE}


def test_another_password_is_the_cause_of_a_refused_login() -> None:
    """And of nothing else of that access."""
    base, head = desired_of(access()), desired_of(access(via=OTHER_PASSWORD))
    refused = LiveAccess(Known(Login.REFUSED, PROBED), Unknown(UnknownReason.LOGIN_REFUSED, "401"))
    assert caused(base, head, live_of({GROUPCALL: refused})) == {"groupcall.greenfield": Cause.THIS_CHANGE}
    assert caused(base, head, live_of({GROUPCALL: granted("Staff", "Students")})) == {"staff": Cause.BEFORE}
    assert caused(base, base, live_of({GROUPCALL: refused})) == {"groupcall.greenfield": Cause.BEFORE}


def test_what_is_let_be_is_named() -> None:
    """A policy that calls extra entities no difference any more leaves them readable: each is an edit, as sensitive as
    it is; what is declared by now, or is a difference still, is none."""
    base = desired_of(access(["Students"]))
    live = live_of({GROUPCALL: granted("Students", "Staff", "PersonPhotos")})
    for policy in (ExtraEntities.IGNORE, ExtraEntities.REPORT):
        lenient = desired_of(access(["Students", "Staff"], extra=policy))
        (found,) = newly_ignored(planned(lenient, live), planned(base, live), lenient)
        assert (found.name, found.after, found.effect) == ("PersonPhotos", TOLERATED, Effect.MORE)
        assert (found.risk, found.standing, found.note) == (Risk.HIGH, LiveStatus.IN_PLACE, "photographs of pupils")
    strict = desired_of(access(["Students", "Staff"]))
    assert not list(newly_ignored(planned(strict, live), planned(base, live), strict))
    blind = live_of(
        {GROUPCALL: LiveAccess(Unknown(UnknownReason.UNREADABLE, ""), Unknown(UnknownReason.UNREADABLE, ""))}
    )
    assert not list(newly_ignored(planned(strict, blind), planned(base, blind), strict))


def test_a_basis_that_opens_what_consent_closes_now_is_more() -> None:
    """Whatever the manifests of the base said: Bromcom has Consent now, and the change asks for another one."""
    base, head = (desired_of(access(), lawful_basis=basis) for basis in ("Public Task", "Contract"))
    live = live_of({GROUPCALL: granted("Students")})
    live = replace(
        live, schools={"greenfield": vouch(live.schools["greenfield"], lawful_basis=Known("Consent", attested()))}
    )
    (edit,) = with_live_status(asked(base, head), base, head, planned(head, live))
    assert (edit.effect, edit.standing) == (Effect.MORE, LiveStatus.PENDING)
    assert edit.note == "opens all students and staff to Groupcall"


def password(ref: SecretRef) -> Account:
    """An account that takes its password from there."""
    return Account(declared("groupcall.greenfield"), DeclaredPassword(ref, Origin("s.yaml", 1, 1)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (CommandRef(("sh", "-c", "a")), CommandRef(("sh", "-c", "b"))),
        (CommandRef(("a b",)), CommandRef(("a", "b"))),
        (KeyringRef("a b", "c"), KeyringRef("a", "b c")),
        (FileRef("a"), EnvRef("a")),
    ],
)
def test_every_other_reference_to_a_password_is_an_edit(one: SecretRef, other: SecretRef) -> None:
    """By all that it says: the arguments of a program too; and it is not asked before somebody agrees."""
    base, head = (desired_of(access(via=password(ref))) for ref in (one, other))
    (edit,) = asked(base, head)
    assert edit.topic is ManifestField.PASSWORD
    assert edit.before != edit.after
    assert not reviewed(head, base, lambda _: False).accesses


def test_a_new_password_is_a_high_risk_unless_it_is_of_nobody_else() -> None:
    """In an environment variable of its own it is none; in one of another access, in a file or by a program it is."""

    def risk_of(ref: SecretRef) -> Risk:
        base = desired_of(access(via=password(EnvRef("GROUPCALL"))))
        head = desired_of(access(via=password(EnvRef("GROUPCALL"))), access(address=TILL, via=password(ref)))
        return next(edit.risk for edit in asked(base, head) if edit.topic is ManifestField.PASSWORD)

    assert risk_of(EnvRef("TILL")) is Risk.MEDIUM
    assert {risk_of(ref) for ref in (EnvRef("GROUPCALL"), FileRef("till"), CommandRef(("op",)))} == {Risk.HIGH}


def test_what_hands_are_told_is_an_edit_of_low_risk() -> None:
    """A supplier's title, its account's own name, and what it calls the School ID."""
    each = access()
    assert isinstance(each.via, Account)
    changed = replace(each, title="Other", via=replace(each.via, first_name="G", last_name="C"), school_id_called="Id")
    found = asked(desired_of(each), desired_of(changed))
    assert {(edit.name, edit.after) for edit in found} == {
        ("title", "Other"),
        ("first name", "G"),
        ("last name", "C"),
        ("name of the School ID", "Id"),
    }
    assert {(edit.topic, edit.risk, edit.effect) for edit in found} == {
        (ManifestField.PARTICULARS, Risk.LOW, Effect.OTHER)
    }


def test_what_was_agreed_with_a_supplier_is_an_edit() -> None:
    """Another purpose is a high risk, since what was agreed was agreed for the one before; so is its end an edit, and
    whom to ask. Of a new supplier its purpose is told, and of one that is nowhere nothing."""
    base = desired_of(access())
    agreed = AgreementTerms(declared("Lends books"), None, declared("2026-08-31"), None)
    sold = AgreementTerms(
        declared("Sells adverts"), declared("a@b.example"), declared("2036-08-31"), declared("2030-01-01")
    )

    def found(one: dict[str, AgreementTerms], other: dict[str, AgreementTerms]) -> set[tuple[object, ...]]:
        told = asked(replace(base, terms=one), replace(base, terms=other))
        assert {(edit.school, edit.supplier, edit.standing) for edit in told} <= {("", "groupcall", LiveStatus.NONE)}
        return {(edit.topic, edit.before, edit.after, edit.risk) for edit in told}

    assert found({"groupcall": agreed}, {"groupcall": sold}) == {
        (ManifestField.PURPOSE, "Lends books", "Sells adverts", Risk.HIGH),
        (ManifestField.PARTICULARS, "", "a@b.example", Risk.LOW),
        (ManifestField.PARTICULARS, "2026-08-31", "2036-08-31", Risk.LOW),
        (ManifestField.PARTICULARS, "", "2030-01-01", Risk.LOW),
    }
    assert found({}, {"groupcall": sold}) == {(ManifestField.PURPOSE, "", "Sells adverts", Risk.MEDIUM)}
    books = DownstreamProduct(declared("Reading Scheme"), "Recommends books", "R1")
    statutory = AgreementTerms(processing={"basis": declared("Legal Obligation")}, downstream=(books,))
    read = (ManifestField.DOWNSTREAM, "", "Reading Scheme (Recommends books; receipt R1)", Risk.HIGH)
    assert found({"groupcall": AgreementTerms()}, {"groupcall": statutory}) == {
        read,
        (ManifestField.PROCESSING, "", "Legal Obligation", Risk.MEDIUM),
    }
    assert found({}, {"groupcall": statutory}) == {read}
    unproven = replace(statutory, downstream=(replace(books, receipt=""),))
    assert {edit[0]: edit[2:] for edit in found({"groupcall": statutory}, {"groupcall": unproven})} == {
        ManifestField.DOWNSTREAM: ("Reading Scheme (Recommends books)", Risk.MEDIUM)
    }
    controller = replace(base, register={"controller": declared("Example Trust")})
    (edit,) = asked(base, controller)
    assert (*edit[:4], edit.after) == ("", "", ManifestField.PROCESSING, "controller", "Example Trust")
    assert found({"groupcall": agreed}, {"groupcall": agreed, "nowhere": sold}) == set()
    assert (ManifestField.PURPOSE, "Lends books", "", Risk.HIGH) in found(
        {"groupcall": agreed}, {"groupcall": AgreementTerms()}
    )


def test_usernames_that_only_unicode_takes_for_one_are_two() -> None:
    """A long s is no s to whoever logs in."""
    base, head = (desired_of(access(via=account(name))) for name in ("groupscall", "group\u017fcall"))
    (edit,) = asked(base, head)
    assert edit.topic is ManifestField.ACCOUNT
    assert not reviewed(head, base, lambda _: False).accesses


def test_only_what_is_edited_is_looked_at() -> None:
    """An edit of an access is its own; one of a school is of all its accesses; one of the workspace is of none."""
    far = Address("riverside", "groupcall")
    base = desired_of(access(), access(address=TILL), access(address=far))

    def looked_at(head: Desired) -> set[str]:
        part = touched(head, asked(base, head))
        assert {each.school for each in part.accesses} == set(part.schools)
        return set(map(str, part.accesses))

    changed = desired_of(access(["Staff"]), access(address=TILL), access(address=far))
    assert looked_at(changed) == {"greenfield/groupcall"}
    moved = replace(base, schools={**base.schools, "greenfield": replace(school(), school_id=99)})
    assert looked_at(moved) == {"greenfield/groupcall", "greenfield/till"}
    assert looked_at(replace(base, limits=Limits(widen=Limit(count=1)))) == set()
    alone = replace(base, schools={**base.schools, "lonely": school("lonely")})
    basis = replace(base, schools={**base.schools, "lonely": school("lonely", lawful_basis="Public Task")})
    assert set(touched(basis, asked(alone, basis)).schools) == {"lonely"}


COMMAND = Account(
    declared("groupcall.greenfield"), DeclaredPassword(CommandRef(("op", "read")), Origin("s.yaml", 1, 1))
)
EVIL = replace(school(), platform=Platform("practice", "http://127.0.0.1/evil", "http://127.0.0.1/write"))


@pytest.mark.parametrize(
    "change",
    [
        lambda desired: replace(desired, schools={"greenfield": EVIL}),
        lambda desired: replace(desired, schools={"greenfield": replace(school(), school_id=99)}),
        lambda desired: desired_of(access(via=account("other"))),
        lambda desired: desired_of(access(via=OTHER_PASSWORD)),
        lambda desired: desired_of(access(), access(address=TILL)),
    ],
)
def test_no_password_goes_where_only_the_change_says(change: Callable[[Desired], Desired]) -> None:
    """Not to another address or database, not of another account, not from another place, not of a new supplier."""
    base = desired_of(access())
    head = change(base)
    asked_of = reviewed(head, base, lambda _: False)
    assert all(base.accesses.get(address) is not None for address in asked_of.accesses)
    for address, each in asked_of.accesses.items():
        assert each.via == base.accesses[address].via
        assert asked_of.schools[address.school].platform == base.schools[address.school].platform
    for name, each_school in asked_of.schools.items():
        assert (each_school.school_id, each_school.platform) == (
            base.schools[name].school_id,
            base.schools[name].platform,
        )
    assert asked_of.accesses.keys() != head.accesses.keys()


def test_no_program_is_run_for_a_password() -> None:
    """Not even one that the base names too: its arguments may be files of the change."""
    desired = desired_of(access(via=COMMAND))
    assert not reviewed(desired, desired, lambda ref: isinstance(ref, CommandRef)).accesses
    assert reviewed(desired, desired, lambda _: False).accesses


@given(worlds(), desireds())
def test_what_was_not_asked_is_unknown_and_says_why(world: tuple[Desired, Live], base: Desired) -> None:
    """Every school and access of the manifests is in the live side, and what was left out is unreviewed."""
    head, live = world
    part = reviewed(head, base, lambda _: False)
    live = replace(
        live,
        schools={name: each for name, each in live.schools.items() if name in part.schools},
        accesses={address: each for address, each in live.accesses.items() if address in part.accesses},
    )
    whole = with_unreviewed(live, head, part)
    for address in head.accesses.keys() - part.accesses.keys():
        login = whole.accesses[address].login
        assert isinstance(login, Unknown)
        assert login.reason is UnknownReason.UNREVIEWED
    for name in head.schools.keys() - part.schools.keys():
        assert isinstance(whole.schools[name].reachable, Unknown)
    assert {address: each for address, each in whole.accesses.items() if address in part.accesses} == live.accesses


def test_everything_as_declared_leaves_every_edit_there() -> None:
    """Where Bromcom is as the change asks already, nothing is due; what is so by a word of the change alone
    is said so."""
    base = desired_of(access())
    head = desired_of(access(["Students", "Staff"], role="W", permissions=["Meals"], licence=True, needs=["students"]))
    found = with_live_status(asked(base, head), base, head, planned(head, as_declared(head)))
    assert {edit.name: edit.standing for edit in found} == {
        "Staff": LiveStatus.IN_PLACE,
        "Meals": LiveStatus.CLAIMED,
        "W": LiveStatus.CLAIMED,
        "bought": LiveStatus.CLAIMED,
        "students": LiveStatus.CLAIMED,
    }
    facts = {Aspect.ROLE: "W", Aspect.WRITE: "Meals", Aspect.WRITE_LICENCE: "bought"}
    words = [
        AttestedFact(FactRef("greenfield", "groupcall", of, ""), (value,), attested()) for of, value in facts.items()
    ]
    words.append(AttestedFact(FactRef("greenfield", "", Aspect.CONSENT, "students"), ("set",), attested()))
    spoken = replace(head, words=tuple(words))

    def stand(before: list[AttestedFact]) -> dict[str, LiveStatus]:
        there = replace(base, words=tuple(before))
        plan = planned(spoken, as_declared(head))
        return {e.name: e.standing for e in with_live_status(asked(base, head), there, spoken, plan)}

    assert set(stand(words).values()) == {LiveStatus.IN_PLACE}
    # One fact is added to an Attestation that was there, or another value is put into it: the others were heard before.
    for before in (words[1:], [replace(words[0], values=("Other",)), *words[1:]]):
        assert stand(before) == {
            "Staff": LiveStatus.IN_PLACE,
            "W": LiveStatus.CLAIMED,
            "Meals": LiveStatus.IN_PLACE,
            "bought": LiveStatus.IN_PLACE,
            "students": LiveStatus.IN_PLACE,
        }
    blind = planned(
        head, replace(as_declared(head), accesses={}, schools={"greenfield": LiveSchool(Known(True, PROBED))})
    )
    assert {edit.standing for edit in with_live_status(asked(base, head), base, head, blind)} == {LiveStatus.UNKNOWN}
