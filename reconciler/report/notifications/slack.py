"""A notification for Slack: the body for an incoming webhook.

Names are in texts of the kind `plain_text`, in which nothing marks up. `&`, `<` and `>`, which make Slack's links and
mentions, are escaped everywhere.
(https://docs.slack.dev/reference/block-kit/composition-objects/text-object)
"""

import json
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote

from reconciler.model.drift_news import News
from reconciler.report.input import ReportInput
from reconciler.report.notifications.notice import Notification, NotificationSection, fitting

LARGEST: Final = 40_000  # bytes of a message
LONGEST_TEXT: Final = 3_000  # characters of a block
_LONGEST_HEADER: Final = 150
_IN_ADDRESSES: Final = "!#$%&'()*+,/:;=?@[]~"  # what stays as it is


def render_notice_slack(material: ReportInput, news: News) -> str:
    """The body of the message, as JSON."""
    return fitting(material, news, _message, LARGEST)


def _message(notice: Notification) -> str:
    # `text` is what a phone shows of the message before it is opened, and would make marks of its stars.
    message = {
        "text": _escaped(notice.headline),
        "mrkdwn": False,
        "unfurl_links": False,
        "unfurl_media": False,
        "blocks": list(_blocks(notice)),
    }
    return json.dumps(message)


def _blocks(notice: Notification) -> Iterator[dict[str, Any]]:
    yield {"type": "header", "text": _plain(notice.headline, _LONGEST_HEADER)}
    yield {"type": "section", "text": _plain("\n".join(notice.summary))}
    for section in notice.sections:
        yield {"type": "section", "text": _marked(f"*{_escaped(section.title)}*")}
        yield from ({"type": "section", "text": _plain(lines)} for lines in _lines(section))
    if notice.details:
        yield {"type": "section", "text": _marked(f"<{_address(notice.details)}|Full report>")}


def _lines(section: NotificationSection) -> Iterator[str]:
    """The section's lines, in as many blocks as they need."""
    block = ""
    for line in section.listed:
        longer = f"{block}\n{line}" if block else line
        if block and _length(_escaped(longer)) > LONGEST_TEXT:
            yield block
            longer = line
        block = longer
    if block:
        yield block


def _plain(text: str, longest: int = LONGEST_TEXT) -> dict[str, Any]:
    escaped = _escaped(text)
    while _length(escaped) > longest:
        text = f"{text[: len(text) * longest // _length(escaped) - 1].rstrip('…')}…"
        escaped = _escaped(text)
    return {"type": "plain_text", "text": escaped, "emoji": False}


def _length(text: str) -> int:
    """The length in UTF-16 units. Slack does not say what it counts, and no other count is higher."""
    return len(text.encode("utf-16-le")) // 2


def _marked(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _address(url: str) -> str:
    """An address between `<` and `|`, neither of which it may hold."""
    return _escaped(quote(url, safe=_IN_ADDRESSES))
