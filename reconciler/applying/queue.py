"""Which pages are left to open."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Final, TypeAlias

from reconciler.applying.operator import PageVisit
from reconciler.model.address import username_key
from reconciler.model.runbook import HandOver, PageId, Runbook, SchoolBook, Step, Verification, Visit

Key: TypeAlias = "tuple[str, PageId]"

_PLACE: Final = {page: place for place, page in enumerate(PageId)}


def page_visits(
    approved: Runbook, left: Runbook, opened: Collection[Key], told: Collection[Key], of: int = 0
) -> tuple[PageVisit, ...]:
    """The pages to open next, in the order of the runbook.

    approved  the runbook of the approved plan: what is to be told settles no fact, and stays to be told until it was
    left      the runbook of what is left of it now: where a login works again, with the ticks that are really missing
    opened    the pages that this run has opened
    told      the pages that the person answered with done, in this run or an earlier one: nothing is told twice
    of        how many there were at the beginning of this run; pages that need no visit by now count as visited
    """
    later = {book.school: book for book in left.schools}
    visits = [
        (book, visit)
        for book in approved.schools
        for visit in _visits(book, later.get(book.school), told)
        if (book.school, visit.page.id) not in opened
    ]
    of = max(of, len(opened) + len(visits))
    return tuple(
        PageVisit(book.school, book.school_id, book.platform, visit, _sheets(book, visit), number, of)
        for number, (book, visit) in enumerate(visits, start=of - len(visits) + 1)
    )


def to_come(waiting: Iterable[PageVisit], whole: Runbook) -> Runbook:
    """The runbook of the pages that wait, with the offers of the whole one."""
    schools: dict[str, SchoolBook] = {}
    for turn in waiting:
        before = schools.get(turn.school)
        schools[turn.school] = SchoolBook(
            school=turn.school,
            school_id=turn.school_id,
            platform=turn.platform,
            visits=(*(before.visits if before else ()), turn.visit),
            hand_overs=(*(before.hand_overs if before else ()), *turn.hand_overs),
        )
    return replace(whole, schools=tuple(schools.values()))


def _visits(approved: SchoolBook, left: SchoolBook | None, told: Collection[Key]) -> Iterator[Visit]:
    """The visits to a school: what is left to settle, and what is left to tell."""
    pages = {visit.page.id: visit.page for visit in approved.visits}
    steps: dict[PageId, list[Step]] = {page: [] for page in pages}
    for visit in left.visits if left else ():
        pages.setdefault(visit.page.id, visit.page)
        steps.setdefault(visit.page.id, []).extend(step for step in visit.steps if step.settles)
    for visit in approved.visits:
        if (approved.school, visit.page.id) not in told:
            steps[visit.page.id] += [step for step in visit.steps if step.proof is Verification.NONE]
    for page in sorted(pages, key=lambda page: _PLACE[page]):
        if steps[page]:
            yield Visit(pages[page], tuple(sorted(steps[page], key=lambda step: username_key(step.account))))


def _sheets(book: SchoolBook, visit: Visit) -> tuple[HandOver, ...]:
    """The hand-over sheets go with the step outside Bromcom that gives them away; a step elsewhere that proves nothing
    makes a role."""
    outside = visit.page.id is PageId.OUTSIDE
    return book.hand_overs if outside and any(step.proof is Verification.NONE for step in visit.steps) else ()
