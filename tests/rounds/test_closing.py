"""Closing a round: whatever was decided, the manifests say it then, and of everything else what they said before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.errors import InputError
from reconciler.formatting import edited
from reconciler.manifest.load import loaded
from reconciler.manifest.workspace.manifests import Manifests
from reconciler.manifest.workspace.reading import read_files
from reconciler.model.address import Address
from reconciler.model.attestation import Decision, RoundChoice
from reconciler.model.desired import Desired
from reconciler.model.entity import entity_key
from reconciler.rounds.closing import closing_edits, missed
from reconciler.rounds.deciding import edits_of

TODAY, NEXT = date(2026, 12, 1), date(2027, 12, 1)
SCHOOLS = ("greenfield", "hilltop", "meadow", "riverside")
NAMES = (
    *("Attendances", "ClassTimeTables", "Exclusions", "PersonPhotos", "Rooms", "Staff", "StudentContacts", "Students"),
    *("Subjects", "YearGroups"),
)
HEAD = """\
apiVersion: reconciler/v1
kind: Workspace
metadata: {name: example}
spec: {account: {username: "{supplier}.{school}"}}
"""
SCHOOL = """\
---
apiVersion: reconciler/v1
kind: School
metadata: {{name: {name}}}
spec: {{schoolId: {number}, platform: scomis}}
"""
SUPPLIER = """\
---
apiVersion: reconciler/v1
kind: Supplier
metadata: {{name: {name}}}
spec:
  bundles: {{b: [Rooms, Subjects]}}
  entities: [{entities}, {{bundle: b}}] # all of them
  overrides:
    - schools: [greenfield, hilltop]
      entities: {{remove: [{first}]}}
    - schools: [meadow]
      entities: {{add: [YearGroups]}}
"""


def files_with(suppliers: Mapping[str, list[str]]) -> dict[str, str]:
    """{file: its text} of a workspace with these suppliers and their entities."""
    schools = "".join(SCHOOL.format(name=name, number=number) for number, name in enumerate(SCHOOLS, 1))
    texts = {"reconciler.yaml": HEAD + schools}
    for name, entities in suppliers.items():
        document = SUPPLIER.format(name=name, entities=", ".join(entities), first=entities[0])
        texts[f"{name}.yaml"] = document.removeprefix("---\n")
    return texts


def read(texts: Mapping[str, str]) -> tuple[Desired, Manifests]:
    """What the files say."""
    reading = read_files({file: text.encode() for file, text in texts.items()}, "here")
    result = loaded(reading, TODAY)
    assert result.desired, result.problems
    return result.desired, reading.manifests


def round_text(addresses: list[Address]) -> str:
    """A round of these accesses, in which nothing is decided."""
    accesses = "".join(f"    {address}: {{known: asked}}\n" for address in addresses)
    spec = f"spec:\n  opened: 2026-11-01\n  due: 2026-12-18\n  accesses:\n{accesses}"
    return f"apiVersion: reconciler/v1\nkind: Round\nmetadata: {{name: autumn}}\n{spec}"


@given(st.data())
def test_law_the_manifests_say_what_was_decided(data: st.DataObject) -> None:
    """Of every access of the round, and nothing else of the others; the round is closed, and keeps its record."""
    names = st.lists(st.sampled_from(NAMES[:4] + NAMES[5:8]), min_size=2, unique=True)
    texts = files_with({"till": data.draw(names), "groupcall": data.draw(names)})
    desired, _ = read(texts)
    chosen = data.draw(st.lists(st.sampled_from(sorted(desired.accesses)), min_size=1, unique=True))
    texts["round.yaml"] = round_text(chosen)
    desired, _ = read(texts)
    decisions = {address: data.draw(decision_about(desired, address), str(address)) for address in chosen}
    texts["round.yaml"] = edited("round.yaml", texts["round.yaml"], edits_of(desired.rounds[0], decisions))
    desired, manifests = read(texts)
    (decided,) = desired.rounds
    edits = closing_edits(decided, desired, manifests, TODAY, NEXT)
    after, _ = read(texts | {file: edited(file, texts[file], changes) for file, changes in edits.items()})
    assert not list(missed(decided, desired, after))
    for address, access in after.accesses.items():
        decision = decisions.get(address)
        assert (access.ended is not None) is (decision is not None and decision.choice is RoundChoice.RETIRE)
        if decision and decision.choice is RoundChoice.REDUCE:
            assert set(access.entities) == {entity_key(name) for name in decision.entities}
        elif not access.ended:
            assert set(access.entities) == set(desired.accesses[address].entities)
    (record,) = after.rounds
    assert record.closed == TODAY
    assert {address: access.decision for address, access in record.accesses.items()} == decisions
    for supplier in ("till", "groupcall"):
        own = [address for address in desired.accesses if address.supplier == supplier]
        whole = all(address in decisions for address in own)
        ends = whole and all(decisions[address].choice is RoundChoice.RETIRE for address in own)
        review_by = after.terms[supplier].review_by
        assert (review_by is not None) is (whole and not ends)


@st.composite
def decision_about(draw: st.DrawFn, desired: Desired, address: Address) -> Decision:
    """Any decision that an access allows."""
    names = sorted(value.value for value in desired.accesses[address].entities.values())
    choice = draw(st.sampled_from(RoundChoice))
    entities: tuple[str, ...] = ()
    if choice is RoundChoice.REDUCE:
        kept = st.lists(st.sampled_from(names), min_size=1, max_size=len(names) - 1, unique=True)
        entities = tuple(draw(kept))
    return Decision(choice, "It's so", "J. Smith", TODAY, entities)


def test_a_round_with_an_access_left_is_not_closed() -> None:
    """It names one, and the command that decides."""
    texts = {**files_with({"till": ["Students", "Staff"]}), "round.yaml": round_text([Address("meadow", "till")])}
    desired, manifests = read(texts)
    with pytest.raises(InputError, match="1 of 1 accesses are not decided, such as meadow/till"):
        closing_edits(desired.rounds[0], desired, manifests, TODAY, NEXT)
