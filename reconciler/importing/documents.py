"""Manifests as data."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from reconciler.importing.grants import Grants
from reconciler.importing.passwords import StoreKind, as_manifest
from reconciler.importing.templates import Shared, has_placeholder
from reconciler.manifest.schema.check import API_VERSION
from reconciler.model.desired import Platform, School

Document: TypeAlias = dict[str, Any]
_PLACES: Final[Mapping[StoreKind, Document]] = {  # what `stored_reference` returns for each access
    StoreKind.KEYRING: {"keyring": {"service": "reconciler", "username": "{supplier}.{school}"}},
    StoreKind.FILE: {"env": "{SUPPLIER}_{SCHOOL}_PASSWORD"},
}


def workspace_document(name: str, platforms: Iterable[Platform], known_entities: Iterable[str]) -> Document:
    """Return the Workspace, with the platforms that are not built in and the names that the catalogue lacks."""
    described = {
        platform.name: {
            "readUrl": platform.read_url,
            "writeUrl": platform.write_url,
            **({"allowHttp": True} if platform.allow_http else {}),
        }
        for platform in platforms
    }
    spec = {"platforms": described, "knownEntities": list(known_entities)}
    return document_of("Workspace", name, {key: value for key, value in spec.items() if value})


def school_document(school: School) -> Document:
    """Return a School."""
    spec: Document = {"title": school.title} if school.title not in ("", school.name) else {}
    spec |= {"urn": school.urn} if school.urn is not None else {}
    spec |= {"schoolId": school.school_id, "platform": school.platform.name}
    return document_of("School", school.name, spec)


def supplier_document(
    name: str,
    title: str,
    schools: Iterable[str],
    accounts: Mapping[str, list[Shared]],
    grants: Grants,
    names: Mapping[str, str],
) -> Document:
    """Return a Supplier.

    schools   empty for every school of the workspace
    accounts  {`username` or `password`: its templates}
    names     {entity key: the service's spelling}
    """
    account, by_school = account_of(accounts)
    overrides = overrides_of({school: {"account": changes} for school, changes in by_school.items()})
    for changed in grants.overrides:
        entities = entity_changes(changed.add, changed.remove, names)
        there = sorted(changed.schools)
        same = [override for override in overrides if override["schools"] == there]
        if same:
            same[0]["entities"] = entities
        else:
            overrides.append({"schools": there, "entities": entities})
    spec: Document = {"title": title} if title != name else {}
    if schools:
        spec["schools"] = sorted(schools)
    if account:
        spec["account"] = account
    spec["entities"] = named(grants.entities, names)
    if overrides:
        spec["overrides"] = sorted(overrides, key=lambda override: override["schools"])
    return document_of("Supplier", name, spec)


def new_supplier(
    name: str, title: str, profile: str, schools: Sequence[str], store: StoreKind | None = None
) -> Document:
    """Return a supplier that has no account yet, with the list of a profile, or nothing to read; no schools are all."""
    password = {"password": dict(_PLACES[store])} if store else {}
    return document_of(
        "Supplier",
        name,
        {
            **({"title": title} if title != name else {}),
            **({"schools": list(schools)} if schools else {}),
            "account": {"username": "{supplier}.{school}", **password},
            **({"profile": profile} if profile else {"entities": []}),
        },
    )


def account_of(accounts: Mapping[str, list[Shared]]) -> tuple[Document, Mapping[str, Document]]:
    """Return the account of most schools, and {school: what is different there}."""
    account: Document = {}
    by_school: defaultdict[str, Document] = defaultdict(dict)
    for key, templates in accounts.items():
        total = sum(len(shared.schools) for shared in templates)
        for number, (template, schools) in enumerate(templates):
            value = template[0] if key == "username" else as_manifest(template)
            if number == 0 and (has_placeholder(template) or len(schools) * 2 > total):
                account[key] = value
            else:
                for school in schools:
                    by_school[school][key] = value
    return account, by_school


def overrides_of(by_school: Mapping[str, Document]) -> list[Document]:
    """Return {school: what is different there} as overrides, one for all schools that differ in the same way."""
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for school, changes in sorted(by_school.items()):
        if changes:
            alike[json.dumps(changes, sort_keys=True)].append(school)
    return [{"schools": schools, **json.loads(text)} for text, schools in alike.items()]


def entity_changes(add: Iterable[str], remove: Iterable[str], names: Mapping[str, str]) -> Document:
    """Return the `entities` of an override."""
    changes = {"add": named(add, names), "remove": named(remove, names)}
    return {key: value for key, value in changes.items() if value}


def named(keys: Iterable[str], names: Mapping[str, str]) -> list[str]:
    """Return the names of entities, sorted."""
    return [names[key] for key in sorted(keys)]


def document_of(kind: str, name: str, spec: Document) -> Document:
    """Return a manifest; one with nothing to say has no `spec`."""
    document: Document = {"apiVersion": API_VERSION, "kind": kind, "metadata": {"name": name}}
    return {**document, "spec": spec} if spec else document
