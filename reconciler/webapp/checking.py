"""Part of the app: asking the service, with its progress. One check at a time; its result stays, for all browsers. Its
plan can be saved, to be approved and carried out, as `plan --out` does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from reconciler.codec.plan_file import MOST_VALID_DAYS
from reconciler.errors import InputError, ManifestError, ReconcilerError
from reconciler.manifest.workspace.digest import manifests_digest
from reconciler.pages import manifests_for_pages
from reconciler.report.pages.headline import verdict_of
from reconciler.report.story.headline import alarms
from reconciler.webapp.advice import CheckAdvice, advice_on
from reconciler.webapp.framing import CHECK_PAGE, START_PAGE, answers_line, bar_values
from reconciler.webapp.jobs import Job, JobState, is_own_fault
from reconciler.webapp.last_check import Answered, declared, is_new, last_check, show_check
from reconciler.webapp.rendering import render
from reconciler.webapp.routes import AppAnswer, AppPage, AppRequest, EventStream, Route, SeeOther
from reconciler.webapp.state import AppState, Check

CHECK: Final = "check"
_BETWEEN: Final = 0.2  # seconds from one look at the job to the next


def _page(asked: AppRequest) -> AppAnswer:
    """Show the check that is at work, how the last one ended, and what to do with its result."""
    app = asked.app
    job, check = app.jobs.status(), last_check(app)
    if check is None and is_new(app):
        return SeeOther(START_PAGE)
    if check is None:
        with suppress(ManifestError):  # the bar then has the warnings about them as they are now
            declared(app)
    error = job.error if job else None
    problems = error.problems if isinstance(error, ManifestError) else ()
    values = {
        **bar_values(asked),
        "title": "Check",
        "check": check,
        "verdict": verdict_of(check.pages.report) if check else None,
        "alarms": tuple(alarms(check.pages.report)) if check else (),
        "advice": _advice(app, check) if check else (),
        "problems": problems,
        "failure": "" if problems or not error else _in_words(app, error),
        "remarks": check.remarks if check else (),
        "damage": "" if app.check else app.damage,
        "notice": app.take_notice(),
    }
    return AppPage("check", values, bar=False)


def _advice(app: AppState, check: Check) -> tuple[CheckAdvice, ...]:
    is_for_practice = not app.practice and app.services.is_for_practice(check.desired)
    return tuple(advice_on(check.plan, app.services.as_typed, is_for_practice=is_for_practice))


def _in_words(app: AppState, error: Exception) -> str:
    if is_own_fault(error):
        return f"The check met a bug ({type(error).__name__}). Nothing was changed in Bromcom."
    return app.services.as_typed(str(error))


def begin_check(asked: AppRequest) -> AppAnswer:
    """Begin to ask, unless that is at work already, and lead to the page that shows it."""
    app = asked.app
    if last_check(app) is None and is_new(app):
        return SeeOther(START_PAGE)
    status = app.jobs.status(CHECK)
    if not (status and status.is_at_work):
        app.jobs.start(CHECK, "The check", CHECK_PAGE, lambda job: _ask(app, job))
    return SeeOther(CHECK_PAGE)


def _ask(app: AppState, job: Job) -> None:
    """Read the manifests, ask the service, and show the result."""
    services = app.services
    now, digest = services.clock(), manifests_digest(services.workspace)
    manifests = manifests_for_pages(services.workspace, now)
    app.name = manifests.desired.workspace
    job.expect(manifests.desired)
    read_live = services.reader(manifests.desired, job.progress, job.on_stop)
    live = read_live(manifests.desired)
    show_check(app, Answered(manifests, live, digest, _compared_by(app)), now)


def _compared_by(app: AppState) -> str:
    try:
        return app.services.operator()
    except ReconcilerError:  # a computer whose user has no name
        return "reconciler ui"


def _stop(asked: AppRequest) -> AppAnswer:
    """Ask the job that the form is about to stop; one that has begun since goes on."""
    job, form = asked.app.jobs.last, asked.form
    if job is None or form is None:
        return SeeOther(CHECK_PAGE)
    status = job.status()
    if form.text("number") == str(status.number):
        job.stop()
    return SeeOther(status.page)


def _events(asked: AppRequest) -> AppAnswer:
    """Tell the progress of the job at work until it has ended."""

    async def events() -> AsyncIterator[tuple[str, str]]:
        version = -1
        while (job := asked.app.jobs.status()) and job.is_at_work:
            if job.version != version:
                version = job.version
                yield "line", answers_line(job)
                yield "progress", render("check_progress", {"job": job})
            await asyncio.sleep(_BETWEEN)
        yield "end", job.state if job else JobState.DONE

    return EventStream(events)


def _save(asked: AppRequest) -> AppAnswer:
    """Write the plan that the form was about; one of an older check is refused, since its reader saw another."""
    app, form = asked.app, asked.form
    assert form
    check = last_check(app)
    if check is None or form.text("number") != str(check.number):
        raise InputError("Nothing was written: there is a newer check than the one on the page. Look at it first.")
    days = form.text("days").strip()
    if not days.isascii() or not days.isdecimal() or not 1 <= int(days[:4]) <= MOST_VALID_DAYS:
        raise InputError(f"Nothing was written: the days must be a number from 1 to {MOST_VALID_DAYS}.")
    name = form.text("file").strip()
    if not _is_inside(app.services.workspace.resolve(), name):
        raise InputError(f"Nothing was written: '{name}' is no file in the workspace. Give a name like plan.json.")
    said = app.services.save_plan(check.plan, name, int(days))
    app.notice = app.services.as_typed(said)
    return SeeOther(CHECK_PAGE)


def _is_inside(workspace: Path, name: str) -> bool:
    """Tell if a name is one of a file in the workspace, wherever links lead."""
    try:
        return bool(name) and "\0" not in name and (workspace / name).resolve().is_relative_to(workspace)
    except (OSError, ValueError):  # no file can have this name
        return False


ROUTES: Final = (
    Route("GET", CHECK_PAGE, _page),
    Route("POST", "check", begin_check),
    Route("POST", "check/stop", _stop),
    Route("GET", "check/events", _events),
    Route("POST", "check/save", _save),
)
