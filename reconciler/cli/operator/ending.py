"""How an apply ends at the terminal: what became of it, what is left, and how to go on."""

import sys
from typing import Final

import click

from reconciler.applying.not_seen import not_seen
from reconciler.applying.run import ApplyResult, ApplyRun
from reconciler.applying.state import ApplyState
from reconciler.cli.console import columns_of, paint_for, say, say_problems, tell
from reconciler.cli.exit_codes import Exit, exit_of, exit_of_outcomes
from reconciler.errors import ManifestError, ReconcilerError
from reconciler.model.outcome import Verified
from reconciler.planning.approved.due import due
from reconciler.report.labels import plural
from reconciler.report.outcomes import render_outcomes

DONE: Final = "All of this plan is done."
_STOPPED: Final = "Stopped. What you said is in the journal: `reconciler apply --resume` goes on from there."
_ELSEWHERE: Final = "A wrong click elsewhere shows only in a new plan: run `reconciler plan`."


def walked(walk: ApplyRun, *, quiet: bool) -> Exit:
    """Go through the pages, and tell what became of it. However that is broken off, the journal knows where."""
    try:
        ended = walk.to_the_end()
    except (KeyboardInterrupt, click.Abort):
        say(f"\n{_STOPPED}")
        return Exit.WAITING
    except ManifestError as error:  # somebody broke one meanwhile
        say_problems(error.problems)
        say(
            f"Stopped by {error}. Mend the errors above: what you said is in the journal, and "
            f"`reconciler apply --resume` goes on from there."
        )
        return Exit.FAILED
    except ReconcilerError:  # what is wrong is told last
        say(f"\n{_STOPPED}")
        raise
    code = tell_outcomes(walk.work)
    if ended.stopped:
        say(_STOPPED)
        return Exit.WAITING
    say_what_is_withdrawn(walk.work)
    _say_what_is_left(ended)
    if not quiet:
        say(_ELSEWHERE)
    return code


def tell_outcomes(work: ApplyState) -> Exit:
    """Tell what became of a plan; the exit code."""
    paint, columns, missed = paint_for(sys.stdout), columns_of(sys.stdout), not_seen(work.whole, work.fresh)
    tell("\n" + render_outcomes(work.outcomes, work.others, missed, paint=paint, columns=columns))
    return exit_of_work(work)


def exit_of_work(work: ApplyState) -> Exit:
    """The exit code of a plan as far as it is carried out; of one in which nothing was due, the plan's own."""
    if not due(work.approved):
        return exit_of(work.whole)
    return exit_of_outcomes(work.outcomes, work.others, not_seen(work.whole, work.fresh))


def say_what_is_withdrawn(work: ApplyState) -> None:
    """Say how much of what was approved is not done, and is asked for no more, so that no page is left for it."""
    withdrawn = len(work.withdrawn)
    if withdrawn:
        say(f"Not done, and not asked for by the manifests any more: {plural(withdrawn, 'fact')} of this plan.")


def _say_what_is_left(ended: ApplyResult) -> None:
    left = sum(not isinstance(outcome, Verified) for outcome in ended.outcomes)
    if not ended.finished:
        say("Not finished: once what could not be found out can be asked, `reconciler apply --resume` goes on.")
    elif left:
        say(f"{left} left: `reconciler apply` plans it anew.")
