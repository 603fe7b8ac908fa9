"""The manifests that Bromcom was last brought in line with: of --applied, or of the journal's last verified apply.

What the manifests ask for since then is still to be carried out, and no drift.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler import review
from reconciler.errors import InputError
from reconciler.model.review import AppliedRevision

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date
    from pathlib import Path

    from reconciler.model.aspect import FactRef
    from reconciler.model.desired import Desired
    from reconciler.model.live import Live
    from reconciler.model.outcome import Verified
    from reconciler.model.plan import Plan
    from reconciler.review import Base


@dataclass(frozen=True, slots=True)
class AppliedManifests:
    """The manifests of the last apply.

    named     the revision as it was typed; empty if the journal knows it
    verified  what was verified since, as the journal says
    """

    named: str
    base: Base
    verified: Mapping[FactRef, Verified]

    def told_apart(self, plan: Plan, live: Live, wanted: Desired, today: date) -> AppliedRevision:
        """Tell which differences of a plan are not carried out yet."""
        pending = review.pending_since(self.base, plan, live, wanted, self.verified, today)
        return AppliedRevision(self.named, self.base.revision.commit, pending)


def applied_manifests(
    workspace: Path, named: str | None, head: Desired, today: date, warn: Callable[[str], None]
) -> AppliedManifests | None:
    """Read the manifests of the revision that was typed, or else of the journal's last verified apply.

    None if neither is known: then every difference is drift. Raises InputError if the typed revision cannot be read;
    of the journal's, `warn` is told.
    """
    if named is not None:
        return AppliedManifests(named, review.applied_base(workspace, named, head, today), {})
    try:
        return _of_journal(workspace, head, today)
    except InputError as error:
        warn(f"Warning: {error} So every difference counts as drift. To compare with another revision: --applied.")
        return None


def _of_journal(workspace: Path, head: Desired, today: date) -> AppliedManifests | None:
    from reconciler.applying.resume import last_verified_apply
    from reconciler.journal.file import read_sound_journal
    from reconciler.state_folder.paths import journal_of

    last = last_verified_apply(read_sound_journal(journal_of(workspace)).entries)
    if last is None or not last.commit:
        return None
    return AppliedManifests("", review.applied_base(workspace, last.commit, head, today), last.verified)
