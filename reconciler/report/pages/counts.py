"""The counts of one access or one school, of many of them, and of their facts: every page counts with these."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from reconciler.model.aspect import Action, Aspect
from reconciler.model.change import Change
from reconciler.model.entity import Care, entity_key
from reconciler.model.evidence import Attested, Fact, Known
from reconciler.model.plan import AccessPlan, SchoolPlan
from reconciler.planning.facts import ROWS
from reconciler.planning.risk import Sensitivity
from reconciler.report.story.unknown_lines import is_down


class CellCounts(NamedTuple):
    """Differences and facts, the gravest first: a greater one stands before a smaller one.

    special   of `over`, the special-category entities
    over      permissions too many
    accepted  differences that a waiver accepts
    reported  entities too many that the manifests want reported only
    vouched   facts that are as agreed by a person's word
    """

    special: int = 0
    over: int = 0
    refused: int = 0
    differs: int = 0
    missing: int = 0
    unknown: int = 0
    accepted: int = 0
    reported: int = 0
    vouched: int = 0

    @property
    def differences(self) -> int:
        """The number of differences that no waiver accepts."""
        return self.over + self.refused + self.differs + self.missing

    @property
    def is_quiet(self) -> bool:
        """Nothing is to do: no difference, and nothing unseen."""
        return not (self.differences or self.unknown)


_FIELDS: Final = {
    Action.REVOKE: "over",
    Action.MEND_LOGIN: "refused",
    Action.SET: "differs",
    Action.GRANT: "missing",
}


def is_special(change: Change, sensitivity: Sensitivity) -> bool:
    """Tell if a difference is about special-category data."""
    return change.aspect is Aspect.READ and sensitivity.care(entity_key(change.name)) <= Care.SPECIAL


def counts_of(part: SchoolPlan | AccessPlan, sensitivity: Sensitivity) -> CellCounts:
    """Count what differs in a school's own facts or an access, and what is not known."""
    return change_counts(part.changes, sensitivity)._replace(
        unknown=sum(item.facts for item in part.unknown),
        reported=len(part.reported) if isinstance(part, AccessPlan) else 0,
        vouched=sum(item.facts for item in part.vouched),
    )


def change_counts(changes: Iterable[Change], sensitivity: Sensitivity) -> CellCounts:
    """Count differences alone."""
    counts: Counter[str] = Counter()
    for change in changes:
        if change.waived:
            counts["accepted"] += 1
            continue
        counts[_FIELDS[change.action]] += 1
        counts["special"] += change.action is Action.REVOKE and is_special(change, sensitivity)
    return CellCounts(**counts)


def total(counts: Iterable[CellCounts]) -> CellCounts:
    """Add counts up."""
    return CellCounts(*map(sum, zip(CellCounts(), *counts, strict=True)))


class FactTotals(NamedTuple):
    """Declared facts, and what is there beside them.

    agreed      as declared, and seen so
    different   differences, those included that are accepted: what is too many is no declared fact
    unknown     declared facts that could not be checked
    asked       of the facts that are known, those that the service told
    by_word     the others: a person said so
    undeclared  facts that the manifests leave alone
    """

    agreed: int
    different: int
    unknown: int
    asked: int
    by_word: int
    undeclared: int

    @property
    def everything(self) -> int:
        """All that was to be compared."""
        return self.agreed + self.different + self.unknown


def fact_totals(parts: Iterable[SchoolPlan | AccessPlan]) -> FactTotals:
    """Count the facts of schools and accesses."""
    counts: Counter[str] = Counter(dict.fromkeys(FactTotals._fields, 0))
    for part in parts:
        differing = tuple(_differing(part))
        unknown = sum(item.facts for item in part.unknown)
        by_word = sum(item.facts for item in part.vouched) + sum(differing)
        silent = isinstance(part, SchoolPlan) and is_down(part)  # known, and no agreement
        counts["agreed"] += part.facts - unknown - len(differing) - silent
        counts["different"] += len(part.changes)
        counts["unknown"] += unknown
        counts["by_word"] += by_word
        counts["asked"] += part.facts - unknown - by_word
        counts["undeclared"] += part.undeclared
    return FactTotals(**counts)


def _differing(part: SchoolPlan | AccessPlan) -> Iterator[bool]:
    """Each declared fact that differs: True if it is known by a person's word.

    What is too many is no declared fact, unless the one fact is that there is none of its kind.
    """
    if not part.changes:
        return
    kept = {item.aspect for item in part.vouched}
    for change in part.changes:
        if change.action is Action.REVOKE:
            continue
        kept.add(change.aspect)
        if change.aspect not in (Aspect.ACCOUNT, Aspect.RIGHT_SCHOOL):
            yield _is_by_word(part, change.aspect)
    too_many = {change.aspect for change in part.changes if change.action is Action.REVOKE}
    if isinstance(part, SchoolPlan):
        if any(change.aspect is Aspect.ACCOUNT for change in part.changes):
            yield True
        return
    for aspect in too_many:
        is_declared = part.declared > 0 if aspect is Aspect.READ else aspect in kept and not ROWS[aspect].way_in
        if not is_declared:
            yield _is_by_word(part, aspect)


def _is_by_word(part: SchoolPlan | AccessPlan, aspect: Aspect) -> bool:
    probed: Fact[object] | None = None
    if isinstance(part, AccessPlan):
        probed = {Aspect.LOGIN: part.login, Aspect.READ: part.granted}.get(aspect)
    if probed is None:
        return aspect is not Aspect.CONSENT_ENFORCED
    return isinstance(probed, Known) and isinstance(probed.evidence, Attested)
