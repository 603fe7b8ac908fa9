"""What was a difference by the manifests of the base, and is none any more although Bromcom is as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.model.change import Action, Aspect
from reconciler.model.entity import entity_key
from reconciler.model.review import TOLERATED, Edit, Effect, Standing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.model.desired import Desired
    from reconciler.model.plan import AccessPlan, Plan


def tolerated(plan: Plan, before: Plan, head: Desired) -> Iterator[Edit]:
    """Every entity that is granted, that the manifests `head` do not declare, and that they call no difference, where
    those of the base did: it stays readable, and nobody would see it in a plan any more.

    `before` is the plan of what the manifests of the base say of the same live side.
    """
    were = {access.address: access for access in before.accesses}
    for access in plan.accesses:
        was = were.get(access.address)
        if was is not None:
            yield from _of_access(access, was, head)


def _of_access(access: AccessPlan, was: AccessPlan, head: Desired) -> Iterator[Edit]:
    declared = head.accesses[access.address].entities
    still = {entity_key(c.name) for c in access.changes if (c.action, c.aspect) == (Action.REVOKE, Aspect.READ)}
    for change in was.changes:
        key = entity_key(change.name)
        if (change.action, change.aspect) == (Action.REVOKE, Aspect.READ) and key not in still | declared.keys():
            yield Edit(
                *access.address,
                Aspect.READ,
                change.name,
                "",
                TOLERATED,
                Effect.MORE,
                change.risk,
                Standing.THERE,
                change.note,
                access.origin,
            )
