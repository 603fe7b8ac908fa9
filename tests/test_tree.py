"""The tree: imports go one way between modules and between folders, and a folder can be read at one look.

The contracts in pyproject.toml say which way; here every import counts, also one inside of a function or for a type.
"""

import ast
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from reconciler.cli.commands import VERBS, module_of
from reconciler.cli.commands.history import command as history
from reconciler.cli.commands.report import command as report
from reconciler.cli.commands.round import command as round_group
from reconciler.cli.output.renderers import (
    OF_ACCESS_REPORTS,
    OF_NOTIFICATIONS,
    OF_PAGES,
    OF_PLANS,
    OF_PROBLEMS,
    OF_RUNBOOKS,
    OF_USAGE_REPORTS,
)
from tests.conftest import REPOSITORY

PACKAGE = REPOSITORY / "reconciler"
TABLES = (OF_ACCESS_REPORTS, OF_USAGE_REPORTS, OF_PAGES, OF_PLANS, OF_PROBLEMS, OF_RUNBOOKS, OF_NOTIFICATIONS)
MOST_MODULES = 20
ONE_THING_A_FILE = {"manifest/rules", "manifest/advice", "cli/commands", "sandbox/practice"}
# The list of verbs names every command, and a command uses what all of them share.
BOTH_WAYS = {frozenset({"reconciler.cli", "reconciler.cli.commands"})}


@cache
def modules() -> Mapping[str, Path]:
    """{the name of a module or package: its file}."""
    return {
        ".".join(file.relative_to(REPOSITORY).with_suffix("").parts).removesuffix(".__init__"): file
        for file in sorted(PACKAGE.rglob("*.py"))
    }


def imported(file: Path) -> Iterator[str]:
    """The modules of ours that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules())
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                yield from (each for each in (name if name in modules() else node.module,) if each in modules())


@cache
def imports() -> Mapping[str, AbstractSet[str]]:
    """{a module: what it imports of ours}."""
    return {name: set(imported(file)) - {name} for name, file in modules().items()}


def folder_of(name: str) -> str:
    """A module's folder; a module right in `reconciler` is a floor of its own, as in the contracts."""
    if modules()[name].name == "__init__.py" or name.count(".") == 1:
        return name
    return name.rpartition(".")[0]


def test_no_module_imports_itself_in_the_end() -> None:
    """There is no circle of imports."""
    circle: list[str] = []
    try:
        TopologicalSorter(imports()).prepare()
    except CycleError as error:
        circle = error.args[1]
    assert not circle


def test_no_two_folders_import_each_other() -> None:
    """Of two folders one is below the other."""
    pairs = {(folder_of(name), folder_of(other)) for name, others in imports().items() for other in others}
    both = {frozenset(pair) for pair in pairs if pair[0] != pair[1] and pair[::-1] in pairs}
    assert not sorted(map(sorted, both - BOTH_WAYS))


def test_no_folder_holds_too_much() -> None:
    """No folder has more than 20 modules, beside those with one thing of a kind in each file."""
    folders = {file.parent for file in modules().values()}
    number = {
        folder.relative_to(PACKAGE).as_posix(): sum(file.parent == folder for file in modules().values()) - 1
        for folder in folders
    }
    assert not [name for name, many in number.items() if many > MOST_MODULES and name not in ONE_THING_A_FILE]


def test_every_module_has_a_reader_in_the_program() -> None:
    """Each is imported by another one, is a verb, or stands in the table of renderers; tests alone keep none alive."""
    rendered = {place.partition(":")[0] for table in TABLES for place in table._places.values()}
    read = set().union(*imports().values(), (f"reconciler.report.{module}" for module in rendered))
    read |= {module_of(verb) for verb in VERBS} | {"reconciler.__main__"}
    read |= {group.module_of(name) for group in (history, report, round_group) for name in group.lines}
    assert not [name for name, file in modules().items() if file.name != "__init__.py" and name not in read]
