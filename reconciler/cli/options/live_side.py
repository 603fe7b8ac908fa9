"""What reads the live side for a plan: the service, or a snapshot."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from reconciler import workflow
from reconciler.bromcom.options import HostLoad, ProbeProgress
from reconciler.cli.clock import clock
from reconciler.cli.options.plan_and_drift import FollowUp, PlanOptions
from reconciler.cli.options.service import service_reader
from reconciler.cli.output.working_logins import remembered_logins
from reconciler.errors import ReconcilerError
from reconciler.model.desired import Desired
from reconciler.report.labels import plural
from reconciler.workflow import Reader

# Of a change that is not reviewed yet: on purpose, not because a file was forgotten.
_NO_PASSWORDS: Final = "this review has no passwords, by design, and no snapshot of Bromcom to compare with"


def reader_of(
    options: PlanOptions,
    progress: Callable[[ProbeProgress], None] | None,
    on_error: Callable[[ReconcilerError], None],
    observed_at: Callable[[], datetime],
    manifests: Sequence[Desired],
    after: FollowUp | None,
    on_load: Callable[[HostLoad], None] | None = None,
) -> Reader:
    """Return what reads the live side of these manifests as the options say: from the service, or from a snapshot."""
    addresses = after.variables if after else ()
    none_given = _NO_PASSWORDS if options.passwords_of_base else ""
    if options.against:
        reader = workflow.recorded(options.against, clock()(), options.max_age)
    else:
        reader = service_reader(options, progress, manifests, addresses, none_given, on_load=on_load)
    reader = workflow.recording(reader, options.record, observed_at, on_error) if options.record else reader
    return _proving(reader, options, manifests[0].workspace, after)


def _proving(read_live: Reader, options: PlanOptions, name: str, after: FollowUp | None) -> Reader:
    """Return a Reader that knows closed logins; not of a snapshot, which may be older than what was remembered."""
    memories = after.files if after else ()
    if options.against:
        return read_live
    return workflow.proving(read_live, lambda: remembered_logins(options.workspace, name, memories))


def load_text(load: HostLoad) -> str:
    """Say what a host bore."""
    text = f"Asked {load.host}: {plural(load.requests, 'request')}, at most {load.at_once} at a time"
    if load.latency is not None:
        text += f" and {load.best_rate} answers a second, half of them within {load.latency * 1000:.0f} ms"
    if load.refused:
        text += f"; {load.refused} refused as one too many"
    return f"{text}; {load.silent} without an answer." if load.silent else f"{text}."
