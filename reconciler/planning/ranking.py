"""The one order of everything that a report tells: what matters most stands first, and what is left out matters least.

| kind     | is                                                                                                  |
|----------|-----------------------------------------------------------------------------------------------------|
| LIMIT    | a limit of the Workspace that the plan goes over                                                    |
| STRANGER | another school that answers in the place of the declared one                                        |
| TOO_MUCH | somebody reads or writes more than is agreed, or a change under review asks for that                |
| REFUSED  | a login that is refused                                                                             |
| SETTING  | a setting that differs, or that a change under review has otherwise                                 |
| MISSING  | what is agreed and not given                                                                        |
| BESIDE   | a word that cannot be right; what a change under review lets go of, vouches for or accepts          |
| UNKNOWN  | what nobody knows                                                                                   |
| REPORTED | what is given, not agreed and only reported                                                         |
| ACCEPTED | what a waiver accepts                                                                               |
| AGREED   | what is as agreed                                                                                   |

Within a kind: the most sensitive first, then what opens the most people's records, then what there is most of.
"""

from collections.abc import Collection
from enum import IntEnum
from functools import lru_cache
from typing import Final, NamedTuple

from reconciler.model.aspect import Action, Aspect, Risk
from reconciler.model.change import Change, UnknownFacts
from reconciler.model.entity import Care, Reach, entity_key
from reconciler.model.evidence import TO_ATTEST
from reconciler.model.review import Cause, Edit, Effect, ManifestField, Topic
from reconciler.planning.facts import READABLE, ROWS, opens_everybody
from reconciler.planning.risk import Sensitivity


class Kind(IntEnum):
    """See the table above."""

    LIMIT = 0
    STRANGER = 1
    TOO_MUCH = 2
    REFUSED = 3
    SETTING = 4
    MISSING = 5
    BESIDE = 6
    UNKNOWN = 7
    REPORTED = 8
    ACCEPTED = 9
    AGREED = 10


class Rank(NamedTuple):
    """The place of one thing, or of several that are told together; the smallest stands first.

    many  how many there are, as a negative number, so that more stands first
    """

    kind: Kind
    care: Care
    reach: Reach
    many: int = -1


LIMIT: Final = Rank(Kind.LIMIT, Care.EVERYTHING, Reach.EVERYBODY)
ORPHAN: Final = Rank(Kind.TOO_MUCH, Care.EVERYTHING, Reach.EVERYBODY)  # nobody agrees to any of what it reads
BESIDE: Final = Rank(Kind.BESIDE, Care.PERSONAL, Reach.EVERYBODY)
AGREED: Final = Rank(Kind.AGREED, Care.NONE, Reach.NOBODY)

_KINDS: Final = {
    Action.REVOKE: Kind.TOO_MUCH,
    Action.MEND_LOGIN: Kind.REFUSED,
    Action.SET: Kind.SETTING,
    Action.GRANT: Kind.MISSING,
}
_TAKEN_AWAY: Final = {
    Aspect.ROLE: (Care.SPECIAL, Reach.EVERYBODY),  # one that nobody declared may allow anything
    # Nobody agrees any more to anything that an ended access can read.
    Aspect.LOGIN: (Care.EVERYTHING, Reach.EVERYBODY),
    Aspect.PARTNER_APPLICATION: (Care.EVERYTHING, Reach.EVERYBODY),
}
# Of what is no aspect; those are in the table of facts.
_WEIGHTS: Final = {
    ManifestField.ACCESS: (Care.PERSONAL, Reach.EVERYBODY),
    ManifestField.EXTRA_ENTITIES: (Care.SENSITIVE, Reach.EVERYBODY),
    ManifestField.DOWNSTREAM: (Care.SENSITIVE, Reach.EVERYBODY),
    ManifestField.PARTICULARS: (Care.NONE, Reach.NOBODY),
}
_REMEMBERED: Final = 100_000  # changes: the same one is due at many schools
_ALIKE: Final = 1024  # places
_BESIDE: Final = frozenset({ManifestField.WAIVER, ManifestField.WORD, ManifestField.ROUND})
_WHERE_PASSWORDS_GO: Final = frozenset(
    {ManifestField.SERVICE, ManifestField.ACCOUNT, ManifestField.PASSWORD, ManifestField.PURPOSE}
)


