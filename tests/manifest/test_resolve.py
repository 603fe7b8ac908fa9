"""Workspace defaults -> supplier -> override: what every access gets, and where it was written."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.manifest.resolving.waivers import aspect_of
from reconciler.model.address import Address
from reconciler.model.aspect import Action, Aspect
from reconciler.model.change import Waived, Waiver
from reconciler.model.desired import (
    DEFAULT_LIMITS,
    Access,
    Account,
    DeclaredPassword,
    Desired,
    ExtraEntities,
    Limit,
    Limits,
    PartnerApplication,
)
from reconciler.model.problem import DeclaredValue, Origin
from reconciler.model.secret import CommandRef, EnvRef, FileRef, KeyringRef, SecretRef
from tests.manifest.workspaces import SCHOOL, WORKSPACE, found, load_files, load_text

RIVERSIDE = SCHOOL.replace("greenfield", "riverside").replace("12345", "12346").replace("primary", "secondary")


def desired(*documents: str) -> Desired:
    """What documents in one file resolve to; nothing may be wrong in them."""
    loaded = load_text("---\n".join(documents))
    assert found(loaded) == []
    assert loaded.desired is not None
    return loaded.desired


def supplier(spec: str, name: str = "groupcall") -> str:
    """A supplier's manifest with this `spec`."""
    return f"apiVersion: reconciler/v1\nkind: Supplier\nmetadata: {{name: {name}}}\nspec:\n{spec}"


def access(of: Desired, school: str = "greenfield", name: str = "groupcall") -> Access:
    """One access."""
    return of.accesses[Address(school, name)]


def account_of(of: Access) -> Account:
    """The account of an access that has one."""
    assert isinstance(of.via, Account)
    return of.via


def names(of: Access) -> list[str]:
    """The entities of an access as declared."""
    return [name.value for name in of.entities.values()]


def test_a_supplier_without_schools_is_at_every_school() -> None:
    """`schools` left out selects all; labels and lists select some."""
    account = "  account: {username: '{supplier}'}\n"
    found_by = {
        "": ["greenfield", "riverside"],
        "  schools: [riverside]\n": ["riverside"],
        "  schools: {labels: {phase: primary}}\n": ["greenfield"],
    }
    for selector, schools in found_by.items():
        documents = (supplier(account + selector), supplier(account, "everywhere"))
        accesses = desired(WORKSPACE, RIVERSIDE, SCHOOL, *documents).accesses
        assert [address.school for address in accesses if address.supplier == "groupcall"] == schools


def test_an_override_wins_over_the_supplier_and_that_over_the_workspace() -> None:
    """Each value comes from the nearest layer that says it, and remembers the place."""
    workspace = WORKSPACE + (
        "spec:\n  extraEntities: ignore\n"
        "  account:\n    username: '{supplier}.{school}'\n    password: {env: DEFAULT}\n"
    )
    manifest = supplier(
        "  account: {password: {env: OWN}}\n  extraEntities: report\n"
        "  overrides:\n  - schools: [riverside]\n    account: {username: special}\n    extraEntities: revoke\n"
    )
    resolved = desired(workspace, SCHOOL, RIVERSIDE, manifest, supplier("  entities: [Staff]\n", "parentpay"))
    here, there, other = access(resolved), access(resolved, "riverside"), access(resolved, name="parentpay")
    assert account_of(here).username == DeclaredValue("groupcall.greenfield", Origin("reconciler.yaml", 7, 15))
    assert account_of(there).username == DeclaredValue("special", Origin("reconciler.yaml", 28, 25))
    assert (
        account_of(here).password
        == account_of(there).password
        == DeclaredPassword(EnvRef("OWN"), Origin("reconciler.yaml", 24, 23))
    )
    assert account_of(other).password == DeclaredPassword(EnvRef("DEFAULT"), Origin("reconciler.yaml", 8, 15))
    assert [a.extra_entities for a in (here, there, other)] == [
        ExtraEntities.REPORT,
        ExtraEntities.REVOKE,
        ExtraEntities.IGNORE,
    ]


