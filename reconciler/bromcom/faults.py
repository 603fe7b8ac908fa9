"""From an HTTP answer to the service's response, or to the error that says why there is none.

The order matters, since an earlier failure can forge every later sign:

    status        401        the login, before IIS's page about it is read as XML; unless a fault names another cause
                  403        refused without a reason: never taken for the login
                  401, 403   to a question without a login: a gateway's, which is sent no login then
                  429, 503   asked to slow down
    content type  a web page, JSON, or none: whatever the body looks like
    document      strictly read: a half one is an error, and never "less"
    root element  a well-formed web page is still a page
    fault         only one with a code is the service's own
    status again  an error without a fault is not the service's answer
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
from reconciler.startup import pattern

_SOAP11: Final = "{http://schemas.xmlsoap.org/soap/envelope/}"
_SOAP12: Final = "{http://www.w3.org/2003/05/soap-envelope}"
_FAULTS: Final = (f"{_SOAP11}Fault", f"{_SOAP12}Fault")
_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"
REFUSED_401: Final = "Bromcom refused this login (401)"
_QUESTION_REFUSED: Final = "even a request without a login was refused"
_NOT_OF_A_HEADER: Final = ("{}*", "{*}diffgram")  # rows have no namespace; whatever a gateway adds to a header has one
_CODE_AND_REASON: Final = ("faultcode", "faultstring", f"{_SOAP12}Code", f"{_SOAP12}Reason")
# The statuses that decide what an answer means, whatever its body says and even if it is cut off.
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

# An older libxml2, such as that of lxml's wheels for Windows, compares each attribute with each other one.
_COMPARES_ATTRIBUTES: Final = etree.LIBXML_VERSION < (2, 12)
_MOST_ATTRIBUTES: Final = 10_000

# Bytes or characters that are read of a text from outside: more than a report ever shows.
_LOOKED_AT: Final = 8192
_TRACE = pattern(r" at \S+ ?\(| --- End of ")
_TRACE_LINE = pattern(r"[\r\n]\s*(?:at \S+ ?\(|--- End of )")
# .NET puts this before an exception's own words.
_WRAPPER = pattern(
    r"(System\.Web\.Services\.Protocols\.SoapException: )?(Server was unable to process request\. ---> )?"
    r"(System\.(Application)?Exception: )?"
)
_TITLE = pattern(rb"<title[^>]{0,200}>(.*?)(</title|\Z)", re.IGNORECASE | re.DOTALL)


class ServiceFault(Unreadable):
    """The service itself answered with an error."""


class SchoolNotKnown(ServiceFault):
    """The service has no school with this School ID."""


class AccessBarred(Unreadable):
    """A gateway or web server answers in place of the service: it must be sent no login."""


class QuestionRefused(AccessBarred):
    """Even a question without a login was refused."""


def response_of(answer: HttpAnswer, operation: str) -> etree._Element:
    """Return the response to a question. Raises LoginRefused, Throttled or Unreadable."""
    _check_status(answer, operation)
    root = document_of(answer)
    body = _body(root, answer)
    if len(body) > 1:
        raise _bad(answer, "the answer holds more than one response")
    response = next(iter(body), None)
    if response is not None and response.tag in _FAULTS:
        raise _fault(response, answer, operation)
    # Not before the fault: SOAP 1.1 sends faults with HTTP 500, and some services with HTTP 200.
    if answer.status != 200:
        raise _bad(answer, "the answer is XML, but not an answer from Bromcom")
    if response is None:
        raise Unreadable("the answer is an empty SOAP body")
    if _local(response) != f"{operation}Response":
        raise Unreadable(
            f"the answer is a {_local(response)}, not the response to {operation}",
            own_text=f"the answer is not the response to {operation}",
        )
    return response


def document_of(answer: HttpAnswer) -> etree._Element:
    """Return the root of an XML answer. Raises Unreadable for web pages, other formats, cut-off XML, and DTDs."""
    _check_content_type(answer)
    if not answer.body.strip():
        raise _bad(answer, "the answer is empty")
    if _COMPARES_ATTRIBUTES and _has_an_endless_element(answer.body):
        raise _bad(answer, "the answer has an element with too many attributes")
    try:
        # A parser reads one document at a time, so each large one, which is read in a thread, has its own.
        root = etree.fromstring(answer.body, _PARSER if len(answer.body) <= SMALL else _strict_parser())
    except etree.XMLSyntaxError as error:
        if _looks_like_a_page(answer.body):
            raise _page(answer) from error
        # The parser's own words quote the answer, and that may be a piece of a password.
        line, column = error.position
        raise _bad(answer, f"the answer is not complete XML (line {line}, column {column})") from error
    if _local(root).lower() == "html":
        raise _page(answer)
    if root.getroottree().docinfo.internalDTD is not None:
        raise _bad(answer, "the answer contains a DTD, which Bromcom's never do")
    return root


def _has_an_endless_element(body: bytes) -> bool:
    """Tell if an element may have too many attributes: no value holds a `<`."""
    return any(part.count(b"=") > _MOST_ATTRIBUTES for part in body.split(b"<") if len(part) > _MOST_ATTRIBUTES)


def _check_status(answer: HttpAnswer, operation: str) -> None:
    """Raise for a status that decides, whatever the body says."""
    match answer.status:
        case 401 if _carries_login(operation):
            # It sent a login, so this is a refusal: unless the service's own fault names the school or its machinery.
            raise _other_trouble(answer, operation) or LoginRefused(REFUSED_401)
        case 401 | 403 if not _carries_login(operation):
            # There was no login to refuse: a gateway is in front, or the School ID is wrong.
            raise _question_refused(answer)
        case 511:
            raise AccessBarred("the network wants a login of its own before it lets anyone reach Bromcom (HTTP 511)")
        case 403:
            # A firewall says this too, so it is not taken for a refused login.
            raise ServiceFault(
                "Bromcom refused this request (403) without a reason: check the School ID, the account's ticks and any "
                "firewall on the way"
            )
        case 429 | 503:
            raise _throttled(answer)
        case 404 | 405 | 410:
            raise Unreadable(f"there is no service at this address (HTTP {answer.status}): check readUrl")


def _other_trouble(answer: HttpAnswer, operation: str) -> SchoolNotKnown | ServiceFault | None:
    """Return the service's own fault if it explains a 401 otherwise: an unknown school, or refused machinery."""
    try:
        fault = next(iter(_body(document_of(answer), answer)), None)
    except Unreadable:
        return None
    error = _fault(fault, answer, operation) if fault is not None and fault.tag in _FAULTS else None
    if isinstance(error, SchoolNotKnown) or (isinstance(error, ServiceFault) and names_machinery(str(error))):
        return error
    return None