@lru_cache(_REMEMBERED)
def of_change(change: Change, sensitivity: Sensitivity, cause: Cause | None = None) -> Rank:
    """Rank a difference. A grant that a change under review asks for is not missing: it is for someone to approve."""
    if change.waived:
        kind = Kind.ACCEPTED
    elif change.aspect is Aspect.RIGHT_SCHOOL:
        kind = Kind.STRANGER
    elif (cause in (Cause.THIS_CHANGE, Cause.BOTH) and _gives_more(change)) or opens_all(change):
        kind = Kind.TOO_MUCH
    else:
        kind = _KINDS[change.action]
    if change.action is Action.REVOKE and change.aspect in _TAKEN_AWAY:
        return Rank(kind, *_TAKEN_AWAY[change.aspect])
    return Rank(kind, *_weight(change.aspect, change.name, sensitivity))


class InOrder:
    """Puts the differences of one place in order, what matters most first. Places with the same ones share them, and
    reports then tell of such places together."""

    def __init__(self, sensitivity: Sensitivity) -> None:
        self._sensitivity = sensitivity
        self._known: dict[frozenset[int], tuple[Change, ...]] = {}

    def __call__(self, changes: tuple[Change, ...]) -> tuple[Change, ...]:
        """The differences in order."""
        alike = frozenset(map(id, changes))
        if alike not in self._known:
            if len(self._known) >= _ALIKE:
                self._known.clear()
            self._known[alike] = tuple(sorted(changes, key=lambda change: _place(change, self._sensitivity)))
        return self._known[alike]


@lru_cache(_REMEMBERED)
def _place(change: Change, sensitivity: Sensitivity) -> tuple[object, ...]:
    return (*of_change(change, sensitivity), entity_key(change.name), change.aspect.value)


def opens_all(change: Change) -> bool:
    """Tell if the lawful basis opens everybody's records to every supplier, and should not, or a canary shows it."""
    if change.aspect is Aspect.CONSENT_ENFORCED:
        return change.before == READABLE
    return change.aspect is Aspect.LAWFUL_BASIS and not opens_everybody(change.after)


def of_edit(edit: Edit, sensitivity: Sensitivity) -> Rank:
    """Rank an edit that a change under review asks for."""
    if edit.topic in _WHERE_PASSWORDS_GO and edit.risk is Risk.HIGH:
        return Rank(Kind.TOO_MUCH, Care.EVERYTHING, Reach.EVERYBODY)
    if edit.effect is Effect.MORE:
        kind = Kind.TOO_MUCH
    elif edit.effect is Effect.LESS or edit.topic in _BESIDE:
        kind = Kind.BESIDE
    else:
        kind = Kind.SETTING
    topic, name = edit.topic, edit.name
    if topic is ManifestField.WAIVER:  # its name is `ACTION ASPECT NAME`, as `planning/settings.py` writes it
        _, aspect, name = (*edit.name.split(" ", 2), "", "")[:3]
        topic = Aspect(aspect)
    return Rank(kind, *_weight(topic, name, sensitivity))


def of_reported(name: str, sensitivity: Sensitivity) -> Rank:
    """An entity that is granted, not declared, and only reported."""
    return Rank(Kind.REPORTED, *_weight(Aspect.READ, name, sensitivity))


def of_unknown(items: Collection[UnknownFacts]) -> Rank:
    """Rank unknown facts that are reported together. Those that only a person can settle come last."""
    care = Care.NONE if all(item.why in TO_ATTEST for item in items) else Care.PERSONAL
    return Rank(Kind.UNKNOWN, care, Reach.EVERYBODY, -sum(item.facts for item in items))


def together(ranks: Collection[Rank]) -> Rank:
    """The place of several things that are told as one: that of the first of them, and how many they are."""
    return min(ranks)._replace(many=sum(rank.many for rank in ranks))


def first(ranks: Collection[Rank]) -> Rank:
    """The place of a list: that of its first, and how many there are of that; what is as agreed for an empty one."""
    best = min(ranks, default=AGREED)
    return best._replace(many=sum(rank.many for rank in ranks if rank[:3] == best[:3]))


def _gives_more(change: Change) -> bool:
    if change.aspect is Aspect.LAWFUL_BASIS:
        return opens_everybody(change.after)
    return change.action is Action.GRANT


def _weight(topic: Topic, name: str, sensitivity: Sensitivity) -> tuple[Care, Reach]:
    if topic is Aspect.READ:
        key = entity_key(name)
        return sensitivity.care(key), sensitivity.reach(key)
    if isinstance(topic, ManifestField):
        return _WEIGHTS.get(topic, (Care.PERSONAL, Reach.NOBODY))
    row = ROWS[topic]
    return (row.weight[0], row.kinds[name].reach) if name in row.kinds else row.weight
