"""A plan as JSON: the plan file's own form."""

from reconciler.codec.plan_file import dump
from reconciler.report.escape import printed
from reconciler.report.input import ReportInput


def render_json(material: ReportInput) -> str:
    """The plan as `schemas/plan.schema.json` describes it; the same bytes for the same material."""
    plan, version = material.plan, material.version
    return printed(
        dump(plan, version=version, created=material.created, review=material.review, orphans=material.orphans)
    )
