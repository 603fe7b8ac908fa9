"""How the service is asked, as it was typed.

What a plan is held against: the manifests of the workspace, and the service, asked as the options say.
"""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from reconciler import workflow
from reconciler.bromcom.options import ProbeOptions, ProbeProgress
from reconciler.cli.console import waiting_for
from reconciler.model.desired import Desired
from reconciler.secrets.environment import environment, password_variables
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
