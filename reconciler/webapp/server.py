"""Requests in, answers out, on the loopback address alone.

GET   /?token=...      a link that opens the app once: its session goes into a cookie
POST  /join            a second start asks for another link
GET   /ROOT/...        the parts of the app, for browsers that have a session
POST  /ROOT/...        what a form sends, with the token of its session
"""

import asyncio
import os
import traceback
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from secrets import token_urlsafe
from typing import Final
from urllib.parse import parse_qs

from reconciler.errors import InputError, ManifestError, ReconcilerError
from reconciler.http.server_library import web
from reconciler.webapp.framing import START_PAGE
from reconciler.webapp.guard import (
    COOKIE,
    CSRF_FIELD,
    HEADERS,
    HOST,
    LINKS,
    NO_SESSION,
    STALE_FORM,
    Guard,
    LinkUse,
    Refusal,
    same,
)
from reconciler.webapp.jobs import stop_all
from reconciler.webapp.joining import JOIN_PATH, NONCE, PROOF, RunningApp, write_running
from reconciler.webapp.last_check import is_new
from reconciler.webapp.rendering import render
from reconciler.webapp.routes import (
    AppFile,
    AppPage,
    AppRequest,
    EventStream,
    FormFields,
    Route,
    SeeOther,
    matching,
)
from reconciler.webapp.state import AppState

_FORM: Final = "application/x-www-form-urlencoded"
_MOST_FIELDS: Final = 20_000
_LARGEST_REQUEST: Final = 4 * 1024 * 1024
_LAST_WORDS: Final = 0.2  # seconds that an answer under way may still take when the app ends
_LAST_JOB: Final = 10.0  # the same for a job: its thread ends with the program in any case


