"""Faults to inject: the ways in which a real service, or a machine in front of it, fails to answer properly.

For users they are troubles. A fault applies to every school or to one, and may be limited to one operation or username.
With a number of calls it ends by itself, to show what a client does afterwards.
"""

from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """The kinds of fault."""

    # the answer comes late
    LATENCY = "latency"
    # something else comes instead of the answer
    REFUSED_STATUS = "refused-status"
    REFUSED_FAULT = "refused-fault"
    EVERYBODY_REFUSED = "everybody-refused"
    GATEWAY_401 = "gateway-401"
    GATEWAY_403 = "gateway-403"
    NO_SUCH_SCHOOL = "no-such-school"
    FAULT_500 = "fault-500"
    HTML_500 = "html-500"
    UNAVAILABLE_503 = "unavailable-503"
    THROTTLED_429 = "throttled-429"
    HTML_200 = "html-200"
    HTML_502 = "html-502"
    XHTML_200 = "xhtml-200"
    XHTML_502 = "xhtml-502"
    REDIRECT = "redirect"
    EMPTY = "empty"
    ENDLESS = "endless"
    DROPPED = "dropped"
    # the service answers, and says something else
    REFUSALS_AS_FAULTS = "refusals-as-faults"
    DATABASE_DOWN = "database-down"
    NO_TEST_OPERATION = "no-test-operation"
    MIXED_CASE = "mixed-case"
    NO_RESULT = "no-result"
    # the answer is spoilt on its way
    CUT_OFF = "cut-off"
    CUT_SHORT = "cut-short"
    WRONG_CONTENT_TYPE = "wrong-content-type"


MEANINGS = {
    FaultKind.LATENCY: "the answer comes after --seconds (default 1)",
    FaultKind.REFUSED_STATUS: "every login is refused with HTTP 401 and the web server's own page",
    FaultKind.REFUSED_FAULT: "every login is refused with a SOAP fault that says 401",
    FaultKind.EVERYBODY_REFUSED: "the web server asks every client for a login of its own (HTTP 401)",
    FaultKind.GATEWAY_401: "a gateway refuses every client (HTTP 401) and does not say how to log in",
    FaultKind.GATEWAY_403: "a firewall refuses every client (HTTP 403)",
    FaultKind.NO_SUCH_SCHOOL: "the service says that no school has this School ID",
    FaultKind.FAULT_500: "HTTP 500 with a SOAP fault, as for an error inside the service",
    FaultKind.HTML_500: "HTTP 500 with a web page",
    FaultKind.UNAVAILABLE_503: "HTTP 503 with Retry-After --seconds (default 1)",
    FaultKind.THROTTLED_429: "HTTP 429 with Retry-After --seconds (default 1)",
    FaultKind.HTML_200: "a login page with HTTP 200",
    FaultKind.HTML_502: "a proxy's page with HTTP 502",
    FaultKind.XHTML_200: "a login page in well-formed XHTML that claims to be text/xml, with HTTP 200",
    FaultKind.XHTML_502: "a proxy's page in well-formed XHTML that claims to be text/xml, with HTTP 502",
    FaultKind.REDIRECT: "HTTP 302 to a login page",
    FaultKind.EMPTY: "HTTP 200 with no content",
    FaultKind.ENDLESS: "an answer that never ends, with a pause of --seconds (default none) between its pieces",
    FaultKind.DROPPED: "the connection is closed without an answer",
    FaultKind.REFUSALS_AS_FAULTS: "a wrong login is refused with a SOAP fault instead of HTTP 401",
    FaultKind.DATABASE_DOWN: "testDatabaseConnection answers false, and everything else with faults",
    FaultKind.NO_TEST_OPERATION: "testDatabaseConnection does not exist, as on newer servers perhaps",
    FaultKind.MIXED_CASE: "entity names come in another case of letters",
    FaultKind.NO_RESULT: "an answer without its result: no table at all",
    FaultKind.CUT_OFF: "half the answer, with a Content-Length that fits the half",
    FaultKind.CUT_SHORT: "half the answer, with the Content-Length of the whole",
    FaultKind.WRONG_CONTENT_TYPE: "the right answer under the content type text/plain",
}

# These refuse a login, so a question that carries none does not meet them.
OF_LOGINS = (FaultKind.REFUSED_STATUS, FaultKind.REFUSED_FAULT)


@dataclass(frozen=True, slots=True)
class InjectedFault:
    """One fault.

    school_id, operation, username  its limits; None: any
    calls                           the calls that it still spoils; None: all, until it is cleared
    seconds                         the delay, pause or Retry-After of the kinds that have one; None: the kind's default
    """

    kind: FaultKind
    school_id: int | None = None
    operation: str | None = None
    username: str | None = None
    calls: int | None = None
    seconds: float | None = None


def is_injected(troubles: tuple[InjectedFault, ...], kind: FaultKind) -> bool:
    """Return True if there is one of this kind."""
    return any(trouble.kind is kind for trouble in troubles)
