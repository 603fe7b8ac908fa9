"""Words that a shell offers: names of the workspace, formats, revisions. None where they cannot be read."""

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TypeAlias

import click
from click.shell_completion import CompletionItem

from reconciler.cli.clock import system_clock
from reconciler.errors import ReconcilerError
from reconciler.git.references import references
from reconciler.model.desired import Desired

Completion: TypeAlias = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def from_manifests(offered: Callable[[Desired], Mapping[str, str]]) -> Completion:
    """Offer {a word: what it is} of the workspace's manifests."""

    def complete(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from reconciler.manifest.load import load  # slow, and --help needs none of it

        try:
            desired = load(_workspace(context), system_clock().date()).desired
        except ReconcilerError:  # no such folder
            return []
        return _items(offered(desired), incomplete) if desired else []

    return complete


def schools(desired: Desired) -> Mapping[str, str]:
    """The schools, with their titles."""
    return {name: school.title for name, school in desired.schools.items()}


def suppliers(desired: Desired) -> Mapping[str, str]:
    """The suppliers, with their titles."""
    return {address.supplier: access.title for address, access in desired.accesses.items()}


def places(desired: Desired) -> Mapping[str, str]:
    """The schools and the addresses."""
    return {**schools(desired), **{str(address): access.title for address, access in desired.accesses.items()}}


def limits(desired: Desired) -> Mapping[str, str]:
    """The limits that the Workspace sets, on a whole plan and at each school."""
    bounds = desired.limits
    whole = {"revoke": bounds.revoke, "widen": bounds.widen}
    each = {"revoke": bounds.revoke_per_school, "widen": bounds.widen_per_school}
    names = [name for name, limit in whole.items() if limit != type(limit)()]
    names += ["widenConsent"] if bounds.widen_consent else []
    names += [
        f"{name}/{school}" for name, limit in each.items() if limit != type(limit)() for school in desired.schools
    ]
    return dict.fromkeys(names, "")


def from_formats(formats: Iterable[str]) -> Completion:
    """Offer the formats of a report."""
    return lambda _context, _parameter, incomplete: _items(dict.fromkeys(formats, ""), incomplete)


def revisions(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the branches and tags of the repository around the workspace."""
    return _items(dict.fromkeys(references(_workspace(context), os.environ), ""), incomplete)


def _workspace(context: click.Context) -> Path:
    return Path(context.params.get("workspace") or ".")


def _items(offered: Mapping[str, str], incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(word, help=offered[word] or None) for word in sorted(offered) if word.startswith(incomplete)]
