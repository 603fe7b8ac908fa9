"""The bytes of an answer, a fault, a refusal, and of each injected fault."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, auto

from reconciler.sandbox.service import error_pages
from reconciler.sandbox.service.soap import Fault, Version, fault_document, unable
from reconciler.sandbox.state.fault_injection import FaultKind, InjectedFault

LOGIN_PATH = "/Nucleus/Login.aspx"

_HTML = "text/html; charset=utf-8"
_XML = "text/xml; charset=utf-8"


class Delivery(Enum):
    """The way to send the body."""

    WHOLE = auto()
    SHORT = auto()  # half of it, under the Content-Length of the whole
    ENDLESS = auto()  # the body, and then its last piece again and again
    DROPPED = auto()  # nothing at all: the connection is closed


@dataclass(frozen=True, slots=True)
class SandboxResponse:
    """A status, a content type, a body, and how the body is sent. `pause` is in seconds, between endless pieces."""

    status: int
    content_type: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    delivery: Delivery = Delivery.WHOLE
    pause: float = 0.0


def document(version: Version, body: bytes, status: int = 200) -> SandboxResponse:
    """A SOAP envelope."""
    return SandboxResponse(status, f"{version.content_type}; charset=utf-8", body)


def fault(version: Version, error: Fault) -> SandboxResponse:
    """A SOAP fault: HTTP 500 for either side's mistake, as ASP.NET sends it for both versions."""
    return document(version, fault_document(version, error), 500)


def page(status: int, text: str, **headers: str) -> SandboxResponse:
    """A web page. Header names are written with `_` for `-`."""
    return SandboxResponse(
        status, _HTML, text.encode(), {name.replace("_", "-"): value for name, value in headers.items()}
    )


def refusal(version: Version, *, as_fault: bool) -> SandboxResponse:
    """A refused login, in one of its two forms."""
    if as_fault:
        return fault(version, unable("401 Unauthorised"))
    return page(401, error_pages.refused(), WWW_Authenticate="Negotiate")


def instead(injected: InjectedFault, version: Version) -> SandboxResponse | None:
    """The answer that a fault puts in place of any other; None for a fault of another sort."""
    make = _INSTEAD.get(injected.kind)
    return None if make is None else make(injected, version)


def spoilt(injected: InjectedFault, answer: SandboxResponse) -> SandboxResponse:
    """The answer as it arrives; faults of other sorts leave it alone."""
    match injected.kind:
        case FaultKind.CUT_OFF:
            return replace(answer, body=answer.body[: _cut(answer.body)])
        case FaultKind.CUT_SHORT:
            return replace(answer, delivery=Delivery.SHORT)
        case FaultKind.WRONG_CONTENT_TYPE:
            return replace(answer, content_type="text/plain; charset=utf-8")
        case _:
            return answer


def _cut(body: bytes) -> int:
    """The middle of an answer, after a whole row if it has rows: the most tempting place to stop."""
    behind_a_row = body.rfind(b"</Table>", 0, len(body) * 2 // 3)
    return len(body) // 2 if behind_a_row < 0 else behind_a_row + len(b"</Table>")


def _endless(injected: InjectedFault, version: Version) -> SandboxResponse:
    start = (
        f'<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="{version.namespace}"><soap:Body>'
        "<Practice><!-- this answer never ends -->"
    )
    answer = document(version, start.encode())
    return replace(answer, delivery=Delivery.ENDLESS, pause=injected.seconds or 0.0)


def _asked_later(status: int, injected: InjectedFault) -> SandboxResponse:
    seconds = 1.0 if injected.seconds is None else injected.seconds
    return page(status, error_pages.busy(status), Retry_After=f"{seconds:g}")


def _claimed_xml(status: int, text: str) -> SandboxResponse:
    return SandboxResponse(status, _XML, text.encode())


_INSTEAD: Mapping[FaultKind, Callable[[InjectedFault, Version], SandboxResponse]] = {
    FaultKind.REFUSED_STATUS: lambda _, version: refusal(version, as_fault=False),
    FaultKind.REFUSED_FAULT: lambda _, version: refusal(version, as_fault=True),
    FaultKind.EVERYBODY_REFUSED: lambda _, version: refusal(version, as_fault=False),
    FaultKind.GATEWAY_401: lambda *_: page(401, error_pages.refused()),
    FaultKind.GATEWAY_403: lambda *_: page(403, error_pages.refused()),
    FaultKind.NO_SUCH_SCHOOL: lambda _, version: fault(version, unable("School not found.")),
    FaultKind.FAULT_500: lambda _, version: fault(version, unable("Object reference not set to an instance.")),
    FaultKind.HTML_500: lambda *_: page(500, error_pages.runtime_error()),
    FaultKind.UNAVAILABLE_503: lambda injected, _: _asked_later(503, injected),
    FaultKind.THROTTLED_429: lambda injected, _: _asked_later(429, injected),
    FaultKind.HTML_200: lambda *_: page(200, error_pages.login()),
    FaultKind.HTML_502: lambda *_: page(502, error_pages.bad_gateway()),
    FaultKind.XHTML_200: lambda *_: _claimed_xml(200, error_pages.well_formed_login()),
    FaultKind.XHTML_502: lambda *_: _claimed_xml(502, error_pages.well_formed_bad_gateway()),
    FaultKind.REDIRECT: lambda *_: page(302, error_pages.login(), Location=LOGIN_PATH),
    FaultKind.EMPTY: lambda _, version: document(version, b""),
    FaultKind.ENDLESS: _endless,
    FaultKind.DROPPED: lambda *_: SandboxResponse(500, _HTML, b"", delivery=Delivery.DROPPED),
}
