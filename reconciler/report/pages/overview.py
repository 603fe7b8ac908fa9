"""The overview: the verdict, four numbers, every school with every supplier, and what is worst."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from reconciler.model.accountability.coming_date import how_near
from reconciler.model.evidence import Known
from reconciler.model.live import Login
from reconciler.model.plan import Via
from reconciler.report.html.templates import page_parts
from reconciler.report.input import ReportInput
from reconciler.report.labels import plural
from reconciler.report.pages import links
from reconciler.report.pages.counts import CellCounts, FactTotals, fact_totals
from reconciler.report.pages.headline import verdict_of
from reconciler.report.pages.layout import PageHead, laid_out, short_day
from reconciler.report.pages.links import Links
from reconciler.report.pages.matrix import SchoolMatrix, school_matrix
from reconciler.report.pages.page_set import HORIZON, PageSet, parts_of
from reconciler.report.pages.review import review_heading
from reconciler.report.pages.trend import trend_chart
from reconciler.report.pages.worst import MOST, worst_items
from reconciler.report.story.difference_counts import no_permissions
from reconciler.report.story.differences import UnknownRow, unknown_rows
from reconciler.report.story.headline import alarms

_WIDTH: Final = 1000  # of the bar of facts, in its own units
_GAP: Final = 2
_THIN: Final = 6  # so that a few facts of thousands still show
_CAUSES: Final = 2  # that a tile names


class Tile(NamedTuple):
    """One of the four numbers. `href` leads to the rows behind it."""

    look: str
    mark: str
    name: str
    number: int
    more: Sequence[str]
    href: str


class BarPiece(NamedTuple):
    """A piece of the bar of facts, to scale."""

    look: str
    x: int
    width: int


class FactBar(NamedTuple):
    """Agreed, different, could not be checked."""

    totals: FactTotals
    accepted: int
    pieces: Sequence[BarPiece]


def overview_page(page_set: PageSet) -> str:
    """Render the overview."""
    material, parts = page_set.report, page_parts()
    matrix = school_matrix(page_set, Links(links.OVERVIEW), parts)
    verdict = verdict_of(material)
    unknown = sorted(unknown_rows(material.plan), key=lambda row: (-row.facts, row.words))
    suppliers = plural(len(matrix.columns), "supplier")
    return laid_out(
        "overview.html.jinja",
        page_set,
        PageHead(links.OVERVIEW, f"{verdict.words}: {page_set.stamp.workspace}", links.OVERVIEW),
        verdict=verdict,
        subject=f"{plural(len(matrix.rows), 'school')}, {suppliers}",
        matrix=matrix,
        tiles=tuple(tiles(page_set, matrix, unknown)),
        bar=fact_bar(material),
        unknown=unknown,
        down=[row for row in matrix.rows if row.down],
        worst=worst_items(material, page_set.history),
        most=MOST,
        trend=trend_chart(page_set.history),
        short_day=short_day,
        horizon=HORIZON,
        near=how_near,
        review=review_heading(page_set),
        alarms=[*alarms(replace(material, plan=replace(material.plan, breaches=())))],
    )


def tiles(page_set: PageSet, matrix: SchoolMatrix, unknown: Sequence[UnknownRow]) -> Iterator[Tile]:
    """The same four numbers in the same order, also where they are 0. A 0 is green only if all behind it was seen."""
    plan, counts = page_set.report.plan, matrix.all
    special = [f"{counts.special} special category"] if counts.special else []
    settings = [f"{plural(counts.differs, 'setting')} set differently"] if counts.differs else []
    over, missing = (sum(bool(cell[place]) for cell in matrix.cells) for place in (_OVER, _MISSING))
    yield _tile(
        "leak",
        "Too much access",
        counts.over,
        [*_in_places(over), *special, *no_permissions(plan)],
        "#worst",
        whole=plan.complete,
    )
    yield _tile(
        "missing", "Missing access", counts.missing, [*_in_places(missing), *settings], "#matrix-h", whole=plan.complete
    )
    yield _logins(page_set, counts)
    reasons = [f"{row.facts}: {row.words}" for row in unknown[:_CAUSES]]
    rest = sum(row.facts for row in unknown[_CAUSES:])
    reasons += [f"{rest} for other reasons"] if rest else []
    down = sum(row.down for row in matrix.rows)
    reasons += [f"{plural(down, 'school')} did not answer"] if down else []
    reasons += ["the check was stopped early"] if plan.interrupted else []
    yield _tile("unseen", "Could not be checked", counts.unknown, reasons, "#unseen", whole=plan.complete)


_OVER, _MISSING = (CellCounts._fields.index(name) for name in ("over", "missing"))


def _tile(mark: str, name: str, number: int, more: Sequence[str], href: str, *, whole: bool) -> Tile:
    if number:
        return Tile("leak" if mark == "refused" else mark, mark, name, number, more, href)
    if whole:
        return Tile("zero", "agreed", name, 0, more or ["everything was checked"], href)
    return Tile("none-seen", "unseen", name, 0, more or ["not everything could be checked"], href)


def _in_places(number: int) -> Sequence[str]:
    return [f"in {plural(number, 'place')}"] if number else []


def _logins(page_set: PageSet, counts: CellCounts) -> Tile:
    accounts = [access for access in page_set.report.plan.accesses if access.via is Via.ACCOUNT]
    known = [access.login for access in accounts if isinstance(access.login, Known)]
    working = sum(login.value is Login.WORKS for login in known)
    verb = "works" if len(accounts) == 1 else "work"
    more = [f"{working} of {plural(len(accounts), 'login')} {verb}"]
    if len(known) < len(accounts):
        more.append(f"{len(accounts) - len(known)} could not be checked")
    return _tile("refused", "Logins refused", counts.refused, more, "#worst", whole=len(known) == len(accounts))


def fact_bar(material: ReportInput) -> FactBar:
    """Everything that was to be compared, to scale; a small number still shows."""
    plan = material.plan
    totals = fact_totals(parts_of(material))
    red = plan.summary.revoke + plan.summary.mend_login
    numbers = {
        "agreed": totals.agreed,
        "different": red,
        "missing": totals.different - red,
        "unseen": totals.unknown,
    }
    shown = {look: number for look, number in numbers.items() if number}
    room = _WIDTH - _GAP * max(0, len(shown) - 1) - _THIN * len(shown)
    pieces, x = [], 0
    for look, number in shown.items():
        width = _THIN + room * number // totals.everything
        pieces.append(BarPiece(look, x, width))
        x += width + _GAP
    return FactBar(totals, plan.summary.waived, pieces)
