"""A plan as JSON: the plan file's own form."""

from reconciler.codec.plan_file import BesidePlan, dump
from reconciler.report.escape import printed
from reconciler.report.input import ReportInput


def render_json(material: ReportInput) -> str:
    """The plan as `schemas/plan.schema.json` describes it; the same bytes for the same material."""
    plan, beside = material.plan, BesidePlan(material.review, material.orphans, material.applied, material.part)
    return printed(dump(plan, version=material.version, created=material.created, beside=beside))
