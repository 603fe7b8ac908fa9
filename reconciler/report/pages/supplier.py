"""One supplier at all its schools."""

from dataclasses import replace

from reconciler.model.accountability.register import SupplierRecord
from reconciler.report.accountability import supplier_page as story
from reconciler.report.pages import links
from reconciler.report.pages.layout import PageHead
from reconciler.report.pages.page_set import PageSet
from reconciler.report.pages.register import answer_page


def supplier_page(page_set: PageSet, record: SupplierRecord) -> str:
    """Render the page of a supplier."""
    page = story.supplier_page(replace(page_set.register, suppliers=(record,)))
    return answer_page(page_set, page, PageHead(links.supplier_page(record.supplier), page.title, links.SUPPLIERS))
