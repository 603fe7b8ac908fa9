"""Long work, one piece at a time, each in a thread of its own: it tells its progress, and can be stopped."""

import threading
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import NamedTuple

from reconciler.bromcom.options import ProbeProgress
from reconciler.errors import PlanRefused, ReconcilerError
from reconciler.model.desired import Desired
from reconciler.startup import dataclass


class JobState(StrEnum):
    """The states of a job: the first two are of one that is at work."""

    RUNNING = "running"
    STOPPING = "stopping"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


class SchoolProgress(NamedTuple):
    """A school, and how many of its answers are there: its own, and one for each of its accesses."""

    school: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class JobStatus:
    """A job as it is at a moment.

    number   counts the jobs of this app: a page of an older one is stale
    kind     such as `check`
    title    what is going on, for people
    page     the address of its page
    error    the reason if it failed; a fault of ours is an exception of another kind
    version  counts what was heard of it
    """

    number: int
    kind: str
    title: str
    page: str
    state: JobState
    schools: tuple[SchoolProgress, ...]
    error: Exception | None
    version: int

    @property
    def is_at_work(self) -> bool:
        """True until it has ended."""
        return self.state in (JobState.RUNNING, JobState.STOPPING)

    @property
    def done(self) -> int:
        """The number of answers so far."""
        return sum(school.done for school in self.schools)

    @property
    def total(self) -> int:
        """The number of answers that are expected."""
        return sum(school.total for school in self.schools)


class Job:
    """One piece of work. What it does is handed the Job, to tell its progress and to hear that it should stop."""

    def __init__(self, number: int, kind: str, title: str, page: str, work: Callable[["Job"], None]) -> None:
        self._lock = threading.Lock()
        self._number, self._kind, self._title, self._page, self._work = number, kind, title, page, work
        self._state, self._version = JobState.RUNNING, 0
        self._error: Exception | None = None
        self._expected: dict[str, int] = {}
        self._settled: dict[str, set[str]] = {}
        self._stops: list[Callable[[], None]] = []
        self._thread = threading.Thread(target=self._run, name=f"job {kind}", daemon=True)

    def begin(self) -> None:
        """Begin the work."""
        self._thread.start()

    def status(self) -> JobStatus:
        """Return the job as it is now."""
        with self._lock:
            schools = tuple(
                SchoolProgress(school, min(len(self._settled[school]), total), total)
                for school, total in self._expected.items()
            )
            return JobStatus(
                self._number, self._kind, self._title, self._page, self._state, schools, self._error, self._version
            )

    def expect(self, desired: Desired) -> None:
        """Tell the schools and accesses that are about to be asked for."""
        expected = dict.fromkeys(desired.schools, 1)
        for address in desired.accesses:
            expected[address.school] += 1
        with self._lock:
            self._expected, self._settled = expected, {school: set() for school in expected}
            self._version += 1

    def progress(self, progress: ProbeProgress) -> None:
        """Tell that a school or an access is settled."""
        with self._lock:
            settled = self._settled.get(progress.last.partition("/")[0])
            if settled is not None:
                settled.add(progress.last)
            self._version += 1

    def on_stop(self, stop: Callable[[], None]) -> None:
        """Call this once the job should stop; at once if it should already."""
        with self._lock:
            self._stops.append(stop)
            called = self._state is JobState.STOPPING
        if called:
            stop()

    def stop(self) -> None:
        """Ask it to stop; without effect on one that has ended."""
        with self._lock:
            if self._state is not JobState.RUNNING:
                return
            self._state = JobState.STOPPING
            self._version += 1
            stops = tuple(self._stops)
        for stop in stops:
            stop()

    def wait(self, seconds: float) -> None:
        """Wait for its end, at most so long."""
        self._thread.join(seconds)

    def _run(self) -> None:
        error: Exception | None = None
        try:
            self._work(self)
        except Exception as failure:  # noqa: BLE001  # the page that shows it knows a fault of ours from an error
            error = failure
        with self._lock:
            stopped = JobState.STOPPED if self._state is JobState.STOPPING else JobState.DONE
            self._state, self._error = (JobState.FAILED if error else stopped), error
            self._stops.clear()
            self._version += 1


class Jobs:
    """The jobs of an app, of which at most one is at work."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: Job | None = None
        self._number = 0

    def start(self, kind: str, title: str, page: str, work: Callable[[Job], None]) -> Job:
        """Begin a piece of work; raises PlanRefused while another one is not finished."""
        with self._lock:
            if self._last and (other := self._last.status()).is_at_work:
                raise PlanRefused(f"{other.title} is not finished: wait until it is, or stop it, then try again.")
            self._number += 1
            job = self._last = Job(self._number, kind, title, page, work)
            job.begin()
        return job

    def forget(self) -> None:
        """Tell of the last job no more; numbers go on, so that a page of it is stale."""
        self._last = None

    @property
    def last(self) -> Job | None:
        """The job that is at work, or the last one that was."""
        return self._last

    def status(self, *kinds: str) -> JobStatus | None:
        """Return the state of the last job, if it is of one of these kinds (none: of any)."""
        status = self._last.status() if self._last else None
        return status if status and (not kinds or status.kind in kinds) else None


def is_own_fault(error: Exception) -> bool:
    """Tell if an error is a fault of ours, whose text may hold anything and is shown nowhere."""
    return not isinstance(error, ReconcilerError)


def stop_all(jobs: Iterable[Job], seconds: float) -> None:
    """Stop jobs and wait for their ends."""
    for job in jobs:
        job.stop()
        job.wait(seconds)
