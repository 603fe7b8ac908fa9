"""One school: what each of its suppliers can read, what differs, and how that is known."""

from reconciler.model.plan import SchoolPlan
from reconciler.report.pages import links
from reconciler.report.pages.access_rows import access_rows, told, words
from reconciler.report.pages.counts import counts_of, fact_totals
from reconciler.report.pages.headline import verdict_of
from reconciler.report.pages.layout import PageHead, laid_out
from reconciler.report.pages.matrix import ITSELF
from reconciler.report.pages.page_set import PageSet, narrowed, parts_of
from reconciler.report.pages.since import different_since
from reconciler.report.story.sections import every_section
from reconciler.report.story.unknown_lines import is_down


def school_page(page_set: PageSet, school: SchoolPlan) -> str:
    """Render the page of a school."""
    accesses = [access for access in page_set.report.plan.accesses if access.address.school == school.name]
    material = narrowed(page_set.report, [school], accesses)
    verdict = verdict_of(material)
    own = next(iter(every_section(narrowed(material, [school], []))))
    changes = [change for change in school.changes if not change.waived]
    terms = {record.supplier: record.terms.purpose for record in page_set.register.suppliers}
    title = page_set.school_title(school.name)
    return laid_out(
        "school.html.jinja",
        page_set,
        PageHead(links.school_page(school.name), f"{title}: {verdict.words.lower()}", links.SCHOOLS),
        verdict=verdict,
        title=title,
        school=school,
        down=is_down(school),
        rows=access_rows(page_set, material),
        purposes={name: " ".join(purpose.value.split()) for name, purpose in terms.items() if purpose},
        itself=ITSELF,
        own=told(own.lines),
        own_counts=counts_of(school, material.sensitivity),
        own_evidence=tuple(words(school.vouched)),
        own_since=different_since(page_set.history, [(school.name, "")], changes),
        totals=fact_totals(parts_of(material)),
    )
