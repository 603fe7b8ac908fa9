"""Part of the app: the page set, at the addresses that it has as files. Nothing here is read from the disk by its name:
an address is looked up among those of the set."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from reconciler.errors import InputError
from reconciler.git.checkout import checkout
from reconciler.git.default_branch import default_branch
from reconciler.git.references import references
from reconciler.journal.file import read_journal
from reconciler.pages import with_review
from reconciler.report.pages import links
from reconciler.report.pages.page_set import PageSet
from reconciler.report.pages.review import review_page
from reconciler.report.pages.site import ASSETS as ASSETS_OF_SET
from reconciler.report.pages.site import assets, pages_of
from reconciler.review import base_of
from reconciler.state_folder.paths import journal_of
from reconciler.webapp.framing import live_app
from reconciler.webapp.last_check import declared, last_check
from reconciler.webapp.rendering import asset
from reconciler.webapp.routes import AppAnswer, AppFile, AppPage, AppRequest, Route, SeeOther, not_there
from reconciler.webapp.state import Check
from reconciler.workflow import Selection

# What the manifests tell alone, and what takes a check.
_DECLARED: Final = frozenset({links.SUPPLIERS, links.REGISTER, links.CATALOGUE, links.JOURNAL})
_JUDGING: Final = frozenset({links.OVERVIEW, links.SCHOOLS, links.PLAN, links.REVIEW})
_TYPES: Final = {".css": "text/css", ".js": "text/javascript"}


def _page(asked: AppRequest) -> AppAnswer:
    """Return a page of the last check."""
    if not asked.path:
        return SeeOther("index.html")
    check = last_check(asked.app)
    if check is None:
        return _not_checked(asked)
    return _review(asked, check) if asked.path == links.REVIEW else _page_of(check.pages, asked)


def _page_of(made: PageSet, asked: AppRequest) -> AppAnswer:
    shown = replace(made, live=live_app(asked))
    if asked.path == links.JOURNAL:  # pages that were done since it was made are in it
        shown = replace(shown, journal=tuple(read_journal(journal_of(asked.app.services.workspace)).entries))
    pages = {unquote(address): render for address, render in pages_of(shown)}
    render = pages.get(asked.path)
    return AppFile(render().encode()) if render else not_there()


def _review(asked: AppRequest, check: Check) -> AppAnswer:
    """Review the manifests of the last check against a revision that the reader names; say why where that cannot be."""
    workspace, made = asked.app.services.workspace, check.pages
    if checkout(workspace) is None:
        return not_there()
    bases = references(workspace, os.environ)
    since = asked.query.text("since") or _usual_base(workspace, bases)
    try:
        base = base_of(workspace, since, check.written, check.now.date())
    except InputError as error:
        reason = asked.app.services.as_typed(str(error))
        return AppPage("review_base", {"title": "What changed", "since": since, "bases": bases, "error": reason}, 409)
    shown = with_review(made, check.written, base, Selection(), check.live, check.now)
    shown = replace(shown, live=replace(live_app(asked), bases=bases))
    return AppFile(review_page(shown).encode())


def _usual_base(workspace: Path, bases: Sequence[str]) -> str:
    """Return the branch that changes are merged into, as far as the checkout tells; else the last commit."""
    repository = checkout(workspace)
    branch = default_branch(repository.top) if repository else ""
    usual = (f"origin/{branch}", branch, "main", "master")
    return next((name for name in usual if name in bases), "HEAD")


def _not_checked(asked: AppRequest) -> AppAnswer:
    """Show what the manifests declare, or say that nothing was checked where a page would judge. Raises ManifestError
    if they are wrong."""
    manifests = declared(asked.app)
    if asked.path in _DECLARED or asked.path.startswith("suppliers/"):
        return _page_of(manifests.pages(), asked)
    schools = {unquote(links.school_page(name)) for name in manifests.desired.schools}
    if asked.path not in _JUDGING | schools:
        return not_there()
    return AppPage("not_checked", {"title": "Not checked yet", "desired": manifests.desired})


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
