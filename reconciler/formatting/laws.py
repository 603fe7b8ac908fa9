"""Laws of the normal form. A new text is only written if it keeps all of them."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final, NamedTuple, TypeAlias

from reconciler.formatting.arrange import spelled
from reconciler.formatting.nodes import LeftAlone
from reconciler.manifest.schema.check import check_schema
from reconciler.manifest.text.comments import CommentLayout, layout
from reconciler.manifest.text.document import Data, Document, line_of
from reconciler.manifest.text.reader import read
from reconciler.manifest.text.source import SourceText
from reconciler.manifest.workspace.documents import classify

_ALLOWANCE: Final = re.compile(r"#\s*reconciler\s*:")
# A document's number, then the keys and item numbers that lead to a place; an empty text ends the path of a value.
DataPath: TypeAlias = tuple[str | int, ...]


class _Allowance(NamedTuple):
    """A comment that allows advice, and the keys and values that it applies to."""

    text: str
    paths: frozenset[DataPath]


def keep_laws(before: SourceText, after: SourceText) -> None:
    """Check that writing the second text in place of the first, which is valid, would lose or change nothing. Raises
    LeftAlone if it would."""
    old, _ = read(before)
    new, problems = read(after)
    if problems:
        raise LeftAlone("its normal form would not be valid YAML", 1)
    old_layout, new_layout = layout(before), layout(after)
    line = _first_not_kept(old_layout, new_layout)
    if line is not None:
        raise LeftAlone("its normal form would lose or repeat this comment", line)
    if len(old) != len(new) or not all(map(_same_document, old, new)):
        raise LeftAlone("its normal form would say something else", 1)
    if _ALLOWANCE.search(before.text) is None:
        return
    kept = Counter(allowance for allowance, _ in _allowances(new_layout, new))
    for allowance, line in _allowances(old_layout, old):
        if not kept[allowance]:
            hint = "Put it on its own line, directly above what it allows"
            raise LeftAlone(f"its normal form would make this comment allow something else. {hint}", line)
        kept[allowance] -= 1


def _first_not_kept(before: CommentLayout, after: CommentLayout) -> int | None:
    """The line of the first comment that is not there as often as before; None if each is."""
    old = Counter(comment.text for comment in before.comments)
    new = Counter(comment.text for comment in after.comments)
    changed = (comment.line for comment in before.comments if old[comment.text] != new[comment.text])
    return next(changed, None if old == new else 1)


def _same_document(before: Document, after: Document) -> bool:
    """Tell if two documents say the same, to the schema too: it reads some texts as numbers, but none in quotes."""
    kind, _ = classify(before)
    if kind is None:
        return _same(before.data, after.data)
    old, new = check_schema(kind, before), check_schema(kind, after)
    return _same(before.data, after.data) and len(old.problems) == len(new.problems)


def _same(before: Data, after: Data) -> bool:
    """Tell if two values are the same, except for the order of keys and the spelling of entities."""
    if type(before) is not type(after):
        return False
    if isinstance(before, dict):
        return before.keys() == after.keys() and all(_same(value, after[key]) for key, value in before.items())
    if isinstance(before, list):
        return len(before) == len(after) and all(map(_same, before, after))
    return bool(before == after or (isinstance(before, str) and spelled(before) == after))


def _allowances(file: CommentLayout, documents: list[Document]) -> Iterator[tuple[_Allowance, int]]:
    """Each comment that allows advice, with its line. Moving it, or what is next to it, could allow more than was
    reviewed, or less."""
    paths = [path for number, document in enumerate(documents) for path in _paths(document, document.data, (number,))]
    for comment in file.comments:
        if _ALLOWANCE.match(comment.text):
            lines = file.item_below(comment.line) if comment.alone else file.item_at(comment.line)
            applies_to = frozenset(path for line, path in paths if line in lines)
            yield _Allowance(comment.text, applies_to), comment.line


def _paths(document: Document, data: Data, above: DataPath) -> Iterator[tuple[int, DataPath]]:
    """The line, counted from 1, of every key of a document and of every value that is no mapping or list: those have no
    line but that of their first entry."""
    marks = document.marks.get(id(data))
    if isinstance(data, dict) and marks:
        for key, value in data.items():
            yield line_of(marks[key][0]), (*above, key)
            yield from _value_paths(document, value, marks[key][1], (*above, key))
    elif isinstance(data, list) and marks:
        for number, value in enumerate(data):
            yield from _value_paths(document, value, marks[number], (*above, number))


def _value_paths(document: Document, value: Data, mark: int, path: DataPath) -> Iterator[tuple[int, DataPath]]:
    if not isinstance(value, (dict, list)):
        yield line_of(mark), (*path, "")
    yield from _paths(document, value, path)
