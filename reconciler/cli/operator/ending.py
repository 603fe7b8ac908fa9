"""The end of an apply at the terminal: the outcomes, what is left, and how to go on."""

from typing import Final

import click

from reconciler.applying.run import ApplyResult, ApplyRun
from reconciler.applying.state import ApplyState
from reconciler.cli.console import say, say_problems, tell
from reconciler.cli.exit_codes import Exit, exit_of, exit_of_outcomes
from reconciler.cli.output.renderers import text_style
from reconciler.errors import ManifestError, ReconcilerError
from reconciler.model.outcome import Verified
from reconciler.planning.approved.due import due
from reconciler.report.labels import plural
from reconciler.report.outcomes import render_outcomes

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
