"""Part of the app: asking the service. One check at a time; its result stays, for all browsers."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

from reconciler import workflow
from reconciler.errors import ManifestError
from reconciler.webapp.jobs import Job, JobState, is_own_fault
from reconciler.webapp.rendering import render
from reconciler.webapp.routes import AppAnswer, AppRequest, EventStream, Route, SeeOther
from reconciler.webapp.state import AppState, Check

CHECK: Final = "check"
_BETWEEN: Final = 0.2  # seconds from one look at the job to the next


def check_values(app: AppState) -> Mapping[str, Any]:
    """Return the values of `check_box.html.jinja`."""
    job = app.jobs.status()
    error = job.error if job else None
    if isinstance(error, ManifestError):
        return {"job": job, "check": app.check, "problems": error.problems, "failure": ""}
    failure = ""
    if error and is_own_fault(error):
        failure = f"The last check met a bug ({type(error).__name__}). Nothing was changed in Bromcom."
    elif error:
        failure = app.services.as_typed(str(error))
    return {"job": job, "check": app.check, "problems": (), "failure": failure}


def _check(asked: AppRequest) -> AppAnswer:
    """Begin to ask, unless something is at work already: then the page shows that."""
    app = asked.app
    status = app.jobs.status(CHECK)
    if not (status and status.is_at_work):
        app.jobs.start(CHECK, lambda job: _ask(app, job))
    return SeeOther("plan.html")


def _ask(app: AppState, job: Job) -> None:
    """Read the manifests, ask the service, and keep the result; of a run that was stopped too, which says so."""
    services = app.services
    now = app.clock()
    desired = workflow.desired_of(services.workspace, now)
    job.expect(desired)
    live = services.reader(desired, job.progress, job.on_stop)(desired)
    plan, attested = workflow.plan_and_live(desired, live, now.date())
    app.check = Check((app.check.number if app.check else 0) + 1, desired, attested, plan, app.clock())


def _stop(asked: AppRequest) -> AppAnswer:
    """Ask the job that is at work to stop."""
    if asked.app.jobs.last:
        asked.app.jobs.last.stop()
    return SeeOther("plan.html")


def _events(asked: AppRequest) -> AppAnswer:
    """Tell the progress of the job at work until it has ended."""

    async def events() -> AsyncIterator[tuple[str, str]]:
        version = -1
        while (job := asked.app.jobs.status()) and job.is_at_work:
            if job.version != version:
                version = job.version
                yield "progress", render("check_progress", {"job": job})
            await asyncio.sleep(_BETWEEN)
        yield "end", job.state if job else JobState.DONE

    return EventStream(events)


ROUTES: Final = (
    Route("POST", "check", _check),
    Route("POST", "check/stop", _stop),
    Route("GET", "check/events", _events),
)
