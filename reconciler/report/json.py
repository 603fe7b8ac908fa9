"""A plan as JSON: the plan file's own form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.planning.planfile import dump

if TYPE_CHECKING:
    from datetime import datetime

    from reconciler.model.plan import Plan


def render_json(plan: Plan, *, version: str, created: datetime | None = None) -> str:
    """The plan as `schemas/plan.schema.json` describes it; the same bytes for the same plan and arguments."""
    return dump(plan, version=version, created=created)
