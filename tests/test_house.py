"""The habits of the house, as tests."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

import pytest

import reconciler
from tests.conftest import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PACKAGE = REPOSITORY / "reconciler"
MODULES = sorted(PACKAGE.rglob("*.py"))
MOST_LINES = 300
MOST_LINES_OF_A_FUNCTION = 50
NAMES_THAT_SAY_NOTHING = {"manager", "handler", "helper", "base", "common", "util"}
# Words of our own that the field's words have taken the place of: a class or a module that is called so is new, and has
# a better name in the glossary of ARCHITECTURE.md.
RETIRED_CLASSES = {
    "Answer", "Asked", "Asking", "Dark", "Denied", "Dim", "Findings", "Gap", "Hands", "Hearer", "Held", "Line",
    "Looked", "Looking", "Material", "Normal", "Pace", "Particulars", "Person", "Powers", "Reading", "Reply", "Said",
    "Sides", "Sight", "Silence", "Sitting", "Slip", "Standing", "Told", "Turn", "Unseen", "Vouched", "Vouching", "Walk",
    "Way", "Why", "Word", "Work",
}  # fmt: skip
RETIRED_MODULES = {
    "again", "allowances", "asked", "asking", "begin", "counted", "denied", "differing", "exits", "fact", "filling",
    "gaps", "gather", "hands", "heard", "holds", "idle", "known", "left", "line", "looked", "mask", "material",
    "meaning", "nearest", "newest", "normal", "paint", "part", "places", "post", "printable", "programs", "recorded",
    "said", "sides", "sight", "silence", "sitting", "slips", "soon", "stale", "standing", "statements", "strict",
    "tellings", "told_data", "tolerated", "turns", "unseen", "verdict", "visits", "vouch", "vouching", "ways", "wire",
    "word", "wording", "words", "work",
}  # fmt: skip
HEAVY = {"aiohttp", "deepdiff", "jsonschema", "jsonschema_rs", "keyring", "lxml", "requests", "rich", "yaml", "zeep"}
NOTE_TO_SELF = re.compile(r"\b(TODO|FIXME|XXX)\b")
FIRST_WORD = re.compile(r"(What|Which|Whether|How|Where|Who)\b")  # a clause, where a verb or a noun would say it
ANYBODY = re.compile(r"\b(somebody|nobody|whoever)\b", re.IGNORECASE)
MOST_CLAUSES = 0.02
MOST_ANYBODY = 0.01
RELATIVE_LINK = re.compile(r"\]\((?!<?[a-z]+:|#)([^)#\s]+)(?:#[^)\s]*)?\)")

Documented = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@cache
def text_files() -> tuple[Path, ...]:
    """Every file of the checkout that git knows or would add, without the pictures of the docs."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=REPOSITORY,
            capture_output=True,
            check=True,
            encoding="utf-8",
        ).stdout
    except (FileNotFoundError, subprocess.CalledProcessError) as error:
        pytest.skip(f"git cannot list the checkout ({error})")
    names = sorted(set(listed.split("\0")) - {""})
    return tuple(
        file for name in names if (file := REPOSITORY / name).is_file() and file.suffix not in {".ico", ".png", ".ttf"}
    )


def relative(file: Path) -> str:
    """The file's name as people say it."""
    return file.relative_to(REPOSITORY).as_posix()


def public(body: list[ast.stmt], prefix: str = "") -> Iterator[tuple[str, Documented]]:
    """The public functions and classes of a module, and the public methods of those classes.

    A protocol's members are described by its class.
    """
    for node in body:
        if isinstance(node, Documented) and not node.name.startswith("_"):
            yield f"{prefix}{node.name}", node
            if isinstance(node, ast.ClassDef) and "Protocol" not in map(ast.unparse, node.bases):
                yield from public(node.body, f"{node.name}.")


def test_no_file_is_long() -> None:
    """No file of the package has more than 300 lines: what grows so long does more than one thing."""
    long = [relative(file) for file in MODULES if len(file.read_text(encoding="utf-8").splitlines()) > MOST_LINES]
    assert not long


def test_no_function_is_long() -> None:
    """No function of the package has more than 50 lines."""
    long = [
        f"{relative(file)}: {node.name}"
        for file in MODULES
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno >= MOST_LINES_OF_A_FUNCTION
    ]
    assert not long


def test_no_class_has_another_ones_name_or_a_retired_one() -> None:
    """A class name means one thing in the whole package, and it is the field's word for it."""
    classes = Counter(
        node.name
        for file in MODULES
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    )
    assert not [name for name, number in classes.items() if number > 1]
    assert not classes.keys() & RETIRED_CLASSES


