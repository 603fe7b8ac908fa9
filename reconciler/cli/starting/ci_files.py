"""The files that CI systems read: this project's examples, with their places filled in."""

from __future__ import annotations

import json
import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import reconciler
from reconciler.editing.target import text_of
from reconciler.errors import InputError
from reconciler.files import read_text
from reconciler.git.checkout import checkout
from reconciler.git.default_branch import default_branch
from reconciler.model.desired import Account

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from reconciler.cli.starting.program_source import ProgramSource
    from reconciler.model.desired import Desired

CODEOWNERS: Final = ".github/CODEOWNERS"
_OTHER_CODEOWNERS: Final = ("CODEOWNERS", "docs/CODEOWNERS")  # GitHub reads the first one of the three
# {system: {its example: the file in a repository}}. Pipelines of Azure may be anywhere; in a folder that begins with a
# dot they are no manifests.
_FILES: Final[Mapping[str, Mapping[str, str]]] = {
    "github": {
        "reconciler-plan.yml": ".github/workflows/reconciler-plan.yml",
        "reconciler-drift.yml": ".github/workflows/reconciler-drift.yml",
        "CODEOWNERS": CODEOWNERS,
    },
    "gitlab": {".gitlab-ci.yml": ".gitlab-ci.yml"},
    "azure": {
        "azure-pipelines-plan.yml": ".azure/azure-pipelines-plan.yml",
        "azure-pipelines-drift.yml": ".azure/azure-pipelines-drift.yml",
    },
}
# The program has the examples in its package if it was installed; a checkout has them at its top.
_PACKAGE: Final = Path(reconciler.__file__).parent
_EXAMPLES: Final = (_PACKAGE / "ci_examples", _PACKAGE.parent / "examples" / "ci")
_UNSAFE: Final = re.compile(r"[\x00-\x1f\x7f\"'$`\\]")  # signs that YAML, a shell or the CI system would read
_OWNED: Final = re.compile(r"^/\S+ +(@OWNER/\S+)$", re.MULTILINE)
_NOT_PLAIN: Final = re.compile(r"[^\w./\- ]")
_COVERED: Final = re.compile(r"reconciler\.yaml$|schools|(?:.*/)?schools/")  # by the lines of the example


class CiPlace(NamedTuple):
    """A workspace in its repository: the top, its folder from there with `/` or ".", and the default branch or ""."""

    top: Path
    folder: str
    branch: str


def ci_place(workspace: Path, system: str, named_branch: str) -> CiPlace:
    """Return the place of a workspace. Raises InputError outside a repository, and for an unknown branch if the system
    needs it."""
    repository = checkout(workspace)
    if repository is None:
        raise InputError(
            f"Nothing was written: {workspace.resolve()} is not in a git repository. Begin one at the top of what CI "
            "is to check out, with `git init`, then try again."
        )
    branch = named_branch or default_branch(repository.top)
    if system == "azure" and not branch:
        raise InputError(
            "Nothing was written: the checkout does not say which branch is the default one, and Azure's schedule "
            "names it. In a clone: `git remote set-head origin --auto`. Or add --default-branch NAME."
        )
    for what, name in (("folder", repository.inside), ("branch", branch)):
        if stray := _UNSAFE.search(name):
            raise InputError(
                f"Nothing was written: a CI file cannot name the {what} {name}. Rename it: no {stray[0]!r}."
            )
    return CiPlace(repository.top, repository.inside or ".", branch)


def ci_files(system: str, place: CiPlace, source: ProgramSource) -> dict[str, str]:
    """Return {file, from the top of the repository: its text}, without CODEOWNERS."""
    return {
        file: _filled(_example(system, name), place, source)
        for name, file in _FILES[system].items()
        if file != CODEOWNERS
    }


