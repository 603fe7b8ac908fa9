"""Every page of a set, by its address: static files have all of them, and the app makes the one that is asked for."""

from collections.abc import Callable, Iterator
from functools import partial

from reconciler.report.html.templates import style_sheet
from reconciler.report.pages import links
from reconciler.report.pages.lists import schools_page, suppliers_page
from reconciler.report.pages.overview import overview_page
from reconciler.report.pages.page_set import PageSet
from reconciler.report.pages.plan import plan_page
from reconciler.report.pages.records import catalogue_page, journal_page
from reconciler.report.pages.register import register_page
from reconciler.report.pages.review import review_page
from reconciler.report.pages.school import school_page
from reconciler.report.pages.supplier import supplier_page

# What pages link to beside each other: {address: template}.
ASSETS = {"assets/pages.css": "pages/pages.css", "assets/pages.js": "pages/pages.js"}


def pages_of(page_set: PageSet) -> Iterator[tuple[str, Callable[[], str]]]:
    """(address, what renders it) of each page."""
    yield links.OVERVIEW, partial(overview_page, page_set)
    yield links.SCHOOLS, partial(schools_page, page_set)
    for school in page_set.report.plan.schools:
        yield links.school_page(school.name), partial(school_page, page_set, school)
    yield links.SUPPLIERS, partial(suppliers_page, page_set)
    for supplier in sorted({access.address.supplier for access in page_set.report.plan.accesses}):
        yield links.supplier_page(supplier), partial(supplier_page, page_set, supplier)
    yield links.REGISTER, partial(register_page, page_set)
    yield links.PLAN, partial(plan_page, page_set)
    if page_set.review:
        yield links.REVIEW, partial(review_page, page_set)
    yield links.CATALOGUE, partial(catalogue_page, page_set)
    if page_set.with_usernames:  # it names people and accounts
        yield links.JOURNAL, partial(journal_page, page_set)


def assets() -> Iterator[tuple[str, str]]:
    """(address, text) of the style sheet and the script."""
    yield from ((address, style_sheet(template)) for address, template in ASSETS.items())
