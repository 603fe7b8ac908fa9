"""`reconciler drift`: the plan, read from the other side.

Beside its reports a drift run remembers what it saw, notifies people of news, and sends heartbeats to watchers.

| what went wrong                                   | the run ends with                                    |
|---------------------------------------------------|------------------------------------------------------|
| a notification was not sent, or not remembered    | 1, and sends no heartbeat, so the watcher alarms     |
| a heartbeat was not sent, and never can be        | 1: nothing else would show it                        |
| a heartbeat was not sent this time                | 1 instead of 0 and 5; 2 and 4 stay: they are seen    |
| a password is missing, or nothing could be seen   | 1, whatever else it found; the heartbeat is sent     |

A receiver that does not answer delays the run for less than half a minute.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.clock import clock
from reconciler.cli.commands.plan import plan_and_report
from reconciler.cli.console import remarks, say, waiting_for
from reconciler.cli.exit_codes import Exit
from reconciler.cli.help import verb
from reconciler.cli.options.general import planning_options
from reconciler.cli.options.plan_and_drift import (
    NOTICE_OPTIONS,
    NoticeOptions,
    PlanOptions,
    applied_option,
    notice_options,
    refuse_without_notify,
)
from reconciler.cli.output.overwrite_guard import refuse_no_heartbeat, refuse_overwriting
from reconciler.cli.signals import stopped_by
from reconciler.errors import InputError, Undelivered
from reconciler.model.drift_news import Recalled
from reconciler.report.input import ReportKind
from reconciler.report.night_faults import night_faults
from reconciler.state_folder.paths import told_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, timedelta

    from reconciler.codec.drift_state import DriftFile
    from reconciler.errors import ReconcilerError
    from reconciler.model.plan import GoneAccount, Plan
    from reconciler.model.review import AppliedRevision
    from reconciler.notifications.delivery import RetryPolicy
    from reconciler.notifications.destination import WebAddress
    from reconciler.notifications.notify import NotificationJob
    from reconciler.notifications.state_file import StateFile
    from reconciler.planning.drift_news import ObservedScope
    from reconciler.report.input import ReportInput


@verb(
    {
        "See what moved in Bromcom": "drift",
        "Tell a webhook what is new": "drift --notify env:WEBHOOK_URL",
        "Mail what is new": "drift --notify mailto:ict@school.example --mail-server env:MAIL_SERVER "
        "--mail-from reconciler@school.example --mail-password env:MAIL_PASSWORD",
        "Tell a watcher that the nightly run has finished": "drift --heartbeat env:WATCHER_URL",
    },
)
@planning_options
@applied_option
@notice_options
def command(**options: Any) -> int:
    """Report how Bromcom moved away from the manifests.

    The same comparison as `plan`, in words for a nightly job. What the manifests ask for since the last apply, and
    nobody has carried out yet, is listed apart: that is no drift. Exits with 0 if nothing moved, 2 if something did, 5
    if only such work is left, and 4 if nothing seems to have moved but something could not be checked.

    A heartbeat tells a watcher that the job has finished. A run that fails sends none, so the watcher raises the alarm.
    A notification tells people what is new since the last one; without news, none is sent.
    """
    notices = NoticeOptions(**{name: options.pop(name) for name in NOTICE_OPTIONS})
    typed = PlanOptions(**options)
    return plan_and_report(typed, ReportKind.DRIFT, after=after_drift(typed, notices))


@dataclass(frozen=True, slots=True)
class DriftFollowUp:
    """The work around the reports of `drift`: remember, notify, send heartbeats.

    memory   the file of what was seen and sent; None if neither --state nor --notify is given
    printed  the errors that were printed already
    """

    variables: tuple[str, ...]
    heartbeats: tuple[WebAddress | Path, ...]
    notifying: NotificationJob | None
    memory: StateFile | None
    looked: ObservedScope
    patience: RetryPolicy
    quiet: bool
    printed: list[str] = field(default_factory=list)

    @property
    def files(self) -> Sequence[Path]:
        """Return the files that it writes."""
        memory = [self.memory.file] if self.memory else []
        return [*(target for target in self.heartbeats if isinstance(target, Path)), *memory]

    def recall(
        self,
        plan: Plan,
        gone: Sequence[GoneAccount],
        applied: AppliedRevision | None,
        today: date,
        on_error: Callable[[ReconcilerError], None],
    ) -> Recalled:
        """Remember what this run saw, and return what earlier runs saw and this one did not.

        If that cannot be done, `on_error` is told why. A run that was stopped is not remembered.

        gone     the accounts that are attested to be gone
        applied  tells which differences are not carried out yet
        """
        from reconciler.planning.drift_memory import recall, remember
        from reconciler.planning.renames import renames_since
        from reconciler.workflow import sensitivity

        if self.memory is None or plan.interrupted:
            return Recalled()

        def after(last: DriftFile) -> DriftFile:
            renamed = last.renamed(renames_since(last.remembered.accounts, plan))
            remembered = remember(renamed.remembered, plan, self.looked, today, sensitivity(), gone, applied)
            return replace(renamed, remembered=remembered)

        try:
            return recall(self.memory.remember(plan.workspace, after), plan, self.looked)
        except InputError as error:
            self.printed.append(str(error))
            on_error(error)
            return Recalled()

    def __call__(self, material: ReportInput, code: Exit) -> Exit:
        """Send everything, say what did not arrive, and return the exit code: see the table above."""
        if material.plan.interrupted:  # an incomplete view is no news
            return code
        faults = list(night_faults(material.plan))
        for fault in faults:
            say(f"Error: {fault}")
        try:
            code = self._send(material, code)
        except KeyboardInterrupt:
            say(
                f"Stopped by {stopped_by()} while notifications and heartbeats were being sent. The last one may not "
                "have arrived. A notification that was not accepted is sent again the next time."
            )
            return Exit.FAILED
        return Exit.FAILED if faults else code

    def _send(self, material: ReportInput, code: Exit) -> Exit:
        code = code if self._notify(material) else Exit.FAILED
        if code is not Exit.FAILED:
            return self._send_heartbeats(material, code)
        if self.heartbeats:
            say("No heartbeat was sent, since the run failed.")
        return code

    def _notify(self, material: ReportInput) -> bool:
        """Send the notifications; tell if all of it worked."""
        if self.notifying is None:
            return True
        from reconciler.notifications.notify import notify

        errors: list[ReconcilerError] = []

        def on_error(error: ReconcilerError) -> None:  # printed at once: Ctrl-C may end what follows
            if str(error) not in self.printed:
                say(f"Error: {error}")
            errors.append(error)

        notify(material, self.notifying, remarks(quiet=self.quiet), on_error)
        return not errors

    def _send_heartbeats(self, material: ReportInput, code: Exit) -> Exit:
        result = code
        for target in self.heartbeats:
            from reconciler.notifications.notify import send_heartbeat

            try:
                send_heartbeat(material, target, clock()(), self.patience)
                if isinstance(target, Path) and not self.quiet:
                    say(f"Wrote the heartbeat {target}.")
            except Undelivered as error:
                say(f"Error: {error} The heartbeat was not sent.")
                result = Exit.FAILED if error.for_good or code in (Exit.OK, Exit.WAITING) else result
        return result


def after_drift(typed: PlanOptions, notices: NoticeOptions) -> DriftFollowUp | None:
    """Return the work around the reports as it was typed; None with --against alone.

    Raises click.UsageError for contradictions, and InputError for an address in the environment that cannot be used:
    before the service is asked.
    """
    refuse_without_notify(notices)
    if typed.against and not _refuse_of_old_snapshots(notices, typed.max_age):
        return None
    from reconciler.cli.options.receivers import heartbeat_target, subscribers  # loads aiohttp: --help needs none of it
    from reconciler.notifications.delivery import RetryPolicy
    from reconciler.notifications.destination import ENVIRONMENT, MAILTO
    from reconciler.planning.drift_news import ObservedScope
    from reconciler.secrets.environment import environment

    with waiting_for(typed.env_file, quiet=typed.quiet):
        variables = environment(os.environ, typed.env_file)
    patience = RetryPolicy()
    heartbeats = tuple(heartbeat_target(written, variables) for written in notices.heartbeat)
    files = [target for target in heartbeats if isinstance(target, Path)]
    refuse_overwriting(files, typed.workspace)
    for file in files:
        refuse_no_heartbeat(file)
    secret = tuple(
        value.removeprefix(ENVIRONMENT).strip() for value in notices.written if value.startswith(ENVIRONMENT)
    )
    looked = ObservedScope(typed.schools, typed.suppliers)
    receivers = subscribers(notices, variables) if notices.notify else ()
    memory = _memory(typed, notices)
    notifying = None
    if receivers and memory:
        from reconciler.notifications.notify import NotificationJob

        if not typed.quiet and not all(address.startswith((ENVIRONMENT, MAILTO)) for address in notices.notify):
            say("Warning: an address on the command line shows in logs and process lists. Use --notify env:NAME.")
        notifying = NotificationJob(receivers, notices.notify_always, memory, looked, patience)
    return DriftFollowUp(secret, heartbeats, notifying, memory, looked, patience, typed.quiet)


def _memory(typed: PlanOptions, notices: NoticeOptions) -> StateFile | None:
    from reconciler.notifications.state_file import StateFile

    if not (notices.notify or notices.state):
        return None
    state, own = notices.state or told_of(typed.workspace), told_of(typed.workspace)
    hidden = state.resolve() == own.resolve()
    if not hidden:
        refuse_overwriting([state], typed.workspace)
    return StateFile(state, hidden=hidden)


def _refuse_of_old_snapshots(notices: NoticeOptions, max_age: timedelta | None) -> bool:
    """Refuse them with snapshots of any age: a heartbeat would look like a job that is alive, and old news would undo
    newer. Return True if any is asked for."""
    typed = {"--notify": notices.notify, "--heartbeat": notices.heartbeat, "--state": notices.state}
    asked = [option for option, value in typed.items() if value]
    if asked and not max_age:
        raise click.UsageError(
            f"{asked[0]} has no effect with --against, which does not ask the service: the snapshot may be old. "
            "Where it is this night's, say so with --max-age 12h."
        )
    return bool(asked)
