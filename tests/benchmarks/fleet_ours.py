"""A whole fleet: probe, plan, render. Run as a module with URL, SCHOOLS, SUPPLIERS and a FOLDER for the reports."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from reconciler import workflow
from reconciler.bromcom.fleet import probe
from reconciler.planning.plan import make_plan
from reconciler.report.findings.github import render_github
from reconciler.report.findings.junit import render_junit
from reconciler.report.findings.sarif import render_sarif
from reconciler.report.html.plan import render_html
from reconciler.report.json import render_json
from reconciler.report.markdown.plan import render_markdown
from reconciler.report.text.plan import render_text
from tests.benchmarks.probe_ours import OPTIONS
from tests.benchmarks.synthetic import fleet, password
from tests.planning.worlds import material

DRIFTED_EVERY = 20  # 5 %
RENDERERS = (render_text, render_json, render_markdown, render_html, render_sarif, render_junit, render_github)


def main(url: str, schools: int, suppliers: int, folder: Path) -> None:
    """The work of `reconciler plan` without the manifests; every 20th access has an entity to grant, one to revoke."""
    desired = fleet(url, schools, suppliers, drifted_every=DRIFTED_EVERY)
    live = probe(desired, password, OPTIONS)
    plan = make_plan(desired, live, workflow.sensitivity(), date(2026, 11, 24))
    drifted = -(-schools * suppliers // DRIFTED_EVERY)
    assert plan.complete
    assert (plan.summary.grant, plan.summary.revoke) == (drifted, drifted)
    told = material(plan, version="benchmark")
    for number, render in enumerate(RENDERERS):
        (folder / f"report-{number}").write_text(render(told), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
