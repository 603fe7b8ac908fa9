"""A notification for Microsoft Teams: a message with an Adaptive Card, as the webhook of a Workflow takes it.

Names are in TextRuns, in which nothing marks up.
(https://learn.microsoft.com/adaptive-cards/authoring-cards/text-features)
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from reconciler.model.drift_news import News
from reconciler.report.input import ReportInput
from reconciler.report.notifications.notice import Notification, fitting

LARGEST: Final = 28_000  # bytes of a message
_CARD: Final = "application/vnd.microsoft.card.adaptive"


def render_notice_teams(material: ReportInput, news: News) -> str:
    """The body of the message, as JSON."""
    return fitting(material, news, _message, LARGEST)


def _message(notice: Notification) -> str:
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": list(_body(notice)),
    }
    if notice.details:
        card["actions"] = [{"type": "Action.OpenUrl", "title": "Full report", "url": notice.details}]
    message = {"type": "message", "attachments": [{"contentType": _CARD, "contentUrl": None, "content": card}]}
    return json.dumps(message)


def _body(notice: Notification) -> Iterator[dict[str, Any]]:
    yield _text(notice.headline, size="Large", weight="Bolder")
    yield from map(_text, notice.summary)
    for section in notice.sections:
        yield _text(section.title, weight="Bolder") | {"separator": True}
        yield from (_text(line) | {"spacing": "Small"} for line in section.listed)


def _text(text: str, **style: str) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, **style}]}
