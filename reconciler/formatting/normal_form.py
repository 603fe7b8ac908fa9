"""The content of a file -> its normal form, or why it has none.

The old text stays unless the new one says the same, has every comment, and is its own normal form.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeAlias

from reconciler.formatting.arrange import arrange
from reconciler.formatting.laws import keep_laws
from reconciler.formatting.lexemes import lexemes
from reconciler.formatting.nodes import Collection, LeftAlone, Root, Scalar
from reconciler.formatting.parse import parse
from reconciler.formatting.render import render
from reconciler.manifest.schema.check import KINDS
from reconciler.manifest.text.hidden_characters import in_comments, with_hidden
from reconciler.manifest.text.reader import read
from reconciler.manifest.text.source import BadTextError, SourceText, decode
from reconciler.manifest.workspace.discovery import begins_as_snapshot
from reconciler.manifest.workspace.documents import classify, plain_passwords
from reconciler.model.problem import Origin, Problem, Severity

if TYPE_CHECKING:
    from reconciler.manifest.text.document import Document

_BOM: Final = "\ufeff"


@dataclass(frozen=True, slots=True)
class NormalForm:
    """A file of manifests.

    before, after  its text as it is, and in normal form; both with `\\n`, and without a byte order mark
    content        what to write: `after`, with the line ends and the byte order mark that the file has
    is_changed     the file is not yet in normal form
    remarks        advice on invisible characters in its comments
    """

    before: SourceText
    after: SourceText
    content: str
    is_changed: bool
    remarks: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class NoManifest:
    """A file without manifests, which is left alone."""


@dataclass(frozen=True, slots=True)
class InvalidYaml:
    """A file with wrong YAML, so its meaning is unclear; no password is in the problems."""

    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class LeftUnchanged:
    """A file that stays unchanged, and why."""

    origin: Origin
    reason: str


Formatted: TypeAlias = NormalForm | NoManifest | InvalidYaml | LeftUnchanged


def normal_form(file: str, content: bytes) -> Formatted:
    """Return the normal form of a file's content; `file` is its name relative to the workspace with `/`."""
    if begins_as_snapshot(content):
        return NoManifest()
    try:
        decoded = decode(content)
    except BadTextError as error:
        origin = Origin(file, error.line, error.column)
        return InvalidYaml((Problem("file", Severity.ERROR, origin, error.message, error.hint),))
    source = SourceText(file, decoded.replace("\r\n", "\n"))
    documents, problems = read(source)
    if problems := with_hidden(source, problems):
        return InvalidYaml(_shown(source, documents, problems))
    kinds = [(document, classify(document)[0]) for document in documents if document.data is not None]
    if not any(kind for _, kind in kinds):
        return NoManifest()
    try:
        text = _normal_text(source, kinds)
    except LeftAlone as reason:
        return LeftUnchanged(Origin(file, reason.line, 1), str(reason))
    newline = "\r\n" if decoded.count("\r\n") * 2 > decoded.count("\n") else "\n"
    written = (_BOM if content.startswith(_BOM.encode()) else "") + text.replace("\n", newline)
    remarks = _shown(source, documents, in_comments(source))
    return NormalForm(source, SourceText(file, text), written, written.encode() != content, remarks)


def _shown(source: SourceText, documents: list[Document], problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Add the lines of problems, with passwords hidden."""
    secrets = frozenset(text for document in documents for text in plain_passwords(document))
    return tuple(replace(one, line=source.excerpt(one.origin.line, secrets)) for one in problems)


def _normal_text(source: SourceText, kinds: list[tuple[Document, str | None]]) -> str:
    """Return the normal form of a valid text. Raises LeftAlone if it has none."""
    for document, kind in kinds:
        if kind is None:
            raise LeftAlone("this document is not a manifest, but others in the file are", document.origin.line)
    formatted = _formatted(source.parsed)
    text = formatted.translate(source.substituted)
    if text == source.text:
        return text
    keep_laws(source, SourceText(source.file, text))
    if _formatted(formatted) != formatted:
        raise LeftAlone("its normal form would change again", 1)
    return text


def _formatted(text: str) -> str:
    layout = parse(lexemes(text))
    for root in layout.roots:
        kind = _kind_of(root)
        if kind is not None:
            arrange(root, kind)
    return render(layout)


def _kind_of(root: Root) -> str | None:
    """The kind that a document declares; None if it declares none."""
    if isinstance(root.value, Collection):
        for entry in root.value.entries:
            if isinstance(entry.key, Scalar) and entry.key.value == "kind" and isinstance(entry.value, Scalar):
                return entry.value.value if entry.value.value in KINDS else None
    return None
