"""The repository and the commit that this program was installed from, as far as its installation proves them."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlsplit
from urllib.request import url2pathname

import reconciler
from reconciler.git.checkout import checkout
from reconciler.git.executables import on_the_path

if TYPE_CHECKING:
    from importlib.metadata import Distribution

_RECORD: Final = "direct_url.json"  # of PEP 610: pip, pipx and uv write it
_RELEASED: Final = "released_from.txt"  # the commit; .ci/release.py lays it into what it builds
_PACKAGE: Final = Path("reconciler")
_ELSEWHERE: Final = {"ci_examples": "examples/ci", "schemas": "schemas"}
_SECONDS: Final = 10
_HASH: Final = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_GITHUB: Final = re.compile(r"(?:(?:ssh|git|https?)://)?(?:[^@/]+@)?github\.com[:/]([\w.-]+)/([\w.-]+?)(?:\.git)?/?")
_NAME: Final = re.compile(r"[\w.-]+/[\w.-]+")


class ProgramSource(NamedTuple):
    """A commit of the program.

    address   the https address of its repository; empty if it is not known
    revision  the full hash; empty if it is not known
    version   the program's version there; empty if it is not known
    unclear   the reason for what is not known
    """

    address: str = ""
    revision: str = ""
    version: str = ""
    unclear: str = ""

    @property
    def on_github(self) -> str:
        """OWNER/NAME of a repository on GitHub; empty for another one."""
        match = _GITHUB.fullmatch(self.address)
        return f"{match[1]}/{match[2]}" if match else ""


def is_full_hash(text: str) -> bool:
    """Tell if a text is a commit's whole hash, and not the zeros that stand for no commit."""
    return bool(_HASH.fullmatch(text) and text.strip("0"))


def public_address(typed: str) -> str:
    """Return the https address of a repository, without a login; empty if it has none. OWNER/NAME is on GitHub."""
    if _NAME.fullmatch(typed):
        return f"https://github.com/{typed.removesuffix('.git')}.git"
    if match := _GITHUB.fullmatch(typed):
        return f"https://github.com/{match[1]}/{match[2]}.git"
    try:
        parts = urlsplit(typed)
        host = f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname
    except ValueError:
        return ""
    is_plain = parts.scheme == "https" and host and not re.search(r"[\s\"'$\\`]", parts.path)
    return f"https://{host}{parts.path}" if is_plain else ""


def installed_from() -> ProgramSource:
    """Return where the running program came from. A commit is named only if the program is that commit's."""
    from importlib.metadata import distributions

    found = list(distributions(name="bromcom-reconciler"))
    for distribution in found:
        try:
            record = json.loads(distribution.read_text(_RECORD) or "null")
        except ValueError:
            continue
        if isinstance(record, dict):
            is_file = "archive_info" in record  # a wheel or an sdist, as an index has them
            return _of_release(distribution) if is_file else _of_record(record, distribution)
    return _of_release(found[0]) if found else ProgramSource(unclear="it was not installed")


def _of_release(distribution: Distribution) -> ProgramSource:
    """Return the commit that a release was built from: neither an index nor a file of one gives a record of it."""
    address = _released_at(distribution)
    try:
        revision = Path(reconciler.__file__).with_name(_RELEASED).read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        revision = ""
    if not is_full_hash(revision) or not address:
        return ProgramSource(address, unclear="it was not installed from git, and is no release that names its commit")
    return ProgramSource(address, revision, reconciler.__version__)


def _released_at(distribution: Distribution) -> str:
    """Return the https address of the repository that the metadata names; empty if it has no owner yet."""
    named = (text.partition(", ") for text in distribution.metadata.get_all("Project-URL", ()))
    address = next((public_address(address) for label, _, address in named if label == "Repository"), "")
    return "" if "/OWNER/" in address else address


def _of_record(record: dict[str, Any], distribution: Distribution) -> ProgramSource:
    url, git = record.get("url") or "", record.get("vcs_info") or {}
    if git and _is_running(Path(str(distribution.locate_file("")))):
        address, revision = public_address(url), str(git.get("commit_id", ""))
        if not address:
            return ProgramSource(unclear="it was installed from a repository that has no https address")
        if is_full_hash(revision):
            return ProgramSource(address, revision, reconciler.__version__)
    top = Path(url2pathname(urlsplit(url).path))
    if record.get("dir_info") is not None and _is_running(top):
        return _of_checkout(top)
    unclear = "it was installed from a folder that was changed or removed since, or its own files were changed"
    return ProgramSource(_released_at(distribution), unclear=unclear)


def _is_running(folder: Path) -> bool:
    """Tell if the program that runs is the one in a folder, file by file."""
    package = Path(reconciler.__file__).parent
    try:
        return (folder / _PACKAGE).samefile(package) or all(
            file.read_bytes() == (folder / _place(file.relative_to(package))).read_bytes()
            for file in package.rglob("*")
            if file.is_file() and file.parent.name != "__pycache__"
        )
    except OSError:
        return False


def _place(file: Path) -> Path:
    """Return the place in a checkout of a file of the installed package; pyproject.toml says which lie elsewhere."""
    elsewhere = _ELSEWHERE.get(file.parts[0])
    return Path(elsewhere, *file.parts[1:]) if elsewhere else _PACKAGE / file


def _of_checkout(top: Path) -> ProgramSource:
    """Return the commit of a checkout, if it is published and nothing was changed since."""
    git = on_the_path("git", os.environ.get("PATH"), top)
    repository = checkout(top)
    if git is None or repository is None or repository.top != top:
        return ProgramSource(unclear="it runs from a folder that is no git checkout, or git is not installed")
    address = public_address(_answer(git, top, "config", "--get", "remote.origin.url") or "")
    if not address:
        return ProgramSource(unclear="it runs from a checkout without an https address of its origin")
    if _answer(git, top, "status", "--porcelain") != "":
        return ProgramSource(address, unclear="it runs from a checkout with changes that no commit has")
    revision = _answer(git, top, "rev-parse", "HEAD") or ""
    if not _answer(git, top, "for-each-ref", f"--contains={revision}", "refs/remotes/origin") or not revision:
        return ProgramSource(address, unclear="it runs from a commit that its origin does not have yet")
    return ProgramSource(address, revision, reconciler.__version__)


def _answer(git: Path, top: Path, *arguments: str) -> str | None:
    """Return the words of git; None if it failed."""
    try:
        answer = subprocess.run(  # noqa: S603  # no shell, and the checkout is the program's own
            [git, "-c", "core.fsmonitor=false", *arguments],
            cwd=top,
            capture_output=True,
            check=False,
            env={name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
            stdin=subprocess.DEVNULL,
            timeout=_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.decode("utf-8", "replace").strip() if answer.returncode == 0 else None
