"""A list of accounts as people have it: an export with columns, or a pasted list. What is not understood is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.errors import InputError, SelectionError
from reconciler.importing.inventory import HEADINGS, read_inventory
from reconciler.model.address import username_key
from tests.planning.worlds import ACCOUNTS

SCHOOLS = {"12345": "greenfield", "12346": "riverside"}


def school_of(cell: str) -> str:
    """The school that a cell means."""
    if cell not in SCHOOLS:
        raise SelectionError(f"There is no school {cell!r}.")
    return SCHOOLS[cell]


def numbered(*rows: tuple[str, ...]) -> list[tuple[int, tuple[str, ...]]]:
    """Rows as a table has them."""
    return list(enumerate(rows, 1))


@given(
    st.lists(st.tuples(st.sampled_from(sorted(SCHOOLS)), st.sampled_from(ACCOUNTS)), min_size=1, max_size=20),
    st.permutations(("username", "school", "roles")),
    st.integers(0, 6),
)
def test_columns_are_found_by_their_headings(found: list[tuple[str, str]], order: list[str], heading: int) -> None:
    """In any order, below a title, and each account is of its school once."""
    headings = {name: guesses[heading % len(guesses)].upper() for name, guesses in HEADINGS.items()}
    values = [{"username": name, "school": number, "roles": "Staff, Third Party"} for number, name in found]
    rows = numbered(("Linked accounts",), *(tuple(each[name] for name in order) for each in (headings, *values)))
    inventory = read_inventory(rows, "list.csv", {}, school_of)
    expected = {(SCHOOLS[number], username_key(name)) for number, name in found}
    listed = [(school, username_key(name)) for school, names in inventory.usernames.items() for name in names]
    assert sorted(listed) == sorted(expected)


def test_a_pasted_list_has_a_name_on_each_line() -> None:
    """With a heading or without; all of it is of the school that is named."""
    for rows in ((("till.greenfield",), ("old.export",)), (("Account",), ("till.greenfield",), ("old.export",))):
        inventory = read_inventory(numbered(*rows), "the list", {}, school_of, "greenfield")
        assert inventory.usernames == {"greenfield": ("till.greenfield", "old.export")}
        assert not inventory.has_roles


def test_only_accounts_with_the_role_third_party_count_if_the_list_has_roles() -> None:
    """The others are counted."""
    rows = numbered(("Logon", "Rights"), ("head", "Administrator"), ("till", "third party"), ("TILL", "Third Party"))
    inventory = read_inventory(rows, "list.csv", {"username": "Logon", "roles": "rights"}, school_of, "greenfield")
    assert inventory.usernames == {"greenfield": ("till",)}
    assert (inventory.others, inventory.has_roles) == (1, True)


@pytest.mark.parametrize(
    ("rows", "columns", "only", "words"),
    [
        ((("Logon", "Full name"), ("a", "b")), {}, "greenfield", "It has: Logon, Full name."),
        ((("Username", "x"), ("a", "b")), {"roles": "Rights"}, "greenfield", "Username and Rights"),
        ((("a",), ("b", "c")), {}, "greenfield", "--column username=HEADING"),
        ((("Username",), ("a",)), {}, "", "--school"),
        ((("Username", "School ID"), ("a", "1")), {}, "", "list.csv:2: There is no school '1'."),
        ((("Username", "School ID"), ("", "12345")), {}, "", "list.csv:2: the username is empty"),
        ((("Username",),), {}, "greenfield", "no third-party account"),
        ((), {}, "greenfield", "It has: nothing."),
    ],
)
def test_a_list_that_is_not_understood_is_refused(
    rows: tuple[tuple[str, ...], ...], columns: dict[str, str], only: str, words: str
) -> None:
    """A name that is left out would read as an account that is not there."""
    with pytest.raises(InputError) as refused:
        read_inventory(numbered(*rows), "list.csv", columns, school_of, only)
    assert "Nothing was imported" in str(refused.value)
    assert words in str(refused.value)
