"""A notification as an e-mail that a person reads: a subject, plain text, and the same as simple HTML.

The HTML loads nothing and runs nothing. The subject names the workspace and counts; a phone shows it while locked.
"""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

from reconciler.model.drift_news import News
from reconciler.report.input import ReportInput
from reconciler.report.notifications.notice import Notification, notice_of
from reconciler.startup import dataclass

_MOST: Final = 200  # lines: a mail takes any number, and its reader does not
_FOOTER: Final = (
    "An automatic message of `reconciler drift`, which only reads and changes nothing in Bromcom. To stop it, remove "
    "this address from --notify in the job that sends it."
)
_NEXT: Final = (
    "To put it right, run `reconciler plan --out plan.json`, then `reconciler apply plan.json`: it leads through the "
    "pages of Bromcom."
)
_PAGE: Final = (
    '<!DOCTYPE html>\n<html lang="en-GB"><head><meta charset="utf-8"><title>{title}</title></head>\n'
    '<body style="font-family: sans-serif; max-width: 45em">\n{body}\n</body></html>\n'
)


@dataclass(frozen=True, slots=True)
class MailText:
    """The texts of an e-mail. The subject is one line."""

    subject: str
    text: str
    html: str


def render_notice_mail(material: ReportInput, news: News) -> MailText:
    """Write the texts of the e-mail."""
    notice = notice_of(material, news, _MOST)
    counts = (
        (len(news.new), "new"),
        (len(news.mended), "fixed"),
        (len(news.orphans), "not ended"),
        (len(news.overdue), "overdue"),
    )
    told = ", ".join(f"{number} {what}" for number, what in counts if number)
    subject = f"{notice.headline} ({told})" if told else notice.headline
    last = (_NEXT, _FOOTER) if news.new or news.orphans else (_FOOTER,)
    return MailText(
        subject, _text(notice, last), _PAGE.format(title=escape(subject), body="\n".join(_html(notice, last)))
    )


def _text(notice: Notification, last: Sequence[str]) -> str:
    blocks = [notice.headline, "\n".join(notice.summary)]
    blocks += ["\n".join((section.title, *section.listed)) for section in notice.sections]
    blocks += [f"Full report: {notice.details}"] if notice.details else []
    *others, footer = last
    return "\n\n".join([*blocks, *others, f"-- \n{footer}"]) + "\n"


def _html(notice: Notification, last: Sequence[str]) -> Iterator[str]:
    yield f'<h1 style="font-size: 1.3em">{escape(notice.headline)}</h1>'
    yield f"<p>{'<br>'.join(map(escape, notice.summary))}</p>"
    for section in notice.sections:
        yield f'<h2 style="font-size: 1.1em">{escape(section.title)}</h2>'
        items = [*section.lines, *([f"… and {section.more} more"] if section.more else [])]
        yield f"<ul>{''.join(f'<li>{escape(item)}</li>' for item in items)}</ul>"
    if notice.details:
        yield f'<p><a href="{escape(notice.details)}">Full report</a></p>'
    yield from (f'<p style="font-size: .85em">{escape(text)}</p>' for text in last)
