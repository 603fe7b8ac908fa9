"""attestation-expiring: an attestation has not expired, and does not expire within 30 days.

After its last day the plan reports the fact as *unknown* again.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.linting.context import LintContext
from reconciler.manifest.resolving.attestations import facts_in
from reconciler.manifest.text.typed_scalars import day_of
from reconciler.manifest.workspace.manifests import Manifest
from reconciler.model.accountability.coming_date import how_near, is_soon
from reconciler.model.problem import Origin, Problem, Severity
from reconciler.planning.validity.effective import declared_facts, newest_facts

ID: Final = "attestation-expiring"


def check(overview: LintContext) -> Iterator[Problem]:
    """Find an attestation that has expired or soon will, if it is the newest on a declared fact."""
    if overview.desired is None:
        return
    near = [one for one in overview.manifests.attestations if _is_near(one, overview)]
    if not near:
        return
    declared = declared_facts(overview.desired)
    newest = newest_facts(overview.desired, overview.today)
    holding = {word.evidence.origin for subject, word in newest.items() if subject in declared}
    for attestation in near:
        if facts := _facts(attestation, holding):
            yield _problem(attestation, facts, overview)


def _is_near(attestation: Manifest, overview: LintContext) -> bool:
    day = day_of(attestation.spec.get("expires", ""))
    return day is not None and is_soon(day, overview.today)


def _facts(attestation: Manifest, holding: set[Origin]) -> list[str]:
    return [declared_fact.fact.key for declared_fact in facts_in(attestation) if declared_fact.origin in holding]


def _problem(attestation: Manifest, facts: list[str], overview: LintContext) -> Problem:
    spec = attestation.spec
    place = "/".join(filter(None, (spec["school"], spec.get("supplier"))))
    day = day_of(spec["expires"])
    assert day is not None  # it is near
    near = how_near(day, overview.today)
    if day < overview.today:
        message = f"This expired {near}. Now unknown at {place}: {', '.join(facts)}."
    else:
        message = f"This expires {near}. Then unknown at {place}: {', '.join(facts)}."
    hint = f"Check again, then run `reconciler attest {place}`. Keep this one as a record."
    return Problem(ID, Severity.ADVICE, attestation.document.value(spec, "expires"), message, hint)
