"""Our way: `probe_fleet`. Run as a module with URL, SHAPE, SCHOOLS and SUPPLIERS; prints JSON."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import TYPE_CHECKING

from reconciler.bromcom.fleet import probe_fleet
from reconciler.bromcom.options import ProbeOptions
from reconciler.model.evidence import Known
from tests.benchmarks.measure import peak_of_this_process
from tests.benchmarks.shapes import LISTED, Shape
from tests.benchmarks.synthetic import fleet, password

if TYPE_CHECKING:
    from reconciler.bromcom.options import ProbeProgress

IN_FLIGHT = 32
OPTIONS = ProbeOptions(concurrency=IN_FLIGHT, rate=None)


async def measure(url: str, shape: Shape, schools: int, suppliers: int) -> dict[str, float]:
    """CPU seconds of all probes, and the largest resident size in MB after a tenth of them and after all."""
    await probe_fleet(fleet(url, 2, 2), password, OPTIONS)  # imports and the contract are not the probes' cost
    desired = fleet(url, schools, suppliers, shape)
    peaks: list[float] = []

    def watch(progress: ProbeProgress) -> None:
        if progress.done == progress.total // 10:
            peaks.append(peak_of_this_process())

    began = time.process_time()
    live = await probe_fleet(desired, password, OPTIONS, watch)
    cpu = time.process_time() - began
    assert all(
        isinstance(access.entities, Known) and len(access.entities.value) == LISTED for access in live.accesses.values()
    )
    return {"cpu": cpu, "early": peaks[0], "late": peak_of_this_process()}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure(sys.argv[1], Shape(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])))))
