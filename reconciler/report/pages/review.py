"""A change of the manifests under review, as a page of the set: the suppliers that it gives more or less, and what to
ask before it is approved."""

from collections.abc import Iterator
from typing import Final

from reconciler.report.pages import links
from reconciler.report.pages.headline import change_heading
from reconciler.report.pages.layout import PageHead, laid_out, stamp_facts
from reconciler.report.pages.page_set import PageSet
from reconciler.report.pages.plan import base_stamp, plan_values, supplier_links
from reconciler.report.pages.register import AgreedTerms, agreed_terms
from reconciler.report.story.rows import Row, Weight
from reconciler.report.story.story import Chapter, Story, story

_ENDS: Final = ("Contract ends", "Review by")  # one of them is enough


def review_page(page_set: PageSet) -> str:
    """Render a review: the values of the plan's page, with what was agreed with each supplier that gets more."""
    material = page_set.review
    assert material  # else the set has no such page
    values = plan_values(material, supplier_links(page_set, links.REVIEW), has_details=False)
    values["questions"] = tuple(_questions(page_set, values["story"]))
    values["stamp"] = (*stamp_facts(page_set), *base_stamp(material))
    head = PageHead(links.REVIEW, f"{values['heading']}: {page_set.stamp.workspace}", links.REVIEW)
    return laid_out("review.html.jinja", page_set, head, **values)


def _questions(page_set: PageSet, whole: Story) -> Iterator[AgreedTerms]:
    """What was agreed with each supplier that gets more, or of which something loud changes, in the order of rows."""
    rows = [row for chapter in whole.chapters for row in chapter.rows if _is_asked(chapter, row)]
    records = {record.supplier: record for record in page_set.register.suppliers}
    for supplier in dict.fromkeys(row.supplier for row in rows if row.supplier in records):
        terms = agreed_terms(records[supplier], page_set)
        is_ending = any(fact.name in _ENDS for fact in terms.facts)
        yield terms._replace(unstated=[name for name in terms.unstated if not (is_ending and name in _ENDS)])


def _is_asked(chapter: Chapter, row: Row) -> bool:
    return chapter.id == "more" or (chapter.id == "other" and row.weight is Weight.LOUD)


def review_heading(page_set: PageSet) -> str:
    """Say in a few words what the change under review does; empty without one."""
    return change_heading(page_set.review, story(page_set.review)) if page_set.review else ""
