"""A review as data, as `schemas/plan.schema.json` describes it."""

from typing import Any, assert_never

from reconciler.model.plan import Orphan
from reconciler.model.review import Cause, DifferenceKey, Edit, NoReview, Review, value_text


def review_data(review: Review | NoReview) -> dict[str, Any]:
    """What a change asks for, and what it is the cause of."""
    match review:
        case Review():
            return {
                "base": review.base,
                "commit": review.commit,
                "unread": "",
                "passed": review.passed,
                "edits": [_edit(edit) for edit in review.edits],
                "causes": [_cause(difference, cause) for difference, cause in review.causes.items()],
            }
        case NoReview(base, commit, reason):
            return {"base": base, "commit": commit, "unread": reason, "passed": 0, "edits": [], "causes": []}
        case _:
            assert_never(review)


def orphan_data(orphan: Orphan) -> dict[str, Any]:
    """An account that is no longer agreed."""
    return {
        "school": orphan.school,
        "supplier": orphan.supplier,
        "title": orphan.title,
        "wayIn": orphan.way_in,
        "replaced": orphan.replaced,
        "since": orphan.since.isoformat() if orphan.since else None,
    }


def _edit(edit: Edit) -> dict[str, Any]:
    return {
        "school": edit.school,
        "supplier": edit.supplier,
        "topic": edit.topic.value,
        "name": edit.name,
        "before": value_text(edit.before),
        "after": value_text(edit.after),
        "effect": edit.effect.value,
        "risk": edit.risk.value,
        "standing": edit.standing.value,
        "note": edit.note,
        "origin": edit.origin._asdict() if edit.origin else None,
    }


def _cause(difference: DifferenceKey, cause: Cause) -> dict[str, str]:
    return {
        "school": difference.school,
        "supplier": difference.supplier,
        "action": difference.action.value,
        "aspect": difference.aspect.value,
        "name": difference.key,
        "cause": cause.value,
    }
