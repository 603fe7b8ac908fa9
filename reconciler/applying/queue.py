"""The pages that are left to open."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Final, TypeAlias

from reconciler.model.address import username_key
from reconciler.model.runbook import HandOver, PageId, PageVisit, Runbook, SchoolBook, Step, Verification, Visit

Key: TypeAlias = "tuple[str, PageId]"

_PLACE: Final = {page: place for place, page in enumerate(PageId)}


def page_visits(
    approved: Runbook, left: Runbook, opened: Collection[Key], done_pages: Collection[Key], of: int = 0
) -> tuple[PageVisit, ...]:
    """Return the pages to open next, in the order of the runbook.

    approved    the runbook of the approved plan. Only it has steps that settle no fact, such as a phone call
    left        the runbook of what is left now. If a login works again, it has the ticks that are really missing
    opened      the pages that this run has opened
    done_pages  the pages that were answered with done, in this run or an earlier one: what they tell is told once
    of          how many there were at first; pages that need no visit any more count as visited
    """
    books_left = {book.school: book for book in left.schools}
    visits = [
        (book, visit)
        for book in approved.schools
        for visit in _visits(book, books_left.get(book.school), done_pages)
        if (book.school, visit.page.id) not in opened
    ]
    of = max(of, len(opened) + len(visits))
    return tuple(
        PageVisit(book.school, book.school_id, book.platform, visit, _sheets(book, visit), number, of, book.title)
        for number, (book, visit) in enumerate(visits, start=of - len(visits) + 1)
    )


def to_come(waiting: Iterable[PageVisit], whole: Runbook) -> Runbook:
    """Return the runbook of the pages that wait, with the offers of the whole one."""
    schools: dict[str, SchoolBook] = {}
    for page_visit in waiting:
        before = schools.get(page_visit.school)
        schools[page_visit.school] = SchoolBook(
            school=page_visit.school,
            school_id=page_visit.school_id,
            platform=page_visit.platform,
            visits=(*(before.visits if before else ()), page_visit.visit),
            hand_overs=(*(before.hand_overs if before else ()), *page_visit.hand_overs),
            title=page_visit.title,
        )
    return replace(whole, schools=tuple(schools.values()))


def _visits(approved: SchoolBook, left: SchoolBook | None, done_pages: Collection[Key]) -> Iterator[Visit]:
    """Return the visits to a school: the facts left to settle, and the steps left to tell."""
    pages = {visit.page.id: visit.page for visit in approved.visits}
    steps: dict[PageId, list[Step]] = {page: [] for page in pages}
    for visit in left.visits if left else ():
        pages.setdefault(visit.page.id, visit.page)
        steps.setdefault(visit.page.id, []).extend(step for step in visit.steps if step.settles)
    for visit in approved.visits:
        if (approved.school, visit.page.id) not in done_pages:
            steps[visit.page.id] += [step for step in visit.steps if step.proof is Verification.NONE]
    for page in sorted(pages, key=lambda page: _PLACE[page]):
        if steps[page]:
            yield Visit(pages[page], tuple(sorted(steps[page], key=lambda step: username_key(step.account))))


def _sheets(book: SchoolBook, visit: Visit) -> tuple[HandOver, ...]:
    """Return the hand-over sheets, with the step outside Bromcom that gives them away."""
    # A step that proves nothing on a page of Bromcom makes a role: no sheet goes with that.
    outside = visit.page.id is PageId.OUTSIDE
    return book.hand_overs if outside and any(step.proof is Verification.NONE for step in visit.steps) else ()
