"""Benchmarks: our figure beside the same work done another way, in the same run. `python -m tests.benchmarks`."""

import sys
from pathlib import Path
from typing import Final

REPOSITORY: Final = Path(__file__).resolve().parents[2]

# Measure the program that is installed: the sources here, which `python -m` puts first, lack what a package has.
if sys.path[0] in {"", str(REPOSITORY)}:
    sys.path.append(sys.path.pop(0))
