"""An apply, page by page to the end, with every outcome and how it is proven.

open a page --stop--> the journal knows where to go on
  |   |
  |   `--skip--> the next page
 done
  |
  ask what cannot be checked remotely --> probe what the page touched --> outcomes
                                                                           |
  the next page <-- on -- is it settled? --back--> the same page, with what is missing

At the end everything is probed once more. If that shows work that could not be seen before, its page is opened. If a
login is refused now that was not to be fixed, the pages whose facts it hides are opened once more.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import assert_never

from reconciler import workflow
from reconciler.applying.operator import Operator, OperatorAnswer, RetryNotice
from reconciler.applying.queue import Key, page_visits, to_come
from reconciler.applying.state import ApplyState, accesses_of, not_known_yet
from reconciler.attestation.submission import account_of, as_declared, place_and_fact
from reconciler.attestation.write import Written
from reconciler.journal.file import Journal
from reconciler.model.aspect import Aspect, FactRef
from reconciler.model.attestation import AttestationReply, Question
from reconciler.model.desired import Desired
from reconciler.model.journal import ApplyFinished, AttestationWritten, OutcomeFound, PageAnswered
from reconciler.model.outcome import Contradicted, Failed, Outcome, PageAnswer, Pending, Skipped, Verified
from reconciler.model.runbook import PageVisit, Verification, Visit
from reconciler.planning.approved.staleness import refuse_other_school
from reconciler.planning.facts import ROWS
from reconciler.startup import dataclass


@dataclass(frozen=True, slots=True)
class ApplyServices:
    """All that an apply may do besides reading: ask the operator, and write down what they say.

    attest  (what was asked, what is confirmed) -> what was written; None if it could not be, and the operator knows why
    """

    operator: Operator
    attest: Callable[[Question, AttestationReply], Written | None]
    journal: Journal


@dataclass(frozen=True, slots=True)
class ApplyResult:
    """The end of an apply.

    outcomes  of everything that was due
    others    differences that were not approved, a line each
    stopped   by the operator: the journal knows where to go on
    finished  everything that can be checked is: there is nothing to resume
    """

    outcomes: tuple[Outcome, ...]
    others: tuple[str, ...]
    stopped: bool
    finished: bool


class ApplyRun:
    """One run through the pages of a plan, which are `approved`.

    fingerprint  of the plan that was approved, for the journal
    done_pages   the pages that were answered with done in an earlier run of the same apply
    recorded     the outcomes that are in the journal already
    """

    def __init__(
        self,
        state: ApplyState,
        services: ApplyServices,
        fingerprint: str,
        done_pages: Iterable[Key] = (),
        recorded: Mapping[FactRef, Outcome] | None = None,
    ) -> None:
        self.state = state
        self._operator = services.operator
        self._services = services
        self._fingerprint = fingerprint
        self.approved = workflow.runbook(state.approved)
        self._pages = 0
        self._opened: set[Key] = set()
        self._before: Key | None = None
        self._opened_again: set[Key] = set()
        self._done_pages = set(done_pages)
        self._recorded = dict(recorded or {})

    def to_the_end(self) -> ApplyResult:
        """Open every page that is left, then probe everything once more."""
        waiting = self._waiting()
        self._pages = len(waiting)
        self._operator.begin(to_come(waiting, self.state.whole_runbook))
        if self.state.now.others:  # shown by an attestation that was given earlier
            self._operator.report((), self.state.now.others)
        while waiting:
            if not self._open_all():
                return ApplyResult(self.state.outcomes, self.state.now.others, stopped=True, finished=False)
            self.state.probe()
            refuse_other_school(self.state.now.fresh.schools)
            self._go_back_to_hidden()
            waiting = self._waiting()
        return self._end()

    def _go_back_to_hidden(self) -> None:
        """Prepare to open pages once more whose facts a refused login hides now, and say so."""
        hidden = self.state.hidden
        subjects = {outcome.subject for outcome in hidden}
        pages = {
            _key(page_visit)
            for page_visit in page_visits(self.approved, self.state.now.runbook, (), self._done_pages)
            if not subjects.isdisjoint(self._subjects(page_visit))
        }
        new = pages - self._opened_again  # once: a second visit would see no more
        if new:
            self._operator.report(hidden, self.state.now.others)
        self._opened_again |= new
        self._opened -= new

    def _open_all(self) -> bool:
        """Open every page that is left; tell if the apply goes on."""
        while waiting := self._waiting():
            if not self._open(waiting[0]):
                return False
        return True

    def _end(self) -> ApplyResult:
        outcomes = self.state.outcomes
        self._record(outcomes)
        finished = not self.state.unfinished
        if finished:
            self._services.journal.append(self._fingerprint, _finished(outcomes))
        return ApplyResult(outcomes, self.state.now.others, stopped=False, finished=finished)

    def _waiting(self) -> tuple[PageVisit, ...]:
        return page_visits(self.approved, self.state.now.runbook, self._opened, self._done_pages, self._pages)

    def _open(self, page_visit: PageVisit) -> bool:
        """Open one page; tell if the apply goes on."""
        answer = self._operator.open(replace(page_visit, can_go_back=self._can_go_back()))
        match answer:
            case OperatorAnswer.BACK:
                self._go_back()
                return True
            case OperatorAnswer.STOP:
                return False
            case OperatorAnswer.SKIP:
                self._answered(page_visit, PageAnswer.SKIPPED)
                self._opened.add(_key(page_visit))
                return True
            case OperatorAnswer.DONE:
                self._answered(page_visit, PageAnswer.DONE)
                return self._prove(page_visit)
            case _:
                assert_never(answer)

    def _can_go_back(self) -> bool:
        before = {self._before} - {None}
        left = page_visits(self.approved, self.state.now.runbook, self._opened - before, self._done_pages - before)
        return any(_key(page_visit) in before for page_visit in left)

    def _go_back(self) -> None:
        """Prepare to open the page before once more; without one, the same page is shown again."""
        if self._before and self._can_go_back():
            self._opened.discard(self._before)
            self._done_pages.discard(self._before)
        self._before = None

    def _answered(self, page_visit: PageVisit, answer: PageAnswer) -> None:
        subjects = self._subjects(page_visit)
        self._services.journal.append(
            self._fingerprint, PageAnswered(page_visit.school, page_visit.visit.page.id, answer, subjects)
        )
        self.state.answers |= dict.fromkeys(subjects, answer)
        self._before = _key(page_visit)
        if answer is PageAnswer.DONE:
            self._done_pages.add(_key(page_visit))

    def _prove(self, page_visit: PageVisit) -> bool:
        """Check a page that was answered with done; tell if the apply goes on."""
        subjects = self._subjects(page_visit)
        to_confirm = to_vouch(page_visit.visit)
        for question in questions(to_confirm, self.state.desired):
            self._ask(question)
        watched = {subject.school for subject in subjects if subject.aspect is Aspect.CONSENT_ENFORCED}
        touched = {*accesses_of(subjects), *(each for each in self.state.watchers if each.school in watched)}
        if touched:
            self.state.probe(touched)
            refuse_other_school(self.state.now.fresh.schools)
        self._opened.add(_key(page_visit))
        outcomes = self._news(subjects)
        self._record(outcomes)
        self._operator.report(outcomes, self.state.now.others)
        unconfirmed = self.state.approved_as(to_confirm)
        unsettled = tuple(
            outcome
            for outcome in outcomes
            if (isinstance(outcome, Contradicted) and outcome.subject in subjects)
            or (isinstance(outcome, Pending) and outcome.subject in unconfirmed)
        )
        return self._go_on(page_visit, self._operator.retry(unsettled))

    def _go_on(self, page_visit: PageVisit, reply: RetryNotice) -> bool:
        match reply:
            case RetryNotice.BACK:
                self._opened.discard(_key(page_visit))
                return True
            case RetryNotice.ON:
                return True
            case RetryNotice.STOP:
                return False
            case _:
                assert_never(reply)

    def _ask(self, question: Question) -> None:
        """Ask the operator to confirm facts, and write down their answer."""
        reply = self._operator.vouch(question)
        if reply is None:
            return
        written = self._services.attest(question, reply)
        if written is None:
            return
        subjects = [subject for fact in reply.facts for subject in question.settles.get(fact, ())]
        self._services.journal.append(
            self._fingerprint,
            AttestationWritten(written.file, reply.expires, reply.evidence, self.state.approved_as(subjects)),
        )
        self.state.add_attestations(written)

    def _news(self, subjects: tuple[FactRef, ...]) -> tuple[Outcome, ...]:
        """Return the outcomes of these facts, and of facts of earlier pages that show only now."""
        waiting = [subject for page_visit in self._waiting() for subject in self._subjects(page_visit)]
        unset_ticks = accesses_of(subject for subject in waiting if subject.aspect is Aspect.READ)
        outcomes = (not_known_yet(outcome, unset_ticks) for outcome in self.state.outcomes)
        return tuple(outcome for outcome in outcomes if outcome.subject in subjects or self._is_news(outcome))

    def _is_news(self, outcome: Outcome) -> bool:
        return outcome.subject in self.state.answers and self._recorded.get(outcome.subject) != outcome

    def _record(self, outcomes: tuple[Outcome, ...]) -> None:
        """Write the outcomes to the journal that are not in it yet."""
        new = [outcome for outcome in outcomes if self._recorded.get(outcome.subject) != outcome]
        self._services.journal.append(self._fingerprint, *map(OutcomeFound, new))
        self._recorded |= {outcome.subject: outcome for outcome in new}

    def _subjects(self, page_visit: PageVisit) -> tuple[FactRef, ...]:
        return self.state.approved_as(subject for step in page_visit.visit.steps for subject in step.settles)


def _key(page_visit: PageVisit) -> Key:
    return page_visit.school, page_visit.visit.page.id


def _finished(outcomes: tuple[Outcome, ...]) -> ApplyFinished:
    def count(kind: type[Outcome]) -> int:
        return sum(isinstance(outcome, kind) for outcome in outcomes)

    return ApplyFinished(count(Verified), count(Contradicted), count(Pending), count(Skipped), count(Failed))


def to_vouch(visit: Visit) -> tuple[FactRef, ...]:
    """Return the facts of a page that a person has to confirm.

    With the lawful basis consent is not asked for: it follows from the basis, or has a page of its own.
    """
    facts = [subject for step in visit.steps if step.proof is Verification.ATTESTATION for subject in step.settles]
    has_basis = any(subject.aspect is Aspect.LAWFUL_BASIS for subject in facts)
    return tuple(subject for subject in facts if not (has_basis and subject.aspect is Aspect.CONSENT))


def questions(subjects: Iterable[FactRef], desired: Desired) -> tuple[Question, ...]:
    """Return a question for each school or access that these facts are of, with each fact once."""
    facts: dict[tuple[str, str], dict[str, list[FactRef]]] = {}
    for subject in subjects:
        school, supplier, fact = place_and_fact(subject)
        facts.setdefault((school, supplier), {}).setdefault(fact, []).append(subject)
    return tuple(_question(school, supplier, by_name, desired) for (school, supplier), by_name in facts.items())


def _question(school: str, supplier: str, facts: Mapping[str, Sequence[FactRef]], desired: Desired) -> Question:
    declared = as_declared(desired, school, supplier)
    return Question(
        school=school,
        supplier=supplier,
        account=account_of(desired, school, supplier),
        declared={fact: _declared(fact, subjects, declared) for fact, subjects in facts.items()},
        settles={fact: tuple(subjects) for fact, subjects in facts.items()},
    )


def _declared(fact: str, subjects: Sequence[FactRef], declared: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return what is to be confirmed of a fact if it is as declared."""
    row = ROWS[subjects[0].aspect]
    # Consent that follows from the lawful basis is declared nowhere, and is asked for if a waiver keeps the basis.
    return (row.wanted,) if row.kinds else declared[fact]
