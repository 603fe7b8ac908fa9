"""The one diff: two normal forms in, what separates them out, as a value.

Grants differ by set difference. The rest of a record differs by DeepDiff, which is asked only where the records are
not equal (measured: 0.75 ms on a 75-key mapping, against half a microsecond for the comparison).
"""

from collections.abc import Set as AbstractSet
from typing import Any

from reconciler.planning.canonical import CanonicalAccess, Record
from reconciler.startup import dataclass


@dataclass(frozen=True, slots=True)
class ValueDifference:
    """One leaf of a record that differs. `path` are its keys from the top; None: the leaf is not there."""

    path: tuple[str, ...]
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class AccessDiff:
    """The difference between live and desired: grants to add, grants to take away, leaves to set (sorted by path)."""

    missing: AbstractSet[str]
    extra: AbstractSet[str]
    values: tuple[ValueDifference, ...]

    def __bool__(self) -> bool:
        return bool(self.missing or self.extra or self.values)


NO_DIFFERENCE = AccessDiff(frozenset(), frozenset(), ())


def diff(desired: CanonicalAccess, live: CanonicalAccess) -> AccessDiff:
    """Compare desired with live; `NO_DIFFERENCE` if they are the same."""
    if desired.same(live):
        return NO_DIFFERENCE
    values = () if desired.record == live.record else _explain(desired.record, live.record)
    return AccessDiff(desired.grants - live.grants, live.grants - desired.grants, values)


def apply(difference: AccessDiff, live: CanonicalAccess) -> CanonicalAccess:
    """Apply a difference to live: this defines what a difference means, and is its law."""
    grants = (live.grants | difference.missing) - difference.extra
    leaves = _leaves(live.record)
    for change in difference.values:
        if change.after is None:
            leaves.pop(change.path, None)
        else:
            leaves[change.path] = change.after
    return CanonicalAccess(grants, _nest(leaves))


def _explain(desired: Record, live: Record) -> tuple[ValueDifference, ...]:
    from deepdiff import DeepDiff  # slow to import, and needed only where something differs

    differences: list[ValueDifference] = []
    # By default it reports two mappings as a whole, with what is equal in them, where they share few of their keys.
    for group in DeepDiff(live, desired, view="tree", threshold_to_diff_deeper=0).values():
        for item in group:
            path = tuple(item.path(output_format="list"))
            before, after = _leaves(item.t1, path), _leaves(item.t2, path)
            differences += [
                ValueDifference(leaf, before.get(leaf), after.get(leaf)) for leaf in before.keys() | after.keys()
            ]
    return tuple(sorted(differences, key=lambda change: change.path))


def _leaves(value: object, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], str]:
    """{path: text} of a record, of one text, or of DeepDiff's mark for "not there", which has none."""
    if isinstance(value, str):
        return {path: value}
    if not isinstance(value, dict):
        return {}
    return {leaf: text for key, inner in value.items() for leaf, text in _leaves(inner, (*path, key)).items()}


def _nest(leaves: dict[tuple[str, ...], str]) -> Record:
    top: dict[str, Any] = {}
    for path, value in leaves.items():
        place = top
        for key in path[:-1]:
            place = place.setdefault(key, {})
        place[path[-1]] = value
    return top
