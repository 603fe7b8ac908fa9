"""`python -m tests.benchmarks [NAME ...]`: run the benchmarks and print their figures."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from typing import TYPE_CHECKING

from tests.benchmarks.figures import CannotMeasure, table

if TYPE_CHECKING:
    from tests.benchmarks.figures import Figure

# name: what it measures, and its budgets
BENCHMARKS = {
    "probe": "CPU and memory of a probe at 32 in flight: a 12th of zeep's CPU, 0.85 of the bare loop's, none alike",
    "fleet": "15,000 accesses x 75 entities, probed, diffed, rendered: 12 s CPU, 300 MB; 100,000 at 0.29 ms an access",
    "offline": "a plan of 2,000 suppliers x 12 entities without a network: 14.8, 17.8, 5 times less CPU than octoDNS",
    "startup": "what a person waits for: --version 4.7 times, validate 11, a one-school plan 28 times `python -c pass`",
    "manifests": "validate of 100,000 manifests: 25 s CPU and 600 MB",
    "wall": "what a plan as shipped takes: 0.95 to 0.1 times zeep call by call; limits found without being told",
}


def main() -> int:
    """Run what was asked for. The exit code is 1 where a budget is not met or something could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which; all without: {', '.join(BENCHMARKS)}")
    parser.add_argument("--list", action="store_true", help="say which there are, and run none")
    parser.add_argument("--quick", action="store_true", help="a little of each, to see that it runs; no budget counts")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - BENCHMARKS.keys():
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}")
    if arguments.list:
        print("".join(f"{name:<9} {text}\n" for name, text in BENCHMARKS.items()), end="")
        return 0
    verdicts = [_run(name, quick=arguments.quick) for name in arguments.names or BENCHMARKS]
    return 0 if all(verdicts) else 1


def _run(name: str, *, quick: bool) -> bool:
    print(f"{name}: {BENCHMARKS[name]}", flush=True)
    try:
        figures: list[Figure] = import_module(f"tests.benchmarks.{name}").measure(quick=quick)
    except CannotMeasure as error:
        print(f"not measured: {error}\n", flush=True)
        return False
    print(table(figures), flush=True)
    return quick or all(figure.met is not False for figure in figures)


if __name__ == "__main__":
    sys.exit(main())
