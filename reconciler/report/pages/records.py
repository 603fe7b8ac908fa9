"""Pages to look things up: the journal of what was done, and the catalogue of what there is to read."""

from collections import defaultdict
from itertools import groupby

from reconciler.model.accountability.least_privilege import EntityDetails, Truth
from reconciler.model.entity import Care, entity_key
from reconciler.report.journal import journal_rows
from reconciler.report.labels import COMMIT
from reconciler.report.outcomes import outcome_lines
from reconciler.report.pages import links
from reconciler.report.pages.layout import PageHead, laid_out
from reconciler.report.pages.page_set import PageSet

_CARES = {Care.SPECIAL: "special", Care.SENSITIVE: "sensitive", Care.PERSONAL: "personal"}


def journal_page(page_set: PageSet) -> str:
    """Render what was done by hand and how it was proven, the newest plan first."""
    plans = [
        (
            plan[:COMMIT],
            [
                (
                    f"{row.time:%Y-%m-%d %H:%M} UTC",
                    row.by,
                    row.words,
                    [line.strip() for line in outcome_lines(row.outcomes)],
                )
                for row in rows
            ],
        )
        for plan, rows in journal_rows(page_set.journal)
    ]
    head = PageHead(links.JOURNAL, f"Journal: {page_set.stamp.workspace}", links.JOURNAL)
    return laid_out("journal.html.jinja", page_set, head, plans=plans[::-1])


def catalogue_page(page_set: PageSet) -> str:
    """Render every known entity by its category, with the suppliers that can read it here."""
    readers: defaultdict[str, set[str]] = defaultdict(set)
    for access in page_set.access.accesses:
        for entity in access.entities:
            if entity.granted is Truth.YES:
                readers[entity.key].add(access.title)

    def category_of(entity: EntityDetails) -> str:
        return entity.category

    categories = [
        (
            category,
            [
                (entity, _CARES.get(entity.care, ""), sorted(readers[entity_key(entity.name)]))
                for entity in sorted(group, key=lambda each: (each.care, each.name))
            ],
        )
        for category, group in groupby(sorted(page_set.catalogue, key=category_of), key=category_of)
    ]
    head = PageHead(links.CATALOGUE, "What there is to read", links.CATALOGUE)
    return laid_out("catalogue.html.jinja", page_set, head, categories=categories)
