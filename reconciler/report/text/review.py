"""The requests of a change under review, as text for a terminal, above the differences.

This change, since main (91611703), asks for:
  Library Loans
    may read PersonPhotos  already done at riverside; to tick by hand at greenfield · photographs of pupils
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final

from reconciler.model.review import Cause, Review
from reconciler.report.escape import in_lines, printable
from reconciler.report.input import ReportInput
from reconciler.report.labels import COMMIT, applied_said, plural
from reconciler.report.story.differences import alike_places
from reconciler.report.story.requests import requested_changes, requested_entries, titles
from reconciler.report.story.rows import Row, SchoolList, Weight
from reconciler.report.style import Paint, Style

_CAUSES: Final = {
    Cause.THIS_CHANGE: "from this change",
    Cause.BEFORE: "already there",
    Cause.BOTH: "already there and changed again here",
}
_SCHOOLS: Final = 6  # by name; more are counted
_TONES: Final = {Weight.LOUD: Style.BROKEN, Weight.SENSITIVE: Style.REVOKE}


def review_lines(material: ReportInput, paint: Paint, columns: int | None) -> Iterator[str]:
    """The edits of a change, supplier by supplier; nothing without a base to compare with."""
    if not isinstance(material.review, Review):
        return
    since = f"This change, since {printable(material.review.base)} ({material.review.commit[:COMMIT]}),"
    asked = requested_changes(requested_entries(material))
    rows = [row for chapter in asked for row in chapter]
    yield ""
    yield f"{since} asks for:" if rows else f"{since} asks for nothing new."
    yield from _suppliers(rows, titles(material.edits, material.plan), paint, columns)


def causes_line(material: ReportInput) -> str:
    """Count the differences by cause, without those that are accepted; empty without a review or differences, and
    where all of them are drift."""
    if material.applied and material.pending:
        drift, pending = material.plan.summary.changes - len(material.pending), len(material.pending)
        since = applied_said(material.applied)
        if not drift:
            return f"The manifests ask for this since {since}."
        return f"Differences: {drift} from drift, {pending} not carried out yet (asked for since {since})."
    if not isinstance(material.review, Review):
        return ""
    causes: Counter[Cause | None] = Counter()
    for alike in alike_places(material):
        for difference in alike.differences():
            causes[difference.cause] += len(alike.schools) * (not difference.change.waived)
    counts = [f"{causes[cause]} {words}" for cause, words in _CAUSES.items() if causes[cause]]
    return f"Differences: {', '.join(counts)}." if counts else ""


def _suppliers(rows: Sequence[Row], names: Mapping[str, str], paint: Paint, columns: int | None) -> Iterator[str]:
    for supplier, its in groupby(sorted(rows, key=lambda row: row.supplier), key=lambda row: row.supplier):
        yield f"  {printable(names.get(supplier, supplier)) or 'Every supplier'}"
        for row in its:
            yield from _row(row, paint, columns)


def _row(row: Row, paint: Paint, columns: int | None) -> Iterator[str]:
    """A request, and its state at each school; wrapped on a terminal."""
    tone = _TONES.get(row.weight, Style.GRANT)
    items = ", ".join(printable("".join(part.text for part in item)) for item in row.items)
    words = " ".join(filter(None, (row.words, items))) + (f", {row.end}" if row.end else "")
    where = "; ".join(_where(where) for where in row.places)
    state = " · ".join(filter(None, (where, printable(row.note))))
    if columns is None:
        yield f"    {paint(words, tone)}  {state}".rstrip()
        return
    room = columns - 6
    first, *rest = in_lines(words, room)
    yield f"    {paint(first, tone)}"
    yield from (f"      {paint(line, tone)}" for line in rest)
    yield from (f"      {line}" for line in in_lines(state, room))


def _where(where: SchoolList) -> str:
    """`to tick by hand at greenfield, riverside`; the reasons for unknown facts come with the differences below."""
    if not where.schools:
        return where.state
    more = len(where.schools) - _SCHOOLS
    state = f"{where.state} at {', '.join(where.schools[:_SCHOOLS])}"
    return f"{state} and {plural(more, 'more school')}" if more > 0 else state
