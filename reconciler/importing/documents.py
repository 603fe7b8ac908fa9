"""Manifests as data, and as text in normal form."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

from reconciler.errors import InputError
from reconciler.formatting import NormalForm, normal_form
from reconciler.importing.grants import Grants
from reconciler.importing.passwords import as_manifest
from reconciler.importing.templates import Shared, has_placeholder
from reconciler.manifest.schema.check import API_VERSION
from reconciler.model.desired import Platform, School

Document: TypeAlias = dict[str, Any]


def workspace_document(name: str, platforms: Iterable[Platform], known_entities: Iterable[str]) -> Document:
    """Return the Workspace, with the platforms that are not built in and the names that the catalogue lacks."""
    described = {
        platform.name: {"readUrl": platform.read_url, "writeUrl": platform.write_url} for platform in platforms
    }
    spec = {"platforms": described, "knownEntities": list(known_entities)}
    return _document("Workspace", name, {key: value for key, value in spec.items() if value})


def school_document(school: School) -> Document:
    """Return a School."""
    spec: Document = {"title": school.title} if school.title not in ("", school.name) else {}
    spec |= {"schoolId": school.school_id, "platform": school.platform.name}
    return _document("School", school.name, spec)


def supplier_document(
    name: str,
    title: str,
    schools: Iterable[str] | None,
    accounts: Mapping[str, list[Shared]],
    grants: Grants,
    names: Mapping[str, str],
) -> Document:
    """Return a Supplier.

    schools   None for every school of the workspace
    accounts  {`username` or `password`: its templates}
    names     {entity key: the service's spelling}
    """
    account, overrides = _accounts(accounts)
    for override in grants.overrides:
        changes = {"add": _named(override.add, names), "remove": _named(override.remove, names)}
        overrides[override.schools]["entities"] = {key: value for key, value in changes.items() if value}
    spec: Document = {"title": title} if title != name else {}
    if schools is not None:
        spec["schools"] = sorted(schools)
    if account:
        spec["account"] = account
    spec["entities"] = _named(grants.entities, names)
    if overrides:
        ordered = sorted(overrides.items(), key=lambda item: sorted(item[0]))
        spec["overrides"] = [{"schools": sorted(here), **changes} for here, changes in ordered]
    return _document("Supplier", name, spec)


def _accounts(accounts: Mapping[str, list[Shared]]) -> tuple[Document, defaultdict[frozenset[str], Document]]:
    """The account of most schools, and what overrides say of the others'."""
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
    alike: defaultdict[str, set[str]] = defaultdict(set)
    for school, values in by_school.items():
        alike[json.dumps(values)].add(school)
    overrides: defaultdict[frozenset[str], Document] = defaultdict(dict)
    for text, names in alike.items():
        overrides[frozenset(names)]["account"] = json.loads(text)
    return account, overrides


def _named(keys: Iterable[str], names: Mapping[str, str]) -> list[str]:
    return [names[key] for key in sorted(keys)]


def _document(kind: str, name: str, spec: Document) -> Document:
    document: Document = {"apiVersion": API_VERSION, "kind": kind, "metadata": {"name": name}}
    return {**document, "spec": spec} if spec else document


def text_of(documents: Iterable[Document]) -> str:
    """Return manifests as the text of a file, in normal form."""
    text = _SEPARATOR.join(map(_yaml, documents))
    normal = normal_form("import.yaml", text.encode())
    if not isinstance(normal, NormalForm):
        raise InputError("Nothing was imported: a name that Bromcom answered cannot be written in YAML.")
    return normal.content


_SEPARATOR: Final = "\n---\n"


def _yaml(document: Document) -> str:
    """The document with a line for each key and JSON behind it, which is YAML: the normal form lays it out."""
    lines = [f"{key}: {_json(value)}" for key, value in document.items() if key != "spec"]
    if "spec" in document:
        lines += ["spec:", *(line for key, value in document["spec"].items() for line in _in_spec(key, value))]
    return "".join(f"{line}\n" for line in lines)


def _in_spec(key: str, value: object) -> list[str]:
    """The lines of a key: one, or a line for each key of a list's mappings."""
    if not (isinstance(value, list) and value and isinstance(value[0], dict)):
        return [f"  {key}: {_json(value)}"]
    items = [[f"{inner}: {_json(its)}" for inner, its in item.items()] for item in value]
    return [
        f"  {key}:",
        *(f"    {'- ' if not number else '  '}{line}" for item in items for number, line in enumerate(item)),
    ]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
