"""The last check of the app: made of Bromcom's answers, kept for the next start, and then made of what was kept.

Before the first one there are the manifests: what they declare has pages, and all that is live is unknown.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import cache, partial
from typing import NamedTuple, TypeVar

from reconciler.codec.snapshot import aged
from reconciler.editing.target import TargetWorkspace
from reconciler.errors import InputError, ManifestError, ReconcilerError
from reconciler.manifest.workspace.digest import manifests_digest
from reconciler.model.live import Live
from reconciler.pages import Compared, PageManifests, compare, declared_pages, manifests_for_pages, page_set
from reconciler.planning.waivers import unused_waivers
from reconciler.webapp.kept_check import KeptCheck, keep_check, kept_check
from reconciler.webapp.state import AppState, Check, DeclaredManifests

T = TypeVar("T")


class Answered(NamedTuple):
    """The answers of Bromcom, and the manifests that they are compared with.

    digest  of the files of the manifests that Bromcom was asked about
    by      the person who asked
    """

    manifests: PageManifests
    live: Live
    digest: str
    by: str


def is_new(app: AppState) -> bool:
    """Tell if the workspace has no manifest yet."""
    try:
        return TargetWorkspace.read(app.services.workspace, "", app.clock().date()).desired is None
    except ReconcilerError:
        return False  # there are some, and something is wrong with them


def last_check(app: AppState) -> Check | None:
    """Return the last check; at a start that is the one that was kept. While the manifests are wrong there is none."""
    if app.check is None and not app.is_begun:
        try:
            kept = kept_check(app.services.workspace)
            app.kept = _check_again(app, kept) if kept else None
        except ManifestError:
            return None
        except InputError as error:
            app.damage = app.services.as_typed(str(error))
            app.services.log(f"Warning: {app.damage}")
        app.is_begun = True
    return app.check or app.kept


def _check_again(app: AppState, kept: KeptCheck) -> Check:
    """Compare what was kept with the manifests as they are now; it is judged as a snapshot is."""
    now = app.services.clock()
    manifests = manifests_for_pages(app.services.workspace, now)
    app.name = manifests.desired.workspace
    live = aged(kept.snapshot.of(manifests.desired), now, None)
    compared = compare(manifests.desired, live, now, with_usernames=True)
    return _check(app, Answered(manifests, live, kept.manifests, kept.compared_by), compared, now, {}, is_kept=True)


def show_check(app: AppState, answered: Answered, now: datetime) -> None:
    """Make a check of new answers, add it to the history, and keep it for the next start.

    One that was stopped is shown only if there is nothing better: it must not take the place of a whole one.
    """
    workspace, manifests, live = app.services.workspace, answered.manifests, answered.live
    compared = compare(manifests.desired, live, now, with_usernames=True)
    failures: dict[str, str] = {}
    night = partial(app.services.keep_night, manifests.desired, compared.live, compared.plan, now)
    _try(night, "This check is not in the history.", failures)
    if not live.interrupted:
        keep = partial(keep_check, workspace, live, manifests.desired, now, answered.digest, answered.by)
        _try(keep, "This check will be gone when the app ends.", failures)
    if not (live.interrupted and (app.check or app.kept)):
        check = _check(app, answered, compared, now, failures)
        check.pages.make_register()  # so that no page waits for it
        app.check = check


def _check(
    app: AppState,
    answered: Answered,
    compared: Compared,
    now: datetime,
    failures: dict[str, str],
    *,
    is_kept: bool = False,
) -> Check:
    services, desired = app.services, compared.desired
    warnings = (*answered.manifests.warnings, *services.exposed(desired))
    history = _try(services.history, "The pages do not say since when.", failures)
    pages = page_set(replace(answered.manifests, warnings=warnings), compared, now, answered.by, history)
    remarks = (
        *(f"{effect} {reason}" for reason, effect in failures.items()),
        *unused_waivers(desired.waivers, compared.plan),
    )
    return Check(
        next(app.numbers),
        now,
        desired,
        answered.manifests.written,
        answered.live,
        compared.plan,
        pages,
        answered.digest,
        warnings,
        tuple(map(services.as_typed, remarks)),
        is_kept,
    )


def _try(what: Callable[[], T], effect: str, failures: dict[str, str]) -> T | None:
    """Do it; a failure is told once, with its first effect, and stops no check."""
    try:
        return what()
    except ReconcilerError as error:
        failures.setdefault(str(error), effect)
        return None


def declared(app: AppState) -> DeclaredManifests:
    """Return the manifests as they are now; raises ManifestError if they are wrong."""
    services, now = app.services, app.services.clock()
    key = (services.workspace, manifests_digest(services.workspace), now.date())
    if app.declared is None or app.declared.key != key:
        manifests = manifests_for_pages(services.workspace, now)
        warnings = (*manifests.warnings, *services.exposed(manifests.desired))
        warned = replace(manifests, warnings=warnings)
        app.name = manifests.desired.workspace
        app.declared = DeclaredManifests(key, manifests.desired, warnings, cache(lambda: declared_pages(warned, now)))
    return app.declared
