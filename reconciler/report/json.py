"""A plan as JSON: the plan file's own form."""

from collections.abc import Iterator

from reconciler.codec.plan_file import BesidePlan, pieces
from reconciler.report.escape import printed
from reconciler.report.input import ReportInput


def render_json(material: ReportInput) -> str:
    """The plan as `schemas/v2/plan.schema.json` describes it; the same bytes for the same material."""
    return "".join(json_pieces(material))


def json_pieces(material: ReportInput) -> Iterator[str]:
    """The same, made piece by piece, each of whole values: a review of a fleet takes gigabytes at once."""
    beside = BesidePlan(material.review, material.orphans, material.applied, material.part, material.coming)
    plan = material.plan
    return map(printed, pieces(plan, version=material.version, created=material.created, beside=beside))
