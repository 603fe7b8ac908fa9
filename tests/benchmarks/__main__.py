"""`python -m tests.benchmarks [NAME ...]`: run the benchmarks and print their figures."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING

from tests.benchmarks.figures import CannotMeasure, budgets, not_measured, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.benchmarks.figures import Figure

# name: what it measures, and its budgets
BENCHMARKS = {
    "probe": "CPU and memory of a probe at 32 in flight: a 12th of zeep's CPU, 0.85 of the bare loop's, none alike",
    "fleet": "15,000 accesses x 75 entities, probed, diffed, rendered: 12 s CPU, 300 MB; 100,000 at 0.29 ms an access",
    "plans": "15,000 accesses of real manifests by the command line: alike, 300 lists, all different; as shipped",
    "shards": "200,000 accesses of real manifests on 8 machines, and merge of 1,000,000 in 1 GB",
    "large": "782,000 differences in 8 s and 300 MB, 570,000 edits in 8 s, 6 MB of HTML, 350 MB for JSON",
    "manifests": "validate of 100,000 manifests: 25 s CPU and 600 MB",
    "wall": "what a plan as shipped takes: 0.95 to 0.1 times zeep call by call; limits found without being told",
    "offline": "2,000 suppliers x 12 entities without a network: octoDNS in three shapes, Ansible, Terraform",
    "history": "75 schools x 25 suppliers x 365 nights: 20 MB, and any question of it in 200 ms",
    "pages": "overview and register of 75 schools x 25 suppliers, in six states: 400 kB and 150 ms a page",
    "startup": "what a person waits for: --version 4.7 times, validate 11, a one-school plan 28 times `python -c pass`",
}


def main() -> int:
    """Run what was asked for. The exit code is 1 if a budget is not met, or could not be measured."""
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
    found = {name: _measured(name, quick=arguments.quick) for name in arguments.names or BENCHMARKS}
    print(f"All budgets:\n{budgets(found)}", end="")
    owed = [one for figures in found.values() for one in figures if one.budget]
    return 1 if any(one.missing or one.met is False for one in owed) else 0


def _measured(name: str, *, quick: bool) -> Sequence[Figure]:
    print(f"{name}: {BENCHMARKS[name]}", flush=True)
    try:
        figures: Sequence[Figure] = import_module(f"tests.benchmarks.{name}").measure(quick=quick)
    except CannotMeasure as error:
        figures = [not_measured(name, error, BENCHMARKS[name])]
    if quick:
        figures = [replace(figure, met=None) for figure in figures]
    print(table(figures), flush=True)
    return figures


if __name__ == "__main__":
    sys.exit(main())
