"""How much harm a change does when it is got wrong, or left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from reconciler.model.change import Action, Risk

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

_ORDER = {Risk.HIGH: 0, Risk.MEDIUM: 1, Risk.LOW: 2}


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What is known of entities: `notes` says why the sensitive ones are, `known` holds the keys of all known names.

    A name that nobody knows may be anything, so that it is never a low risk.
    """

    notes: Mapping[str, str]
    known: AbstractSet[str]


def risk(action: Action, key: str, sensitivity: Sensitivity) -> Risk:
    """
    | action     | sensitive | unknown name | any other |
    |------------|-----------|--------------|-----------|
    | grant      | high      | medium       | low       |
    | revoke     | high      | medium       | medium    |
    | mend-login | medium    | medium       | medium    |
    """
    match action:
        case Action.MEND_LOGIN:
            return Risk.MEDIUM
        case Action.GRANT | Action.REVOKE:
            if key in sensitivity.notes:
                return Risk.HIGH
            return Risk.LOW if action is Action.GRANT and key in sensitivity.known else Risk.MEDIUM
        case _:
            assert_never(action)


def rank(value: Risk) -> int:
    """0 for the highest risk: the order in which changes are shown."""
    return _ORDER[value]