def test_entities_are_those_of_the_supplier_with_what_overrides_add_and_remove() -> None:
    """Bundles are written out, an override's changes hold at its schools alone, and the result is sorted by key."""
    manifest = supplier(
        "  account: {username: gc}\n  bundles: {a: [Attendances, students], b: [Staff]}\n"
        "  entities: [Students, {bundle: a}, StudentContacts]\n"
        "  overrides:\n  - schools: [riverside]\n"
        "    entities: {add: [PersonPhotos, {bundle: b}], remove: [{bundle: a}]}\n"
    )
    resolved = desired(WORKSPACE, SCHOOL, RIVERSIDE, manifest)
    assert names(access(resolved)) == ["Attendances", "StudentContacts", "Students"]
    assert names(access(resolved, "riverside")) == ["PersonPhotos", "Staff", "StudentContacts"]
    assert list(access(resolved).entities) == ["attendances", "studentcontacts", "students"]


def test_placeholders_are_filled_in_everywhere() -> None:
    """Usernames, every kind of password reference and roles; capitals are fit for variables; braces double."""
    references: dict[str, SecretRef] = {
        "{env: '{SUPPLIER}_{SCHOOL}'}": EnvRef("GROUP_CALL_ST_MARY_S"),
        "{file: 'secrets/{school}-{{x}}'}": FileRef("secrets/st-mary-s-{x}"),
        "{keyring: {service: '{supplier}', username: '{schoolId}'}}": KeyringRef("group-call", "12345"),
        "{command: [op, read, 'op://{school}/{supplier}']}": CommandRef(("op", "read", "op://st-mary-s/group-call")),
    }
    school = SCHOOL.replace("greenfield", "st-mary-s")
    for text, reference in references.items():
        account = f"  account:\n    username: '{{schoolId}}.{{supplier}}'\n    password: {text}\n"
        spec = account + "  writeBack: {role: 'W {school}'}\n"
        one = access(desired(WORKSPACE, school, supplier(spec, "group-call")), "st-mary-s", "group-call")
        assert account_of(one).username.value == "12345.group-call"
        password = account_of(one).password
        assert password is not None
        assert password.ref == reference
        assert one.role is not None
        assert one.role.value == "W st-mary-s"


def test_a_password_may_be_left_out() -> None:
    """Such an access has none, and is no problem."""
    assert account_of(access(desired(WORKSPACE, SCHOOL, supplier("  account: {username: gc}\n")))).password is None


def test_write_back_consent_limits_and_lawful_basis_are_declared() -> None:
    """What no probe can see is kept with its place."""
    limits = "revoke: {count: 10, share: 30%, perSchool: {count: 2}}, widen: {share: 2.5 %, perSchool: {share: 50%}}"
    workspace = f"{WORKSPACE}spec: {{limits: {{{limits}}}}}\n"
    school = SCHOOL.replace("scomis}", "scomis, consent: {lawfulBasis: Public Task}}")
    spec = (
        "  account: {username: gc}\n  writeBack: {role: R, permissions: [Meals, Attendance], licence: bought}\n"
        "  consent: {needs: [students, contacts]}\n"
    )
    resolved = desired(workspace, school, supplier(spec))
    one = access(resolved)
    assert resolved.limits == Limits(
        Limit(10, 0.3), Limit(None, 0.025), Limit(2, None), Limit(None, 0.5), widen_consent=True, word_days=400
    )
    assert resolved.schools["greenfield"].lawful_basis == DeclaredValue("Public Task", Origin("reconciler.yaml", 9, 66))
    assert [permission.value for permission in one.permissions.values()] == ["Attendance", "Meals"]
    assert [need.value for need in one.declared[Aspect.CONSENT]] == ["contacts", "students"]
    assert one.declared[Aspect.WRITE_LICENCE] == (DeclaredValue("bought", Origin("reconciler.yaml", 16, 67)),)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("{}", DEFAULT_LIMITS),
        ("{widen: {count: 25}}", replace(DEFAULT_LIMITS, widen=Limit(25))),
        ("{revoke: {perSchool: {count: 2}}}", replace(DEFAULT_LIMITS, revoke_per_school=Limit(2))),
        ("{revoke: {count: 50}}", replace(DEFAULT_LIMITS, revoke=Limit(50))),
        ("{widenConsent: false, wordDays: 90}", replace(DEFAULT_LIMITS, widen_consent=False, word_days=90)),
        ("none", Limits()),
    ],
)
def test_limits_hold_unless_they_are_switched_off(said: str, expected: Limits) -> None:
    """What a Workspace is silent on is bounded by default; `none` switches all of it off."""
    account = supplier("  account: {username: gc}\n")
    assert desired(f"{WORKSPACE}spec: {{limits: {said}}}\n", SCHOOL, account).limits == expected
    assert desired(WORKSPACE, SCHOOL, account).limits == Limits(Limit(10, 0.3), widen_consent=True, word_days=400)