def test_no_module_has_a_retired_name() -> None:
    """Modules are called by the field's words."""
    assert not [relative(file) for file in MODULES if file.stem in RETIRED_MODULES]


def test_one_module_reads_the_clock() -> None:
    """Everything else is handed the time, except where a server's date is held against the moment it came."""
    readers = {relative(file) for file in MODULES if "datetime.now" in file.read_text(encoding="utf-8")}
    ours = {name for name in readers if not name.startswith("reconciler/sandbox/")}
    assert ours == {"reconciler/cli/clock.py", "reconciler/http/retry.py"}


def test_a_module_name_says_what_is_inside() -> None:
    """No module is called manager, handler, helper, base, common or utils, alone or in part."""
    words = {relative(file): set(re.split(r"_|(?<=[a-z])s$", file.stem)) for file in MODULES}
    assert not [name for name, parts in words.items() if parts & NAMES_THAT_SAY_NOTHING]


def test_every_module_and_every_public_name_says_what_it_is() -> None:
    """Modules, public functions, classes and methods have docstrings."""
    silent = []
    for file in MODULES:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        silent += [] if ast.get_docstring(tree) else [relative(file)]
        silent += [f"{relative(file)}: {name}" for name, node in public(tree.body) if not ast.get_docstring(node)]
    assert not silent


def test_docstrings_begin_with_a_verb_or_a_noun() -> None:
    """Next to no docstring begins with a clause (What, Which, Whether, How, Where, Who), or is about somebody.

    A few may, where nothing else is as plain.
    """
    first_lines = [
        (ast.get_docstring(node) or "").partition("\n")[0]
        for file in MODULES
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, Documented | ast.Module) and ast.get_docstring(node)
    ]
    clauses = [line for line in first_lines if FIRST_WORD.match(line)]
    anybody = [line for line in first_lines if ANYBODY.search(line)]
    assert len(clauses) <= MOST_CLAUSES * len(first_lines), clauses
    assert len(anybody) <= MOST_ANYBODY * len(first_lines), anybody


def test_nothing_shipped_holds_a_note_to_self() -> None:
    """What is left to do stands in the issues, not in the code, the schemas or the examples."""
    shipped = ("reconciler/", "schemas/", "examples/")
    noted = [
        f"{relative(file)}:{number}"
        for file in text_files()
        if relative(file).startswith(shipped)
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
        if NOTE_TO_SELF.search(line)
    ]
    assert not noted


def test_every_relative_link_leads_somewhere() -> None:
    """A link of a Markdown file to another file of the checkout finds it."""
    broken = [
        f"{relative(file)} -> {target}"
        for file in text_files()
        if file.suffix == ".md"
        for target in RELATIVE_LINK.findall(file.read_text(encoding="utf-8"))
        if not (file.parent / target).exists()
    ]
    assert not broken


def test_every_file_is_utf_8_with_unix_lines() -> None:
    """Every file reads as UTF-8, its lines end with \\n, and so does its last one."""
    wrong = []
    for file in text_files():
        content = file.read_bytes()
        content.decode("utf-8")
        if b"\r" in content or (content and not content.endswith(b"\n")):
            wrong.append(relative(file))
    assert not wrong


def test_one_version() -> None:
    """The version that the package tells is the one that is released: it stands there alone."""
    told = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    assert "version" in told["project"]["dynamic"]
    assert told["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "reconciler.__version__"}
    assert re.fullmatch(r"\d+\.\d+\.\d+", reconciler.__version__)


def test_every_package_is_shipped() -> None:
    """Every folder with modules is listed in pyproject.toml: one that is forgotten is missing from the wheel alone."""
    setuptools = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    folders = {"/".join(file.parent.relative_to(REPOSITORY).parts) for file in MODULES}
    lie_elsewhere = setuptools["package-dir"]
    shipped = {lie_elsewhere.get(package, package.replace(".", "/")) for package in setuptools["packages"]}
    assert folders | {"examples/ci", "schemas"} == shipped


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_starting_loads_no_heavy_library_and_no_verb(option: str) -> None:
    """`--version` and `--help` import no library that only probing, validating or painting needs."""
    program = (
        "import sys\n"
        "from reconciler.cli.main import run\n"
        f"sys.argv = ['reconciler', {option!r}]\n"
        "try:\n"
        "    run()\n"
        "except SystemExit as left:\n"
        "    assert not left.code, left.code\n"
        "print(*sorted(sys.modules))\n"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, encoding="utf-8").stdout
    *shown, modules = told.splitlines()
    assert reconciler.__version__ in shown[0] or "Get started:" in shown
    assert not {name for name in modules.split() if name.startswith("reconciler.cli.commands.")}
    assert not {name.partition(".")[0] for name in modules.split()} & HEAVY
