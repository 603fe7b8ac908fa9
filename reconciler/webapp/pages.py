"""Part of the app: the page set, at the addresses that it has as files. Nothing here is read from the disk by its name:
an address is looked up among those of the set."""

from dataclasses import replace
from typing import Final
from urllib.parse import unquote

from reconciler.errors import ManifestError
from reconciler.journal.file import read_journal
from reconciler.report.pages.links import JOURNAL
from reconciler.report.pages.site import ASSETS as ASSETS_OF_SET
from reconciler.report.pages.site import assets, pages_of
from reconciler.state_folder.paths import journal_of
from reconciler.webapp.first_run import is_new
from reconciler.webapp.framing import live_app
from reconciler.webapp.last_check import last_check
from reconciler.webapp.rendering import asset
from reconciler.webapp.routes import AppAnswer, AppFile, AppPage, AppRequest, Route, SeeOther, not_there
from reconciler.workflow import written

_TYPES: Final = {".css": "text/css", ".js": "text/javascript"}


def _page(asked: AppRequest) -> AppAnswer:
    """Return a page of the last check."""
    if not asked.path:
        return SeeOther("index.html")
    check = last_check(asked.app)
    if check is None:
        return _not_checked(asked) if _is_of_a_set(asked.path) else not_there()
    shown = replace(check.pages, live=live_app(asked))
    if asked.path == JOURNAL:  # pages that were done since the check are in it
        shown = replace(shown, journal=tuple(read_journal(journal_of(asked.app.services.workspace)).entries))
    pages = {unquote(address): render for address, render in pages_of(shown)}
    render = pages.get(asked.path)
    return AppFile(render().encode()) if render else not_there()


def _not_checked(asked: AppRequest) -> AppAnswer:
    """Say so, and what the manifests declare; raises ManifestError if they are wrong. Without any, lead to a start."""
    services = asked.app.services
    try:
        desired, _ = written(services.workspace, services.clock().date())
    except ManifestError:
        if is_new(asked.app):
            return SeeOther("start.html")
        raise
    asked.app.name = desired.workspace
    return AppPage("not_checked", {"title": "Not checked yet", "desired": desired})


def _is_of_a_set(path: str) -> bool:
    """Tell if a set may have a page there; which schools it has is not known yet."""
    folder, _, name = path.rpartition("/")
    return folder in ("", "schools", "suppliers") and name.endswith(".html")


def asset_at(path: str) -> AppAnswer:
    """Return a style sheet or a script: the same for everybody, so the page that refuses a browser has them too."""
    name = path.removeprefix("assets/")
    content = asset(name)
    if content is None and path in ASSETS_OF_SET:
        content = dict(assets())[path].encode()
    return not_there("file") if content is None else AppFile(content, _TYPES[f".{name.rpartition('.')[2]}"])


ROUTES: Final = (
    Route("GET", "assets/{name}", lambda asked: asset_at(asked.path)),
    Route("GET", "{path*}", _page),  # the last one: whatever no other part has
)
