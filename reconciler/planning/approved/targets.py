"""Compare the live side with what was approved, whatever the manifests declare now."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from reconciler.model.aspect import Action, Aspect, FactRef
from reconciler.model.entity import entity_key
from reconciler.model.evidence import Fact, Known, Unknown
from reconciler.model.live import LiveAccess, LiveSchool, Login
from reconciler.model.plan import AccessPlan, SchoolPlan
from reconciler.planning.approved.due import due_of
from reconciler.planning.facts import CHOICES, ROWS


class ApprovedTarget(NamedTuple):
    """The approved state of one fact.

    absent   it was approved to be taken away
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
    for subject in due_of(part):
        is_list = subject.aspect is Aspect.READ and subject.name == "*"
        yield ApprovedTarget(subject, (subject.aspect, subject.name) in revoked, to_tick if is_list else ())


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
        return _choice(row.known(name, access, school), row.expected(name))
    assert access is not None  # every other fact is an access's
    match aspect:
        case Aspect.LOGIN:
            return _login(access.login)
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


def _login(fact: Fact[Login]) -> Fact[TargetStatus]:
    if not isinstance(fact, Known):
        return fact
    return Known(TargetStatus(fact.value is Login.WORKS, f"the login is {fact.value.value}"), fact.evidence)


def _choice(fact: Fact[str], wanted: str) -> Fact[TargetStatus]:
    if not isinstance(fact, Known):
        return fact
    return Known(TargetStatus(fact.value == wanted, f"it is {fact.value}, and should be {wanted}"), fact.evidence)


def _contained(fact: Fact[Mapping[str, str]], target: ApprovedTarget) -> Fact[TargetStatus]:
    if not isinstance(fact, Known):
        return fact
    is_granted = entity_key(target.subject.name) in fact.value
    return Known(
        TargetStatus(is_granted is not target.absent, "it is granted" if is_granted else "it is not granted"),
        fact.evidence,
    )


def _none(fact: Fact[Mapping[str, str]], extra: Sequence[str]) -> Fact[TargetStatus]:
    if not isinstance(fact, Known):
        return fact
    return Known(TargetStatus(not extra, f"held, but not declared: {', '.join(extra)}"), fact.evidence)


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
