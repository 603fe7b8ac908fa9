"""A notification as plain JSON, for a program: `schemas/v1/notification.schema.json` describes it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from reconciler.codec.plan import SUMMARY
from reconciler.model.accountability.coming_date import ComingDate
from reconciler.model.aspect import Aspect
from reconciler.model.drift_news import NewDifference, News, Place, Resolved
from reconciler.model.plan import Orphan
from reconciler.report.input import ReportInput
from reconciler.report.notifications.notice import details_of, in_rank, told_apart
from reconciler.report.story.coming import newly_overdue, overdue_rounds

FORMAT_VERSION: Final = 1
LARGEST: Final = 100_000  # bytes of a message: most programs take that
LONGEST_TEXT: Final = 200  # characters of a name: an entity's has about 20, and may be anything
_MOST: Final = (200, 100, 50, 20, 10, 5, 0)  # items of all lists together: as many as there is room for


def render_notice_json(material: ReportInput, news: News) -> str:
    """The body of the message; the same bytes for the same state."""
    body = ""
    for most in _MOST:
        body = json.dumps(_message(material, news, _Lists(most)))
        if len(body) <= LARGEST:
            break
    return body


class _Lists:
    """Lists of at most so many items together: the first list takes what it needs, and so on."""

    def __init__(self, most: int) -> None:
        self._left = most

    def of(self, items: Sequence[Mapping[str, str]]) -> dict[str, Any]:
        """The number of items and the first of them, with long texts cut."""
        first = [{key: _short(text) for key, text in item.items()} for item in items[: self._left]]
        self._left -= len(first)
        return {"count": len(items), "items": first}


def _message(material: ReportInput, news: News, lists: _Lists) -> dict[str, Any]:
    plan = material.plan
    drift, pending = told_apart(in_rank(news.new, material), material)
    return {
        "formatVersion": FORMAT_VERSION,
        "kind": "DriftNotification",
        "reconciler": material.version,
        "workspace": _short(plan.workspace),
        "state": material.verdict.value,
        "complete": plan.complete,
        "summary": SUMMARY.dump(plan.summary),
        "noLongerAgreed": lists.of([_left(each) for each in news.orphans]),
        "overdue": lists.of([_late(each) for each in newly_overdue(material, news)]),
        "new": lists.of([_new(each) for each in drift]),
        "pending": lists.of([_new(each) for each in pending]),
        "mended": lists.of([_gone(each) for each in news.mended]),
        "dropped": lists.of([_gone(each) for each in news.dropped]),
        "accepted": lists.of([_gone(each) for each in news.accepted]),
        "newlyUnseen": lists.of([_place(each) for each in news.lost]),
        "seenAgain": lists.of([_place(each) for each in news.regained]),
        "stillThere": news.still,
        "stillThereUnseen": news.unseen,
        "gapsOpened": [gap.value for gap in news.opened],
        "gapsClosed": [gap.value for gap in news.closed],
        "overdueRounds": [_short(late.subject) for late in overdue_rounds(material)],
        "details": details_of(material),
    }


def _new(new: NewDifference) -> dict[str, str]:
    change = new.change
    return {
        **_place(new.place),
        "action": change.action.value,
        "aspect": change.aspect.value,
        "name": change.name,
        "before": change.before,
        "after": change.after,
        "risk": change.risk.value,
        # Of a login it is what the service said, which is for the report.
        "note": change.note if change.aspect is Aspect.READ else "",
    }


def _left(orphan: Orphan) -> dict[str, str]:
    return {"school": orphan.school, "supplier": orphan.supplier, "wayIn": orphan.way_in}


def _late(late: ComingDate) -> dict[str, str]:
    return {
        "kind": late.kind.value,
        "subject": late.subject,
        "day": str(late.day),
        "words": late.words,
        "remedy": late.remedy,
    }


def _gone(gone: Resolved) -> dict[str, str]:
    difference = gone.difference
    return {
        "school": difference.school,
        "supplier": difference.supplier,
        "action": difference.action.value,
        "aspect": difference.aspect.value,
        "name": gone.state.name,
    }


def _place(place: Place) -> dict[str, str]:
    return {"school": place.school, "supplier": place.supplier}


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"
