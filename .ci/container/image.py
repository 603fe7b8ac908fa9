"""The container: its image is built from a wheel, and plans as a user without rights, with nothing to write to.

    python .ci/container/image.py FOLDER    build the image from the wheel of FOLDER, and try it

It takes Docker where a daemon answers, and keeps the image there as `bromcom-reconciler`. Elsewhere root can do
without: the steps of the Containerfile run in namespaces of their own, one layer a stage, on top of this machine's
files in place of the base image. That proves the steps, the user, the read-only file system and the entry point; not
the base, the labels or the size. It exits with 1 and a sentence if something is wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Stage = Sequence[tuple[str, str]]  # (instruction, the rest of its line)
    # (arguments of the program, the folder that is its workspace, if it may write there) -> a command line
    Container = Callable[[Sequence[str], Path, bool], list[str]]

ROOT: Final = Path(__file__).resolve().parent.parent.parent
FILE: Final = ROOT / ".ci" / "container" / "Containerfile"
NAME: Final = "bromcom-reconciler"
TUTORIAL: Final = ROOT / "docs" / "tutorial" / "first-plan.md"
SEALED: Final = ("--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges")  # noqa: S108
_PATH: Final = "/usr/local/bin:/usr/bin:/bin"
_DIFFERENCES: Final = 2


def fail(text: str) -> NoReturn:
    """Print what was not done and why, and exit with 1."""
    sys.exit(f"Error: {text}")


def run(*command: str | Path, code: int = 0) -> str:
    """Run a program with no shell and tell of it; its output. Exit with 1 if it ended with another code."""
    words = [*map(str, command)]
    print(f"$ {shown(words)}", flush=True)
    done = subprocess.run(words, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=ROOT)  # noqa: S603
    text = done.stdout.decode("utf-8", "replace")
    print(text, end="", flush=True)
    if done.returncode != code:
        fail(f"`{shown(words)}` ended with {done.returncode}, and should with {code}.")
    return text


def shown(words: Sequence[str]) -> str:
    """Return a command line for people; of one in namespaces, what is run there and as which user."""
    if "--enter" not in words:
        return shlex.join(words)
    _, user, _, _, command, volume = json.loads(words[-1])
    return f"[as {user}{', read-only' if volume else ''}] {shlex.join(command)}"


def stages(text: str) -> list[Stage]:
    """Return the instructions of a Containerfile, stage by stage; each stage begins with its FROM."""
    found: list[list[tuple[str, str]]] = []
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("#")).replace("\\\n", " ")
    for line in filter(None, map(str.strip, lines.splitlines())):
        word, _, rest = line.partition(" ")
        if word == "FROM":
            found.append([])
        found[-1].append((word, rest.strip()))
    return [*found]


def settings(stage: Stage) -> dict[str, str]:
    """Return the variables that a stage sets."""
    return dict(each.split("=", 1) for word, rest in stage if word == "ENV" for each in shlex.split(rest))


def last(stage: Stage, word: str) -> str:
    """Return the last instruction of a kind: the one that counts."""
    return [rest for each, rest in stage if each == word][-1]


def has_docker() -> bool:
    """Tell if a daemon answers."""
    program = shutil.which("docker")
    return bool(program) and not subprocess.run([str(program), "info"], check=False, capture_output=True).returncode  # noqa: S603


def by_docker(wheel: Path) -> Container:
    """Build with Docker."""
    version = wheel.name.split("-")[1]
    revision = run("git", "rev-parse", "HEAD").strip()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    told = {"VERSION": version, "REVISION": revision, "SOURCE": project["urls"]["Repository"]}
    with tempfile.TemporaryDirectory() as context:
        gather(wheel, Path(context))
        arguments = [part for key, value in told.items() for part in ("--build-arg", f"{key}={value}")]
        run("docker", "build", "--file", FILE, "--tag", NAME, *arguments, context)

    def container(arguments: Sequence[str], folder: Path, writes: bool) -> list[str]:
        volume = f"{folder}:/workspace{'' if writes else ':ro'}"
        return ["docker", "run", "--rm", *SEALED, "--network", "host", "--volume", volume, NAME, *arguments]

    return container


def gather(wheel: Path, context: Path) -> None:
    """Lay what the builder gets into an empty folder."""
    for file, place in (
        (ROOT / ".github/actions/reconciler/requirements.txt", ".github/actions/reconciler"),
        (wheel, "dist"),
    ):
        (context / place).mkdir(parents=True)
        shutil.copy(file, context / place)


def by_namespaces(wheel: Path, place: Path) -> Container:
    """Build without a daemon, in this process's own mount namespace; `place` is an empty folder."""
    run("mount", "-t", "tmpfs", "tmpfs", place)
    gather(wheel, place / "context")
    built = {}
    for number, stage in enumerate(stages(FILE.read_text(encoding="utf-8"))):
        top = place / str(number)
        for folder in ("upper", "work", "root"):
            (top / folder).mkdir(parents=True)
        layers = f"lowerdir=/,upperdir={top / 'upper'},workdir={top / 'work'}"
        run("mount", "-t", "overlay", "overlay", "-o", layers, top / "root")
        open_to_all(top / "root", Path(sys.base_prefix))
        for word, rest in stage:
            if word == "FROM":
                built[rest.partition(" AS ")[2]] = top / "root"
            elif word == "COPY":
                copy(rest.split(), built, place / "context", top / "root")
            elif word == "RUN":
                run(*entering(top / "root", "0:0", {"HOME": "/root"}, "/", command_of(rest)))
            elif word == "WORKDIR":
                (top / "root" / rest.lstrip("/")).mkdir(parents=True, exist_ok=True)
    user, home, entry = last(stage, "USER"), last(stage, "WORKDIR"), command_of(last(stage, "ENTRYPOINT"))

    def container(arguments: Sequence[str], folder: Path, writes: bool) -> list[str]:
        command = [*entry, *arguments]
        return entering(
            top / "root", user, settings(stage), home, command, "--volume", f"{folder}", "rw" if writes else "ro"
        )

    return container


