"""`reconciler apply`: a person carries out a plan page by page, and probes prove it."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from reconciler import workflow
from reconciler.applying.opening import begun, plan_now, state_to_begin, state_to_resume
from reconciler.applying.plan_files import approval_of, read_plan
from reconciler.applying.preflight import ApplyInputs, resume, unneeded
from reconciler.applying.resume import open_applies
from reconciler.applying.run import ApplyRun, ApplyServices
from reconciler.applying.state import ApplyState
from reconciler.cli.clock import clock
from reconciler.cli.completing import from_manifests, limits
from reconciler.cli.console import at_terminal, say, tell, waiting_for
from reconciler.cli.exit_codes import Exit
from reconciler.cli.help import verb
from reconciler.cli.operator.session import (
    DONE,
    apply_inputs,
    approve_here,
    exit_of_state,
    run_at_terminal,
    say_what_is_withdrawn,
    tell_outcomes,
)
from reconciler.cli.operator.terminal import terminal_services
from reconciler.cli.operator_name import operator_name
from reconciler.cli.options.general import probing_options, runbook_options, selection_options, workspace_option
from reconciler.cli.options.service import ServiceOptions
from reconciler.cli.output.overwrite_guard import refuse_overwriting
from reconciler.cli.output.reports import write_runbook
from reconciler.invisible import is_seen
from reconciler.journal.file import Journal, read_journal, read_sound_journal
from reconciler.model.journal import JournalEntry
from reconciler.model.plan import SavedPlan
from reconciler.planning.approved.due import due
from reconciler.report.outcomes import not_seen_line
from reconciler.report.runbooks.phrases import NOTHING
from reconciler.review import commit_of
from reconciler.state_folder.lock import alone
from reconciler.state_folder.paths import journal_of, lock_of


@verb(
    {
        "Carry out what differs now, page by page": "apply",
        "Carry out a plan that was approved": "apply plan.json",
        "Go on where the last apply was stopped": "apply --resume",
        "Print the clicks as a page to tick off, and do nothing": "apply plan.json --format html --output runbook.html",
    },
)
@click.argument("plan", type=click.Path(path_type=Path, dir_okay=False), required=False)
@workspace_option
@selection_options
@click.option(
    "--accept",
    multiple=True,
    metavar="LIMIT",
    shell_complete=from_manifests(limits),
    help="Exceed this limit of the Workspace; may be repeated.",
)
@click.option("--resume", is_flag=True, help="Go on with the last apply that was stopped.")
@click.option("--yes", is_flag=True, help="Without PLAN: start without typing a confirmation.")
@click.option("--as", "who", metavar="NAME", help="Who does it. [default: git's user.name, or the system's user]")
@probing_options
@runbook_options
@click.option("-q", "--quiet", is_flag=True, help="No progress and no remarks on stderr; errors stay.")
def command(
    plan: Path | None, accept: tuple[str, ...], who: str | None, style: str, output: Path | None, **typed: Any
) -> int:
    """Carry out a plan by hand, page by page, and check the result.

    The plan is PLAN, which `plan --out` wrote, or what differs now.

    Bromcom has no API for this, so you make the changes yourself. You see each page with the clicks on it and answer
    done, skip or stop. Then the accesses of that page are probed, and you are asked to confirm what cannot be checked
    remotely. The journal in the folder .reconciler records all of it, and --resume goes on from there.

    A plan is refused if Bromcom or the manifests changed since it was made, or if it exceeds a limit that --accept does
    not name. Without a terminal, or with --format or --output, the runbook is written and nothing else is done.

    \b
    Exit codes:
      0  everything is verified
      2  everything is verified, and something else differs
      3  refused, and nothing was changed
      4  something could not be checked, now or when the plan was made
      5  steps are waiting for a person
    """
    selection = workflow.Selection(typed.pop("schools"), typed.pop("suppliers"))
    resume, yes = typed.pop("resume"), typed.pop("yes")
    options = ApplyOptions(plan, accept, who, resume, yes, selection, ServiceOptions(**typed))
    _refuse_contradictions(options)
    refuse_overwriting([output], options.service.workspace, [plan, options.service.env_file])
    return _lead(options) if _is_at_work() else _hand_out(options, style, output)


@dataclass(frozen=True, slots=True)
class ApplyOptions:
    """The options as they were typed. `selection` is the scope of a plan that is made here."""

    plan: Path | None
    accept: tuple[str, ...]
    who: str | None
    resume: bool
    yes: bool
    selection: workflow.Selection
    service: ServiceOptions


def _refuse_contradictions(options: ApplyOptions) -> None:
    if options.plan and options.resume:
        raise click.UsageError("--resume goes on with the plan that was begun: leave PLAN out.")
    if (options.plan or options.resume) and (options.selection.schools or options.selection.suppliers):
        raise click.UsageError("--school and --supplier are for a new plan: an approved plan is carried out whole.")
    if options.resume and options.accept:
        raise click.UsageError("--accept is for the beginning: the journal holds what was accepted then.")


def _is_at_work() -> bool:
    """Tell if a person is at the terminal who did not ask for a runbook to read instead."""
    context = click.get_current_context()
    typed = (context.get_parameter_source(name) is ParameterSource.COMMANDLINE for name in ("style", "output"))
    return at_terminal(sys.stdin) and at_terminal(sys.stdout) and not any(typed)


def _lead(options: ApplyOptions) -> int:
    """Lead the person through the pages, as the only one who applies in this workspace."""
    workspace = options.service.workspace
    who = (operator_name(workspace, "--as") if options.who is None else options.who).strip()
    if not is_seen(who):
        raise click.UsageError("--as is empty: give a name.")
    with alone(lock_of(workspace), who, clock()()):
        journal = Journal(journal_of(workspace), who, clock())
        inputs = apply_inputs(options.service)
        services = terminal_services(workspace, who, journal, inputs.desired, clock())
        run = _run(options, inputs, services)
        return run_at_terminal(run, quiet=options.service.quiet) if isinstance(run, ApplyRun) else run


def _run(options: ApplyOptions, inputs: ApplyInputs, services: ApplyServices) -> ApplyRun | Exit:
    """Begin or resume an apply; if there is nothing to do, say so and begin nothing."""
    entries = services.journal.entries
    if options.resume:
        _, state, progress = state_to_resume(inputs, entries, options.service.workspace)
        return resume(state, progress, services)
    if open_applies(entries, inputs.clock()):
        say("Another apply that was begun here is not finished. To go on with that: `reconciler apply --resume`.")
    saved = _approved(options, inputs)
    state = _state_of(saved, options, inputs, entries)
    if state.is_done:
        tell(f"{DONE if due(saved.plan) else NOTHING}\n")
        return tell_outcomes(state)
    workspace = options.service.workspace
    commit = commit_of(workspace, inputs.desired, inputs.clock())
    return begun(state, saved, services, workspace, accepted=options.accept, commit=commit)


def _approved(options: ApplyOptions, inputs: ApplyInputs) -> SavedPlan:
    """Read the plan of the file, or make one now, show it and have it confirmed."""
    if options.plan:
        return _read(options.plan)
    return approve_here(plan_now(options.selection, inputs), inputs, options.accept, ask=not options.yes)


def _state_of(
    saved: SavedPlan, options: ApplyOptions, inputs: ApplyInputs, entries: Sequence[JournalEntry]
) -> ApplyState:
    """Return the state of a plan that may be carried out now, and remark on limits that were accepted for nothing."""
    for name in unneeded(saved.plan, inputs.desired, options.accept):
        say(f"--accept {name}: the plan exceeds no limit of that name.")
    return state_to_begin(saved, inputs, entries, options.accept)


def _hand_out(options: ApplyOptions, style: str, output: Path | None) -> int:
    """Write the runbook of what is left to do, and begin nothing: there is no person to say that it is done."""
    inputs = apply_inputs(options.service)
    journal = journal_of(options.service.workspace)
    if options.resume:
        _, state, _ = state_to_resume(inputs, read_sound_journal(journal).entries, options.service.workspace)
    else:
        plan, now = options.plan, inputs.clock()
        saved = _read(plan) if plan else approval_of(plan_now(options.selection, inputs), now)
        state = _state_of(saved, options, inputs, read_journal(journal).entries)
    write_runbook(state.whole_runbook, style, output, options.plan)
    if due(state.now.left):
        return Exit.WAITING
    say_what_is_withdrawn(state)
    if state.not_seen:
        say(not_seen_line(state.not_seen))
    return exit_of_state(state)


def _read(plan: Path) -> SavedPlan:
    with waiting_for(plan):
        return read_plan(plan)
