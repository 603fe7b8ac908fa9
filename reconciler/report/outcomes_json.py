"""Outcomes as JSON, as `schemas/outcomes.schema.json` describes them."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Final

from reconciler.planning.outcome_data import outcome_data, outcome_name
from reconciler.report.json_text import printed
from reconciler.report.outcomes import ORDER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.model.outcome import Outcome
    from reconciler.model.plan import Plan

FORMAT_VERSION: Final = 1


def render_outcomes_json(
    plan: Plan, outcomes: Sequence[Outcome], others: Sequence[str], not_seen: int, *, version: str
) -> str:
    """The outcomes of an approved plan, an outcome a line; the same bytes for the same state. `not_seen` is how many
    facts nobody knew when the plan was made, beside those that were due."""
    counts = Counter(map(outcome_name, outcomes))
    head = {
        "formatVersion": FORMAT_VERSION,
        "tool": {"name": "reconciler", "version": version},
        "workspace": plan.workspace,
        "fingerprint": plan.fingerprint,
        "counts": {name: counts[name] for name in ORDER},
        "notSeen": not_seen,
        "others": list(others),
    }
    lines = [f"  {_json(key)}: {_json(value)}," for key, value in head.items()]
    rows = ",\n".join(f"    {_json(outcome_data(outcome))}" for outcome in outcomes)
    return "{\n" + "\n".join(lines) + '\n  "outcomes": [' + (f"\n{rows}\n  " if rows else "") + "]\n}\n"


def _json(value: object) -> str:
    return printed(json.dumps(value, ensure_ascii=False))
