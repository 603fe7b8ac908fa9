"""The manifests that Bromcom was last brought in line with: of --applied, or of the journal's verified applies.

What the manifests ask for since then is still to be carried out, and no drift. An apply may be of some schools or
suppliers only, so each place has the last apply that was about it:

| the last verified apply       | was about the place                 | so there what the manifests ask for since is |
|-------------------------------|-------------------------------------|----------------------------------------------|
| began from a commit           | yes, or its manifests had no such   | pending                                      |
| began from no commit          | yes                                 | drift                                        |
| any                           | no                                  | as the apply before it says                  |
| none, or too long ago         |                                     | drift                                        |
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler import review
from reconciler.errors import InputError
from reconciler.model.drift_news import Place
from reconciler.model.review import AppliedRevision
from reconciler.startup import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import date
    from pathlib import Path

    from reconciler.applying.resume import VerifiedApply
    from reconciler.model.aspect import FactRef
    from reconciler.model.desired import Desired
    from reconciler.model.live import Live
    from reconciler.model.outcome import Verified
    from reconciler.model.plan import Plan
    from reconciler.review import Base

_MOST = 20  # applies that are looked at: each has manifests to read


@dataclass(frozen=True, slots=True)
class AppliedManifests:
    """The manifests of an apply.

    named     the revision as it was typed; empty if the journal knows it
    verified  what was verified since, as the journal says
    places    the schools and accesses of which this apply was the last
    """

    named: str
    base: Base
    verified: Mapping[FactRef, Verified]
    places: AbstractSet[Place]

    def pending(self, plan: Plan, live: Live, wanted: Desired, today: date) -> AppliedRevision:
        """Tell which differences of a plan are not carried out yet."""
        keys = review.pending_since(self.base, plan, live, wanted, self.verified, today)
        there = frozenset(key for key in keys if Place(key.school, key.supplier) in self.places)
        return AppliedRevision(self.named, self.base.revision.commit, there)


def told_apart(
    applies: Sequence[AppliedManifests], plan: Plan, live: Live, wanted: Desired, today: date
) -> AppliedRevision | None:
    """Tell which differences of a plan are not carried out yet; None if no apply is known. The newest names the
    commit."""
    found = [apply.pending(plan, live, wanted, today) for apply in applies]
    return replace(found[0], pending=frozenset().union(*(each.pending for each in found))) if found else None


def applied_manifests(
    workspace: Path, named: str | None, head: Desired, today: date, warn: Callable[[str], None]
) -> Sequence[AppliedManifests]:
    """Read the manifests of the revision that was typed, or else of the journal's verified applies, the newest first.

    Raises InputError if the typed revision cannot be read. If one of the journal's cannot, `warn` is told, and what
    differs at the places that are left is drift.
    """
    if named is not None:
        return [AppliedManifests(named, review.applied_base(workspace, named, head, today), {}, _places(head))]
    applies = []
    try:
        for apply in _of_journal(workspace, head, today):
            applies.append(apply)  # noqa: PERF402  # those before an error count
    except InputError as error:
        warn(f"Warning: {error} So what differs there counts as drift. To compare with another revision: --applied.")
    return applies


def _of_journal(workspace: Path, head: Desired, today: date) -> Iterator[AppliedManifests]:
    from reconciler.applying.resume import verified_applies
    from reconciler.journal.file import read_sound_journal
    from reconciler.state_folder.paths import journal_of

    left = set(_places(head))
    for apply in verified_applies(read_sound_journal(journal_of(workspace)).entries)[:_MOST]:
        base = review.applied_base(workspace, apply.commit, head, today) if apply.commit else None
        there = _planned(apply, workspace)
        covered = {place for place in left if place in there or (base and place not in _places(base.desired))}
        left -= covered
        if base and covered:
            yield AppliedManifests("", base, apply.verified, covered)
        if not left:
            return


def _planned(apply: VerifiedApply, workspace: Path) -> AbstractSet[Place]:
    """The places that an apply was about, from its kept plan; raises InputError if that is gone."""
    from reconciler.applying.plan_files import kept_plan
    from reconciler.state_folder.paths import plans_of

    plan = kept_plan(apply.fingerprint, plans_of(workspace)).plan
    schools = {Place(school.name, "") for school in plan.schools}
    return schools | {Place(*access.address) for access in plan.accesses}


def _places(desired: Desired) -> AbstractSet[Place]:
    return {Place(name, "") for name in desired.schools} | {Place(*address) for address in desired.accesses}
