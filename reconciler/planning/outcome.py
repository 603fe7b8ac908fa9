"""An approved plan, a fresh one, and what a person said -> what became of each thing that was due.

| the fresh plan says of it       | nobody said | said: done   | said: skipped |
|---------------------------------|-------------|--------------|---------------|
| known, and as declared          | verified    | verified     | verified      |
| known, and different            | pending     | contradicted | skipped       |
| unknown, and a person must look | pending     | pending      | skipped       |
| unknown: its login is to mend   | pending     | pending      | skipped       |
| unknown for another reason      | failed      | failed       | failed        |
| waived since                    | skipped     | skipped      | skipped       |
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from reconciler.model.address import Address
from reconciler.model.change import Action, Aspect
from reconciler.model.entity import entity_key
from reconciler.model.fact import TO_ATTEST, Known, Why
from reconciler.model.outcome import Contradicted, Failed, Pending, Said, Skipped, Verified
from reconciler.model.plan import AccessPlan
from reconciler.planning.part import due, is_due

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.model.change import Change, Unseen
    from reconciler.model.fact import Evidence
    from reconciler.model.outcome import Outcome
    from reconciler.model.plan import Plan, SchoolPlan
    from reconciler.model.subject import Subject


def outcomes(approved: Plan, fresh: Plan, said: Mapping[Subject, Said]) -> tuple[Outcome, ...]:
    """What became of everything that was due in the approved plan, in its order."""
    schools = {school.name: school for school in fresh.schools}
    accesses = {access.address: access for access in fresh.accesses}
    found: list[Outcome] = []
    for subject in due(approved):
        part: SchoolPlan | AccessPlan | None = schools.get(subject.school)
        if subject.supplier:
            part = accesses.get(Address(subject.school, subject.supplier))
        found.append(_outcome(subject, part, said.get(subject)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _AsDeclared:
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class _Different:
    seen: str


@dataclass(frozen=True, slots=True)
class _ToLookAt:
    reason: str


@dataclass(frozen=True, slots=True)
class _NotFoundOut:
    reason: str


@dataclass(frozen=True, slots=True)
class _Waived:
    seen: str


_State = _AsDeclared | _Different | _ToLookAt | _NotFoundOut | _Waived


def _outcome(subject: Subject, part: SchoolPlan | AccessPlan | None, said: Said | None) -> Outcome:
    state = _NotFoundOut("the manifests no longer have it") if part is None else _state(subject, part)
    match state:
        case _AsDeclared(evidence):
            return Verified(subject, evidence)
        case _NotFoundOut(reason):
            return Failed(subject, reason)
        case _Waived(seen):
            return Skipped(subject, seen)
        case _Different(seen):
            return _not_done(subject, seen, said)
        case _ToLookAt(reason):
            return Skipped(subject, reason) if said is Said.SKIPPED else Pending(subject, reason)
        case _:
            assert_never(state)


def _not_done(subject: Subject, seen: str, said: Said | None) -> Outcome:
    match said:
        case Said.DONE:
            return Contradicted(subject, seen)
        case Said.SKIPPED:
            return Skipped(subject, seen)
        case None:
            return Pending(subject, seen)
        case _:
            assert_never(said)


def _state(subject: Subject, part: SchoolPlan | AccessPlan) -> _State:
    """What the fresh plan says of one fact."""
    is_list = subject.aspect is Aspect.READ and subject.name == "*"
    # A service may spell an entity in other capitals now, and what it still lists is not taken away.
    key = entity_key(subject.name)
    changes = [
        change
        for change in part.changes
        if change.aspect is subject.aspect and (is_list or entity_key(change.name) == key)
    ]
    open_changes = [change for change in changes if not change.waived]
    if open_changes:
        return _Different(_seen_list(open_changes) if is_list else _seen(open_changes[0]))
    if changes and not is_list:
        return _Waived(f"{_seen(changes[0])}, and waived since")
    for item in part.unknown:
        if item.aspect is subject.aspect and item.name in {subject.name, "*"}:
            return _unknown(part, item)
    evidence = _evidence(subject, part)
    return _AsDeclared(evidence) if evidence else _ToLookAt("nothing says how it is")


def _unknown(part: SchoolPlan | AccessPlan, item: Unseen) -> _State:
    if item.why is Why.LOGIN_REFUSED and is_due(part, item):
        return _ToLookAt("it shows once the login works")
    return _ToLookAt(item.reason) if item.why in TO_ATTEST else _NotFoundOut(item.reason)


def _seen(change: Change) -> str:
    return f"{change.before}, and should be {change.after}"


def _seen_list(changes: list[Change]) -> str:
    missing = [change.name for change in changes if change.action is Action.GRANT]
    extra = [change.name for change in changes if change.action is Action.REVOKE]
    told = [f"not ticked: {', '.join(missing)}"] if missing else []
    told += [f"ticked and not declared: {', '.join(extra)}"] if extra else []
    return "; ".join(told)


def _evidence(subject: Subject, part: SchoolPlan | AccessPlan) -> Evidence | None:
    """How a fact that is neither a change nor unknown is known. None where nothing says so: then nothing is proven."""
    if isinstance(part, AccessPlan):
        if subject.aspect is Aspect.LOGIN:
            return part.login.evidence if isinstance(part.login, Known) else None
        if subject.aspect is Aspect.READ:
            return part.granted.evidence if isinstance(part.granted, Known) else None
    for vouch in part.vouched:
        # A permission that was taken away is proven by the list in which it is no more.
        if vouch.aspect is subject.aspect and (vouch.name == subject.name or vouch.aspect is Aspect.WRITE):
            return vouch.evidence
    return None