@given(st.sampled_from(["none", "{permissions: []}"]))
def test_a_supplier_that_writes_nothing_says_so(said: str) -> None:
    """`none`, and an empty list without a role, are the same: no role and no permission, and where that is said."""
    one = access(desired(WORKSPACE, SCHOOL, supplier(f"  account: {{username: gc}}\n  writeBack: {said}\n")))
    assert (one.role, dict(one.permissions), one.writes_nothing, one.declares_writing) == (None, {}, True, True)
    assert one.no_permissions is not None
    assert (one.no_permissions.file, one.no_permissions.line) == ("reconciler.yaml", 15)


def test_an_override_says_that_a_supplier_writes_nothing_or_that_it_writes_after_all() -> None:
    """`none` takes the role, the permissions and the licence away; a role in its place has no permissions."""
    writes = "{role: Till, permissions: [Meals], licence: bought}"
    one = access(_overridden(writes, "none"))
    assert (one.role, dict(one.permissions), dict(one.declared), one.writes_nothing) == (None, {}, {}, True)
    other = access(_overridden("none", "{role: Till}"))
    assert (other.role is not None, dict(other.permissions), other.writes_nothing) == (True, {}, False)
    assert other.no_permissions is not None


def _overridden(own: str, there: str) -> Desired:
    spec = f"  account: {{username: gc}}\n  writeBack: {own}\n"
    return desired(WORKSPACE, SCHOOL, supplier(f"{spec}  overrides: [{{schools: [greenfield], writeBack: {there}}}]\n"))


def test_what_people_call_a_supplier_its_account_and_the_school_id() -> None:
    """A title that is left out is the name, and a School ID is called what most suppliers call it."""
    spec = "  title: Groupcall Xporter\n  schoolIdName: MIS OrgID\n"
    account = "  account: {username: gc, firstName: Groupcall, lastName: Xporter}\n"
    resolved = desired(WORKSPACE, SCHOOL, supplier(spec + account), supplier("  account: {username: p}\n", "parentpay"))
    named, plain = access(resolved), access(resolved, name="parentpay")
    assert (named.title, named.school_id_called) == ("Groupcall Xporter", "MIS OrgID")
    assert (account_of(named).first_name, account_of(named).last_name) == ("Groupcall", "Xporter")
    assert (plain.title, plain.school_id_called) == ("parentpay", "Bromcom School ID")
    assert (account_of(plain).first_name, account_of(plain).last_name) == ("", "")


