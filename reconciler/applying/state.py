"""The state of an apply: what is known now, what the person answered, and the outcome of each fact.

Six answers to "what is left?", all from the same look at the live side:

| name       | which facts                                                         | it decides                    |
|------------|---------------------------------------------------------------------|-------------------------------|
| due        | those that the approved plan had work for                           | what gets an outcome          |
| left       | due and not done; one that cannot be seen now stays as approved     | the pages to open             |
| hidden     | pending: their login is refused now, and fixing it was not approved | one more visit to their pages |
| unfinished | hidden or failed, and still meant by the manifests                  | if `--resume` can go on       |
| withdrawn  | not done, and no longer asked for by the manifests                  | a remark at the end           |
| not seen   | unknown when approved or now, with no work to do for it             | exit code 4 instead of 0      |

`others` is the opposite: it differs now and was not approved, so it is shown and never done.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import TypeAlias

from reconciler import workflow
from reconciler.attestation.write import Written
from reconciler.model.address import Address
from reconciler.model.aspect import Aspect, FactRef
from reconciler.model.change import UnknownFacts
from reconciler.model.desired import Desired
from reconciler.model.evidence import Known, UnknownReason
from reconciler.model.live import Live
from reconciler.model.outcome import Contradicted, Failed, Outcome, PageAnswer, Pending, Verified
from reconciler.model.plan import AccessPlan, Plan, SchoolPlan
from reconciler.model.runbook import Runbook
from reconciler.planning.approved.due import due, due_plan, is_due, part_of
from reconciler.planning.approved.outcome import other_account, other_school, outcomes
from reconciler.planning.approved.remaining import Approval, Bounds, remaining
from reconciler.planning.approved.staleness import unapproved
from reconciler.planning.plan import with_parts
from reconciler.workflow import Reader

_Place: TypeAlias = str | Address  # of a school, or of an access


@dataclass(frozen=True)
class Observation:
    """One look at the live side, compared with the approved plan; each answer is worked out once, as it takes time.

    fresh  the plan of the approved part, as it was seen
    """

    approved: Plan
    fresh: Plan
    bounds: Bounds

    @cached_property
    def left(self) -> Plan:
        """The part of the approved plan that is left to do."""
        return remaining(self.approved, self.fresh, self.bounds)

    @cached_property
    def runbook(self) -> Runbook:
        """The steps for what is left."""
        return workflow.runbook(self.left)

    @cached_property
    def others(self) -> tuple[str, ...]:
        """Differences that were not approved, a line each."""
        return unapproved(self.approved, self.fresh, self.bounds)


class ApplyState:
    """One apply under way.

    whole     the plan that was approved
    approved  the part of it with work to do
    desired   what the manifests say of that part, with the attestations that were added on the way
    bounds    how much may be taken away that shows only on the way
    watchers  the accesses of its schools with canaries, whatever is due of them
    answers   {fact: what the person answered for its page}
    now       what the last look at the live side says
    """

    def __init__(
        self,
        whole: Plan,
        desired: Desired,
        read_live: Reader,
        clock: Callable[[], datetime],
        accepted: Collection[str] = (),
    ) -> None:
        """Probe everything that the plan touches; `accepted` names the limits that may be exceeded. Raises
        KeyboardInterrupt if that is stopped."""
        self.whole = whole
        self.bounds = Bounds(desired.limits, accepted)
        self.approved = due_plan(whole)
        self.approval = Approval(self.approved)
        self.desired = part_of(desired, self.approved)
        self.answers: dict[FactRef, PageAnswer] = {}
        watched = {name for name, school in self.desired.schools.items() if school.canaries}
        # Any account of the plan may ask for canaries; with others a plan of some suppliers would be stale at once.
        planned = {access.address for access in whole.accesses if access.address.school in watched}
        self.watchers = {address: access for address, access in desired.accesses.items() if address in planned}
        self._manifests = desired
        self._read_live = read_live
        self._clock = clock
        self._live = Live({}, {})
        self.probe()

    def probe(self, addresses: Collection[Address] | None = None) -> None:
        """Ask the service again, about these accesses or all. Raises KeyboardInterrupt if that is stopped."""
        wanted = replace(self.desired, accesses={**self.desired.accesses, **self.watchers})
        if addresses is not None:
            schools = {address.school for address in addresses}
            others = {address.school for address in wanted.accesses if address not in addresses}
            wanted = replace(
                wanted,
                # Only all accounts of a school together tell of its canaries.
                schools={
                    name: replace(school, canaries=()) if name in others else school
                    for name, school in wanted.schools.items()
                    if name in schools
                },
                accesses={address: access for address, access in wanted.accesses.items() if address in addresses},
            )
        seen = self._read_live(wanted)
        if seen.interrupted:
            raise KeyboardInterrupt
        schools_now = {**self._live.schools, **seen.schools}
        for name, school in self._live.schools.items():  # canaries that were not asked for now stay as they were
            schools_now[name] = replace(schools_now[name], attested={**school.attested, **schools_now[name].attested})
        self._live = Live(schools_now, {**self._live.accesses, **seen.accesses})
        self.plan_again()

    def plan_again(self) -> None:
        """Plan from what is known, without asking the service."""
        fresh, self._attested = workflow.plan_and_live(self.desired, self._live, self._clock().date(), self._manifests)
        self.now = Observation(self.approved, fresh, self.bounds)

    def add_attestations(self, written: Written) -> None:
        """Count what a person confirmed, which is in the workspace now."""
        self.desired = replace(self.desired, words=(*self.desired.words, *written.words))
        self.plan_again()

    @property
    def whole_runbook(self) -> Runbook:
        """The steps that are left now, as a runbook of the whole approved plan.

        An offer of it to edit a central user would change all schools of the plan, so it has to see those in which
        nothing is due too.
        """
        touched = {access.address for access in self.approved.accesses}
        untouched = [access for access in self.whole.accesses if access.address not in touched]
        schools = {school.name: school for school in (*self.whole.schools, *self.now.left.schools)}
        plan = with_parts(
            self.whole,
            (school for _, school in sorted(schools.items())),
            sorted((*untouched, *self.now.left.accesses), key=lambda access: access.address),
        )
        # The approval is of the whole plan, by its own fingerprint.
        return replace(workflow.runbook(plan), fingerprint=self.whole.fingerprint)

    @property
    def is_done(self) -> bool:
        """Tell if everything that was due is verified; if nothing was, it is."""
        return all(isinstance(outcome, Verified) for outcome in self.outcomes)

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The outcome of everything that was due, as far as it is known now."""
        return outcomes(self.approved, self.now.fresh, self._attested, self.answers)

    @property
    def hidden(self) -> tuple[Outcome, ...]:
        """Ticks that cannot be seen since their login is refused, which it was not when the plan was approved.

        What was skipped is not among them: a new plan has it.
        """
        refused = {
            access.address
            for access in self.now.fresh.accesses
            for item in access.unknown
            if item.why is UnknownReason.LOGIN_REFUSED
        }
        to_fix = accesses_of(subject for subject in due(self.approved) if subject.aspect is Aspect.LOGIN)
        return tuple(
            outcome
            for outcome in self.outcomes
            if isinstance(outcome, Pending)
            and outcome.subject.aspect is Aspect.READ
            and Address(outcome.subject.school, outcome.subject.supplier) in refused - to_fix
        )

    @property
    def unfinished(self) -> tuple[Outcome, ...]:
        """Facts that can still be checked, once the service answers.

        If the manifests no longer have a school or access, or mean another one by its name, it never can.
        """
        failed = (outcome for outcome in self.outcomes if isinstance(outcome, Failed))
        return (*self.hidden, *(outcome for outcome in failed if self._is_meant(outcome.subject)))

    @property
    def withdrawn(self) -> tuple[Outcome, ...]:
        """Facts that are not done, and that the manifests no longer ask for."""
        left = set(self.approved_as(due(self.now.left)))
        return tuple(
            outcome
            for outcome in self.outcomes
            if isinstance(outcome, Pending | Contradicted) and outcome.subject not in left
        )

    def _is_meant(self, subject: FactRef) -> bool:
        """Tell if the manifests still mean the school and account that were approved."""
        schools = {school.name: school for school in self.now.fresh.schools}
        before = next(school for school in self.approved.schools if school.name == subject.school)
        now = schools.get(subject.school)
        if now is None or other_school(before, now):
            return False
        if not subject.supplier:
            return True
        at = Address(subject.school, subject.supplier)
        access_before = next(access for access in self.approved.accesses if access.address == at)
        access_now = next((access for access in self.now.fresh.accesses if access.address == at), None)
        return access_now is not None and not other_account(access_before, access_now)

    @property
    def not_seen(self) -> int:
        """Count the facts that were unknown when the plan was approved, or are now, with no work to do for them.

        Carrying the plan out says nothing of them. A school that is down counts as one more.
        """
        now: Mapping[_Place, SchoolPlan | AccessPlan] = dict(_parts(self.now.fresh))
        # What was unknown then, and was not looked at again.
        then = sum(
            item.facts
            for place, part in _parts(self.whole)
            for item in part.unknown
            if not is_due(part, item) and not _looked_at(now.get(place), item)
        )
        # What is unknown now: the login of an account without ticks, for one, shows once it has some.
        approved_facts = frozenset(due(self.whole))
        still = sum(
            item.facts
            for place, part in now.items()
            for item in part.unknown
            if not is_due(part, item) and _fact(place, item) not in approved_facts
        )
        return then + still + _schools_down(self.whole, self.now.fresh)

    def approved_as(self, subjects: Iterable[FactRef]) -> tuple[FactRef, ...]:
        """Return these facts as they were approved, each once."""
        return tuple(dict.fromkeys(map(self.approval.approved_as, subjects)))


