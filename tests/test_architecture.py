"""ARCHITECTURE.md names what there is."""

import re

import pytest

from tests.conftest import REPOSITORY

TEXT = (REPOSITORY / "ARCHITECTURE.md").read_text(encoding="utf-8")
ROOTS = (REPOSITORY, REPOSITORY / "reconciler", REPOSITORY / ".github/actions/reconciler/steps")


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`([\w.-]+/[\w./-]*)`", TEXT))))
def test_a_path_that_it_names_is_there(path: str) -> None:
    """From the top, from the package, or from the steps of the workflows."""
    assert any((root / path).exists() for root in ROOTS)


def test_its_tree_has_every_room() -> None:
    """Each folder and file at the top of the package stands in the tree, and nothing else does."""
    tree = TEXT.split("```")[1]
    named = set(re.findall(r"^  (\w+(?:/|\.py)) ", tree.split("\nschemas/")[0], re.MULTILINE))
    there = {f"{entry.name}/" if entry.is_dir() else entry.name for entry in (REPOSITORY / "reconciler").iterdir()}
    assert named == {name for name in there if not name.startswith("__") and name != "py.typed"}


def test_its_tree_has_every_wing() -> None:
    """Each folder inside a room is named in the tree too."""
    tree = TEXT.split("```")[1]
    wings = {file.parent for file in (REPOSITORY / "reconciler").glob("*/*/__init__.py")}
    assert not [wing.name for wing in wings if f" {wing.name}/" not in tree]
