"""The register as JSON, for programs: `schemas/v1/register.schema.json` describes it."""

from typing import Any

from reconciler.model.accountability.register import (
    EndedAccess,
    LineEvidence,
    Register,
    RegisterLine,
    SchoolFact,
    SupplierRecord,
)
from reconciler.model.change import Waived
from reconciler.model.desired import PROCESSING, REGISTER
from reconciler.model.entity import Care
from reconciler.report.accountability.register_gaps import gaps_of
from reconciler.report.escape import json_text

_CARES = {
    Care.EVERYTHING: "special-category",
    Care.SPECIAL: "special-category",
    Care.SENSITIVE: "sensitive",
    Care.PERSONAL: "personal",
    Care.NONE: "none",
}


def render_register_json(register: Register) -> str:
    """Render the register; null is what no manifest says, or what is not known."""
    return json_text(
        {
            "formatVersion": 1,
            "workspace": register.workspace,
            "made": register.made.isoformat(),
            "recorded": register.recorded.isoformat() if register.recorded else None,
            "controller": {key: _said(register.said.get(key)) for key in REGISTER},
            "schools": [
                {"name": name, "title": title, "facts": [_fact(fact) for fact in register.facts.get(name, ())]}
                for name, title in register.titles.items()
            ],
            "filters": register.filters,
            "suppliers": [_supplier(record) for record in register.suppliers],
            "gaps": list(gaps_of(register)),
        }
    )


def _said(value: Any) -> str | None:
    return value.value if value else None


def _supplier(record: SupplierRecord) -> dict[str, Any]:
    terms = record.terms
    return {
        "supplier": record.supplier,
        "title": record.title,
        "purpose": _said(terms.purpose),
        "contact": _said(terms.contact),
        "contractEnd": _said(terms.contract_end),
        "reviewBy": _said(terms.review_by),
        "processing": {key: _said(terms.processing.get(key)) for key in PROCESSING},
        "downstream": [
            {"name": each.name.value, "purpose": each.purpose or None, "receipt": each.receipt or None}
            for each in terms.downstream
        ],
        "schools": list(record.schools),
        "since": {school: day.isoformat() for school, day in record.since.items()},
        "settings": [{"basis": basis or None, "schools": number} for basis, number in record.settings.items()],
        "unchecked": [each._asdict() for each in record.unchecked],
        "writing": {"declared": list(record.writing), "unknown": list(record.unseen_writing)},
        "ended": [_ended(each) for each in record.ended],
        "data": [_line(line) for line in record.lines],
    }


def _fact(fact: SchoolFact) -> dict[str, Any]:
    return {
        "aspect": fact.aspect.value,
        "name": fact.name or None,
        "value": fact.value or None,
        "wanted": fact.wanted or None,
        **_evidence(fact.evidence),
        "accepted": _accepted(fact.accepted),
    }


def _ended(each: EndedAccess) -> dict[str, Any]:
    return {
        "school": each.school,
        "reason": each.ended.reason.value,
        "day": each.ended.day.isoformat() if each.ended.day else None,
        "closed": each.closed,
        **_evidence(each.evidence),
        "deletion": {"value": each.deletion or None, **_evidence(each.deletion_evidence)} if each.asked else None,
    }


def _line(line: RegisterLine) -> dict[str, Any]:
    return {
        "may": line.may.value,
        "state": line.state.value,
        "sensitivity": _CARES[line.care] if line.category else None,
        "category": line.category or None,
        "names": list(line.names),
        "people": list(line.people) if line.category else None,
        "schools": list(line.schools),
        **_evidence(line.evidence),
        "accepted": _accepted(line.accepted),
    }


def _evidence(evidence: LineEvidence) -> dict[str, Any]:
    return {
        "known": evidence.kind.value,
        "oldest": evidence.oldest.isoformat() if evidence.oldest else None,
        "until": evidence.until.isoformat() if evidence.until else None,
        "confirmedBy": list(evidence.people),
        "reasons": list(evidence.reasons),
    }


def _accepted(terms: Waived | None) -> dict[str, str] | None:
    return {"by": terms.by, "reason": terms.reason, "until": terms.expires.isoformat()} if terms else None
