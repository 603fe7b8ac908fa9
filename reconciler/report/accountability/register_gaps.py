"""Gaps of the register: statements that Article 30 asks for and no manifest makes, and all that is not known."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from reconciler.model.accountability.register import Register, SupplierRecord
from reconciler.model.desired import PROCESSING, REGISTER
from reconciler.report.accountability.register_schools import school_gaps
from reconciler.report.accountability.register_words import called, stated
from reconciler.report.labels import plural

_ALWAYS: Final = (
    "Processing without access to Bromcom, such as paper, or other systems of the school.",
    "What a supplier does with the data once it has it: the manifests say what was agreed.",
)
_NEEDED: Final[dict[str, Callable[[SupplierRecord], bool]]] = {
    "condition": lambda record: record.has_special,
    "agreement": lambda record: stated(record, "role") != "controller",  # one is needed with a processor
}


def gaps_of(register: Register) -> Iterator[str]:
    """Tell each gap once, with the suppliers or schools that it is of; those of the Workspace first."""
    for key, name in REGISTER.items():
        if key not in register.said:
            yield f"{name[0].upper()}{name[1:]}: `register.{key}` of the Workspace does not say it."
    yield from supplier_gaps_of(register)
    yield from school_gaps(register)
    yield from _ALWAYS


def supplier_gaps_of(register: Register) -> Iterator[str]:
    """Tell the gaps of suppliers alone."""
    records = register.suppliers
    for key, name in PROCESSING.items():
        wanted = [record for record in records if is_needed(key, record)]
        yield from _missing(name, f"processing.{key}", [each for each in wanted if not stated(each, key)], records)
    for name, key, has in _TERMS:
        yield from _missing(name, key, [record for record in records if not has(record)], records)
    yield from _unproven(records)
    yield from _unchecked(register)


_TERMS: Final[tuple[tuple[str, str, Callable[[SupplierRecord], object]], ...]] = (
    ("purpose", "purpose", lambda record: record.terms.purpose),
    ("contact", "contact", lambda record: record.terms.contact),
    ("first day of access", "accessFrom", lambda record: record.is_over or len(record.since) == len(record.schools)),
    ("end or review", "contractEnd or reviewBy", lambda record: record.terms.contract_end or record.terms.review_by),
)


def is_needed(key: str, record: SupplierRecord) -> bool:
    """Tell if a supplier's manifest should say this key of `processing`."""
    return key not in _NEEDED or _NEEDED[key](record)


def _missing(
    name: str, key: str, lacking: Sequence[SupplierRecord], records: Sequence[SupplierRecord]
) -> Iterator[str]:
    if lacking:
        whose = called(lacking) if len(lacking) < len(records) or len(records) == 1 else "any supplier"
        yield f"{name[0].upper()}{name[1:]}: `{key}` is not stated for {whose}."


def _unproven(records: Sequence[SupplierRecord]) -> Iterator[str]:
    for record in records:
        names = [product.name.value for product in record.terms.downstream if not product.receipt]
        if names:
            yield f"Evidence that {', '.join(names)} may have data from {record.title}: no `receipt` is stated."


def _unchecked(register: Register) -> Iterator[str]:
    for record in register.suppliers:
        reasons: dict[str, list[str]] = {}
        for school, reason in record.unchecked:
            reasons.setdefault(reason, []).append(register.titles[school])
        for reason, schools in reasons.items():
            yield f"What {record.title} can read at {', '.join(schools)}: {reason}."
        if record.unseen_writing:
            schools = [register.titles[school] for school in record.unseen_writing]
            yield f"What {record.title} can write at {', '.join(schools)}: nobody has confirmed it."
        if len(record.writing) < len(record.schools):
            number = plural(len(record.schools) - len(record.writing), "school")
            yield f"What {record.title} may write at {number}: its manifest has no `writeBack`, so nobody looks."
        if unset := record.settings.get("", 0):
            number = plural(unset, "school")
            yield f"The lawful basis that Bromcom is set to at {number} of {record.title}: nobody has confirmed it."
        if record.unrecognised:
            yield f"What {', '.join(record.unrecognised)} of {record.title} holds: treat it as sensitive."
