"""The risk of a change: the harm if it is wrong, or left undone, and whom a lawful basis opens or closes."""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import field
from typing import Final, NamedTuple

from reconciler.model.aspect import Action, Aspect, Risk
from reconciler.model.desired import Access, PartnerApplication
from reconciler.model.entity import Care, Reach, entity_key
from reconciler.model.evidence import Known
from reconciler.model.live import LiveAccess
from reconciler.planning.facts import FOLLOWS_BASIS, ROWS, opens_everybody
from reconciler.startup import dataclass

_ORDER = {Risk.HIGH: 0, Risk.MEDIUM: 1, Risk.LOW: 2}


_MAY_ALLOW_ANYTHING: Final = frozenset({Aspect.ROLE, Aspect.ACCOUNT, Aspect.LOGIN})
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
    | revoke a login      |                           | high      |
    | anything else       |                           | medium    |

    The lawful basis decides for every third party at once, and an application is granted with all of its scope; a role
    or an account that nobody declared may allow anything; nobody agrees any more to
    what a login opens whose access has ended.
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


class BlastRadius(NamedTuple):
    """Whose records a change of lawful basis opens to suppliers, or closes.

    opens    they are opened, to all; if not, those of people without consent are closed
    people   the kinds of person
    readers  {supplier, by its title: the sensitive entities that it may read}, of those that may read anything
    """

    opens: bool
    people: tuple[str, ...]
    readers: Mapping[str, tuple[str, ...]]

    @property
    def text(self) -> str:
        """In one sentence, without its full stop."""
        people = f"all {' and '.join(self.people)}"
        verb, end = ("opens", "to") if self.opens else ("closes", "without consent to")
        if not self.readers:
            return f"{verb} {people}; no supplier reads anything there yet"
        sensitive = sorted({name for names in self.readers.values() for name in names}, key=entity_key)
        text = f"{verb} {people} {end} {', '.join(sorted(self.readers))}"
        return f"{text}; sensitive in it: {', '.join(sensitive)}" if sensitive else text


def opens_or_closes(before: str, after: str) -> bool | None:
    """Tell if a change of lawful basis opens everybody's records (True), closes them (False), or neither. Where nobody
    knows what it was (an empty text), one that opens them counts as a change, and Consent does not."""
    opens = opens_everybody(after)
    if before and opens_everybody(before) is opens:
        return None
    return opens if before or opens else None


def blast_radius(
    accesses: Iterable[tuple[Access, LiveAccess | None]], sensitivity: Sensitivity, *, opens: bool
) -> BlastRadius:
    """The people, the suppliers and their sensitive entities that a change of lawful basis opens or closes, from the
    accesses of the schools where it changes."""
    readers: dict[str, dict[str, str]] = {}
    for access, live in accesses:
        names = dict(_readable(access, live))
        if names or (isinstance(access.via, PartnerApplication) and not access.ended):
            readers.setdefault(access.title, {}).update(names)
    return BlastRadius(
        opens,
        FOLLOWS_BASIS,
        {
            title: tuple(names[key] for key in sorted(names) if sensitivity.note(key))
            for title, names in sorted(readers.items())
        },
    )


def _readable(access: Access, live: LiveAccess | None) -> Iterator[tuple[str, str]]:
    """(key, name) of what an access may read: what is declared, and what is granted besides."""
    yield from live.entities.value.items() if live and isinstance(live.entities, Known) else ()
    yield from ((key, name.value) for key, name in access.entities.items())
