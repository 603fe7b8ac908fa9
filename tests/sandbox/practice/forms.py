"""The practice pages over a socket: pages looked at, forms sent as a browser sends them, answers read with lxml."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from lxml import etree

from tests.sandbox.wire import Reply, call, entity_names, request

if TYPE_CHECKING:
    from reconciler.sandbox.server import SandboxServer

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SCHOOL = "/practice/10001/"
CONSENT_SCHOOL = "/practice/10002/"


def look(sandbox: SandboxServer, path: str = "", school: str = SCHOOL) -> Reply:
    """Look at a page of a school."""
    return request(sandbox, "GET", f"{school}{path}")


def send(sandbox: SandboxServer, path: str, *fields: tuple[str, str], school: str = SCHOOL) -> Reply:
    """Send a form to a page of a school, from a page of the same site."""
    headers = {**FORM, "Origin": sandbox.url}
    return request(sandbox, "POST", f"{school}{path}", urlencode(fields).encode(), headers)


def next_page(sandbox: SandboxServer, reply: Reply) -> Reply:
    """The page that an answer sends on to."""
    assert reply.status == 303, reply.body
    return request(sandbox, "GET", reply.headers["Location"])


def html(reply: Reply) -> etree._Element:
    """A page, read as a browser reads it."""
    body = reply.body.replace(b"\0", "\N{REPLACEMENT CHARACTER}".encode())  # older parsers would end there
    return etree.fromstring(body, etree.HTMLParser(encoding="utf-8"))


def said(reply: Reply, role: str = "status") -> str:
    """What a page says was done; with the role `alert`, what was not."""
    return "".join(text_of(element) for element in html(reply).iterfind(f".//*[@role='{role}']"))


def text_of(element: etree._Element) -> str:
    """The text in an element, in one line."""
    return " ".join("".join(str(piece) for piece in element.itertext()).split())


def cells(reply: Reply) -> list[list[str]]:
    """The lines of a page's tables, cell by cell."""
    return [[text_of(cell) for cell in row.iter("th", "td")] for row in html(reply).iterfind(".//tbody/tr")]


def ticked(reply: Reply) -> list[str]:
    """The labels of the boxes that are ticked."""
    boxes = html(reply).iterfind(".//label/input[@checked]")
    return [text_of(label) for box in boxes if (label := box.getparent()) is not None]


def values(reply: Reply) -> dict[str, str]:
    """What stands in the fields of a page."""
    fields = html(reply).iterfind(".//input")
    return {str(field.get("id")): str(field.get("value", "")) for field in fields if field.get("id")}


def chosen(reply: Reply, name: str) -> str:
    """What is chosen in a list that drops down."""
    return "".join(text_of(option) for option in html(reply).iterfind(f".//select[@name='{name}']/option[@selected]"))


def reads(sandbox: SandboxServer, username: str, password: str, school_id: int = 10001) -> list[str] | int:
    """The entities that an account may read; the HTTP status where it is refused."""
    reply = call(sandbox, "findEntitiesBySchoolID", schoolID=school_id, username=username, password=password)
    return entity_names(reply) if reply.status == 200 else reply.status
