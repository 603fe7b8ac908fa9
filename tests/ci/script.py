"""A script of a workflow, as its job runs it, but in this process: most of what it cost was a Python to start.

The rehearsals run the same scripts as processes, as the files of each CI system say.
"""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
import traceback
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Final

from tests.conftest import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


_SCRIPTS: Final = tuple(str(REPOSITORY / folder) for folder in (".github", "examples"))


def run_script(
    script: Path, *arguments: str | Path, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a file, or a folder with a `__main__.py`, with these environment variables and no others.

    What it prints is read from its descriptors, so the words of programs that it starts are there too.
    """
    words = [str(script), *map(str, arguments)]
    with TemporaryFile() as out, TemporaryFile() as err:
        with _as_a_process(words, environment), _printing_to(1, out), _printing_to(2, err):
            code = _exit_code(script)
        return subprocess.CompletedProcess(words, code, _text(out), _text(err))


def _exit_code(script: Path) -> int:
    try:
        runpy.run_path(str(script), run_name="__main__")
    except SystemExit as ended:
        if isinstance(ended.code, str):
            print(ended.code, file=sys.stderr)
            return 1
        return ended.code or 0
    except Exception:  # noqa: BLE001  # as Python ends a process
        traceback.print_exc()
        return 1
    return 0


@contextmanager
def _as_a_process(words: list[str], environment: Mapping[str, str]) -> Iterator[None]:
    """The arguments and variables of a process of its own; the script's modules are gone afterwards, as with it."""
    before = dict(os.environ), sys.argv, list(sys.path), set(sys.modules)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = words
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before[0])
        sys.argv, sys.path[:] = before[1], before[2]
        for name in set(sys.modules) - before[3]:
            if str(getattr(sys.modules[name], "__file__", "")).startswith(_SCRIPTS):
                del sys.modules[name]


@contextmanager
def _printing_to(descriptor: int, file: IO[bytes]) -> Iterator[None]:
    """Have the descriptor, and Python's stream of it, lead to the file."""
    kept = os.dup(descriptor)
    os.dup2(file.fileno(), descriptor)
    redirect = redirect_stdout if descriptor == 1 else redirect_stderr
    try:
        with (
            open(descriptor, "w", encoding="utf-8", errors="backslashreplace", closefd=False) as stream,
            redirect(stream),
        ):
            yield
    finally:
        os.dup2(kept, descriptor)
        os.close(kept)


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8").replace("\r\n", "\n")
