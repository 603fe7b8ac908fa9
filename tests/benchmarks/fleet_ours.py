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
from typing import TYPE_CHECKING

from reconciler import workflow
from reconciler.bromcom.fleet import probe
from reconciler.cli.output.destinations import targets
from reconciler.cli.output.renderers import OF_PLANS
from reconciler.cli.output.reports import write_reports
from reconciler.planning.plan import make_plan
from reconciler.report.input import ReportInput, ReportKind
from tests.benchmarks.probe_ours import OPTIONS
from tests.benchmarks.shapes import Shape
from tests.benchmarks.synthetic import fleet, password

if TYPE_CHECKING:
    from reconciler.errors import ReconcilerError

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
    reports = targets([f"{form}={folder / f'report.{form}'}" for form in OF_PLANS.formats], None, OF_PLANS.formats)
    errors: list[ReconcilerError] = []
    write_reports(ReportInput(plan, ReportKind.PLAN, "benchmark", workflow.sensitivity()), reports, errors.append)
    assert not errors


if __name__ == "__main__":
    main(sys.argv[1], Shape(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), Path(sys.argv[5]))
