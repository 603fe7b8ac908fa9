"""The options about the service, and the Reader that they make."""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Literal, TypeVar

from reconciler import workflow
from reconciler.bromcom.options import HostLoad, ProbeOptions, ProbeProgress
from reconciler.cli.console import waiting_for
from reconciler.model.desired import Desired
from reconciler.model.shard import Shard
from reconciler.secrets.environment import environment, password_variables
from reconciler.startup import dataclass
from reconciler.workflow import Reader


@dataclass(frozen=True, slots=True)
class ServiceOptions:
    """The options of `workspace_option`, `probing_options` and `--quiet`, as they were typed."""

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


S = TypeVar("S", bound=ServiceOptions)


def shared_out(service: S, shard: Shard | None) -> S:
    """Return the options with the pace of each host shared out among the machines that ask it at the same time."""
    if shard is None:
        return service
    at_once = service.per_host or service.concurrency
    return replace(service, rate=service.rate / shard.of, per_host=max(1, at_once // shard.of))


def service_reader(
    service: ServiceOptions,
    progress: Callable[[ProbeProgress], None] | None,
    manifests: Iterable[Desired],
    addresses: Iterable[str] = (),
    none_given: str = "",
    given: Mapping[str, str] = MappingProxyType({}),
    on_load: Callable[[HostLoad], None] | None = None,
    on_start: Callable[[Callable[[], None]], None] | None = None,
) -> Reader:
    """Return a Reader that asks the service with these options.

    manifests   a program that is run for one password sees no other that these name
    addresses   the variables with the addresses of webhooks, which no such program sees either
    none_given  the reason to give if there are no passwords at all
    given       variables that only this process has
    on_load     hears at the end what each host bore
    on_start    is handed what stops the run from another thread
    """
    secret = frozenset[str]().union(*map(password_variables, manifests))
    with waiting_for(service.env_file, quiet=service.quiet):
        variables = environment({**os.environ, **given}, service.env_file, secret, frozenset(addresses), none_given)
    return workflow.probing(
        service.workspace,
        variables,
        ProbeOptions(
            concurrency=service.concurrency,
            per_host=service.per_host,
            rate=service.rate or None,
            timeout=service.timeout,
            retries=service.retries,
            deep=service.deep,
            wsdl=service.wsdl,
        ),
        progress,
        on_load,
        on_start,
    )
