"""The default seed is the live side of `examples/trust`, drifted in the ways that its first lines say and no other."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from reconciler.manifest.load import load
from reconciler.model.aspect import Aspect
from reconciler.model.desired import Account as DeclaredAccount
from reconciler.model.desired import PartnerApplication
from reconciler.model.secret import EnvRef
from reconciler.sandbox.state.people import PersonKind
from reconciler.sandbox.state.records import Application
from reconciler.sandbox.state.seed import default_seed, ready_made
from tests.planning.worlds import TODAY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.model.desired import Access, Desired
    from reconciler.sandbox.state.records import SandboxAccount
    from reconciler.sandbox.state.seed import SeedSchool

EXAMPLES = Path(__file__).parents[2] / "examples"

DRIFT = {
    "greenfield/groupcall": ({"students", "studentcontacts"}, set()),
    "oakwood/seating-plans": (set(), {"students", "senstudents", "subjectclasses"}),
    "riverside/library-loans": (set(), {"personphotos"}),
    "hilltop/timetable-view": (
        {
            *("collectionassociates", "collectiontimetables", "periodstructures", "staff"),
            *("locations", "studenttimetables", "timetable"),
        },
        set(),
    ),
}


def desired_of(example: str) -> Desired:
    """An example, loaded; it has no problem at all."""
    loaded = load(EXAMPLES / example, TODAY)
    assert loaded.problems == ()
    assert loaded.desired is not None
    return loaded.desired


def school_of(desired: Desired, name: str) -> SeedSchool:
    """The seed's school for a declared one."""
    school_id = desired.schools[name].school_id
    return next(school for school in default_seed().schools if school.school_id == school_id)


def accounts_of(desired: Desired) -> Iterator[tuple[Access, DeclaredAccount, SandboxAccount]]:
    """Every access that has an account, the account as it is declared, and the seed's."""
    for access in desired.accesses.values():
        if isinstance(access.via, DeclaredAccount):
            accounts = school_of(desired, access.address.school).accounts
            username = access.via.username.value
            yield access, access.via, next(account for account in accounts if account.username == username)


def test_the_trust_has_drifted_as_announced_and_no_more() -> None:
    """Missing and extra ticks, access by access; where a supplier has left, any is too much."""
    desired = desired_of("trust")
    drift = {}
    for access, _, account in accounts_of(desired):
        ticked = {entity.casefold() for entity in account.ticks}
        agreed = set() if access.ended else set(access.entities)
        missing, extra = agreed - ticked, ticked - agreed
        if account.made and (missing or extra):
            drift[str(access.address)] = (missing, extra)
    assert drift == DRIFT


def test_every_account_of_the_seed_is_an_access_and_the_other_way_round() -> None:
    """By School ID and username; but for the one that no supplier claims, which the school's list has."""
    desired = desired_of("trust")
    declared = {
        (desired.schools[access.address.school].school_id, account.username.value)
        for access, account, _ in accounts_of(desired)
    }
    seeded = {(school.school_id, account.username) for school in default_seed().schools for account in school.accounts}
    assert seeded - declared == {(12347, "absence-texts")}
    assert len(declared) == 25
    assert declared <= seeded
    (listed,) = [word.values for word in desired.words if word.subject.aspect is Aspect.ACCOUNT]
    assert {*listed} == {username for school_id, username in seeded if school_id == 12347}


def test_one_account_is_not_made_and_one_password_was_handed_over_wrongly() -> None:
    """Every other one opens its account, and each stands where the manifests look for it."""
    desired = desired_of("trust")
    refused, missing = [], []
    for access, declared, account in accounts_of(desired):
        assert declared.password is not None
        assert declared.password.ref == EnvRef(account.password_env)
        if account.handed_over != account.password:
            refused.append(str(access.address))
        if not account.made:
            missing.append(str(access.address))
    assert (refused, missing) == (["oakwood/parents-evening"], ["northgate/parents-evening"])


