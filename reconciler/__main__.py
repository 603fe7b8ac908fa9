"""`python -m reconciler`, and the `reconciler` command, which is the same."""

from __future__ import annotations

import gc
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


def run() -> NoReturn:
    """Run the program with no module of the current folder.

    Python looks there first under `-m`, and wherever PYTHONPATH has an empty entry, as `PYTHONPATH=$PYTHONPATH:/other`
    easily makes one. What lies there may have come with the manifests: a `yaml.py` would run with the passwords. This
    goes before every other import. The folder of the program itself stays: its packages lie there.
    """
    try:
        here = os.path.realpath("")
    except OSError:
        sys.exit("Error: nothing was done, since the current folder was removed. Change to another one, and try again.")
    if here != os.path.dirname(os.path.dirname(os.path.realpath(__file__))):  # noqa: PTH120  # pathlib is not loaded yet
        sys.path[:] = [entry for entry in sys.path if os.path.realpath(entry) != here]
    # What a command loads and reads lives until it ends. Looking through it for garbage as it grows took a fifth of an
    # offline plan, so that is done seldom: Python's own choice is each 700 objects.
    gc.set_threshold(100_000)
    from reconciler.cli.main import run as run_command

    run_command()


if __name__ == "__main__":
    run()
