"""Passwords from a program, such as a password manager's command line."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

from reconciler.errors import SecretError
from reconciler.model.secret import CommandRef, Secret
from reconciler.programs import on_the_path, program_at

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.secrets.environment import Environment

_LARGEST = 64 * 1024  # bytes
_SECONDS = 60  # long enough to touch a key or to answer a prompt


async def from_command(ref: CommandRef, environment: Environment, workspace: Path) -> Secret:
    """The first line that the program prints; raises SecretError where it does not start, fails, or prints nothing.

    It runs in the workspace, without a shell. What it prints never stands in an error.
    """
    program, *arguments = ref.argv
    found = _found(program, environment, workspace)
    if found is None:
        where = "in the workspace" if _is_path(program) else "on the PATH (outside the checkout)"
        raise SecretError(f"the password command {program} was not found {where}: install it, or name its whole path")
    try:
        process = await asyncio.create_subprocess_exec(
            found,
            *arguments,
            cwd=workspace,
            env=environment.whole(),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except (OSError, ValueError) as error:  # a ValueError is an argument that no program can be given
        reason = getattr(error, "strerror", None) or error
        raise SecretError(f"the password command {program} did not start: {reason}") from None
    try:
        printed = await asyncio.wait_for(_printed(program, process), _SECONDS)
    except TimeoutError:
        stopped = f"did not end within {_SECONDS} s and was stopped: run it by hand to see why"
        raise SecretError(f"the password command {program} {stopped}") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return _first_line(program, process.returncode, printed)


def _found(program: str, environment: Environment, workspace: Path) -> Path | None:
    """The program's whole path: below the workspace where it is written as a path, else as the PATH has it."""
    if _is_path(program):
        return program_at(workspace.absolute() / program)
    return on_the_path(program, environment.get("PATH"), workspace)


def _is_path(program: str) -> bool:
    return "/" in program or os.sep in program


async def _printed(program: str, process: asyncio.subprocess.Process) -> bytes:
    """All that it prints, up to what could be a password and some words around it."""
    assert process.stdout
    printed = bytearray()
    while chunk := await process.stdout.read(_LARGEST):
        printed += chunk
        if len(printed) > _LARGEST:
            raise SecretError(f"the password command {program} printed more than {_LARGEST // 1024} kB: no password")
    await process.wait()
    return bytes(printed)


def _first_line(program: str, status: int | None, printed: bytes) -> Secret:
    if status != 0:
        raise SecretError(f"the password command {program} failed with exit code {status}: run it by hand to see why")
    try:
        line = printed.decode("utf-8").partition("\n")[0].removesuffix("\r")
    except UnicodeDecodeError:
        raise SecretError(f"the password command {program} printed something that is not UTF-8") from None
    if not line:
        raise SecretError(f"the password command {program} printed nothing on its first line: the password goes there")
    return Secret(line)
