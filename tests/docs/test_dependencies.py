"""The page on dependencies lists what an installation brings along, all of it and nothing else."""

from __future__ import annotations

import re
import sys
import tomllib
from contextlib import suppress
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from itertools import chain

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import REPOSITORY
from tests.docs.test_tables import table

PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PAGE = "reference/dependencies.md"
MOST = 58
PINNED = (REPOSITORY / ".github/actions/reconciler/requirements.txt").read_text(encoding="utf-8")
OURS = canonicalize_name(PROJECT["name"])
OLDEST = {"extra": "", "python_version": "3.11", "python_full_version": "3.11.0"}  # it needs the most distributions


def names(cell: str) -> set[str]:
    """What a cell has in backticks."""
    return set(re.findall(r"`([a-z0-9-]+)`", cell))


def installed(name: str) -> Distribution | None:
    """A distribution, unless it is for another Python than this one."""
    with suppress(PackageNotFoundError):
        return distribution(name)
    return None


def needed_by(name: str) -> set[str]:
    """What one distribution asks for on the oldest Python, as far as this one knows."""
    here = installed(name)
    wanted = map(Requirement, (here.requires if here else None) or [])
    return {canonicalize_name(each.name) for each in wanted if each.marker is None or each.marker.evaluate(OLDEST)}


def closure(name: str) -> set[str]:
    """A distribution with all that it brings along."""
    found: set[str] = set()
    waiting = {name}
    while waiting:
        found |= waiting
        waiting = set().union(*map(needed_by, waiting)) - found
    return found


def is_pinned(name: str) -> bool:
    """Tell if the version that is installed here is the one of the pinned requirements."""
    here = installed(name)
    return here is not None and f"\n{name}=={here.version} " in PINNED


def test_an_installation_stays_small() -> None:
    """As it is installed here, without a network."""
    assert len(closure(OURS)) <= MOST


def test_what_is_pinned_is_listed() -> None:
    """But for what builds the wheel, and what Windows alone has."""
    listed = {
        name for heading in ("dependency", "brought along") for row in table(PAGE, heading) for name in names(row[0])
    }
    pinned = set(re.findall(r"^([a-z0-9-]+)==", PINNED, re.MULTILINE))
    assert listed == pinned - {"setuptools", "pywin32-ctypes"}
    (number,) = re.findall(r"installs (\d+) distributions", (REPOSITORY / "docs" / PAGE).read_text(encoding="utf-8"))
    assert int(number) == len({*listed, OURS}) <= MOST


@pytest.mark.skipif(sys.platform != "linux", reason="the page tells what is so on Linux")
@pytest.mark.parametrize("row", table(PAGE, "dependency"), ids=lambda row: row[0].strip("`"))
def test_what_a_dependency_brings_along(row: tuple[str, ...]) -> None:
    """The page says what the installed metadata say, in versions that are pinned."""
    (name,) = names(row[0])
    brought = closure(name) - {name}
    if all(map(is_pinned, {name, *brought})):
        assert names(row[3]) == brought


def test_every_direct_dependency_is_argued() -> None:
    """Those of pyproject.toml, and those of its extras, with each upper bound and its reason."""
    direct = [Requirement(each) for each in PROJECT["dependencies"]]
    assert [row[0] for row in table(PAGE, "dependency")] == [
        f"`{name}`" for name in sorted(canonicalize_name(each.name) for each in direct)
    ]
    assert all(len(cell) > 2 for row in table(PAGE, "dependency") for cell in row)
    extras = {
        extra: [Requirement(each) for each in wanted] for extra, wanted in PROJECT["optional-dependencies"].items()
    }
    assert {row[:2] for row in table(PAGE, "extra")} == {
        (f"`{extra}`", f"`{canonicalize_name(each.name)}`") for extra, wanted in extras.items() for each in wanted
    }
    bounded = [
        (each.name, str(bound))
        for each in chain(direct, *extras.values())
        for bound in each.specifier
        if not bound.operator.startswith(">")
    ]
    assert [row[0] for row in table(PAGE, "bound")] == [f"`{name}{bound}`" for name, bound in bounded]
    text = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
    for name, bound in bounded:
        assert re.search(rf'^ *"{name}[^"]*{re.escape(bound)}", # \w', text, re.MULTILINE), (
            f"{name}{bound} has no reason"
        )
