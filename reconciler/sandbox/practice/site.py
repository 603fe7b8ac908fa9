"""The practice pages over HTTP.

    GET   /practice/                         the schools
    GET   /practice/12345/                   a school's home
    GET   /practice/12345/system-users       a page of its menu, and views below it
    POST  the same                           what a form of it sends: answered with 303 to where the page says what was
                                             done, or with 400 and the form as it was sent

They answer this machine alone, and no form of another site.
"""

from typing import Any
from urllib.parse import parse_qs, urlencode

from aiohttp import web

from reconciler.errors import InputError
from reconciler.sandbox.control.controls import Controls
from reconciler.sandbox.practice.menu import ENTRIES, MENU
from reconciler.sandbox.practice.rendering import asset, headers, render
from reconciler.sandbox.practice.requests import Fields, PageRequest, PageResponse, Redirect, View, flash_message
from reconciler.sandbox.service.loopback_only import from_no_other_site, from_this_machine
from reconciler.sandbox.state.database import SandboxSchool

ROOT = "/practice/"
_FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 5000


class _NotThere(Exception):
    """There is no such page."""


async def practice(controls: Controls, request: web.Request) -> web.Response:
    """Answer a request at or below `/practice/`."""
    if not from_this_machine(request) or not from_no_other_site(request):
        return _problem(403, "The practice pages answer only their own machine, and no form of another site.")
    if request.method not in ("GET", "HEAD", "POST"):
        return _problem(405, "You can only open a page or send its form.")
    if request.path == ROOT.rstrip("/"):
        return _to(ROOT)
    served = asset(request.path.removeprefix(ROOT))
    if served is not None:
        return web.Response(body=served[1], headers=headers(served[0]))
    try:
        return _answer(controls, request, await _form(request))
    except _NotThere:
        return _problem(404, "There is no such practice page.")
    except InputError as error:
        return _problem(400 if request.method == "POST" else 404, f"Cannot do that: {error}.")


async def _form(request: web.Request) -> Fields | None:
    """The form that was sent, if any; raises InputError."""
    if request.method != "POST":
        return None
    if request.content_type != _FORM:
        raise InputError("a practice page takes only its own form")
    return _fields((await request.read()).decode("utf-8", "replace"))


def _fields(text: str) -> Fields:
    try:
        return Fields(parse_qs(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError:
        raise InputError("the form has more fields than any page") from None


def _answer(controls: Controls, request: web.Request, form: Fields | None) -> web.Response:
    school_id, _, path = request.path.removeprefix(ROOT).partition("/")
    if not school_id and form is None:
        return _page(PageResponse("schools", {"schools": controls.schools()}), {})
    school = next((school for school in controls.schools() if str(school.school_id) == school_id), None)
    if school is None:
        raise _NotThere
    if request.path == f"{ROOT}{school_id}":
        return _to(f"{ROOT}{school_id}/")
    word, _, rest = path.partition("/")
    query = _fields(request.rel_url.raw_query_string)
    answer = _view(word, rest)(PageRequest(controls, school, query, form))
    if isinstance(answer, Redirect):
        return _to(f"{ROOT}{school_id}/{answer.path}?{urlencode({**answer.query, 'said': answer.message.word})}")
    return _page(answer, _surroundings(school, word, query))


def _view(word: str, rest: str) -> View:
    """The view at an address of a school."""
    if not word:
        return _home
    entry = ENTRIES.get(word)
    view = None if entry is None else entry.views.get(rest)
    if view is None:
        raise _NotThere
    return view


def _home(request: PageRequest) -> PageResponse:
    if request.form is not None:
        raise _NotThere
    controls, school = request.controls, request.school_id
    values = {"accounts": len(controls.accounts(school)), "handed_over": controls.handed_over(school)}
    return PageResponse("home", values)


def _surroundings(school: SandboxSchool, word: str, query: Fields) -> dict[str, Any]:
    """The values that every page of a school needs."""
    return {
        "school": school,
        "here": f"{ROOT}{school.school_id}/",
        "menu": MENU,
        "current": word,
        "said": flash_message(query.text("said")),
    }


def _page(shown: PageResponse, surroundings: dict[str, Any]) -> web.Response:
    text = render(shown.template, {"root": ROOT, "error": "", **surroundings, **shown.values})
    return web.Response(body=text.encode(), status=shown.status, headers=headers("text/html"))


def _problem(status: int, text: str) -> web.Response:
    return _page(PageResponse("problem", {"text": text}, status), {})


def _to(address: str) -> web.Response:
    return web.Response(status=303, headers={**headers("text/html"), "Location": address})
