"""Each documented way to install what was built, up to the first plan and the first page, told in a log.

    python .ci/installing.py FOLDER              install the wheel of FOLDER in each way, from an index on this machine
    python .ci/installing.py FOLDER --only pip   in one of them: pip, lowest, pipx, uv, other or pre-commit
    python .ci/installing.py --program PROGRAM   try a program that is there already: reconciler.exe, reconciler.pyz

It runs with the packages of .ci/requirements/release.txt; what the wheel needs comes from the index that pip and uv are
set to. It exits with 1 if a way fails.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import re
import shutil
import socket
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
import urllib.request
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

ROOT: Final = Path(__file__).resolve().parent.parent
NAME: Final = "bromcom-reconciler"
OTHER: Final = "reconciler==0.2.2"  # on PyPI: another project's
TUTORIAL: Final = ROOT / "docs" / "tutorial" / "first-plan.md"
TIDY: Final = ROOT / "docs" / "how-to" / "tidy.md"
_SCRIPTS: Final = "Scripts" if os.name == "nt" else "bin"
_PATIENCE: Final = 120  # seconds for anything that is expected
_LINK: Final = re.compile(r"http://127\.0\.0\.1:\d+/\?token=\S+")


def run(*command: str | Path, where: Path, code: int = 0, variables: Mapping[str, str] | None = None) -> str:
    """Run a program with no shell and tell of it; its output. Exit with 1 if it ended with another code."""
    words = [*map(str, command)]
    print(f"$ {' '.join(words)}", flush=True)
    done = subprocess.run(  # noqa: S603  # no shell
        words,
        cwd=where,
        env={**os.environ, **(variables or {})},
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    text = done.stdout.decode("utf-8", "replace")
    print(text, end="", flush=True)
    if done.returncode != code:
        sys.exit(f"Error: `{' '.join(words)}` ended with {done.returncode}, and should with {code}.")
    return text


def first_plan(file: Path, place: Path, *, demo: bool = True) -> None:
    """Do what the tutorial says up to the first plan, in a folder with a space and an umlaut, and open the app."""
    program = [sys.executable, file] if file.suffix == ".pyz" else [file]
    folder = place / "Our Schule für alle"
    folder.mkdir()
    manifests = re.search(
        r'^```yaml title="reconciler.yaml"\n(.+?)^```', TUTORIAL.read_text(encoding="utf-8"), re.M | re.S
    )
    assert manifests, f"{TUTORIAL} shows no manifests"
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (folder / "reconciler.yaml").write_text(manifests[1].replace("8765", str(port)), encoding="utf-8")
    run(*program, "--version", where=folder)
    if demo:
        run(*program, "demo", where=folder)
    run(*program, "validate", where=folder)
    with _running(*program, "sandbox", "--port", str(port), "--env-file", "practice.env", where=folder) as lines:
        while not (folder / "practice.env").is_file():
            lines()
        told = run(*program, "plan", "--env-file", "practice.env", where=folder, code=2)
        assert "PersonPhotos" in told, "the plan does not name what is too much"
    with _running(*program, "ui", "--no-browser", where=folder) as lines:
        link = _LINK.search(lines())
        while link is None:
            link = _LINK.search(lines())
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor())
        with opener.open(link[0], timeout=_PATIENCE) as answer:  # of this machine
            assert b"reconciler" in answer.read(), "the app shows no page"
    print("The first page was opened.", flush=True)


def end(process: subprocess.Popen[bytes]) -> None:
    """End a program and what it started: reconciler.exe starts itself again."""
    if os.name == "nt":
        subprocess.run(["taskkill", "/T", "/F", "/PID", str(process.pid)], check=False, capture_output=True)  # noqa: S603, S607
    else:
        process.terminate()


@contextlib.contextmanager
def _running(*command: str | Path, where: Path) -> Iterator[Callable[[], str]]:
    """Run a program meanwhile; the function returns its next line, and fails if there is none."""
    words = [*map(str, command)]
    print(f"$ {' '.join(words)} &", flush=True)
    told = os.environ | {"PYTHONUNBUFFERED": "1"}
    done = subprocess.Popen(words, cwd=where, env=told, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # noqa: S603
    late = threading.Timer(_PATIENCE, end, [done])
    late.start()

    def line() -> str:
        assert done.stdout
        text = done.stdout.readline().decode("utf-8", "replace")
        print(text, end="", flush=True)
        assert text, f"`{' '.join(words)}` ended, or said nothing for {_PATIENCE} seconds"
        return text

    try:
        yield line
    finally:
        late.cancel()
        end(done)
        done.communicate(timeout=_PATIENCE)


def tool(name: str, folder: Path | None = None) -> Path:
    """Return a program of a folder, or one that pip installed for this Python, with the ending that it has there."""
    place = folder or sysconfig.get_path("scripts")
    found = shutil.which(name, path=str(place))
    return Path(found) if found else sys.exit(f"Error: {name} is not in {place}.")


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files without a word."""

    def log_message(self, *_: object) -> None:
        """Say nothing of a request: the log is for people."""


@contextlib.contextmanager
def index(dist: Path, place: Path) -> Iterator[str]:
    """Serve the distributions of a folder as a package index of one project; its address."""
    listed = place / "simple" / NAME
    listed.mkdir(parents=True)
    for file in dist.glob("*bromcom_reconciler*"):
        shutil.copy(file, listed)
    handler = partial(QuietHandler, directory=str(place))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/simple/"
        server.shutdown()


