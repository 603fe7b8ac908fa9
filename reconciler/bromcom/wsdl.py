"""A WSDL -> the forms of its questions, as zeep reads it, within the bounds of what a data service needs.

zeep obeys all of XML Schema, in which 2 kB of groups that contain each other twice become gigabytes. And its transport
would log whole envelopes, follow the address in the contract and lose the HTTP answer. So zeep gets none that can load
or send, and never sees a password.
"""

import io
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, NoReturn

from lxml import etree

from reconciler.bromcom.contract import PARAMETERS, TEST_DATABASE, Contract, SoapForm
from reconciler.errors import Unreadable
from reconciler.model.desired import SoapVersion

_LARGEST: Final = 256 * 1024  # bytes; the service's own is 47 kB
_LONGEST: Final = 1_000  # characters of a name, a namespace or an attribute, which zeep repeats at each use
_MOST_NAMESPACES: Final = 1_000
_DEEPEST: Final = 32  # elements one in the other; the service's own has 10

_WSDL: Final = "{http://schemas.xmlsoap.org/wsdl/}"
_XS: Final = "{http://www.w3.org/2001/XMLSchema}"


def _named(namespace: str, names: str) -> list[str]:
    return [namespace + name for name in names.split()]


_NEEDED: Final = frozenset(
    {
        *_named(_WSDL, "definitions documentation import types message part portType operation input output fault"),
        *_named(_WSDL, "binding service port"),
        *_named(_XS, "schema import annotation appinfo documentation element attribute any complexType simpleType"),
        *_named(_XS, "sequence choice all restriction enumeration pattern whiteSpace length minLength maxLength"),
        *_named(_XS, "minInclusive maxInclusive minExclusive maxExclusive totalDigits fractionDigits"),
    }
)
_TOO_DEEP = etree.XPath(f"boolean({'/*' * (_DEEPEST + 1)})")


def check_wsdl(wsdl: bytes) -> None:
    """Raise Unreadable for a WSDL that is not XML, or has more than a data service needs."""
    if len(wsdl) > _LARGEST:
        raise _refused(f"it is larger than {_LARGEST // 1024} kB")
    try:
        root = _parsed(wsdl)
    except etree.XMLSyntaxError as error:
        own_text = "the service's WSDL is not a complete XML document"
        raise Unreadable(f"{own_text}: {error.msg}", own_text=own_text) from error
    if _TOO_DEEP(root):
        raise _refused(f"its elements are nested more than {_DEEPEST} deep")
    for element in root.iter("*"):
        if len(element.tag) > _LONGEST or any(len(value) > _LONGEST for value in element.attrib.values()):
            raise _refused(f"it contains a name or an attribute of more than {_LONGEST:,} characters")
        if element.tag.startswith((_WSDL, _XS)) and element.tag not in _NEEDED:
            name = etree.QName(element).localname
            raise _refused(
                f"it contains <{name}>, which no data service needs", "it contains more than a data service needs"
            )


def _parsed(wsdl: bytes) -> etree._Element:
    """Return the root; check each namespace where it is declared, since every name below repeats it."""
    events = etree.iterparse(
        io.BytesIO(wsdl), events=("start-ns",), resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False
    )
    for number, (_, (_, uri)) in enumerate(events):
        if len(uri) > _LONGEST or number > _MOST_NAMESPACES:
            raise _refused("it has more namespaces, or longer ones, than any data service needs")
    root: etree._Element = events.root
    return root


def _refused(why: str, own_text: str = "") -> Unreadable:
    start = "the service's WSDL cannot be used"
    end = "; leave out `--wsdl live` to use reconciler's own"
    return Unreadable(f"{start}: {why}{end}", own_text=f"{start}: {own_text or why}{end}")


logging.getLogger("zeep").addHandler(logging.NullHandler())


