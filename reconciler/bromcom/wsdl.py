"""Bounds on a WSDL before zeep reads it: only what a data service needs.

zeep obeys all of XML Schema, in which 2 kB of groups that contain each other twice become gigabytes.
"""

import io
from typing import Final

from lxml import etree

from reconciler.errors import Unreadable

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
