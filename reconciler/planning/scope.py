"""Which schools and suppliers a run is about."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from reconciler.errors import SelectionError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reconciler.model.desired import Desired


def scope(desired: Desired, *, schools: Sequence[str] = (), suppliers: Sequence[str] = ()) -> Desired:
    """The part of `desired` that the globs select; no globs select everything.

    Where suppliers are selected, schools without an access of theirs are left out. Raises SelectionError where a glob
    selects nothing: a mistyped name must not read as "nothing differs".
    """
    chosen_schools = _select(schools, desired.schools, "school")
    chosen_suppliers = _select(suppliers, {address.supplier for address in desired.accesses}, "supplier")
    accesses = {
        address: access
        for address, access in desired.accesses.items()
        if address.school in chosen_schools and address.supplier in chosen_suppliers
    }
    if suppliers:
        chosen_schools &= {address.school for address in accesses}
        if not accesses:
            raise SelectionError(
                f"Nothing was compared: no school in {', '.join(schools)} has a supplier in {', '.join(suppliers)}."
            )
    return replace(
        desired,
        schools={name: school for name, school in desired.schools.items() if name in chosen_schools},
        accesses=accesses,
    )


def _select(globs: Sequence[str], names: Iterable[str], kind: str) -> set[str]:
    there = set(names)
    if not globs:
        return there
    chosen: set[str] = set()
    for glob in globs:
        matching = {name for name in there if fnmatchcase(name, glob)}
        if not matching:
            near = get_close_matches(glob, there, n=1)
            hint = f" Did you mean {near[0]}?" if near else f" There are: {', '.join(sorted(there)[:8]) or 'none'}."
            raise SelectionError(f"Nothing was compared: no {kind} is called {glob!r}.{hint}")
        chosen |= matching
    return chosen
