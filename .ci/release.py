"""The steps of a release. The workflow release.yml runs these and has none of its own; a test runs all but the uploads.

    python .ci/release.py ready TAG     the tag, the version, the changelog and the address of the repository agree
    python .ci/release.py address       write pyproject.toml's address of the repository into the files that repeat it
    python .ci/release.py notes         print the changelog's section of this version, or its beginning and a link
    python .ci/release.py build FOLDER  make sdist and wheel of the commit twice; keep them if they have the same bytes
    python .ci/release.py check FOLDER  look at what is in them
    python .ci/release.py sbom FOLDER   list what the wheel, and the programs, bring along (CycloneDX)
    python .ci/release.py programs FOLDER  make programs without Python of the wheel: reconciler.exe and reconciler.pyz
    python .ci/release.py sign FILE     sign reconciler.exe, if SIGNING_CERTIFICATE holds a certificate
    python .ci/release.py winget FILE   write winget's manifests of reconciler.exe into a folder beside it
    python .ci/release.py sums FOLDER   write SHA256SUMS of all that lies there

It runs with the packages of .ci/requirements/release.txt, on Linux, Windows and macOS. It exits with 1 and a sentence
if something is wrong.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import hashlib
import io
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import tomllib
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT: Final = Path(__file__).resolve().parent.parent
SUMS: Final = "SHA256SUMS"
REPEATING: Final = (".ci", ".devcontainer", ".github/ISSUE_TEMPLATE", "docs/*.md", "schemas", "*.md")
# What the programs without Python hold, by hash.
PINNED: Final = (ROOT / ".github/actions/reconciler/requirements.txt", ROOT / ".ci/requirements/excel.txt")
_PROJECT: Final = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
NAME: Final[str] = _PROJECT["project"]["name"]
ADDRESS: Final[str] = _PROJECT["project"]["urls"]["Repository"]
_SCRIPTS: Final = "Scripts" if os.name == "nt" else "bin"  # of a virtual environment
_COMMIT_FILE: Final = "reconciler/released_from.txt"  # read by reconciler/cli/starting/program_source.py
# What a .pyz runs first, as Python 3.6 reads it too: the packages in it are for one Python alone. shiv sets `archive`.
_PREAMBLE: Final = """import os, sys
if "%d.%d" % sys.version_info[:2] != "{needed}":
    start = "py -{needed}" if os.name == "nt" else "python{needed}"
    told = "Error: nothing was run: this file needs Python {needed}, and this is Python %d.%d. Start it so: %s %s"
    sys.exit(told % (*sys.version_info[:2], start, archive))
