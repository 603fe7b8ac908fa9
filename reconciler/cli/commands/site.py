"""`reconciler site`: the pages as static files, to publish beside the repository or to open from a disk."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.clock import clock
from reconciler.cli.console import remarks, say_problems, watching
from reconciler.cli.exit_codes import Exit
from reconciler.cli.help import verb
from reconciler.cli.options.general import (
    base_option,
    history_option,
    probing_options,
    selection_options,
    snapshot_options,
    workspace_option,
)
from reconciler.cli.options.history import summary_for_pages
from reconciler.cli.options.plan_and_drift import refuse_asking_options
from reconciler.cli.options.service import ServiceOptions, service_reader
from reconciler.cli.output.site_folder import refuse_foreign_folder, write_site
from reconciler.pages import compare, manifests_for_pages, page_set, with_review
from reconciler.report.labels import plural
from reconciler.review import base_of
from reconciler.startup import dataclass
from reconciler.state_folder.paths import FOLDER
from reconciler.workflow import Reader, Selection, recorded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime, timedelta

    from reconciler.bromcom.options import ProbeProgress
    from reconciler.model.desired import Desired
    from reconciler.report.pages.page_set import PageSet


@dataclass(frozen=True, slots=True)
class SiteOptions(ServiceOptions):
    """The options as they were typed."""

    schools: tuple[str, ...]
    suppliers: tuple[str, ...]
    against: tuple[Path, ...]
    max_age: timedelta | None
    output: Path
    compared_by: str
    with_usernames: bool
    history: Path | None
    base: str | None


@verb(
    {
        "Ask Bromcom, and write the pages": "site --output public",
        "Write them from last night's snapshot": "site --against live.json --output public",
        "Write them with a review of the change that is checked out": "site --base main --output public",
        "Write those of one school": "site --school greenfield --output greenfield-pages",
    }
)
@workspace_option
@selection_options
@probing_options
@snapshot_options
@history_option
@base_option
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="The folder to write. What `site` wrote there before is replaced; a folder with anything else is refused.",
)
@click.option(
    "--compared-by",
    metavar="NAME",
    default="reconciler site",
    show_default=True,
    help="Who or what compared, as every page says.",
)
@click.option("--with-usernames", is_flag=True, help="Also show the usernames of accounts, and what Bromcom said.")
@click.option("-q", "--quiet", is_flag=True, help="No progress and no remarks on stderr; errors stay.")
def command(**typed: Any) -> int:
    """Write the pages: who can read what, what differs, and how that is known.

    An overview, a page for each school and each supplier, and the register, as files that link to each other. They work
    from a folder, a file share or a web server, and ask no other server for anything. They never have a password, and
    have usernames only with --with-usernames. The same state gives the same bytes.

    Where `drift` and `plan --record` have kept a history, the pages say since when, and show the last 30 nights.

    With --base one more page reviews the change from that revision: who may read or write more or less than before, how
    Bromcom stands to that, and what was different already. The other pages show the manifests as they are here.

    The pages say where access is wrong, so show them only to people who may know. Exits with 0 once they are written,
    whatever they say.
    """
    options = SiteOptions(**typed)
    if options.against:
        refuse_asking_options()
    if options.base == "":
        raise click.UsageError("--base names no revision.")
    _refuse_folder(options)
    now = clock()()
    manifests = manifests_for_pages(options.workspace, now)
    if manifests.warnings and not options.quiet:
        say_problems(manifests.warnings)
    history = summary_for_pages(options.workspace, options.history)
    base = base_of(options.workspace, options.base, manifests.written, now.date()) if options.base else None
    selection = Selection(options.schools, options.suppliers)
    desired, named = selection.of(manifests.desired), [manifests.desired, *([base.desired] if base else [])]
    with watching(options.quiet) as progress:
        live = _reader(options, named, progress, now)(desired)
    compared = compare(desired, live, now, with_usernames=options.with_usernames)
    made = page_set(manifests, compared, now, options.compared_by, history)
    if base:
        made = with_review(made, manifests.written, base, selection, live, now)
    number = write_site(options.output, _files(made))
    for line in _said(options, made, number):
        remarks(quiet=options.quiet)(line)
    return Exit.OK


def _refuse_folder(options: SiteOptions) -> None:
    """Refuse a folder that cannot be replaced, before anything is asked."""
    folder, workspace = options.output.resolve(), options.workspace.resolve()
    if workspace.is_relative_to(folder) or FOLDER in folder.relative_to(folder.anchor).parts:
        raise click.UsageError(f"--output {options.output} holds the workspace, or its journal. Name a new folder.")
    refuse_foreign_folder(options.output)


def _reader(
    options: SiteOptions, manifests: Sequence[Desired], progress: Callable[[ProbeProgress], None] | None, now: datetime
) -> Reader:
    if options.against:
        return recorded(options.against, now, options.max_age)
    return service_reader(options, progress, manifests)


def _files(made: PageSet) -> Iterator[tuple[str, str]]:
    from reconciler.report.pages.site import assets, pages_of  # jinja2 loads with them

    yield from assets()
    yield from ((address, render()) for address, render in pages_of(made))


def _said(options: SiteOptions, made: PageSet, number: int) -> Iterator[str]:
    """Say what was written, and how careful to be with it."""
    yield f"Wrote {plural(number, 'file')} to {options.output}. Open {options.output / 'index.html'}."
    readers = sum(any(line.is_special and line.is_open for line in each.lines) for each in made.register.suppliers)
    summary = made.report.plan.summary
    differs = plural(summary.changes, "difference")
    names = "They have usernames. " if options.with_usernames else "They have no usernames. "
    yield (
        f"They say who can read what: {plural(readers, 'supplier')} with special-category data, {differs} and "
        f"{plural(summary.unknown, 'fact')} that could not be checked. {names}"
        "Publish them only where all readers may know that."
    )
