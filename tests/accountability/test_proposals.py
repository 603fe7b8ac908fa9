"""Proposals: nothing that was called, nothing of which nobody knows; and a patch that git takes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.accountability.proposals import Proposal, left_with_nothing, proposals
from reconciler.cli.reporting.proposed_patch import proposed_patch, write_patch
from reconciler.manifest.load import load
from reconciler.model.accountability.least_privilege import Doubt, Truth
from reconciler.model.address import Address
from tests.accountability.test_privileges import END, _listings, _uses, compared
from tests.planning.worlds import worlds
from tests.repository import repository

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.model.desired import Desired
    from reconciler.model.live import Live

SCHOOLS = ("greenfield", "oakwood", "riverside")


@given(worlds(words=False), st.data())
def test_what_is_proposed_is_agreed_and_for_a_reason(world: tuple[Desired, Live], data: st.DataObject) -> None:
    """Never what was called, and never all of an access."""
    desired, live = world
    uses = {address: data.draw(_uses) for address in desired.accesses if data.draw(st.booleans())}
    found = compared(desired, live, uses, data.draw(_listings))
    proposed = {each.address: each.entities for each in proposals(found.values())}
    for address, keys in proposed.items():
        declared = desired.accesses[address].entities.keys()
        assert keys < declared
        for entity in found[address].entities:
            if entity.key in keys:
                assert entity.called is not Truth.YES
                assert {Doubt.NOT_CALLED, Doubt.NOT_LISTED, Doubt.FEW_PEERS} & set(entity.doubts)
    assert not proposed.keys() & set(left_with_nothing(found.values()))


def workspace(folder: Path, supplier: dict[str, Any], *, newline: str = "\n", end: str = "\n") -> Path:
    """The manifests of three schools and one supplier, in files of their own."""

    def document(kind: str, name: str, spec: dict[str, Any]) -> str:
        lines = "\n".join(f"  {key}: {json.dumps(value)}" for key, value in spec.items())
        return f"apiVersion: reconciler/v1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec:\n{lines}"

    schools = (document("School", name, {"schoolId": 1 + at, "platform": "scomis"}) for at, name in enumerate(SCHOOLS))
    account = {"username": "{supplier}.{school}", "password": {"env": "PASSWORD"}}
    files = {
        "reconciler.yaml": "\n---\n".join([document("Workspace", "w", {"account": account}), *schools]) + "\n",
        "a folder/s\u00fcppliers.yaml": document("Supplier", "groupcall", supplier) + end,
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text.replace("\n", newline), encoding="utf-8", newline="")
    return folder


def entities(folder: Path) -> dict[str, set[str]]:
    """{school: what its access may read} by the manifests."""
    loaded = load(folder, END)
    assert loaded.desired, loaded.problems
    return {address.school: set(access.entities) for address, access in loaded.desired.accesses.items()}


@pytest.mark.parametrize(
    ("supplier", "writing"),
    [
        ({"entities": ["Students", "Staff", "Classes"]}, {}),
        ({"entities": ["Students", "Staff", "Classes"]}, {"newline": "\r\n"}),
        ({"entities": ["Students", "Staff", "Classes"]}, {"end": ""}),
        ({"bundles": {"b": ["Staff", "Classes"]}, "entities": ["Students", {"bundle": "b"}]}, {}),
        (
            {
                "entities": ["Students", "Classes"],
                "overrides": [{"schools": ["greenfield"], "entities": {"add": ["Staff"]}}],
            },
            {},
        ),
        ({"profile": "timetable-view", "entities": {"add": ["Students", "Classes"]}}, {}),
    ],
)
@pytest.mark.parametrize("schools", [("greenfield",), SCHOOLS])
def test_git_takes_the_patch_and_the_manifests_say_that_and_no_more(
    supplier: dict[str, Any], writing: dict[str, str], schools: tuple[str, ...], tmp_path: Path
) -> None:
    """However a supplier's manifest says what it has, in a folder of a repository."""
    made = repository(tmp_path)
    made.git("config", "core.autocrlf", "false")
    folder = workspace(tmp_path / "our trust", supplier, **writing)
    made.commit()
    before = entities(folder)
    proposed = [Proposal(Address(school, "groupcall"), frozenset({"staff"}) & before[school]) for school in schools]
    patch = proposed_patch(folder, [each for each in proposed if each.entities], END)
    (tmp_path / "p.patch").write_text(patch, encoding="utf-8", newline="")
    assert entities(folder) == before  # it changes nothing itself
    made.git("apply", "p.patch")
    assert entities(folder) == {name: keys - ({"staff"} if name in schools else set()) for name, keys in before.items()}
    (changed,) = made.git("-c", "core.quotepath=off", "diff", "--name-only").splitlines()
    assert changed == "our trust/a folder/s\u00fcppliers.yaml"


def test_where_there_is_nothing_to_propose_no_patch_is_written(tmp_path: Path) -> None:
    """git refuses an empty one."""
    said: list[str] = []
    write_patch(tmp_path / "p.patch", workspace(tmp_path / "w", {"entities": ["Students"]}), (), END, said.append)
    assert not (tmp_path / "p.patch").exists()
    assert said == [f"There is nothing to propose, so {tmp_path / 'p.patch'} was not written."]
