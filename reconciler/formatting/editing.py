"""Edit manifests in place: the text of a file and edits, as values -> its new text.

    edited("suppliers.yaml", text, [
        AddItems(ManifestId("Supplier", "groupcall"), ("spec", "entities"), ["Students"]),
        PutItem(ManifestId("Supplier", "groupcall"), ("spec", "overrides"), "schools",
                {"schools": ["riverside"], "entities": {"add": ["PersonPhotos"]}}),
        AddDocument({"apiVersion": "reconciler/v1", "kind": "School", ...}),
    ])

Values are plain data: dict, list, str, int, bool, None. A path is keys and numbers of items from the top of the
document; mappings and lists that are missing are made. Edits follow each other, so each finds what those before it
left. Names of entities are written as they are given. The text of a new file is empty, or has the comment that it
begins with (`# yaml-language-server: $schema=...`).

Whatever is not touched stays as it is, byte for byte. The new text is read again, and is returned only if its data is
what the edits make of the old data, and it has every comment. Otherwise InputError says the file, the line and what to
do by hand; then nothing of it should be written. An edit of a manifest that the file does not have is a KeyError.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from reconciler.errors import InputError
from reconciler.formatting.arrange import in_schema_order, shape_of
from reconciler.formatting.edits import AddDocument, EditedData, ManifestEdit, ManifestId, as_read, unshared
from reconciler.formatting.lexemes import lexemes
from reconciler.formatting.nodes import Collection, LeftAlone
from reconciler.formatting.parse import parse
from reconciler.formatting.splices import Splice, spliced, splices
from reconciler.manifest.text.comments import layout
from reconciler.manifest.text.document import Data, Document
from reconciler.manifest.text.reader import read
from reconciler.manifest.text.source import SourceText
from reconciler.manifest.text.writing import appended, document_text

_BOM: Final = "\ufeff"


def edited(file: str, text: str, edits: Iterable[ManifestEdit]) -> str:
    """Return the text of a file with the edits made; `file` is its name relative to the workspace with `/`.

    A byte-order mark and the file's line ends stay. Raises InputError if the edits cannot be made without touching
    something else.
    """
    mark = _BOM if text.startswith(_BOM) else ""
    source = SourceText(file, text.removeprefix(_BOM))
    try:
        return mark + _edited(source, list(edits))
    except LeftAlone as reason:
        raise InputError(
            f"{file}:{reason.line} cannot be changed automatically: {reason}. Nothing was written. Make this change by "
            "hand, then run the command again."
        ) from None


def _edited(source: SourceText, edits: list[ManifestEdit]) -> str:
    documents = _read(source, "the file is not valid YAML: run `reconciler validate`")
    wanted: list[Data] = [unshared(document, document.data) for document in documents]
    new: list[Data] = []
    for edit in edits:
        if isinstance(edit, AddDocument):
            new.append(as_read(edit.manifest))
        else:
            number = _number_of(edit.manifest, wanted)
            EditedData(documents[number], wanted[number], shape_of(edit.manifest.kind)).change(edit)
    text = _with_changes(source, documents, wanted)
    for manifest in new:
        text = _with_document(text, manifest, is_first=not any(data is not None for data in wanted))
        wanted.append(manifest)
    _check(source, SourceText(source.file, text), wanted)
    return text


def _read(source: SourceText, otherwise: str) -> list[Document]:
    documents, problems = read(source)
    if problems:
        raise LeftAlone(otherwise, problems[0].origin.line)
    return [document for document in documents if document.data is not None]


def _number_of(manifest: ManifestId, wanted: list[Data]) -> int:
    for number, data in enumerate(wanted):
        if isinstance(data, dict) and data.get("kind") == manifest.kind:
            metadata = data.get("metadata")
            if isinstance(metadata, dict) and metadata.get("name") == manifest.name:
                return number
    raise KeyError(f"{manifest.kind} {manifest.name}")


def _with_changes(source: SourceText, documents: list[Document], wanted: list[Data]) -> str:
    """The text in which each document has the wanted data."""
    text = source.parsed.replace("\r\n", "\n")
    changes: list[Splice] = []
    if any(document.data != data for document, data in zip(documents, wanted, strict=True)):
        roots = [root for root in parse(lexemes(text)).roots if isinstance(root.value, Collection)]
        changed = [number for number, document in enumerate(documents) if isinstance(document.data, dict)]
        for root, number in zip(roots, changed, strict=True):
            old, new = documents[number].data, wanted[number]
            if old != new:
                changes += splices(text, root, shape_of(new["kind"]), old, new)
    return spliced(source.text, _in_source(source.text, changes))


def _in_source(text: str, changes: list[Splice]) -> Iterator[Splice]:
    """Changes of a text with `\\n`, as changes of the text with its own line ends."""
    breaks = [match.start() - number for number, match in enumerate(re.finditer("\r\n", text))]
    newline = "\r\n" if len(breaks) * 2 > text.count("\n") else "\n"
    for start, end, new in changes:
        yield Splice(start + bisect_left(breaks, start), end + bisect_left(breaks, end), new.replace("\n", newline))


def _with_document(text: str, manifest: Data, *, is_first: bool) -> str:
    """The text with a manifest at its end, in normal form."""
    document = document_text(in_schema_order(manifest, shape_of(str(manifest["kind"]))))
    if not is_first:
        return appended(text, document)
    newline = "\r\n" if "\r\n" in text else "\n"
    gap = newline if text and not text.endswith("\n") else ""
    return text + gap + document.replace("\n", newline)


def _check(before: SourceText, after: SourceText, wanted: list[Data]) -> None:
    """Raise LeftAlone unless the new text means what is wanted, and has every comment of the old one."""
    old, new = layout(before).comments, layout(after).comments
    lost = Counter(comment.text for comment in old) - Counter(comment.text for comment in new)
    for comment in old:
        if lost[comment.text]:
            raise LeftAlone("this comment would be lost, or be about something else", comment.line)
    documents, problems = read(after)
    data = [document.data for document in documents if document.data is not None]
    if problems or len(data) != len(wanted):
        raise LeftAlone("the result would not be valid YAML", 1)
    for number, (there, meant) in enumerate(zip(data, wanted, strict=True)):
        if there != meant:
            starts = [document.origin.line for document in read(before)[0] if document.data is not None]
            raise LeftAlone(
                "the result would mean something else in this manifest", (*starts, 1)[min(number, len(starts))]
            )
