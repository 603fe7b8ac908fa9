"""A folder -> its files, their manifests, and what is wrong before any rule looks."""

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from reconciler.errors import InputError
from reconciler.manifest.schema.check import KINDS, check_schema
from reconciler.manifest.text.document import NOTHING_QUOTED, Document
from reconciler.manifest.text.hidden_characters import with_hidden
from reconciler.manifest.text.reader import read
from reconciler.manifest.text.source import BadTextError, SourceText, decode, scrub
from reconciler.manifest.text.stray_characters import stray_in
from reconciler.manifest.workspace.discovery import (
    HEAD,
    DiscoveredFiles,
    FolderContents,
    Unread,
    begins_as_snapshot,
    find,
    is_excluded,
    is_snapshot,
    is_workspace,
    patterns_of,
)
from reconciler.manifest.workspace.documents import classify, plain_passwords
from reconciler.manifest.workspace.manifests import Manifest, Manifests
from reconciler.manifest.workspace.profiles import with_profiles
from reconciler.model.problem import Origin, Problem, Severity
from reconciler.startup import dataclass, pattern

LARGEST_FILE = 16 * 1024 * 1024  # bytes; 2,000 suppliers with 75 entities each in one file are 5 MiB


@dataclass(slots=True)
class ReadFile:
    """One file as it was read: `source` is None where it is no text."""

    name: str
    source: SourceText | None
    documents: list[Document]
    problems: list[Problem]


@dataclass(frozen=True, slots=True)
class WorkspaceReading:
    """The contents of a folder, and its faults before any rule looks. `stray` are the places of the texts with
    a stray character in them; nothing else is reported there."""

    manifests: Manifests
    problems: tuple[Problem, ...]
    files: tuple[ReadFile, ...]
    stray: frozenset[Origin] = frozenset()

    @property
    def sources(self) -> Iterator[SourceText]:
        """The texts of its files."""
        return (file.source for file in self.files if file.source is not None)

    def presentable(self, problems: Sequence[Problem]) -> tuple[Problem, ...]:
        """Problems in order of place, each once, with its source line; no password in any of them."""
        if not problems:
            return ()
        sources = {source.file: source for source in self.sources}
        documents = [document for file in self.files for document in file.documents]
        secrets = frozenset(text for document in documents for text in plain_passwords(document))
        shown = {_with_line(problem, sources.get(problem.origin.file), secrets) for problem in problems}
        return tuple(sorted(shown, key=lambda problem: (problem.origin, problem.rule, problem.message, problem.hint)))


def read_folder(workspace: Path, proposed: Mapping[str, str]) -> WorkspaceReading:
    """Read a workspace; `proposed` are texts in place of the files of these names, as in `load`. Raises InputError
    where the folder itself cannot be used."""
    if not workspace.is_dir():
        raise InputError(f"There is no folder {workspace}. Name the workspace's folder with -C.")
    discovered = find(workspace)
    files = [_read(name, path) for name, path in discovered.files.items() if name not in proposed]
    files += [_parsed(name, text.encode()) for name, text in proposed.items()]
    return _reading(files, discovered, str(workspace))


def read_files(contents: Mapping[str, bytes], folder: str) -> WorkspaceReading:
    """Read what is no folder: {name relative to the workspace with `/`: content}, such as a git revision has them.
    `folder` is how the workspace is called in problems."""
    files = [
        _too_large(name, content[:HEAD]) if len(content) > LARGEST_FILE else _parsed(name, content)
        for name, content in sorted(contents.items())
    ]
    return _reading(files, DiscoveredFiles(), folder)


def _reading(files: list[ReadFile], discovered: DiscoveredFiles, folder: str) -> WorkspaceReading:
    files = _without_excluded(files)
    copied = copies({file.name: file.documents for file in files})
    files = [replace(file, documents=[], problems=[]) if file.name in copied else file for file in files]
    documents = [document for file in files for document in file.documents if _is_manifest(document)]
    manifests, wrong = gather(documents, whole=not discovered.problems and all(map(_is_whole, files)))
    manifests = replace(manifests, folder=_folder(folder, files, discovered.texts))
    unread = [*discovered.problems, *copied.values(), *(problem for file in files for problem in file.problems)]
    stray = [stray for document in documents for stray in stray_in(document)]
    places = frozenset(stray.place for stray in stray)
    wrong = [problem for problem in wrong if problem.origin not in places]
    problems = _with_hidden([*unread, *wrong, *(one.problem for one in stray)], files)
    return WorkspaceReading(manifests, tuple(problems), tuple(files), places)


