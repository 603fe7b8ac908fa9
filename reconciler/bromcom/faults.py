"""From an HTTP answer to what the service said, or to the error that says why it said nothing.

The order matters, since every later sign can be forged by an earlier failure:

    status        401        the login, before IIS's page about it is taken for XML; not where a fault speaks of else
                  403        refused, and nobody says what: never taken for the login
                  401, 403   to a question without a login: of a gateway, which is sent no login then
                  429, 503   asked to slow down
    content type  a web page, JSON, or nothing: whatever the body looks like
    document      strictly read: a half one is an error, and never "less"
    root element  a page that is well-formed is still a page
    fault         only one with a code is the service's own
    status again  an error without a fault is nobody's answer
    response      the one that belongs to the question
"""

import re
from itertools import islice
from typing import Final

from lxml import etree

from reconciler.bromcom.contract import TEST_DATABASE
from reconciler.bromcom.login_faults import names_machinery, names_no_school, refuses_login
from reconciler.bromcom.masking import CUT
from reconciler.bromcom.reading import SMALL, HttpAnswer
from reconciler.errors import LoginRefused, Throttled, Unreadable
from reconciler.http.retry import LONGEST_WAIT, RateLimited, TruncatedAnswer, in_words, seconds_asked

_SOAP11: Final = "{http://schemas.xmlsoap.org/soap/envelope/}"
_SOAP12: Final = "{http://www.w3.org/2003/05/soap-envelope}"
_FAULTS: Final = (f"{_SOAP11}Fault", f"{_SOAP12}Fault")
_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_QUESTION_REFUSED: Final = "even a request without a login was refused"
_NOT_OF_A_HEADER: Final = ("{}*", "{*}diffgram")  # rows have no namespace; whatever a gateway adds to a header has one
_SAID: Final = ("faultcode", "faultstring", f"{_SOAP12}Code", f"{_SOAP12}Reason")  # one code and one reason of a fault
# The statuses that settle what an answer means, whatever its body says and whether it comes whole or not.
SETTLED: Final = frozenset({401, 403, 404, 405, 410, 429, 503, 511})
_XML_TYPES: Final = frozenset({"text/xml", "application/xml", "application/soap+xml"})


