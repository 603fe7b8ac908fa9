"""One thing that a plan says, as data; what SARIF, JUnit and annotations are made of."""

from dataclasses import dataclass
from enum import StrEnum

from reconciler.model.aspect import Risk
from reconciler.model.change import Waived
from reconciler.model.problem import Origin
from reconciler.model.review import Cause
from reconciler.planning.ranking import Rank


class Level(StrEnum):
    """How much a finding matters; the gravest first. UNKNOWN is what nobody knows: neither right nor wrong."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a plan says.

    rule      the id of one of `finding_rules.FINDING_RULES`
    school    with `supplier`, the place; `supplier` is empty for a school's own, both for the plan as a whole
    name      what tells it from others of its rule at its place, as it came
    message   a sentence without its place and without a full stop; safe to print
    origin    where the manifests declare it, or the school or supplier that it is of
    rank      its place among all that is told
    cause     None where no revision was compared with, or where it is no difference
    waived    why somebody accepts it; None where nobody does
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
