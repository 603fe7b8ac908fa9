"""The default seed is the live side of `examples/trust`, drifted in the ways that its first lines say and no other."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from reconciler.manifest.load import load
from reconciler.model.desired import Account as DeclaredAccount
from reconciler.model.secret import EnvRef
from reconciler.sandbox.seed import default_seed

if TYPE_CHECKING:
    from reconciler.model.desired import Access, Desired
    from reconciler.sandbox.records import Account

EXAMPLES = Path(__file__).parents[2] / "examples"

DRIFT = {
    "greenfield/groupcall": ({"students", "studentcontacts"}, set()),
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
    loaded = load(EXAMPLES / example)
    assert loaded.problems == ()
    assert loaded.desired is not None
    return loaded.desired


def account_of(desired: Desired, access: Access) -> Account:
    """The seed's account for an access."""
    school_id = desired.schools[access.address.school].school_id
    school = next(school for school in default_seed().schools if school.school_id == school_id)
    return next(account for account in school.accounts if account.username == account_declared(access).username.value)


def account_declared(access: Access) -> DeclaredAccount:
    """The account by which an access gets in: none of the examples' suppliers is a partner application."""
    assert isinstance(access.via, DeclaredAccount)
    return access.via


def test_the_trust_has_drifted_as_announced_and_no_more() -> None:
    """Missing and extra ticks, access by access."""
    desired = desired_of("trust")
    drift = {}
    for address, access in desired.accesses.items():
        ticked = {entity.casefold() for entity in account_of(desired, access).ticks}
        missing, extra = set(access.entities) - ticked, ticked - set(access.entities)
        if missing or extra:
            drift[str(address)] = (missing, extra)
    assert drift == DRIFT


def test_every_account_of_the_seed_is_an_access_and_the_other_way_round() -> None:
    """By School ID and username."""
    desired = desired_of("trust")
    declared = {
        (desired.schools[access.address.school].school_id, account_declared(access).username.value)
        for access in desired.accesses.values()
    }
    seeded = {(school.school_id, account.username) for school in default_seed().schools for account in school.accounts}
    assert declared == seeded
    assert len(declared) == 21


def test_one_password_was_handed_over_wrongly() -> None:
    """Every other one opens its account, and each stands where the manifests look for it."""
    desired = desired_of("trust")
    refused = []
    for address, access in desired.accesses.items():
        account = account_of(desired, access)
        password = account_declared(access).password
        assert password is not None
        assert password.ref == EnvRef(account.password_env)
        if account.handed_over != account.password:
            refused.append(str(address))
    assert refused == ["oakwood/parents-evening"]


def test_the_trust_declares_nothing_that_no_probe_can_see() -> None:
    """Or it could never come fully in sync."""
    desired = desired_of("trust")
    assert (len(desired.schools), len({address.supplier for address in desired.accesses})) == (6, 5)
    assert not any(access.role or access.permissions or access.consent_needs for access in desired.accesses.values())
    assert not any(school.lawful_basis for school in desired.schools.values())


def test_the_one_school_shows_facts_that_somebody_must_vouch_for() -> None:
    """A lawful basis, a role and write-back permissions."""
    desired = desired_of("one-school")
    till = next(access for address, access in desired.accesses.items() if address.supplier == "cashless-till")
    assert desired.schools["greenfield"].lawful_basis is not None
    assert till.role is not None
    assert len(till.permissions) == 2


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
