"""A sandbox that serves in a thread of its own, so that tests, the demo and the command line start it alike."""

import asyncio
import errno
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from aiohttp import web

from reconciler.errors import InputError
from reconciler.sandbox.application import application
from reconciler.sandbox.control.controls import Controls
from reconciler.sandbox.practice.site import ROOT
from reconciler.sandbox.service.contract import READ, WRITE
from reconciler.sandbox.state.database import SandboxDatabase
from reconciler.sandbox.state.seed import Seed, default_seed, load_seed

_LAST_WORDS = 0.2  # seconds that an answer under way may still take when the server stops


class SandboxServer(Controls):
    """A Bromcom with its address. Entering it starts to serve, leaving it stops."""

    def __init__(
        self, database: SandboxDatabase, host: str, port: int, folder: tempfile.TemporaryDirectory[str] | None
    ) -> None:
        """`folder` is removed when the server has stopped."""
        super().__init__(database)
        self.host = host
        self.port = port
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._thread = threading.Thread(target=self._run, name="sandbox", daemon=True)
        self._folder = folder

    @property
    def url(self) -> str:
        """`http://host:port`."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @property
    def read_url(self) -> str:
        """The address of the read service."""
        return self.url + READ.path

    @property
    def write_url(self) -> str:
        """The address of the write service."""
        return self.url + WRITE.path

    @property
    def pages_url(self) -> str:
        """The address of the practice pages."""
        return self.url + ROOT

    def __enter__(self) -> Self:
        self._thread.start()
        try:
            self._ready.wait()
        except KeyboardInterrupt:
            self.__exit__(None, None, None)
            raise
        if self._failure is not None:
            self._thread.join()
            self._let_go()
            raise self._failure
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ready.wait()
        if self._failure is None and self._loop is not None and self._stop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._let_go()

    def wait(self) -> None:
        """Wait while it serves; a KeyboardInterrupt gets through, on Windows too."""
        while self._thread.is_alive():
            self._thread.join(0.5)

    def _let_go(self) -> None:
        self.database.close()
        if self._folder is not None:
            self._folder.cleanup()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:  # noqa: BLE001  # it is raised in the thread that started this one
            self._failure = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        runner = web.AppRunner(
            application(self), access_log=None, handler_cancellation=True, shutdown_timeout=_LAST_WORDS
        )
        await runner.setup()
        try:
            site = web.TCPSite(runner, self.host, self.port)
            try:
                await site.start()
            except OSError as error:
                raise _cannot_serve(self.url, error) from None
            self.port = runner.addresses[0][1]
            self._ready.set()
            await self._stop.wait()
        finally:
            await _clean_up(runner)


async def _clean_up(runner: web.AppRunner) -> None:
    """Stop serving, and leave no connection open: a client that does not read would keep one for ever."""
    connections = list(runner.server.connections) if runner.server else []
    transports = [connection.transport for connection in connections]
    await runner.cleanup()
    for transport in transports:
        if transport is not None:
            transport.abort()
    await asyncio.sleep(0)  # an aborted transport lets go of its socket in the loop's next round


def _cannot_serve(url: str, error: OSError) -> InputError:
    if error.errno == errno.EADDRINUSE:
        return InputError(
            f"the sandbox cannot serve at {url}: the port is in use, perhaps by another sandbox. "
            "Stop that program, or choose another port with --port."
        )
    return InputError(f"the sandbox cannot serve at {url}: {error.strerror or error}. Choose another --host or --port.")


def serve(
    seed: Seed | Path | None = None, *, port: int = 0, host: str = "127.0.0.1", state: Path | None = None
) -> SandboxServer:
    """A sandbox to enter with `with`.

    seed   its initial state: a seed, its file, or the default seed of `examples/trust`
    port   0 takes a free one
    state  the file that keeps its state; one that exists takes no seed. Without a file the state is not kept

    Raises InputError for a seed or a state that cannot be used, and on entering for an address that cannot be served.
    """
    if state is not None:
        return SandboxServer(_database(seed, state), host, port, None)
    folder = tempfile.TemporaryDirectory(prefix="reconciler-sandbox-", ignore_cleanup_errors=True)
    try:
        return SandboxServer(_database(seed, Path(folder.name) / "state.db"), host, port, folder)
    except BaseException:
        folder.cleanup()
        raise


def _database(seed: Seed | Path | None, path: Path) -> SandboxDatabase:
    database = SandboxDatabase(path)
    try:
        _plant(database, seed, path)
    except BaseException:
        database.close()
        raise
    return database


def _plant(database: SandboxDatabase, seed: Seed | Path | None, path: Path) -> None:
    if database.planted and seed is not None:
        raise InputError(
            f"cannot plant a seed in {path}: it already holds the state of a sandbox. "
            "Leave out --seed to continue with that state, or name another file with --state."
        )
    if not database.planted:
        database.plant(load_seed(seed) if isinstance(seed, Path) else seed or default_seed())
