"""The stories: what a command does, from manifests to a plan. Each reads like the README.

A plan is handed a Reader and nothing else that touches the live side, so that planning cannot write.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias

from reconciler.attestation.overlay import overlay
from reconciler.catalogue import entities, pages
from reconciler.codec.snapshot import aged
from reconciler.errors import InputError, ManifestError
from reconciler.manifest.load import load
from reconciler.model.desired import Desired
from reconciler.model.live import Live
from reconciler.model.problem import Problem, Severity
from reconciler.planning.plan import make_plan
from reconciler.planning.risk import Sensitivity
from reconciler.planning.scope import scope
from reconciler.runbook import make_runbook

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, timedelta
    from pathlib import Path

    from reconciler.bromcom.fleet import ProbeOptions, ProbeProgress
    from reconciler.errors import ReconcilerError
    from reconciler.model.plan import Plan
    from reconciler.model.runbook import Runbook
    from reconciler.secrets.environment import Environment

Reader: TypeAlias = Callable[[Desired], Live]


@dataclass(frozen=True, slots=True)
class Selection:
    """The globs of `--school` and `--supplier`; none select everything."""

    schools: Sequence[str] = ()
    suppliers: Sequence[str] = ()


def desired_of(workspace: Path) -> tuple[Desired, tuple[Problem, ...]]:
    """What the manifests say by now, and the warnings about them; raises ManifestError where they are wrong."""
    desired, warnings = written(workspace)
    return as_of_now(desired), warnings


def written(workspace: Path) -> tuple[Desired, tuple[Problem, ...]]:
    """All that stands in the manifests, and the warnings about them; raises ManifestError where they are wrong."""
    loaded = load(workspace)
    if loaded.desired is None:
        raise ManifestError(loaded.problems)
    return loaded.desired, tuple(p for p in loaded.problems if p.severity is Severity.WARNING)


def as_of_now(desired: Desired) -> Desired:
    """The manifests without the words of a moment to come: one of tonight would else beat the one that somebody gives
    now."""
    now = datetime.now(UTC)
    counting = tuple(word for word in desired.words if word.evidence.on <= now)
    return replace(desired, words=counting, later_words=tuple(w for w in desired.words if w.evidence.on > now))


def plan(desired: Desired, selection: Selection, read_live: Reader, today: date) -> Plan:
    """What differs between the manifests and the live side, in the selected scope, as of one day."""
    return plan_of_scope(scope(desired, schools=selection.schools, suppliers=selection.suppliers), read_live, today)


def plan_of_scope(wanted: Desired, read_live: Reader, today: date) -> Plan:
    """What differs between a part of the manifests and its live side."""
    return plan_and_live(wanted, read_live, today)[0]


def plan_and_live(wanted: Desired, read_live: Reader, today: date) -> tuple[Plan, Live]:
    """The plan, and the live side that it is of: people's words fill what no probe can see."""
    live = overlay(read_live(wanted), wanted, today)
    return make_plan(wanted, live, sensitivity(), today), live


def runbook(plan: Plan) -> Runbook:
    """What hands do to carry a plan out, on the pages that the catalogue knows."""
    return make_runbook(plan, pages())


def probing(
    workspace: Path,
    environment: Environment,
    options: ProbeOptions,
    progress: Callable[[ProbeProgress], None] | None = None,
) -> Reader:
    """A Reader that asks the service, with the passwords that the manifests refer to."""
    from reconciler.bromcom.fleet import probe  # zeep, aiohttp and lxml load here, and only here
    from reconciler.bromcom.masking import masked
    from reconciler.secrets import passwords

    return lambda desired: probe(desired, passwords(environment, workspace, masked), options, progress)


def recorded(file: Path, oldest: timedelta | None = None) -> Reader:
    """A Reader that takes a snapshot's word, and nobody's where the snapshot is older than `oldest`."""
    from reconciler.snapshots import read_snapshot

    snapshot = read_snapshot(file)
    return lambda desired: aged(snapshot.of(desired), datetime.now(UTC), oldest)


def recording(read_live: Reader, file: Path, lost: Callable[[ReconcilerError], None]) -> Reader:
    """A Reader that also writes down what it read, as a snapshot.

    Where that cannot be written `lost` hears why, and what was read goes on to its plan.
    """
    from reconciler.snapshots import write_snapshot

    def read_and_record(desired: Desired) -> Live:
        live = read_live(desired)
        try:
            write_snapshot(file, live, desired, recorded=datetime.now(UTC))
        except InputError as error:
            lost(error)
        return live

    return read_and_record


def sensitivity() -> Sensitivity:
    """The catalogue's word on entities, as a plan needs it."""
    known = entities()
    return Sensitivity(
        notes={key: entity.note for key, entity in known.items() if entity.sensitive},
        known=known.keys(),
        cares={key: entity.care for key, entity in known.items()},
        reaches={key: entity.reach for key, entity in known.items()},
    )