def _question_refused(answer: HttpAnswer) -> QuestionRefused:
    text = _QUESTION_REFUSED
    scheme = f", WWW-Authenticate: {answer.authenticate}" if answer.authenticate else ""
    return QuestionRefused(f"{text} (HTTP {answer.status}{scheme})", own_text=f"{text} (HTTP {answer.status})")


def _check_content_type(answer: HttpAnswer) -> None:
    if answer.encoding.strip().lower() not in ("", "identity"):
        raise _bad(
            answer,
            f"the answer is compressed ({answer.encoding}), although we asked for plain text",
            own_text="the answer is compressed, although we asked for plain text",
        )
    kind = answer.content_type.partition(";")[0].strip().lower()
    if kind in _XML_TYPES:
        return
    if kind in ("text/html", "application/xhtml+xml"):
        raise _page(answer)
    raise _bad(answer, f"the answer is {kind or 'of no declared type'}, not XML", own_text="the answer is not XML")


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
    own_text = "the answer is not a SOAP message"
    raise _bad(answer, f"{own_text} (its root is {_bounded(root.tag)})", own_text=own_text)


def _fault(fault: etree._Element, answer: HttpAnswer, operation: str) -> LoginRefused | Unreadable:
    """Return the error that a fault means. Of reasons in several languages the English one counts."""
    code = fault.findtext("faultcode") or fault.findtext(f"{_SOAP12}Code/{_SOAP12}Value")
    if not (code and code.strip()):  # a gateway may send any XML: the service's own faults have a code
        return _bad(answer, "the answer is a SOAP fault without a code")
    if len(list(islice(fault.iterchildren(*_CODE_AND_REASON), 3))) > 2:
        return _bad(answer, "the answer is a SOAP fault with more than one code or reason")
    reasons = [*fault.iterfind("faultstring"), *fault.iterfind(f"{_SOAP12}Reason/{_SOAP12}Text")]
    reasons.sort(key=lambda reason: not (reason.get(_LANGUAGE) or "").lower().startswith("en"))
    text = _words(str(reasons[0].xpath("string()")) if reasons else "") or f"{code.strip()}, without a reason"
    words = _TRACE.split(text, maxsplit=1)[0]  # without a stack trace: the names of methods mean nothing here
    # The school first: "401 Unauthorised: no school with ID 999" is no word about the login.
    if names_no_school(words):
        own_text = "Bromcom does not know this school"
        return SchoolNotKnown(f"{own_text} ({text!r})", own_text=own_text)
    if refuses_login(words):
        if not _carries_login(operation):
            return QuestionRefused(f"{_QUESTION_REFUSED} ({text!r})", own_text=_QUESTION_REFUSED)
        own_text = "Bromcom refused this login"
        return LoginRefused(f"{own_text} ({text!r})", own_text=own_text)
    own_text = "Bromcom answered with an error of its own"
    return ServiceFault(f"{own_text}: {text}", own_text=own_text)


def _words(reason: str) -> str:
    """Put a fault's reason on one line, without ASP.NET's stack trace. A password has no line break to be cut at."""
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


def _bad(answer: HttpAnswer, text: str, *, own_text: str = "") -> Unreadable:
    """Return Unreadable, which is worth a retry if the status is a server's own trouble."""
    status = "" if answer.status == 200 else f" (HTTP {answer.status})"
    kind = TruncatedAnswer if answer.status >= 500 else Unreadable
    return kind(f"{text}{status}", own_text=f"{own_text or text}{status}")


def _page(answer: HttpAnswer) -> Unreadable:
    """Name a web page by its title: up to its own end, since a password in it may contain a `<`."""
    match = _TITLE.search(answer.body, 0, _LOOKED_AT)
    title = " ".join(match[1].decode("utf-8", "replace").split()) if match else ""
    if match and not match[2]:
        title += CUT
    own_text = "a web page came instead of an answer"
    return _bad(answer, f"{own_text}: {title!r}" if title else own_text, own_text=own_text)


def _looks_like_a_page(body: bytes) -> bool:
    start = body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<!doctype html", b"<html"))


def _carries_login(operation: str) -> bool:
    """Tell if a refusal can be about a login."""
    return operation != TEST_DATABASE


def _local(element: etree._Element) -> str:
    tag: str = element.tag
    return tag.rpartition("}")[2]
