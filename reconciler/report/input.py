"""What a report of a plan is made of: every format is handed the same."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import field
from datetime import datetime, timedelta
from enum import StrEnum

from reconciler.model.accountability.coming_date import ComingDate
from reconciler.model.aspect import Action
from reconciler.model.change import Change
from reconciler.model.drift_news import Recalled, Verdict
from reconciler.model.plan import Orphan, Plan, SchoolPlan
from reconciler.model.review import AppliedRevision, Cause, DifferenceKey, Edit, Edits, NoReview, Review
from reconciler.model.shard import PlanPart
from reconciler.planning.drift_news import verdict_of
from reconciler.planning.ranking import Rank, of_change
from reconciler.planning.risk import Sensitivity
from reconciler.startup import dataclass


class ReportKind(StrEnum):
    """The command that a report is of."""

    PLAN = "plan"
    DRIFT = "drift"


@dataclass(frozen=True, slots=True)
class ReportInput:
    """A plan, and the rest of a report on it.

    version      the version of this program
    sensitivity  the care that entities need: it decides what comes first
    review       the change under review; None without a base to compare with
    effort       tells how long the plan takes by hand, in words; empty if nothing is to do. Slow: JSON never asks
    age          the age of the snapshot when the plan was made; None for a probe just now
    created      the time of the report; None if the same state must give the same bytes
    details      the address of the whole report; may be empty
    recalled     what earlier drift runs know of facts that this one could not check
    folder       the workspace's folder in its repository, with `/`; empty if that is the top, or not known
    applied      of a drift run: the manifests that Bromcom was last brought in line with; None if that is not known
    everything   the text shows everything, however many schools there are
    part         what it is a part of; None if it is whole
    coming       of a drift run: the days of the manifests that are over or come soon, the first one first
    made         the time of the report for pages, which are read far from where they were made; None in tests alone
    """

    plan: Plan
    kind: ReportKind
    version: str
    sensitivity: Sensitivity
    review: Review | NoReview | None = None
    effort: Callable[[], str] = str
    age: timedelta | None = None
    created: datetime | None = None
    details: str = ""
    folder: str = ""
    recalled: Recalled = field(default_factory=Recalled)
    applied: AppliedRevision | None = None
    everything: bool = True
    part: PlanPart | None = None
    coming: Sequence[ComingDate] = ()
    made: datetime | None = None
    _titles: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        titles = {school.name: school.title for school in self.plan.schools if school.title}
        counts = Counter(titles.values())
        alone = {name: title for name, title in titles.items() if counts[title] == 1}
        object.__setattr__(self, "_titles", alone)  # the rest is frozen

    @property
    def orphans(self) -> tuple[Orphan, ...]:
        """The accounts that are no longer agreed: those that the change leaves behind, or that earlier runs knew."""
        return self.review.orphans if isinstance(self.review, Review) else self.recalled.orphans

    @property
    def pending(self) -> AbstractSet[DifferenceKey]:
        """The differences that the manifests ask for, and that nobody has carried out yet."""
        return self.applied.pending if self.applied else frozenset()

    @property
    def verdict(self) -> Verdict:
        """The result of a drift run."""
        return verdict_of(self.plan, self.orphans, len(self.pending))

    def cause(self, change: Change, school: str, supplier: str) -> Cause | None:
        """The cause of a difference; None without a review, and for drift."""
        if isinstance(self.review, Review):
            return self.review.cause(change, school, supplier)
        return Cause.PENDING if DifferenceKey.of(change, school, supplier) in self.pending else None

    @property
    def wrong_schools(self) -> tuple[SchoolPlan, ...]:
        """The schools in whose place another one answers."""
        return tuple(school for school in self.plan.schools if school.right_school is False)

    def causes_at(self, changes: Sequence[Change], school: str, supplier: str) -> tuple[Cause | None, ...]:
        """The cause of each of the plan's differences at a place."""
        if isinstance(self.review, Review):
            return self.review.causes_at(changes, school, supplier)
        if not self.pending:
            return (None,) * len(changes)
        return tuple(self.cause(change, school, supplier) for change in changes)

    @property
    def edits(self) -> Edits:
        """The requests of the change under review; none without one."""
        return self.review.edits if isinstance(self.review, Review) else Edits()

    def edits_by_place(self) -> Mapping[tuple[str, str], tuple[Edit, ...]]:
        """{(school, supplier): the requests there, which do not name it}."""
        return {(school, supplier): edits for school, supplier, edits in self.edits.places}

    def drift_counts(self) -> Counter[Action]:
        """Count the differences by kind, without those that are not carried out yet."""
        summary = self.plan.summary
        every = Counter(
            {
                Action.REVOKE: summary.revoke,
                Action.GRANT: summary.grant,
                Action.MEND_LOGIN: summary.mend_login,
                Action.SET: summary.set,
            }
        )
        return every - Counter(key.action for key in self.pending)

    def called(self, school: str) -> str:
        """Name a school as people know it: by its title, if no other school of the plan has the same one."""
        return self._titles.get(school, school)

    def rank(self, change: Change, school: str, supplier: str) -> Rank:
        """The place of a difference in the order of all lines."""
        return of_change(change, self.sensitivity, self.cause(change, school, supplier))
