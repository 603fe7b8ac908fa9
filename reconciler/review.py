"""The story of a change under review: what it asks for, and a plan in which every difference has its cause.

    manifests here ────────────┬─ edits ──────────────────────────────┐
    manifests of the base ─────┘    │                                  │
                                    └─ the part to look at ─ probe ─ Plan ── standing of the edits ─┬─ Review
                                                               └──── Plan of the base ── causes ────┘

The service is asked once: what it says is held against both revisions.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from reconciler import workflow
from reconciler.git.checkout import checkout, folder_in_repository
from reconciler.git.revision import Revision, revision, tip
from reconciler.manifest.load import load_files
from reconciler.manifest.workspace.discovery import is_manifest_name
from reconciler.model.desired import Desired
from reconciler.model.problem import Severity
from reconciler.model.review import NoReview, Review
from reconciler.model.secret import CommandRef, FileRef
from reconciler.planning.limits import without_shares
from reconciler.planning.orphans import orphans, with_gone
from reconciler.planning.renames import Renames, find_renames, rename_edits, renamed, share_database
from reconciler.planning.review.causes import causes, newly_ignored
from reconciler.planning.review.edits import edits, in_order
from reconciler.planning.review.live_status import with_live_status
from reconciler.planning.review.trust import of_base, reviewed, touched, with_unreviewed
from reconciler.planning.scope import scope, within

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from reconciler.model.live import Live
    from reconciler.model.plan import Plan
    from reconciler.model.secret import SecretRef
    from reconciler.workflow import Reader, Selection


@dataclass(frozen=True, slots=True)
class Base:
    """The manifests of the base, in the names that the change has for their schools and suppliers.

    `wrong` says what is wrong with them; then `desired` is empty.
    """

    revision: Revision
    desired: Desired
    wrong: str = ""
    names: Renames = field(default_factory=Renames)


def base_of(workspace: Path, name: str, head: Desired) -> Base:
    """The manifests of the revision that a change began from; raises InputError where git cannot tell them.

    Where there was no workspace yet, here or in a folder that is gone, all that the manifests say is new. Manifests
    that were wrong are told by the base, and stop nobody: this change may be the one that mends them.
    """
    return _read(revision(workspace, name, is_manifest_name), workspace, head)


def _read(found: Revision, workspace: Path, head: Desired) -> Base:
    """The manifests of a revision: those of a workspace that has moved here since, if there is one, and one alone."""
    elsewhere = [_loaded(moved, workspace, head) for moved in found.moved]
    same = [base for base in elsewhere if share_database(base.desired, head)]
    same = [base for base in same if base.desired.workspace == head.workspace] or same
    candidates = same or [base for base in elsewhere if base.wrong]
    return candidates[0] if len(candidates) == 1 else _loaded(found, workspace, head)


def _loaded(found: Revision, workspace: Path, head: Desired) -> Base:
    nothing = Desired(head.workspace, {}, {}, head.limits)
    if not found.files:
        return Base(found, nothing)
    loaded = load_files(found.files, str(workspace))
    if loaded.desired is None:
        errors = [problem for problem in loaded.problems if problem.severity is Severity.ERROR]
        more = f" and {len(errors) - 1} more" if len(errors) > 1 else ""
        return Base(found, nothing, f"{errors[0].origin}: {errors[0].message}{more}")
    folder = None if found.folder is None else (found.folder, folder_in_repository(workspace))
    names = replace(find_renames(loaded.desired, head), folder=folder)
    return Base(found, renamed(loaded.desired, names), names=names)


def plan_of_change(
    head: Desired, base: Base, selection: Selection, read_live: Reader, today: date, *, changed_only: bool = False
) -> tuple[Plan, Review | NoReview]:
    """The plan of the manifests as they are here, and what of it this change of them is.

    head          as they are written: a word of a moment to come counts not yet, and is an edit all the same
    changed_only  look at no access that the change leaves as it was
    """
    wanted = scope(head, schools=selection.schools, suppliers=selection.suppliers)
    name, commit = base.revision.name, base.revision.commit
    if base.wrong:
        return workflow.plan_of_scope(workflow.as_of_now(wanted), read_live, today), NoReview(name, commit, base.wrong)
    before = within(base.desired, schools=selection.schools, suppliers=selection.suppliers)
    asked = tuple(with_gone(edits(before, wanted, workflow.sensitivity()), before, wanted, today))
    looked_at = workflow.as_of_now(touched(wanted, asked) if changed_only else wanted)
    asked = in_order([*asked, *rename_edits(base.names, wanted)])
    if changed_only:
        looked_at = replace(looked_at, limits=without_shares(looked_at.limits))
    live = read_live(looked_at)
    plan = workflow.plan_of_scope(looked_at, lambda _: live, today)
    passed = len(wanted.accesses) - len(looked_at.accesses)
    left = orphans(before, wanted, today)
    return plan, _review(Review(name, commit, asked, {}, passed, left), plan, looked_at, before, live, today)


def asking_what_is_reviewed(read_live: Reader, workspace: Path, base: Base) -> Reader:
    """A Reader that takes no password where, and asks nobody that, this change alone names.

    What the base says must hold to this day: what was retired since, or was merged and taken back, is trusted no more.
    No program is run for a password, whose arguments may be files of the change, and no file of the checkout is read.
    """
    now = _read(tip(workspace, base.revision.name, is_manifest_name), workspace, base.desired)
    there = checkout(workspace)

    def is_of_the_change(ref: SecretRef) -> bool:
        if isinstance(ref, FileRef):
            return there is None or there.holds(workspace / ref.path)
        return isinstance(ref, CommandRef)

    def read(desired: Desired) -> Live:
        asked = reviewed(reviewed(desired, base.desired, is_of_the_change), now.desired, is_of_the_change)
        return with_unreviewed(read_live(asked), desired, asked)

    return read


def _review(review: Review, plan: Plan, head: Desired, base: Desired, live: Live, today: date) -> Review:
    """The review with how Bromcom stands to its edits, and with the causes of the plan's differences."""
    compared = workflow.as_of_now(base)
    compared = replace(
        compared, accesses={each: base.accesses[each] for each in head.accesses if each in base.accesses}
    )
    before = workflow.plan_of_scope(compared, lambda _: of_base(live, head, base), today)
    asked = in_order([*with_live_status(review.edits, base, head, plan), *newly_ignored(plan, before, head)])
    return replace(review, edits=asked, causes=causes(plan, before, review.edits))
