"""Part of the app: saving the last check's plan, to be approved and carried out, as `plan --out` does."""

from pathlib import Path
from typing import Final

from reconciler.codec.plan_file import MOST_VALID_DAYS
from reconciler.errors import InputError
from reconciler.webapp.framing import CHECK_PAGE
from reconciler.webapp.routes import AppAnswer, AppRequest, Route, SeeOther


def _save(asked: AppRequest) -> AppAnswer:
    """Write the plan that the form was about; one of an older check is refused, since its reader saw another."""
    app, form = asked.app, asked.form
    assert form
    if app.check is None or form.text("number") != str(app.check.number):
        raise InputError("Nothing was written: there is a newer check than the one on the page. Look at it first.")
    days = form.text("days").strip()
    if not days.isascii() or not days.isdecimal() or not 1 <= int(days[:4]) <= MOST_VALID_DAYS:
        raise InputError(f"Nothing was written: the days must be a number from 1 to {MOST_VALID_DAYS}.")
    name = form.text("file").strip()
    if not _is_inside(app.services.workspace.resolve(), name):
        raise InputError(f"Nothing was written: '{name}' is no file in the workspace. Give a name like plan.json.")
    said = app.services.save_plan(app.check.plan, name, int(days))
    app.notice = app.services.as_typed(said)
    return SeeOther(CHECK_PAGE)


def _is_inside(workspace: Path, name: str) -> bool:
    """Tell if a name is one of a file in the workspace, wherever links lead."""
    try:
        return bool(name) and (workspace / name).resolve().is_relative_to(workspace)
    except (OSError, ValueError):  # no file can have this name
        return False


ROUTES: Final = (Route("POST", "check/save", _save),)
