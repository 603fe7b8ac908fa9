"""The grants of a supplier at each school -> one list and overrides, with as few names as possible."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias

Keys: TypeAlias = frozenset[str]  # entity keys
_TRIED: Final = 3  # of the lists that most schools have


class GrantOverride(NamedTuple):
    """The schools that differ from the list in the same way, and how."""

    schools: frozenset[str]
    add: Keys
    remove: Keys


@dataclass(frozen=True, slots=True)
class Grants:
    """The list of most schools, and the overrides of the others; a school is in one override at most."""

    entities: Keys
    overrides: tuple[GrantOverride, ...]

    @property
    def size(self) -> int:
        """The number of names in it, with those of schools."""
        return len(self.entities) + sum(sum(map(len, override)) for override in self.overrides)

    @property
    def differing(self) -> int:
        """The number of schools in overrides."""
        return sum(len(override.schools) for override in self.overrides)


def grants_of(granted: Mapping[str, Keys]) -> Grants:
    """Return the shortest way to say what is granted at each school, out of a few.

    A school without ticks does not count for the list: its login may have failed silently, and a list that follows it
    would be empty.
    """
    ticked = {school: keys for school, keys in granted.items() if keys}
    tried = (_relative_to(entities, ticked) for entities in _candidates(Counter(ticked.values())))
    best = min(tried, key=lambda grants: (grants.size, grants.differing, sorted(grants.entities)))
    return _relative_to(best.entities, granted)


def _candidates(lists: Counter[Keys]) -> Iterator[Keys]:
    """Yield what more than half of the schools have, and the commonest whole lists."""
    numbers: Counter[str] = Counter()
    for keys, number in lists.items():
        numbers.update(dict.fromkeys(keys, number))
    yield frozenset(key for key, number in numbers.items() if number * 2 > lists.total())
    yield from sorted(lists, key=lambda keys: (-lists[keys], sorted(keys)))[:_TRIED]


def _relative_to(entities: Keys, granted: Mapping[str, Keys]) -> Grants:
    alike: defaultdict[tuple[Keys, Keys], set[str]] = defaultdict(set)
    for school, keys in granted.items():
        if keys != entities:
            alike[keys - entities, entities - keys].add(school)
    overrides = (GrantOverride(frozenset(schools), *differences) for differences, schools in alike.items())
    return Grants(entities, tuple(sorted(overrides, key=lambda override: sorted(override.schools))))