def _read(name: str, path: Path) -> ReadFile:
    try:
        with path.open("rb", buffering=0) as file:
            if os.fstat(file.fileno()).st_size > LARGEST_FILE:
                return _too_large(name, file.read(HEAD))
            content = file.readall()
    except OSError as error:
        return _unread(name, f"This file cannot be read: {error.strerror or type(error).__name__}.", "")
    return _parsed(name, content)


def _parsed(name: str, content: bytes) -> ReadFile:
    if begins_as_snapshot(content):
        return ReadFile(name, None, [], [])
    try:
        source = SourceText(name, decode(content))
    except BadTextError as error:
        return _unread(name, error.message, error.hint, error.line, error.column)
    return ReadFile(name, source, *read(source))


def _too_large(name: str, head: bytes) -> ReadFile:
    if begins_as_snapshot(head):
        return ReadFile(name, None, [], [])
    return _unread(name, f"This file is larger than {LARGEST_FILE // 1024 // 1024} MiB.", "Split it.")


def _unread(name: str, message: str, hint: str, line: int = 1, column: int = 1) -> ReadFile:
    return ReadFile(name, None, [], [Problem("file", Severity.ERROR, Origin(name, line, column), message, hint)])


def _without_excluded(files: list[ReadFile]) -> list[ReadFile]:
    """The files that no Workspace excludes; one that holds a Workspace is never excluded."""
    workspaces = {id(file): [document for document in file.documents if is_workspace(document)] for file in files}
    patterns = [pattern for own in workspaces.values() for document in own for pattern in patterns_of(document)]
    if not patterns:
        return files
    return [file for file in files if workspaces[id(file)] or not is_excluded(file.name, patterns)]


def _is_whole(file: ReadFile) -> bool:
    """Tell if a file was read completely, even if its documents have flaws."""
    return len(file.problems) == sum(document.flaws for document in file.documents)


def _is_manifest(document: Document) -> bool:
    """Tell if a document should be a manifest: it is neither empty nor a snapshot."""
    return document.data is not None and not is_snapshot(document)


def _folder(workspace: str, files: list[ReadFile], texts: list[str]) -> FolderContents:
    read_files = (file for file in files if file.source is not None)
    empty = frozenset(file.name for file in read_files if all(document.data is None for document in file.documents))
    return FolderContents(workspace, empty, tuple(texts))


def _with_hidden(problems: list[Problem], files: list[ReadFile]) -> list[Problem]:
    """The problems, with those about invisible characters."""
    of_file: defaultdict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        of_file[problem.origin.file].append(problem)
    for file in files:
        if file.source is not None and not file.source.text.isascii():
            of_file[file.name] = with_hidden(file.source, of_file[file.name])
    return [problem for of_one_file in of_file.values() for problem in of_one_file]


def _with_line(problem: Problem, source: SourceText | None, secrets: frozenset[str]) -> Problem:
    return replace(
        problem,
        message=scrub(problem.message, secrets),
        hint=scrub(problem.hint, secrets),
        line=source.excerpt(problem.origin.line, secrets) if source else "",
    )


