"""The state of a running app: the workspace, the last check, and the work that goes on. All browsers see the same."""

from collections.abc import Callable
from datetime import datetime
from itertools import count
from secrets import token_hex

from reconciler.errors import PlanRefused
from reconciler.guided.exchange import GuidedExchange
from reconciler.model.desired import Desired
from reconciler.model.live import Live
from reconciler.model.plan import Plan
from reconciler.model.problem import Problem
from reconciler.report.pages.page_set import PageSet
from reconciler.starting.answers import InitAnswers
from reconciler.starting.steps import PreparedStart
from reconciler.startup import dataclass
from reconciler.webapp.jobs import Jobs
from reconciler.webapp.services import AppServices


@dataclass(frozen=True, slots=True)
class Check:
    """The result of asking the service.

    number    counts the checks of this app, whichever workspace they are of
    now       when it was compared
    desired   the manifests that it was compared with
    written   the same as written, with the attestations of a moment to come
    live      what Bromcom answered, without what people confirmed
    plan      the differences, and what could not be checked
    pages     all that pages are made of
    digest    of the files of the manifests that Bromcom was asked about
    warnings  about the manifests
    remarks   what else is to be said of it, in sentences; commands are in backticks
    is_kept   an earlier start of the app asked, and kept the answers
    """

    number: int
    now: datetime
    desired: Desired
    written: Desired
    live: Live
    plan: Plan
    pages: PageSet
    digest: str
    warnings: tuple[Problem, ...]
    remarks: tuple[str, ...]
    is_kept: bool = False


@dataclass(frozen=True, slots=True)
class DeclaredManifests:
    """The manifests as they were read.

    key    tells what was read; with another one they are read again
    pages  makes what pages are made of, once: of a trust that takes a moment, and few pages need it
    """

    key: tuple[object, ...]
    desired: Desired
    warnings: tuple[Problem, ...]
    pages: Callable[[], PageSet]


@dataclass(slots=True)
class BegunStart:
    """A start that is not written yet.

    store     `keyring`, or the file that passwords go to
    prepared  the files, once the accounts were asked
    """

    answers: InitAnswers
    store: str
    prepared: PreparedStart | None = None


class AppState:
    """The state of a running app. Views and jobs replace its values whole.

    name      the workspace's; that of its folder until its manifests were read
    check     the last one of this start; None before the first. Views ask `last_check`, which knows a kept one too
    kept      that of an earlier start, which any new one goes before
    numbers   of the checks to come: a page of an earlier one is stale, also of another workspace
    is_begun  a kept check was looked for
    damage    the reason why a kept check could not be read; may be empty
    declared  the manifests as they were read last; None before. A check has its own
    notice    says once, on the next page of its kind, what a form did
    start     a school that is being connected; None if none is
    practice  the address of the pages of a practice Bromcom; empty for a real one
    own       the services of the workspace that is left for a practice; None if it is not left
    guided    the states of guided applies, which are `applies`: one of them at a time, beside the other work
    """

    def __init__(self, services: AppServices) -> None:
        self.services = services
        self.name = services.workspace.resolve().name
        self.jobs = Jobs()
        self.applies = Jobs()
        self.guided = GuidedExchange(token_hex(3))
        self.check: Check | None = None
        self.kept: Check | None = None
        self.numbers = count(1)
        self.is_begun = False
        self.damage = ""
        self.declared: DeclaredManifests | None = None
        self.notice = ""
        self.start: BegunStart | None = None
        self.practice = ""
        self.own: AppServices | None = None
        self._end: Callable[[], None] = lambda: None

    def practise(self) -> None:
        """Go on in a workspace for practice, until that is ended."""
        self._refuse_leaving()
        own, practice = self.services, self.services.practise()
        self._go_to(practice.services, practice.pages_url)
        self.own, self._end = own, practice.end

    def end_practice(self) -> None:
        """Go back to the workspace that the app was started for."""
        if self.own:
            self._refuse_leaving()
            self._go_to(self.own, "")
            self.own = None
            self._end()

    def _refuse_leaving(self) -> None:
        """Raise PlanRefused while something is going on in the workspace."""
        job = self.jobs.status()
        if self.guided.is_under_way or (job and job.is_at_work):
            raise PlanRefused("Something is still going on in this workspace: wait until it has ended, or stop it.")

    def _go_to(self, services: AppServices, practice: str) -> None:
        """Leave one workspace for another."""
        self.services, self.practice, self.start = services, practice, None
        self.check = self.kept = None
        self.name = services.workspace.resolve().name
        self.is_begun, self.damage = False, ""
        self.jobs.forget()
        self.guided = GuidedExchange(token_hex(3))

    @property
    def clock(self) -> Callable[[], datetime]:
        """The time."""
        return self.services.clock

    def take_notice(self) -> str:
        """Return the notice, once."""
        notice, self.notice = self.notice, ""
        return notice
