"""What a guided apply can begin with: an apply that was stopped, what differs now, or a plan that was approved."""

from pathlib import Path
from typing import Final

from reconciler.applying.plan_files import read_plan
from reconciler.applying.resume import open_applies
from reconciler.errors import InputError
from reconciler.journal.file import read_journal
from reconciler.model.address import school_label
from reconciler.model.journal import ApplyStarted, JournalEntry
from reconciler.model.outcome import Verified
from reconciler.report.pages.guided.page import BeginChoice, BegunApply, PlanChoice
from reconciler.state_folder.paths import journal_of
from reconciler.webapp.state import AppState
from reconciler.workflow import desired_of

_MOST_BYTES: Final = 64 * 1024 * 1024  # of a file that may be a plan
_HEAD: Final = b'"fingerprint"'


def begin_choice(app: AppState) -> BeginChoice:
    """Return what can be begun now; raises ManifestError if the manifests are wrong."""
    workspace, now = app.services.workspace, app.services.clock()
    desired = desired_of(workspace, now)
    titles = {address.supplier: access.title for address, access in desired.accesses.items()}
    entries = read_journal(journal_of(workspace)).entries
    begun = open_applies(entries, now)
    return BeginChoice(
        begun=_begun(begun[-1].fingerprint, entries) if begun else None,
        schools=tuple((name, school_label(school.title, name)) for name, school in desired.schools.items()),
        suppliers=tuple(sorted(titles.items())),
        plans=plans_in(workspace, desired.workspace),
    )


def plans_in(workspace: Path, name: str) -> tuple[PlanChoice, ...]:
    """List the plans for approval in a workspace's own folder, the newest first; files of other kinds are left out."""
    plans = []
    for file in sorted(workspace.glob("*.json")):
        try:
            if not file.is_file() or file.stat().st_size > _MOST_BYTES or _HEAD not in file.read_bytes():
                continue
            saved = read_plan(file)
        except (InputError, OSError):
            continue
        if saved.plan.workspace == name and saved.expires:
            plans.append(PlanChoice(file.name, saved.plan.fingerprint, saved.created, saved.expires))
    return tuple(sorted(plans, key=lambda plan: plan.expires, reverse=True))


def _begun(fingerprint: str, entries: tuple[JournalEntry, ...]) -> BegunApply:
    """Tell how far an apply came, by its entries since it was begun."""
    own = [entry for entry in entries if entry.plan == fingerprint]
    first = max(number for number, entry in enumerate(own) if isinstance(entry.event, ApplyStarted))
    progress = open_applies(own[first:], own[-1].time)[-1]
    started = own[first].event
    assert isinstance(started, ApplyStarted)
    verified = sum(isinstance(outcome, Verified) for outcome in progress.outcomes.values())
    return BegunApply(fingerprint, own[-1].by, own[-1].time.astimezone(), verified, started.due, progress.expires)