def by_pip(place: Path, address: str) -> Path:
    """In a virtual environment, with the newest packages."""
    run(sys.executable, "-m", "venv", place / "venv", where=place)
    python = place / "venv" / _SCRIPTS / Path(sys.executable).name
    run(python, "-m", "pip", "install", "--quiet", "--extra-index-url", address, NAME, where=place)
    return tool("reconciler", python.parent)


def by_lowest(place: Path, address: str) -> Path:
    """With the lowest versions that pyproject.toml allows."""
    uv = tool("uv")
    run(uv, "venv", "--quiet", "--python", sys.executable, place / "venv", where=place)
    python = place / "venv" / _SCRIPTS / Path(sys.executable).name
    lowest = ("--resolution", "lowest-direct", "--index", address)
    run(uv, "pip", "install", "--quiet", "--python", python, *lowest, NAME, where=place)
    return tool("reconciler", python.parent)


def by_pipx(place: Path, address: str) -> Path:
    """By pipx, which the docs name first."""
    own = {"PIPX_HOME": str(place / "pipx"), "PIPX_BIN_DIR": str(place / "bin")}
    own |= {"PIP_EXTRA_INDEX_URL": address, "UV_INDEX": address}  # it takes uv where that is, and pip elsewhere
    run(tool("pipx"), "install", "--python", sys.executable, NAME, where=place, variables=own)
    return tool("reconciler", place / "bin")


def by_uv(place: Path, address: str) -> Path:
    """As a tool of uv."""
    own = {"UV_TOOL_DIR": str(place / "tools"), "UV_TOOL_BIN_DIR": str(place / "bin"), "UV_INDEX": address}
    run(tool("uv"), "tool", "install", "--quiet", "--python", sys.executable, NAME, where=place, variables=own)
    return tool("reconciler", place / "bin")


def beside_the_other(place: Path, address: str) -> Path:
    """Where the other project called reconciler was installed later: the error, and the commands that it gives."""
    there = place.with_name("pip")  # where that was tried before
    program = tool("reconciler", there / "venv" / _SCRIPTS) if there.is_dir() else by_pip(place, address)
    run(program.parent / Path(sys.executable).name, "-m", "pip", "install", "--quiet", "--no-deps", OTHER, where=place)
    told = run(program, "--version", where=place, code=1)
    for command in re.findall(r"^    (.+ -m pip .+)$", told, re.MULTILINE):
        run(*command.split(), where=place, variables={"PIP_EXTRA_INDEX_URL": address})
    return program


def by_pre_commit(place: Path, address: str) -> Path:  # noqa: ARG001  # it installs from the repository
    """As a hook of pre-commit, from the tag, as the docs show it."""
    config = re.search(r"^```yaml\n(repos:.+?)^```", TIDY.read_text(encoding="utf-8"), re.M | re.S)
    assert config, f"{TIDY} shows no hooks"
    run("git", "clone", "--quiet", ROOT, place / "project", where=place)
    tag = re.search(r"rev: (\S+)", config[1])
    assert tag, config[1]
    run("git", "tag", "--force", tag[1], where=place / "project")
    shutil.copytree(ROOT / "examples" / "one-school", place / "school")
    text = re.sub(r"repo: \S+", f"repo: {(place / 'project').as_posix()}", config[1])
    (place / "school" / ".pre-commit-config.yaml").write_text(text, encoding="utf-8")
    for words in (["init", "--quiet"], ["add", "--all"]):
        run("git", *words, where=place / "school")
    kept = {"PRE_COMMIT_HOME": str(place / "kept")}
    run(tool("pre-commit"), "run", "--all-files", where=place / "school", variables=kept)
    (program,) = (place / "kept").glob(f"repo*/py_env*/{_SCRIPTS}/reconciler*")
    return program


def same_as_built(wheel: Path, place: Path) -> None:
    """Exit with 1 unless what lies in a folder is this wheel, file by file: an index may have another one."""
    (package,) = place.rglob("reconciler/__init__.py")
    top = package.parent.parent
    with zipfile.ZipFile(wheel) as archive:
        built = {top / name: archive.read(name) for name in archive.namelist() if ".dist-info/" not in name}
    other = sorted(file for file in built if not file.is_file() or file.read_bytes() != built[file])
    if other:
        sys.exit(f"Error: nothing was started: {len(other)} files are not those of {wheel.name}, such as {other[0]}.")


WAYS: Final[Mapping[str, Callable[[Path, str], Path]]] = {
    "pip": by_pip,
    "lowest": by_lowest,
    "pipx": by_pipx,
    "uv": by_uv,
    "other": beside_the_other,
    "pre-commit": by_pre_commit,
}


def main() -> None:
    """Try what was typed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--only", choices=WAYS, action="append")
    parser.add_argument("--program", type=Path)
    typed = parser.parse_args()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # Windows has fewer letters for a pipe
    if typed.program:
        with tempfile.TemporaryDirectory() as name:
            print(f"\n== {typed.program.name}: a program that is there already", flush=True)
            first_plan(typed.program.absolute(), Path(name))
            print(f"== {typed.program.name}: a first plan", flush=True)
        return
    (wheel,) = typed.folder.glob("*.whl")
    with tempfile.TemporaryDirectory() as name, index(typed.folder, Path(name)) as address:
        for way in typed.only or WAYS:
            print(f"\n== {way}: {WAYS[way].__doc__}", flush=True)
            place = Path(name) / way
            place.mkdir()
            began = time.monotonic()
            program = WAYS[way](place, address)
            if way != "pre-commit":  # that is built from the commit
                same_as_built(wheel, place if way != "other" or typed.only == ["other"] else place.with_name("pip"))
            first_plan(program, place, demo=way == "pip")
            print(f"== {way}: a first plan after {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
