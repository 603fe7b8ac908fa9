"""What a change under review asks for, as text for a terminal: before the plan that says what differs.

This change, since main (91611703), asks for:
  Library Loans
    reads PersonPhotos  so already at riverside; to tick by hand at greenfield · photographs of pupils
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final, assert_never

from reconciler.model.review import Cause, NoReview, Review
from reconciler.report.escape import in_lines, printable
from reconciler.report.input import ReportInput
from reconciler.report.labels import plural
from reconciler.report.story.differences import differences
from reconciler.report.story.requests import requested_changes, titles
from reconciler.report.story.rows import Row, SchoolList, Weight
from reconciler.report.style import Paint, Style

CAUSES: Final = {
    Cause.THIS_CHANGE: "by this change",
    Cause.BEFORE: "so before this change",
    Cause.BOTH: "so before, and by this change",
}
_COMMIT: Final = 8  # characters of a commit that tell it from others
_SCHOOLS: Final = 6  # by name; more are counted
_TONES: Final = {Weight.LOUD: Style.BROKEN, Weight.SENSITIVE: Style.REVOKE}


def review_lines(material: ReportInput, paint: Paint, columns: int | None) -> Iterator[str]:
    """The edits of a change, supplier by supplier; nothing where no revision was compared with."""
    match material.review:
        case None:
            return
        case NoReview(base, commit, reason):
            since = f"{printable(base)} ({commit[:_COMMIT]})"
            told = f"What this change asks for is not known: the manifests of {since} are wrong: {printable(reason)}."
            yield paint(told, Style.UNKNOWN)
        case Review(base, commit, edits):
            since = f"This change, since {printable(base)} ({commit[:_COMMIT]}),"
            found = requested_changes(edits, material)
            rows = [*found.more, *found.other, *found.less, *found.accepted, *found.vouched]
            yield f"{since} asks for:" if rows else f"{since} asks for nothing else than before."
            yield from _suppliers(rows, titles(edits, material.plan), paint, columns)
        case _:
            assert_never(material.review)
    yield ""


def causes_line(material: ReportInput) -> str:
    """Count the differences by where they come from, without what is waived; empty if there is no review, or none."""
    if not isinstance(material.review, Review):
        return ""
    found = [each.cause for each in differences(material) if not each.change.waived]
    told = [f"{found.count(cause)} {words}" for cause, words in CAUSES.items() if cause in found]
    return f"Of the differences: {', '.join(told)}." if told else ""


def passed_line(material: ReportInput) -> str:
    """How many accesses were not looked at; empty where all were."""
    passed = material.review.passed if isinstance(material.review, Review) else 0
    return (
        f"{plural(passed, 'access', 'accesses')} not looked at: this change leaves them as they were." if passed else ""
    )


def _suppliers(rows: Sequence[Row], names: Mapping[str, str], paint: Paint, columns: int | None) -> Iterator[str]:
    for supplier, its in groupby(sorted(rows, key=lambda row: row.supplier), key=lambda row: row.supplier):
        yield f"  {printable(names.get(supplier, supplier)) or 'for every supplier'}"
        for row in its:
            yield from _row(row, paint, columns)


def _row(row: Row, paint: Paint, columns: int | None) -> Iterator[str]:
    """What it is, and where it stands how; on a terminal the words go on below themselves."""
    tone = _TONES.get(row.weight, Style.GRANT)
    items = ", ".join(printable("".join(part.text for part in item)) for item in row.items)
    words = " ".join(filter(None, (row.words, items, row.end)))
    where = "; ".join(_where(where) for where in row.places)
    told = " · ".join(filter(None, (where, printable(row.note))))
    if columns is None:
        yield f"    {paint(words, tone)}  {told}".rstrip()
        return
    room = columns - 6
    first, *rest = in_lines(words, room)
    yield f"    {paint(first, tone)}"
    yield from (f"      {paint(line, tone)}" for line in rest)
    yield from (f"      {line}" for line in in_lines(told, room))


def _where(where: SchoolList) -> str:
    """`to tick by hand at greenfield, riverside`; why something is not known stands in the plan below."""
    if not where.schools:
        return where.state
    more = len(where.schools) - _SCHOOLS
    told = f"{where.state} at {', '.join(where.schools[:_SCHOOLS])}"
    return f"{told} and {plural(more, 'school')} more" if more > 0 else told
