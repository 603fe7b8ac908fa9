"""How much harm a change does when it is got wrong, or left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.model.change import Action, Aspect, Risk

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

_ORDER = {Risk.HIGH: 0, Risk.MEDIUM: 1, Risk.LOW: 2}
_HIGH = frozenset({Aspect.LAWFUL_BASIS, Aspect.PARTNER_APPLICATION})


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What is known of entities: `notes` says why the sensitive ones are, `known` holds the keys of all known names.

    A name that nobody knows may be anything, so that it is never a low risk.
    """

    notes: Mapping[str, str]
    known: AbstractSet[str]


def risk(action: Action, aspect: Aspect, key: str = "", sensitivity: Sensitivity | None = None) -> Risk:
    """How much harm a change does; `key` and `sensitivity` are asked of entities alone.

    | action              | sensitive | unknown name | any other |
    |---------------------|-----------|--------------|-----------|
    | grant an entity     | high      | medium       | low       |
    | revoke an entity    | high      | medium       | medium    |
    | mend-login          |           |              | medium    |
    | lawful basis        |           |              | high      |
    | partner application |           |              | high      |
    | revoke a role       |           |              | high      |
    | anything else       |           |              | medium    |

    The lawful basis decides for every third party at once, and an application is granted with all of its scope; a role
    that nobody declared may allow anything.
    """
    if aspect in _HIGH or (action, aspect) == (Action.REVOKE, Aspect.ROLE):
        return Risk.HIGH
    if aspect is not Aspect.READ or sensitivity is None:
        return Risk.MEDIUM
    if key in sensitivity.notes:
        return Risk.HIGH
    return Risk.LOW if action is Action.GRANT and key in sensitivity.known else Risk.MEDIUM


def rank(value: Risk) -> int:
    """0 for the highest risk: the order in which changes are shown."""
    return _ORDER[value]
