"""The frame of every page that has a session: the page set's, with the app's own pages and the bar of the check."""

from collections.abc import Mapping
from typing import Any, Final

from reconciler import __version__
from reconciler.git.checkout import checkout
from reconciler.manifest.workspace.digest import manifests_digest
from reconciler.report.labels import plural
from reconciler.report.pages import links
from reconciler.report.pages.guided.page import SECTION
from reconciler.report.pages.layout import PageFrame, PageHead, framed, moment
from reconciler.report.pages.page_set import LiveApp
from reconciler.webapp.jobs import JobStatus
from reconciler.webapp.last_check import last_check
from reconciler.webapp.rendering import render
from reconciler.webapp.routes import AppPage, AppRequest

CHECK_PAGE: Final = "check.html"
EDIT_PAGE: Final = "edit.html"
START_PAGE: Final = "start.html"  # where there are no manifests, every page leads there
# What the app has beside the page set: {address: its name in the navigation}.
NAVIGATION: Final[Mapping[str, str]] = {
    links.JOURNAL: "Journal",
    CHECK_PAGE: "Check",
    SECTION: "Guided apply",
    EDIT_PAGE: "Edit",
}


def live_app(asked: AppRequest, *, bar: bool = True) -> LiveApp:
    """Return what pages need of the running app."""
    has_bar = bar or asked.app.practice  # practice is told on every page
    changes = {links.REVIEW: "Changes"} if checkout(asked.app.services.workspace) else {}
    shown = render("bar", {**bar_values(asked), "is_whole": bar}) if has_bar else ""
    return LiveApp(asked.csrf, {**changes, **NAVIGATION}, shown)


def bar_values(asked: AppRequest) -> dict[str, Any]:
    """Return the values of the bar: the last check, and what is at work."""
    check, job = last_check(asked.app), asked.app.jobs.status()
    checked = check.pages.stamp.checked if check else None
    manifests = check or asked.app.declared
    return {
        "to_root": asked.to_root,
        "csrf": asked.csrf,
        "job": job,
        "line": answers_line(job) if job and job.total else "",
        "checked": moment(checked) if checked else "",
        "is_kept": check is not None and check.is_kept,
        "warnings": manifests.warnings if manifests else (),
        "is_outdated": check is not None and check.digest != manifests_digest(asked.app.services.workspace),
        "practice": asked.app.practice,
        "is_own": asked.app.own is None,
    }


def frame_of(asked: AppRequest, page: AppPage) -> dict[str, Any]:
    """Return the values of the frame of the app's own page."""
    check = last_check(asked.app)
    head = PageHead(asked.path, page.values.get("title") or "reconciler", page.section or asked.path)
    frame = PageFrame(
        asked.app.name, __version__, check.plan.fingerprint if check else "", live_app(asked, bar=page.bar)
    )
    return framed(frame, head)


def answers_line(job: JobStatus) -> str:
    """Say how far a check has come."""
    return f"{job.done} of {plural(job.total, 'answer')}"
