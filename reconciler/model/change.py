"""Differences that somebody must remove, as data.

Differences that a person accepts, for a reason and for a time.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

from reconciler.model.aspect import Action, Aspect, Risk
from reconciler.model.evidence import UnknownReason
from reconciler.model.problem import Origin


@dataclass(frozen=True, slots=True)
class Change:
    """One difference.

    name           the entity, permission, role, application or kind of person; the account's username
    before, after  live and desired, each a word (`absent`, `granted`, `refused`, `works`)
    note           why it matters: the entity's sensitivity, or a refusal's own words; may be empty
    origin         where the manifests declare it; None where they do not (a revoke)
    waived         why a waiver accepts it; None where none does
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


@dataclass(frozen=True, slots=True)
class UnknownFacts:
    """Facts that the manifests declare and nobody knows this time.

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
    """Why a difference is accepted, by whom, and until the end of which day. `waiver` is the manifest's name."""

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
    before    what is there instead of what is declared, where a setting is accepted; empty for what is there or not
    """

    schools: AbstractSet[str]
    supplier: str
    action: Action
    aspect: Aspect
    name: str
    terms: Waived
    before: str = ""
