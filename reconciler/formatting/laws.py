"""What a normal form must keep. A new text is only written where all of it holds."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from reconciler.formatting.allowed import allowed, first_moved, without_indent
from reconciler.formatting.arrange import spelled
from reconciler.formatting.nodes import LeftAlone
from reconciler.manifest.schema.check import check_schema
from reconciler.manifest.text.comments import layout
from reconciler.manifest.text.reader import read
from reconciler.manifest.workspace.documents import classify

if TYPE_CHECKING:
    from reconciler.manifest.text.document import Data, Document
    from reconciler.manifest.text.source import SourceText


def keep_laws(before: SourceText, after: SourceText) -> None:
    """Both are texts of manifests, and the first can be read. Raises LeftAlone where writing the second in its place
    would lose or change something."""
    old, _ = read(before)
    new, problems = read(after)
    if problems:
        raise LeftAlone("in normal form it could no longer be read", 1)
    line = _first_not_kept(before, after)
    if line is not None:
        raise LeftAlone("in normal form this comment would be lost, or be there twice", line)
    if len(old) != len(new) or not all(map(_same_document, old, new)):
        raise LeftAlone("in normal form it would say something else", 1)
    moved = first_moved(allowed(before, old), allowed(after, new))
    if moved is not None:
        hint = "put it on a line of its own, right above what it is of"
        raise LeftAlone(f"in normal form this comment would allow something else than now; {hint}", moved)


def _first_not_kept(before: SourceText, after: SourceText) -> int | None:
    """The line of the first comment that is not there as often as before; None where each is. Lines that are commented
    out may have fewer blanks behind their `#`."""
    old = [(without_indent(comment.text), comment.line) for comment in layout(before).comments]
    new = Counter(without_indent(comment.text) for comment in layout(after).comments)
    count = Counter(text for text, _ in old)
    found = next((line for text, line in old if count[text] != new[text]), None)
    return 1 if found is None and count != new else found


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
