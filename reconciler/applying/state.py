"""How far an apply is: what is known now, what the person said, and what became of it by then."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from reconciler import workflow
from reconciler.attestation.write import Written
from reconciler.model.address import Address
from reconciler.model.aspect import Aspect, FactRef
from reconciler.model.desired import Desired
from reconciler.model.evidence import UnknownReason
from reconciler.model.live import Live
from reconciler.model.outcome import Contradicted, Failed, Outcome, PageAnswer, Pending, Verified
from reconciler.model.plan import Plan
from reconciler.model.runbook import Runbook
from reconciler.planning.approved.due import due, due_plan, part_of
from reconciler.planning.approved.outcome import other_account, other_school, outcomes
from reconciler.planning.approved.remaining import Approval, Bounds, remaining
from reconciler.planning.approved.staleness import unapproved
from reconciler.planning.plan import with_parts
from reconciler.workflow import Reader


@dataclass(frozen=True)
class Observation:
    """What one look at the live side says of the approved plan; each answer is worked out once, since a plan of a large
    trust takes a while to go through.

    fresh  the plan of the approved part, as it was seen
    """

    approved: Plan
    fresh: Plan
    bounds: Bounds

    @cached_property
    def left(self) -> Plan:
        """What of the approved plan is left to do."""
        return remaining(self.approved, self.fresh, self.bounds)

    @cached_property
    def runbook(self) -> Runbook:
        """The steps of that."""
        return workflow.runbook(self.left)

    @cached_property
    def others(self) -> tuple[str, ...]:
        """What differs and was not approved, a line each."""
        return unapproved(self.approved, self.fresh, self.bounds)


class ApplyState:
    """One apply on its way.

    whole     the plan that was approved
    approved  the part of it that hands have something to do for
    desired   what the manifests say of that, with the words that were added on the way
    bounds    how much may be taken away that shows only on the way
    said      what the person said of each fact
    """

    def __init__(
        self,
        whole: Plan,
        desired: Desired,
        read_live: Reader,
        clock: Callable[[], datetime],
        accepted: Collection[str] = (),
    ) -> None:
        """Probe everything that the plan touches; `accepted` are the names of the limits that may be gone over. Raises
        KeyboardInterrupt where that was stopped."""
        self.whole = whole
        self.bounds = Bounds(desired.limits, accepted)
        self.approved = due_plan(whole)
        self.approval = Approval(self.approved)
        self.desired = part_of(desired, self.approved)
        self.said: dict[FactRef, PageAnswer] = {}
        self._read_live = read_live
        self._clock = clock
        self._live = Live({}, {})
        self.probe()

    def probe(self, addresses: Collection[Address] | None = None) -> None:
        """Ask the service again: about these accesses, or all. Raises KeyboardInterrupt where that was stopped."""
        wanted = self.desired
        if addresses is not None:
            schools = {address.school for address in addresses}
            wanted = replace(
                wanted,
                schools={name: school for name, school in wanted.schools.items() if name in schools},
                accesses={address: access for address, access in wanted.accesses.items() if address in addresses},
            )
        found = self._read_live(wanted)
        if found.interrupted:
            raise KeyboardInterrupt
        self._live = Live({**self._live.schools, **found.schools}, {**self._live.accesses, **found.accesses})
        self.plan_again()

    def plan_again(self) -> None:
        """Plan from what is known, without asking the service."""
        fresh, self._vouched = workflow.plan_and_live(self.desired, self._live, self._clock().date())
        self._sight = Observation(self.approved, fresh, self.bounds)

    def add_words(self, written: Written) -> None:
        """Hear a person's words, which stand in the workspace now."""
        self.desired = replace(self.desired, words=(*self.desired.words, *written.words))
        self.plan_again()

    @property
    def fresh(self) -> Plan:
        """The plan of the approved part as it was last seen."""
        return self._sight.fresh

    @property
    def left(self) -> Plan:
        """What of the approved plan is left to do now."""
        return self._sight.left

    @property
    def runbook(self) -> Runbook:
        """The steps that are left now."""
        return self._sight.runbook

    @property
    def whole_runbook(self) -> Runbook:
        """The steps that are left now, as a runbook of the whole approved plan: what an offer of it would change beside
        what is due, it would change at all schools of the plan."""
        touched = {access.address for access in self.approved.accesses}
        beside = [access for access in self.whole.accesses if access.address not in touched]
        schools = {school.name: school for school in (*self.whole.schools, *self.left.schools)}
        plan = with_parts(
            self.whole,
            (school for _, school in sorted(schools.items())),
            sorted((*beside, *self.left.accesses), key=lambda access: access.address),
        )
        # What is approved is the whole plan, by its own fingerprint.
        return replace(workflow.runbook(plan), fingerprint=self.whole.fingerprint)

    @property
    def others(self) -> tuple[str, ...]:
        """What differs now and was not approved, a line each."""
        return self._sight.others

    @property
    def is_done(self) -> bool:
        """Whether everything that was due is verified; so it is too where nothing was."""
        return all(isinstance(outcome, Verified) for outcome in self.outcomes)

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """What became of everything that was approved, as far as it is known now."""
        return outcomes(self.approved, self.fresh, self._vouched, self.said)

    @property
    def hidden(self) -> tuple[Outcome, ...]:
        """What cannot be seen for now, since a login is refused that nobody was to mend. What was skipped is left out:
        a new plan has it."""
        refused = {
            access.address
            for access in self.fresh.accesses
            for item in access.unknown
            if item.why is UnknownReason.LOGIN_REFUSED
        }
        mended = accesses_of(subject for subject in due(self.approved) if subject.aspect is Aspect.LOGIN)
        return tuple(
            outcome
            for outcome in self.outcomes
            if isinstance(outcome, Pending)
            and outcome.subject.aspect is Aspect.READ
            and Address(outcome.subject.school, outcome.subject.supplier) in refused - mended
        )

    @property
    def unfinished(self) -> tuple[Outcome, ...]:
        """What may still be found out once the service answers. Where the manifests by now have a thing no more, or
        mean another by its name, nothing of it ever will be."""
        failed = (outcome for outcome in self.outcomes if isinstance(outcome, Failed))
        return (*self.hidden, *(outcome for outcome in failed if self._is_meant(outcome.subject)))

    @property
    def withdrawn(self) -> tuple[Outcome, ...]:
        """What is not done, and the manifests ask for no more."""
        left = set(self.approved_as(due(self.left)))
        return tuple(
            outcome
            for outcome in self.outcomes
            if isinstance(outcome, Pending | Contradicted) and outcome.subject not in left
        )

    def _is_meant(self, subject: FactRef) -> bool:
        """Whether the manifests still mean by its place what was approved."""
        schools = {school.name: school for school in self.fresh.schools}
        then = next(school for school in self.approved.schools if school.name == subject.school)
        now = schools.get(subject.school)
        if now is None or other_school(then, now):
            return False
        if not subject.supplier:
            return True
        at = Address(subject.school, subject.supplier)
        before = next(access for access in self.approved.accesses if access.address == at)
        access = next((access for access in self.fresh.accesses if access.address == at), None)
        return access is not None and not other_account(before, access)

    def approved_as(self, subjects: Iterable[FactRef]) -> tuple[FactRef, ...]:
        """These subjects as they were approved, each once."""
        return tuple(dict.fromkeys(map(self.approval.approved_as, subjects)))


def accesses_of(subjects: Iterable[FactRef]) -> frozenset[Address]:
    """The accesses that these subjects are of."""
    return frozenset(Address(subject.school, subject.supplier) for subject in subjects if subject.supplier)


def not_known_yet(outcome: Outcome, unset_ticks: Collection[Address]) -> Outcome:
    """The outcome, where it can be known by now: a new account has no ticks, and an empty list proves no login."""
    subject = outcome.subject
    at = Address(subject.school, subject.supplier)
    if isinstance(outcome, Failed) and subject.aspect is Aspect.LOGIN and at in unset_ticks:
        return Pending(subject, "it shows once its ticks are set, on a page that is still to come")
    return outcome
