"""Differences that a person accepts, for a reason and for a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from datetime import date

    from reconciler.model.change import Action, Aspect
    from reconciler.model.origin import Origin


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
