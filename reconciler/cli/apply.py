"""`reconciler apply`: a plan is carried out by a person, page by page, and proven by probes."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from reconciler.applying.resume import newest_begun
from reconciler.cli.exits import Exit, exit_of, exit_of_outcomes
from reconciler.cli.options import probing_options, selection_options, workspace_option
from reconciler.cli.places import journal_of, lock_of, plans_of
from reconciler.cli.plan import PlanOptions
from reconciler.cli.runbooks import runbook_options, write_runbook
from reconciler.cli.sides import sides_of
from reconciler.cli.terminal import at_terminal, columns_of, paint_for, say, tell
from reconciler.errors import ReconcilerError
from reconciler.planning.part import due

if TYPE_CHECKING:
    from reconciler.applying.begin import Sides
    from reconciler.applying.resume import Progress
    from reconciler.applying.story import Powers, Walk
    from reconciler.model.plan import Plan, SavedPlan

_STOPPED = "Stopped. What you said is in the journal: `reconciler apply --resume` goes on from there."


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
    """Carry a plan out: PLAN, which `plan --out` wrote, or what differs now.

    Bromcom has no API for it, so that you do it: each page is shown with what to click on it, you say done, skip or
    stop, and the accesses that it touched are probed at once. What no probe can see you are asked to vouch for. All of
    it goes into the journal, and --resume goes on from there.

    What is not due any more as it was approved is refused, and so is what goes over a limit that --accept does not
    name. Where nobody sits at a terminal, and with --format or --output, the runbook is written and nothing else done.

    \b
    Exit codes: 0 all of it is verified; 2 it is, and more differs; 3 refused; 4 something could not be found out;
    5 steps wait for a person.
    """
    resume, yes = typed.pop("resume"), typed.pop("yes")
    options = PlanOptions(**typed, against=None, record=None, formats=(), output=None, timestamps=False, verbose=False)
    order = Order(plan, accept, who, resume, yes, options)
    _refuse_contradictions(order)
    return _lead(order) if _is_at_work() else _hand_out(order, style, output)


@dataclass(frozen=True, slots=True)
class Order:
    """What was typed. `options` say how the service is asked, and of what is planned here its scope."""

    plan: Path | None
    accept: tuple[str, ...]
    who: str | None
    resume: bool
    yes: bool
    options: PlanOptions


def _refuse_contradictions(order: Order) -> None:
    if order.plan and order.resume:
        raise click.UsageError("--resume goes on with the plan that was begun: leave PLAN out.")
    if (order.plan or order.resume) and (order.options.schools or order.options.suppliers):
        raise click.UsageError("--school and --supplier choose what to plan; what was approved is carried out whole.")
    if order.resume and order.accept:
        raise click.UsageError("--accept is for the beginning: the journal holds what was accepted then.")


def _is_at_work() -> bool:
    """Whether a person sits there to be led, who did not ask for a runbook to read instead."""
    context = click.get_current_context()
    asked = (context.get_parameter_source(name) is ParameterSource.COMMANDLINE for name in ("style", "output"))
    return at_terminal(sys.stdin) and at_terminal(sys.stdout) and not any(asked)


def _lead(order: Order) -> int:
    """Lead the person through the pages, as the only one who applies in this workspace."""
    from reconciler.cli.apply_powers import powers_at_terminal
    from reconciler.cli.identity import identity
    from reconciler.journal.file import Journal
    from reconciler.journal.lock import alone

    workspace = order.options.workspace
    who = (identity(workspace, "--as") if order.who is None else order.who).strip()
    if not who:
        raise click.UsageError("--as is empty: say who does it.")
    with alone(lock_of(workspace), who):
        journal = Journal(journal_of(workspace), who)
        return _walked(_walk(order, powers_at_terminal(workspace, who, journal)))


def _walk(order: Order, powers: Powers) -> Walk:
    """The way through the pages: of a plan that is approved, or the rest of one that was begun."""
    from reconciler.applying.begin import approved_work, begin, begun_work, resume
    from reconciler.cli.approve import keep_plan

    workspace = order.options.workspace
    sides = sides_of(order.options)
    if order.resume:
        progress = newest_begun(powers.journal.entries)
        return resume(begun_work(_kept(workspace, progress), progress, sides), progress, powers)
    saved = _approved(order, sides)
    _remark_unneeded(order, saved, sides)
    work = approved_work(saved, sides, accepted=order.accept, now=datetime.now(UTC))
    plan_file = keep_plan(saved, plans_of(workspace))
    return begin(work, saved, powers, plan_file=plan_file, accepted=order.accept)


def _approved(order: Order, sides: Sides) -> SavedPlan:
    """The plan of the file, or one that is made now, shown and confirmed."""
    from reconciler.cli.approve import approve_here, read_plan

    if order.plan:
        return read_plan(order.plan)
    return approve_here(_planned(order, sides), sides.desired, order.accept, ask=not order.yes)


def _planned(order: Order, sides: Sides) -> Plan:
    """The plan of what differs now; a part of one is nothing to go by."""
    from reconciler import workflow

    selection = workflow.Selection(order.options.schools, order.options.suppliers)
    made = workflow.plan(sides.desired, selection, sides.read_live, sides.today())
    if made.interrupted:
        raise KeyboardInterrupt
    return made


def _kept(workspace: Path, progress: Progress) -> SavedPlan:
    from reconciler.cli.approve import read_plan

    return read_plan(plans_of(workspace) / progress.plan_file)


def _remark_unneeded(order: Order, saved: SavedPlan, sides: Sides) -> None:
    from reconciler.applying.approval import unneeded

    for name in unneeded(saved.plan, sides.desired, order.accept):
        say(f"--accept {name}: the plan goes over no limit of that name.")


def _walked(walk: Walk) -> Exit:
    """Go through the pages, and tell what became of it. However that is broken off, the journal knows where."""
    from reconciler.report.outcomes import render_outcomes

    try:
        ended = walk.to_the_end()
    except (KeyboardInterrupt, click.Abort):
        say(f"\n{_STOPPED}")
        return Exit.WAITING
    except ReconcilerError:  # such as a manifest that somebody broke meanwhile; what is wrong is told last
        say(f"\n{_STOPPED}")
        raise
    paint, columns = paint_for(sys.stdout), columns_of(sys.stdout)
    tell("\n" + render_outcomes(ended.outcomes, ended.others, paint=paint, columns=columns))
    if ended.stopped:
        say(_STOPPED)
        return Exit.WAITING
    return exit_of_outcomes(ended.outcomes, ended.others)


def _hand_out(order: Order, style: str, output: Path | None) -> int:
    """Write the runbook of what there is to do, and begin nothing: nobody is there who could say that it is done."""
    from reconciler.applying.begin import approved_work, begun_work
    from reconciler.cli.approve import read_plan
    from reconciler.journal.file import read_journal
    from reconciler.model.plan import SavedPlan
    from reconciler.workflow import runbook

    workspace = order.options.workspace
    sides = sides_of(order.options)
    if order.resume:
        progress = newest_begun(read_journal(journal_of(workspace)).entries)
        saved = _kept(workspace, progress)
        work = begun_work(saved, progress, sides)
    else:
        saved = read_plan(order.plan) if order.plan else SavedPlan(_planned(order, sides), None, None)
        _remark_unneeded(order, saved, sides)
        work = approved_work(saved, sides, accepted=order.accept, now=datetime.now(UTC))
    # What is approved is the whole plan, by its own fingerprint.
    write_runbook(replace(runbook(work.left), fingerprint=saved.plan.fingerprint), style, output)
    if due(work.left):
        return Exit.WAITING
    return exit_of_outcomes(work.outcomes, work.others) if order.resume else exit_of(saved.plan)
