"""One finding of a plan, as data, for SARIF, JUnit and annotations."""

from dataclasses import dataclass
from enum import StrEnum

from reconciler.model.aspect import Risk
from reconciler.model.change import Waived
from reconciler.model.problem import Origin
from reconciler.model.review import Cause
from reconciler.planning.ranking import Rank


class Level(StrEnum):
    """The weight of a finding, the most serious first. UNKNOWN is neither right nor wrong."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding of a plan.

    rule      the id of one of `finding_rules.FINDING_RULES`
    school    with `supplier`, the place; `supplier` is empty for a school's own, both are for the plan as a whole
    name      tells it from others of its rule at its place, as it came
    message   a sentence without its place and without a full stop; safe to print
    origin    the line that declares it, or the school or supplier that it is about
    rank      its place among all findings
    cause     None without a base to compare with, or if it is not a difference
    waived    the waiver that accepts it
    """

    rule: str
    level: Level
    risk: Risk
    school: str
    supplier: str
    name: str
    message: str
    origin: Origin
    rank: Rank
    cause: Cause | None = None
    waived: Waived | None = None

    @property
    def place(self) -> str:
        """`school/supplier`, or the school; empty for the plan as a whole."""
        return f"{self.school}/{self.supplier}" if self.supplier else self.school