def test_a_supplier_gets_in_by_an_account_or_a_partner_application() -> None:
    """At some schools by the one and at some by the other, while it moves; an application needs no username."""
    spec = (
        "  application: Groupcall\n  account: {username: gc}\n"
        "  overrides:\n  - {schools: [riverside], via: partner-application}\n"
    )
    loans = supplier("  via: partner-application\n  application: A\n", "loans")
    resolved = desired(WORKSPACE, SCHOOL, RIVERSIDE, supplier(spec), loans)
    assert account_of(access(resolved)).username.value == "gc"
    there = access(resolved, "riverside")
    assert there.via == PartnerApplication(DeclaredValue("Groupcall", Origin("reconciler.yaml", 19, 16)))
    assert access(resolved, name="loans").via == PartnerApplication(
        DeclaredValue("A", Origin("reconciler.yaml", 29, 16))
    )


def test_where_a_school_moved_its_suppliers_have_an_old_export() -> None:
    """Those that are named, or all of them; each by the platform that it must be disconnected from."""
    moved = "scomis, movedFrom: {platform: bromcom-cloud%s}}"
    suppliers = [supplier("  account: {username: '{supplier}'}\n", name) for name in ("groupcall", "parentpay")]
    old: dict[str, DeclaredValue] = {}
    for exports, there in {"": ["groupcall", "parentpay"], ", exports: [parentpay]": ["parentpay"]}.items():
        resolved = desired(WORKSPACE, SCHOOL.replace("scomis}", moved % exports), RIVERSIDE, *suppliers)
        old = {
            str(address): one.declared[Aspect.OLD_EXPORT][0]
            for address, one in resolved.accesses.items()
            if Aspect.OLD_EXPORT in one.declared
        }
        assert {name: export.value for name, export in old.items()} == {
            f"greenfield/{name}": "bromcom-cloud" for name in there
        }
        platform = resolved.schools["greenfield"].moved_from
        assert platform is not None
        assert platform.name == "bromcom-cloud"
        assert resolved.schools["riverside"].moved_from is None
    assert old["greenfield/parentpay"].origin == Origin("reconciler.yaml", 8, 90)


WAIVER = """\
apiVersion: reconciler/v1
kind: Waiver
metadata: {name: %s}
spec: {schools: %s, supplier: groupcall, changes: [%s], reason: Much, by: J. Smith, expires: 2027-03-31}
"""


def test_a_waiver_is_one_for_each_change_at_the_schools_that_it_selects() -> None:
    """The aspect that is left out follows from the action."""
    changes = (
        "{action: set, aspect: consent, name: students, before: not set}, {action: revoke, name: PersonPhotos}, "
        "{action: grant, aspect: write, name: Meals}"
    )
    account = supplier("  account: {username: gc}\n")
    waiver = WAIVER % ("photos", "{labels: {phase: primary}}", changes)
    resolved = desired(WORKSPACE, SCHOOL, RIVERSIDE, account, waiver)
    terms = Waived("photos", "J. Smith", "Much", date(2027, 3, 31), Origin("reconciler.yaml", 23, 1))
    without_columns = [replace(one, terms=replace(one.terms, origin=terms.origin)) for one in resolved.waivers]
    here = frozenset({"greenfield"})
    assert without_columns == [
        Waiver(here, "groupcall", Action.GRANT, Aspect.WRITE, "Meals", terms),
        Waiver(here, "groupcall", Action.REVOKE, Aspect.READ, "PersonPhotos", terms),
        Waiver(here, "groupcall", Action.SET, Aspect.CONSENT, "students", terms, "not set"),
    ]


def test_a_login_that_is_waived_needs_no_name() -> None:
    """It is the account of the supplier at each school, and none where it gets in by an application."""
    spec = (
        "  application: Groupcall\n  account: {username: 'gc.{school}'}\n"
        "  overrides:\n  - {schools: [hilltop], via: partner-application}\n"
    )
    hilltop = RIVERSIDE.replace("riverside", "hilltop").replace("12346", "12347")
    every = "[greenfield, riverside, hilltop]"
    waiver = WAIVER % ("logins", every, "{action: mend-login}")
    resolved = desired(WORKSPACE, SCHOOL, RIVERSIDE, hilltop, supplier(spec), waiver)
    assert [(set(one.schools), one.aspect, one.name) for one in resolved.waivers] == [
        ({"greenfield"}, Aspect.LOGIN, "gc.greenfield"),
        ({"riverside"}, Aspect.LOGIN, "gc.riverside"),
    ]
    named = WAIVER % ("logins", every, "{action: mend-login, name: gc.greenfield}")
    (one,) = desired(WORKSPACE, SCHOOL, RIVERSIDE, hilltop, supplier(spec), named).waivers
    assert (set(one.schools), one.name) == ({"greenfield", "riverside", "hilltop"}, "gc.greenfield")


