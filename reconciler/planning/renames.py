"""Find schools and suppliers that a change only renames, by service, School ID and account.

The base takes the names of the change before the two are compared. Otherwise a new name would look like a supplier that
leaves and another that comes and may read everything.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import field, replace
from typing import Final, TypeAlias

from reconciler.model.address import AccountKey, Address
from reconciler.model.aspect import Risk
from reconciler.model.attestation import AttestedFact
from reconciler.model.change import Waiver
from reconciler.model.desired import Access, Desired
from reconciler.model.plan import GoneAccount, Orphan, Plan
from reconciler.model.problem import Origin
from reconciler.model.review import Edit, Effect, LiveStatus, ManifestField
from reconciler.planning.accounts import accounts_in, accounts_of, database_of, databases_in
from reconciler.startup import dataclass

_Names: TypeAlias = "Mapping[str, AbstractSet[Hashable]]"  # {name: what Bromcom has under it}
FOLDER: Final = "folder"  # the name of the edit that says where the workspace was before
_TOP: Final = "."


@dataclass(frozen=True, slots=True)
class Renames:
    """{name in the base: name in the change}. `folder` is where in the repository the workspace was, and where it is;
    None if it did not move."""

    schools: Mapping[str, str] = field(default_factory=dict)
    suppliers: Mapping[str, str] = field(default_factory=dict)
    folder: tuple[str, str] | None = None


def find_renames(base: Desired, head: Desired) -> Renames:
    """The schools and suppliers that both have under another name."""
    schools = ({name: {database_of(school)} for name, school in each.schools.items()} for each in (base, head))
    return Renames(_matches(*schools), _matches(_suppliers(base), _suppliers(head)))


def renames_since(accounts: Mapping[AccountKey, Orphan], plan: Plan) -> Renames:
    """The schools and suppliers that a plan has under another name than the accounts that are remembered."""
    schools: defaultdict[str, set[Hashable]] = defaultdict(set)
    suppliers: defaultdict[str, set[Hashable]] = defaultdict(set)
    for key, account in accounts.items():
        schools[account.school].add(key.database)
        suppliers[account.supplier].add(key)
    now: defaultdict[str, set[Hashable]] = defaultdict(set)
    for key, access in accounts_in(plan).items():
        now[access.address.supplier].add(key)
    databases = {name: {database} for name, database in databases_in(plan).items()}
    return Renames(_matches(schools, databases), _matches(suppliers, now))


def renamed(base: Desired, names: Renames) -> Desired:
    """The same manifests, in the names of the change."""
    if not (names.schools or names.suppliers):
        return base
    schools = {names.schools.get(name, name): school for name, school in base.schools.items()}
    accesses = [_access(access, names) for access in base.accesses.values()]
    terms = {names.suppliers.get(name, name): terms for name, terms in base.terms.items()}
    return replace(
        base,
        schools={name: replace(school, name=name) for name, school in sorted(schools.items())},
        accesses={access.address: access for access in sorted(accesses, key=lambda access: access.address)},
        words=tuple(_word(word, names) for word in base.words),
        waivers=tuple(_waiver(waiver, names) for waiver in base.waivers),
        gone=tuple(_gone(gone, names) for gone in base.gone),
        terms=dict(sorted(terms.items())),
    )


def share_database(base: Desired, head: Desired) -> bool:
    """Tell if a school of one is a school of the other, whatever they call it."""
    return not {*map(database_of, base.schools.values())}.isdisjoint(map(database_of, head.schools.values()))


def rename_edits(names: Renames, head: Desired) -> Iterator[Edit]:
    """Tell new names as edits that give nobody anything."""
    if names.folder:
        before, after = (folder or _TOP for folder in names.folder)
        yield _edit("", "", FOLDER, before, after, None)
    for before, after in names.schools.items():
        if after in head.schools:  # it may be out of scope
            yield _edit(after, "", after, before, after, head.schools[after].origin)
    origins = {address.supplier: access.origin for address, access in head.accesses.items()}
    for before, after in names.suppliers.items():
        if after in origins:
            yield _edit("", after, after, before, after, origins[after])


def _edit(school: str, supplier: str, name: str, before: str, after: str, origin: Origin | None) -> Edit:
    topic, effect, standing = ManifestField.NAME, Effect.OTHER, LiveStatus.NONE
    return Edit(school, supplier, topic, name, before, after, effect, Risk.LOW, standing, "", origin)


def _suppliers(desired: Desired) -> _Names:
    pairs: defaultdict[str, set[Hashable]] = defaultdict(set)
    for address, account in accounts_of(desired).items():
        pairs[address.supplier].add(account)
    return pairs


def _matches(base: _Names, head: _Names) -> Mapping[str, str]:
    """{name in the base: its name in the change}, of pairs that share something with each other and with no other name.

    A name that still means another place is not a match: the two places that have it are compared first.
    """
    in_base, in_head = _owners(base), _owners(head)
    found = {}
    for name, things in base.items():
        partners = {owner for thing in things for owner in in_head.get(thing, ())}
        if len(partners) == 1 and name not in partners:
            (partner,) = partners
            if {owner for thing in head[partner] for owner in in_base.get(thing, ())} == {name}:
                found[name] = partner
    while taken := [name for name, partner in found.items() if partner in base and partner not in found]:
        for name in taken:
            del found[name]
    return found


def _owners(names: _Names) -> Mapping[Hashable, AbstractSet[str]]:
    found: defaultdict[Hashable, set[str]] = defaultdict(set)
    for name, things in names.items():
        for thing in things:
            found[thing].add(name)
    return found


def _access(access: Access, names: Renames) -> Access:
    school, supplier = access.address
    address = Address(names.schools.get(school, school), names.suppliers.get(supplier, supplier))
    return replace(access, address=address, title=address.supplier if access.title == supplier else access.title)


def _word(word: AttestedFact, names: Renames) -> AttestedFact:
    school, supplier = word.subject.school, word.subject.supplier
    subject = word.subject._replace(
        school=names.schools.get(school, school), supplier=names.suppliers.get(supplier, supplier)
    )
    return replace(word, subject=subject)


def _gone(gone: GoneAccount, names: Renames) -> GoneAccount:
    school, supplier = names.schools.get(gone.school, gone.school), names.suppliers.get(gone.supplier, gone.supplier)
    return replace(gone, school=school, supplier=supplier)


def _waiver(waiver: Waiver, names: Renames) -> Waiver:
    schools = frozenset(names.schools.get(name, name) for name in waiver.schools)
    return replace(waiver, schools=schools, supplier=names.suppliers.get(waiver.supplier, waiver.supplier))
