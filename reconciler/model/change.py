"""Differences that somebody must remove, as data."""

from __future__ import annotations

from reconciler.model.aspect import Action, Aspect, Risk

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.model.fact import Why
    from reconciler.model.origin import Origin
    from reconciler.model.waiver import Waived








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
class Unseen:
    """Facts that the manifests declare and nobody knows this time.

    name   the entity, permission, role, basis or kind of person; `*` for all declared entities of the access together
    facts  how many facts that is
    """

    aspect: Aspect
    name: str
    facts: int
    why: Why
    reason: str
    origin: Origin | None
