"""The catalogue's files: of the form that its schema has, with no reference that leads nowhere."""

from __future__ import annotations

import json
import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator

from reconciler.catalogue import entities, profiles
from reconciler.catalogue.profiles import profile_versions
from reconciler.catalogue.sources import sources, table
from reconciler.model.entity import Care, entity_key, is_published_spelling
from tests.conftest import REPOSITORY, Golden

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = json.loads(files("reconciler.catalogue").joinpath("catalogue.schema.json").read_text(encoding="utf-8"))
FOLDER = REPOSITORY / "reconciler" / "catalogue"
FILES = {name: table(name) for name in SCHEMA["properties"]}
# No plan may call these milder than it did before the catalogue had a sentence for each entity.
SPECIAL = [
    "Disabilities",
    "Ethnicities",
    "GypsyTravellerStudents",
    "MedicalConditions",
    "PersonMedicalConditions",
    "PersonMedicalEvents",
    "PersonParamedicalSupportTypes",
    "SENStudentNeeds",
    "SENStudents",
    "StaffAbsences",
    "StaffFlatView",
    "StudentFlatView",
    "StudentProtectionRegister",
    "Students",
    "StudentsInCare",
    "StudentSurgeries",
    "StudentSurgeryDoctors",
]
SENSITIVE = [
    "PersonPhotos",
    "PupilPremiums",
    "StaffContractAdditionalPayments",
    "StaffContractPaymentInformation",
    "StudentExclusions",
]


def copied(file: Path) -> str:
    """The copy in JSON of a file of the catalogue: an entry a line, dates as texts."""
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    lines = [f"{json.dumps(key)}: {json.dumps(data[key], ensure_ascii=False, default=str)}" for key in data]
    return "{\n" + ",\n".join(lines) + "\n}\n"


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.toml")), ids=lambda file: file.stem)
def test_a_copy_in_json_says_what_its_file_says(file: Path, pytestconfig: pytest.Config) -> None:
    """People write TOML, and a start reads JSON; after a change `pytest --bless` writes the copy anew."""
    Golden(FOLDER, bool(pytestconfig.getoption("--bless")))(file.with_suffix(".json").name, copied(file))


def problems(data: object) -> list[str]:
    """Where and why data is not of the schema's form."""
    return [f"{error.json_path}: {error.message}" for error in Draft202012Validator(SCHEMA).iter_errors(data)]


def test_the_data_is_of_the_schema_s_form() -> None:
    """Every table has what it must have, and nothing that no reader knows."""
    Draft202012Validator.check_schema(SCHEMA)
    assert problems(FILES) == []


@pytest.mark.parametrize(
    ("name", "key", "value"),
    [
        ("Addresses", "holds", "no capital and no full stop"),
        ("Addresses", "sensitivity", "harmless"),
        ("Addresses", "reason", None),
        ("Addresses", "colour", "blue"),
        ("Subjects", "people", ["students"]),
    ],
)
def test_a_slip_in_the_data_is_seen(name: str, key: str, value: object) -> None:
    """A word that no reader knows, or a reason that is missing, does not pass the schema."""
    entry = {at: value for at, value in {**FILES["entities"][name], key: value}.items() if value is not None}
    assert problems({**FILES, "entities": {**FILES["entities"], name: entry}})


def test_every_source_is_there_and_is_used() -> None:
    """No entry names a source that is not described, and no source is idle."""
    named = {source for entry in FILES["entities"].values() for source in entry.get("sources", [])}
    named |= {
        more["source"]
        for e in FILES["entities"].values()
        for key in ("spellings", "changes")
        for more in e.get(key, [])
    }
    named |= {source for versions in FILES["profiles"].values() for entry in versions for source in entry["sources"]}
    assert named == sources().keys()


def test_no_entity_is_milder_than_it_was() -> None:
    """Special category stays so, child protection ranks with it, and what is a high risk stays one."""
    assert {name for name in SPECIAL if entities()[entity_key(name)].care is not Care.SPECIAL} == set()
    assert {name for name in SENSITIVE if entities()[entity_key(name)].care > Care.SENSITIVE} == set()


def test_a_spelling_of_others_is_the_entity_everywhere() -> None:
    """What the catalogue has as another spelling is what names compare by, and the other way round."""
    other = {spelling.name: entity.name for entity in entities().values() for spelling in entity.spellings}
    assert other == {"MealType": "MealTypes"}
    for spelling, name in other.items():
        assert is_published_spelling(spelling)
        assert entity_key(spelling) == entity_key(name)


def test_every_change_of_names_is_of_a_known_entity() -> None:
    """Attendance codes are the one split that is known."""
    changes = [(entity.name, change.kind, change.of) for entity in entities().values() for change in entity.changes]
    assert changes == [("AttendanceMarkSubcodes", "split", "Marks")]
    assert {of for _, kind, of in changes if kind == "split"} <= {entity.name for entity in entities().values()}


def test_profiles_name_what_the_catalogue_has() -> None:
    """A profile is spelt as the service spells it; one list alone is complete."""
    names = {entity.name for entity in entities().values()}
    for versions in profile_versions().values():
        assert [version.date for version in versions] == sorted({version.date for version in versions})
        for version in versions:
            assert set(version.entities) <= names
            assert list(version.entities) == sorted(version.entities, key=str.casefold)
            assert version.source
    assert {name: len(profile.entities) for name, profile in profiles().items() if profile.complete} == {
        "groupcall-xporter": 75
    }
    assert profiles()["schoolcloud-parents-evening"].consent == ("students", "contacts")


def test_an_entity_says_whose_judgement_it_is() -> None:
    """It is ours in any case: no source says how sensitive an entity is."""
    assert entities()["addresses"].judged_by == "our reading of its name"
    assert entities()["attendances"].judged_by == "our reading of what its sources show"
