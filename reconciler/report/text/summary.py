"""The last lines of a plan: how much there is to do, and how complete the view was."""

from collections.abc import Iterator

from reconciler.codec.snapshot import told_age
from reconciler.model.evidence import Known
from reconciler.model.plan import Breach, Plan
from reconciler.model.review import Review
from reconciler.report.escape import printable
from reconciler.report.input import ReportInput
from reconciler.report.labels import plural
from reconciler.report.story.snapshot_age import older_schools, unlooked
from reconciler.report.story.without_entities import without_entities
from reconciler.report.style import Paint, Style
from reconciler.report.text.review import causes_line, passed_line

_LIMITED = {
    "revoke": "{n} to revoke{where}, and it says {bound}",
    "widen": "{n} to grant or to tick{where}, and it says {bound}",
    "widenConsent": "the lawful basis of {schools} moves away from Consent, so every supplier may read all students "
    "and staff",
}


def summary_lines(material: ReportInput, paint: Paint) -> Iterator[str]:
    """The lines that close every text report."""
    plan = material.plan
    if plan.interrupted:
        yield paint("Stopped before everything was asked: this is a part of the picture.", Style.BROKEN)
    yield f"{_verdict(material, paint)}  {material.effort()}".rstrip()
    yield from filter(None, (unlooked(material), causes_line(material), passed_line(material)))
    if plan.summary.waived:
        yield f"Waived: {plural(plan.summary.waived, 'difference')} that somebody accepts for now."
    for each in without_entities(plan):
        yield paint(f"{each.supplier} {each.told}", Style.BROKEN)
    for breach in plan.breaches:
        yield paint(breach_line(breach), Style.BROKEN)
    if plan.accesses:
        yield _accesses(plan)
    yield _view(plan, paint)
    if plan.recorded:
        age = f", {told_age(material.age)} before" if material.age is not None else ""
        yield f"Against the snapshot recorded {plan.recorded.isoformat()}{age}, not against the service."
        older = older_schools(material)
        if older:
            yield f"Seen longer ago: {printable(older)}."
    if material.created:
        yield f"Made {material.created.isoformat()}."


def breach_line(breach: Breach) -> str:
    """A limit that a plan goes over, by the name that `--accept` takes."""
    where = f" at {breach.school}" if breach.school else ""
    schools = plural(breach.count, "school")
    told = _LIMITED[breach.limit].format(n=breach.count, where=where, bound=breach.bound, schools=schools)
    return f"Over the limit `{breach.name}` of the workspace: {told}."


def _verdict(material: ReportInput, paint: Paint) -> str:
    plan, wording = material.plan, material.wording
    summary = plan.summary
    review = material.review
    left = len(material.orphans)
    if not (left or summary.accesses or plan.schools) and isinstance(review, Review) and review.passed:
        return "This change leaves every access as it was."
    if not (left or summary.accesses):
        return "Nothing was compared: the manifests in scope declare no access."
    counts = (
        (wording.grant, summary.grant),
        (wording.revoke, summary.revoke),
        (wording.mend_login, summary.mend_login),
        (wording.set, summary.set),
        ("{n} account{s} no longer agreed", left),
        ("{n} to attest", summary.attest),
    )
    if summary.changes or left:
        told = [template.format(n=count, s="" if count == 1 else "s") for template, count in counts if count]
        return f"{wording.title}: {', '.join(told)}."
    if plan.complete and summary.waived:
        return paint("In sync, apart from what is waived.", Style.GOOD)
    if plan.complete:
        return paint("In sync: everything is as the manifests say.", Style.GOOD)
    if summary.attest and summary.attest == summary.unknown:
        return f"{wording.title}: no difference seen, {summary.attest} to attest."
    attest = f"; {summary.attest} to attest" if summary.attest else ""
    return f"{wording.title}: no difference seen, but not everything was{attest}."


def _accesses(plan: Plan) -> str:
    summary = plan.summary
    blind = sum(not isinstance(access.granted, Known) for access in plan.accesses)
    told = f"Accesses: {summary.in_sync} of {summary.accesses} in sync"
    told += f", {blind} not seen." if blind else "."
    if summary.reported:
        told += f" {plural(summary.reported, 'entity', 'entities')} granted, not declared and only reported."
    return told


def _view(plan: Plan, paint: Paint) -> str:
    summary = plan.summary
    told = f"View: {summary.known} of {summary.facts} facts known"
    if summary.accesses:
        told += f" ({100 * summary.known // summary.facts} %)"  # never rounded up to a whole view
    if summary.attested:
        told += f", {summary.attested} by attestation"
    if summary.accesses and summary.undeclared:
        told += f"; {summary.undeclared} more not declared, so not checked"
    return f"{paint(told + '.', Style.QUIET if plan.complete else Style.UNKNOWN)}  Fingerprint {plan.fingerprint[:8]}."
