"""The workspace whose manifests are changed: what it has already, and what it would say then."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from reconciler.errors import InputError, ManifestError
from reconciler.files import write_texts
from reconciler.formatting import edited
from reconciler.formatting.edits import ManifestEdit
from reconciler.importing.plan import ImportPlan, is_declared
from reconciler.importing.request import KnownNames, slug
from reconciler.manifest.load import Loaded, load, load_files, loaded
from reconciler.manifest.resolving.resolve import platforms_of
from reconciler.manifest.rules.workspace_missing import ID as WORKSPACE_MISSING
from reconciler.manifest.workspace.manifests import Manifests
from reconciler.manifest.workspace.reading import read_folder
from reconciler.model.desired import Desired
from reconciler.model.problem import Severity
from reconciler.report.text_diff import ShownText, diff_lines

SCHEMA: Final = "manifest.schema.json"
_DOCUMENT: Final = re.compile(r"^---\n(?!#)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class TargetWorkspace:
    """A folder before its change. `desired` is None if it has no manifests yet."""

    folder: Path
    today: date
    known: KnownNames
    desired: Desired | None
    manifests: Manifests

    @classmethod
    def read(cls, folder: Path, name: str, today: date) -> "TargetWorkspace":
        """Read a folder, which need not exist; `name` is for a new workspace. Raises ManifestError if it is wrong."""
        name = name or slug(folder.resolve().name) or "workspace"
        if not folder.exists():
            return cls(folder, today, KnownNames(name, {}, {}, platforms_of({})), None, Manifests())
        reading = read_folder(folder, {})
        result, manifests = loaded(reading, today), reading.manifests
        platforms = platforms_of(manifests.workspace_spec)
        if result.desired:
            suppliers = {supplier.name: supplier.spec.get("title", supplier.name) for supplier in manifests.suppliers}
            schools = result.desired.schools
            known = KnownNames(result.desired.workspace, schools, suppliers, platforms)
            return cls(folder, today, known, result.desired, manifests)
        if any(problem.rule != WORKSPACE_MISSING for problem in result.problems if problem.severity is Severity.ERROR):
            raise ManifestError(result.problems)
        if any(manifests.every):
            raise ManifestError(result.problems)
        return cls(folder, today, KnownNames(name, {}, {}, platforms), None, manifests)

    def files_of(self, plan: ImportPlan, request: Desired) -> Mapping[str, str]:
        """Return {file: its whole text} to write, once it is certain that the manifests then say what they should.

        Raises InputError if they would not.
        """
        if not plan.edits:
            return {}
        texts = self.texts_of(plan.edits)
        desired = self.desired_with(texts)
        missed = [address for address in plan.declared if not is_declared(desired, request, address, plan.declared)]
        if missed:
            raise InputError(
                f"Nothing was written: the manifests would not say what Bromcom has of {missed[0]}. "
                "Perhaps the Workspace excludes the new files: check its spec.exclude."
            )
        return texts

    def texts_of(self, edits: Mapping[str, list[ManifestEdit]]) -> dict[str, str]:
        """Return {file: its whole text} with edits made."""
        return {file: edited(file, text_of(self.folder / file), changes) for file, changes in edits.items()}

    def desired_with(self, texts: Mapping[str, str]) -> Desired:
        """Return what the manifests would say with these files. Raises InputError if they would be wrong."""
        result = self._with(texts)
        if result.desired is None:
            wrong = (problem for problem in result.problems if problem.severity is Severity.ERROR)
            faults = (f"{problem.origin}: {problem.message} {problem.hint}" for problem in wrong)
            raise InputError("\n  ".join(("Nothing was written, because the manifests would be wrong:", *faults)))
        return result.desired

    def unchecked(self, texts: Mapping[str, str], plan: ImportPlan) -> list[str]:
        """Return the accesses that would be declared without having been asked: of suppliers at every school."""
        after = self._with(texts).desired if texts and self.desired else None
        before = self.desired.accesses.keys() if self.desired else ()
        return sorted(map(str, after.accesses.keys() - before - plan.declared.keys())) if after else []

    def _with(self, texts: Mapping[str, str]) -> Loaded:
        if self.folder.exists():
            return load(self.folder, self.today, texts)
        return load_files({file: text.encode() for file, text in texts.items()}, str(self.folder), self.today)

    def write(self, texts: Mapping[str, str]) -> None:
        """Write all of the files, or none."""
        write_texts({self.folder / file: text for file, text in texts.items()})

    def diff(self, texts: Mapping[str, str]) -> list[str]:
        """Return the lines of a diff."""
        return diff_of(self.folder, texts)


def diff_of(folder: Path, texts: Mapping[str, str]) -> list[str]:
    """Return the lines of a diff between the files of a folder and their new texts."""
    lines: list[str] = []
    for file, text in texts.items():
        before, after = text_of(folder / file).splitlines(), text.splitlines()
        lines += [
            f"{file}{'' if before else ' (new)'}",
            *diff_lines(ShownText(before, before), ShownText(after, after)),
        ]
    return lines


def text_of(path: Path) -> str:
    """Return the text of a file; empty if there is none. Raises InputError if it cannot be read."""
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError):
        raise InputError(f"Nothing was written: {path} cannot be read as UTF-8.") from None


def with_modelines(file: str, text: str) -> str:
    """The text of a new file in which every manifest tells editors its schema."""
    modeline = f"# yaml-language-server: $schema={'../' * file.count('/')}{SCHEMA}\n"
    return modeline + _DOCUMENT.sub(lambda _: f"---\n{modeline}", text)
