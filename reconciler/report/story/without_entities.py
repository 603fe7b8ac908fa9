"""Suppliers that declare no entity while their accounts may read some: a list that was forgotten looks like that."""

from collections.abc import Iterator
from typing import NamedTuple

from reconciler.model.aspect import Action, Aspect
from reconciler.model.plan import Plan
from reconciler.model.problem import Origin
from reconciler.report.labels import plural


class WithoutEntities(NamedTuple):
    """One such supplier: at how many schools, how many entities it may read there, and where it is declared."""

    supplier: str
    schools: int
    entities: int
    origin: Origin

    @property
    def told(self) -> str:
        """Say what is wrong, and what to do about it."""
        read = plural(self.entities, "entity", "entities")
        where = f"its {'account' if self.schools == 1 else 'accounts'} at {plural(self.schools, 'school')}"
        return (
            f"declares no entity, and {where} may read {read}: a plan would take all of that away. Add its "
            "`entities` if the list was forgotten."
        )


def without_entities(plan: Plan) -> Iterator[WithoutEntities]:
    """Each supplier of a plan that declares no entity, and loses all that it may read; in the plan's order."""
    found: dict[str, list[tuple[int, Origin]]] = {}
    for access in plan.accesses:
        lost = sum(
            (change.action, change.aspect, change.waived) == (Action.REVOKE, Aspect.READ, None)
            for change in access.changes
        )
        if lost and not access.declared:
            found.setdefault(access.address.supplier, []).append((lost, access.origin))
    for supplier, its in sorted(found.items()):
        yield WithoutEntities(supplier, len(its), sum(lost for lost, _ in its), its[0][1])
