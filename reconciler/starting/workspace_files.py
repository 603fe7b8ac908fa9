"""The files of a workspace that begins: manifests with their modeline, and what git and editors read."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Final

from reconciler.editing.target import SCHEMA, TargetWorkspace, text_of, with_modelines
from reconciler.formatting import edited
from reconciler.formatting.edits import AddDocument, ManifestEdit
from reconciler.importing.documents import new_supplier, school_document
from reconciler.importing.request import slug
from reconciler.importing.writing import file_of_schools, workspace_edits
from reconciler.manifest.schema.check import schema_text
from reconciler.starting.answers import InitAnswers

_GITIGNORE: Final = (".reconciler/", "*.env")
_SETTINGS: Final = ".vscode/settings.json"
_SCHEMAS: Final = "yaml.schemas"
_MANIFESTS: Final = ("reconciler.yaml", "schools.yaml", "suppliers/*.yaml", "attestations/*.yaml", "waivers/*.yaml")


def manifests_of(
    answers: InitAnswers, imported: Mapping[str, str], declared: Collection[str], target: TargetWorkspace
) -> dict[str, str]:
    """Return {file: its whole text} of the manifests: what was imported, the suppliers without an account, and the
    school and its Workspace if nothing of it was imported. `declared` are the schools in what was imported."""
    edits: defaultdict[str, list[ManifestEdit]] = defaultdict(list)
    known, folder = target.known, target.folder
    request = answers.request(known)
    (school,) = request.schools.values()
    if school.name not in {*known.schools, *declared}:
        file, changes = workspace_edits(request, [school.name], known, target.manifests, ())
        edits[file] += changes
        edits[file_of_schools(target.manifests)].append(AddDocument(school_document(school)))
    for title, profile in answers.new.items():
        name = slug(title) or "supplier"
        only_here = school.name if known.schools.keys() - {school.name} else ""
        edits[f"suppliers/{name}.yaml"].append(
            AddDocument(new_supplier(name, title, profile, [only_here] if only_here else []))
        )
    texts = dict(imported)
    for file, changes in edits.items():
        if changes:
            texts[file] = edited(file, texts.get(file, text_of(folder / file)), changes)
    return {file: text if (folder / file).exists() else with_modelines(file, text) for file, text in texts.items()}


def other_files(folder: Path) -> tuple[dict[str, str], str]:
    """Return {file: its whole text} of what git and editors read, as far as it is not there, and a remark on what could
    not be added."""
    texts, remark = {}, ""
    ignored = text_of(folder / ".gitignore")
    missing = [line for line in _GITIGNORE if line not in ignored.splitlines()]
    if missing:
        gap = "" if not ignored or ignored.endswith("\n") else "\n"
        texts[".gitignore"] = f"{ignored}{gap}" + "".join(f"{line}\n" for line in missing)
    if text_of(folder / SCHEMA) != schema_text("manifest"):
        texts[SCHEMA] = schema_text("manifest")
    try:
        settings = json.loads(text_of(folder / _SETTINGS) or "{}")
        schemas = settings.setdefault(_SCHEMAS, {})
        if f"./{SCHEMA}" not in schemas:
            schemas[f"./{SCHEMA}"] = list(_MANIFESTS)
            texts[_SETTINGS] = json.dumps(settings, indent=2, ensure_ascii=False) + "\n"
    except (ValueError, AttributeError, TypeError):
        remark = (
            f'{_SETTINGS} was left alone: it is not plain JSON. Add "{_SCHEMAS}": {{"./{SCHEMA}": "*.yaml"}} to it.'
        )
    return texts, remark


def shown(files: Iterable[str], folder: Path) -> str:
    """Return the names of files, those that are there already as changed."""
    return ", ".join(f"{file} (changed)" if (folder / file).exists() else file for file in files)
