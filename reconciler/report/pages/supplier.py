"""One supplier at all its schools: what was agreed, what it can read, and where that is not so."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from reconciler.model.accountability.least_privilege import EntityDetails, EntityPrivilege, Truth
from reconciler.model.accountability.register import DataState, May
from reconciler.model.aspect import Aspect
from reconciler.model.entity import entity_key
from reconciler.report.accountability.register_gaps import supplier_gaps_of
from reconciler.report.accountability.supplier_page import whose_data
from reconciler.report.labels import plural
from reconciler.report.pages import links
from reconciler.report.pages.access_rows import CARES, access_rows
from reconciler.report.pages.counts import fact_totals
from reconciler.report.pages.headline import verdict_of
from reconciler.report.pages.layout import PageHead, laid_out
from reconciler.report.pages.page_set import PageSet, narrowed, parts_of
from reconciler.report.pages.register import agreed_terms
from reconciler.report.pages.since import readable_since

_FEW: Final = 3  # schools that a line names
_HEADINGS: Final = {"special": "Special category", "sensitive": "Sensitive", "personal": "Personal"}


class EntityAtSchools(NamedTuple):
    """A kind of record, and the schools where it is in each state; those that are accepted are apart."""

    about: EntityDetails
    schools: Mapping[str, Sequence[str]]
    since: str

    @property
    def is_odd(self) -> bool:
        """It is not as agreed everywhere, or could not be checked somewhere."""
        return bool(self.schools.keys() - {"agreed"})

    def where(self, state: str) -> Sequence[str]:
        """The titles of the schools in a state."""
        return self.schools.get(state, ())


def supplier_page(page_set: PageSet, supplier: str) -> str:
    """Render the page of a supplier."""
    record = next(record for record in page_set.register.suppliers if record.supplier == supplier)
    accesses = [each for each in page_set.report.plan.accesses if each.address.supplier == supplier]
    material = narrowed(page_set.report, (), accesses)
    verdict, rows = verdict_of(material), access_rows(page_set, material)
    entities = sorted(_entities(page_set, record.supplier), key=lambda each: (each.about.care, each.about.name))
    groups = {care: [each for each in entities if CARES.get(each.about.care, "personal") == care] for care in _HEADINGS}
    return laid_out(
        "supplier.html.jinja",
        page_set,
        PageHead(links.supplier_page(record.supplier), f"{record.title}: {verdict.words.lower()}", links.SUPPLIERS),
        verdict=verdict,
        record=record,
        used_at=plural(len(record.schools), "school"),
        terms=agreed_terms(record, page_set),
        whose=whose_data(record).tables[0],
        groups=[(care, heading, groups[care]) for care, heading in _HEADINGS.items() if groups[care]],
        few=_FEW,
        writing=[line for line in record.lines if line.may is May.WRITE],
        written={DataState.TOO_MANY: "leak", DataState.UNKNOWN: "unseen", DataState.MISSING: "missing"},
        titles=page_set.register.titles,
        rows=[row for row in rows if not row.counts.is_quiet],
        agreed=[row for row in rows if row.counts.is_quiet],
        gaps=tuple(supplier_gaps_of(replace(page_set.register, suppliers=(record,)))),
        totals=fact_totals(parts_of(material)),
    )


def _entities(page_set: PageSet, supplier: str) -> Iterator[EntityAtSchools]:
    """Each kind of record that it may read or can read, once."""
    accepted = {
        (access.address.school, entity_key(change.name))
        for access in page_set.report.plan.accesses
        if access.address.supplier == supplier
        for change in access.changes
        if change.waived and change.aspect is Aspect.READ
    }
    details: dict[str, EntityDetails] = {}
    schools: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    readers: defaultdict[str, list[str]] = defaultdict(list)
    for access in page_set.access.accesses:
        if access.address.supplier != supplier:
            continue
        for entity in access.entities:
            school = access.address.school
            state = "accepted" if (school, entity.key) in accepted else _state(entity)
            if state:
                details.setdefault(entity.key, entity.about)
                schools[entity.key][state].append(page_set.school_title(school))
            if entity.granted is Truth.YES:
                readers[entity.key].append(school)
    for key, about in details.items():
        yield EntityAtSchools(about, schools[key], readable_since(page_set.history, supplier, readers[key], [key]))


def _state(entity: EntityPrivilege) -> str:
    """Name the state of an entity at a school; empty if it is neither agreed nor there."""
    match entity.granted:
        case Truth.YES:
            return "agreed" if entity.declared else "over"
        case Truth.NO:
            return "missing" if entity.declared else ""
        case Truth.UNKNOWN:
            return "unknown" if entity.declared else ""
