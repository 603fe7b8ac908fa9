"""Explain an access or a school: its values with their layers, its facts with their evidence, and what touches them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from reconciler.attestation.overlay import expired_facts
from reconciler.attestation.submission import account_of
from reconciler.catalogue import entities
from reconciler.catalogue.pages import pages
from reconciler.explaining.decisions import round_rows
from reconciler.explaining.focus import Focus, focus_on
from reconciler.explaining.topics import catalogue_part
from reconciler.explaining.workspace import ExplainedWorkspace
from reconciler.model.address import Address
from reconciler.model.aspect import Aspect
from reconciler.model.attestation import AttestedFact
from reconciler.model.desired import Account
from reconciler.model.entity import entity_key
from reconciler.model.evidence import TO_ATTEST, Attested, Fact, Known
from reconciler.model.explanation import ExplainedRow, Explanation, ExplanationPart
from reconciler.model.live import Live, LiveAccess, LiveSchool
from reconciler.model.plan import AccessPlan, SchoolPlan
from reconciler.model.problem import Origin, Problem
from reconciler.model.runbook import PageId
from reconciler.planning.facts import FACT_KEYS, ROWS
from reconciler.planning.unknowns import ManagedFact, managed_of_access, managed_of_school
from reconciler.planning.validity.effective import newest
from reconciler.report.finding_rules import ENTITY_REPORTED, FINDING_RULES, NOT_KNOWN, WORD_DENIED
from reconciler.report.finding_rules import TO_ATTEST as ASK
from reconciler.report.labels import ALL, DIFFERENCES, KINDS, LABELS, attested, plural, waived
from reconciler.report.runbooks.phrases import trail
from reconciler.workflow import NOT_ASKED, Reader, plan_and_live

_PROBED: Final = frozenset({Aspect.REACHABLE, Aspect.LOGIN, Aspect.READ})
_TITLES: Final = {text.id: text.title for text in FINDING_RULES}


def explain_place(workspace: ExplainedWorkspace, address: Address, name: str, read_live: Reader) -> Explanation:
    """Explain an access, a school (without a supplier), or one name there.

    Raises SelectionError if the manifests have no such place, or nothing of that name there.
    """
    focus = focus_on(workspace, address, name)
    part = workspace.part(*address)
    plan, live = plan_and_live(part, read_live(part), workspace.now.date())
    planned = plan.accesses[0] if address.supplier else plan.schools[0]
    return _Place(workspace, address, focus, planned, live).explanation()


@dataclass(frozen=True, slots=True)
class _Place:
    workspace: ExplainedWorkspace
    address: Address
    focus: Focus
    plan: AccessPlan | SchoolPlan
    live: Live

    @property
    def today(self) -> date:
        return self.workspace.now.date()

    @property
    def live_school(self) -> LiveSchool:
        return self.live.schools.get(self.address.school) or LiveSchool(self.live.missing)

    @property
    def live_access(self) -> LiveAccess:
        return self.live.accesses.get(self.address) or LiveAccess(self.live.missing, self.live.missing)

    def explanation(self) -> Explanation:
        school = self.workspace.desired.schools[self.address.school]
        place = str(self.address) if self.address.supplier else school.name
        title = f"{f'{school.title}, ' if school.title else ''}School {school.school_id} on {school.platform.name}"
        if isinstance(self.plan, AccessPlan):
            title = f"{self.plan.particulars.title} at {title}"
        managed, differences = tuple(self.managed()), (*self.differences(),)
        parts: tuple[ExplanationPart, ...] = (
            ExplanationPart(
                "values", "In the manifests", "The last layer that says a value decides it.", self.focus.values
            ),
            ExplanationPart("live", "In Bromcom", self.seen(), (*map(self.fact, managed),)),
            ExplanationPart("differences", "What differs", "", differences),
            ExplanationPart("attestations", "Confirmed by people", "", tuple(self.statements())),
            ExplanationPart("rounds", "Decided in rounds", "", tuple(self.decisions())),
            ExplanationPart("accepted", "Accepted", "", tuple(self.accepted())),
            ExplanationPart("rules", "Rules", "", tuple(self.rules(managed))),
            ExplanationPart(
                "by-hand",
                "Done by hand",
                "Bromcom has no interface through which a program could set these. A person does it on these pages, "
                "and it is checked afterwards.",
                tuple(self.by_hand(managed)),
            ),
        )
        entity = entities().get(self.focus.key) if Aspect.READ in self.focus.aspects else None
        parts += (catalogue_part(entity),) if entity else ()
        subject = f"{place}/{self.focus.name}" if self.focus.name else place
        return Explanation(
            subject, title, (self.verdict(managed, differences),), tuple(part for part in parts if part.rows)
        )

    def verdict(self, managed: tuple[ManagedFact, ...], differences: tuple[ExplainedRow, ...]) -> str:
        """The state in one sentence; what is unknown is never in sync."""
        if not managed:
            return "Nothing of it is compared with Bromcom."
        unknown = sum(not isinstance(item.fact, Known) and item.fact != NOT_ASKED for item in managed)
        is_asked = all(item.fact != NOT_ASKED for item in managed)
        parts = [plural(len(differences), "difference")] if differences else []
        parts += [f"{plural(unknown, 'fact')} could not be checked"] if unknown else []
        verdict = f"{', '.join(parts)}." if parts or not is_asked else "As agreed."
        return verdict if is_asked else f"{verdict if parts else ''} {NOT_ASKED.text}".lstrip()

    def seen(self) -> str:
        """The time of the view, where it is not of now."""
        recorded = self.live.times.get(self.address.school, self.live.recorded)
        return f"As the snapshot of {recorded.isoformat()} has it." if recorded else ""

    def managed(self) -> Iterator[ManagedFact]:
        """The facts that the manifests ask about, an entity that is asked about on its own."""
        if not self.address.supplier:
            every = managed_of_school(self.workspace.desired.schools[self.address.school], self.live_school)
        else:
            access = self.workspace.desired.accesses[self.address]
            every = managed_of_access(access, self.live_access, self.live_school)
        for item in every:
            if self.focus.has(item.aspect, item.name):
                is_entity = item.aspect is Aspect.READ and self.focus.key
                yield item._replace(fact=self.granted(item.fact), name=self.focus.name) if is_entity else item

    def granted(self, fact: Fact[object]) -> Fact[object]:
        """The state of the one entity in the list of all that are granted."""
        entities = self.live_access.entities
        if not isinstance(entities, Known):
            return fact
        return Known("granted" if self.focus.key in entities.value else "absent", entities.evidence)

    def fact(self, item: ManagedFact) -> ExplainedRow:
        """A fact, and how it is known."""
        kind = {Aspect.LOGIN: "login", Aspect.READ: "entity"}.get(item.aspect, KINDS[item.aspect])
        name = ALL.get(item.aspect, "entities") if item.name == "*" else f"{kind} {item.name}"
        if not isinstance(item.fact, Known):
            is_asked = item.fact != NOT_ASKED
            return ExplainedRow(name, ("unknown" if is_asked else "not asked",), item.fact.text if is_asked else "")
        evidence = item.fact.evidence
        how = attested(evidence) if isinstance(evidence, Attested) else f"probed: {evidence.call}"
        origin = evidence.origin if isinstance(evidence, Attested) else None
        return ExplainedRow(name, _texts(item.fact.value), how, origin)

    def differences(self) -> Iterator[ExplainedRow]:
        """The differences, those that are accepted too, and what is only reported."""
        for change in self.plan.changes:
            if self.focus.has(change.aspect, change.name):
                texts = (waived(change.waived) if change.waived else "", change.note, f"risk {change.risk.value}")
                detail = " · ".join(filter(None, texts))
                name = f"{KINDS[change.aspect]} {change.name}"
                yield ExplainedRow(DIFFERENCES[change.action].word, (name,), detail, change.origin)
        for name in self.plan.reported if isinstance(self.plan, AccessPlan) else ():
            if self.focus.has(Aspect.READ, name):
                yield ExplainedRow("reported", (f"entity {name}",), "not declared; extraEntities lets it be")

    def statements(self) -> Iterator[ExplainedRow]:
        """The attestations on these facts, newest last, each with what it is worth now."""
        desired = self.workspace.desired
        latest = newest(desired.words, self.today)
        username = account_of(desired, *self.address)
        aspects = self.focus.aspects | ({Aspect.LAWFUL_BASIS} if Aspect.CONSENT in self.focus.aspects else set())
        for word in (*desired.words, *desired.later_words):
            subject = word.subject
            own = subject[:2] == self.address or (subject.school == self.address.school and not subject.supplier)
            if own and subject.aspect in aspects:
                status = self.status(word, latest.get(subject), username)
                key = next(key for key, fact in FACT_KEYS.items() if fact == (ROWS[subject.aspect], subject.name))
                detail = f"{status}; {attested(word.evidence)}"
                key = f"{subject.school} {key}" if self.address.supplier and not subject.supplier else key
                yield ExplainedRow(key, word.values or ("none",), detail, word.evidence.origin)

    def status(self, word: AttestedFact, latest: AttestedFact | None, username: str) -> str:
        """The worth of an attestation now."""
        on = word.evidence.on
        if on > self.workspace.now:
            return f"counts from {on:%Y-%m-%d %H:%M} UTC on"
        if word != latest:
            return "replaced by a newer one"
        if over := expired_facts(word, self.today, username):
            return f"no longer counts: {over.text}"
        denied = self.plan.denied if isinstance(self.plan, AccessPlan) else ()
        disputed = next((claim for claim in denied if claim.evidence == word.evidence), None)
        return f"disputed: {disputed.said}; but {disputed.seen}" if disputed else "counts"

    def decisions(self) -> Iterator[ExplainedRow]:
        """The rounds that have the access; of a name, if it is an entity."""
        if self.address.supplier and Aspect.READ in self.focus.aspects:
            yield from round_rows(self.workspace.desired.rounds, self.address, self.focus.key)

    def accepted(self) -> Iterator[ExplainedRow]:
        """The waivers of a difference here, and the comments that allow advice here."""
        used = {change.waived for change in self.plan.changes}
        for waiver in self.workspace.desired.waivers:
            here = waiver.supplier == self.address.supplier and self.address.school in waiver.schools
            if here and self.focus.has(waiver.aspect, waiver.name):
                name = f"{DIFFERENCES[waiver.action].word}: {KINDS[waiver.aspect]} {waiver.name}"
                state = "expired; " if waiver.terms.expires < self.today else ""
                state = state or ("" if waiver.terms in used else "accepts nothing seen now; ")
                yield ExplainedRow(waiver.terms.waiver, (name,), f"{state}{waived(waiver.terms)}", waiver.terms.origin)
        for problem in self.workspace.linted.waived:
            if self.touches(problem):
                yield ExplainedRow(problem.rule, (problem.message,), problem.hint, problem.origin)

    def rules(self, managed: tuple[ManagedFact, ...]) -> Iterator[ExplainedRow]:
        """The rules that ask for something here: of the plan, then warnings and advice on the manifests."""
        ids = {
            LABELS[change.aspect].rules[change.action]
            for change in self.plan.changes
            if self.focus.has(change.aspect, change.name)
        }
        unknown = [item.fact for item in managed if not isinstance(item.fact, Known) and item.fact != NOT_ASKED]
        ids |= {ASK if fact.reason in TO_ATTEST else NOT_KNOWN for fact in unknown}
        if isinstance(self.plan, AccessPlan):
            ids |= {ENTITY_REPORTED} if any(self.focus.has(Aspect.READ, name) for name in self.plan.reported) else set()
            denied = any(claim.subject.aspect in self.focus.aspects for claim in self.plan.denied)
            ids |= {WORD_DENIED} if denied else set()
        yield from (ExplainedRow(rule, (_TITLES[rule],)) for rule in sorted(ids))
        for problem in self.workspace.linted.problems:
            if self.touches(problem):
                yield ExplainedRow(problem.rule, (problem.message,), problem.hint, problem.origin)

    def touches(self, problem: Problem) -> bool:
        """Tell if a problem is on a line that says one of the values, or anywhere in the School or Supplier; of a name,
        if it is just where the name is, as several may share a line. A profile is the place of all its entities."""
        words = [word for row in self.focus.values for word in row.layers if not word.layer.startswith("profile ")]
        if self.focus.name:
            return any(problem.origin == word.origin for word in words)
        if any(word.origin and problem.origin[:2] == word.origin[:2] for word in words):
            return True
        school = self.workspace.school(self.address.school)
        owner = self.workspace.placement(self.address).supplier if self.address.supplier else school
        return self.document_at(problem.origin) == owner.document.origin

    def document_at(self, place: Origin) -> Origin | None:
        """The beginning of the document that a place is in."""
        starts = sorted(
            document.origin for document in self.workspace.manifests.documents if document.source.file == place.file
        )
        number = bisect_right(starts, place)
        return starts[number - 1] if number else None

    @property
    def probed(self) -> frozenset[Aspect]:
        """The facts that a probe can prove: none of an access that nobody can log into."""
        access = self.workspace.desired.accesses.get(self.address)
        can_log_in = access and isinstance(access.via, Account) and access.via.password
        return _PROBED if can_log_in else frozenset({Aspect.REACHABLE})

    def by_hand(self, managed: tuple[ManagedFact, ...]) -> Iterator[ExplainedRow]:
        """The page for each fact, and the proof that it was done."""
        done: set[str] = set()
        for item in managed:
            row = ROWS.get(item.aspect)
            if row is None or not row.attestable:  # only the school's own answer, or whose it is
                continue
            key = next(key for key, fact in FACT_KEYS.items() if fact.row is row and fact.name in ("", item.name))
            page = pages()[PageId.USERS if item.aspect is Aspect.LOGIN else FACT_KEYS[key].page]
            where = trail(page) if page.trail else page.labels[key].text if key in page.labels else page.title
            if key not in done:
                done.add(key)
                proof = "a probe proves it" if item.aspect in self.probed else "no probe can see it: attest it"
                yield ExplainedRow(key, (where,), proof)


def _texts(value: object) -> tuple[str, ...]:
    """A live value as reports say it."""
    if isinstance(value, bool):
        return ("answers" if value else "does not answer",)
    if isinstance(value, str):
        return (str(value),)
    return tuple(sorted(value.values(), key=entity_key)) or ("none",)  # type: ignore[attr-defined]  # a mapping
