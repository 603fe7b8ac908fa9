"""Work by hand: a plan in, the clicks that carry it out, page by page. No I/O, no clock, no catalogue."""

from collections.abc import Callable, Iterator, Mapping
from itertools import repeat

from reconciler.model.address import username_key
from reconciler.model.plan import Plan
from reconciler.model.runbook import Page, PageId, Runbook, SchoolBook, Step, Visit
from reconciler.runbook import applications, closing, consent, defaults, outside, roles, ticks, users
from reconciler.runbook.central import centrals
from reconciler.runbook.outside import hand_over_sheets
from reconciler.runbook.tasks import SchoolWork, alike_works, school_works

# What one page makes the next ones need: a role is made before it is given, an account before it is ticked, its ticks
# go before it is closed, a basis is set before anybody is asked for the consent of each person.
_STEPS: Mapping[PageId, Callable[[Page, SchoolWork], list[Step]]] = {
    PageId.ROLES: roles.steps,
    PageId.USERS: users.steps,
    PageId.THIRD_PARTY: ticks.steps,
    PageId.CLOSING: closing.steps,
    PageId.PARTNER_APPLICATIONS: applications.steps,
    PageId.DEFAULTS: defaults.steps,
    PageId.STUDENTS: consent.steps,
    PageId.STAFF: consent.steps,
    PageId.CONTACTS: consent.steps,
    PageId.OUTSIDE: outside.steps,
}


def make_runbook(plan: Plan, pages: Mapping[PageId, Page]) -> Runbook:
    """List the steps that settle every difference without a waiver, and every fact that a person must check.

    Schools come in the plan's order, pages in the order of PageId, each opened once, then accounts. The same plan gives
    the same runbook.
    """
    return Runbook(
        workspace=plan.workspace,
        fingerprint=plan.fingerprint,
        schools=tuple(book for work in school_works(plan) if (book := _school(work, pages)).visits),
        central=centrals(plan, school_works(plan), pages),
    )


def counted_books(plan: Plan, pages: Mapping[PageId, Page]) -> Iterator[SchoolBook]:
    """A book for each school that has work, to be counted, one at a time: schools whose work differs in names alone
    have the first one's."""
    for work, schools in alike_works(plan):
        book = _school(work, pages)
        if book.visits:
            yield from repeat(book, schools)


def _school(school: SchoolWork, pages: Mapping[PageId, Page]) -> SchoolBook:
    plan = school.plan
    return SchoolBook(
        school=plan.name,
        school_id=plan.school_id,
        platform=plan.platform,
        visits=tuple(_visits(school, pages)),
        hand_overs=hand_over_sheets(school),
        title=plan.title,
    )


def _visits(school: SchoolWork, pages: Mapping[PageId, Page]) -> Iterator[Visit]:
    for which, steps_on in _STEPS.items():
        steps = sorted(steps_on(pages[which], school), key=lambda step: username_key(step.account))
        if steps:
            yield Visit(pages[which], tuple(steps))
