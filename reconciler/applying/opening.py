"""Open an apply, at the terminal or in a browser: a plan of now, an approved one, or one that was begun."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from pathlib import Path

from reconciler.applying.plan_files import keep_plan, kept_plan
from reconciler.applying.preflight import ApplyInputs, approved_state, begin, resumed_state
from reconciler.applying.resume import ApplyProgress, newest_begun, open_applies
from reconciler.applying.run import ApplyRun, ApplyServices
from reconciler.applying.state import ApplyState
from reconciler.attestation.submission import Submission
from reconciler.attestation.write import Written, attest
from reconciler.errors import InputError, PlanRefused, PlanStale
from reconciler.model.attestation import AttestationReply, Question
from reconciler.model.journal import JournalEntry
from reconciler.model.plan import Plan, SavedPlan
from reconciler.planning.approved.due import due
from reconciler.startup import dataclass
from reconciler.state_folder.paths import plans_of
from reconciler.workflow import Selection, plan_of


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The words that a person types to begin, which takes having read how much it is.

    facts  how many facts the plan settles
    looks  how many of those are only to be checked in Bromcom
    """

    facts: int
    looks: int

    @property
    def words(self) -> str:
        """`apply 12`."""
        return f"apply {self.facts}"

    def is_given_by(self, typed: str) -> bool:
        """Tell if these words were typed; spaces do not matter."""
        return typed.split() == self.words.split()


def confirmation_of(plan: Plan) -> Confirmation:
    """Return how a plan that was just made is confirmed; 0 facts if there is nothing to do."""
    facts = len(due(plan))
    return Confirmation(facts, max(0, facts - plan.summary.changes))


def plan_now(selection: Selection, inputs: ApplyInputs) -> Plan:
    """Plan what differs now; raises KeyboardInterrupt if that is stopped, since half a plan is nothing to go by."""
    wanted = selection.of(inputs.desired)
    plan = plan_of(wanted, inputs.read_live(wanted), inputs.clock().date())
    if plan.interrupted:
        raise KeyboardInterrupt
    return plan


def state_to_begin(
    saved: SavedPlan, inputs: ApplyInputs, entries: Iterable[JournalEntry], accepted: Collection[str] = ()
) -> ApplyState:
    """Return the state of a plan that may be carried out now; raises as `approved_state` does."""
    try:
        return approved_state(saved, inputs, accepted)
    except PlanStale:
        # A plan that was begun here is partly done, so that it differs is no news: it goes on with --resume.
        begun = {progress.fingerprint for progress in open_applies(entries, inputs.clock())}
        if saved.plan.fingerprint not in begun:
            raise
    raise PlanRefused(
        "This plan was begun here and is not finished, and part of it has changed since. Nothing was changed. "
        "To go on with it: `reconciler apply --resume`."
    )


def state_to_resume(
    inputs: ApplyInputs, entries: Iterable[JournalEntry], workspace: Path
) -> tuple[SavedPlan, ApplyState, ApplyProgress]:
    """Return the newest plan that was begun and is not finished, its state, and how far it came."""
    progress = newest_begun(entries, inputs.clock())
    saved = kept_plan(progress.fingerprint, plans_of(workspace))
    return saved, resumed_state(saved, progress, inputs), progress


def begun(
    state: ApplyState,
    saved: SavedPlan,
    services: ApplyServices,
    workspace: Path,
    *,
    accepted: Collection[str],
    commit: str,
) -> ApplyRun:
    """Keep the plan for --resume, and write to the journal that it is being carried out."""
    plan_file = keep_plan(saved, plans_of(workspace))
    return begin(state, saved, services, plan_file=plan_file, accepted=accepted, commit=commit)


def attestation_writer(
    workspace: Path, who: str, log: Callable[[str], None], clock: Callable[[], datetime]
) -> Callable[[Question, AttestationReply], Written | None]:
    """Return what writes an answer to a question as an Attestation of the workspace, and logs where.

    It returns None if that cannot be written, and logs why.
    """

    def write(question: Question, reply: AttestationReply) -> Written | None:
        place = question.school, question.supplier, question.account
        submission = Submission(*place, reply.facts, who, clock(), reply.expires, reply.evidence)
        try:
            written = attest(workspace, submission)
        except InputError as error:  # no reason to leave a page that is done: it can be attested later
            log(f"  Not confirmed: {error}")
            return None
        log(f"  Wrote {written.file}, valid until {reply.expires}.")
        return written

    return write
