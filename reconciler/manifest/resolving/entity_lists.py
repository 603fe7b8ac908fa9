"""The lists of entities that a supplier's manifest has, and the names in those that give it something to read."""

from collections.abc import Iterator

from reconciler.catalogue import entities
from reconciler.manifest.text.document import Data
from reconciler.manifest.workspace.manifests import Manifest
from reconciler.model.entity import entity_key
from reconciler.model.problem import DeclaredValue


def entity_lists(supplier: Manifest, *, with_removed: bool = True) -> Iterator[list[Data]]:
    """The bundles, and what `entities` and overrides add and remove; items are names or `{bundle: name}`."""
    yield from supplier.spec.get("bundles", {}).values()
    for change in (supplier.entities, *(override.get("entities", {}) for override in supplier.overrides)):
        yield from (change[key] for key in (("add", "remove") if with_removed else ("add",)) if key in change)


def names_read(supplier: Manifest) -> Iterator[DeclaredValue]:
    """Every name that the supplier may read, at some school at least, and where it is written: in its profile, in
    `entities`, in what overrides add, or in the bundles that these use, whose names come as often as they are used.
    What an alias repeats is at the alias, so that each of several uses has a place of its own."""
    removed = {entity_key(name.value) for name in supplier.names(supplier.entities.get("remove", []))}
    for name in supplier.profile.entities if supplier.profile else ():
        if entity_key(name.value) not in removed:
            yield name
    path = ("entities",) if isinstance(supplier.spec.get("entities"), list) else ("entities", "add")
    yield from _names(supplier, supplier.entities.get("add", []), *path)
    for number, override in enumerate(supplier.overrides):
        added = override.get("entities", {}).get("add", [])
        yield from _names(supplier, added, "overrides", number, "entities", "add")


def _names(supplier: Manifest, items: list[Data], *path: str | int) -> Iterator[DeclaredValue]:
    """The names of the list that is at `path` in the spec, bundles written out."""
    if not items:
        return
    document = supplier.document
    alias = document.detour("spec", *path)
    for number, item in enumerate(items):
        if isinstance(item, str):
            yield DeclaredValue(item, alias or document.value(items, number))
        else:
            yield from _bundled(supplier, item["bundle"])


def _bundled(supplier: Manifest, name: str) -> Iterator[DeclaredValue]:
    names = supplier.bundle(name)
    alias = supplier.document.detour("spec", "bundles", name) if names else None
    for number, entity in enumerate(names):
        yield DeclaredValue(entity, alias or supplier.document.value(names, number))


def sensitive_names(supplier: Manifest) -> list[str]:
    """The names of the sensitive entities that the supplier may read, sorted; one that is not in the catalogue is one,
    since it may hold anything."""
    found = ((name.value, entities().get(entity_key(name.value))) for name in names_read(supplier))
    return sorted({entity.name if entity else name for name, entity in found if not entity or entity.sensitive})