class AppServer:
    """The server of one workspace's app."""

    def __init__(self, state: AppState, routes: Callable[[], Sequence[Route]]) -> None:
        """`routes` loads them, which takes about as long as all else at the start."""
        self._state = state
        self._routes = routes
        self._guard = Guard()
        self._secret = token_urlsafe()
        self._views = ThreadPoolExecutor(1, "views")  # one after the other: a view has the state to itself
        self._running = RunningApp(0, "")
        self._app = web.Application(middlewares=[self._guarded], client_max_size=_LARGEST_REQUEST)
        self._app.router.add_get("/", self._open)
        self._app.router.add_post(JOIN_PATH, self._join)
        self._app.router.add_get("/assets/{name}", self._asset)
        self._app.router.add_get(f"{self._guard.root}{{path:.*}}", self._answer)
        self._app.router.add_post(f"{self._guard.root}{{path:.*}}", self._answer)

    async def serve(self, port: int, on_ready: Callable[[str], None]) -> None:
        """Serve until this is cancelled. `on_ready` is handed a link. Raises InputError for a port that is in use."""
        runner = web.AppRunner(self._app, access_log=None, handler_cancellation=True, shutdown_timeout=_LAST_WORDS)
        await runner.setup()
        try:
            site = web.TCPSite(runner, HOST, port)
            try:
                await site.start()
            except OSError as error:
                raise _cannot_serve(port, error) from None
            port = runner.addresses[0][1]
            self._guard.serve_at(port)
            self._running = RunningApp(port, self._secret)
            write_running(self._state.services.workspace, self._running)
            on_ready(self._guard.link(self._state.services.clock()))
            # While the browser starts: its first page then has all that it needs.
            self._views.submit(self._viewed, AppRequest(self._state, "index.html", {}, FormFields(), None, ""))
            await asyncio.Event().wait()
        finally:
            await runner.cleanup()
            self._views.shutdown(wait=False, cancel_futures=True)
            at_work = [job for job in (self._state.jobs.last, self._state.applies.last) if job]
            if at_work:
                await asyncio.to_thread(stop_all, at_work, _LAST_JOB)

    @web.middleware
    async def _guarded(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Answer what the guard lets through. Every answer, a refusal too, has the headers of the app."""
        try:
            refusal = self._refusal(request)
            response = _refused(refusal) if refusal else await handler(request)
        except web.HTTPException as error:
            response = _page(AppPage("", {"title": "That cannot be done", "texts": [error.reason]}, error.status))
        except Exception as error:  # noqa: BLE001  # a fault of ours must not show what it holds
            response = self._own_fault(error)
        if not response.prepared:
            response.headers.update(HEADERS)
        return response

    def _refusal(self, request: web.Request) -> Refusal | None:
        if request.path == JOIN_PATH and "Origin" not in request.headers:  # no browser's: it would name its page
            return self._guard.refusal("GET", request.headers.getall("Host", ()), {})
        refusal = self._guard.refusal(request.method, request.headers.getall("Host", ()), request.headers)
        if refusal or request.path == "/" or request.path.startswith("/assets/"):
            return refusal
        return None if self._guard.csrf(request.cookies.get(COOKIE, "")) else NO_SESSION

    async def _open(self, request: web.Request) -> web.Response:
        """Exchange the token of a link for a session."""
        cookie = self._guard.open(request.query.get("token", ""), self._state.services.clock())
        if isinstance(cookie, LinkUse):
            return _refused(LINKS[cookie] if "token" in request.query else NO_SESSION)
        target = f"{self._guard.root}index.html"
        if request.headers.get("Sec-Fetch-Site", "none") == "none":
            response = web.Response(status=303, headers={"Location": target})
        else:
            # Opened from a page or a file: browsers send the strict cookie only once the app itself leads on.
            response = _page(AppPage("", {"title": "Opening the app", "texts": [], "target": target}))
        response.set_cookie(COOKIE, cookie, path=self._guard.root, httponly=True, samesite="Strict")
        return response

    async def _asset(self, request: web.Request) -> web.StreamResponse:
        """Serve the style of pages that refuse a browser."""
        from reconciler.webapp.pages import asset_at  # loads the page set

        answer = asset_at(request.path.removeprefix("/"))
        if isinstance(answer, AppFile):
            return web.Response(body=answer.content, content_type=answer.content_type, charset="utf-8")
        raise web.HTTPNotFound

    async def _join(self, request: web.Request) -> web.Response:
        """Give a second start a link of its own."""
        nonce = request.headers.get(NONCE, "")
        if not nonce or not same(self._running.proof("join", nonce), request.headers.get(PROOF, "")):
            return _refused(NO_SESSION)
        token = self._guard.new_token(self._state.services.clock())
        return web.Response(text=token, headers={PROOF: self._running.proof("token", nonce, token)})

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        """Answer with the part of the app that has the address."""
        cookie = request.cookies.get(COOKIE, "")
        form = await _form(request) if request.method == "POST" else None
        if form is not None and not self._guard.may_send(cookie, form.text(CSRF_FIELD)):
            return _refused(STALE_FORM)
        path, query = request.path.removeprefix(self._guard.root), _fields(request.rel_url.raw_query_string)
        asked = AppRequest(self._state, path, {}, query, form, self._guard.csrf(cookie))
        answered = await asyncio.get_running_loop().run_in_executor(self._views, self._viewed, asked)
        return await _stream(request, answered) if isinstance(answered, EventStream) else answered

    def _viewed(self, asked: AppRequest) -> web.Response | EventStream:
        """Call the view, in the thread of views, and make a page of its answer or its error."""
        try:
            view, names = matching(self._routes(), "GET" if asked.form is None else "POST", asked.path)
            answer = view(replace(asked, names=names))
        except ManifestError as error:
            title = "The manifests have errors"
            wrong = AppPage("problems", {"title": title, "problems": error.problems}, 409)
            answer = SeeOther(START_PAGE) if is_new(self._state) else wrong
        except ReconcilerError as error:
            text = self._state.services.as_typed(str(error))
            answer = AppPage("message", {"title": "That was not done", "texts": [text]}, 409)
        except Exception as error:  # noqa: BLE001
            return self._own_fault(error, asked)
        match answer:
            case EventStream():
                return answer
            case SeeOther(path):
                return web.Response(status=303, headers={"Location": self._guard.root + path})
            case AppFile(content, content_type, status):
                return web.Response(body=content, status=status, content_type=content_type, charset="utf-8")
            case AppPage():
                return _page(answer, asked)

    def _own_fault(self, error: Exception, asked: AppRequest | None = None) -> web.Response:
        """Say where a fault of our own arose, without its text, which may hold anything, even a password."""
        kind, places = type(error).__name__, traceback.extract_tb(error.__traceback__)[-6:]
        frames = [f"{Path(place.filename).name}:{place.lineno} in {place.name}" for place in places]
        self._state.services.log("\n  ".join((f"Error: the app met a bug ({kind}).", *frames)))
        texts = ["Nothing was changed in Bromcom. Please report it, with what you did and these lines:", *frames]
        return _page(AppPage("message", {"title": f"This page met a bug ({kind})", "texts": texts}, 500), asked)


def _page(page: AppPage, asked: AppRequest | None = None) -> web.Response:
    """Make a page: in the frame of the app if it answers a request that has a session, else one that stands alone."""
    if asked is None:
        text = render("alone", page.values)
    else:
        from reconciler.webapp.framing import frame_of  # loads the page set

        surroundings = {"to_root": asked.to_root, "csrf": asked.csrf, "asked": asked, **frame_of(asked, page)}
        text = render(page.template, {**surroundings, **page.values})
    return web.Response(text=text, status=page.status, content_type="text/html", charset="utf-8")


def _refused(refusal: Refusal) -> web.Response:
    return _page(AppPage("", {"title": refusal.title, "texts": [refusal.text]}, refusal.status))


async def _form(request: web.Request) -> FormFields:
    """Return the form that was sent; one of another kind has no field, and so no token."""
    if request.content_type != _FORM:
        return FormFields()
    return _fields((await request.read()).decode("utf-8", "replace"))


def _fields(text: str) -> FormFields:
    try:
        return FormFields(parse_qs(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError:
        return FormFields()


async def _stream(request: web.Request, stream: EventStream) -> web.StreamResponse:
    """Send events until there are no more, or the browser goes."""
    response = web.StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream"})
    await response.prepare(request)
    async for name, data in stream.events():
        lines = "".join(f"data: {line}\n" for line in data.split("\n"))
        await response.write(f"event: {name}\n{lines}\n".encode())
    await response.write_eof()
    return response


def _cannot_serve(port: int, error: OSError) -> InputError:
    reason = os.strerror(error.errno) if error.errno else str(error)  # aiohttp's own repeats the address
    return InputError(f"The app cannot serve at {HOST}:{port}: {reason}. Leave --port out to take a free port.")
