"""The start of the `reconciler` command, which looks if the package `reconciler` is this project's before it is run.

Another project's distribution on PyPI, `reconciler`, matches tables with Wikidata. It has a package of that name too,
and pip lays both into one folder: whichever came last has its `__init__.py` there, and either takes it along when it is
removed. This package is the distribution's own, so it is whole; it imports nothing that a start does not need anyway.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

MARK = b"Third-party access to a school's Bromcom MIS"  # in the first line of our reconciler/__init__.py


def run() -> "NoReturn":
    """Start the program, or say that its files are another project's and exit with 1."""
    try:  # what lies in the current folder is not looked at: see reconciler/__main__.py
        here = os.path.realpath("")
    except OSError:  # it was removed; that is told there too
        here = ""
    if here and here != os.path.dirname(os.path.dirname(os.path.realpath(__file__))):  # noqa: PTH120  # as below
        sys.path[:] = [entry for entry in sys.path if os.path.realpath(entry) != here]
    if wrong := _wrong_with_the_package():
        sys.exit(wrong)
    from reconciler.__main__ import run as run_program

    run_program()


def _wrong_with_the_package() -> str:
    """Return the error about the package `reconciler` that Python would import; empty if it is ours."""
    spec = next((found for each in sys.meta_path if (found := each.find_spec("reconciler", None))), None)
    place = spec.origin if spec else None
    if place is None:
        cause = "a file of this program is gone: uninstalling another package called `reconciler` takes it along."
    else:
        with open(place, "rb") as file:  # noqa: PTH123  # pathlib takes longer to import than all else here
            if MARK in file.readline():
                return ""
        cause = f"{place} is of another package, which is called `reconciler` too: it was written over this program's."
    python = f'"{sys.executable}"' if " " in sys.executable else sys.executable
    return (
        f"Error: nothing was run, since {cause}\n"
        "Install this program where it is alone:\n"
        "    pipx install bromcom-reconciler\n"
        "or give this Python to it (whatever uses the other package then no longer works here):\n"
        f"    {python} -m pip uninstall --yes reconciler\n"
        f"    {python} -m pip install --force-reinstall --no-deps bromcom-reconciler"
    )
