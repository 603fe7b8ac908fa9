"""The risk of a change: the harm if it is wrong, or left undone."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import field
from typing import Final

from reconciler.model.aspect import Action, Aspect, Risk
from reconciler.model.entity import Care, Reach
from reconciler.planning.facts import ROWS
from reconciler.startup import dataclass

_ORDER = {Risk.HIGH: 0, Risk.MEDIUM: 1, Risk.LOW: 2}


_MAY_ALLOW_ANYTHING: Final = frozenset({Aspect.ROLE, Aspect.ACCOUNT})
UNRECOGNISED: Final = "unrecognised kind of record: treat as sensitive"


@dataclass(frozen=True, slots=True, eq=False)  # one is made for a run, and keyed by itself
class Sensitivity:
    """The sensitivity of entities, by key. `notes` says why the sensitive ones are.

    An entity outside `known` counts as sensitive, with everybody's records in it.
    """

    notes: Mapping[str, str]
    known: AbstractSet[str]
    cares: Mapping[str, Care] = field(default_factory=dict)
    reaches: Mapping[str, Reach] = field(default_factory=dict)

    def note(self, key: str) -> str:
        """Return why an entity is sensitive, or that it is unrecognised; empty for all others."""
        return self.notes.get(key, "" if key in self.known else UNRECOGNISED)

    def care(self, key: str) -> Care:
        """Weigh how sensitive an entity is."""
        return self.cares.get(key, Care.SENSITIVE if self.note(key) else Care.PERSONAL)

    def reach(self, key: str) -> Reach:
        """Return the people whose records an entity opens."""
        return self.reaches.get(key, Reach.EVERYBODY)


def risk(action: Action, aspect: Aspect, key: str = "", sensitivity: Sensitivity | None = None) -> Risk:
    """Rate the harm of a change; `key` and `sensitivity` are for entities alone.

    | action              | sensitive or unrecognised | any other |
    |---------------------|---------------------------|-----------|
    | grant an entity     | high                      | low       |
    | revoke an entity    | high                      | medium    |
    | mend-login          |                           | medium    |
    | lawful basis        |                           | high      |
    | partner application |                           | high      |
    | revoke a role       |                           | high      |
    | revoke an account   |                           | high      |
    | anything else       |                           | medium    |

    The lawful basis decides for every third party at once, and an application is granted with all of its scope; a role
    or an account that nobody declared may allow anything.
    """
    if ROWS[aspect].risk is Risk.HIGH or (action is Action.REVOKE and aspect in _MAY_ALLOW_ANYTHING):
        return Risk.HIGH
    if aspect is not Aspect.READ or sensitivity is None:
        return Risk.MEDIUM
    if sensitivity.note(key):
        return Risk.HIGH
    return Risk.LOW if action is Action.GRANT else Risk.MEDIUM


def rank(value: Risk) -> int:
    """0 for the highest risk: the order in which changes are shown."""
    return _ORDER[value]