def open_to_all(root: Path, inside: Path) -> None:
    """Let everybody reach the Python that stands for the base's, in this layer alone."""
    for folder in (inside, *inside.parents):
        there = root / str(folder).lstrip("/")
        there.chmod(there.stat().st_mode | 0o055)


def command_of(rest: str) -> list[str]:
    """Return the words of an instruction without a shell; `python` is the one that runs this."""
    words: list[str] = json.loads(rest)
    base = str(Path(sys.base_prefix) / "bin" / Path(sys.executable).resolve().name)
    return [base if words[0] == "python" else words[0], *words[1:]]


def copy(words: list[str], built: dict[str, Path], context: Path, root: Path) -> None:
    """Copy as COPY does, from the context or another stage."""
    source = built[words.pop(0).removeprefix("--from=")] if words[0].startswith("--from=") else context
    target = root / words.pop().lstrip("/")
    for word in words:
        for found in source.glob(word.lstrip("/")):
            if found.is_dir():
                shutil.copytree(found, target, symlinks=True)
            else:
                target.mkdir(exist_ok=True)
                shutil.copy(found, target)


def entering(root: Path, user: str, told: dict[str, str], home: str, command: list[str], *volume: str) -> list[str]:
    """Return a command line that runs a command in a root of its own."""
    pip = {name: value for name, value in os.environ.items() if name.startswith("PIP_") and user == "0:0"}
    entered = json.dumps([str(root), user, {"PATH": _PATH, **pip, **told}, home, command, volume[1:]])
    return ["unshare", "--mount", sys.executable, str(Path(__file__).resolve()), "--enter", entered]


def enter(entered: str) -> NoReturn:
    """Become that command, in its root, as its user, with its variables alone; with a volume, the root is read-only."""
    if sys.platform != "linux":  # not an assertion: mypy would judge what follows as on Windows
        fail("only Linux has these namespaces.")
    name, user, variables, home, command, volume = json.loads(entered)
    root = Path(name)
    if volume:
        mount("--bind", root, root)
        mount("-o", "remount,bind,ro", root)
    for each in ("dev", "proc"):
        mount("--rbind", f"/{each}", root / each)
    if volume:
        folder, rights = volume
        mount("-t", "tmpfs", "-o", "mode=1777", "tmpfs", root / "tmp")
        mount("--bind", folder, root / home.lstrip("/"))
        mount("-o", f"remount,bind,{rights}", root / home.lstrip("/"))
    number, _, group = user.partition(":")
    os.chroot(root)
    os.chdir(home)
    os.setgroups([])
    os.setgid(int(group))
    os.setuid(int(number))
    os.execve(command[0], command, variables)  # noqa: S606  # no shell


def mount(*words: str | Path) -> None:
    """Mount something, quietly."""
    subprocess.run(["mount", *map(str, words)], check=True)  # noqa: S603, S607


def first_plan(container: Container, place: Path) -> None:
    """Serve a practice Bromcom from the image, and plan against it with nothing to write to."""
    manifests = re.search(
        r'^```yaml title="reconciler.yaml"\n(.+?)^```', TUTORIAL.read_text(encoding="utf-8"), re.M | re.S
    )
    assert manifests, f"{TUTORIAL} shows no manifests"
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    workspace = place / "workspace"
    workspace.mkdir()
    workspace.chmod(0o777)  # for the image's own user
    (workspace / "reconciler.yaml").write_text(manifests[1].replace("8765", str(port)), encoding="utf-8")
    run(*container(["--version"], workspace, False))
    run(*container(["validate"], workspace, False))
    words = container(["sandbox", "--port", str(port), "--env-file", "practice.env"], workspace, True)
    print(f"$ {shown(words)} &", flush=True)
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as served:  # noqa: S603
        assert served.stdout
        while not (workspace / "practice.env").is_file():
            if not served.stdout.readline():
                fail("the practice Bromcom did not start.")
        plan = ["plan", "--env-file", "practice.env"]
        told = run(*container(plan, workspace, False), code=_DIFFERENCES)
        refused = run(*container([*plan, "--out", "plan.json"], workspace, False), code=1)
        served.terminate()
        served.stdout.read()
    if "PersonPhotos" not in told or "plan.json was not written: Read-only" not in refused:
        fail("the plan is not the tutorial's, or the refusal to write is not ours.")
    print("== container: a first plan", flush=True)


def main() -> None:
    """Build and try."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--place", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--enter", help=argparse.SUPPRESS)
    typed = parser.parse_args()
    if typed.enter:
        enter(typed.enter)
    (wheel,) = typed.folder.resolve().glob("*.whl")
    if typed.place:  # in a namespace of its own: what is mounted goes when this ends, and nothing is removed before
        (typed.place / "image").mkdir()
        first_plan(by_namespaces(wheel, typed.place / "image"), typed.place)
        return
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)  # the image's user must reach its workspace
        if has_docker():
            first_plan(by_docker(wheel), Path(name))
        elif sys.platform == "linux" and os.geteuid() == 0:
            own = ["unshare", "--mount", sys.executable, __file__, str(typed.folder.resolve()), "--place", name]
            sys.exit(subprocess.run(own, check=False).returncode)  # noqa: S603  # no shell
        else:
            fail("nothing was built: no Docker daemon answers, and only root on Linux can do without.")


if __name__ == "__main__":
    main()
