"""The trust example on a sandbox, and a machine that carries plans out by following their steps on its pages."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler import workflow
from reconciler.applying.operator import OperatorAnswer, RetryNotice
from reconciler.applying.plan_files import approval_of
from reconciler.applying.preflight import ApplyInputs, approved_state, begin, resume, resumed_state
from reconciler.applying.resume import newest_begun
from reconciler.applying.run import ApplyServices
from reconciler.attestation.submission import Submission
from reconciler.attestation.write import Written, attest
from reconciler.bromcom.options import ProbeOptions
from reconciler.cli.clock import Clock, system_clock
from reconciler.journal.file import Journal
from reconciler.model.attestation import AttestationReply, Question
from reconciler.model.plan import SavedPlan
from reconciler.model.runbook import PageVisit
from reconciler.planning.refused_login import working_logins
from reconciler.sandbox.control.client import DEFAULT_PORT
from reconciler.sandbox.control.env_file import write_env_file
from reconciler.sandbox.operator.person import PracticeHands
from reconciler.secrets.environment import environment

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from reconciler.applying.run import ApplyResult, ApplyRun
    from reconciler.model.journal import Event
    from reconciler.model.outcome import Outcome
    from reconciler.model.plan import Plan
    from reconciler.model.runbook import PageId, Runbook
    from reconciler.sandbox.server import SandboxServer

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "trust"
NEXT_YEAR = date(2035, 12, 31)
_START = datetime.now(UTC) - timedelta(hours=1)
_SECONDS = count()

ALL_LIMITS = ("revoke", "widen", "widenConsent")


@dataclass
class Machine:
    """A person who does what the page says, says done, and vouches that all is as declared.

    instead  {(school, page): what to do in place of the steps}
    says     {(school, page): what to say in place of done}; such a page is not touched
    first    what to say to the first pages, whatever they are; such a page is not touched either
    words    what to vouch for; None: nothing
    back     how often to go back to a page of which something is not settled
    """

    hands: PracticeHands
    instead: dict[tuple[str, PageId], Callable[[PageVisit], None]] = field(default_factory=dict)
    says: dict[tuple[str, PageId], OperatorAnswer] = field(default_factory=dict)
    first: list[OperatorAnswer] = field(default_factory=list)
    words: Callable[[Question], AttestationReply | None] = lambda question: AttestationReply(
        question.declared, NEXT_YEAR, "ticket 4711"
    )
    back: int = 0
    opened: list[PageVisit] = field(default_factory=list)
    heard: list[tuple[Outcome, ...]] = field(default_factory=list)
    others: list[tuple[str, ...]] = field(default_factory=list)
    asked: list[Question] = field(default_factory=list)
    runbook: Runbook | None = None

    def begin(self, runbook: Runbook) -> None:
        """Remember what is to come."""
        self.runbook = runbook

    def open(self, page_visit: PageVisit) -> OperatorAnswer:
        """Do it, or what a test wants instead."""
        self.opened.append(page_visit)
        key = (page_visit.school, page_visit.visit.page.id)
        if self.first:
            return self.first.pop(0)
        if key in self.says:
            return self.says[key]
        self.instead.get(key, self.follow)(page_visit)
        return OperatorAnswer.DONE

    def follow(self, page_visit: PageVisit) -> None:
        """Follow every step of a page."""
        for step in page_visit.visit.steps:
            self.hands.do(page_visit.school_id, page_visit.visit.page, step)

    def vouch(self, question: Question) -> AttestationReply | None:
        """Vouch, or what a test wants instead."""
        self.asked.append(question)
        return self.words(question)

    def report(self, outcomes: tuple[Outcome, ...], others: tuple[str, ...]) -> None:
        """Remember what became of it."""
        self.heard.append(outcomes)
        self.others.append(others)

    def retry(self, unsettled: tuple[Outcome, ...]) -> RetryNotice:
        """Go back as often as a test wants, and do it right then."""
        if not unsettled or self.back == 0:
            return RetryNotice.ON
        self.back -= 1
        page_visit = self.opened[-1]
        self.instead.pop((page_visit.school, page_visit.visit.page.id), None)
        return RetryNotice.BACK

    @property
    def pages(self) -> list[tuple[str, str]]:
        """The pages that were opened, in order."""
        return [(page_visit.school, page_visit.visit.page.id.value) for page_visit in self.opened]


@dataclass(frozen=True)
class Practice:
    """A copy of the trust example whose live side is a running sandbox."""

    folder: Path
    sandbox: SandboxServer

    @property
    def journal_file(self) -> Path:
        """Where its journal is."""
        return self.folder / ".reconciler" / "journal.jsonl"

    def machine(self) -> Machine:
        """Somebody to do the state."""
        passwords = dict(
            handed for school in self.sandbox.schools() for handed in self.sandbox.handed_over(school.school_id)
        )

        def password(reference: str) -> str:
            return passwords.get(reference.removeprefix("env "), "any will do")

        return Machine(PracticeHands(self.sandbox.url, password, lambda _whom, _what: None))

    def inputs(self, *, deep: bool = False, clock: Clock = system_clock) -> ApplyInputs:
        """The manifests and the live side as they are now."""
        desired = workflow.desired_of(self.folder, clock())
        known = environment({}, self.folder / "practice.env")
        read_live = workflow.probing(self.folder, known, ProbeOptions(rate=None, timeout=5, retries=0, deep=deep))
        return ApplyInputs(desired, read_live, clock)

    def plan(
        self, *schools: str, suppliers: Collection[str] = (), deep: bool = False, before: Plan | None = None
    ) -> Plan:
        """What differs now, at these schools or at all; a refusal of a login that worked `before` is proof."""
        inputs = self.inputs(deep=deep)
        wanted = workflow.Selection(schools, tuple(suppliers)).of(inputs.desired)
        read_live = workflow.proving(inputs.read_live, lambda: working_logins({}, before) if before else {})
        return workflow.plan_of(wanted, read_live(wanted), inputs.clock().date())

    def services(self, machine: Machine) -> ApplyServices:
        """What the story is handed. A machine vouches twice within a second; its words are a second apart all the same,
        since of two words of one moment that differ neither holds, and none of the future is heard."""

        def write_word(question: Question, reply: AttestationReply) -> Written:
            now = _START + timedelta(seconds=next(_SECONDS))
            place = question.school, question.supplier, question.account
            word = Submission(*place, reply.facts, "J. Smith", now, reply.expires, reply.evidence)
            return attest(self.folder, word)

        return ApplyServices(machine, write_word, Journal(self.journal_file, "J. Smith", system_clock))

    def begin(self, plan: Plan, machine: Machine, services: ApplyServices | None = None) -> ApplyRun:
        """Begin to carry a plan out."""
        saved = approval_of(plan, system_clock())
        state = approved_state(saved, self.inputs(), ALL_LIMITS)
        return begin(state, saved, services or self.services(machine), plan_file="plan.json", accepted=ALL_LIMITS)

    def apply(self, plan: Plan, machine: Machine) -> ApplyResult:
        """Carry a plan out."""
        return self.begin(plan, machine).to_the_end()

    def resume(self, plan: Plan, machine: Machine) -> ApplyResult:
        """Go on with what the journal says was begun."""
        services = self.services(machine)
        progress = newest_begun(services.journal.entries, datetime.now(UTC))
        assert progress.fingerprint == plan.fingerprint
        saved = SavedPlan(plan, datetime.now(UTC), progress.expires)
        state = resumed_state(saved, progress, self.inputs())
        return resume(state, progress, services).to_the_end()

    def events(self) -> list[Event]:
        """What its journal says happened."""
        return [entry.event for entry in Journal(self.journal_file, "nobody", system_clock).entries]


def practice_in(folder: Path, sandbox: SandboxServer) -> Practice:
    """A copy of the trust example that is asked at this sandbox."""
    shutil.copytree(EXAMPLE, folder)
    manifest = folder / "reconciler.yaml"
    text = manifest.read_text(encoding="utf-8")
    assert f":{DEFAULT_PORT}/" in text
    manifest.write_text(text.replace(f":{DEFAULT_PORT}/", f":{sandbox.port}/"), encoding="utf-8")
    write_env_file(folder / "practice.env", sandbox)
    return Practice(folder, sandbox)
