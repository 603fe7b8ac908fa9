"""The web server: its paths, and sending an answer whole, short of its length, without an end, or not at all.

The two services are served in any case of letters, the control below `/_sandbox/`, pages below `/practice/`. Like the
real servers, this one closes the connection after an error.
"""

import asyncio
from typing import NoReturn

from aiohttp import web

from reconciler.sandbox.control.controls import Controls
from reconciler.sandbox.control.routes import ROOT, control
from reconciler.sandbox.practice import site
from reconciler.sandbox.service import error_pages, exchange, http_answer
from reconciler.sandbox.service.contract import SERVICES, SoapService
from reconciler.sandbox.service.exchange import TimedReply
from reconciler.sandbox.service.http_answer import LOGIN_PATH, Delivery, SandboxResponse
from reconciler.sandbox.service.soap import UnsupportedMediaType, version_of

_LARGEST_REQUEST = 1024 * 1024  # bytes


def application(controls: Controls) -> web.Application:
    """The application around one Bromcom."""

    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path.casefold().startswith(ROOT):
            return await control(controls, request)
        if f"{request.path}/".startswith(site.ROOT):
            return await site.practice(controls, request)
        reply = await _reply(controls, request)
        if reply.delay:
            await asyncio.sleep(reply.delay)
        return await send(request, reply.answer)

    app = web.Application(client_max_size=_LARGEST_REQUEST)
    app.router.add_route("*", "/{path:.*}", answer)
    return app


async def _reply(controls: Controls, request: web.Request) -> TimedReply:
    """Answer a request to anything but the control and the pages."""
    for service in SERVICES:
        path = service.path.casefold()
        if request.path.casefold() == path:
            return await _to_service(controls, service, request)
        if request.path.casefold().startswith(f"{path}/"):
            return TimedReply(_not_over_http(request))
    if request.path.casefold() == LOGIN_PATH.casefold():
        return TimedReply(http_answer.page(200, error_pages.login()))
    return TimedReply(http_answer.page(404, error_pages.not_found()))


async def _to_service(controls: Controls, service: SoapService, request: web.Request) -> TimedReply:
    if request.method == "GET":
        if "wsdl" in request.query_string.casefold():
            return exchange.contract(controls.database, service)
        return TimedReply(http_answer.page(200, error_pages.service(service)))
    if request.method != "POST":
        return TimedReply(
            http_answer.page(405, error_pages.runtime_error("The HTTP verb used is not allowed."), Allow="GET, POST")
        )
    try:
        version = version_of(request.headers.get("Content-Type", ""))
    except UnsupportedMediaType:
        return TimedReply(http_answer.page(415, error_pages.runtime_error("Unsupported Media Type.")))
    # A header may hold any bytes; an action is ASCII.
    action = request.headers.get("SOAPAction", "").encode("ascii", "replace").decode()
    return exchange.post(controls.database, service, version, action, await request.read())


def _not_over_http(request: web.Request) -> SandboxResponse:
    """An operation without SOAP, by GET or by a form: a service that has both turned off says so with HTTP 500."""
    operation = request.path.rpartition("/")[2]
    text = f"Request format is unrecognized for URL unexpectedly ending in '/{operation}'."
    return http_answer.page(500, error_pages.runtime_error(text))


_ENDLESS_PIECE = b"<Row>practice</Row>" * 2000


async def send(request: web.Request, answer: SandboxResponse) -> web.StreamResponse:
    """Send an answer as its `delivery` says."""
    headers = {**answer.headers, "Content-Type": answer.content_type}
    if answer.delivery is Delivery.WHOLE:
        response = web.Response(status=answer.status, headers=headers, body=answer.body)
        if answer.status >= 400:
            response.force_close()
        return response
    streamed = web.StreamResponse(status=answer.status, headers=headers)
    streamed.force_close()
    if answer.delivery is Delivery.SHORT:
        await _send_half(request, streamed, answer)
    elif answer.delivery is Delivery.ENDLESS:
        await _send_for_ever(request, streamed, answer)
    if request.transport is not None:
        request.transport.close()
    return streamed


async def _send_half(request: web.Request, response: web.StreamResponse, answer: SandboxResponse) -> None:
    response.content_length = len(answer.body)
    await response.prepare(request)
    await response.write(answer.body[: len(answer.body) // 2])


async def _send_for_ever(request: web.Request, response: web.StreamResponse, answer: SandboxResponse) -> NoReturn:
    """Until the client goes, or the server stops: either cancels this."""
    await response.prepare(request)
    await response.write(answer.body)
    while True:
        await response.write(_ENDLESS_PIECE)
        await asyncio.sleep(answer.pause)
