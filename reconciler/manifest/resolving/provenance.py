"""The layers that each value of an access or a school went through: as written, and where.

Resolution takes the first layer that says a key; here all of them are kept, with the same keys and the same order.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from reconciler.manifest.resolving.accesses import SCHOOL_ID_CALLED, entities_of, secret_reference
from reconciler.manifest.resolving.layers import Layer, layers, saying
from reconciler.manifest.resolving.placeholders import fill, values
from reconciler.manifest.resolving.resolve import platforms_of
from reconciler.manifest.text.document import Data
from reconciler.manifest.workspace.manifests import Manifest, Manifests, Placement
from reconciler.model.desired import PROCESSING, REGISTER, ExtraEntities
from reconciler.model.entity import entity_key
from reconciler.model.explanation import ExplainedRow, LayerWord
from reconciler.model.problem import Origin
from reconciler.planning.facts import CHOICES

ENTITIES: Final = "entities"
NOT_DECLARED: Final = ("not declared",)
BUILT_IN: Final = "built in"
_PASSWORD: Final = ("account", "password")
_ACCOUNTS: Final = ("accounts",)  # of a School the one key that the Workspace has too
_FILLED: Final = {("account", "username"), _PASSWORD, ("writeBack", "role")}  # those that may have placeholders
KEYS_OF_ACCESS: Final[tuple[tuple[str, ...], ...]] = (
    ("title",),
    ("purpose",),
    ("contact",),
    ("contractEnd",),
    ("reviewBy",),
    *(("processing", key) for key in PROCESSING),
    ("downstream",),
    ("state",),
    ("accessFrom",),
    ("accessUntil",),
    ("schoolIdName",),
    ("via",),
    ("application",),
    ("account", "username"),
    _PASSWORD,
    ("account", "firstName"),
    ("account", "lastName"),
    ("profile",),
    ("extraEntities",),
    ("writeBack", "role"),
    ("writeBack", "permissions"),
    *(row.manifest for row in CHOICES.values() if row.manifest),
)
KEYS_OF_SCHOOL: Final[tuple[tuple[str, ...], ...]] = (
    ("title",),
    ("urn",),
    ("schoolId",),
    *(keys for row in CHOICES.values() for keys in row.school_keys),
    _ACCOUNTS,
    ("movedFrom", "platform"),
    ("movedFrom", "exports"),
)


def values_of_access(manifests: Manifests, placement: Placement) -> Iterator[ExplainedRow]:
    """Each value of an access that a layer says, and which schools the layers are for."""
    supplier, school, overrides = placement
    in_order = layers(manifests, supplier, overrides)
    names = {id(layer[1]): _layer_name(supplier, layer) for layer in in_order}
    default = {
        "title": supplier.name,
        "schoolIdName": SCHOOL_ID_CALLED,
        "via": "account",
        "extraEntities": ExtraEntities.REVOKE.value,
    }
    filled = values(school.name, school.spec["schoolId"], supplier.name)
    yield from _selections(supplier, overrides)
    for keys in KEYS_OF_ACCESS:
        words = [LayerWord(BUILT_IN, (default[keys[0]],))] if keys[0] in default else []
        words += _words(in_order, names, *keys)
        if words:
            yield _row(".".join(keys), words, filled if keys in _FILLED else {})


def _row(name: str, words: list[LayerWord], filled: Mapping[str, str]) -> ExplainedRow:
    resolved = words[-1].values
    return ExplainedRow(name, tuple(fill(text, filled) for text in resolved) if filled else resolved, layers=(*words,))


def _words(in_order: list[Layer], names: Mapping[int, str], *keys: str) -> list[LayerWord]:
    """The words of the layers on a key, the deciding one last."""
    words = []
    for top in in_order:
        for (document, mapping), key in saying([top], *keys):
            written = mapping[key]
            texts = (str(secret_reference(written, str)),) if keys == _PASSWORD else _texts(written)
            words.append(LayerWord(names[id(top[1])], texts, document.value(mapping, key)))
    return words[::-1]


def _texts(written: Data) -> tuple[str, ...]:
    if isinstance(written, bool):
        return (str(written).lower(),)
    return tuple(map(_text, written)) if isinstance(written, (list, dict)) else (str(written),)


def _text(item: Data) -> str:
    """An item of a list; of a downstream product its name."""
    return str(item["name"] if isinstance(item, dict) else item)


def _layer_name(supplier: Manifest, layer: Layer) -> str:
    """`workspace`, `supplier`, `override 2`."""
    document, mapping = layer
    if document is not supplier.document:
        return str(document.data["kind"]).lower()
    number = next((n for n, override in enumerate(supplier.overrides, 1) if override is mapping), 0)
    return f"override {number}" if number else "supplier"


def _selections(supplier: Manifest, overrides: tuple[int, ...]) -> Iterator[ExplainedRow]:
    """The schools that the supplier, and each override that counts here, are for."""
    holders = [("schools", "supplier", supplier.spec)]
    holders += [(name, name, supplier.overrides[n]) for n in overrides for name in (f"override {n + 1}",)]
    for name, layer, holder in holders:
        word = LayerWord(BUILT_IN, ("every school",))
        if "schools" in holder:
            word = LayerWord(layer, _selected(holder["schools"]), supplier.document.value(holder, "schools"))
        yield ExplainedRow(name, word.values, layers=(word,))


def _selected(selector: Data) -> tuple[str, ...]:
    if isinstance(selector, list):
        return tuple(selector)
    return tuple(f"{key}: {value}" for key, value in selector["labels"].items())


def entities_with_layers(supplier: Manifest, overrides: tuple[int, ...]) -> dict[str, ExplainedRow]:
    """{entity key: its layers} of every name that the supplier, its profile or these overrides mention, sorted."""
    mentions: dict[str, list[LayerWord]] = {}
    for name, origin in supplier.profile.entities if supplier.profile else ():
        word = LayerWord(f"profile {supplier.spec['profile']}, lists", (name,), origin)
        mentions.setdefault(entity_key(name), []).append(word)
    adds = "lists" if isinstance(supplier.spec.get(ENTITIES), list) else "adds"
    lists = [("supplier", verb, supplier.entities.get(key, [])) for key, verb in (("remove", "removes"), ("add", adds))]
    for change in ("remove", "add"):
        lists += [
            (f"override {number + 1}", f"{change}s", supplier.overrides[number].get(ENTITIES, {}).get(change, []))
            for number in overrides
        ]
    for layer, verb, items in lists:
        for name, bundle, origin in _items(supplier, items):
            through = f"{layer}, bundle {bundle}" if bundle else layer
            mentions.setdefault(entity_key(name), []).append(LayerWord(f"{through}, {verb}", (name,), origin))
    declared = entities_of(supplier, overrides)
    return {
        key: ExplainedRow(
            declared[key].value if key in declared else words[-1].values[0],
            ("declared",) if key in declared else NOT_DECLARED,
            layers=(*words,),
        )
        for key, words in sorted(mentions.items())
    }


def _items(supplier: Manifest, items: list[Data]) -> Iterator[tuple[str, str, Origin]]:
    """(entity, the bundle that has it or empty, where it is written) of each name of a list."""
    for item, origin in zip(items, supplier.document.places(items), strict=True):
        if isinstance(item, str):
            yield item, "", origin
        else:
            bundle = supplier.bundle(item["bundle"])
            for name, place in zip(bundle, supplier.document.places(bundle), strict=True):
                yield name, item["bundle"], place


def grouped(entities: Mapping[str, ExplainedRow]) -> ExplainedRow:
    """One row for all entities of an access: what each layer lists, adds and removes."""
    declared = tuple(row.name for row in entities.values() if row.values != NOT_DECLARED)
    by_layer: dict[str, list[LayerWord]] = {}
    for word in (word for row in entities.values() for word in row.layers):
        by_layer.setdefault(word.layer, []).append(word)
    words = [
        LayerWord(layer, tuple(word.values[0] for word in own), min(word.origin for word in own if word.origin))
        for layer, own in by_layer.items()
    ]
    return ExplainedRow(ENTITIES, declared or ("none",), layers=(*words,))


def values_of_school(manifests: Manifests, school: Manifest) -> Iterator[ExplainedRow]:
    """Each value of a school, with the addresses of its platform."""
    in_order: list[Layer] = [(school.document, school.spec)]
    workspaces: list[Layer] = [(workspace.document, workspace.spec) for workspace in manifests.workspaces]
    names = {id(school.spec): "school", **{id(layer[1]): "workspace" for layer in workspaces}}
    for keys in KEYS_OF_SCHOOL:
        if words := _words([*in_order, *(workspaces if keys == _ACCOUNTS else ())], names, *keys):
            yield _row(".".join(keys), words, {})
    for workspace in manifests.workspaces[:1]:
        names[id(workspace.spec)] = "workspace"
        for key in REGISTER:
            if words := _words([(workspace.document, workspace.spec)], names, "register", key):
                yield _row(f"register.{key}", words, {})
    yield _row("platform", _words(in_order, names, "platform"), {})
    yield from _addresses(manifests, school.spec["platform"])


def _addresses(manifests: Manifests, name: str) -> Iterator[ExplainedRow]:
    platform = platforms_of(manifests.workspace_spec)[name]
    own = manifests.workspace_spec.get("platforms", {}).get(name, {})
    for key, address in (("readUrl", platform.read_url), ("writeUrl", platform.write_url)):
        word = LayerWord(BUILT_IN, (address,))
        if key in own:
            word = LayerWord("workspace", (address,), manifests.workspaces[0].document.value(own, key))
        yield ExplainedRow(f"platform.{key}", word.values, layers=(word,))
