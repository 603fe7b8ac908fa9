"""The register within the set: the same data as `report register` has."""

from reconciler.report.accountability import register_page as story
from reconciler.report.accountability.page import ReportPage
from reconciler.report.accountability.page_html import MARKS
from reconciler.report.pages import links
from reconciler.report.pages.layout import PageHead, laid_out
from reconciler.report.pages.page_set import PageSet


def register_page(page_set: PageSet) -> str:
    """Render the record of processing activities."""
    page = story.register_page(page_set.register)
    return answer_page(page_set, page, PageHead(links.REGISTER, page.title, links.REGISTER))


def answer_page(page_set: PageSet, page: ReportPage, head: PageHead) -> str:
    """Lay out a page for people who answer for access in the frame of the set."""
    return laid_out("answer.html.jinja", page_set, head, page=page, marks=MARKS)