def _strict_parser() -> etree.XMLParser:
    return etree.XMLParser(
        recover=False,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


_PARSER: Final = _strict_parser()

# What is looked at of a text from outside, in bytes or characters: more than a report ever shows.
_LOOKED_AT: Final = 8192
_TRACE = re.compile(r" at \S+ ?\(| --- End of ")
_TRACE_LINE = re.compile(r"[\r\n]\s*(?:at \S+ ?\(|--- End of )")
# What .NET puts before the words of whoever threw.
_WRAPPER = re.compile(
    r"(System\.Web\.Services\.Protocols\.SoapException: )?(Server was unable to process request\. ---> )?"
    r"(System\.(Application)?Exception: )?"
)
_TITLE = re.compile(rb"<title[^>]{0,200}>(.*?)(</title|\Z)", re.IGNORECASE | re.DOTALL)


class ServiceFault(Unreadable):
    """The service itself answered, with an error of its own."""


class SchoolNotKnown(ServiceFault):
    """The service says that it has no school with this School ID."""


class AccessBarred(Unreadable):
    """A gateway, the web server or another place answers for the service: it must be sent no login."""


class QuestionRefused(AccessBarred):
    """Even the question that carries no login was refused."""


def response_of(answer: HttpAnswer, operation: str) -> etree._Element:
    """The response element that belongs to the question. Raises LoginRefused, Throttled or Unreadable."""
    _check_status(answer, operation)
    root = document_of(answer)
    body = _body(root, answer)
    if len(body) > 1:
        raise _bad(answer, "the answer holds more than one response")
    response = next(iter(body), None)
    if response is not None and response.tag in _FAULTS:
        raise _fault(response, answer, operation)
    if answer.status != 200:
        raise _bad(answer, "the answer is XML, but not an answer from Bromcom")
    if response is None:
        raise Unreadable("the answer is an empty SOAP body")
    if _local(response) != f"{operation}Response":
        raise Unreadable(
            f"the answer is a {_local(response)}, which does not answer {operation}",
            ours=f"the answer does not answer {operation}",
        )
    return response


def document_of(answer: HttpAnswer) -> etree._Element:
    """The root of an XML answer, strictly read. Raises Unreadable for web pages, other formats, halves, and DTDs."""
    _check_content_type(answer)
    if not answer.body.strip():
        raise _bad(answer, "the answer is empty")
    try:
        # A parser reads one document at a time: whoever reads a large one beside the loop has one of its own.
        root = etree.fromstring(answer.body, _PARSER if len(answer.body) <= SMALL else _strict_parser())
    except etree.XMLSyntaxError as error:
        if _looks_like_a_page(answer.body):
            raise _page(answer) from error
        # The parser's own words quote names out of the answer, and those may be pieces of a password.
        line, column = error.position
        raise _bad(answer, f"the answer is not complete XML (line {line}, column {column})") from error
    if _local(root).lower() == "html":
        raise _page(answer)
    if root.getroottree().docinfo.internalDTD is not None:
        raise _bad(answer, "the answer contains a DTD, which Bromcom's never do")
    return root


def _check_status(answer: HttpAnswer, operation: str) -> None:
    """Raise for a status that settles it, whatever the body says."""
    match answer.status:
        case 401 if _carries_login(operation):
            raise _other_trouble(answer, operation) or LoginRefused("Bromcom refused this login (401)")
        case 401 | 403 if not _carries_login(operation):
            raise _question_refused(answer)
        case 511:
            raise AccessBarred("the network wants a login of its own before it lets anyone reach Bromcom (HTTP 511)")
        case 403:
            raise ServiceFault(
                "Bromcom refused this request (403) without a reason: check the School ID, the account's ticks and any "
                "firewall on the way"
            )
        case 429 | 503:
            raise _throttled(answer)
        case 404 | 405 | 410:
            raise Unreadable(f"there is no service at this address (HTTP {answer.status}): check readUrl")


def _other_trouble(answer: HttpAnswer, operation: str) -> SchoolNotKnown | ServiceFault | None:
    """What the service itself says with a 401 that is not about the login: that it knows no such school, or that its
    own machinery was refused something. None where it says nothing of that kind."""
    try:
        fault = next(iter(_body(document_of(answer), answer)), None)
    except Unreadable:
        return None
    said = _fault(fault, answer, operation) if fault is not None and fault.tag in _FAULTS else None
    if isinstance(said, SchoolNotKnown) or (isinstance(said, ServiceFault) and names_machinery(str(said))):
        return said
    return None


def _question_refused(answer: HttpAnswer) -> QuestionRefused:
    text = _QUESTION_REFUSED
    scheme = f", WWW-Authenticate: {answer.authenticate}" if answer.authenticate else ""
    return QuestionRefused(f"{text} (HTTP {answer.status}{scheme})", ours=f"{text} (HTTP {answer.status})")


def _check_content_type(answer: HttpAnswer) -> None:
    if answer.encoding.strip().lower() not in ("", "identity"):
        raise _bad(
            answer,
            f"the answer is compressed ({answer.encoding}), although we asked for plain text",
            ours="the answer is compressed, although we asked for plain text",
        )
    kind = answer.content_type.partition(";")[0].strip().lower()
    if kind in _XML_TYPES:
        return
    if kind in ("text/html", "application/xhtml+xml"):
        raise _page(answer)
    raise _bad(answer, f"the answer is {kind or 'of no declared type'}, not XML", ours="the answer is not XML")


def _body(root: etree._Element, answer: HttpAnswer) -> etree._Element:
    for soap in (_SOAP11, _SOAP12):
        if root.tag == f"{soap}Envelope":
            header, body = (next(root.iterchildren(f"{soap}{name}"), None) for name in ("Header", "Body"))
            if body is None:
                raise _bad(answer, "the answer is a SOAP envelope without a body")
            if len(root) != (1 if header is None else 2):
                raise _bad(answer, "the answer is a SOAP envelope with more than a header and a body")
            if header is not None and next(header.iter(*_NOT_OF_A_HEADER), None) is not None:
                raise _bad(answer, "the answer holds rows in the header of its SOAP envelope")
            return body
    ours = "the answer is not a SOAP message"
    raise _bad(answer, f"{ours} (its root is {_bounded(root.tag)})", ours=ours)


def _fault(fault: etree._Element, answer: HttpAnswer, operation: str) -> LoginRefused | Unreadable:
    """The error that a fault means. One without a code is nobody's: a gateway may send any XML. Of reasons in several
    languages the English one counts."""
    code = fault.findtext("faultcode") or fault.findtext(f"{_SOAP12}Code/{_SOAP12}Value")
    if not (code and code.strip()):
        return _bad(answer, "the answer is a SOAP fault without a code")
    if len(list(islice(fault.iterchildren(*_SAID), 3))) > 2:
        return _bad(answer, "the answer is a SOAP fault with more than one code or reason")
    reasons = [*fault.iterfind("faultstring"), *fault.iterfind(f"{_SOAP12}Reason/{_SOAP12}Text")]
    reasons.sort(key=lambda reason: not (reason.get(_LANGUAGE) or "").lower().startswith("en"))
    text = _words(str(reasons[0].xpath("string()")) if reasons else "") or f"{code.strip()}, without a reason"
    said = _TRACE.split(text, maxsplit=1)[0]  # a trace on the same line: names of methods are no words
    if names_no_school(said):
        ours = "Bromcom does not know this school"
        return SchoolNotKnown(f"{ours} ({text!r})", ours=ours)
    if refuses_login(said):
        if not _carries_login(operation):
            return QuestionRefused(f"{_QUESTION_REFUSED} ({text!r})", ours=_QUESTION_REFUSED)
        ours = "Bromcom refused this login"
        return LoginRefused(f"{ours} ({text!r})", ours=ours)
    ours = "Bromcom answered with an error of its own"
    return ServiceFault(f"{ours}: {text}", ours=ours)


def _words(reason: str) -> str:
    """A fault's reason on one line, without the lines of a stack trace that ASP.NET adds where nobody told it not to.
    A password is of one line, so that none is cut there."""
    return _WRAPPER.sub("", " ".join(_TRACE_LINE.split(_bounded(reason), maxsplit=1)[0].split()), count=1)


def _bounded(text: str) -> str:
    return text if len(text) <= _LOOKED_AT else f"{text[:_LOOKED_AT]}{CUT}"


def _throttled(answer: HttpAnswer) -> Throttled:
    seconds = seconds_asked(answer.retry_after)
    text = f"Bromcom asked us to wait (HTTP {answer.status})"
    kind = RateLimited if answer.status == 429 else Throttled
    if seconds is None:
        return kind(text)
    text += f" and try again {in_words(seconds)}"
    if seconds > LONGEST_WAIT:
        text += f", longer than a run waits ({LONGEST_WAIT:.0f} s): run it again then"
    return kind(text, retry_after=seconds)


def _bad(answer: HttpAnswer, text: str, *, ours: str = "") -> Unreadable:
    """Unreadable, and worth asking again where the status says that a server had trouble of its own. `ours` is the
    text without what it quotes."""
    status = "" if answer.status == 200 else f" (HTTP {answer.status})"
    kind = TruncatedAnswer if answer.status >= 500 else Unreadable
    return kind(f"{text}{status}", ours=f"{ours or text}{status}")


def _page(answer: HttpAnswer) -> Unreadable:
    """A web page, by its title where it has one: up to its own end, since a password in it may hold a `<`."""
    match = _TITLE.search(answer.body, 0, _LOOKED_AT)
    title = " ".join(match[1].decode("utf-8", "replace").split()) if match else ""
    if match and not match[2]:
        title += CUT
    ours = "a web page came instead of an answer"
    return _bad(answer, f"{ours}: {title!r}" if title else ours, ours=ours)


def _looks_like_a_page(body: bytes) -> bool:
    start = body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<!doctype html", b"<html"))


def _carries_login(operation: str) -> bool:
    """Whether a refusal can be a refused login."""
    return operation != TEST_DATABASE


def _local(element: etree._Element) -> str:
    tag: str = element.tag
    return tag.rpartition("}")[2]
