"""What there is to say of one access, as counts, as words and as signs."""

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
    over       that somebody reads or writes and that is not agreed
    sensitive  of what is over, missing or only reported
    accepted   differences that a waiver accepts
    reported   that somebody reads, that is not agreed, and that is only reported
    asked      that the change under review asks for: whether it is so already or not
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
        """`2 more than agreed, 1 missing, 1 of it sensitive`."""
        told = ["login refused"] if self.refused else []
        told += [f"{self.over} more than agreed"] if self.over else []
        told += [f"{self.missing} missing"] if self.missing else []
        told += [f"{self.otherwise} set otherwise than agreed"] if self.otherwise else []
        told += [f"{self.reported} only reported"] if self.reported else []
        told += [f"{self.sensitive} of it sensitive"] if self.sensitive else []
        told += [f"{self.accepted} accepted for now"] if self.accepted else []
        told += [f"{self.unknown} not known"] if self.unknown else []
        told += [f"{plural(self.asked, 'thing')} asked for by this change"] if self.asked else []
        return ", ".join(told) or "as agreed"

    @property
    def signs(self) -> str:
        """`⚠ -2 +1`: in a cell of a table, where the words do not fit."""
        told = ["⚠"] if self.sensitive else []
        told += ["!"] if self.refused else []
        told += [f"-{self.over}"] if self.over else []
        told += [f"+{self.missing}"] if self.missing else []
        told += [f"*{self.otherwise}"] if self.otherwise else []
        told += [f"~{self.accepted}"] if self.accepted else []
        told += [f"·{self.reported}"] if self.reported else []
        told += [f"?{self.unknown}"] if self.unknown else []
        return " ".join(told) or "✓"

    @property
    def state(self) -> str:
        """The one word that decides how it is shown: the first of these that holds."""
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
    """The counts of what differs, is unknown, is only reported, and is asked for beside that."""
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
