"""The steps from manifests to a plan: read what is written, read what is live, compare.

A command is handed a Reader and nothing else that touches the live side, so it cannot write there.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final, TypeAlias

from reconciler.attestation.overlay import overlay
from reconciler.bromcom.options import HostLoad, ProbeOptions, ProbeProgress
from reconciler.catalogue import entities
from reconciler.catalogue.pages import pages
from reconciler.codec.snapshot import aged
from reconciler.errors import InputError, ManifestError, ReconcilerError
from reconciler.manifest.load import load
from reconciler.model.address import AccountKey
from reconciler.model.desired import Desired
from reconciler.model.evidence import Unknown, UnknownReason
from reconciler.model.live import Live
from reconciler.model.plan import Plan
from reconciler.model.problem import Problem, Severity
from reconciler.model.runbook import Runbook, SchoolBook
from reconciler.planning.parts.unasked import unasked, unasked_for
from reconciler.planning.plan import make_plan
from reconciler.planning.refused_login import WorkingLogins, unproven, with_closed, working_now
from reconciler.planning.risk import Sensitivity
from reconciler.planning.scope import scope
from reconciler.runbook import counted_books, make_runbook
from reconciler.secrets.environment import Environment
from reconciler.startup import dataclass

Reader: TypeAlias = Callable[[Desired], Live]
NOT_ASKED: Final = Unknown(
    UnknownReason.NOT_ASKED, "Bromcom was not asked: name a snapshot with --against, or ask with --probe."
)


@dataclass(frozen=True, slots=True)
class Selection:
    """The globs of `--school` and `--supplier`; without any, everything is selected."""

    schools: Sequence[str] = ()
    suppliers: Sequence[str] = ()

    def of(self, desired: Desired) -> Desired:
        """Return the selected part of the manifests; raises SelectionError if a glob selects nothing."""
        return scope(desired, schools=self.schools, suppliers=self.suppliers)


def written(workspace: Path, today: date) -> tuple[Desired, tuple[Problem, ...]]:
    """Read what the manifests say as of a day, and the warnings about them; raises ManifestError if they are wrong."""
    loaded = load(workspace, today)
    if loaded.desired is None:
        raise ManifestError(loaded.problems)
    return loaded.desired, warnings_among(loaded.problems)


def warnings_among(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the warnings among problems."""
    return tuple(problem for problem in problems if problem.severity is Severity.WARNING)


def desired_of(workspace: Path, now: datetime) -> Desired:
    """Read what the manifests say now; raises ManifestError if they are wrong."""
    return as_of(written(workspace, now.date())[0], now)


def as_of(desired: Desired, now: datetime) -> Desired:
    """Set aside the attestations of a moment to come: one of tonight would otherwise beat one that is given now."""
    counting = tuple(word for word in desired.words if word.evidence.on <= now)
    return replace(desired, words=counting, later_words=tuple(w for w in desired.words if w.evidence.on > now))


def plan_of(wanted: Desired, live: Live, today: date) -> Plan:
    """Compare manifests with the live side that was read for them."""
    return plan_and_live(wanted, live, today)[0]


def plan_and_live(wanted: Desired, live: Live, today: date, whole: Desired | None = None) -> tuple[Plan, Live]:
    """Return the plan, and the live side that it is of: attestations fill what no probe can see. `whole` is what
    `wanted` is a part of."""
    attested = overlay(live, wanted, today)
    return make_plan(wanted, attested, sensitivity(), today, whole), attested


def runbook(plan: Plan) -> Runbook:
    """List the clicks that carry a plan out, on the pages that the catalogue knows."""
    return make_runbook(plan, pages())


def books(plan: Plan) -> Iterator[SchoolBook]:
    """List the same school by school, to count it; not with the name of each."""
    return counted_books(plan, pages())


def runbook_of_manifests(wanted: Desired, today: date) -> Runbook:
    """List all clicks that the manifests could need, each to look at first: nothing was checked, so it has no plan."""
    return replace(runbook(plan_of(wanted, unasked(wanted), today)), fingerprint="")


def not_asked(desired: Desired, reason: Unknown = NOT_ASKED) -> Live:
    """The live side of which nothing was asked."""
    return unasked_for(desired, lambda _school: reason)


def probing(
    workspace: Path,
    environment: Environment,
    options: ProbeOptions,
    progress: Callable[[ProbeProgress], None] | None = None,
    on_load: Callable[[HostLoad], None] | None = None,
    on_start: Callable[[Callable[[], None]], None] | None = None,
) -> Reader:
    """Return a Reader that asks the service, with the passwords that the manifests refer to."""
    from reconciler.bromcom.fleet import probe  # aiohttp and lxml load here, and only here
    from reconciler.bromcom.masking import masked
    from reconciler.secrets import passwords

    def read_live(desired: Desired) -> Live:
        return probe(desired, passwords(environment, workspace, masked), options, progress, on_load, on_start)

    return read_live


def recorded(files: Sequence[Path], now: datetime, oldest: timedelta | None = None) -> Reader:
    """Return a Reader of a snapshot, or of those of a run's parts, which believes nothing older than `oldest`."""
    from reconciler.snapshots import read_snapshots

    snapshot = read_snapshots(files, now, oldest)
    return lambda desired: aged(snapshot.of(desired), now, oldest)


def recording(
    read_live: Reader, file: Path, clock: Callable[[], datetime], on_error: Callable[[ReconcilerError], None]
) -> Reader:
    """Return a Reader that also writes what it read to a snapshot.

    If that cannot be written, `on_error` is told why, and the plan is made all the same.
    """
    from reconciler.snapshots import write_snapshot

    def read_and_record(desired: Desired) -> Live:
        live = read_live(desired)
        try:
            write_snapshot(file, live, desired, recorded=live.recorded or clock())
        except InputError as error:
            on_error(error)
        return live

    return read_and_record


def proving(read_live: Reader, remembered: Callable[[], WorkingLogins]) -> Reader:
    """Return a Reader that also tells which logins of ended accesses are closed: those that worked before, by what was
    `remembered` or read here. The memory is asked for only if a refusal needs it."""
    worked: dict[AccountKey, str] = {}

    def read_and_prove(desired: Desired) -> Live:
        live = read_live(desired)
        worked.update(working_now(live, desired))
        if not any(unproven(live, desired)):
            return live
        return with_closed(live, desired, {**remembered(), **worked})

    return read_and_prove


def sensitivity() -> Sensitivity:
    """Return what the catalogue says of entities, as a plan needs it."""
    catalogue = entities()
    return Sensitivity(
        notes={key: entity.note for key, entity in catalogue.items() if entity.sensitive},
        known=catalogue.keys(),
        cares={key: entity.care for key, entity in catalogue.items()},
        reaches={key: entity.reach for key, entity in catalogue.items()},
    )
