"""The plan of a change under review: what it asks for, and the cause of every difference.

    manifests here ────────────┬─ edits ──────────────────────────────┐
    manifests of the base ─────┘    │                                  │
                                    └─ the part to look at ─ probe ─ Plan ── live status of the edits ─┬─ Review
                                                               └──── Plan of the base ── causes ───────┘

The service is asked once: its answer is compared with both revisions.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import field, replace
from datetime import date, datetime
from pathlib import Path

from reconciler.errors import InputError
from reconciler.git.checkout import checkout, folder_in_repository
from reconciler.git.revision import Revision, revision, tip
from reconciler.manifest.load import load_files
from reconciler.manifest.workspace.discovery import is_manifest_name
from reconciler.model.aspect import FactRef
from reconciler.model.desired import Desired
from reconciler.model.live import Live
from reconciler.model.outcome import Verified
from reconciler.model.plan import Plan
from reconciler.model.problem import Severity
from reconciler.model.review import DifferenceKey, NoReview, Review
from reconciler.model.secret import CommandRef, FileRef, SecretRef
from reconciler.planning.limits import without_shares
from reconciler.planning.orphans import orphans, with_gone
from reconciler.planning.renames import Renames, find_renames, rename_edits, renamed, share_database
from reconciler.planning.review.causes import causes, newly_ignored, pending
from reconciler.planning.review.edits import edits, in_order
from reconciler.planning.review.live_status import with_live_status
from reconciler.planning.review.trust import of_base, of_same_account, reviewed, touched, with_unreviewed
from reconciler.planning.scope import places, within
from reconciler.startup import dataclass
from reconciler.workflow import Reader, Selection, as_of, plan_of, sensitivity


@dataclass(frozen=True, slots=True)
class Base:
    """The manifests of the base, with their schools and suppliers called as the change calls them.

    wrong  why they cannot be used; then `desired` is empty
    """

    revision: Revision
    desired: Desired
    wrong: str = ""
    names: Renames = field(default_factory=Renames)


def base_of(workspace: Path, name: str, head: Desired, today: date) -> Base:
    """Read the manifests of the revision that a change began from; raises InputError if git cannot give them.

    If there was no workspace yet, here or in a folder that is gone, the base is empty and all that the manifests say is
    new. Wrong manifests in the base stop no review: this change may be the one that corrects them.
    """
    return _read(revision(workspace, name, is_manifest_name), workspace, head, today)


def applied_base(workspace: Path, name: str, head: Desired, today: date) -> Base:
    """Read the manifests of the revision that Bromcom was last brought in line with; raises InputError if git cannot
    give them, or if they are wrong."""
    base = _read(tip(workspace, name, is_manifest_name), workspace, head, today)
    if base.wrong:
        raise InputError(f"Nothing was compared with {name}: its manifests are wrong: {base.wrong}.")
    return base


def commit_of(workspace: Path, desired: Desired, now: datetime) -> str:
    """Return the commit of the checkout if its manifests say what `desired` says; empty if not, or if git cannot
    tell."""
    try:
        head = _read(tip(workspace, "HEAD", is_manifest_name), workspace, desired, now.date())
    except InputError:
        return ""
    return head.revision.commit if as_of(head.desired, now) == desired else ""


def _read(there: Revision, workspace: Path, head: Desired, today: date) -> Base:
    """Read the manifests of a revision, or of the one workspace that has moved here since."""
    moved = [_loaded(elsewhere, workspace, head, today) for elsewhere in there.moved]
    same = [base for base in moved if share_database(base.desired, head)]
    # Copies of a workspace share databases too: its name decides between them.
    same = [base for base in same if base.desired.workspace == head.workspace] or same
    # Wrong manifests share nothing that could be seen, so a single wrong one counts only if no right one does.
    candidates = same or [base for base in moved if base.wrong]
    return candidates[0] if len(candidates) == 1 else _loaded(there, workspace, head, today)


def _loaded(there: Revision, workspace: Path, head: Desired, today: date) -> Base:
    nothing = Desired(head.workspace, {}, {}, head.limits)
    if not there.files:
        return Base(there, nothing)
    loaded = load_files(there.files, str(workspace), today)
    if loaded.desired is None:
        errors = [problem for problem in loaded.problems if problem.severity is Severity.ERROR]
        more = f" and {len(errors) - 1} more" if len(errors) > 1 else ""
        return Base(there, nothing, f"{errors[0].origin}: {errors[0].message}{more}")
    folder = None if there.folder is None else (there.folder, folder_in_repository(workspace))
    names = replace(find_renames(loaded.desired, head), folder=folder)
    return Base(there, renamed(loaded.desired, names), names=names)


def plan_of_change(
    head: Desired, base: Base, selection: Selection, read_live: Reader, now: datetime, *, changed_only: bool = False
) -> tuple[Plan, Review | NoReview]:
    """Plan the manifests as they are here, and review this change of them.

    head          as written: an attestation of a moment to come does not count yet, and is an edit all the same
    changed_only  look only at accesses that this change is about
    """
    wanted, today = selection.of(head), now.date()
    name, commit = base.revision.name, base.revision.commit
    if base.wrong:
        current = as_of(wanted, now)
        return plan_of(current, read_live(current), today), NoReview(name, commit, base.wrong)
    before = within(base.desired, schools=selection.schools, suppliers=selection.suppliers)
    changed = with_gone(edits(before, wanted, sensitivity()), before, wanted, today)
    looked_at = as_of(touched(wanted, changed) if changed_only else wanted, now)
    if changed_only:  # a share of a part is no share of the whole
        looked_at = replace(looked_at, limits=without_shares(looked_at.limits))
    live = read_live(looked_at)
    plan = plan_of(looked_at, live, today)
    review = Review(
        name,
        commit,
        in_order(rename_edits(base.names, wanted), changed.places),
        {},
        passed=len(wanted.accesses) - len(looked_at.accesses),
        orphans=orphans(before, wanted, today),
    )
    return plan, _with_live(review, plan, looked_at, before, live, now)


def _with_live(review: Review, plan: Plan, head: Desired, base: Desired, live: Live, now: datetime) -> Review:
    """Add how far Bromcom already is as the edits ask, and the causes of the plan's differences."""
    compared = as_of(base, now)
    shared = {address: base.accesses[address] for address in head.accesses if address in base.accesses}
    before = plan_of(replace(compared, accesses=shared), of_base(live, head, base), now.date())
    changed = with_live_status(review.edits, base, head, plan)
    changed = in_order(newly_ignored(plan, before, head), changed.places)
    return replace(review, edits=changed, causes=causes(plan, before, review.edits, base, head))


