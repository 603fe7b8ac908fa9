"""Which schools and suppliers a run is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.errors import SelectionError
from reconciler.model.address import Address
from reconciler.planning.scope import scope
from tests.planning.worlds import access, desired_of

if TYPE_CHECKING:
    from reconciler.model.desired import Desired

ADDRESSES = [
    Address("greenfield", "groupcall"),
    Address("greenfield", "till"),
    Address("greenwood", "groupcall"),
    Address("riverside", "till"),
]


@pytest.fixture
def desired() -> Desired:
    """Three schools and two suppliers."""
    return desired_of(*(access(address=address) for address in ADDRESSES))


def test_no_globs_select_everything(desired: Desired) -> None:
    """Without a selection the scope is the workspace."""
    assert scope(desired) == desired


@pytest.mark.parametrize(
    ("schools", "suppliers", "expected_schools", "expected"),
    [
        (
            ["green*"],
            [],
            ["greenfield", "greenwood"],
            ["greenfield/groupcall", "greenfield/till", "greenwood/groupcall"],
        ),
        ([], ["till"], ["greenfield", "riverside"], ["greenfield/till", "riverside/till"]),
        (["greenfield", "river*"], ["t?ll"], ["greenfield", "riverside"], ["greenfield/till", "riverside/till"]),
    ],
)
def test_globs_select(
    desired: Desired, schools: list[str], suppliers: list[str], expected_schools: list[str], expected: list[str]
) -> None:
    """Several globs add up; schools and suppliers narrow each other; schools without such an access are left out."""
    chosen = scope(desired, schools=schools, suppliers=suppliers)
    assert list(chosen.schools) == expected_schools
    assert [str(address) for address in chosen.accesses] == expected


def test_a_name_that_nothing_has_is_refused_with_the_nearest(desired: Desired) -> None:
    """A mistyped name must not read as "nothing differs"."""
    with pytest.raises(SelectionError, match=r"no school is called 'greenfeld'. Did you mean `greenfield`\?"):
        scope(desired, schools=["greenfeld"])
    with pytest.raises(SelectionError, match="Known: groupcall, till"):
        scope(desired, suppliers=["zzz*"])
    with pytest.raises(SelectionError, match=r"no supplier is called 'Till'. Did you mean `till`\?"):
        scope(desired, suppliers=["groupcall", "Till"])


def test_only_some_of_many_names_are_told() -> None:
    """Eight, in order, and how many more: a host has hundreds of schools. Where there is none, that is said."""
    many = desired_of(*(access(address=Address(f"school-{number:02}", "till")) for number in range(20)))
    told = ", ".join(f"school-{number:02}" for number in range(8))
    with pytest.raises(SelectionError, match=rf"Known: {told} and 12 more$"):
        scope(many, schools=["zzz*"])
    with pytest.raises(SelectionError, match=r"There are none at all\.$"):
        scope(desired_of(), suppliers=["till"])


def test_names_that_do_not_meet_are_refused(desired: Desired) -> None:
    """Both exist, and no access joins them."""
    with pytest.raises(SelectionError, match="no school in greenwood has a supplier in till"):
        scope(desired, schools=["greenwood"], suppliers=["till"])
