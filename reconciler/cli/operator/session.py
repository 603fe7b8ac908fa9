"""An apply at the terminal, around its pages: a plan is made, shown and approved; at the end, its outcomes."""

from collections.abc import Collection
from typing import Final

import click

from reconciler import __version__
from reconciler.applying.opening import Confirmation, confirmation_of
from reconciler.applying.plan_files import approval_of
from reconciler.applying.preflight import ApplyInputs, refuse_breaches
from reconciler.applying.run import ApplyResult, ApplyRun
from reconciler.applying.state import ApplyState
from reconciler.cli.clock import clock
from reconciler.cli.console import say, say_problems, tell, watching
from reconciler.cli.exit_codes import Exit, exit_of, exit_of_outcomes
from reconciler.cli.options.service import ServiceOptions, service_reader
from reconciler.cli.output.destinations import ReportTarget
from reconciler.cli.output.renderers import text_style
from reconciler.cli.output.reports import write_reports
from reconciler.cli.output.working_logins import remembered_logins
from reconciler.errors import ManifestError, ReconcilerError
from reconciler.model.desired import Desired
from reconciler.model.live import Live
from reconciler.model.outcome import Verified
from reconciler.model.plan import Plan, SavedPlan
from reconciler.planning.approved.due import due
from reconciler.report.effort import effort
from reconciler.report.input import ReportInput, ReportKind
from reconciler.report.labels import plural
from reconciler.report.outcomes import render_outcomes
from reconciler.workflow import books, desired_of, proving, sensitivity

_TRIES: Final = 2


def apply_inputs(service: ServiceOptions) -> ApplyInputs:
    """Read the manifests, and prepare to read the live side with its progress shown."""
    now = clock()
    manifests = desired_of(service.workspace, now())

    def read_live(desired: Desired) -> Live:
        with watching(service.quiet) as progress:
            return service_reader(service, progress, [manifests])(desired)

    return ApplyInputs(
        manifests, proving(read_live, lambda: remembered_logins(service.workspace, manifests.workspace)), now
    )


def approve_here(plan: Plan, inputs: ApplyInputs, accepted: Collection[str], *, ask: bool) -> SavedPlan:
    """Show a plan that was just made and, if `ask`, have it confirmed.

    Leaves the command if there is nothing to do, or if the person types anything else. Raises PlanRefused if the plan
    exceeds a limit that was not accepted.
    """
    _show(plan)
    wanted = confirmation_of(plan)
    if not wanted.facts:
        click.get_current_context().exit(exit_of(plan))
    refuse_breaches(plan, inputs.desired, accepted)
    if ask and not _confirmed(wanted):
        say("Nothing was started, and nothing was changed.")
        click.get_current_context().exit(Exit.WAITING)
    return approval_of(plan, inputs.clock())


def _show(plan: Plan) -> None:
    errors: list[ReconcilerError] = []
    material = ReportInput(plan, ReportKind.PLAN, __version__, sensitivity(), effort=lambda: effort(books(plan)))
    write_reports(material, [ReportTarget("text", None)], errors.append)
    for error in errors:
        raise error


def _confirmed(wanted: Confirmation) -> bool:
    """Tell if the person types how much it is. One slip is no refusal."""
    changes = wanted.facts - wanted.looks
    looks = f" ({changes} to change, {wanted.looks} to check in Bromcom)" if wanted.looks else ""
    question = f"\nType `{wanted.words}` to work on {plural(wanted.facts, 'fact')}{looks} by hand, page by page:"
    for _ in range(_TRIES):
        typed: str = click.prompt(question, default="", show_default=False, prompt_suffix=" ", err=True)
        if wanted.is_given_by(typed):
            return True
        if not typed.strip():
            break
        question = f"Please type `{wanted.words}`, or press Enter to leave:"
    return False


DONE: Final = "Everything in this plan is done."
_STOPPED: Final = "Stopped. Your answers are in the journal. To go on: `reconciler apply --resume`."
_ELSEWHERE: Final = "This checked only what the plan is about. To check everything: `reconciler plan`."


def run_at_terminal(run: ApplyRun, *, quiet: bool) -> Exit:
    """Go through the pages, and report the outcomes. However that is broken off, the journal knows where to go on."""
    try:
        result = run.to_the_end()
    except (KeyboardInterrupt, click.Abort):
        say(f"\n{_STOPPED}")
        return Exit.WAITING
    except ManifestError as error:  # one was changed meanwhile
        say_problems(error.problems)
        say(
            f"Stopped: {error}. Correct the errors above. Your answers are in the journal. "
            "To go on: `reconciler apply --resume`."
        )
        return Exit.FAILED
    except ReconcilerError:  # the command says at its end what is wrong
        say(f"\n{_STOPPED}")
        raise
    code = tell_outcomes(run.state)
    if result.stopped:
        say(_STOPPED)
        return Exit.WAITING
    say_what_is_withdrawn(run.state)
    _say_what_is_left(result)
    if not quiet:
        say(_ELSEWHERE)
    return code


def tell_outcomes(state: ApplyState) -> Exit:
    """Print the outcomes of a plan; return the exit code."""
    tell("\n" + render_outcomes(state.outcomes, state.now.others, state.not_seen, **text_style(None)))
    return exit_of_state(state)


def exit_of_state(state: ApplyState) -> Exit:
    """Return the exit code of a plan as far as it is carried out; if nothing was due, the plan's own."""
    if not due(state.approved):
        return exit_of(state.whole)
    return exit_of_outcomes(state.outcomes, state.now.others, state.not_seen)


def say_what_is_withdrawn(state: ApplyState) -> None:
    """Say how much of the plan is not done and no longer asked for, which no page is left for."""
    if state.withdrawn:
        facts = plural(len(state.withdrawn), "fact")
        say(f"{facts} of this plan: not done, and no longer asked for by the manifests.")


def _say_what_is_left(result: ApplyResult) -> None:
    left = sum(not isinstance(outcome, Verified) for outcome in result.outcomes)
    if not result.finished:
        say("Not finished: some facts could not be checked. To check them later: `reconciler apply --resume`.")
    elif left:
        say(f"{left} left. To plan them again: `reconciler apply`.")
