"""An approved plan, the live side as it is now, and what a person said -> what became of each thing that was due.

| the live side is                | nobody said | said: done   | said: skipped |
|---------------------------------|-------------|--------------|---------------|
| known, and as approved          | verified    | verified     | verified      |
| known, and different            | pending     | contradicted | skipped       |
| unknown, and a person must look | pending     | pending      | skipped       |
| unknown: its login is refused   | pending     | pending      | skipped       |
| unknown for another reason      | failed      | failed       | failed        |

A difference that was waived since is skipped. If the manifests now mean another school, service or account, whatever is
there proves nothing about what was approved: failed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple, assert_never

from reconciler.model.address import Address, username_key
from reconciler.model.aspect import Action, Aspect, FactRef
from reconciler.model.change import Change
from reconciler.model.entity import entity_key
from reconciler.model.evidence import TO_ATTEST, Fact, Known, Unknown, UnknownReason
from reconciler.model.live import Live, LiveAccess, LiveSchool, Login
from reconciler.model.outcome import Contradicted, Failed, Outcome, PageAnswer, Pending, Skipped, Verified
from reconciler.model.plan import AccessPlan, Plan, SchoolPlan
from reconciler.planning.approved.due import due_of
from reconciler.planning.facts import CHOICES, ROWS


class ApprovedTarget(NamedTuple):
    """The approved state of one fact.

    absent   it was approved to be taken away, as everything of an access that has ended
    to_tick  the approved entities, for a list of entities (`*`)
    """

    subject: FactRef
    absent: bool = False
    to_tick: tuple[str, ...] = ()


class TargetStatus(NamedTuple):
    """The result of checking a fact against its approved state, and what was seen, in words."""

    ok: bool
    seen: str


def approved_targets(part: SchoolPlan | AccessPlan) -> Iterator[ApprovedTarget]:
    """List the approved state of everything due in a part of a plan, in its order."""
    revoked = {(change.aspect, change.name) for change in part.changes if change.action is Action.REVOKE}
    to_tick = part.particulars.to_tick if isinstance(part, AccessPlan) else ()
    ended = isinstance(part, AccessPlan) and part.ended is not None
    for subject in due_of(part):
        is_list = subject.aspect is Aspect.READ and subject.name == "*"
        yield ApprovedTarget(subject, ended or (subject.aspect, subject.name) in revoked, to_tick if is_list else ())


def check_target(
    target: ApprovedTarget, access: LiveAccess | None, school: LiveSchool, extra: Sequence[str] = ()
) -> Fact[TargetStatus]:
    """Check a fact: Known with its evidence, or Unknown.

    access  None for a school's own fact
    extra   for a list: entries that are granted, not declared and not tolerated
    """
    aspect, name = target.subject.aspect, target.subject.name
    row = ROWS[aspect]  # nobody is asked to make a service answer
    if row.key in CHOICES:
        return _choice(row.known(name, access, school), row.expected(name, ended=target.absent))
    if aspect is Aspect.ACCOUNT:
        return (
            _none(school.accounts, extra, "not as declared")
            if name == "*"
            else _contained(school.accounts, target, username_key)
        )
    assert access is not None  # every other fact is an access's
    match aspect:
        case Aspect.LOGIN:
            return _login(access.login, Login.CLOSED if target.absent else Login.WORKS)
        case Aspect.READ if name == "*":
            return _listed(access, target.to_tick, extra)
        case Aspect.READ:
            return _unread(access, name, absent=target.absent) or _contained(access.entities, target)
        case Aspect.ROLE | Aspect.WRITE if name == "*":
            return _none(access.roles if aspect is Aspect.ROLE else access.permissions, extra)
        case Aspect.ROLE:
            return _contained(access.roles, target)
        case _:
            return _contained(access.permissions, target)


def _login(fact: Fact[Login], wanted: Login) -> Fact[TargetStatus]:
    if not isinstance(fact, Known):
        return fact
    return Known(TargetStatus(fact.value is wanted, f"the login is {fact.value.value}"), fact.evidence)


def _choice(fact: Fact[str], wanted: str) -> Fact[TargetStatus]:
    if not isinstance(fact, Known):
        return fact
    return Known(TargetStatus(fact.value == wanted, f"it is {fact.value}, and should be {wanted}"), fact.evidence)


def _contained(
    fact: Fact[Mapping[str, str]], target: ApprovedTarget, key: Callable[[str], str] = entity_key
) -> Fact[TargetStatus]:
    if not isinstance(fact, Known):
        return fact
    is_granted = key(target.subject.name) in fact.value
    return Known(
        TargetStatus(is_granted is not target.absent, "it is granted" if is_granted else "it is not granted"),
        fact.evidence,
    )


def _none(
    fact: Fact[Mapping[str, str]], extra: Sequence[str], how: str = "held, but not declared"
) -> Fact[TargetStatus]:
    if not isinstance(fact, Known):
        return fact
    return Known(TargetStatus(not extra, f"{how}: {', '.join(extra)}"), fact.evidence)


def _listed(access: LiveAccess, to_tick: Sequence[str], extra: Sequence[str]) -> Fact[TargetStatus]:
    if not isinstance(access.entities, Known):
        return access.entities
    unread = next(filter(None, (_unread(access, name, absent=False) for name in to_tick)), None)
    missing = [name for name in to_tick if entity_key(name) not in access.entities.value]
    if unread and not missing and not extra:
        return unread
    differences = [f"not ticked: {', '.join(missing)}"] if missing else []
    differences += [f"ticked, but not declared: {', '.join(extra)}"] if extra else []
    return Known(TargetStatus(not differences, "; ".join(differences)), access.entities.evidence)


def _unread(access: LiveAccess, name: str, *, absent: bool) -> Unknown | None:
    """Return why a deep probe could not read a listed entity; None if it could, or was not made."""
    column = access.columns.get(entity_key(name))
    return column if isinstance(column, Unknown) and not absent else None


def outcomes(approved: Plan, fresh: Plan, live: Live, answers: Mapping[FactRef, PageAnswer]) -> tuple[Outcome, ...]:
    """Work out the outcome of everything that was due in the approved plan, in its order.

    `fresh` is the plan of `live`, people's words included: it says what is waived, and what is granted too much.
    """
    return tuple(_outcomes(approved, _Now(approved, fresh, live), answers))


def _outcomes(approved: Plan, now: _Now, answers: Mapping[FactRef, PageAnswer]) -> Iterator[Outcome]:
    for school in approved.schools:
        for target in approved_targets(school):
            yield now.outcome(target, now.school(school), answers.get(target.subject))
    for access in approved.accesses:
        for target in approved_targets(access):
            yield now.outcome(target, now.access(access), answers.get(target.subject))


class _Now:
    """What is known now, part by part of an approved plan."""

    def __init__(self, approved: Plan, fresh: Plan, live: Live) -> None:
        self._live = live
        self._approved = {school.name: school for school in approved.schools}
        self._schools = {school.name: school for school in fresh.schools}
        self._accesses = {access.address: access for access in fresh.accesses}

    def school(self, approved: SchoolPlan) -> SchoolPlan | str:
        """The school as it is planned now; or why nothing found there counts."""
        now = self._schools.get(approved.name)
        if now is None:
            return "the manifests no longer have it"
        return other_school(approved, now) or now

    def access(self, approved: AccessPlan) -> AccessPlan | str:
        """The access as it is planned now; or why nothing found there counts."""
        now = self._accesses.get(approved.address)
        if now is None:
            return "the manifests no longer have it"
        school = self.school(self._approved[approved.address.school])
        if isinstance(school, str):
            return school
        return other_account(approved, now) or now

    def outcome(
        self, target: ApprovedTarget, part: SchoolPlan | AccessPlan | str, answer: PageAnswer | None
    ) -> Outcome:
        """What became of one thing."""
        subject = target.subject
        if isinstance(part, str):
            return Failed(subject, part)
        changes = [change for change in part.changes if _is_of(change, target)]
        fact = check_target(target, self._access_of(subject), self._school_of(subject), _extra(changes, target))
        if not isinstance(fact, Known):
            return _unknown(subject, fact, answer)
        if fact.value.ok:
            return Verified(subject, fact.evidence, target.absent)
        if _only_waived(changes):
            return Skipped(subject, "it differs, and was waived since")
        return _not_done(subject, fact.value.seen, answer)

    def _school_of(self, subject: FactRef) -> LiveSchool:
        return self._live.schools.get(subject.school) or LiveSchool(self._live.missing)

    def _access_of(self, subject: FactRef) -> LiveAccess | None:
        if not subject.supplier:
            return None
        missing = self._live.missing
        return self._live.accesses.get(Address(subject.school, subject.supplier)) or LiveAccess(missing, missing)


def _is_of(change: Change, target: ApprovedTarget) -> bool:
    """Whether a change of the fresh plan is about this. A service may spell an entity in other capitals by now."""
    if change.aspect is not target.subject.aspect:
        return False
    return target.subject.name == "*" or entity_key(change.name) == entity_key(target.subject.name)


def _extra(changes: list[Change], target: ApprovedTarget) -> list[str]:
    """Of a list: what is granted and not declared, is no part of what was approved, and nobody waives; of a school's
    accounts those that are missing too, as no entry of the plan asks for each."""
    if target.subject.name != "*":
        return []
    approved = {entity_key(name) for name in target.to_tick}
    return [
        change.name
        for change in changes
        if (change.action is Action.REVOKE or change.aspect is Aspect.ACCOUNT)
        and not change.waived
        and entity_key(change.name) not in approved
    ]


def _only_waived(changes: list[Change]) -> bool:
    return bool(changes) and all(change.waived for change in changes)


def _unknown(subject: FactRef, fact: Unknown, answer: PageAnswer | None) -> Outcome:
    if fact.reason is UnknownReason.LOGIN_REFUSED:
        reason = "it can be checked once the login works"
    elif fact.reason in TO_ATTEST:
        reason = fact.text
    else:
        return Failed(subject, fact.text)
    return Skipped(subject, reason) if answer is PageAnswer.SKIPPED else Pending(subject, reason)


def _not_done(subject: FactRef, seen: str, answer: PageAnswer | None) -> Outcome:
    match answer:
        case PageAnswer.DONE:
            return Contradicted(subject, seen)
        case PageAnswer.SKIPPED:
            return Skipped(subject, seen)
        case None:
            return Pending(subject, seen)
        case _:
            assert_never(answer)


def other_school(approved: SchoolPlan, now: SchoolPlan) -> str:
    """Why what is found at the school now says nothing of the approved one; empty where they are one."""
    if approved.school_id != now.school_id:
        return f"the manifests now mean School ID {now.school_id}, and {approved.school_id} was approved"
    if approved.read_url.strip().casefold() != now.read_url.strip().casefold():  # IIS ignores case
        return "the manifests now name another service than was approved"
    return ""


def other_account(approved: AccessPlan, now: AccessPlan) -> str:
    """Why what is found of the access now says nothing of the approved one; empty where they are one."""
    if (approved.via, username_key(approved.name)) != (now.via, username_key(now.name)):
        return f"the manifests now name {now.via.value} {now.name}, and {approved.name} was approved"
    return ""