def test_what_no_probe_can_see_is_on_the_practice_pages_as_announced() -> None:
    """A basis that is another one, a role that is not there yet, consent that some have not granted, an application
    that waits to be granted."""
    desired = desired_of("trust")
    assert (len(desired.schools), len({address.supplier for address in desired.accesses})) == (6, 8)
    declared = {name: school.lawful_basis.value for name, school in desired.schools.items() if school.lawful_basis}
    assert declared == {"greenfield": "Public Task", "hilltop": "Public Task", "riverside": "Consent"}
    assert [name for name, basis in declared.items() if school_of(desired, name).lawful_basis != basis] == ["hilltop"]
    writing = {str(address): access for address, access in desired.accesses.items() if access.role}
    assert [*writing] == ["greenfield/cashless-till"]
    assert school_of(desired, "greenfield").roles == ()
    assert {*writing["greenfield/cashless-till"].permissions} <= {name.casefold() for name in ready_made()[0]}
    needing = {str(address): access.declared.get(Aspect.CONSENT) for address, access in desired.accesses.items()}
    assert [address for address, needs in needing.items() if needs] == ["riverside/library-loans"]
    students = [person for person in school_of(desired, "riverside").people if person.kind is PersonKind.STUDENT]
    assert [person.consent for person in students] == [True] * 4 + [False] * 2
    assert {person.env: person.consent for person in students if person.env} == {
        "RIVERSIDE_GRANTED": True,
        "RIVERSIDE_WITHHELD": False,
    }
    (canary,) = desired.schools["riverside"].canaries
    assert (canary.granted, canary.withheld) == (EnvRef("RIVERSIDE_GRANTED"), EnvRef("RIVERSIDE_WITHHELD"))


def test_a_supplier_that_left_is_still_open_at_one_school_and_closed_at_the_other() -> None:
    """As the seed has it; a person saw the closed one."""
    desired = desired_of("trust")
    ended = {str(access.address): account.can_log_in for access, _, account in accounts_of(desired) if access.ended}
    assert ended == {"oakwood/seating-plans": True, "northgate/seating-plans": False}


def test_the_partner_application_is_offered_with_the_scope_that_is_declared() -> None:
    """At the one school that wants it, where nobody has granted it."""
    desired = desired_of("trust")
    declared = [access for access in desired.accesses.values() if isinstance(access.via, PartnerApplication)]
    assert [str(access.address) for access in declared] == ["meadow/reading-scheme"]
    (offered,) = school_of(desired, "meadow").applications
    assert offered == Application("Reading Scheme", ("Students", "YearGroupClasses"), installed=False)
    assert {*declared[0].entities} == {entity.casefold() for entity in offered.scope}


def test_the_one_school_shows_facts_that_somebody_must_vouch_for() -> None:
    """A lawful basis, a role, and write-back permissions that are on the practice pages under these names."""
    desired = desired_of("one-school")
    till = next(access for address, access in desired.accesses.items() if address.supplier == "cashless-till")
    assert desired.schools["greenfield"].lawful_basis is not None
    assert till.role is not None
    assert {permission.value for permission in till.permissions.values()} <= set(ready_made()[0])


def test_groupcalls_list_is_the_published_one(reference: Path) -> None:
    """75 names, spelt and ordered as the service spells and orders them."""
    captured = etree.parse(str(reference / "findEntitiesBySchoolID.response.xml"))
    published = [str(name.text) for name in captured.iterfind(".//EntityName")]
    for example in ("one-school", "trust"):
        groupcall = next(a for address, a in desired_of(example).accesses.items() if address.supplier == "groupcall")
        declared = [entity.value for entity in groupcall.entities.values()]
        assert sorted(declared, key=str.casefold) == published


@pytest.mark.parametrize("path", sorted(EXAMPLES.rglob("*.yaml")), ids=lambda path: path.name)
def test_every_modeline_leads_to_a_schema(path: Path) -> None:
    """So that an editor completes the examples as they lie here."""
    first = path.read_text(encoding="utf-8").partition("\n")[0]
    prefix = "# yaml-language-server: $schema="
    assert first.startswith(prefix)
    assert (path.parent / first.removeprefix(prefix)).is_file()