def codeowners(
    place: CiPlace, desired: Desired, approvers: Sequence[str], password_approvers: Sequence[str]
) -> tuple[str, bool]:
    """Return the text of CODEOWNERS, and if it has names for every line.

    A line without a name is a comment: GitHub takes a made-up name for a fault, and it may be that of a stranger.
    """
    folder = "/" if place.folder == "." else f"/{_pattern(place.folder)}/"
    text = _example("github", "CODEOWNERS")
    last = next(match for match in _OWNED.finditer(text) if "/schools/" in match[0])
    more = (f"\n/access/{_pattern(file):<19} {last[1]}" for file in _password_files(desired))
    text = text[: last.end()] + "".join(more) + text[last.end() :]
    names = {"@OWNER/data-protection": approvers, "@OWNER/mis-managers": password_approvers}

    def owned(line: re.Match[str]) -> str:
        given = " ".join(names[line[1]])
        return line[0].replace(line[1], given) if given else f"# {line[0]}"

    return _OWNED.sub(owned, text).replace("/access/", folder), all(names.values())


def codeowners_there(top: Path) -> str:
    """Return the file in which a repository has its CODEOWNERS already; empty if it has none."""
    return next((file for file in (CODEOWNERS, *_OTHER_CODEOWNERS) if (top / file).is_file()), "")


def refuse_different(top: Path, files: Mapping[str, str], command: str) -> None:
    """Raise InputError if a file is there with another text."""
    different = [file for file, text in files.items() if text_of(top / file).replace("\r\n", "\n") not in ("", text)]
    if not different:
        return
    advice = f"See how they differ: `{command} --dry-run`. To have the new ones, delete these files and try again."
    if ".gitlab-ci.yml" in different:
        advice += (
            " If .gitlab-ci.yml has other jobs, give the manifests a repository of their own: its `workflow` and "
            "`default` would be theirs too."
        )
    raise InputError(f"Nothing was written: {', '.join(different)} would be overwritten. {advice}")


def _example(system: str, name: str) -> str:
    folder = next(folder for folder in _EXAMPLES if folder.is_dir())
    return read_text(folder / system / name, what="the example")


def _filled(text: str, place: CiPlace, source: ProgramSource) -> str:
    branch = (
        place.branch if place.branch in ("", "main") else json.dumps(place.branch, ensure_ascii=False)
    )  # YAML reads `on` as a yes
    version = f" # v{source.version}" if source.version else ""
    fillings = (
        (r"()https://github\.com/OWNER/bromcom-reconciler\.git", source.address),
        (r"(uses: )OWNER/bromcom-reconciler(?=/)", source.on_github),
        (r"(@)0{40} # v[\d.]+", source.revision + version),
        (r'(")0{40}(?=")', source.revision),
        (r'(\b(?:workspace|WORKSPACE|WORKSPACE\n *value): )"\."', json.dumps(place.folder, ensure_ascii=False)),
        (r"(include: \[|DEFAULT_BRANCH: |DEFAULT_BRANCH[^\n]*\n *value: )main\b", branch),
    )
    for pattern, filling in fillings:
        text = re.sub(pattern, partial(_after_group, filling), text)
    return text


def _after_group(filling: str, place: re.Match[str]) -> str:
    return place[1] + filling  # which may hold a backslash, so that it is no template of `re`


def _password_files(desired: Desired) -> Iterator[str]:
    """Yield the manifests that say which account and password is used, or at which school, and that need a line."""
    accounts = [access.via for access in desired.accesses.values() if isinstance(access.via, Account)]
    origins = {
        *(via.username.origin for via in accounts),
        *(via.password.origin for via in accounts if via.password),
        *(school.school_id_origin or school.origin for school in desired.schools.values()),
    }
    yield from sorted({origin.file for origin in origins if not _COVERED.match(origin.file)})


def _pattern(path: str) -> str:
    """Return a path as CODEOWNERS names it; `?` is any sign, since few signs can be escaped there."""
    return _NOT_PLAIN.sub("?", path).replace(" ", "\\ ")
