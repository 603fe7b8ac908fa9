"""The material of every page of the set."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from reconciler.model.accountability.coming_date import ComingDate
from reconciler.model.accountability.least_privilege import AccessReport, EntityDetails
from reconciler.model.accountability.register import Register
from reconciler.model.history import HistorySummary
from reconciler.model.journal import JournalEntry
from reconciler.model.plan import AccessPlan, SchoolPlan
from reconciler.planning.plan import summarise
from reconciler.report.input import ReportInput
from reconciler.startup import dataclass

HORIZON: Final = 90  # days: what ends within them is told


@dataclass(frozen=True, slots=True)
class Stamp:
    """When and against what a set was made: it stands on every page, and on paper.

    checked      when Bromcom was asked, in the time zone that pages show; None if it was not
    commit       of the manifests, in hex; empty if no commit has them just so
    compared_by  the person or the job that compared, for people
    warnings     the number of warnings about the manifests
    """

    checked: datetime | None
    commit: str
    workspace: str
    compared_by: str
    warnings: int


@dataclass(frozen=True, slots=True)
class LiveApp:
    """The running app, for the parts of a page that static files lack.

    csrf        what a form must send back
    navigation  {address: name} of the app's own pages
    bar         HTML below the header: the state of the check, and its buttons
    bases       revisions that a review may begin from
    """

    csrf: str
    navigation: Mapping[str, str]
    bar: str = ""
    bases: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class PageSet:
    """The material of all pages.

    report          the plan, and how sensitive entities are
    access          each entity of each access
    make_register   makes the register, once: of a trust that takes a moment, and not every page needs it
    today           the day that attestations, waivers and coming dates are judged on
    ends            the days that come, the first one first
    history         None if there is none
    journal         oldest first; it names people and accounts
    catalogue       every known entity
    live            None on static pages
    review          the same report with a change of the manifests under review; None without one
    with_usernames  accounts may be named
    """

    report: ReportInput
    access: AccessReport
    make_register: Callable[[], Register]
    stamp: Stamp
    today: date
    ends: tuple[ComingDate, ...] = ()
    history: HistorySummary | None = None
    journal: tuple[JournalEntry, ...] = ()
    catalogue: tuple[EntityDetails, ...] = ()
    live: LiveApp | None = None
    review: ReportInput | None = None
    with_usernames: bool = False

    @property
    def register(self) -> Register:
        """The record of processing activities."""
        return self.make_register()

    def school_title(self, name: str) -> str:
        """Name a school as people know it."""
        return self.report.called(name)


def parts_of(material: ReportInput) -> tuple[SchoolPlan | AccessPlan, ...]:
    """The schools and accesses of a plan."""
    return (*material.plan.schools, *material.plan.accesses)


def narrowed(material: ReportInput, schools: Iterable[SchoolPlan], accesses: Iterable[AccessPlan]) -> ReportInput:
    """The report on these parts alone, with their own counts; the fingerprint stays that of the whole plan."""
    own, ways_in = tuple(schools), tuple(accesses)
    plan = replace(material.plan, schools=own, accesses=ways_in, breaches=(), summary=summarise(own, ways_in))
    return replace(material, plan=plan)
