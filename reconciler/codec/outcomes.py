"""Outcomes <-> data, as `schemas/v1/outcomes.schema.json` and `schemas/v1/journal.schema.json` describe them."""

from typing import Final

from reconciler.codec.json_types import Codec, Key, inline, tagged
from reconciler.codec.plan import EVIDENCE, FACT_REF
from reconciler.model.outcome import Contradicted, Failed, Outcome, Pending, Skipped, Verified

OUTCOME: Final[Codec[Outcome]] = tagged(
    "outcome",
    {
        "verified": (Verified, inline("evidence", EVIDENCE), Key("absent", sparse=True)),
        "contradicted": (Contradicted, "seen"),
        "pending": (Pending, "seen"),
        "skipped": (Skipped, "seen"),
        "failed": (Failed, "reason"),
    },
    inline("subject", FACT_REF),
)


def outcome_name(outcome: Outcome) -> str:
    """The glossary's word for it: verified, contradicted, pending, skipped or failed."""
    return type(outcome).__name__.lower()
