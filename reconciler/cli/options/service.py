"""How the service is asked, as it was typed.

What a plan is held against: the manifests of the workspace, and the service, asked as the options say.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from reconciler.cli.clock import clock
from reconciler.cli.console import waiting_for, watching

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from reconciler.applying.preflight import ApplyInputs
    from reconciler.bromcom.options import ProbeProgress
    from reconciler.model.desired import Desired
    from reconciler.model.live import Live
    from reconciler.workflow import Reader


@dataclass(frozen=True, slots=True)
class ServiceOptions:
    """The options of `workspace_option`, `probing_options` and `--quiet`, by click's names."""

    workspace: Path
    env_file: Path | None
    deep: bool
    wsdl: Literal["built-in", "live"]
    concurrency: int
    per_host: int | None
    rate: float
    timeout: float
    retries: int
    quiet: bool


def service_reader(
    asking: ServiceOptions,
    progress: Callable[[ProbeProgress], None] | None,
    manifests: Iterable[Desired],
    addresses: Iterable[str] = (),
    none_given: str = "",
) -> Reader:
    """Ask the service so. No program that is run for a password is told another one, whichever of the `manifests` names
    it, or the `addresses` of webhooks, which are given as the names of their variables. `none_given` is said where
    there is no password at all."""
    from reconciler import workflow  # --help needs none of it
    from reconciler.bromcom.options import ProbeOptions
    from reconciler.secrets.environment import environment, password_variables

    secret = frozenset[str]().union(*map(password_variables, manifests))
    with waiting_for(asking.env_file, quiet=asking.quiet):
        known = environment(os.environ, asking.env_file, secret, frozenset(addresses), none_given)
    return workflow.probing(
        asking.workspace,
        known,
        ProbeOptions(
            concurrency=asking.concurrency,
            per_host=asking.per_host,
            rate=asking.rate or None,
            timeout=asking.timeout,
            retries=asking.retries,
            deep=asking.deep,
            wsdl=asking.wsdl,
        ),
        progress,
    )


def apply_inputs(asking: ServiceOptions) -> ApplyInputs:
    """The manifests as they are now, and a reader that shows how far it is each time it asks."""
    from reconciler.applying.preflight import ApplyInputs
    from reconciler.workflow import desired_of

    now = clock()
    written = desired_of(asking.workspace, now())

    def read_live(desired: Desired) -> Live:
        with watching(asking.quiet) as progress:
            return service_reader(asking, progress, [written])(desired)

    return ApplyInputs(written, read_live, now)
