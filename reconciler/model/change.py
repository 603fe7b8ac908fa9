"""Differences to remove, and those that a waiver accepts, as data."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import date

from reconciler.model.aspect import Action, Aspect, Risk
from reconciler.model.evidence import UnknownReason
from reconciler.model.problem import Origin
from reconciler.startup import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """One difference.

    name           the entity, permission, role, application or kind of person; the account's username
    before, after  live and desired, each a word (`absent`, `granted`, `refused`, `works`)
    note           why it matters: the entity's sensitivity, or a refusal's own words; may be empty
    origin         the place in the manifests that declares it; None for a revoke
    waived         the waiver that accepts it; None if none does
    """

    action: Action
    aspect: Aspect
    name: str
    before: str
    after: str
    risk: Risk
    note: str
    origin: Origin | None
    waived: Waived | None = None

    def __hash__(self) -> int:
        """By what tells nearly all of them apart: reports look each of them up many times."""
        return hash((self.name, self.before, self.origin))


@dataclass(frozen=True, slots=True)
class UnknownFacts:
    """Declared facts that could not be known this time.

    name   the entity, permission, role, basis or kind of person; `*` for all declared entities of the access together
    facts  how many facts that is
    """

    aspect: Aspect
    name: str
    facts: int
    why: UnknownReason
    reason: str
    origin: Origin | None


@dataclass(frozen=True, slots=True)
class Waived:
    """The waiver of a difference: who accepts it, for which reason, until the end of which day."""

    waiver: str
    by: str
    reason: str
    expires: date
    origin: Origin


@dataclass(frozen=True, slots=True)
class Waiver:
    """One difference that is accepted at some schools.

    supplier  empty for a difference of the schools' own
    name      as the plan shows the change; capitals do not matter
    before    the live value that is accepted in place of the declared one; empty for what is there or not
    """

    schools: AbstractSet[str]
    supplier: str
    action: Action
    aspect: Aspect
    name: str
    terms: Waived
    before: str = ""
