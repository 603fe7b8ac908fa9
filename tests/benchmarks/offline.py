"""A plan without a network, YAML on both sides, against the tools of others."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from tests.benchmarks import ansible, octodns, terraform, workspace
from tests.benchmarks.figures import CannotMeasure, Figure, not_measured, times_less, times_more
from tests.benchmarks.installed import find, install
from tests.benchmarks.measure import RECONCILER, medians, run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Declared = dict[str, tuple[str, ...]]

DIFFERENCES: Final = 2  # the exit code of a plan that has some
# The least that reading YAML in Python costs: the parser's events, and nothing made of them.
_EVENTS: Final = """
import sys, yaml
for name in sys.argv[1:]:
    with open(name, encoding="utf-8") as file:
        for event in yaml.parse(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            pass
"""


class _Peer(NamedTuple):
    """Another tool's way; `one_file` says beside which of our layouts it stands."""

    name: str
    prepare: Callable[[Path, Declared], Callable[[], float]]
    one_file: bool
    budget: float | None = None  # times less


def measure(*, quick: bool) -> list[Figure]:
    """Whole processes, start to end; --quick leaves out the tools that come over the network."""
    count, runs = (40, 1) if quick else (2000, 3)
    declared = workspace.suppliers(count)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ours = [_ours(folder, declared, files=True), _ours(folder, declared, files=False)]
        peers = [peer for peer in _peers(folder) if not quick or peer.name.startswith("Terraform")]
        works, missing = _prepared(peers, folder, declared)
        files, one, events, *others = medians(runs, *ours, _events(folder), *works.values())
    return [
        Figure(f"CPU of a plan, {count:,} suppliers, a file each", files, "s"),
        Figure(f"CPU of a plan, {count:,} suppliers, one file", one, "s"),
        times_more("CPU of a plan, one file", one, events, "s", "PyYAML's events of both sides alone"),
        *(
            times_less(_what(peer), one if peer.one_file else files, other, "s", peer.name, peer.budget)
            for peer, other in zip(works, others, strict=True)
        ),
        *missing,
    ]


def _peers(folder: Path) -> Iterator[_Peer]:
    """The three shapes of octoDNS, for which there are budgets, and the two tools that people know best."""

    def zones(shape: str) -> Callable[[Path, Declared], Callable[[], float]]:
        return lambda own, declared: octodns.sync(
            install(octodns.REQUIREMENT, folder / "octodns", "octodns-sync"), own, shape, declared
        )

    def check(own: Path, declared: Declared) -> Callable[[], float]:
        return ansible.check(install(ansible.REQUIREMENT, folder / "ansible", "ansible-playbook"), own, declared)

    def plan(own: Path, declared: Declared) -> Callable[[], float]:
        return terraform.plan(find("terraform"), own, declared)

    for shape, budget in zip(octodns.SHAPES, (14.8, 17.8, 5), strict=True):
        yield _Peer(f"octoDNS: {shape}", zones(shape), one_file=shape.startswith("one"), budget=budget)
    yield _Peer("Ansible --check: an assertion an access", check, one_file=True)
    yield _Peer("Terraform: a resource an access", plan, one_file=True)


def _prepared(
    peers: list[_Peer], folder: Path, declared: Declared
) -> tuple[dict[_Peer, Callable[[], float]], list[Figure]]:
    """The work of each tool that can be had, and a row for each that cannot."""
    works, missing = {}, []
    for number, peer in enumerate(peers):
        try:
            works[peer] = peer.prepare(folder / f"peer-{number}", declared)
        except CannotMeasure as error:
            budget = "" if peer.budget is None else f"at least {peer.budget:g} times less"
            missing.append(not_measured(f"{_what(peer)}, against {peer.name}", error, budget))
    return works, missing


def _what(peer: _Peer) -> str:
    return f"CPU of a plan, {'one file' if peer.one_file else 'a file each'}"


def _ours(folder: Path, declared: Declared, *, files: bool) -> Callable[[], float]:
    place = folder / ("files" if files else "one")
    workspace.write_workspace(place, declared, files=files)
    workspace.write_live(folder / "live.yaml", place, declared)
    plan: list[str | Path] = [
        *RECONCILER,
        "plan",
        "-C",
        place,
        "--against",
        folder / "live.yaml",
    ]
    assert f"{workspace.differing(declared)} missing" in run(plan, expect=DIFFERENCES).stdout
    return lambda: run(plan, expect=DIFFERENCES).cost.cpu


def _events(folder: Path) -> Callable[[], float]:
    sides = [folder / "one" / "reconciler.yaml", folder / "live.yaml"]
    return lambda: run([sys.executable, "-c", _EVENTS, *sides]).cost.cpu
