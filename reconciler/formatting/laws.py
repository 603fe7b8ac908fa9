"""What a normal form must keep. A new text is only written where all of it holds."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from reconciler.formatting.arrange import spelled
from reconciler.formatting.lexemes import all_comments, lexemes
from reconciler.manifest.documents import classify
from reconciler.manifest.schema import check_schema
from reconciler.manifest.yaml import read

if TYPE_CHECKING:
    from reconciler.manifest.document import Data, Document
    from reconciler.manifest.source import Source


def broken_law(before: Source, after: Source) -> str:
    """What would be lost or changed by writing one text in place of the other, in the words behind "it would"; empty
    where nothing is. Both are texts of manifests that can be read."""
    documents, problems = read(after)
    if problems:
        return "no longer be readable"
    if not _same_comments(before.text, after.text):
        return "lose a comment, or have one twice"
    old, _ = read(before)
    if len(old) != len(documents) or not all(map(_same_document, old, documents)):
        return "say something else"
    return ""


def _same_comments(before: str, after: str) -> bool:
    return Counter(all_comments(lexemes(before))) == Counter(all_comments(lexemes(after)))


def _same_document(before: Document, after: Document) -> bool:
    """Whether two documents say the same, to the schema too: it reads some texts as numbers, but none in quotes."""
    kind, _ = classify(before)
    if kind is None:
        return _same(before.data, after.data)
    found, left = check_schema(kind, before), check_schema(kind, after)
    return _same(before.data, after.data) and len(found.problems) == len(left.problems)


def _same(before: Data, after: Data) -> bool:
    """Whether two values are the same but for the order of keys and the spelling of entities."""
    if type(before) is not type(after):
        return False
    if isinstance(before, dict):
        return before.keys() == after.keys() and all(_same(value, after[key]) for key, value in before.items())
    if isinstance(before, list):
        return len(before) == len(after) and all(map(_same, before, after))
    return bool(before == after or (isinstance(before, str) and spelled(before) == after))
