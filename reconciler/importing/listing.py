"""A supplier's new list -> the edits of its manifest, and what to say of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reconciler.errors import InputError
from reconciler.formatting.arrange import spelled
from reconciler.formatting.edits import AddDocument, AddItems, ManifestEdit, ManifestId
from reconciler.importing.documents import Document, document_of
from reconciler.importing.entity_names import EntityNames
from reconciler.importing.request import slug
from reconciler.importing.respecify import relisted
from reconciler.importing.writing import changes_to
from reconciler.manifest.workspace.manifests import Manifest, Manifests
from reconciler.model.entity import entity_key
from reconciler.planning.risk import Sensitivity
from reconciler.report.escape import printable
from reconciler.report.labels import plural


@dataclass(frozen=True, slots=True)
class ListPlan:
    """The edits of files, and the text that tells of them."""

    edits: Mapping[str, list[ManifestEdit]]
    text: str


def plan_list(
    names: EntityNames, title: str, manifests: Manifests, sensitivity: Sensitivity, *, replace: bool
) -> ListPlan:
    """Plan a supplier's list: a supplier that the workspace does not have begins with it.

    Names that no list has are kept as they are, and the Workspace says that they are right.
    """
    wanted = {**names.known, **{entity_key(name): name for name in names.unknown}}
    if not wanted:
        raise InputError("Nothing was written: there is no name of an entity in the file.")
    there = [one for one in manifests.suppliers if title.casefold() in (one.name, one.spec.get("title", "").casefold())]
    edits: dict[str, list[ManifestEdit]] = {}
    if there:
        supplier = there[0]
        spec, added, beyond = relisted(supplier, wanted, replace=replace)
        edits[supplier.document.source.file] = list(changes_to(supplier, spec))
        lines = list(
            _changes(supplier, {key: wanted[key] for key in sorted(added)}, len(wanted), beyond, replace=replace)
        )
    else:
        added, document = frozenset(wanted), _new(title, wanted, manifests)
        edits[f"suppliers/{document['metadata']['name']}.yaml"] = [AddDocument(document)]
        lines = [f"Added the supplier {title} at every school, with {plural(len(wanted), 'entity', 'entities')}."]
    if names.unknown and manifests.workspaces:
        workspace = manifests.workspaces[0]
        known = AddItems(ManifestId("Workspace", workspace.name), ("spec", "knownEntities"), sorted(names.unknown))
        edits.setdefault(workspace.document.source.file, []).append(known)
    lines += _remarks(names, [wanted[key] for key in sorted(added) if sensitivity.note(key)])
    changed = {file: its for file, its in edits.items() if its}
    return ListPlan(changed, "".join(f"{printable(line)}\n" for line in lines))


def _new(title: str, wanted: Mapping[str, str], manifests: Manifests) -> Document:
    name = slug(title) or "supplier"
    spec: Document = {"title": title} if title != name else {}
    if "username" not in manifests.workspace_spec.get("account", {}):
        spec["account"] = {"username": "{supplier}.{school}"}
    return document_of("Supplier", name, {**spec, "entities": [wanted[key] for key in sorted(wanted)]})


def _changes(
    supplier: Manifest, added: Mapping[str, str], number: int, beyond: frozenset[str], *, replace: bool
) -> Iterator[str]:
    already = f"{supplier.name} has {number - len(added)} of the {number} on the list already."
    if added:
        yield f"Added {plural(len(added), 'entity', 'entities')} to {supplier.name}: {', '.join(added.values())}."
    yield already
    if beyond:
        what = (
            "Removed, since they are not on the list"
            if replace
            else "Not on the list, and kept (--replace removes them)"
        )
        yield f"{what}: {', '.join(spelled(key) for key in sorted(beyond))}."


def _remarks(names: EntityNames, sensitive: list[str]) -> Iterator[str]:
    if sensitive:
        yield f"Please look at these before you approve them, since they are sensitive: {', '.join(sensitive)}."
    if names.in_sentence:
        yield f"Found within sentences, so please check: {', '.join(names.in_sentence)}."
    yield from (f"Line {line} has no name of an entity: {text}" for line, text in names.passed_over)


def refuse_unknown(names: EntityNames, file: str) -> None:
    """Raise InputError if there are names that no list has."""
    if not names.unknown:
        return
    lines = (
        f"{file}:{line}: {printable(name)}{f'. Did you mean `{near}`?' if near else ''}"
        for name, (line, near) in names.unknown.items()
    )
    raise InputError(
        "\n  ".join(("Nothing was written, because no list has these names:", *lines))
        + "\nCorrect them, or add --keep-unknown to keep them as they are."
    )
