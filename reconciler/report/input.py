"""What a report is made of, of a plan or of problems in manifests: every format is handed the same."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from reconciler.model.change import Change
from reconciler.model.drift_news import Recalled
from reconciler.model.plan import Orphan, Plan
from reconciler.model.problem import Problem, RuleText
from reconciler.model.review import Cause, NoReview, Review
from reconciler.planning.ranking import Rank, of_change
from reconciler.planning.risk import Sensitivity


@dataclass(frozen=True, slots=True)
class PlanWording:
    """The same counts, read forward (what to do) or backward (what moved). Each is a template with `{n}`."""

    title: str
    grant: str
    revoke: str
    mend_login: str
    set: str


PLAN = PlanWording("Plan", "{n} to grant", "{n} to revoke", "{n} login{s} to mend", "{n} to set")


DRIFT = PlanWording(
    "Drift",
    "{n} declared and not granted",
    "{n} granted and not declared",
    "{n} login{s} refused",
    "{n} not as declared",
)


@dataclass(frozen=True, slots=True)
class ReportInput:
    """A plan, and what is told beside it.

    wording      whether it is read as a plan or as drift
    version      this program's
    sensitivity  how much care entities need: it decides what is told first
    review       what the change under review asks for; None where no revision was compared with
    effort       tells how long the plan takes by hand, in words; empty if nothing is to do. Slow: JSON never asks
    age          how old the snapshot was when the plan was made; None for a probe just now
    created      when the report was made; None where its bytes are to be the same for the same state
    details      where the whole report can be read (an address); may be empty
    recalled     what earlier drift runs say of what this one did not see
    folder       where the workspace lies in its repository, with `/`; empty where that is its top, or is not known
    """

    plan: Plan
    wording: PlanWording
    version: str
    sensitivity: Sensitivity
    review: Review | NoReview | None = None
    effort: Callable[[], str] = str
    age: timedelta | None = None
    created: datetime | None = None
    details: str = ""
    folder: str = ""
    recalled: Recalled = field(default_factory=Recalled)

    @property
    def orphans(self) -> tuple[Orphan, ...]:
        """The accounts that are no longer agreed: those that the change leaves behind, or that earlier runs knew of."""
        return self.review.orphans if isinstance(self.review, Review) else self.recalled.orphans

    def cause(self, change: Change, school: str, supplier: str) -> Cause | None:
        """Where a difference of the plan comes from; None where that is not known."""
        return self.review.cause(change, school, supplier) if isinstance(self.review, Review) else None

    def rank(self, change: Change, school: str, supplier: str) -> Rank:
        """The place of a difference among all that is told."""
        return of_change(change, self.sensitivity, self.cause(change, school, supplier))


@dataclass(frozen=True, slots=True)
class ProblemsInput:
    """Problems in manifests, and what is told beside them.

    rules         gives the texts of all rules; only SARIF asks for them
    folder        where the workspace lies in its repository, as for a plan
    waived        advice that comments in the manifests waive, whose hints say until when and why
    closing       the last lines of the text report
    lists_waived  the text report lists the waived advice too
    """

    problems: Sequence[Problem]
    version: str = ""
    rules: Callable[[], Iterable[RuleText]] = tuple
    folder: str = ""
    waived: Sequence[Problem] = ()
    closing: str = ""
    lists_waived: bool = False
