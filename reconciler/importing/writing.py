"""What the accounts of a request may read -> the edits of manifests that make them say so.

A supplier that the workspace does not have yet becomes a manifest of its own. One that it has is changed where it says
something else, by `respecify`; nothing of the other schools changes.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Final

from reconciler.formatting.edits import AddDocument, AddItems, ManifestEdit, ManifestId, RemoveValue, SetValue
from reconciler.importing.documents import Document, account_of, school_document, supplier_document, workspace_document
from reconciler.importing.grants import grants_of
from reconciler.importing.passwords import words_of
from reconciler.importing.request import KnownNames
from reconciler.importing.respecify import respecified
from reconciler.importing.templates import Shared, templates_of
from reconciler.manifest.resolving.placeholders import values
from reconciler.manifest.workspace.manifests import Manifest, Manifests
from reconciler.model.address import Address
from reconciler.model.desired import Access, Account, Desired
from reconciler.model.entity import entity_key

WORKSPACE_FILE: Final = "reconciler.yaml"
SCHOOLS_FILE: Final = "schools.yaml"
Declared = Mapping[Address, Mapping[str, str]]


def edits_of(
    request: Desired,
    declared: Declared,
    known: KnownNames,
    manifests: Manifests,
    catalogued: AbstractSet[str],
) -> Mapping[str, list[ManifestEdit]]:
    """{file: its edits} that make the manifests say `declared`.

    declared    {address: {entity key: the service's spelling}}, of the accounts that they do not say this of yet
    catalogued  the keys of all entities that need no `knownEntities`
    """
    edits: defaultdict[str, list[ManifestEdit]] = defaultdict(list)
    if not declared:
        return edits
    unlisted = {name for names in declared.values() for key, name in names.items() if key not in catalogued}
    schools = sorted({address.school for address in declared})
    file, edit = workspace_edits(request, schools, known, manifests, unlisted)
    edits[file] += edit
    file = file_of_schools(manifests)
    new = [name for name in schools if name not in known.schools]
    edits[file] += [AddDocument(school_document(request.schools[name])) for name in new]
    there = {supplier.name: supplier for supplier in manifests.suppliers}
    for name in sorted({address.supplier for address in declared}):
        accesses = {address.school: request.accesses[address] for address in declared if address.supplier == name}
        names = {school: declared[Address(school, name)] for school in accesses}
        if name in there:
            edits[there[name].document.source.file] += _changed(there[name], accesses, names, request, manifests)
        else:
            every = known.schools.keys() | set(new)
            document = _supplier(name, accesses, names, request, every)
            edits[f"suppliers/{name}.yaml"].append(AddDocument(document))
    return {file: changes for file, changes in edits.items() if changes}


def workspace_edits(
    request: Desired, schools: Iterable[str], known: KnownNames, manifests: Manifests, unlisted: Collection[str]
) -> tuple[str, list[ManifestEdit]]:
    """Return the Workspace's file, and what it gets: platforms, and names of entities that no list has."""
    platforms = {request.schools[name].platform.name: request.schools[name].platform for name in schools}
    foreign = [platform for name, platform in sorted(platforms.items()) if name not in known.platforms]
    if not manifests.workspaces:
        return WORKSPACE_FILE, [AddDocument(workspace_document(known.workspace, foreign, sorted(unlisted)))]
    workspace = manifests.workspaces[0]
    manifest = ManifestId("Workspace", workspace.name)
    there = set(map(entity_key, workspace.spec.get("knownEntities", [])))
    added = sorted(name for name in unlisted if entity_key(name) not in there)
    described = workspace_document(known.workspace, foreign, ()).get("spec", {}).get("platforms", {})
    edits: list[ManifestEdit] = [
        SetValue(manifest, ("spec", "platforms", name), value) for name, value in described.items()
    ]
    if added:
        edits.append(AddItems(manifest, ("spec", "knownEntities"), added))
    return workspace.document.source.file, edits


def file_of_schools(manifests: Manifests) -> str:
    """Return the file that has most of the schools, if it has several; else one for all that are new."""
    numbers = Counter(school.document.source.file for school in manifests.schools)
    file, number = max(numbers.items(), key=lambda item: (item[1], item[0]), default=("", 0))
    return file if number > 1 or file == SCHOOLS_FILE else SCHOOLS_FILE


def _supplier(
    supplier: str,
    accesses: Mapping[str, Access],
    names: Mapping[str, Mapping[str, str]],
    request: Desired,
    every: Collection[str],
) -> Document:
    templates = account_templates(supplier, accesses, request)
    # Of an account without a pattern it is not known what it is called at the next school.
    is_everywhere = accesses.keys() == set(every) and "username" in account_of(templates)[0]
    return supplier_document(
        supplier,
        min(access.title for access in accesses.values()),
        () if is_everywhere else accesses.keys(),
        templates,
        grants_of({school: frozenset(keys) for school, keys in names.items()}),
        {key: name for keys in names.values() for key, name in keys.items()},
    )


def account_templates(supplier: str, accesses: Mapping[str, Access], request: Desired) -> Mapping[str, list[Shared]]:
    """{`username` or `password`: its templates} of a supplier's accounts: {school: access}."""
    placeholders = {school: values(school, request.schools[school].school_id, supplier) for school in accesses}
    texts: dict[str, dict[str, tuple[str, ...]]] = {"username": {}, "password": {}}
    for school, access in accesses.items():
        assert isinstance(access.via, Account)
        texts["username"][school] = (access.via.username.value,)
        if access.via.password:
            texts["password"][school] = words_of(access.via.password.ref)
    return {key: templates_of(of_schools, placeholders) for key, of_schools in texts.items() if of_schools}


def _changed(
    supplier: Manifest,
    accesses: Mapping[str, Access],
    names: Mapping[str, Mapping[str, str]],
    request: Desired,
    manifests: Manifests,
) -> Iterator[ManifestEdit]:
    """The edits of a supplier's manifest."""
    templates = account_templates(supplier.name, accesses, request)
    yield from changes_to(supplier, respecified(supplier, manifests, request, accesses, names, templates))


def changes_to(supplier: Manifest, spec: Document) -> Iterator[ManifestEdit]:
    """Yield the edits that give a supplier's manifest this `spec`."""
    manifest = ManifestId("Supplier", supplier.name)
    for key, value in spec.items():
        if supplier.spec.get(key) != value:
            yield SetValue(manifest, ("spec", key), value)
    for key in supplier.spec.keys() - spec.keys():
        yield RemoveValue(manifest, ("spec", key))
