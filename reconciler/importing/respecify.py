"""A supplier's manifest, and what its accounts at some schools may read -> its `spec`, changed where it says otherwise.

What all schools have goes to `entities`; what some have more or less goes to overrides. An override that says the
opposite loses that name.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from copy import deepcopy

from reconciler.errors import InputError
from reconciler.importing.documents import Document, account_of, entity_changes, named, overrides_of, school_document
from reconciler.importing.templates import Shared
from reconciler.manifest.resolving.accesses import declared_password, password_in
from reconciler.manifest.resolving.layers import by_application, deciding, layers
from reconciler.manifest.resolving.placeholders import fill, values
from reconciler.manifest.text.document import Data
from reconciler.manifest.text.writing import PlainText, in_brackets
from reconciler.manifest.workspace.manifests import Manifest, Manifests
from reconciler.model.desired import Access, Account, Desired, School
from reconciler.model.entity import entity_key

Keys = frozenset[str]


def respecified(
    supplier: Manifest,
    manifests: Manifests,
    request: Desired,
    accesses: Mapping[str, Access],
    names: Mapping[str, Mapping[str, str]],
    templates: Mapping[str, list[Shared]],
) -> Document:
    """Return the new `spec`. What it says of schools outside `accesses` stays the same.

    accesses, names  {school: the account}, {school: {entity key: the service's spelling}}, of the schools to change
    templates        of the accounts
    """
    spec: Document = deepcopy(supplier.spec)
    chosen = manifests.selected(supplier.spec.get("schools"))
    _select(supplier, spec, chosen, {school: request.schools[school] for school in accesses}, manifests)
    holding = {
        school: [number for number, override in enumerate(supplier.overrides) if _selects(override, school, manifests)]
        for school in {*chosen, *accesses}
    }
    profile = _profile_of(supplier)
    wanted = {school: _resolved(profile, spec, numbers) for school, numbers in holding.items()}
    wanted |= {school: frozenset(keys) for school, keys in names.items()}
    spelling = {entity_key(name): name for name in _written(supplier, spec)}
    spelling |= {key: name for keys in names.values() for key, name in keys.items()}
    _take_back(spec, holding, wanted)
    _share(spec, profile, holding, wanted, spelling)
    accounts = _accounts(supplier, manifests, request, accesses, holding, templates)
    changes: defaultdict[str, Document] = defaultdict(dict)
    for school in wanted:
        has = _resolved(profile, spec, holding[school])
        if has != wanted[school]:
            changes[school]["entities"] = entity_changes(wanted[school] - has, has - wanted[school], spelling)
        if school in accounts:
            changes[school]["account"] = accounts[school]
    _override(spec, overrides_of(changes))
    return spec


def relisted(supplier: Manifest, names: Mapping[str, str], *, replace: bool) -> tuple[Document, Keys, Keys]:
    """Return the new `spec` with a list of entities, what that adds, and what it has beyond the list: with `replace`,
    that is removed."""
    spec: Document = deepcopy(supplier.spec)
    profile = _profile_of(supplier)
    has = _with(profile, spec, [_own(spec)])
    spelling = {**{entity_key(name): name for name in _written(supplier, spec)}, **names}
    beyond = has - names.keys()
    _restate(spec, profile, frozenset(names) - has, beyond if replace else frozenset(), spelling)
    if replace and not profile and _with(profile, spec, [_own(spec)]) != names.keys():  # bundles have more
        spec["entities"] = named(names, names)
    _override(spec, [])
    return spec, frozenset(names) - has, beyond


def end_at(spec: Document, school: str, last_day: str = "") -> None:
    """Let an override of this school alone say that the access ends, after `last_day` if there is one."""
    ended: Document = {"state": "retired", **({"accessUntil": PlainText(last_day)} if last_day else {})}
    overrides: list[Document] = spec.setdefault("overrides", [])
    for override in overrides:
        if override["schools"] == [school]:
            override |= ended
            return
    overrides.append({"schools": [school], **ended})


def _profile_of(supplier: Manifest) -> Keys:
    return frozenset(entity_key(name.value) for name in (supplier.profile.entities if supplier.profile else ()))


def _select(
    supplier: Manifest, spec: Document, chosen: Collection[str], schools: Mapping[str, School], manifests: Manifests
) -> None:
    """Let the supplier be at these schools as well."""
    missing = [school for school in sorted(schools) if school not in chosen]
    if not missing or "schools" not in spec:
        return
    if isinstance(spec["schools"], list):
        spec["schools"] += missing
        return
    labels, place = spec["schools"]["labels"], supplier.document.key(supplier.spec, "schools")
    steps = []
    for name in missing:
        if name in manifests.school_named:
            there = manifests.school_named[name]
            metadata = there.document.data["metadata"]
            line = in_brackets({**metadata, "labels": {**metadata.get("labels", {}), **labels}})
            steps.append(f"In {there.origin.file}, write `metadata: {line}`")
        else:
            document = school_document(schools[name])
            document["metadata"]["labels"] = labels
            steps.append(f"Add to a file of manifests, such as {name}.yaml:\n---\n{in_brackets(document)}")
    raise InputError(
        f"Nothing was written: {place} selects schools by labels that {', '.join(missing)} would need. "
        + "\n".join((*steps, "Then import again."))
    )


def _selects(override: Document, school: str, manifests: Manifests) -> bool:
    selector = override["schools"]
    return school in (selector if isinstance(selector, list) else manifests.selected(selector))


def _written(supplier: Manifest, spec: Document) -> Iterator[str]:
    """Every name that the manifest or its profile has."""
    yield from (name.value for name in (supplier.profile.entities if supplier.profile else ()))
    yield from (name for bundle in spec.get("bundles", {}).values() for name in bundle)
    for change in (_own(spec), *(override.get("entities", {}) for override in supplier.overrides)):
        yield from (name for items in change.values() for name in items if isinstance(name, str))


def _keys(spec: Document, items: list[Data]) -> Keys:
    """The entities of a list, bundles written out."""
    bundles = spec.get("bundles", {})
    names = (name for item in items for name in ([item] if isinstance(item, str) else bundles.get(item["bundle"], [])))
    return frozenset(map(entity_key, names))


def _resolved(profile: Keys, spec: Document, numbers: Collection[int]) -> Keys:
    """The entities of a school where these overrides hold."""
    has = _with(profile, spec, [_own(spec)])
    return _with(has, spec, [spec["overrides"][number].get("entities", {}) for number in numbers])


def _own(spec: Document) -> Document:
    """What a supplier's `entities` add to its profile, and remove from it."""
    entities: Data = spec.get("entities", {})
    return {"add": entities} if isinstance(entities, list) else entities


def _with(keys: Keys, spec: Document, changes: list[Document]) -> Keys:
    for change in changes:
        keys -= _keys(spec, change.get("remove", []))
    for change in changes:
        keys |= _keys(spec, change.get("add", []))
    return keys


def _take_back(spec: Document, holding: Mapping[str, Collection[int]], wanted: Mapping[str, Keys]) -> None:
    """Take names out of overrides that say the opposite of what is wanted at one of their schools: overrides must not
    contradict each other. The schools for which it was right get it back."""
    for number, override in enumerate(spec.get("overrides", [])):
        here = [wanted[school] for school, numbers in holding.items() if number in numbers]
        if not here:
            continue
        entities = override.get("entities", {})
        _drop(entities, "add", _keys(spec, entities.get("add", [])) - frozenset.intersection(*here))
        _drop(entities, "remove", frozenset.union(*here))


def _share(
    spec: Document,
    profile: Keys,
    holding: Mapping[str, Collection[int]],
    wanted: Mapping[str, Keys],
    spelling: Mapping[str, str],
) -> None:
    """Put into `entities` what all schools with any are to have more, and take out what none is to have."""
    has = {school: _resolved(profile, spec, numbers) for school, numbers in holding.items()}
    nowhere = frozenset.union(*has.values()) - frozenset.union(*wanted.values())
    lacking = frozenset.union(*(wanted[school] - has[school] for school in has))
    shared = lacking.intersection(*filter(None, wanted.values())) - _with(profile, spec, [_own(spec)])
    _restate(spec, profile, shared, nowhere, spelling)


def _restate(spec: Document, profile: Keys, added: Keys, removed: Keys, spelling: Mapping[str, str]) -> None:
    """Let `entities` have these more, and these no more."""
    if not (added | removed):
        return
    own = deepcopy(_own(spec))
    _drop(own, "add", removed)
    _drop(own, "remove", added)
    left = _with(profile, spec, [own])
    own["add"] = [*own.get("add", []), *named(added - left, spelling)]
    own["remove"] = [*own.get("remove", []), *named(removed & profile & left, spelling)]
    is_list = not own["remove"] and not (isinstance(spec.get("entities"), dict) and "profile" in spec)
    spec["entities"] = own["add"] if is_list else {key: items for key, items in own.items() if items}
    for override in spec.get("overrides", []):  # what they add or remove is so without them now
        _drop(override.get("entities", {}), "add", added)
        _drop(override.get("entities", {}), "remove", removed)


def _drop(entities: Document, key: str, keys: Keys) -> None:
    """Take names out of what is added or removed; bundles stay."""
    if key in entities:
        entities[key] = [item for item in entities[key] if not isinstance(item, str) or entity_key(item) not in keys]


def _accounts(
    supplier: Manifest,
    manifests: Manifests,
    request: Desired,
    accesses: Mapping[str, Access],
    holding: Mapping[str, Collection[int]],
    templates: Mapping[str, list[Shared]],
) -> Mapping[str, Document]:
    """{school: what its account has to say otherwise}."""
    account, by_school = account_of(templates)
    found: dict[str, Document] = {}
    for school, access in accesses.items():
        in_order = layers(manifests, supplier, tuple(holding[school]))
        wanted = {**account, **by_school.get(school, {})}
        if by_application(in_order):
            line = in_brackets({"schools": [school], "via": "account", "account": wanted})
            raise InputError(
                f"Nothing was written: {supplier.origin} declares a partner application for {access.address}, and an "
                "account was imported. If the account is in use, say so in the manifest, then import again. Under "
                f"`overrides:` write\n    - {line}\nIf it is not, have it removed in Bromcom."
            )
        differing = set(_differing(in_order, access, values(school, request.schools[school].school_id, supplier.name)))
        if differing:
            found[school] = {key: wanted[key] for key in wanted if key in differing}
    return found


def _differing(in_order: list[Data], access: Access, placeholders: Mapping[str, str]) -> Iterator[str]:
    """The keys of an account that a school's layers set to something else than the access has."""
    assert isinstance(access.via, Account)
    layer = deciding(in_order, "account", "username")
    if layer is None or fill(str(layer[1]["username"]), placeholders) != access.via.username.value:
        yield "username"
    password = declared_password(password_in(deciding(in_order, "account", "password")), placeholders)
    if access.via.password and (password is None or password.ref != access.via.password.ref):
        yield "password"


def _override(spec: Document, overrides: list[Document]) -> None:
    """Put overrides into the one of the same schools, or beside those that are there; drop what has become empty."""
    there: list[Document] = spec.get("overrides", [])
    for override in overrides:
        same = next((old for old in there if old["schools"] == override["schools"]), None)
        if same is None:
            there.append(override)
            continue
        same.setdefault("account", {}).update(override.get("account", {}))
        for key, items in override.get("entities", {}).items():
            same.setdefault("entities", {}).setdefault(key, []).extend(items)
    for old in there:
        if "entities" in old:
            old["entities"] = {key: items for key, items in old["entities"].items() if items}
        for key in ("account", "entities"):
            if key in old and not old[key]:
                del old[key]
    left = [old for old in there if len(old) > 1]
    if left:
        spec["overrides"] = left
    else:
        spec.pop("overrides", None)
