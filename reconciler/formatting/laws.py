"""What a normal form must keep. A new text is only written where all of it holds."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from reconciler.formatting.allowed import allowed, first_moved
from reconciler.formatting.arrange import spelled
from reconciler.formatting.nodes import LeftAlone
from reconciler.manifest.comments import layout
from reconciler.manifest.documents import classify
from reconciler.manifest.schema import check_schema
from reconciler.manifest.yaml import read

if TYPE_CHECKING:
    from reconciler.manifest.document import Data, Document
    from reconciler.manifest.source import Source


def keep_laws(before: Source, after: Source) -> None:
    """Both are texts of manifests, and the first can be read. Raises LeftAlone where writing the second in its place
    would lose or change something."""
    old, _ = read(before)
    new, problems = read(after)
    if problems:
        raise LeftAlone("in normal form it could no longer be read", 1)
    if _comments(before) != _comments(after):
        raise LeftAlone("in normal form it would lose a comment, or have one twice", 1)
    if len(old) != len(new) or not all(map(_same_document, old, new)):
        raise LeftAlone("in normal form it would say something else", 1)
    moved = first_moved(allowed(before, old), allowed(after, new))
    if moved is not None:
        hint = "put it on a line of its own, right above what it is of"
        raise LeftAlone(f"in normal form this comment would allow something else than now; {hint}", moved)


def _comments(source: Source) -> Counter[str]:
    return Counter(comment.text for comment in layout(source).comments)


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
