"""Waiver manifests -> waivers: one for each difference that is accepted."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Final

from reconciler.manifest.text.document import Data
from reconciler.manifest.text.typed_scalars import read_date
from reconciler.manifest.workspace.manifests import Manifest, Manifests
from reconciler.model.address import Address
from reconciler.model.aspect import Action, Aspect
from reconciler.model.change import Waived, Waiver
from reconciler.model.desired import Access, Account
from reconciler.model.entity import permission_name
from reconciler.planning.facts import FACTS

# What a plan can ask for. The first is meant where none is said, except of a setting: there are too many of them.
ASPECTS: Final[Mapping[Action, tuple[Aspect, ...]]] = {
    # Implied is the first: a waiver that names no aspect accepts an entity, whatever else is granted or revoked.
    action: tuple(
        sorted((row.aspect for row in FACTS if action in row.actions), key=lambda aspect: aspect is not Aspect.READ)
    )
    for action in Action
}


def waivers_of(manifests: Manifests, accesses: Mapping[Address, Access]) -> tuple[Waiver, ...]:
    """Every difference that a Waiver accepts, sorted."""
    waivers = (waiver for manifest in manifests.waivers for waiver in _waivers(manifests, manifest, accesses))
    return tuple(sorted(waivers, key=_order))


def _order(waiver: Waiver) -> tuple[object, ...]:
    return waiver.supplier, waiver.action, waiver.aspect, waiver.name, sorted(waiver.schools), waiver.terms.origin


def _waivers(manifests: Manifests, manifest: Manifest, accesses: Mapping[Address, Access]) -> Iterator[Waiver]:
    spec = manifest.spec
    schools, supplier = manifests.selected(spec["schools"]), spec.get("supplier", "")
    expires = read_date(spec["expires"])
    for index, change in enumerate(spec["changes"]):
        origin = manifest.document.value(spec["changes"], index)
        terms = Waived(manifest.name, spec["by"], spec["reason"], expires, origin)
        action = Action(change["action"])
        if "name" in change:
            named: Mapping[str, AbstractSet[str]] = {change["name"]: schools}
        else:
            named = _usernames(schools, supplier, accesses)
        for name, schools_there in named.items():
            aspect = aspect_of(change)
            own = permission_name(name) if aspect is Aspect.WRITE else name
            yield Waiver(schools_there, supplier, action, aspect, own, terms, change.get("before", ""))


def aspect_of(change: Mapping[str, Data]) -> Aspect:
    """The aspect of a Waiver's change, written or implied."""
    return Aspect(change["aspect"]) if "aspect" in change else ASPECTS[Action(change["action"])][0]


def _usernames(
    schools: AbstractSet[str], supplier: str, accesses: Mapping[Address, Access]
) -> Mapping[str, AbstractSet[str]]:
    """{username: the schools at which it is the supplier's account}."""
    named: dict[str, set[str]] = defaultdict(set)
    for school in schools:
        access = accesses.get(Address(school, supplier))
        if access is not None and isinstance(access.via, Account):
            named[access.via.username.value].add(school)
    return {name: frozenset(schools_there) for name, schools_there in named.items()}