"""
_LINK: Final = re.compile(r"(!\[[^\]]*\]\(|\]\(|^\[[^\]]+\]: +)(?![a-z]+:)([^)\s]+)", re.MULTILINE)
_LONGEST: Final = 10_000  # letters of notes that people read; GitHub takes 125,000


def fail(text: str) -> NoReturn:
    """Print what was not done and why, and exit with 1."""
    sys.exit(f"Error: {text}")


def run(*command: str | Path, cwd: Path = ROOT, **variables: str) -> str:
    """Run a program, with no shell; its stdout. Fail with all that it said if it did."""
    told = os.environ | variables
    done = subprocess.run(  # noqa: S603  # no shell
        [*map(str, command)], cwd=cwd, env=told, check=False, capture_output=True, encoding="utf-8", errors="replace"
    )
    if done.returncode:
        fail(f"`{' '.join(map(str, command))}` ended with {done.returncode}.\n{done.stdout}{done.stderr}")
    return done.stdout


def version() -> str:
    """Return the version; it stands in reconciler/__init__.py alone."""
    text = (ROOT / "reconciler" / "__init__.py").read_text(encoding="utf-8")
    match = re.search(r'^__version__ = "(.+)"$', text, re.MULTILINE)
    return match[1] if match else fail("reconciler/__init__.py names no __version__.")


def notes() -> str:
    """Return the changelog's section of the version, without its heading; of a long one the beginning, and a link."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    heading = rf"^## \[{re.escape(version())}\] - (\d{{4}}-\d\d-\d\d)$"
    match = re.search(rf"{heading}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    if match is None or not match[2].strip():
        fail(
            f"CHANGELOG.md has no section `## [{version()}] - YYYY-MM-DD` with a text. Write it, then tag that commit."
        )
    told = absolute(match[2].strip(), "CHANGELOG.md") + "\n"
    if len(told) > _LONGEST:
        end = max((each.start() for each in re.finditer(r"\n\n(?=\*\*|### )", told[:_LONGEST])), default=0)
        anchor = f"{version().replace('.', '')}---{match[1]}"
        told = f"{told[:end]}\n\n[All that changed]({absolute(f'](#{anchor}', 'CHANGELOG.md')[2:]})\n"
    return told


def absolute(text: str, page: str) -> str:
    """Return the text of a page at the top of the repository for other places: its links lead to the tag."""

    def link(found: re.Match[str]) -> str:
        host, kind = ("raw.githubusercontent.com", "") if found[1][0] == "!" else ("github.com", "blob/")
        target = page + found[2] if found[2][0] == "#" else found[2]
        return f"{found[1]}{ADDRESS.replace('github.com', host)}/{kind}v{version()}/{target}"

    return _LINK.sub(link, text)


def ready(tag: str) -> None:
    """Fail unless a tag can be released."""
    notes()
    if tag != f"v{version()}":
        fail(f"nothing is released: the tag is {tag}, and the version is {version()}. Tag it v{version()}.")
    if "/OWNER/" in ADDRESS:
        fail(f"nothing is released: pyproject.toml has {ADDRESS} as the repository. Write its owner there.")
    here = os.environ.get("GITHUB_REPOSITORY")
    if here and not ADDRESS.endswith(f"github.com/{here}"):
        fail(f"nothing is released: this is {here}, and pyproject.toml has {ADDRESS} as the repository.")


def address() -> None:
    """Write the repository's address wherever it is repeated. Examples keep OWNER: whoever copies them fills it in."""
    named = ADDRESS.split("/")[3].encode()
    before = rb"(github\.com/|githubusercontent\.com/|ghcr\.io/|--repo |--signer-workflow |--id )"
    places = re.compile(before + rb"[^/\s]+?(?=/" + NAME.encode() + rb"|\.BromcomReconciler)")
    files = run("git", "ls-files", "--", *REPEATING).splitlines()
    for file in (ROOT / name for name in files):
        content = file.read_bytes()  # one of them is an icon
        new = places.sub(lambda found: found[1] + (named.lower() if found[1] == b"ghcr.io/" else named), content)
        if new != content:
            file.write_bytes(new)
            print(file.relative_to(ROOT).as_posix())


def build(folder: Path) -> None:
    """Write sdist and wheel of the commit into an empty folder."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        fail(f"nothing was built: {folder} is not empty.")
    with tempfile.TemporaryDirectory() as name:
        first, second = (_built(Path(name) / number) for number in ("1", "2"))
        if first != second:
            fail(f"nothing was kept: two builds differ: {sorted(k for k in first if first[k] != second.get(k))}.")
    for file, made in first.items():
        (folder / file).write_bytes(made)


def _built(place: Path) -> Mapping[str, bytes]:
    """Build in a new place; {name of the file: its bytes}."""
    commit = run("git", "rev-parse", "HEAD").strip()
    moment = run("git", "show", "--no-patch", "--format=%ct", "HEAD").strip()
    source = place / "source"
    source.mkdir(parents=True)
    with tarfile.open(fileobj=io.BytesIO(_output("git", "archive", "--format=tar", "HEAD"))) as archive:
        archive.extractall(source, filter="data")
    (source / _COMMIT_FILE).write_text(f"{commit}\n", encoding="ascii", newline="\n")
    page = source / "README.md"  # PyPI shows it, and has no other file
    page.write_text(absolute(page.read_text(encoding="utf-8"), page.name), encoding="utf-8", newline="\n")
    python = (sys.executable, "-m", "build", "--no-isolation", "--outdir", place / "made")
    run(*python, "--sdist", source, SOURCE_DATE_EPOCH=moment)
    (sdist,) = (place / "made").iterdir()
    made = _same_always(sdist.read_bytes(), int(moment))
    sdist.write_bytes(made)
    with tarfile.open(sdist) as archive:
        archive.extractall(place, filter="data")
    run(*python, "--wheel", place / sdist.name.removesuffix(".tar.gz"), SOURCE_DATE_EPOCH=moment)
    return {file.name: file.read_bytes() for file in (place / "made").iterdir()}


def _same_always(sdist: bytes, moment: int) -> bytes:
    """Return an sdist without what differs from build to build: the order, times, owners and rights of its files."""
    packed = io.BytesIO()
    with (
        tarfile.open(fileobj=io.BytesIO(sdist)) as old,
        gzip.GzipFile(filename="", fileobj=packed, mode="wb", mtime=moment) as file,
        tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as new,
    ):
        for member in sorted(old.getmembers(), key=lambda member: member.name):
            plain = tarfile.TarInfo(member.name)
            plain.type, plain.size, plain.mtime = member.type, member.size, moment
            plain.mode = 0o755 if member.isdir() else 0o644
            new.addfile(plain, old.extractfile(member))
    return packed.getvalue()


def check(folder: Path) -> None:
    """Fail unless the wheel has every file of the program, each as in the commit, and nothing else."""
    wheel = _wheel(folder)
    with zipfile.ZipFile(wheel) as archive:
        inside = {name: archive.read(name) for name in archive.namelist() if ".dist-info/" not in name}
    if inside.pop(_COMMIT_FILE, b"") != _output("git", "rev-parse", "HEAD"):
        fail(f"{wheel.name} does not name the commit that it was made of.")
    with tarfile.open(fileobj=io.BytesIO(_output("git", "archive", "--format=tar", "HEAD"))) as archive:
        known = {each.name: file.read() for each in archive if (file := archive.extractfile(each))}
    shipped = {_place(name): content for name, content in inside.items()}
    program = {name for name in known if name.startswith("reconciler/") or re.fullmatch(r"schemas/.+\.json", name)}
    for found, words in (
        (shipped.keys() - known.keys(), "has files that the commit has not"),
        (program - shipped.keys(), "lacks files of the program (see [tool.setuptools] in pyproject.toml)"),
        (
            {name for name in shipped.keys() & known.keys() if shipped[name] != known[name]},
            "has other texts than the commit",
        ),
    ):
        if found:
            fail(f"{wheel.name} {words}: {', '.join(sorted(found))}.")
    run(sys.executable, "-m", "twine", "check", "--strict", *(file for file in folder.iterdir() if file.name != SUMS))


def _output(*command: str) -> bytes:
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout  # noqa: S603  # no shell


def _place(name: str) -> str:
    """Return the place in the checkout of a file of the wheel."""
    for package, folder in _PROJECT["tool"]["setuptools"]["package-dir"].items():
        inside = package.replace(".", "/") + "/"
        if name.startswith(inside):
            return f"{folder}/{name.removeprefix(inside)}"
    return name


def _wheel(folder: Path) -> Path:
    found = sorted(folder.glob("*.whl"))
    return found[0].resolve() if len(found) == 1 else fail(f"{folder} has {len(found)} wheels, and must have one.")


def sbom(folder: Path) -> None:
    """Write what an installation of the wheel brings along today, and what the programs without Python hold."""
    wheel = _wheel(folder)
    with tempfile.TemporaryDirectory() as name:
        for kind, pinned in (("wheel", ()), ("programs", PINNED)):
            python = _environment(Path(name) / kind, wheel, *pinned)
            made = folder / f"{NAME}-{version()}-{kind}.cdx.json"
            run(sys.executable, "-m", "cyclonedx_py", "environment", "--output-reproducible", "--validate",
                "--output-format", "JSON", "--output-file", made, python)  # fmt: skip
            print(f"{made} lists {made.read_text(encoding='utf-8').count('bom-ref')} packages.")


def programs(folder: Path) -> None:
    """Make programs that need no Python, or no installation, of the wheel, with packages pinned by hash."""
    wheel = _wheel(folder)
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        python = _environment(place / "venv", wheel, *PINNED, ROOT / ".ci/requirements/programs.txt")
        spec = (ROOT / ".ci" / "exe" / "reconciler.spec", "--distpath", folder.resolve(), "--workpath", place / "work")
        run(python, "-P", "-m", "PyInstaller", "--log-level", "ERROR", *spec, cwd=place)  # not the checkout's package
        packages = place / "packages"
        _install(python, wheel, *PINNED, target=packages)
        pyz = folder / f"reconciler-{system()}-py3{sys.version_info.minor}.pyz"
        needed = "{}.{}".format(*sys.version_info)
        check = place / "needs_python.py"
        check.write_text(preamble(needed), encoding="ascii", newline="\n")
        packed = ("--site-packages", packages, "--preamble", check)
        start = ("--entry-point", "bromcom_reconciler:run", "--python", f"/usr/bin/env python{needed}")
        run(python, "-m", "shiv", *packed, *start, "--compressed", "--reproducible", "-o", pyz)


def preamble(needed: str) -> str:
    """Return the start of a .pyz, which ends with a sentence under any Python but one, such as 3.13."""
    return _PREAMBLE.format(needed=needed)


def system() -> str:
    """Return the system and kind of processor that packages are installed for. A Python for both Macs says so."""
    return f"macos-{platform.machine()}" if sys.platform == "darwin" else sysconfig.get_platform()


def sign(program: Path) -> None:
    """Sign a program of Windows with the certificate (PFX, base64) of SIGNING_CERTIFICATE; say so if there is none."""
    certificate = os.environ.get("SIGNING_CERTIFICATE", "")
    if not certificate:
        print(f"{program.name} is not signed: there is no certificate. Windows warns of it when it is first started.")
        return
    kits = Path(os.environ["PROGRAMFILES(X86)"], "Windows Kits", "10", "bin")
    tool = max(kits.glob("*/x64/signtool.exe"), default=None) or fail(f"nothing was signed: no signtool.exe in {kits}.")
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "certificate.pfx"
        file.write_bytes(base64.b64decode(certificate))
        words = [tool, "sign", "/f", file, "/p", os.environ["SIGNING_PASSWORD"], "/fd", "SHA256",
                 "/tr", "http://timestamp.digicert.com", "/td", "SHA256", program]  # fmt: skip
        if subprocess.run([*map(str, words)], check=False).returncode:  # noqa: S603  # its words are not repeated
            fail(f"{program.name} was not signed: signtool said why above.")
    if subprocess.run([str(tool), "verify", "/pa", str(program)], check=False).returncode:  # noqa: S603  # no shell
        print(f"{program.name} is signed. Windows trusts it only where the certificate's authority is installed.")


def winget(program: Path) -> None:
    """Write the manifests of a program, to be proposed to winget's repository by hand."""
    filled = {
        "owner": ADDRESS.split("/")[3],
        "address": ADDRESS,
        "version": version(),
        "sha256": hashlib.sha256(program.read_bytes()).hexdigest().upper(),
    }
    identifier = f"{filled['owner']}.BromcomReconciler"
    folder = program.parent / "winget" / "manifests" / identifier[0].lower() / identifier.replace(".", "/") / version()
    folder.mkdir(parents=True)
    for template in sorted((ROOT / ".ci" / "exe" / "winget").iterdir()):
        kind = "" if template.stem == "version" else f".{template.stem}"
        text = template.read_text(encoding="utf-8").format(**filled)
        (folder / f"{identifier}{kind}.yaml").write_text(text, encoding="utf-8", newline="\n")


def _environment(place: Path, wheel: Path, *pinned: Path) -> Path:
    """Make a virtual environment with the wheel in it; its Python."""
    run(_tool("uv"), "venv", "--quiet", "--python", sys.executable, place)
    python = place / _SCRIPTS / Path(sys.executable).name
    _install(python, wheel, *pinned)
    return python


def _install(python: Path, wheel: Path, *pinned: Path, target: Path | None = None) -> None:
    """Install the wheel with the packages of these lists, by hash; without a list, with the newest."""
    uv = (_tool("uv"), "pip", "install", "--quiet", "--python", python, *(("--target", target) if target else ()))
    if pinned:
        run(*uv, "--require-hashes", *(word for file in pinned for word in ("-r", file)))
    run(*uv, *(["--no-deps"] if pinned else []), wheel)


def sums(folder: Path) -> None:
    """Write the hashes of all that is released, as `sha256sum --check` reads them."""
    files = sorted(file for file in folder.iterdir() if file.name != SUMS)
    text = "".join(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files)
    (folder / SUMS).write_text(text, encoding="ascii", newline="\n")
    print(text, end="")


def _tool(name: str) -> Path:
    """Return a program that pip installed for this Python: on Windows it is in another folder than that."""
    found = shutil.which(name, path=sysconfig.get_path("scripts"))
    return Path(found) if found else fail(f"{name} is not installed: see .ci/requirements/release.txt.")


def main() -> None:
    """Run the verb that was typed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("ready").add_argument("tag")
    verbs.add_parser("address")
    verbs.add_parser("notes")
    for verb in _WITH_PATH:
        verbs.add_parser(verb).add_argument("path", type=Path)
    typed = parser.parse_args()
    match typed.verb:
        case "ready":
            ready(typed.tag)
        case "address":
            address()
        case "notes":
            print(notes(), end="")
        case verb:
            _WITH_PATH[verb](typed.path)


_WITH_PATH: Final = {
    "build": build,
    "check": check,
    "sbom": sbom,
    "programs": programs,
    "sign": sign,
    "winget": winget,
    "sums": sums,
}

if __name__ == "__main__":
    main()
