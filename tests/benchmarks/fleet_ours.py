"""A whole fleet: probe, plan, render.

Run as a module with URL, SHAPE, SCHOOLS, SUPPLIERS and a FOLDER for the reports; prints the CPU seconds that went into
making up the manifests' side.
"""

from __future__ import annotations

import gc
import sys
import time
from datetime import date
from pathlib import Path

from reconciler import workflow
from reconciler.bromcom.fleet import probe
from reconciler.cli.output.renderers import OF_PLANS
from reconciler.planning.plan import make_plan
from tests.benchmarks.probe_ours import OPTIONS
from tests.benchmarks.shapes import Shape
from tests.benchmarks.synthetic import fleet, password
from tests.planning.worlds import material

DRIFTED_EVERY = 20  # 5 %


def main(url: str, shape: Shape, schools: int, suppliers: int, folder: Path) -> None:
    """The work of `reconciler plan` without the manifests; every 20th access has an entity to grant, one to revoke."""
    gc.set_threshold(100_000)  # as the program does before anything else
    began = time.process_time()
    desired = fleet(url, schools, suppliers, shape, drifted_every=DRIFTED_EVERY)
    print(time.process_time() - began)
    live = probe(desired, password, OPTIONS)
    plan = make_plan(desired, live, workflow.sensitivity(), date(2026, 11, 24))
    drifted = -(-schools * suppliers // DRIFTED_EVERY)
    assert plan.complete
    assert (plan.summary.grant, plan.summary.revoke) == (drifted, drifted)
    told = material(plan, version="benchmark")
    for form in OF_PLANS.formats:
        file = folder / f"report.{form}"
        file.write_text(OF_PLANS.renderer(form, file)(told), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], Shape(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), Path(sys.argv[5]))
