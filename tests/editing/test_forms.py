"""Forms: what they ask, and answers -> a request, or all that is wrong with them at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from reconciler.attestation.submission import Submission
from reconciler.editing.form_table import FORMS
from reconciler.editing.forms import FieldKind, FormFault, FormInput, read_request
from reconciler.editing.proposal import propose
from reconciler.editing.requests import NewSupplier, OtherEntities, Retirement
from reconciler.importing.passwords import StoreKind
from reconciler.model.desired import Desired
from tests.editing.test_proposal import TODAY, desired_of, fresh

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


@pytest.fixture
def desired(tmp_path: Path) -> Desired:
    return desired_of(fresh(tmp_path / "workspace"))


def given(desired: Desired, chosen: Mapping[str, str] | None = None) -> FormInput:
    return FormInput(desired, None, chosen or {}, "J. Smith", NOW)


def faults_of(form: str, answers: Mapping[str, list[str]], at: FormInput) -> Mapping[str, str]:
    with pytest.raises(FormFault) as raised:
        read_request(FORMS[form], answers, at)
    return raised.value.faults


def test_answers_become_a_request(desired: Desired) -> None:
    """Space around them goes, and what was left empty is nothing."""
    assert read_request(
        FORMS["supplier"], {"title": [" Library Loans "], "profile": [""], "schools": ["meadow", ""]}, given(desired)
    ) == NewSupplier("Library Loans", "", ("meadow",))
    assert read_request(
        FORMS["supplier"], {"title": ["Library Loans"], "store": ["file"]}, given(desired)
    ) == NewSupplier("Library Loans", "", (), StoreKind.FILE)
    assert read_request(
        FORMS["retirement"], {"supplier": ["till"], "last_day": ["2027-03-31"]}, given(desired)
    ) == Retirement("till", (), date(2027, 3, 31))


def test_all_that_is_wrong_is_told_at_once(desired: Desired) -> None:
    """Each with its field."""
    assert faults_of("retirement", {"last_day": ["31/3/27"]}, given(desired)) == {"supplier": "Please choose one."}
    wrong = faults_of("retirement", {"supplier": ["till"], "last_day": ["31/3/27"]}, given(desired))
    assert wrong == {"last_day": "This is no day: '31/3/27'. Write it like 2026-12-01."}
    assert faults_of("retirement", {"supplier": ["till"], "last_day": ["2026-11-30"]}, given(desired)) == {
        "last_day": "This day is over."
    }
    assert set(faults_of("waiver", {}, given(desired))) == {"difference", "reason", "by", "expires"}


def test_only_what_is_offered_can_be_chosen(desired: Desired) -> None:
    """A form from before a change, or a made-up one."""
    offered = "This cannot be chosen any more: choose again."
    assert faults_of("retirement", {"supplier": ["tyll"]}, given(desired)) == {"supplier": offered}
    forged = {"difference": ["a|b|c"], "reason": ["r"], "by": ["b"], "expires": ["2027-01-01"]}
    assert faults_of("waiver", forged, given(desired)) == {"difference": offered}


def test_entities_are_listed_once_a_supplier_is_chosen(desired: Desired) -> None:
    """Those that it has to take away, and those that the catalogue has besides to add, each with what it holds."""
    form = FORMS["entities"]
    assert [field.name for field in form.fields(given(desired))] == ["supplier"]
    fields = {field.name: field for field in form.fields(given(desired, {"supplier": "till"}))}
    taken = {choice.value for choice in fields["remove"].choices}
    assert taken == {"Attendances", "Rooms", "Students", "Subjects", "YearGroups"}
    added = {choice.value: choice for choice in fields["add"].choices}
    assert {"Attendances", "YearGroups", "PersonPhotos"} <= added.keys()  # the first two: not at each of its schools
    assert not {"Students", "Rooms"} & added.keys()
    assert "(special category)" in added["PersonMedicalConditions"].note
    answers = {"supplier": ["till"], "schools": ["meadow"], "add": ["PersonPhotos"], "remove": ["Rooms", "Subjects"]}
    request = read_request(form, answers, given(desired, {"supplier": "till"}))
    assert request == OtherEntities("till", ("meadow",), ("PersonPhotos",), ("Rooms", "Subjects"))


def test_nothing_is_chosen_beforehand_of_what_a_person_is_to_see(desired: Desired) -> None:
    """And `I did not look` is one of the answers."""
    fields = FORMS["attestation"].fields(given(desired, {"place": "oakwood"}))
    facts = [field for field in fields if field.kind is FieldKind.ONE and field.name != "place"]
    assert facts
    assert all(field.default == "" and field.choices[-1].words == "I did not look" for field in facts)


def test_what_was_seen_becomes_an_attestation(desired: Desired, tmp_path: Path) -> None:
    """Of those facts alone at which the person looked, with numbers where they were counted."""
    at = given(desired, {"place": "oakwood"})
    answers = {
        "place": ["oakwood"],
        "consent.students": ["set"],
        "consent.students:text": ["380 of 400, 20 refused"],
        "by": ["J. Smith"],
        "expires": ["2027-03-31"],
        "evidence": ["Ticket 4711"],
    }
    request = read_request(FORMS["attestation"], answers, at)
    assert request == Submission(
        "oakwood",
        "",
        "",
        {"consent.students": ("380 of 400, 20 refused",)},
        "J. Smith",
        NOW,
        date(2027, 3, 31),
        "Ticket 4711",
    )
    assert any("granted: 380" in line for line in propose(request, tmp_path / "workspace", TODAY).diff)
    nothing = {**answers, "consent.students": [""], "consent.students:text": [""]}
    assert faults_of("attestation", nothing, at) == {"place": "Say what you saw of one fact at least."}
