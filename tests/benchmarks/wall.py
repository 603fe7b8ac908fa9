"""The time that people wait for `reconciler plan` as shipped: its start, the manifests, the questions, the plan."""

from __future__ import annotations

import json
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.figures import CannotMeasure, Figure, at_most, not_measured, times_more
from tests.benchmarks.limited_host import limited_host
from tests.benchmarks.measure import RECONCILER, run
from tests.benchmarks.service import canned_service
from tests.benchmarks.shapes import ENTITIES
from tests.bromcom.aspnet import NoMono, aspnet_service

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SUPPLIERS = 15  # at each school

# {accesses: the most that we may take of the naive way's time}
QUICK_HOST = {30: 0.95, 300: 0.35, 3_000: 0.15, 15_000: 0.10}
ASP_NET = {300: 0.5, 3_000: 0.3}


def measure(*, quick: bool) -> list[Figure]:
    """Against a quick host, real ASP.NET on the same cores, a host far away, and two that limit what they answer."""
    far, few = (30, 30) if quick else (4_500, 450)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with canned_service() as url:
            figures = _against_naive("a quick host", url, folder, {30: 0.95} if quick else QUICK_HOST)
        (folder / "service").mkdir()
        try:
            with aspnet_service(folder / "service") as url:
                _plan(url, folder, 30)  # the first question compiles the service
                figures += _against_naive("ASP.NET on the same cores", url, folder, {30: 1.0} if quick else ASP_NET)
        except NoMono as error:
            why = CannotMeasure(str(error))
            figures += [
                not_measured(f"{accesses:,} accesses, ASP.NET on the same cores", why, f"at most {budget:g} times")
                for accesses, budget in ASP_NET.items()
            ]
        with limited_host(0.3) as (url, _):
            figures.append(at_most(f"{far:,} accesses, 300 ms away", _plan(url, folder, far), "s", 30))
        with limited_host(0.3, rate=100, burst=100) as (url, count):
            figures += _limited(
                f"{far:,} accesses, 300 ms away, 100/s", partial(_plan, url, folder, far), count, 100, 1.3
            )
        with limited_host(0.005, rate=20, burst=1) as (url, count):
            figures += _limited(f"{few:,} accesses, 20/s", partial(_plan, url, folder, few), count, 20, 1.5)
    return figures


def _against_naive(host: str, url: str, folder: Path, sizes: Mapping[int, float]) -> list[Figure]:
    """Both ways in turn, the quickest of each: three times where one takes seconds."""
    figures = []
    for accesses, budget in sizes.items():
        pairs = [(_plan(url, folder, accesses), _naive(url, accesses)) for _ in range(3 if accesses <= 300 else 1)]
        ours, naive = map(min, zip(*pairs, strict=True))
        what = f"{accesses:,} accesses, {host}"
        figures.append(times_more(what, ours, naive, "s", "zeep, call by call", budget))
    return figures


def _limited(
    what: str, work: Callable[[], float], count: Callable[[], Mapping[str, int]], rate: float, budget: float
) -> list[Figure]:
    """The time beside the least that the limit allows, and what the host refused meanwhile."""
    seconds, numbers = work(), count()
    requests = sum(numbers.values())
    return [
        times_more(what, seconds, numbers["answered"] / rate, "s", "the least that the host allows", budget),
        at_most(f"{what}: refused", 100 * numbers["refused"] / requests, "% of the requests", 10),
    ]


def _naive(url: str, accesses: int) -> float:
    arguments = url, str(accesses // SUPPLIERS), str(SUPPLIERS)
    return run([sys.executable, "-m", "tests.benchmarks.probe_naive", *arguments]).cost.wall


def _plan(url: str, folder: Path, accesses: int) -> float:
    """Plan; it must find every access as declared, or it raises RuntimeError."""
    workspace = folder / str(accesses)
    workspace.mkdir(exist_ok=True)
    (workspace / "reconciler.yaml").write_text(_manifests(url, accesses // SUPPLIERS), encoding="utf-8")
    command = [*RECONCILER, "plan", "-C", str(workspace)]
    return run(command, environment={"BENCHMARK_PASSWORD": "correct horse"}).cost.wall


def _manifests(url: str, schools: int) -> str:
    """Return one file with the schools, and suppliers that may each read what the service lists."""
    platform = {"readUrl": url, "writeUrl": url.replace("ReadOnly", "Write")}
    password = {"env": "BENCHMARK_PASSWORD"}
    documents = [
        _document("Workspace", "benchmark", platforms={"benchmark": platform}, knownEntities=ENTITIES),
        *(_document("School", f"school-{n}", schoolId=10_000 + n, platform="benchmark") for n in range(schools)),
        *(
            _document(
                "Supplier",
                f"supplier-{n}",
                title=f"Supplier {n}",
                purpose="Moves data",
                account={"username": f"benchmark{n}.{{school}}", "password": password},
                entities=ENTITIES,
            )
            for n in range(SUPPLIERS)
        ),
    ]
    return "---\n".join(documents)


def _document(kind: str, name: str, **spec: object) -> str:
    document = {"apiVersion": "reconciler/v1", "kind": kind, "metadata": {"name": name}, "spec": spec}
    return f"{json.dumps(document)}\n"
