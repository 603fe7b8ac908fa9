"""`reconciler drift`: the plan, read from the other side.

What a drift run does beside its reports: it remembers what it saw, tells people where there is news, then watchers.

| what did not arrive, or was not there         | the run ends with                                 |
|-----------------------------------------------|---------------------------------------------------|
| a notification, or it could not be kept       | 1, and sends no heartbeat: so the watcher alarms  |
| a heartbeat, and never will (file, address)   | 1: nobody else would say so                       |
| a heartbeat, and it may another time          | 1 instead of 0; 2 and 4 stay what they are        |
| a password, or any view at all                | 1, whatever else it found; the heartbeat is sent  |

What a run found is worth more than a watcher's bad night, so a heartbeat that got lost takes no exit code from drift;
but 0 is what nobody looks at. A receiver that does not answer holds the run up for less than half a minute.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.clock import clock
from reconciler.cli.commands.plan import plan_and_report
from reconciler.cli.console import say, waiting_for
from reconciler.cli.exit_codes import Exit
from reconciler.cli.options.general import planning_options
from reconciler.cli.options.notifications import NoticeOptions, notice_options, refuse_without_notify
from reconciler.cli.options.plan_and_drift import PlanOptions
from reconciler.cli.output.overwrite_guard import refuse_no_heartbeat, refuse_overwriting
from reconciler.cli.output.renderers import OF_NOTIFICATIONS
from reconciler.cli.signals import stopped_by
from reconciler.errors import InputError, Undelivered
from reconciler.model.drift_news import Recalled
from reconciler.report.input import DRIFT
from reconciler.report.night_faults import night_faults
from reconciler.state_folder.paths import told_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from reconciler.codec.drift_file import DriftFile
    from reconciler.errors import ReconcilerError
    from reconciler.model.plan import GoneAccount, Plan
    from reconciler.notifications.destination import WebAddress
    from reconciler.notifications.notify import NotificationJob, Subscriber
    from reconciler.notifications.state_file import StateFile
    from reconciler.notifications.webhook import RetryPolicy
    from reconciler.planning.drift_news import ObservedScope
    from reconciler.report.input import ReportInput
    from reconciler.secrets.environment import Environment


@click.command()
@planning_options
@notice_options
def command(
    heartbeat: tuple[str, ...],
    notify: tuple[str, ...],
    notify_as: tuple[str, ...],
    notify_always: bool,
    state: Path | None,
    **options: Any,
) -> int:
    """Report how Bromcom moved away from the manifests.

    The same comparison as `plan`, in words for a nightly job. Exits with 0 where nothing moved, 2 where something did,
    4 where nothing is seen to have moved but something could not be known.

    A heartbeat tells a watcher that the job came to its end: a run that fails sends none, so that its silence alarms. A
    notification tells people what is new since the last one, and nothing where nothing is.
    """
    typed = PlanOptions(**options)
    notices = NoticeOptions(heartbeat, notify, notify_as, notify_always, state)
    return plan_and_report(typed, DRIFT, after=after_drift(typed, notices))


@dataclass(frozen=True, slots=True)
class DriftFollowUp:
    """What to remember, what to send, and where. `memory` is None where nobody named one; `said` are the errors that
    were told already."""

    variables: tuple[str, ...]
    heartbeats: tuple[WebAddress | Path, ...]
    notifying: NotificationJob | None
    memory: StateFile | None
    looked: ObservedScope
    patience: RetryPolicy
    quiet: bool
    said: list[str] = field(default_factory=list)

    @property
    def files(self) -> Sequence[Path]:
        """The files that it writes."""
        memory = [self.memory.file] if self.memory else []
        return [*(where for where in self.heartbeats if isinstance(where, Path)), *memory]

    def recall(
        self, plan: Plan, gone: Sequence[GoneAccount], today: date, lost: Callable[[ReconcilerError], None]
    ) -> Recalled:
        """Remember what this run saw, and give what earlier ones say of what it did not see; `lost` hears why that
        cannot be. A part of a picture is not remembered; `gone` are accounts of which somebody says so."""
        from reconciler.planning.drift_memory import recall, remember
        from reconciler.planning.renames import renames_since

        if self.memory is None or plan.interrupted:
            return Recalled()

        def after(last: DriftFile) -> DriftFile:
            known = last.renamed(renames_since(last.remembered.accounts, plan))
            return replace(known, remembered=remember(known.remembered, plan, self.looked, today, gone))

        try:
            return recall(self.memory.remember(plan.workspace, after), plan, self.looked)
        except InputError as error:
            self.said.append(str(error))
            lost(error)
            return Recalled()

    def __call__(self, material: ReportInput, code: Exit) -> Exit:
        """Send it, say what did not arrive, and give the exit code: see the table above."""
        if material.plan.interrupted:  # a part of a picture is news to nobody
            return code
        faults = list(night_faults(material.plan))
        for fault in faults:
            say(f"Error: {fault}")
        try:
            code = self._told(material, code)
        except KeyboardInterrupt:
            say(
                f"Stopped by {stopped_by()} while the notifications and heartbeats were sent: the last may or may not "
                "have arrived. A notification that nobody confirmed is sent again the next time."
            )
            return Exit.FAILED
        return Exit.FAILED if faults else code

    def _told(self, material: ReportInput, code: Exit) -> Exit:
        lost = self._notify(material)
        code = Exit.FAILED if lost else code
        if code is not Exit.FAILED:
            return self._beat(material, code)
        if self.heartbeats:
            say("No heartbeat was sent, since the run failed.")
        return code

    def _notify(self, material: ReportInput) -> bool:
        """Whether anything of it got lost."""
        if self.notifying is None:
            return False
        from reconciler.notifications.notify import notify

        lost: list[ReconcilerError] = []

        def told(error: ReconcilerError) -> None:  # at once: Ctrl-C may end what follows
            if str(error) not in self.said:
                say(f"Error: {error}")
            lost.append(error)

        notify(material, self.notifying, _silent if self.quiet else say, told)
        return bool(lost)

    def _beat(self, material: ReportInput, found: Exit) -> Exit:
        code = found
        for where in self.heartbeats:
            from reconciler.notifications.notify import send_heartbeat

            try:
                send_heartbeat(material, where, clock()(), self.patience)
                if isinstance(where, Path) and not self.quiet:
                    say(f"Wrote the heartbeat {where}.")
            except Undelivered as error:
                say(f"Error: {error} No heartbeat arrived there.")
                code = Exit.FAILED if error.for_good or found is Exit.OK else code
        return code


def after_drift(typed: PlanOptions, notices: NoticeOptions) -> DriftFollowUp | None:
    """What follows the run as it was typed; None where nothing does. Raises click.UsageError for what cannot be meant,
    and InputError for an address in the environment that cannot be used: before anything is asked."""
    refuse_without_notify(notices)
    if typed.against:
        _refuse_of_a_snapshot(notices)
        return None
    from reconciler.notifications.destination import ENVIRONMENT  # loads aiohttp: --help needs none of it
    from reconciler.notifications.webhook import RetryPolicy
    from reconciler.planning.drift_news import ObservedScope
    from reconciler.secrets.environment import environment

    with waiting_for(typed.env_file, quiet=typed.quiet):
        known = environment(os.environ, typed.env_file)
    patience = RetryPolicy()
    heartbeats = tuple(_receiver("--heartbeat", written, known) for written in notices.heartbeat)
    files = [where for where in heartbeats if isinstance(where, Path)]
    refuse_overwriting(files, typed.workspace)
    for file in files:
        refuse_no_heartbeat(file)
    written = (*notices.heartbeat, *notices.notify)
    variables = tuple(each.removeprefix(ENVIRONMENT) for each in written if each.startswith(ENVIRONMENT))
    looked = ObservedScope(typed.schools, typed.suppliers)
    hearers = _hearers(notices, known) if notices.notify else ()
    memory = _memory(typed, notices)
    notifying = None
    if hearers and memory:
        from reconciler.notifications.notify import NotificationJob

        if not typed.quiet and not all(each.startswith(ENVIRONMENT) for each in notices.notify):
            say("Warning: an address after --notify stands in logs and lists of processes: keep it in env:NAME.")
        notifying = NotificationJob(hearers, notices.notify_always, memory, looked, patience)
    return DriftFollowUp(variables, heartbeats, notifying, memory, looked, patience, typed.quiet)


def _memory(typed: PlanOptions, notices: NoticeOptions) -> StateFile | None:
    from reconciler.notifications.state_file import StateFile

    if not (notices.notify or notices.state):
        return None
    state, own = notices.state or told_of(typed.workspace), told_of(typed.workspace)
    hidden = state.resolve() == own.resolve()
    if not hidden:
        refuse_overwriting([state], typed.workspace)
    return StateFile(state, hidden=hidden)


def _hearers(notices: NoticeOptions, known: Environment) -> Sequence[Subscriber]:
    from reconciler.notifications.notify import Subscriber

    forms = notices.notify_as or ("json",)
    if len(forms) == 1:
        forms *= len(notices.notify)
    if len(forms) != len(notices.notify):
        raise click.UsageError("--notify-as is given once for every --notify, or once for all of them.")
    hearers = []
    for written, form in zip(notices.notify, forms, strict=True):
        if written.strip() and "://" not in written and not written.startswith("env:"):
            raise click.UsageError("--notify takes an address of the web, https://..., or env:NAME for one with it.")
        web = _receiver("--notify", written, known)
        assert not isinstance(web, Path)  # as it was looked at above
        hearers.append(Subscriber(web, OF_NOTIFICATIONS.renderer(form)))
    if len({hearer.web.address for hearer in hearers}) < len(hearers):
        raise click.UsageError("--notify names one receiver twice.")
    return hearers


def _receiver(option: str, written: str, known: Environment) -> WebAddress | Path:
    from reconciler.notifications.destination import ENVIRONMENT, destination

    try:
        return destination(option, written, known)
    except InputError as error:
        if written.startswith(ENVIRONMENT):
            raise
        raise click.UsageError(str(error)) from None


def _refuse_of_a_snapshot(notices: NoticeOptions) -> None:
    """A run that asks nothing says nothing of how things are now: a heartbeat of it would look like a job that is
    alive, and what is older than the last message would mend what came since, or tell it anew."""
    typed = {"--notify": notices.notify, "--heartbeat": notices.heartbeat, "--state": notices.state}
    for option, value in typed.items():
        if value:
            raise click.UsageError(f"{option} is about how things are now, and --against does not ask the service.")


def _silent(_text: str) -> None:
    """Say nothing."""
