"""The lists of schools and of suppliers, the worst first."""

from collections import Counter

from reconciler.report.html.templates import page_parts
from reconciler.report.labels import plural
from reconciler.report.pages import links
from reconciler.report.pages.layout import PageHead, laid_out
from reconciler.report.pages.links import Links
from reconciler.report.pages.matrix import school_matrix
from reconciler.report.pages.page_set import PageSet


def schools_page(page_set: PageSet) -> str:
    """Render the list of schools."""
    matrix = school_matrix(page_set, Links(links.SCHOOLS), page_parts())
    numbers = Counter(access.address.school for access in page_set.report.plan.accesses)
    rows = [
        (links.school_page(row.school), row.title, plural(numbers[row.school], "supplier"), row.counts, row.down)
        for row in matrix.rows
    ]
    head = PageHead(links.SCHOOLS, f"Schools: {page_set.stamp.workspace}", links.SCHOOLS)
    return laid_out("list.html.jinja", page_set, head, title="Schools", one="School", beside="Used here", rows=rows)


def suppliers_page(page_set: PageSet) -> str:
    """Render the list of suppliers."""
    matrix = school_matrix(page_set, Links(links.SUPPLIERS), page_parts())
    numbers = Counter(access.address.supplier for access in page_set.report.plan.accesses)
    rows = [
        (links.supplier_page(one.supplier), one.title, plural(numbers[one.supplier], "school"), one.counts, False)
        for one in matrix.columns
    ]
    head = PageHead(links.SUPPLIERS, f"Suppliers: {page_set.stamp.workspace}", links.SUPPLIERS)
    return laid_out("list.html.jinja", page_set, head, title="Suppliers", one="Supplier", beside="Used at", rows=rows)
