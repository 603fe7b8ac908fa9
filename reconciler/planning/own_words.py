"""The free text of a saved plan, made again: whoever can write the file must not put words into our mouth."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from reconciler.model.change import Aspect
from reconciler.model.entity import entity_key
from reconciler.model.plan import AccessPlan, SchoolPlan
from reconciler.planning.plan import with_parts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.model.change import Change
    from reconciler.model.fact import Why
    from reconciler.model.plan import Plan
    from reconciler.planning.risk import Sensitivity

_Part = TypeVar("_Part", SchoolPlan, AccessPlan)


def in_own_words(plan: Plan, sensitivity: Sensitivity, reasons: Mapping[Why, str]) -> Plan:
    """The plan with each note and reason computed again. No fingerprint is of them, and a runbook prints them beside
    the clicks. What a service or a person said once is left out."""

    def note(change: Change) -> str:
        return sensitivity.notes.get(entity_key(change.name), "") if change.aspect is Aspect.READ else ""

    def told(part: _Part) -> _Part:
        return replace(
            part,
            changes=tuple(replace(change, note=note(change)) for change in part.changes),
            unknown=tuple(replace(item, reason=reasons[item.why]) for item in part.unknown),
        )

    return with_parts(plan, map(told, plan.schools), map(told, plan.accesses))
