"""Passwords from a program, such as a password manager's command line."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

from reconciler.errors import SecretError
from reconciler.git.executables import on_the_path, program_at, trusted_folders
from reconciler.model.secret import CommandRef, Secret
from reconciler.secrets.environment import Environment

_LARGEST = 64 * 1024  # bytes
_LONGEST = 300  # characters of the stderr of a program that failed
_LINES = 20  # of stdout, any of which may be a password
_READING = 0.5  # seconds
_SECONDS = 60  # long enough to touch a key or to answer a prompt


async def from_command(
    ref: CommandRef, environment: Environment, workspace: Path, masked: Callable[[str, str], str]
) -> Secret:
    """Return the first line that the program prints. Raises SecretError if it does not start, fails, or prints none.

    It runs in the workspace, without a shell, and without the variables that hold secrets. An error never repeats its
    stdout; if it failed, its stderr, without any password that is known here.
    """
    program, *arguments = ref.argv
    executable = _executable(program, environment, workspace)
    if executable is None:
        where = "in the workspace" if _is_path(program) else "on the PATH (outside the checkout)"
        raise SecretError(f"the password command {program} was not found {where}: install it, or give its full path")
    try:
        transport, running = await asyncio.get_running_loop().subprocess_exec(
            _Running,
            executable,
            *arguments,
            cwd=workspace,
            env=_variables(environment, workspace),
            stdin=asyncio.subprocess.DEVNULL,
        )
    except (OSError, ValueError) as error:  # a ValueError is an argument that no program can be given
        reason = getattr(error, "strerror", None) or error
        raise SecretError(f"the password command {program} did not start: {reason}") from None
    try:
        await asyncio.wait_for(running.ended(), _SECONDS)
        status = transport.get_returncode()
    except TimeoutError:
        stopped = f"did not end within {_SECONDS} s and was stopped{_reason(running, environment, masked)}"
        raise SecretError(f"the password command {program} {stopped}") from None
    finally:
        if transport.get_returncode() is None:
            transport.kill()
            await running.exited.wait()
        transport.close()
    if len(running.stdout) > _LARGEST:
        raise SecretError(
            f"the password command {program} printed more than {_LARGEST // 1024} kB, which cannot be a password"
        )
    if status:
        failed = f"failed with exit code {status}{_reason(running, environment, masked)}"
        raise SecretError(f"the password command {program} {failed}")
    return _first_line(program, bytes(running.stdout))


def _variables(environment: Environment, workspace: Path) -> dict[str, str]:
    """Return the program's variables. Its PATH lacks untrusted folders, where `#!/usr/bin/env node` would search."""
    variables = environment.for_a_program()
    path = os.pathsep.join(map(str, trusted_folders(variables.pop("PATH", None), workspace)))
    return {**variables, "PATH": path} if path else variables  # an empty one means the current folder


class _Running(asyncio.SubprocessProtocol):
    """A running program: all of its stdout, up to a bound, and the end of its stderr."""

    def __init__(self) -> None:
        self.stdout = bytearray()
        self.stderr = bytearray()
        self.exited = asyncio.Event()
        self._closed = {1: asyncio.Event(), 2: asyncio.Event()}

    async def ended(self) -> None:
        """Wait until it has ended or printed too much."""
        await self._closed[1].wait()
        if len(self.stdout) <= _LARGEST:
            await self.exited.wait()
            # Not for ever: an agent that it started may keep its stderr open for as long as it lives.
            await asyncio.wait([asyncio.create_task(self._closed[2].wait())], timeout=_READING)

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """Keep it; of stderr all is read, so that the program never waits, and the end is kept."""
        if fd == 1:
            self.stdout += data
            if len(self.stdout) > _LARGEST:
                self._closed[1].set()
        else:
            self.stderr += data
            del self.stderr[:-_LARGEST]

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:  # noqa: ARG002  # asyncio's signature
        """Note the end of stdout or stderr."""
        self._closed[fd].set()

    def process_exited(self) -> None:
        """Note the end of the program, whose output may still have to be read."""
        self.exited.set()


def _executable(program: str, environment: Environment, workspace: Path) -> Path | None:
    """Return the program's full path: below the workspace if it is written as a path, else from the PATH."""
    if _is_path(program):
        return program_at(workspace.absolute() / program)
    return on_the_path(program, environment.variables.get("PATH"), workspace)


def _is_path(program: str) -> bool:
    return "/" in program or os.sep in program


def _reason(running: _Running, environment: Environment, masked: Callable[[str, str], str]) -> str:
    """Quote the end of the program's stderr on one line, without passwords; or advise to run it by hand."""
    text = " ".join(running.stderr.decode("utf-8", "replace").split())
    secrets = {*running.stdout.decode("utf-8", "replace").split("\n")[:_LINES], *environment.secrets}
    for secret in sorted(secrets, key=len, reverse=True):
        text = masked(text, secret.strip())
    if not text:
        return ": run it by hand to see why"
    return f". It said: {text}" if len(text) <= _LONGEST else f". The end of what it said: {text[-_LONGEST:]}"


def _first_line(program: str, printed: bytes) -> Secret:
    try:
        line = printed.decode("utf-8").partition("\n")[0].removesuffix("\r")
    except UnicodeDecodeError:
        raise SecretError(f"the password command {program} did not print UTF-8 text") from None
    if not line:
        raise SecretError(f"the password command {program} printed an empty first line: the password must be there")
    return Secret(line)
