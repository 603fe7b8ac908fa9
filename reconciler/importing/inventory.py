"""A list of a school's third-party accounts, as people have it -> usernames: an export with columns, or a pasted list.

No source says which columns an export has, so their headings can be given. A list that cannot be understood is refused:
an account that is left out of it would read as one that is not there.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

from reconciler.errors import InputError, SelectionError
from reconciler.model.address import username_key
from reconciler.model.live import THIRD_PARTY

_NOT_A_LETTER: Final = re.compile(r"[\W_]+")
# {column: the headings that we look for}; our guesses.
HEADINGS: Final[Mapping[str, Sequence[str]]] = {
    "username": ("Username", "User", "Login", "Login name", "Account", "Account name", "Accounts"),
    "school": ("School ID", "Bromcom School ID", "MIS OrgID", "Org ID", "School", "School name"),
    "roles": ("Roles", "Role", "User roles", "Role name"),
}
Rows: TypeAlias = Sequence[tuple[int, Sequence[str]]]


class Inventory(NamedTuple):
    """The accounts of each school.

    usernames  {school: its usernames, each once, in the order of the list}
    others     the number of accounts left out, since they do not have the role Third Party
    has_roles  the list says which roles an account has
    """

    usernames: Mapping[str, Sequence[str]]
    others: int
    has_roles: bool


def read_inventory(
    rows: Rows, file: str, columns: Mapping[str, str], school_of: Callable[[str], str], only: str = ""
) -> Inventory:
    """Read the rows of a list: (line, its cells).

    columns    {column: its heading}, where they were given
    school_of  the school that a cell means; raises SelectionError for one that the manifests do not have
    only       the school that all of it is of; without a column for schools it must be given

    Raises InputError with every fault: then nothing of it counts.
    """
    start, places = _columns(rows, file, columns)
    if "school" not in places and not only:
        raise InputError(f"Nothing was imported: {file} has no column School ID. Name the school with --school.")
    found: dict[str, dict[str, str]] = {only: {}} if only else {}
    faults: list[str] = []
    others = 0
    for line, cells in rows[start:]:
        values = {column: cells[at].strip() if at < len(cells) else "" for column, at in places.items()}
        try:
            school = school_of(values["school"]) if "school" in values else only
        except SelectionError as error:
            faults.append(f"{file}:{line}: {error}")
            continue
        if not values["username"]:
            faults.append(f"{file}:{line}: the username is empty")
        elif only and school != only:
            continue
        elif "roles" in values and THIRD_PARTY.casefold() not in values["roles"].casefold():
            others += 1
        else:
            found.setdefault(school, {}).setdefault(username_key(values["username"]), values["username"])
    if not faults and not any(found.values()):
        faults.append(f"{file} has no third-party account")
    if faults:
        raise InputError("\n  ".join(("Nothing was imported:", *faults)))
    return Inventory({school: tuple(names.values()) for school, names in found.items()}, others, "roles" in places)


def _columns(rows: Rows, file: str, columns: Mapping[str, str]) -> tuple[int, Mapping[str, int]]:
    """(the first row below the headings, {column: its place}); titles may be above them. A list of names has none."""
    wanted = {name: (columns[name],) if name in columns else guesses for name, guesses in HEADINGS.items()}
    for index, (_, cells) in enumerate(rows):
        headings = [_plain(cell) for cell in cells]
        places = {
            name: next((headings.index(plain) for plain in map(_plain, options) if plain in headings), None)
            for name, options in wanted.items()
        }
        found = {name: at for name, at in places.items() if at is not None}
        if "username" in found and columns.keys() <= found.keys():
            return index + 1, found
    widest = max((cells for _, cells in rows), key=lambda cells: sum(map(bool, cells)), default=())
    if not columns and rows and sum(map(bool, widest)) == 1 and all(sum(map(bool, cells)) == 1 for _, cells in rows):
        return 0, {"username": next(at for at, cell in enumerate(widest) if cell)}
    raise InputError(
        f"Nothing was imported: {file} has no row with the heading "
        f"{' and '.join(wanted[name][0] for name in ('username', *(columns.keys() - {'username'})))}. "
        f"It has: {', '.join(filter(None, widest)) or 'nothing'}. Say which is meant with --column username=HEADING."
    )


def _plain(heading: str) -> str:
    return _NOT_A_LETTER.sub("", heading).casefold()
