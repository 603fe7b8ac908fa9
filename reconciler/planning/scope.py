"""Which schools and suppliers a run is about."""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from reconciler.errors import SelectionError
from reconciler.nearest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reconciler.model.desired import Desired

_NOTHING: Final = "Nothing was compared"


def scope(desired: Desired, *, schools: Sequence[str] = (), suppliers: Sequence[str] = ()) -> Desired:
    """The part of `desired` that the globs select; no globs select everything.

    Where suppliers are selected, schools without an access of theirs are left out. Raises SelectionError where a glob
    selects nothing: a mistyped name must not read as "nothing differs".
    """
    chosen_schools = chosen(schools, desired.schools, f"{_NOTHING}: no school is called")
    there = {address.supplier for address in desired.accesses}
    chosen_suppliers = chosen(suppliers, there, f"{_NOTHING}: no supplier is called")
    accesses = {
        address: access
        for address, access in desired.accesses.items()
        if address.school in chosen_schools and address.supplier in chosen_suppliers
    }
    if suppliers:
        chosen_schools &= {address.school for address in accesses}
        if not accesses:
            raise SelectionError(
                f"{_NOTHING}: no school in {', '.join(schools)} has a supplier in {', '.join(suppliers)}."
            )
    return replace(
        desired,
        schools={name: school for name, school in desired.schools.items() if name in chosen_schools},
        accesses=accesses,
    )


def chosen(globs: Sequence[str], names: Iterable[str], refusal: str) -> set[str]:
    """The names that the globs select; no globs select all.

    Raises SelectionError, with `refusal` and the name that was most likely meant, where a glob selects none.
    """
    there = set(names)
    if not globs:
        return there
    found: set[str] = set()
    for glob in globs:
        matching = {name for name in there if fnmatchcase(name, glob)}
        if not matching:
            raise SelectionError(f"{refusal} {glob!r}: {did_you_mean(glob, there) or 'there are none at all.'}")
        found |= matching
    return found
