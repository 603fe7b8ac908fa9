"""The Workspace's bounds on how much one plan may take away or widen."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from reconciler.model.aspect import Action, Aspect
from reconciler.model.change import Change
from reconciler.model.desired import Limit, Limits
from reconciler.model.evidence import Known
from reconciler.model.plan import AccessPlan, Breach, SchoolPlan
from reconciler.planning.facts import opens_everybody

_NO_LIMIT: Final = Limit()


def breaches(limits: Limits, accesses: Sequence[AccessPlan], schools: Iterable[SchoolPlan]) -> tuple[Breach, ...]:
    """The limits that a plan goes over: those on all of it, then school by school.

    What widens is every entity, permission, role and application to grant, and every entity to tick for an account
    whose login is mended first. A share is of entities alone: how many of those that the accesses may read now; where
    that is nothing a share bounds nothing, or the first tick of every new account would go over it. What is waived is
    not done, so that it counts for nothing. A lawful basis that moves away from Consent opens everybody's records to
    every supplier, which no number tells: one is one too many.
    """
    over = list(_over(limits.revoke, limits.widen, accesses, ""))
    opened = sum(_opens(change) for school in schools for change in school.changes)
    if limits.widen_consent and opened:
        over.append(Breach("widenConsent", opened, "none"))
    by_school: dict[str, list[AccessPlan]] = {}
    for access in accesses:
        by_school.setdefault(access.address.school, []).append(access)
    for school, accesses_there in sorted(by_school.items()):
        over += _over(limits.revoke_per_school, limits.widen_per_school, accesses_there, school)
    return tuple(over)


def without_shares(limits: Limits) -> Limits:
    """The limits for a part of the accesses: who looks at a part does not know what share it is of the whole."""
    return replace(
        limits,
        revoke=replace(limits.revoke, share=None),
        widen=replace(limits.widen, share=None),
        revoke_per_school=replace(limits.revoke_per_school, share=None),
        widen_per_school=replace(limits.widen_per_school, share=None),
    )


def _opens(change: Change) -> bool:
    """Tell if it moves a lawful basis away from Consent."""
    return change.aspect is Aspect.LAWFUL_BASIS and not change.waived and not opens_everybody(change.before)


def _over(revoke: Limit, widen: Limit, accesses: Sequence[AccessPlan], school: str) -> Iterator[Breach]:
    granted = sum(access.granted.value for access in accesses if isinstance(access.granted, Known))
    for name, limit, action in (("revoke", revoke, Action.REVOKE), ("widen", widen, Action.GRANT)):
        if limit == _NO_LIMIT:
            continue
        aspects = [aspect for access in accesses for aspect in _counted(access, action)]
        perhaps = sum(_to_tick(access) for access in accesses) if action is Action.GRANT else 0
        count = len(aspects) + perhaps
        bound = _bound_passed(limit, count, aspects.count(Aspect.READ) + perhaps, granted)
        if bound:
            yield Breach(name, count, bound, school, perhaps)


def _counted(access: AccessPlan, action: Action) -> Iterator[Aspect]:
    """The aspect of each thing that counts for a limit."""
    return (change.aspect for change in access.changes if change.action is action and not change.waived)


def _to_tick(access: AccessPlan) -> int:
    """The ticks to set if an account whose login is refused turns out to be new."""
    refused = any(change.action is Action.MEND_LOGIN and not change.waived for change in access.changes)
    return len(access.particulars.to_tick) if refused else 0


def _bound_passed(limit: Limit, count: int, entities: int, granted: int) -> str:
    """The bound that is gone over, in words; empty where none is."""
    if limit.count is not None and count > limit.count:
        return f"{limit.count}"
    # Rounded, since 0.29 * 100 is a little less than 29.
    if limit.share is not None and granted and entities > round(limit.share * granted, 6):
        return f"{limit.share * 100:g}% of {granted}"
    return ""
