"""A notification as plain JSON, for a program: `schemas/notification.schema.json` describes it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from reconciler.model.change import Aspect
from reconciler.planning.news import verdict_of
from reconciler.planning.plan_to_data import summary_data

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.model.news import Gone, New, News
    from reconciler.report.material import Material

FORMAT_VERSION: Final = 1
MOST: Final = 200  # differences of a list


def render_notice_json(material: Material, news: News) -> str:
    """The body of the message; the same bytes for the same state."""
    plan = material.plan
    message = {
        "formatVersion": FORMAT_VERSION,
        "kind": "DriftNotification",
        "reconciler": material.version,
        "workspace": plan.workspace,
        "state": verdict_of(plan).value,
        "complete": plan.complete,
        "summary": summary_data(plan.summary),
        "new": _listed([_new(each) for each in news.new]),
        "mended": _listed([_gone(each) for each in news.mended]),
        "accepted": _listed([_gone(each) for each in news.accepted]),
        "stillThere": news.still,
        "stillThereUnseen": news.unseen,
        "gapsOpened": [gap.value for gap in news.opened],
        "gapsClosed": [gap.value for gap in news.closed],
        "details": material.details,
    }
    return json.dumps(message)


def _listed(items: Sequence[dict[str, str]]) -> dict[str, Any]:
    return {"count": len(items), "items": items[:MOST]}


def _new(new: New) -> dict[str, str]:
    change = new.change
    return {
        "school": new.place.school,
        "supplier": new.place.supplier,
        "action": change.action.value,
        "aspect": change.aspect.value,
        "name": change.name,
        "before": change.before,
        "after": change.after,
        "risk": change.risk.value,
        # Of a login it is what the service said, which is for the report.
        "note": change.note if change.aspect is Aspect.READ else "",
    }


def _gone(gone: Gone) -> dict[str, str]:
    difference = gone.difference
    return {
        "school": difference.school,
        "supplier": difference.supplier,
        "action": difference.action.value,
        "aspect": difference.aspect.value,
        "name": gone.state.name,
    }
