"""The differences of one access, as counts, as words and as signs."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from reconciler.model.aspect import Action, Aspect, Risk
from reconciler.model.change import Change, UnknownFacts
from reconciler.model.entity import entity_key
from reconciler.model.review import Edit
from reconciler.planning.risk import Sensitivity
from reconciler.report.labels import plural

_FIELDS: Final = {
    Action.MEND_LOGIN: "refused",
    Action.REVOKE: "over",
    Action.GRANT: "missing",
    Action.SET: "otherwise",
}


class Tally(NamedTuple):
    """The counts of one access, or of a school's own.

    refused    logins; 1 or 0
    over       permissions too many
    sensitive  among those that are too many, missing or only reported
    accepted   accepted by a waiver
    reported   extra entities that are only reported
    asked      requests of the change under review, done or not
    """

    refused: int = 0
    over: int = 0
    missing: int = 0
    otherwise: int = 0
    sensitive: int = 0
    accepted: int = 0
    reported: int = 0
    unknown: int = 0
    asked: int = 0

    @property
    def words(self) -> str:
        """`2 too many, 1 missing, 1 of them sensitive`."""
        counts = (
            ("{} too many", self.over),
            ("{} missing", self.missing),
            ("{} set differently", self.otherwise),
            ("{} only reported", self.reported),
            ("{} of them sensitive", self.sensitive),
            ("{} accepted for now", self.accepted),
            ("{} could not be checked", self.unknown),
        )
        words = ["login refused"] if self.refused else []
        words += [template.format(count) for template, count in counts if count]
        words += [plural(self.asked, "request of this change", "requests of this change")] if self.asked else []
        return ", ".join(words) or "as agreed"

    @property
    def signs(self) -> str:
        """`⚠ ▲2 □1`: in a cell of a table, where the words do not fit."""
        counts = (
            ("▲", self.over),
            ("□", self.missing),
            ("≠", self.otherwise),
            ("~", self.accepted),
            ("·", self.reported),
            ("?", self.unknown),
        )
        signs = ["⚠"] * bool(self.sensitive) + ["⊘"] * self.refused
        return " ".join([*signs, *(f"{mark}{count}" for mark, count in counts if count)]) or "✓"

    @property
    def state(self) -> str:
        """The class of its cell: the worst that is not 0."""
        for name in ("refused", "over", "missing", "otherwise", "unknown", "reported", "accepted"):
            if getattr(self, name):
                return name
        return "agreed"


def tally(
    changes: Iterable[Change],
    unknown: Iterable[UnknownFacts],
    edits: Sequence[Edit],
    reported: Sequence[str] = (),
    sensitivity: Sensitivity | None = None,
) -> Tally:
    """Count differences, unknown facts, reported entities and requests."""
    counts = dict.fromkeys(Tally._fields, 0)
    for change in changes:
        if change.waived:
            counts["accepted"] += 1
            continue
        counts[_FIELDS[change.action]] += 1
        counts["sensitive"] += change.aspect is Aspect.READ and change.risk is Risk.HIGH
    counts["unknown"] = sum(item.facts for item in unknown)
    counts["asked"] = len(edits)
    counts["reported"] = len(reported)
    counts["sensitive"] += sum(bool(sensitivity.note(entity_key(name))) for name in reported) if sensitivity else 0
    return Tally(**counts)