NAME: Final = pattern(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")  # as in the schemas


def gather(documents: Iterable[Document], *, whole: bool) -> tuple[Manifests, list[Problem]]:
    """The manifests that rules can look at, and what is wrong with any; `whole`: nothing but documents was found."""
    problems: list[Problem] = []
    kinds: dict[str, list[Manifest]] = {kind: [] for kind in KINDS}
    ours: list[Document] = []
    refused: list[tuple[str, Document]] = []
    for document in documents:
        kind, wrong = classify(document)
        problems.extend(wrong)
        if kind is None:
            whole = False
            continue
        ours.append(document)
        checked = check_schema(kind, document)
        document.quoted = NOTHING_QUOTED  # the schema alone asks how a text is written
        problems.extend(checked.problems)
        if checked.usable:
            kinds[kind].append(Manifest.of(kind, document, checked.salvage))
        else:
            refused.append((kind, document))
    workspaces, schools, suppliers, attestations, waivers, profiles, rounds = (tuple(kinds[kind]) for kind in KINDS)
    suppliers = tuple(with_profiles(suppliers, profiles))
    gaps = _gaps(refused, whole=whole)
    return Manifests(
        workspaces, schools, suppliers, attestations, waivers, profiles, rounds, tuple(ours), gaps
    ), problems


def _gaps(refused: list[tuple[str, Document]], *, whole: bool) -> Unread:
    kinds = frozenset(kind for kind, _ in refused)
    return Unread(not whole, kinds, _names("School", refused), _names("Supplier", refused))


def _names(kind: str, refused: list[tuple[str, Document]]) -> frozenset[str] | None:
    names = [_name(document) for refused_kind, document in refused if refused_kind == kind]
    return None if None in names else frozenset(filter(None, names))


def _name(document: Document) -> str | None:
    """The name of a manifest that its schema refuses; None if it has none that others could use."""
    metadata = document.data.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    is_good = isinstance(name, str) and NAME.fullmatch(name) and not document.flaws
    return name if is_good else None


# What Windows, macOS, Linux, Dropbox and people make of a name; on a folder's name too.
_SIGN: Final = pattern(r"copy|\(\d|~|bak|backup|old|orig|conflict|recovered|autosave|archive|_[A-Z]+_\d", re.IGNORECASE)
_BEHIND: Final = (
    r" ?- (?:Copy|Backup)(?: \(\d+\))?| ?\(\d+\)| copy(?: \d+)?"
    r"| [(\[][^()\[\]]*(?:copy|recovered|autosave)[^()\[\]]*[)\]]"
    r"|[ ._-](?:bak|backup|old|orig)|_(?:BACKUP|BASE|LOCAL|REMOTE)_\d+|[._](?:sync-)?conflict-[\w-]+|~"
)
_COPY: Final = pattern(
    rf"(?:Copy(?: \(\d+\))? of |~\$)(?P<whole>.+)|(?P<stem>.+?)(?:\.ya?ml)?(?:{_BEHIND})+(?P<ending>\.ya?ml)?",
    re.IGNORECASE,
)
_STORE: Final = frozenset({"archive", "archived", "backup", "backups", "bak", "copy", "old"})  # folders of copies


def copies(files: Mapping[str, list[Document]]) -> dict[str, Problem]:
    """{name of a file: its problem} of those that are called like a copy of another one and declare something that this
    one declares too. `files` are {name relative to the workspace with `/`: the documents in it}."""
    problems = {}
    for name, documents in files.items():
        if not _SIGN.search(name):  # nearly always
            continue
        *folders, file = name.split("/")
        kept = [folder for folder in folders if folder.casefold() not in _STORE]
        original = "/".join(map(_without_sign, [*kept, file]))
        if original != name and original in files and _declared(documents) & _declared(files[original]):
            message = f"This file looks like a copy of `{original}`, and declares the same."
            hint = "Delete it, or move it out of the workspace. If you need both, rename it and what it declares."
            problems[name] = Problem("file", Severity.ERROR, Origin(name, 1, 1), message, hint)
    return problems


def _without_sign(part: str) -> str:
    match = _COPY.fullmatch(part)
    if match is None:
        return part
    return match["whole"] or match["stem"] + (match["ending"] or "")


def _declared(documents: list[Document]) -> set[tuple[str, str]]:
    """(kind, name) of each manifest, as far as it says them."""
    declared = set()
    for document in documents:
        if isinstance(document.data, dict) and isinstance(metadata := document.data.get("metadata"), dict):
            declared.add((str(document.data.get("kind")), str(metadata.get("name"))))
    return declared
