"""Text from outside, made safe for Markdown: what a name, a reason or a fault says is shown, and marks nothing up.

It is written for GitHub's flavour and holds in those of GitLab and Azure DevOps: each of them finds names, issues and
addresses in what a reader would see, when the backslashes are gone. A comment, which nobody sees, takes those apart. In
code none of them looks for anything, so that code is the safest place for a name.
"""

import html
import re
from typing import Final
from urllib.parse import quote

from reconciler.report.escape import printable

_SPECIAL: Final = re.compile(r"[\\`*_\[\]<#|~&$]|:(?=\S)|(?<=www)\.", re.IGNORECASE)  # the last two: links and emoji
# What calls somebody or links an issue, a change, a milestone, a label or an epic in one of the three; and commits.
_CALL: Final = re.compile(r"@|[#!](?=\d)|[%&~$](?=[\w\"])|\bGH(?=-\d)|[0-9a-f]{6}(?=[0-9a-f])|:(?=//)", re.IGNORECASE)
_OPENING: Final = re.compile(r"^(\d*)([>+=.)/-])")  # a line that starts with it is a list, a quotation or a command
_BACKTICKS: Final = re.compile("`+")
_COMMENT: Final = "<!-- -->"
_IN_ADDRESSES: Final = "!#$%&'*+,/:;=?@~"  # what stays as it is in a link's address; brackets and blanks do not


def text(told: str) -> str:
    """Any text, on its own or first on its line, with nothing in it that marks up."""
    return _OPENING.sub(r"\1\\\2", inline(told.strip()))


def inline(told: str) -> str:
    """A piece of a line or of a table's cell, with nothing in it that marks up."""
    return _CALL.sub(rf"\g<0>{_COMMENT}", _SPECIAL.sub(r"\\\g<0>", printable(told)))


def code(told: str) -> str:
    """Any text as code: a fence of more backticks than it holds in a row, and blanks that do not count."""
    shown = printable(told) or " "  # two backticks alone would be an opening
    fence = "`" * (max((len(run) for run in _BACKTICKS.findall(shown)), default=0) + 1)
    return f"{fence} {shown} {fence}" if shown.startswith("`") or shown.endswith("`") else f"{fence}{shown}{fence}"


def cell_code(told: str) -> str:
    r"""Any text as code in a table's cell. A bar ends a cell in code too, and how one is escaped behind a backslash
    differs between readers: so it is shown as its number, `\x7c`."""
    return code(told.replace("|", "\\x7c"))


def in_html(told: str) -> str:
    """Any text inside an HTML tag of a Markdown document, such as a summary: on one line, without a tag of its own."""
    apart = _CALL.sub(r"\g<0>\0", printable(told))  # what is printable holds no NUL
    return html.escape(apart, quote=True).replace("\0", _COMMENT)


def html_code(told: str) -> str:
    """Any text as code inside an HTML tag of a Markdown document."""
    return f"<code>{html.escape(printable(told), quote=True)}</code>"


def link(words: str, address: str) -> str:
    """Our own words as a link to an address of the web; to anything else no link is made, and it is shown as code."""
    if not re.match(r"https?://[^/\s]", address):
        return f"{words}: {code(address)}"
    return f"[{words}](<{quote(printable(address), safe=_IN_ADDRESSES)}>)"
