"""`reconciler verify`: what of a plan is done, as a probe sees it now."""

from pathlib import Path
from typing import Any

import click

from reconciler import __version__
from reconciler.applying.not_seen import not_seen
from reconciler.applying.resume import progress_of
from reconciler.applying.state import ApplyState
from reconciler.cli.console import say, tell
from reconciler.cli.exit_codes import Exit
from reconciler.cli.operator.approval import apply_inputs
from reconciler.cli.operator.ending import exit_of_work
from reconciler.cli.options.general import probing_options, workspace_option
from reconciler.cli.options.service import ServiceOptions
from reconciler.cli.output.overwrite_guard import refuse_overwriting
from reconciler.cli.output.plan_files import read_plan
from reconciler.cli.output.renderers import text_style
from reconciler.cli.signals import GO_ON, stopped_by
from reconciler.files import write_text_atomically
from reconciler.journal.file import read_sound_journal
from reconciler.report.outcomes import render_outcomes
from reconciler.state_folder.paths import journal_of

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("plan", type=_FILE)
@workspace_option
@probing_options
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--output", type=_FILE, help="Write the outcomes here, and not to stdout.")
@click.option("-q", "--quiet", is_flag=True, help="No progress and no remarks on stderr; errors stay.")
def command(plan: Path, form: str, output: Path | None, **asking: Any) -> int:
    """Check what of PLAN is done, and say how that is proven.

    What the journal says was confirmed and a probe denies is told as contradicted. Nothing is written down. Exits with
    0 where all of it is verified, 5 where something waits for a person, 2 where all is done and something else differs
    there, 4 where something could not be found out, or could not be seen: when PLAN was made, or now. A journal in
    which a line does not fit is told, and nothing is verified by it.
    """
    asked = ServiceOptions(**asking)
    refuse_overwriting([output], asked.workspace, [plan, asked.env_file])
    saved = read_plan(plan)
    begun = progress_of(read_sound_journal(journal_of(asked.workspace)).entries)
    try:
        work = apply_inputs(asked).work(saved)
    except KeyboardInterrupt:
        say(f"Stopped by {stopped_by()}: nothing was found out, and nothing was changed. {GO_ON}")
        return Exit.FAILED
    for progress in begun:
        if progress.fingerprint == saved.plan.fingerprint:
            work.said |= progress.said
    _write(_rendered(work, form, output), output)
    return exit_of_work(work)


def _rendered(work: ApplyState, form: str, output: Path | None) -> str:
    missed = not_seen(work.whole, work.fresh)
    if form == "json":
        from reconciler.report.outcomes import render_outcomes_json

        return render_outcomes_json(work.whole, work.outcomes, work.others, missed, version=__version__)
    return render_outcomes(work.outcomes, work.others, missed, **text_style(output))


def _write(text: str, output: Path | None) -> None:
    if output:
        write_text_atomically(output, text, private=True)
    else:
        tell(text)
