"""A plan of many schools as text: a table with the worst schools first, what is wrong at ten of them, the rest counted.

school       too much  missing  refused  not checked  in sync
riverside           1        0        0            1   2 of 3
oakwood             0        0        1            6   3 of 4
40 more            12       31        2           80  90 of 200
32 schools in sync

riverside/library-loans  too much: PersonPhotos
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, NamedTuple

from reconciler.model.aspect import Action, Aspect
from reconciler.model.change import Change, UnknownFacts
from reconciler.model.evidence import TO_ATTEST
from reconciler.model.plan import AccessPlan, SchoolPlan
from reconciler.report.escape import printable
from reconciler.report.input import ReportInput
from reconciler.report.labels import DIFFERENCES, KINDS, plural
from reconciler.report.story.unknown_lines import is_down
from reconciler.report.style import Paint, Style

MANY: Final = 10  # schools; above it, text is a table
_WORST: Final = 10  # schools with details
_LINES: Final = 2  # of details for a school
_NAMES: Final = 5  # in a line that has no width
_COLUMNS: Final = {
    "too much": Action.REVOKE,
    "missing": Action.GRANT,
    "refused": Action.MEND_LOGIN,
    "differs": Action.SET,
}
_NOT_CHECKED: Final = "not checked"
_IN_SYNC: Final = "in sync"


class _Detail(NamedTuple):
    """A line about a school or an access; the lower its rank, the worse."""

    text: str
    style: Style
    rank: int = 0


@dataclass(frozen=True, slots=True)
class _SchoolRow:
    """A school, its accesses, and its row of the table."""

    school: SchoolPlan
    accesses: Sequence[AccessPlan]
    counts: Mapping[str, int]

    @property
    def parts(self) -> Sequence[SchoolPlan | AccessPlan]:
        """The school, then its accesses."""
        return (self.school, *self.accesses)

    @property
    def is_quiet(self) -> bool:
        """Nothing to act on; what is accepted for now counts as that."""
        return not any(self.counts.values()) and not is_down(self.school)

    @property
    def in_sync(self) -> int:
        """The number of accesses in sync."""
        return sum(access.in_sync for access in self.accesses)


def lines_of_many(material: ReportInput, paint: Paint, columns: int | None) -> list[str]:
    """Return the table, the details of the worst schools, and what only a person can check."""
    accesses = {
        school: list(group) for school, group in groupby(material.plan.accesses, key=lambda each: each.address.school)
    }
    rows = [_row(school, accesses.get(school.name, [])) for school in material.plan.schools]
    loud = sorted((row for row in rows if not row.is_quiet), key=_order)
    quiet = [row for row in rows if row.is_quiet]
    lines = [*_table(loud, material, paint, columns)] if loud else []
    if quiet:
        number = plural(sum(row.in_sync for row in quiet), "access", "accesses")
        lines.append(paint(f"{plural(len(quiet), 'school')} with {number} in sync", Style.QUIET))
    details = [line for row in loud[:_WORST] for line in _details(row, paint, columns)]
    people = [*_for_people(rows, paint, columns)]
    more = ["Add --all to see everything, or --school NAME to see one school."] if loud else []
    return [line for part in (lines, details, people, more) if part for line in (*part, "")][:-1]


def _row(school: SchoolPlan, accesses: Sequence[AccessPlan]) -> _SchoolRow:
    parts: Sequence[SchoolPlan | AccessPlan] = (school, *accesses)
    actions = Counter(change.action for part in parts for change in part.changes if not change.waived)
    counts = {name: actions[action] for name, action in _COLUMNS.items()}
    counts[_NOT_CHECKED] = sum(item.facts for part in parts for item in part.unknown)
    return _SchoolRow(school, accesses, counts)


def _order(row: _SchoolRow) -> tuple[object, ...]:
    return row.school.right_school is not False, [-count for count in row.counts.values()], row.school.name


def _table(rows: Sequence[_SchoolRow], material: ReportInput, paint: Paint, columns: int | None) -> Iterator[str]:
    shown, rest = rows[:_WORST], rows[_WORST:]
    names = [name for name in rows[0].counts if name != "differs" or any(row.counts[name] for row in rows)]
    cells = [
        (printable(material.called(row.school.name)), *(str(row.counts[name]) for name in names), _share([row]))
        for row in shown
    ]
    if rest:
        sums = (str(sum(row.counts[name] for row in rest)) for name in names)
        cells.append((f"{len(rest)} more", *sums, _share(rest)))
    heads = ("school", *names, _IN_SYNC)
    widths = [max(map(len, column)) for column in zip(heads, *cells, strict=True)]
    if columns:
        widths[0] = min(widths[0], max(columns - sum(widths[1:]) - 2 * len(widths[1:]), len("school")))
    yield paint(_line(heads, widths), Style.QUIET)
    yield from (_line(row, widths) for row in cells)


def _share(rows: Iterable[_SchoolRow]) -> str:
    rows = list(rows)
    return f"{sum(row.in_sync for row in rows)} of {sum(len(row.accesses) for row in rows)}"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *numbers = (cell.rjust(width) for cell, width in zip(cells, widths, strict=True))
    return "  ".join((_cut(first.strip(), widths[0]).ljust(widths[0]), *numbers))


def _details(row: _SchoolRow, paint: Paint, columns: int | None) -> list[str]:
    """Return what is wrong at a school, the worst first: a line for each access, and where they are many, a count."""
    by_access = (line for access in row.accesses for line in _of_access(row.school, access))
    lines = [*_of_school(row.school), *sorted(by_access, key=lambda line: line.rank)]
    if len(lines) > _LINES:
        more = f"{row.school.name}  {len(lines) - _LINES + 1} more differences or unknown facts"
        lines = [*lines[: _LINES - 1], _Detail(more, Style.QUIET)]
    return [paint(_cut(printable(line.text), columns), line.style) for line in lines]


def _of_school(school: SchoolPlan) -> Iterator[_Detail]:
    if is_down(school):
        yield _Detail(f"{school.name}  did not answer: {school.reason}", Style.ATTENTION)
    yield from _of_part(school.name, school.changes, () if school.right_school is False else school.unknown)


def _of_access(school: SchoolPlan, access: AccessPlan) -> Iterator[_Detail]:
    follows = (
        is_down(school)
        or school.right_school is False
        or any(change.action is Action.MEND_LOGIN for change in access.changes)
    )
    yield from _of_part(str(access.address), access.changes, () if follows else access.unknown)


def _of_part(place: str, changes: Iterable[Change], unknown: Iterable[UnknownFacts]) -> Iterator[_Detail]:
    by_action: dict[Action, list[str]] = {}
    for change in changes:
        if not change.waived:
            by_action.setdefault(change.action, []).append(_named(change.aspect, change.name))
    for rank, action in enumerate(_COLUMNS.values()):
        if action in by_action:
            names = by_action[action]
            more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
            label = DIFFERENCES[action]
            yield _Detail(f"{place}  {label.word}: {', '.join(names[:_NAMES])}{more}", label.style, rank)
    for reason in dict.fromkeys(item.reason for item in unknown if item.why not in TO_ATTEST):
        yield _Detail(f"{place}  not checked: {reason}", Style.ATTENTION, len(_COLUMNS))


def _named(aspect: Aspect, name: str) -> str:
    return name if aspect in (Aspect.READ, Aspect.LOGIN) else f"{KINDS[aspect]} {name}"


def _for_people(rows: Iterable[_SchoolRow], paint: Paint, columns: int | None) -> Iterator[str]:
    """Count what only a person can check, a line for each kind."""
    facts: Counter[str] = Counter()
    schools: dict[str, set[str]] = {}
    for row in rows:
        items = [item for part in row.parts for item in part.unknown if item.why in TO_ATTEST]
        for item in items:
            facts[KINDS[item.aspect]] += item.facts
            schools.setdefault(KINDS[item.aspect], set()).add(row.school.name)
    if facts:
        total = plural(sum(facts.values()), "fact")
        yield paint(_cut(f"{total} for a person to check in Bromcom, then `attest` them:", columns), Style.ATTENTION)
    for kind in sorted(facts, key=lambda kind: (-facts[kind], kind)):
        where = plural(len(schools[kind]), "school")
        yield _cut(f"  {kind}  {plural(facts[kind], 'fact')} at {where}", columns)


def _cut(text: str, columns: int | None) -> str:
    return text if columns is None or len(text) <= columns else text[: columns - 1] + "…"