ATTESTATION = """\
apiVersion: reconciler/v1
kind: Attestation
metadata: {name: %s}
spec: {school: greenfield, %sby: J. Smith, date: %s, expires: 2027-11-24, evidence: ticket 4711, facts: %s}
"""


def test_an_attestation_is_a_word_for_each_fact() -> None:
    """With who, when in UTC, until when, on what evidence, and where it is written; lists are sorted."""
    roles = "{roles: [Third Party, Cash], login: works}"
    consent = "{consent: {staff: set, students: not set}, lawfulBasis: Consent}"
    of_access = ATTESTATION % ("a", "supplier: groupcall, ", "2026-11-24T12:30Z", roles)
    of_school = ATTESTATION % ("b", "", "2026-11-24", consent)
    words = desired(WORKSPACE, SCHOOL, supplier("  account: {username: gc}\n"), of_school, of_access).words
    assert [(str(word.subject).strip(), word.values) for word in words] == [
        ("greenfield consent staff", ("set",)),
        ("greenfield consent students", ("not set",)),
        ("greenfield lawful-basis", ("Consent",)),
        ("greenfield/groupcall login", ("works",)),
        ("greenfield/groupcall role", ("Cash", "Third Party")),
    ]
    assert {word.evidence.on for word in words} == {
        datetime(2026, 11, 24, tzinfo=UTC),
        datetime(2026, 11, 24, 12, 30, tzinfo=UTC),
    }
    evidence = words[0].evidence
    assert (evidence.by, evidence.expires, evidence.reference) == ("J. Smith", date(2027, 11, 24), "ticket 4711")
    assert evidence.origin == Origin("reconciler.yaml", 19, 129)


def test_accesses_that_resolve_alike_share_their_entities() -> None:
    """Fifteen thousand accesses must not cost fifteen thousand mappings."""
    schools = [SCHOOL.replace("greenfield", f"s{n}").replace("12345", str(n + 1)) for n in range(5)]
    manifest = supplier(
        "  account: {username: gc}\n  entities: [Students]\n"
        "  overrides:\n  - {schools: [s1, s2], extraEntities: report}\n"
    )
    accesses = desired(WORKSPACE, *schools, manifest).accesses.values()
    assert len({id(one.entities) for one in accesses}) == 2


DOCUMENTS = [
    WORKSPACE + "spec: {account: {username: '{supplier}.{school}'}}\n",
    SCHOOL,
    RIVERSIDE,
    supplier("  bundles: {b: [Attendances, Staff]}\n  entities: [Students, {bundle: b}]\n"),
    supplier(
        "  entities: [Staff]\n  overrides:\n  - {schools: [riverside], entities: {add: [Students]}}\n", "parentpay"
    ),
    supplier("  schools: {labels: {phase: primary}}\n", "wonde"),
    ATTESTATION % ("a", "supplier: groupcall, ", "2026-11-24", "{writeLicence: bought, roles: []}"),
    ATTESTATION % ("b", "supplier: groupcall, ", "2026-11-25", "{writeLicence: missing}"),
    WAIVER % ("photos", "[riverside, greenfield]", "{action: mend-login}, {action: revoke, name: PersonPhotos}"),
]


