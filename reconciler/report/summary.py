"""The last lines of a plan: how much there is to do, and how complete the view was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.report.paint import Tone
from reconciler.report.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from reconciler.model.plan import Plan, Summary
    from reconciler.report.paint import Paint


@dataclass(frozen=True, slots=True)
class Wording:
    """The same counts, read forward (what to do) or backward (what moved). Each is a template with `{n}`."""

    title: str
    grant: str
    revoke: str
    mend_login: str
    attest: str


PLAN = Wording("Plan", "{n} to grant", "{n} to revoke", "{n} login{s} to mend", "{n} to attest")
DRIFT = Wording(
    "Drift", "{n} no longer granted", "{n} granted and not declared", "{n} login{s} refused", "{n} to attest"
)


def summary_lines(plan: Plan, wording: Wording, paint: Paint, created: datetime | None) -> Iterator[str]:
    """The lines that close every text report."""
    if plan.interrupted:
        yield paint("Stopped before everything was asked: this is a part of the picture.", Tone.BROKEN)
    yield _verdict(plan, wording, paint)
    for breach in plan.breaches:
        yield paint(
            f"Over a limit of the workspace: {breach.count} to {breach.limit}, the limit is {breach.bound}.",
            Tone.BROKEN,
        )
    yield _view(plan, paint)
    if plan.recorded:
        yield f"Against the snapshot recorded {plan.recorded.isoformat()}, not against the service."
    if created:
        yield f"Made {created.isoformat()}."


def _verdict(plan: Plan, wording: Wording, paint: Paint) -> str:
    summary = plan.summary
    if not summary.accesses:
        return "Nothing was compared: the manifests in scope declare no access."
    if not summary.changes and plan.complete:
        return paint(
            f"In sync: {summary.accesses} of {summary.accesses} accesses are as the manifests say.", Tone.GOOD
        ) + _reported(summary)
    parts = [
        template.format(n=count, s="" if count == 1 else "s")
        for template, count in (
            (wording.grant, summary.grant),
            (wording.revoke, summary.revoke),
            (wording.mend_login, summary.mend_login),
            (wording.attest, summary.attest),
        )
        if count
    ]
    told = ", ".join(parts) if summary.changes else ", ".join(["no difference seen", *parts])
    return f"{wording.title}: {told}. {summary.in_sync} of {summary.accesses} accesses in sync.{_reported(summary)}"


def _reported(summary: Summary) -> str:
    return f" {summary.reported} granted, not declared and only reported." if summary.reported else ""


def _view(plan: Plan, paint: Paint) -> str:
    summary = plan.summary
    share = 100 * summary.known // summary.facts if summary.facts else 100  # never rounded up to a whole view
    seen = f"View: {summary.known} of {summary.facts} facts known ({share} %)."
    tone = Tone.QUIET if plan.complete else Tone.UNKNOWN
    return f"{paint(seen, tone)}  Fingerprint {printable(plan.fingerprint[:8])}."
