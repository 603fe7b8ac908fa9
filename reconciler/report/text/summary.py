"""The first lines of a plan: the verdict, the limits it exceeds, the work, and how complete the view was."""

from collections.abc import Iterator
from typing import Final

from reconciler.codec.snapshot import told_age
from reconciler.model.aspect import Action
from reconciler.model.evidence import Known
from reconciler.model.plan import Breach, Plan
from reconciler.model.review import NoReview, Review
from reconciler.report.escape import printable
from reconciler.report.input import ReportInput
from reconciler.report.labels import COMMIT, perhaps, plural
from reconciler.report.story.headline import of_state, untouched
from reconciler.report.story.open_data import open_data_lines
from reconciler.report.story.phrases import PART_OF_A_WHOLE
from reconciler.report.story.snapshot_age import last_checked, older_schools
from reconciler.report.story.unknown_lines import other_schools
from reconciler.report.story.without_entities import without_entities
from reconciler.report.style import Paint, Style
from reconciler.report.text.review import causes_line

_LIMITED: Final = {
    "revoke": "{n} to take away{where}, and the limit is {bound}",
    "widen": "{n} to add{where}{perhaps}, and the limit is {bound}",
    "widenConsent": "the lawful basis of {schools} moves away from Consent, so every supplier can read all students "
    "and staff",
}


def summary_lines(material: ReportInput, paint: Paint) -> Iterator[str]:
    """The lines that open every text report."""
    plan, review = material.plan, material.review
    if isinstance(review, NoReview):
        base = f"{printable(review.base)} ({review.commit[:COMMIT]})"
        refusal = f"This change cannot be reviewed: the manifests of {base} are wrong: {printable(review.reason)}."
        yield paint(refusal, Style.BROKEN)
    if plan.interrupted:
        yield paint("Stopped early: this shows only what was asked before the stop.", Style.BROKEN)
    for told in other_schools(material):
        yield paint(printable(f"Another school answers: {told}"), Style.BROKEN)
    yield paint(printable("".join(part.text for part in of_state(material))), _style(material))
    yield from filter(None, (last_checked(material), causes_line(material)))
    if isinstance(review, Review) and review.passed:
        yield untouched(review)
    for loss in without_entities(plan):
        yield paint(f"{loss.supplier} {loss.sentence}", Style.BROKEN)
    for line in open_data_lines(material):
        yield paint(printable(line), Style.BROKEN)
    for breach in plan.breaches:
        yield paint(breach_line(breach), Style.BROKEN)
    yield from filter(None, (material.effort(),))
    if plan.accesses:
        yield _accesses(plan)
    yield _view(plan, paint)
    if material.part:
        yield f"Part {material.part.shard} of the schools {PART_OF_A_WHOLE}"
    if plan.recorded:
        age = f", {told_age(material.age)} old" if material.age is not None else ""
        yield f"Compared with the snapshot of {plan.recorded.isoformat()}{age}, not with Bromcom itself."
        older = older_schools(material)
        if older:
            yield f"Older still: {printable(older)}."
    if material.created:
        yield f"Made {material.created.isoformat()}."


def breach_line(breach: Breach) -> str:
    """Name a limit that a plan exceeds, as `--accept` takes it."""
    where = f" at {breach.school}" if breach.school else ""
    schools = plural(breach.count, "school")
    excess = _LIMITED[breach.limit].format(
        n=breach.count, where=where, bound=breach.bound, schools=schools, perhaps=perhaps(breach)
    )
    return f"Over the limit `{breach.name}`: {excess}."


def _style(material: ReportInput) -> Style:
    """Red is for leaks and refusals, green for a view that is complete and in sync."""
    plan = material.plan
    drift = material.drift_counts()
    if material.wrong_schools or drift[Action.REVOKE] or drift[Action.MEND_LOGIN] or material.orphans:
        return Style.BROKEN
    is_in_sync = plan.accesses and plan.complete and not plan.summary.changes
    return Style.GOOD if is_in_sync else Style.ATTENTION


def _accesses(plan: Plan) -> str:
    summary = plan.summary
    blind = sum(not isinstance(access.granted, Known) for access in plan.accesses)
    parts = [f"{summary.in_sync} of {plural(summary.accesses, 'access', 'accesses')} in sync"]
    parts += [f"{blind} could not be checked"] if blind else []
    parts += [f"{plural(summary.waived, 'difference')} accepted for now"] if summary.waived else []
    parts += [f"{plural(summary.reported, 'extra entity', 'extra entities')} only reported"] if summary.reported else []
    return f"{', '.join(parts)}."


def _view(plan: Plan, paint: Paint) -> str:
    summary, compared = plan.summary, bool(plan.summary.accesses)
    share = f" ({100 * summary.known // summary.facts} %)" if compared else ""  # never rounded up to a whole view
    parts = [f"{summary.known} of {plural(summary.facts, 'fact')} known{share}"]
    parts += [f"{summary.attested} confirmed by a person"] if summary.attested else []
    parts += [f"{summary.attest} for a person to check"] if summary.attest else []
    parts += [f"{summary.undeclared} more not declared, so not checked"] if compared and summary.undeclared else []
    style = Style.QUIET if plan.complete else Style.ATTENTION
    view = paint(f"{', '.join(parts)}.", style)
    return f"{view}  Fingerprint {plan.fingerprint[:8]}."
