"""`reconciler apply`: a plan is carried out by a person, page by page, and proven by probes."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from reconciler import workflow
from reconciler.applying.not_seen import not_seen
from reconciler.applying.preflight import ApplyInputs, approved_state, begin, resume, resumed_state, unneeded
from reconciler.applying.resume import newest_begun, open_applies
from reconciler.applying.run import ApplyRun, ApplyServices
from reconciler.applying.state import ApplyState
from reconciler.cli.clock import clock
from reconciler.cli.console import at_terminal, say, tell
from reconciler.cli.exit_codes import Exit
from reconciler.cli.operator.approval import apply_inputs, approve_here
from reconciler.cli.operator.capabilities import terminal_services
from reconciler.cli.operator.ending import DONE, exit_of_work, say_what_is_withdrawn, tell_outcomes, walked
from reconciler.cli.operator_name import operator_name
from reconciler.cli.options.general import probing_options, selection_options, workspace_option
from reconciler.cli.options.service import ServiceOptions
from reconciler.cli.output.overwrite_guard import refuse_overwriting
from reconciler.cli.output.plan_files import approval_of, keep_plan, kept_plan, read_plan
from reconciler.cli.output.runbooks import runbook_options, write_runbook
from reconciler.errors import PlanRefused, PlanStale
from reconciler.journal.file import Journal, read_journal, read_sound_journal
from reconciler.model.invisible import is_seen
from reconciler.model.journal import JournalEntry
from reconciler.model.plan import Plan, SavedPlan
from reconciler.planning.approved.due import due
from reconciler.report.outcomes import not_seen_line
from reconciler.report.runbooks.phrases import NOTHING
from reconciler.state_folder.lock import alone
from reconciler.state_folder.paths import journal_of, lock_of, plans_of


@click.command()
@click.argument("plan", type=click.Path(path_type=Path, dir_okay=False), required=False)
@workspace_option
@selection_options
@click.option("--accept", multiple=True, metavar="LIMIT", help="Go over this limit of the Workspace; may be repeated.")
@click.option("--resume", is_flag=True, help="Go on with the last apply that was stopped or broken off.")
@click.option("--yes", is_flag=True, help="Without PLAN: carry out what differs, without typing how much that is.")
@click.option("--as", "who", metavar="NAME", help="Who does it. [default: git's user.name, or the system's user]")
@probing_options
@runbook_options
@click.option("-q", "--quiet", is_flag=True, help="No progress and no remarks on stderr; errors stay.")
def command(
    plan: Path | None, accept: tuple[str, ...], who: str | None, style: str, output: Path | None, **typed: Any
) -> int:
    """Carry out a plan by hand, page by page, and check the result.

    The plan is PLAN, which `plan --out` wrote, or what differs now.

    Bromcom has no API for it, so that you do it: each page is shown with what to click on it, you say done, skip or
    stop, and the accesses that it touched are probed at once. What no probe can see you are asked to vouch for. All of
    it goes into the journal, and --resume goes on from there.

    What is not due any more as it was approved is refused, and so is what goes over a limit that --accept does not
    name. Where nobody sits at a terminal, and with --format or --output, the runbook is written and nothing else done.
    The journal is in the folder .reconciler, which git is told to leave out: it says what is live.

    \b
    Exit codes: 0 all of it is verified; 2 it is, and more differs; 3 refused;
    4 something could not be found out, or was not seen when it was planned;
    5 steps wait for a person.
    """
    scope = {name: typed.pop(name) for name in ("schools", "suppliers")}
    resume, yes = typed.pop("resume"), typed.pop("yes")
    order = ApplyOptions(plan, accept, who, resume, yes, **scope, asking=ServiceOptions(**typed))
    _refuse_contradictions(order)
    refuse_overwriting([output], order.asking.workspace, [plan, order.asking.env_file])
    return _lead(order) if _is_at_work() else _hand_out(order, style, output)


@dataclass(frozen=True, slots=True)
class ApplyOptions:
    """What was typed. `schools` and `suppliers` are the scope of what is planned here."""

    plan: Path | None
    accept: tuple[str, ...]
    who: str | None
    resume: bool
    yes: bool
    schools: tuple[str, ...]
    suppliers: tuple[str, ...]
    asking: ServiceOptions


def _refuse_contradictions(order: ApplyOptions) -> None:
    if order.plan and order.resume:
        raise click.UsageError("--resume goes on with the plan that was begun: leave PLAN out.")
    if (order.plan or order.resume) and (order.schools or order.suppliers):
        raise click.UsageError("--school and --supplier choose what to plan; what was approved is carried out whole.")
    if order.resume and order.accept:
        raise click.UsageError("--accept is for the beginning: the journal holds what was accepted then.")


def _is_at_work() -> bool:
    """Whether a person sits there to be led, who did not ask for a runbook to read instead."""
    context = click.get_current_context()
    asked = (context.get_parameter_source(name) is ParameterSource.COMMANDLINE for name in ("style", "output"))
    return at_terminal(sys.stdin) and at_terminal(sys.stdout) and not any(asked)


def _lead(order: ApplyOptions) -> int:
    """Lead the person through the pages, as the only one who applies in this workspace."""
    workspace = order.asking.workspace
    who = (operator_name(workspace, "--as") if order.who is None else order.who).strip()
    if not is_seen(who):
        raise click.UsageError("--as is empty: say who does it.")
    with alone(lock_of(workspace), who):
        journal = Journal(journal_of(workspace), who, clock())
        sides = apply_inputs(order.asking)
        powers = terminal_services(workspace, who, journal, sides.desired.limits.word_days, clock())
        walk = _walk(order, sides, powers)
        return walked(walk, quiet=order.asking.quiet) if isinstance(walk, ApplyRun) else walk


def _walk(order: ApplyOptions, sides: ApplyInputs, powers: ApplyServices) -> ApplyRun | Exit:
    """The way through the pages: of a plan that is approved, or the rest of one that was begun. Where there is nothing
    to do, or to go on with, it is told so, and nothing is begun."""
    plans = plans_of(order.asking.workspace)
    if order.resume:
        progress = newest_begun(powers.journal.entries, sides.clock())
        saved = kept_plan(progress.fingerprint, plans)
        return resume(resumed_state(saved, progress, sides), progress, powers)
    if open_applies(powers.journal.entries, sides.clock()):
        say("An apply that was begun here is not finished: `reconciler apply --resume` would go on with it.")
    saved = _approved(order, sides)
    work = _work(order, saved, sides, lambda: powers.journal.entries)
    if work.is_done:
        tell(f"{DONE if due(saved.plan) else NOTHING}\n")
        return tell_outcomes(work)
    return begin(work, saved, powers, plan_file=keep_plan(saved, plans), accepted=order.accept)


def _approved(order: ApplyOptions, sides: ApplyInputs) -> SavedPlan:
    """The plan of the file, or one that is made now, shown and confirmed."""
    if order.plan:
        return read_plan(order.plan)
    return approve_here(_planned(order, sides), sides, order.accept, ask=not order.yes)


def _planned(order: ApplyOptions, sides: ApplyInputs) -> Plan:
    """The plan of what differs now; a part of one is nothing to go by."""
    wanted = workflow.Selection(order.schools, order.suppliers).of(sides.desired)
    made = workflow.plan_of(wanted, sides.read_live(wanted), sides.clock().date())
    if made.interrupted:
        raise KeyboardInterrupt
    return made


def _work(
    order: ApplyOptions, saved: SavedPlan, sides: ApplyInputs, entries: Callable[[], Sequence[JournalEntry]]
) -> ApplyState:
    """The work of a plan that may be carried out now; a name that opens no limit of it is remarked on. One that was
    begun, so that a part of it is done, leads to --resume: that it is not due any more as it was is no news."""
    for name in unneeded(saved.plan, sides.desired, order.accept):
        say(f"--accept {name}: the plan goes over no limit of that name.")
    try:
        return approved_state(saved, sides, order.accept)
    except PlanStale:
        begun = {progress.fingerprint for progress in open_applies(entries(), sides.clock())}
        if saved.plan.fingerprint not in begun:
            raise
    raise PlanRefused(
        "this plan was begun here and is not finished, and some of it is different by now. Nothing was changed: "
        "go on with `reconciler apply --resume`."
    )


def _hand_out(order: ApplyOptions, style: str, output: Path | None) -> int:
    """Write the runbook of what there is to do, and begin nothing: nobody is there who could say that it is done."""
    sides = apply_inputs(order.asking)
    if order.resume:
        work = _begun(order, sides)
    else:
        saved = read_plan(order.plan) if order.plan else approval_of(_planned(order, sides), sides.clock())
        work = _work(order, saved, sides, lambda: read_journal(journal_of(order.asking.workspace)).entries)
    write_runbook(work.whole_runbook, style, output, order.plan)
    if due(work.left):
        return Exit.WAITING
    say_what_is_withdrawn(work)
    missed = not_seen(work.whole, work.fresh)
    if missed:
        say(not_seen_line(missed))
    return exit_of_work(work)


def _begun(order: ApplyOptions, sides: ApplyInputs) -> ApplyState:
    """The work of the newest plan that was begun and is not finished."""
    workspace = order.asking.workspace
    progress = newest_begun(read_sound_journal(journal_of(workspace)).entries, sides.clock())
    return resumed_state(kept_plan(progress.fingerprint, plans_of(workspace)), progress, sides)
