"""The file that `--history` names, and what is asked of it."""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from reconciler.cli.console import say
from reconciler.errors import InputError, SelectionError
from reconciler.model.accountability.least_privilege import Truth
from reconciler.model.entity import Care
from reconciler.spelling import did_you_mean
from reconciler.state_folder.paths import history_of
from reconciler.workflow import sensitivity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    from reconciler.history.file import HistoryFile
    from reconciler.history.past import Past
    from reconciler.model.accountability.least_privilege import AccessPrivileges, AccessReport
    from reconciler.model.drift_news import Place
    from reconciler.model.history import HistorySummary


def history_file(workspace: Path, typed: Path | None, name: str = "") -> HistoryFile:
    """Return the file that was typed, or the workspace's own; `name` is the workspace's, where it is to be of that."""
    from reconciler.history.file import HistoryFile  # loads sqlite3

    own = history_of(workspace)
    hidden = typed is None or typed.resolve() == own.resolve()
    return HistoryFile(typed or own, name, hidden)


def past_of(workspace: Path, typed: Path | None) -> Past:
    """Return the past that the history tells; raises InputError if there is none."""
    from reconciler.history.past import Past

    return Past(history_file(workspace, typed).read())


def selecting(past: Past, schools: Sequence[str], suppliers: Sequence[str]) -> Callable[[Place], bool]:
    """Return what tells if `--school` and `--supplier` select a place; raises SelectionError if one selects nothing.

    With a selection of suppliers, what is a school's own is left out.
    """
    _refuse_unknown("school", schools, {place.school for place in past.places})
    _refuse_unknown("supplier", suppliers, {place.supplier for place in past.places if place.supplier})

    def is_selected(place: Place) -> bool:
        of_supplier = not suppliers or (bool(place.supplier) and _matches(place.supplier, suppliers))
        return of_supplier and (not schools or _matches(place.school, schools))

    return is_selected


def _refuse_unknown(kind: str, globs: Sequence[str], names: Iterable[str]) -> None:
    there = sorted(names)
    for glob in globs:
        if not any(fnmatchcase(name, glob) for name in there):
            raise SelectionError(f"The history has no {kind} {glob}. {did_you_mean(glob, there)}".rstrip())


def _matches(name: str, globs: Sequence[str]) -> bool:
    return any(fnmatchcase(name, glob) for glob in globs)


def with_since(report: AccessReport, workspace: Path, typed: Path | None, now: datetime) -> AccessReport:
    """Return a report that says since when what can be read, if there is a history; raises InputError if the file that
    was typed cannot be read."""
    from reconciler.history.history import seconds
    from reconciler.history.past import Past, still_readable_since

    file = history_file(workspace, typed, report.workspace)
    if typed is None and not file.exists():
        return report
    try:
        past = Past(file.read())
    except InputError as error:
        if typed:
            raise
        say(f"Warning: the report does not say since when. {error}")
        return report
    at = seconds(report.recorded or now)

    def of_access(access: AccessPrivileges) -> AccessPrivileges:
        keys = frozenset(entity.key for entity in access.entities if entity.granted is Truth.YES)
        begun = still_readable_since(past, access.address, keys, at)
        shown = tuple(replace(entity, since=begun.get(entity.key)) for entity in access.shown)
        return replace(access, shown=shown)

    return replace(report, accesses=tuple(map(of_access, report.accesses)), has_history=True)


def summary_for_pages(workspace: Path, typed: Path | None) -> HistorySummary | None:
    """Return what pages tell of the history; None if the workspace has none. Raises InputError if the file that was
    typed cannot be read."""
    from reconciler.history.answers import summary_of
    from reconciler.history.past import Past

    file = history_file(workspace, typed)
    if typed is None and not file.exists():
        return None
    care = sensitivity().care
    return summary_of(Past(file.read()), lambda key: care(key) <= Care.SPECIAL)
