"""`reconciler verify`: check what of a plan is done."""

from pathlib import Path
from typing import Any

import click

from reconciler import __version__
from reconciler.applying.plan_files import read_plan
from reconciler.applying.resume import progress_of
from reconciler.applying.state import ApplyState
from reconciler.cli.console import say, waiting_for
from reconciler.cli.exit_codes import Exit
from reconciler.cli.help import verb
from reconciler.cli.operator.session import apply_inputs, exit_of_state
from reconciler.cli.options.general import probing_options, workspace_option
from reconciler.cli.options.service import ServiceOptions
from reconciler.cli.output.destinations import write_to
from reconciler.cli.output.overwrite_guard import refuse_overwriting
from reconciler.cli.output.renderers import text_style
from reconciler.cli.signals import GO_ON, stopped_by
from reconciler.journal.file import read_sound_journal
from reconciler.report.outcomes import render_outcomes, render_outcomes_json
from reconciler.state_folder.paths import journal_of

_FILE = click.Path(path_type=Path, dir_okay=False)


@verb(
    {
        "Check what of a plan is done": "verify plan.json",
        "The same for a program": "verify plan.json --format json",
    },
)
@click.argument("plan", type=_FILE)
@workspace_option
@probing_options
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--output", type=_FILE, help="Write the outcomes to this file instead of stdout.")
@click.option("-q", "--quiet", is_flag=True, help="No progress and no remarks on stderr; errors stay.")
def command(plan: Path, form: str, output: Path | None, **typed: Any) -> int:
    """Check what of PLAN is done, and say how that is proven.

    Every access that PLAN has work for is probed. What the journal says was done and a probe denies is contradicted.
    Nothing is written down. If a line of the journal was altered, nothing is verified.

    \b
    Exit codes:
      0  everything is verified
      2  everything is verified, and something else differs there
      4  something could not be checked, now or when PLAN was made
      5  steps are waiting for a person
    """
    options = ServiceOptions(**typed)
    refuse_overwriting([output], options.workspace, [plan, options.env_file])
    with waiting_for(plan):
        saved = read_plan(plan)
    begun = progress_of(read_sound_journal(journal_of(options.workspace)).entries)
    try:
        state = apply_inputs(options).state(saved)
    except KeyboardInterrupt:
        say(f"Stopped by {stopped_by()}. Nothing was checked, and nothing was changed. {GO_ON}")
        return Exit.FAILED
    for progress in begun:
        if progress.fingerprint == saved.plan.fingerprint:
            state.answers |= progress.answers
    write_to(output, _rendered(state, form, output), private=True)
    return exit_of_state(state)


def _rendered(state: ApplyState, form: str, output: Path | None) -> str:
    if form == "json":
        return render_outcomes_json(state.whole, state.outcomes, state.now.others, state.not_seen, version=__version__)
    return render_outcomes(state.outcomes, state.now.others, state.not_seen, **text_style(output))
