"""The services of the command line that the app uses, handed over as functions: `webapp` imports nothing of `cli`."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Protocol

from reconciler.bromcom.options import ProbeProgress
from reconciler.model.desired import Desired
from reconciler.model.history import HistorySummary
from reconciler.model.live import Live
from reconciler.model.plan import Plan
from reconciler.model.problem import Problem
from reconciler.startup import dataclass
from reconciler.workflow import Reader


class MakeReader(Protocol):
    """Return what asks the service, with the options that the app was started with.

    desired   the manifests: a program that is run for one password sees no other that these name
    progress  hears of each school and access that is settled
    on_start  is handed a function that stops the run, from any thread
    """

    def __call__(
        self,
        desired: Desired,
        progress: Callable[[ProbeProgress], None],
        on_start: Callable[[Callable[[], None]], None],
    ) -> Reader: ...


class MakeAccountReader(Protocol):
    """The same for accounts that no manifest has yet; `given` are variables that only this process has."""

    def __call__(
        self,
        desired: Desired,
        progress: Callable[[ProbeProgress], None],
        on_start: Callable[[Callable[[], None]], None],
        given: Mapping[str, str],
    ) -> Reader: ...


class Practice(NamedTuple):
    """A practice Bromcom: the services of its workspace, the address of its pages, and what ends it."""

    services: "AppServices"
    pages_url: str
    end: Callable[[], None]


@dataclass(frozen=True, slots=True)
class AppServices:
    """The services of the command line. Each may be called from any thread.

    workspace     the folder with the manifests; it may have none yet
    clock         the time
    operator      the name of the person at this computer; raises ReconcilerError if it is not known
    reader        makes what asks the service
    account_reader  makes what asks accounts that no manifest has yet
    timeout       seconds for one answer of the service
    password_file  the file that passwords are read from; None without one
    use_password_file  lets passwords be read from a file from now on, too
    exposed       warns of files of passwords that others may read
    keep_night    adds a check to the history; raises ReconcilerError if that fails
    history       the nights that are kept; None without any
    practise      starts a practice Bromcom with a workspace of its own, which ends with the app at the latest
    is_for_practice  tells if manifests expect a practice Bromcom on this computer
    practise_here  starts it there, until the app ends; returns the address of its pages. Raises ReconcilerError
    save_plan     writes a plan for approval to a file of the workspace, valid for so many days, and says so
    as_typed      completes the commands in a text with the options that the app was started with
    log           says something in the terminal
    """

    workspace: Path
    clock: Callable[[], datetime]
    operator: Callable[[], str]
    reader: MakeReader
    account_reader: MakeAccountReader
    timeout: float
    password_file: Callable[[], Path | None]
    use_password_file: Callable[[Path], None]
    exposed: Callable[[Desired], tuple[Problem, ...]]
    keep_night: Callable[[Desired, Live, Plan, datetime], None]
    history: Callable[[], HistorySummary | None]
    practise: Callable[[], Practice]
    is_for_practice: Callable[[Desired], bool]
    practise_here: Callable[[Desired], str]
    save_plan: Callable[[Plan, str, int], str]
    as_typed: Callable[[str], str]
    log: Callable[[str], None]
