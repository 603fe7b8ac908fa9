"""A heartbeat: that a drift run came to its end, when, and what it found.

`schemas/v1/heartbeat.schema.json` describes it. It goes to a service that watches jobs, so it holds
counts, and no name except the workspace's.
"""

import json
from datetime import datetime
from typing import Final

from reconciler.report.input import ReportInput

FORMAT_VERSION: Final = 1
KIND: Final = "Heartbeat"


def render_heartbeat(material: ReportInput, finished: datetime) -> str:
    """The heartbeat of a run that ended at a moment of UTC."""
    plan = material.plan
    summary = plan.summary
    heartbeat = {
        "formatVersion": FORMAT_VERSION,
        "kind": KIND,
        "reconciler": material.version,
        "workspace": plan.workspace,
        "finished": finished.isoformat(timespec="seconds"),
        "state": material.verdict.value,
        "complete": plan.complete,
        "differences": summary.changes,
        "pending": len(material.pending),
        "waived": summary.waived,
        "facts": summary.facts,
        "known": summary.known,
        "accesses": summary.accesses,
        "inSync": summary.in_sync,
    }
    return json.dumps(heartbeat, indent=2) + "\n"
