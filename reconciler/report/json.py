"""A plan as JSON: the plan file's own form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.planning.planfile import dump
from reconciler.report.json_text import printed

if TYPE_CHECKING:
    from reconciler.report.material import Material


def render_json(material: Material) -> str:
    """The plan as `schemas/plan.schema.json` describes it; the same bytes for the same material."""
    plan, version = material.plan, material.version
    return printed(
        dump(plan, version=version, created=material.created, review=material.review, orphans=material.orphans)
    )
