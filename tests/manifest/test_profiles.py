"""A supplier's profile: it stands for its entities, and what the supplier adds and removes is beside it."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from reconciler.catalogue import entities, profiles
from reconciler.manifest.resolving.provenance import entities_with_layers
from reconciler.manifest.workspace.reading import read_folder
from reconciler.model.address import Address
from reconciler.model.entity import entity_key
from reconciler.planning.review.edits import edits
from reconciler.workflow import sensitivity
from tests.manifest.workspaces import SCHOOL, SUPPLIER, WORKSPACE, found, load_files

if TYPE_CHECKING:
    from reconciler.model.desired import Access, Desired

NAMES = sorted(entity.name for entity in entities().values())[:12]
LISTED = SUPPLIER.partition("  entities:")[0]


def own_profile(name: str, listed: list[str]) -> str:
    """A Profile's manifest."""
    head = f"apiVersion: reconciler/v1\nkind: Profile\nmetadata: {{name: {name}}}\n"
    return f"{head}spec:\n  complete: true\n  date: 2026-11\n  entities: [{', '.join(listed)}]\n"


def desired(supplier: str, **profile: list[str]) -> Desired:
    """What a supplier's last lines resolve to, beside Profiles {name: entities}."""
    files = {"reconciler.yaml": WORKSPACE, "schools.yaml": SCHOOL, "suppliers.yaml": LISTED + supplier}
    for name, listed in profile.items():
        files[f"profiles/{name}.yaml"] = own_profile(name, listed)
    loaded = load_files(files)
    assert found(loaded) == []
    assert loaded.desired is not None
    return loaded.desired


def access(supplier: str, **profile: list[str]) -> Access:
    """The one access of a workspace."""
    return desired(supplier, **profile).accesses[Address("greenfield", "groupcall")]


def names(of: Access) -> list[str]:
    """Its entities."""
    return [name.value for name in of.entities.values()]


def test_a_built_in_profile_stands_for_its_entities() -> None:
    """All 75, each declared where the supplier names the profile."""
    groupcall = access("  profile: groupcall-xporter\n")
    assert sorted(names(groupcall)) == sorted(profiles()["groupcall-xporter"].entities)
    assert {str(name.origin) for name in groupcall.entities.values()} == {"suppliers.yaml:8:12"}
    assert names(access("  profile: groupcall-xporter@2026-11\n")) == names(groupcall)


def test_what_a_supplier_adds_and_removes_is_beside_its_profile() -> None:
    """In any capitals, from bundles too; overrides come last, and a plain list is what it has in addition."""
    spec = """\
  profile: evenings
  bundles: {pay: [StaffContractPaymentInformation]}
  entities: {add: [ExamEntries, {bundle: pay}], remove: [students]}
  overrides:
  - schools: [greenfield]
    entities: {add: [Students], remove: [examentries, Staff]}
"""
    assert names(access(spec, evenings=["Staff", "Students", "Emails"])) == [
        "Emails",
        "StaffContractPaymentInformation",
        "Students",
    ]
    assert names(access("  profile: evenings\n  entities: [Staff]\n", evenings=["Emails"])) == ["Emails", "Staff"]


def test_every_layer_of_an_entity_is_explained() -> None:
    """The profile, what the supplier changes in it, and the override, each with its place."""
    spec = "  profile: evenings\n  entities: {add: [Emails], remove: [Staff]}\n"
    spec += "  overrides:\n  - schools: [greenfield]\n    entities: {add: [Staff]}\n"
    files = {"reconciler.yaml": WORKSPACE, "schools.yaml": SCHOOL, "suppliers.yaml": LISTED + spec}
    files["evenings.yaml"] = own_profile("evenings", ["Staff"])
    with TemporaryDirectory() as folder:
        for name, text in files.items():
            Path(folder, name).write_text(text, encoding="utf-8")
        (supplier,) = read_folder(Path(folder), {}).manifests.suppliers
    layers = {row.name: [word.layer for word in row.layers] for row in entities_with_layers(supplier, (0,)).values()}
    assert layers == {
        "Emails": ["supplier, adds"],
        "Staff": ["profile evenings, lists", "supplier, removes", "override 1, adds"],
    }


def test_an_entity_of_an_own_profile_is_declared_in_its_file() -> None:
    """So that a report leads to the line that says it."""
    (entity,) = access("  profile: evenings@2026-11\n", evenings=["Emails"]).entities.values()
    assert str(entity.origin) == "profiles/evenings.yaml:7:14"


@given(*(st.sets(st.sampled_from(NAMES)) for _ in range(3)))
def test_a_profile_and_its_changes_are_one_list(listed: set[str], added: set[str], removed: set[str]) -> None:
    """A supplier with a profile has what another has that lists the same entities."""
    listed = listed or set(NAMES)
    removed = removed & listed - added  # to add and to remove one is a contradiction, and refused
    changes = {"add": sorted(added), "remove": sorted(removed)}
    spec = "".join(f"    {key}: [{', '.join(values)}]\n" for key, values in changes.items())
    by_profile = access(f"  profile: own\n  entities:\n{spec}", own=sorted(listed, reverse=True))
    written_out = access(f"  entities: [{', '.join((listed - removed) | added)}]\n")
    assert by_profile.entities.keys() == written_out.entities.keys()
    assert list(by_profile.entities) == sorted(map(entity_key, (listed - removed) | added))


def test_a_newer_list_shows_what_it_asks_for_more() -> None:
    """A review has one edit for each entity that the supplier would have then, with the risk of it."""
    before = desired("  profile: evenings\n", evenings=["Staff", "Students"])
    after = desired("  profile: evenings\n", evenings=["Staff", "PersonPhotos", "Subjects"])
    shown = {(edit.name, str(edit.effect), str(edit.risk)) for edit in edits(before, after, sensitivity())}
    assert shown == {("PersonPhotos", "more", "high"), ("Subjects", "more", "low"), ("Students", "less", "high")}


def test_nothing_is_said_of_a_profile_that_may_be_unread() -> None:
    """A file that cannot be read may have it; a Profile with a fault in it is not called unknown."""
    supplier = LISTED + "  profile: evenings\n  entities: {remove: [Staff]}\n"
    files = {"reconciler.yaml": WORKSPACE, "schools.yaml": SCHOOL, "suppliers.yaml": supplier}
    faulty = "apiVersion: reconciler/v1\nkind: Profile\nmetadata: {name: evenings}\nspec: {entities: [Staff]}\n"
    for text in ("a: [", faulty):
        problems = load_files({**files, "profiles/evenings.yaml": text}).problems
        assert {problem.origin.file for problem in problems} == {"profiles/evenings.yaml"}
