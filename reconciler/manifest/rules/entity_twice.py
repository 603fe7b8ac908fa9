"""entity-twice: a list names an entity once, whatever its capitals.

One of the two was probably meant to be something else.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.resolving.entity_lists import entity_lists
from reconciler.manifest.text.document import Data
from reconciler.manifest.workspace.manifests import Manifest, Manifests
from reconciler.model.entity import entity_key
from reconciler.model.problem import Origin, Problem, Severity

ID: Final = "entity-twice"


def check(manifests: Manifests) -> Iterator[Problem]:
    """Find a name that is twice in one list, and one that an override adds although `entities` has it."""
    for profile in manifests.profiles:
        yield from _repeated(profile, profile.spec.get("entities", []), {}, None)
    for supplier in manifests.suppliers:
        for items in entity_lists(supplier):
            yield from _repeated(supplier, items, {}, None)
        own = _first(supplier, supplier.entities.get("add", [])) if supplier.overrides else {}
        for number, override in enumerate(supplier.overrides):
            added = override.get("entities", {}).get("add", [])
            removed = _first(supplier, override.get("entities", {}).get("remove", []))
            before = {key: place for key, place in own.items() if key not in removed}
            alias = supplier.document.detour("spec", "overrides", number, "entities", "add") if added else None
            yield from _repeated(supplier, added, before, alias)


def _first(supplier: Manifest, items: list[Data]) -> dict[str, Origin]:
    """The first place of each name in a list, by entity key."""
    first: dict[str, Origin] = {}
    for index, name in enumerate(items):
        if isinstance(name, str):
            first.setdefault(entity_key(name), supplier.document.value(items, index))
    return first


def _repeated(
    supplier: Manifest, items: list[Data], before: dict[str, Origin], alias: Origin | None
) -> Iterator[Problem]:
    """The names of a list that stand elsewhere already; with nothing before it, those that stand in it twice. Where the
    list is written elsewhere, `alias` repeats it here."""
    keys = {entity_key(name) for name in items if isinstance(name, str)}
    if not before and len(keys) == len(items):  # nearly always
        return
    seen: dict[str, int] = {}
    for index, name in enumerate(items):
        if not isinstance(name, str):
            continue
        key = entity_key(name)
        first = before.get(key)
        if not before and key in seen:
            first = supplier.document.value(items, seen[key])
        seen.setdefault(key, index)
        if first is not None:
            origin = alias or supplier.document.value(items, index)
            message = f"`{name}` is listed twice. The first is at {first}."
            yield Problem(ID, Severity.ERROR, origin, message, "Keep one. Bromcom ignores capitals.")
