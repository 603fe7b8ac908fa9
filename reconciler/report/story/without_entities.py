"""Suppliers that declare no entity while their accounts can read some: perhaps their list was forgotten."""

from collections.abc import Iterator
from typing import NamedTuple

from reconciler.model.aspect import Action, Aspect
from reconciler.model.plan import Plan
from reconciler.model.problem import Origin
from reconciler.report.labels import plural


class WithoutEntities(NamedTuple):
    """One such supplier: its number of schools and of entities that it can read there, and its declaration."""

    supplier: str
    schools: int
    entities: int
    origin: Origin

    @property
    def sentence(self) -> str:
        """Say what is wrong and how to fix it, without the supplier's name."""
        read = plural(self.entities, "entity", "entities")
        where = f"its {'account' if self.schools == 1 else 'accounts'} at {plural(self.schools, 'school')}"
        return (
            f"declares no entities, but {where} can read {read}. This plan would take them all away. "
            "If the list was forgotten, add `entities`."
        )


def without_entities(plan: Plan) -> Iterator[WithoutEntities]:
    """Each supplier of a plan that declares no entity and would lose all that it can read, by name."""
    losses: dict[str, list[tuple[int, Origin]]] = {}
    for access in (access for access in plan.accesses if not access.declared and not access.ended):
        lost = sum(
            (change.action, change.aspect, change.waived) == (Action.REVOKE, Aspect.READ, None)
            for change in access.changes
        )
        if lost:
            losses.setdefault(access.address.supplier, []).append((lost, access.origin))
    for supplier, its in sorted(losses.items()):
        yield WithoutEntities(supplier, len(its), sum(lost for lost, _ in its), its[0][1])