@contextmanager
def _quietly() -> Iterator[None]:
    """Drop zeep's warnings: they would print the service's words on stderr. Faults that matter we report ourselves."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@_quietly()
def read_contract(wsdl: bytes, soap: SoapVersion) -> Contract:
    """Read the contract in a WSDL. Its addresses are ignored and its imports never fetched.

    Raises Unreadable, and nothing else: for what is not a WSDL, has more than a contract needs, or lacks what we call.
    """
    from zeep.exceptions import Error, ExternalReferenceForbidden
    from zeep.settings import Settings
    from zeep.wsdl import Document

    check_wsdl(wsdl)
    settings = Settings(forbid_dtd=True, forbid_entities=True, forbid_external=True)
    try:
        document = Document(io.BytesIO(wsdl), _OFFLINE, settings=settings)
        return Contract(_forms(_checked(_binding(document, soap))), soap)
    except ExternalReferenceForbidden as error:
        raise _not_fetched(error.url) from error
    except Unreadable:
        raise
    except Exception as error:  # zeep fails on a wrong WSDL with any exception
        own_text = "the service's WSDL cannot be read"
        words = str(error) if isinstance(error, Error) else "its parts do not fit together"
        raise Unreadable(f"{own_text}: {words}", own_text=own_text) from error


class _Offline:
    """A transport for zeep that loads nothing."""

    def load(self, url: str) -> NoReturn:
        raise _not_fetched(url)


def _not_fetched(url: str) -> Unreadable:
    return Unreadable(
        f"the service's WSDL cannot be used: it imports {url}, and we do not fetch imports",
        own_text="the service's WSDL cannot be used: it has imports, and we do not fetch them",
    )


_OFFLINE: Final[Any] = _Offline()


def _binding(document: Any, soap: SoapVersion) -> Any:
    """Return the binding with our operations, in the platform's version of SOAP."""
    from zeep.wsdl.bindings import Soap11Binding, Soap12Binding

    kind = Soap12Binding if soap is SoapVersion.V12 else Soap11Binding
    bindings: list[Any] = [b for b in document.bindings.values() if isinstance(b, kind)]
    if not bindings:
        raise Unreadable(f"the service's WSDL offers no SOAP {soap}")
    return max(bindings, key=lambda binding: sum(name in binding.all() for name in PARAMETERS))


def _checked(binding: Any) -> Any:
    """Return the binding if it has all that we need and asks for nothing else."""
    wrong = [text for name, parameters in PARAMETERS.items() for text in _differences(binding, name, parameters)]
    if wrong:
        own_text = "the service's WSDL differs from what reconciler expects"
        raise Unreadable(f"{own_text}: {'; '.join(wrong)}", own_text=own_text)
    return binding


def _differences(binding: Any, name: str, parameters: tuple[str, ...]) -> list[str]:
    operations = binding.all()
    if name not in operations:
        return [] if name == TEST_DATABASE else [f"it has no {name}"]  # newer servers may lack that one
    offered = [parameter for parameter, _ in operations[name].input.body.type.elements]
    missing = [f"{name} has no {parameter}" for parameter in parameters if parameter not in offered]
    more = [f"{name} also asks for {parameter}" for parameter in offered if parameter not in parameters]
    return missing + more


# Marks a blank while a form is built; nothing in a contract looks like it.
_BLANK: Final = "\N{OBJECT REPLACEMENT CHARACTER}"


def _forms(binding: Any) -> dict[str, SoapForm]:
    offered = binding.all()
    return {name: _form(offered[name], name) for name in PARAMETERS if name in offered}


def _form(operation: Any, name: str) -> SoapForm:
    parameters = operation.input.body.type.elements
    envelope = operation.create(**{p: 0 if p == "schoolID" else "" for p, _ in parameters}).content
    blanks = envelope[-1][0]  # the element named for the operation: the last thing in the envelope's body
    for blank in blanks:
        blank.text = _BLANK
    text = etree.tostring(envelope, xml_declaration=True, encoding="utf-8").decode()
    order = [etree.QName(blank).localname for blank in blanks]
    if sorted(order) != sorted(PARAMETERS[name]):
        # Sent without its login the question would be refused, and the account be called refused.
        raise Unreadable(f"the service's WSDL cannot be used: it sends {name} without a parameter, or with one twice")
    return SoapForm(operation.soapaction, order, text.split(_BLANK))
