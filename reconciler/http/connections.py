"""aiohttp's connections, with the two things that a run of many schools needs changed.

One that lay idle is used again only where nothing came over it meanwhile: aiohttp would hand such a message to the
next question, and one account would be judged by another's answer. And a look-up that takes long holds up no other.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from reconciler.http.client_library import aiohttp
from reconciler.http.proxy_tls import is_loopback

if TYPE_CHECKING:
    from aiohttp.client_reqrep import ConnectionKey
    from aiohttp.connector import Connection
    from aiohttp.tracing import Trace

    AddressInfo = tuple[int, int, int, str, tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]]


class Connections(aiohttp.TCPConnector):
    """The connections of one run."""

    async def _get(self, key: ConnectionKey, traces: list[Trace]) -> Connection | None:
        """An idle connection, or None. aiohttp asks whether one is fit when it is laid aside, and not again.

        (`test_connections.py` fails should a later aiohttp take its idle connections another way.)
        """
        while (found := await super()._get(key, traces)) and found.protocol and found.protocol.should_close:
            found.close()
        return found


class ThreadedResolver(aiohttp.abc.AbstractResolver):
    """The system's look-up of names, a thread for each. aiohttp looks a name up once for all who ask."""

    def __init__(self, longest: float) -> None:
        self._longest = longest

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[aiohttp.abc.ResolveResult]:
        """The addresses of a host. Raises gaierror (EAI_AGAIN where there is no answer in time) and UnicodeError."""
        # Windows without a network, asked for the families that it has addresses of, does not find even `localhost`.
        flags = 0 if is_loopback(host) else socket.AI_ADDRCONFIG
        try:
            async with asyncio.timeout(self._longest):
                found = await in_thread(
                    lambda: socket.getaddrinfo(host, port, family, socket.SOCK_STREAM, 0, flags), "look-up"
                )
        except TimeoutError:
            raise socket.gaierror(socket.EAI_AGAIN, "no answer in time") from None
        return [_result(host, info) for info in found]

    async def close(self) -> None:
        """Nothing is kept."""


def _result(name: str, info: AddressInfo) -> aiohttp.abc.ResolveResult:
    family, _, proto, _, address = info
    host = str(address[0])
    if len(address) == 4 and address[3] and "%" not in host:  # a link-local address counts within its interface
        host = f"{host}%{address[3]}"
    return aiohttp.abc.ResolveResult(
        hostname=name,
        host=host,
        port=int(address[1]),
        family=family,
        proto=proto,
        flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
    )


T = TypeVar("T")


async def in_thread(work: Callable[[], T], name: str) -> T:
    """Run a piece of work in a thread of its own, and return its result. Raises what it raises.

    asyncio's own threads are a handful, which a few pieces of endless work would use up, and the end of a run waits for
    them. This one is a daemon, which delays no exit.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: Exception | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type]  # T may include None

    def run() -> None:
        result, caught = None, None
        try:
            result = work()
        except Exception as error:  # noqa: BLE001  # it is raised where it is waited for
            caught = error
        with suppress(RuntimeError):  # the run is over
            loop.call_soon_threadsafe(settle, result, caught)

    threading.Thread(target=run, name=name, daemon=True).start()
    return await future