def without_places(value: Any) -> Any:
    """A desired side with every origin made the same."""
    if isinstance(value, Origin):
        return None
    if isinstance(value, DeclaredValue):
        return value.value
    if hasattr(value, "__dataclass_fields__"):
        return type(value), [without_places(getattr(value, name)) for name in value.__dataclass_fields__]
    if hasattr(value, "items"):
        return [(key, without_places(part)) for key, part in value.items()]
    return [without_places(part) for part in value] if type(value) is tuple else value


@given(st.permutations(DOCUMENTS), st.lists(st.booleans(), min_size=8, max_size=8))
def test_the_order_of_manifests_and_their_files_never_matter(documents: list[str], cuts: list[bool]) -> None:
    """In any order, in one file or many, the same workspace in the same sorted order."""
    files = [documents[0]]
    for cut, document in zip(cuts, documents[1:], strict=True):
        files, last = (files, document) if cut else (files[:-1], f"{files[-1]}---\n{document}")
        files = [*files, last]
    loaded = load_files({f"{number}/m.yaml": text for number, text in enumerate(files)})
    assert loaded.desired is not None
    assert without_places(loaded.desired) == without_places(desired(*DOCUMENTS))


def test_the_order_of_overrides_never_matters() -> None:
    """Overrides that meet at one school give the same in any order."""
    overrides = [
        "  - {schools: [greenfield], entities: {add: [PersonPhotos]}}\n",
        "  - {schools: [greenfield, riverside], entities: {remove: [Students]}, extraEntities: report}\n",
        "  - {schools: {labels: {phase: primary}}, account: {username: x}, extraEntities: report}\n",
    ]
    results = [
        access(desired(WORKSPACE, SCHOOL, RIVERSIDE, supplier(
            "  account: {username: gc}\n  entities: [Students, Staff]\n  overrides:\n" + "".join(order)
        )))
        for order in itertools.permutations(overrides)
    ]  # fmt: skip
    assert len({str(without_places(replace(one))) for one in results}) == 1
    assert names(results[0]) == ["PersonPhotos", "Staff"]


@pytest.mark.parametrize(
    "written",
    [
        "Third Party Write Back - Dinner Money",
        "third party write-back: Dinner Money",
        "Third Party Write Back \u2013 Dinner Money",
    ],
)
def test_a_permission_may_be_written_with_the_label_of_its_page(written: str) -> None:
    """What the page writes before each name is no part of it, where it is declared, vouched for and accepted alike."""
    loaded = load_text(
        WORKSPACE
        + "---\n"
        + SCHOOL
        + f"""
---
apiVersion: reconciler/v1
kind: Supplier
metadata: {{name: till}}
spec:
  account: {{username: till}}
  entities: [Students]
  writeBack: {{role: Till write-back, permissions: ["{written}"]}}
---
apiVersion: reconciler/v1
kind: Attestation
metadata: {{name: seen}}
spec:
  school: greenfield
  supplier: till
  by: J. Smith
  date: 2026-11-24
  expires: 2027-11-24
  facts: {{permissions: ["{written}"]}}
---
apiVersion: reconciler/v1
kind: Waiver
metadata: {{name: later}}
spec:
  schools: [greenfield]
  supplier: till
  changes: [{{action: grant, aspect: write, name: "{written}"}}]
  reason: the new till comes then
  by: J. Smith
  expires: 2027-04-01
"""
    )
    assert loaded.desired, loaded.problems
    (access,) = loaded.desired.accesses.values()
    assert [(key, name.value) for key, name in access.permissions.items()] == [("dinner money", "Dinner Money")]
    assert [word.values for word in loaded.desired.words] == [("Dinner Money",)]
    assert [waiver.name for waiver in loaded.desired.waivers] == ["Dinner Money"]


@pytest.mark.parametrize("action", ["grant", "revoke"])
def test_a_waiver_without_an_aspect_is_about_an_entity(action: str) -> None:
    """Whatever else a plan can grant or revoke: people have waivers of this form in their files."""
    assert aspect_of({"action": action, "name": "PersonPhotos"}) is Aspect.READ