def pending_since(
    applied: Base, plan: Plan, live: Live, head: Desired, verified: Mapping[FactRef, Verified], today: date
) -> AbstractSet[DifferenceKey]:
    """Find the differences that the manifests ask for since Bromcom was in line with those of `applied`.

    Today's attestations count for both: they tell how Bromcom is. What was `verified` since then was carried out. What
    is pending at a place depends on nothing elsewhere, so only the places with differences are compared.
    """
    accesses = {access.address for access in plan.accesses if access.changes}
    schools = {school.name for school in plan.schools if school.changes} | {address.school for address in accesses}
    base, here = (places(desired, schools, accesses) for desired in (applied.desired, head))
    before = plan_of(replace(base, words=head.words), of_same_account(live, here, base), today)
    return pending(plan, causes(plan, before, edits(base, here, sensitivity()), base, here), verified)


def asking_what_is_reviewed(read_live: Reader, workspace: Path, base: Base, today: date) -> Reader:
    """Return a Reader that uses no password, and asks no service, that only this change names.

    What the base says must still be so on its branch today: what was retired since, or was merged and reverted, is not
    trusted. No program is run for a password, since its arguments may be files of the change, and no file of the
    checkout is read.
    """
    newest = _read(tip(workspace, base.revision.name, is_manifest_name), workspace, base.desired, today)
    there = checkout(workspace)

    def may_be_of_the_change(ref: SecretRef) -> bool:
        if isinstance(ref, FileRef):
            return there is None or there.holds(workspace / ref.path)
        return isinstance(ref, CommandRef)

    def read(desired: Desired) -> Live:
        trusted = reviewed(desired, base.desired, may_be_of_the_change)
        trusted = reviewed(trusted, newest.desired, may_be_of_the_change)
        return with_unreviewed(read_live(trusted), desired, trusted)

    return read
