"""Sending an answer: whole, short of its length, without an end, or not at all.

Like the real servers, this one closes the connection after an error.
"""

import asyncio
from typing import NoReturn

from aiohttp import web

from reconciler.sandbox.service.http_answer import Delivery, HttpAnswer

_ENDLESS_PIECE = b"<Row>practice</Row>" * 2000


async def send(request: web.Request, answer: HttpAnswer) -> web.StreamResponse:
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


async def _send_half(request: web.Request, response: web.StreamResponse, answer: HttpAnswer) -> None:
    response.content_length = len(answer.body)
    await response.prepare(request)
    await response.write(answer.body[: len(answer.body) // 2])


async def _send_for_ever(request: web.Request, response: web.StreamResponse, answer: HttpAnswer) -> NoReturn:
    """Until the client goes, or the server stops: either cancels this."""
    await response.prepare(request)
    await response.write(answer.body)
    while True:
        await response.write(_ENDLESS_PIECE)
        await asyncio.sleep(answer.pause)
