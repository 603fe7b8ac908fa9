"""The schools and suppliers that a run covers."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Final, Protocol

from reconciler.errors import SelectionError
from reconciler.model.address import Address
from reconciler.model.desired import Desired
from reconciler.spelling import did_you_mean

_NOTHING: Final = "Nothing was compared"


def scope(desired: Desired, *, schools: Sequence[str] = (), suppliers: Sequence[str] = ()) -> Desired:
    """The part of `desired` that the globs select; no globs select everything.

    Where suppliers are selected, schools without an access of theirs are left out. Raises SelectionError where a glob
    selects nothing: a mistyped name must not read as "nothing differs".
    """
    chosen_schools = chosen_schools_of(schools, desired.schools.values(), f"{_NOTHING}: no school is called")
    there = {address.supplier for address in desired.accesses}
    chosen_suppliers = chosen(suppliers, there, f"{_NOTHING}: no supplier is called")
    part = _part(desired, chosen_schools, chosen_suppliers)
    if not suppliers:
        return part
    if not part.accesses:
        raise SelectionError(f"{_NOTHING}: no school in {', '.join(schools)} has a supplier in {', '.join(suppliers)}.")
    return _part(part, {address.school for address in part.accesses}, chosen_suppliers)


def within(desired: Desired, *, schools: Sequence[str] = (), suppliers: Sequence[str] = ()) -> Desired:
    """The same for another revision of the manifests, in which there may be nothing that the globs select."""
    part = _part(
        desired,
        {
            name
            for name, school in desired.schools.items()
            if not schools or any(_means(each, school) for each in schools)
        },
        {address.supplier for address in desired.accesses if _is_chosen(address.supplier, suppliers)},
    )
    if not suppliers:
        return part
    return _part(part, {each.school for each in part.accesses}, {each.supplier for each in part.accesses})


def of_schools(desired: Desired, schools: AbstractSet[str]) -> Desired:
    """The part of `desired` that is about these schools."""
    return _part(desired, schools, {address.supplier for address in desired.accesses})


def _part(desired: Desired, schools: AbstractSet[str], suppliers: AbstractSet[str]) -> Desired:
    return replace(
        desired,
        schools={name: school for name, school in desired.schools.items() if name in schools},
        accesses={
            address: access
            for address, access in desired.accesses.items()
            if address.school in schools and address.supplier in suppliers
        },
    )


def places(desired: Desired, schools: AbstractSet[str], accesses: AbstractSet[Address]) -> Desired:
    """The part of `desired` at these schools and accesses, as far as it has them."""
    return replace(
        desired,
        schools={name: desired.schools[name] for name in desired.schools if name in schools},
        accesses={address: desired.accesses[address] for address in desired.accesses if address in accesses},
    )


def _is_chosen(name: str, globs: Sequence[str]) -> bool:
    return not globs or any(fnmatchcase(name, glob) for glob in globs)


class NamedSchool(Protocol):
    """A school as people call it: by its short name, its title or its School ID."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def school_id(self) -> int: ...


def chosen_schools_of(typed: Sequence[str], schools: Iterable[NamedSchool], refusal: str) -> set[str]:
    """The names of the schools that are typed as a glob of names, a title or a School ID; nothing typed means all.

    Raises SelectionError, as `chosen` does.
    """
    there = list(schools)
    names = {school.name for school in there}
    titles = {school.title for school in there if school.title}
    found = names if not typed else set()
    for each in typed:
        meant = {school.name for school in there if _means(each, school)}
        if not meant:
            raise SelectionError(
                f"{refusal} {each!r}. {did_you_mean(each, names | titles) or 'There are none at all.'}"
            )
        found |= meant
    return found


def _means(typed: str, school: NamedSchool) -> bool:
    called = {school.title.casefold(), str(school.school_id)} - {""}
    return fnmatchcase(school.name, typed) or typed.strip().casefold() in called


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
            raise SelectionError(f"{refusal} {glob!r}. {did_you_mean(glob, there) or 'There are none at all.'}")
        found |= matching
    return found
