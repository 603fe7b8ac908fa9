"""Outcomes <-> data, as `schemas/outcomes.schema.json` and `schemas/journal.schema.json` describe them.

What is missing, or is of another type, raises KeyError, TypeError or ValueError.
"""

from typing import Any, assert_never

from reconciler.codec.json_types import boolean, text
from reconciler.codec.plan_from_data import evidence_from
from reconciler.codec.plan_to_data import attested_data
from reconciler.model.aspect import Aspect, FactRef
from reconciler.model.evidence import Attested, Evidence, Probed
from reconciler.model.outcome import Contradicted, Failed, Outcome, Pending, Skipped, Verified


def outcome_data(outcome: Outcome) -> dict[str, Any]:
    """One outcome, with what proves it or what is seen instead."""
    return {**subject_data(outcome.subject), "outcome": outcome_name(outcome), **_about(outcome)}


def outcome_name(outcome: Outcome) -> str:
    """The glossary's word for it: verified, contradicted, pending, skipped or failed."""
    return type(outcome).__name__.lower()


def outcome_from(data: dict[str, Any]) -> Outcome:
    """The outcome that `outcome_data` wrote."""
    subject = subject_from(data)
    match data["outcome"]:
        case "verified":
            return Verified(subject, evidence_from(data), boolean(data.get("absent", False)))
        case "contradicted":
            return Contradicted(subject, text(data["seen"]))
        case "pending":
            return Pending(subject, text(data["seen"]))
        case "skipped":
            return Skipped(subject, text(data["seen"]))
        case "failed":
            return Failed(subject, text(data["reason"]))
        case unknown:
            raise ValueError(f"there is no outcome {unknown!r}")


def subject_data(subject: FactRef) -> dict[str, str]:
    """What an outcome or a person's answer is about."""
    return {
        "school": subject.school,
        "supplier": subject.supplier,
        "aspect": subject.aspect.value,
        "name": subject.name,
    }


def subject_from(data: dict[str, Any]) -> FactRef:
    """The subject that `subject_data` wrote."""
    return FactRef(text(data["school"]), text(data["supplier"]), Aspect(data["aspect"]), text(data["name"]))


def _about(outcome: Outcome) -> dict[str, Any]:
    match outcome:
        case Verified(_, evidence, absent):
            return {**_evidence_data(evidence), **({"absent": True} if absent else {})}
        case Contradicted(_, seen) | Pending(_, seen) | Skipped(_, seen):
            return {"seen": seen}
        case Failed(_, reason):
            return {"reason": reason}
        case _:
            assert_never(outcome)


def _evidence_data(evidence: Evidence) -> dict[str, Any]:
    match evidence:
        case Probed(call):
            return {"evidence": call}
        case Attested():
            return {"attested": attested_data(evidence)}
        case _:
            assert_never(evidence)