def accesses_of(subjects: Iterable[FactRef]) -> frozenset[Address]:
    """Return the accesses that these facts are of."""
    return frozenset(Address(subject.school, subject.supplier) for subject in subjects if subject.supplier)


def not_known_yet(outcome: Outcome, unset_ticks: Collection[Address]) -> Outcome:
    """Return the outcome, unless it is too early: a new account has no ticks, and an empty list proves no login."""
    subject = outcome.subject
    at = Address(subject.school, subject.supplier)
    if isinstance(outcome, Failed) and subject.aspect is Aspect.LOGIN and at in unset_ticks:
        return Pending(subject, "it shows once its ticks are set, on a later page")
    return outcome


def _looked_at(now: SchoolPlan | AccessPlan | None, item: UnknownFacts) -> bool:
    """Tell if a fact was looked at again; if it is still unknown, it is counted as it is now.

    An entity by its name was unknown since a deep probe could not read it. Another probe does not show if it can now.
    """
    if now is None:
        return False
    if item.aspect is not Aspect.READ or item.name == "*" or not isinstance(now, AccessPlan):
        return True
    still = (fact for fact in now.unknown if fact.aspect is item.aspect and fact.name in {"*", item.name})
    return now.readable is not None or any(still)


def _fact(place: _Place, item: UnknownFacts) -> FactRef:
    school, supplier = (place, "") if isinstance(place, str) else place
    return FactRef(school, supplier, item.aspect, item.name)


def _schools_down(approved: Plan, fresh: Plan) -> int:
    """Count the schools that are down now, or were when the plan was made and were not asked again."""
    now = {school.name: _is_down(school) for school in fresh.schools}
    return sum(now.values()) + sum(_is_down(school) and school.name not in now for school in approved.schools)


def _is_down(school: SchoolPlan) -> bool:
    return isinstance(school.reachable, Known) and not school.reachable.value


def _parts(plan: Plan) -> Iterator[tuple[_Place, SchoolPlan | AccessPlan]]:
    yield from ((school.name, school) for school in plan.schools)
    yield from ((access.address, access) for access in plan.accesses)
