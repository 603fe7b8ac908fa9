"""`reconciler report supplier`: one supplier on one page."""

from __future__ import annotations

from typing import Any, Final

import click

from reconciler.cli.completing import from_manifests, suppliers
from reconciler.cli.help import verb
from reconciler.cli.options.general import probing_options, school_option, snapshot_options, workspace_option
from reconciler.cli.output.destinations import deliver
from reconciler.cli.output.renderers import OF_PAGES
from reconciler.cli.reporting.answers import AnswerOptions, ended, live_register, report_options, report_targets
from reconciler.report.accountability.supplier_page import supplier_page

_FORMATS: Final = OF_PAGES.formats


@verb(
    {
        "Read about one supplier": "report supplier groupcall",
        "Write its page for the head": "report supplier groupcall --format html=groupcall.html",
    }
)
@click.argument("name", shell_complete=from_manifests(suppliers))
@workspace_option
@school_option
@probing_options
@snapshot_options
@report_options(_FORMATS)
def command(name: str, **typed: Any) -> int:
    """Write one page about the supplier NAME, for a head.

    What it is for, whose data it has, what it can read and how that is known, and the schools where that is not as
    agreed. Exits with 4 if something could not be checked.
    """
    options = AnswerOptions(suppliers=(name,), **typed)
    read = [*options.against, options.env_file]
    wanted = report_targets(options.formats, options.output, _FORMATS, options.workspace, read)
    register = live_register(options)
    if len(register.suppliers) > 1:
        raise click.UsageError(f"{name!r} stands for {len(register.suppliers)} suppliers: name one.")
    page = supplier_page(register)
    errors: list[Any] = []
    deliver(wanted, lambda to: OF_PAGES.renderer(to.format, to.file)(page), errors.append, private=True)
    return ended(register, errors)
