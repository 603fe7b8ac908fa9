"""The story of an apply: page by page to the end, and every outcome with its proof.

open a page --stop--> the journal knows where to go on
  |   |
  |   `--skip--> the next page
 done
  |
  attest what no probe can see --> probe what the page touched --> outcomes
                                                                     |
  the next page <-- on -- contradicted, no word? --back--> the same page, with what is missing

at the end probe everything once more; where that shows a page that nobody could see before, go on; and where a login
is refused by then that nobody was to mend, go back once to the pages whose facts it hides
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import assert_never

from reconciler import workflow
from reconciler.applying.operator import AttestationReply, Operator, OperatorAnswer, PageVisit, Question, RetryNotice
from reconciler.applying.questions import questions, to_vouch
from reconciler.applying.queue import Key, page_visits, to_come
from reconciler.applying.state import ApplyState, accesses_of, not_known_yet
from reconciler.attestation.write import Written
from reconciler.journal.file import Journal
from reconciler.model.aspect import Aspect, FactRef
from reconciler.model.journal import ApplyFinished, AttestationWritten, OutcomeFound, PageAnswered
from reconciler.model.outcome import Contradicted, Failed, Outcome, PageAnswer, Pending, Skipped, Verified


@dataclass(frozen=True, slots=True)
class ApplyServices:
    """What an apply may do beside reading, and nothing else: ask the person, and write down what they say.

    attest  (what was asked, what is vouched for) -> what was written; None where the words cannot be written, and the
            person was told why
    """

    person: Operator
    attest: Callable[[Question, AttestationReply], Written | None]
    journal: Journal


@dataclass(frozen=True, slots=True)
class ApplyResult:
    """How an apply ended.

    outcomes  of everything that was approved
    others    what differs beside it, a line each
    stopped   the person stopped it: the journal knows where to go on
    finished  all that can be found out is: there is nothing to go on with
    """

    outcomes: tuple[Outcome, ...]
    others: tuple[str, ...]
    stopped: bool
    finished: bool


class ApplyRun:
    """One run through the pages.

    fingerprint  of the plan that was approved, for the journal
    told         the pages that an earlier run of the same apply was answered with done
    found        the outcomes that are in the journal already
    """

    def __init__(
        self,
        work: ApplyState,
        powers: ApplyServices,
        fingerprint: str,
        told: Iterable[Key] = (),
        found: Mapping[FactRef, Outcome] | None = None,
    ) -> None:
        self.work = work
        self._person = powers.person
        self._powers = powers
        self._fingerprint = fingerprint
        self._approved = workflow.runbook(work.approved)
        self._pages = 0
        self._opened: set[Key] = set()
        self._opened_again: set[Key] = set()
        self._told = set(told)
        self._found = dict(found or {})

    def to_the_end(self) -> ApplyResult:
        """Open every page that is left, then probe everything once more. It is finished where all is found out."""
        waiting = self._waiting()
        self._pages = len(waiting)
        self._person.begin(to_come(waiting, self.work.whole_runbook))
        if self.work.others:  # what a word that was given earlier says beside the plan
            self._person.report((), self.work.others)
        while waiting:
            if not self._open_all():
                return ApplyResult(self.work.outcomes, self.work.others, stopped=True, finished=False)
            self.work.probe()
            self._go_back_to_hidden()
            waiting = self._waiting()
        return self._end()

    def _go_back_to_hidden(self) -> None:
        """Open the pages once more whose facts are hidden by a login that is refused by now, and say so."""
        hidden = self.work.hidden
        subjects = {outcome.subject for outcome in hidden}
        pages = {
            _key(turn)
            for turn in page_visits(self._approved, self.work.runbook, (), self._told)
            if not subjects.isdisjoint(self._subjects(turn))
        }
        new = pages - self._opened_again
        if new:
            self._person.report(hidden, self.work.others)
        self._opened_again |= new
        self._opened -= new

    def _open_all(self) -> bool:
        """Open every page that is left; whether to go on."""
        while waiting := self._waiting():
            if not self._open(waiting[0]):
                return False
        return True

    def _end(self) -> ApplyResult:
        outcomes = self.work.outcomes
        self._record(outcomes)
        finished = not self.work.unfinished
        if finished:
            self._powers.journal.append(self._fingerprint, _finished(outcomes))
        return ApplyResult(outcomes, self.work.others, stopped=False, finished=finished)

    def _waiting(self) -> tuple[PageVisit, ...]:
        return page_visits(self._approved, self.work.runbook, self._opened, self._told, self._pages)

    def _open(self, turn: PageVisit) -> bool:
        """Open one page; whether to go on."""
        answer = self._person.open(turn)
        match answer:
            case OperatorAnswer.STOP:
                return False
            case OperatorAnswer.SKIP:
                self._answered(turn, PageAnswer.SKIPPED)
                self._opened.add(_key(turn))
                return True
            case OperatorAnswer.DONE:
                self._answered(turn, PageAnswer.DONE)
                return self._prove(turn)
            case _:
                assert_never(answer)

    def _answered(self, turn: PageVisit, said: PageAnswer) -> None:
        subjects = self._subjects(turn)
        self._powers.journal.append(self._fingerprint, PageAnswered(turn.school, turn.visit.page.id, said, subjects))
        self.work.said |= dict.fromkeys(subjects, said)
        if said is PageAnswer.DONE:
            self._told.add(_key(turn))

    def _prove(self, turn: PageVisit) -> bool:
        """Find out what became of a page that is done; whether to go on."""
        subjects = self._subjects(turn)
        asked = to_vouch(turn.visit)
        for question in questions(asked, self.work.desired):
            self._ask(question)
        touched = accesses_of(subjects)
        if touched:
            self.work.probe(touched)
        self._opened.add(_key(turn))
        outcomes = self._news(subjects)
        self._record(outcomes)
        self._person.report(outcomes, self.work.others)
        unspoken = self.work.approved_as(asked)
        unsettled = tuple(
            outcome
            for outcome in outcomes
            if (isinstance(outcome, Contradicted) and outcome.subject in subjects)
            or (isinstance(outcome, Pending) and outcome.subject in unspoken)
        )
        return self._go_on(turn, self._person.retry(unsettled)) if unsettled else True

    def _go_on(self, turn: PageVisit, wanted: RetryNotice) -> bool:
        match wanted:
            case RetryNotice.BACK:
                self._opened.discard(_key(turn))
                return True
            case RetryNotice.ON:
                return True
            case RetryNotice.STOP:
                return False
            case _:
                assert_never(wanted)

    def _ask(self, question: Question) -> None:
        """Ask for a person's word, and write it down."""
        reply = self._person.vouch(question)
        if reply is None:
            return
        written = self._powers.attest(question, reply)
        if written is None:
            return
        subjects = [subject for fact in reply.facts for subject in question.settles.get(fact, ())]
        self._powers.journal.append(
            self._fingerprint,
            AttestationWritten(written.file, reply.expires, reply.evidence, self.work.approved_as(subjects)),
        )
        self.work.add_words(written)

    def _news(self, subjects: tuple[FactRef, ...]) -> tuple[Outcome, ...]:
        """The outcomes of these subjects, and of what was said before and shows only now."""
        waiting = [subject for turn in self._waiting() for subject in self._subjects(turn)]
        unset_ticks = accesses_of(subject for subject in waiting if subject.aspect is Aspect.READ)
        known = (not_known_yet(outcome, unset_ticks) for outcome in self.work.outcomes)
        return tuple(outcome for outcome in known if outcome.subject in subjects or self._is_news(outcome))

    def _is_news(self, outcome: Outcome) -> bool:
        return outcome.subject in self.work.said and self._found.get(outcome.subject) != outcome

    def _record(self, outcomes: tuple[Outcome, ...]) -> None:
        """Write down what is not written down yet."""
        new = [outcome for outcome in outcomes if self._found.get(outcome.subject) != outcome]
        self._powers.journal.append(self._fingerprint, *map(OutcomeFound, new))
        self._found |= {outcome.subject: outcome for outcome in new}

    def _subjects(self, turn: PageVisit) -> tuple[FactRef, ...]:
        return self.work.approved_as(subject for step in turn.visit.steps for subject in step.settles)


def _key(turn: PageVisit) -> Key:
    return turn.school, turn.visit.page.id


def _finished(outcomes: tuple[Outcome, ...]) -> ApplyFinished:
    def count(kind: type[Outcome]) -> int:
        return sum(isinstance(outcome, kind) for outcome in outcomes)

    return ApplyFinished(count(Verified), count(Contradicted), count(Pending), count(Skipped), count(Failed))
