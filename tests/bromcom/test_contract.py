"""Messages: what may be said, how it is written, and what never shows."""

from __future__ import annotations

import copy
import json
import logging
import pickle
import subprocess
import sys
from copy import deepcopy
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from reconciler.bromcom.contract import PARAMETERS, Contract, LoginDetails, SoapMessage, built_in
from reconciler.bromcom.wsdl import read_contract
from reconciler.errors import SecretError, Unreadable
from reconciler.model.desired import SoapVersion
from reconciler.model.secret import Secret
from tests.bromcom.answers import healthy
from tests.bromcom.raw_server import Request, http, serving
from tests.bromcom.workspaces import PASSWORD, QUICK, one
from tests.conftest import Golden
from tests.examples import examples

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.bromcom.options import ProbeOptions

OURS = Path(__file__).parents[2] / "reconciler" / "bromcom" / "contract.wsdl"
NAMESPACE = "{http://tempuri.org/}"
ENVELOPES = {
    SoapVersion.V11: "{http://schemas.xmlsoap.org/soap/envelope/}",
    SoapVersion.V12: "{http://www.w3.org/2003/05/soap-envelope}",
}


def sent(message: SoapMessage, soap: SoapVersion) -> list[tuple[str, str | None]]:
    """The operation's parameters as they stand in a message, after a look at what is around them."""
    root = etree.fromstring(message.body)
    assert root.tag == f"{ENVELOPES[soap]}Envelope"
    operation = root[0][0]
    assert root[0].tag == f"{ENVELOPES[soap]}Body"
    assert operation.tag == f"{NAMESPACE}{message.operation}"
    return [(child.tag.removeprefix(NAMESPACE), child.text) for child in operation]


@pytest.mark.parametrize("soap", SoapVersion)
def test_each_question_has_its_parameters_in_the_contracts_order(soap: SoapVersion) -> None:
    """schoolID first, the login last, and the filter that no row satisfies."""
    contract, account = built_in(soap), LoginDetails("groupcall", Secret("pw"))
    login = [("username", "groupcall"), ("password", "pw")]

    assert sent(contract.test_database(7), soap) == [("schoolID", "7")]
    assert sent(contract.find_entities(7, account), soap) == [("schoolID", "7"), *login]
    assert sent(contract.columns(7, "Students", account), soap) == [
        ("schoolID", "7"), ("entityName", "Students"), ("entityFilter", "1=0"), *login
    ]  # fmt: skip


def test_a_message_says_its_action_as_its_version_of_soap_does() -> None:
    """A header of its own in 1.1, a parameter of the content type in 1.2."""
    assert built_in(SoapVersion.V11).test_database(1).headers == {
        "Content-Type": "text/xml; charset=utf-8",
        "SOAPAction": '"http://tempuri.org/testDatabaseConnection"',
    }
    assert built_in(SoapVersion.V12).test_database(1).headers == {
        "Content-Type": 'application/soap+xml; charset=utf-8; action="http://tempuri.org/testDatabaseConnection"'
    }


_CARRIED = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff").filter(lambda c: c >= " ")
)


@given(_CARRIED, _CARRIED)
def test_whatever_a_login_holds_arrives_as_it_was(username: str, password: str) -> None:
    """`<`, `&`, quotes, `]]>`, letters of any script: text, never markup; and no message keeps another's values."""
    contract = built_in(SoapVersion.V11)
    message = contract.find_entities(1, LoginDetails(username, Secret(password)))
    assert sent(message, SoapVersion.V11)[1:] == [("username", username or None), ("password", password or None)]
    assert sent(contract.find_entities(1, LoginDetails("", Secret(""))), SoapVersion.V11)[1:] == [
        ("username", None),
        ("password", None),
    ]


@pytest.mark.parametrize("bad", ["\x00", "\x07", "\x1b", "\ufffe", "\ud800"])
def test_a_login_that_xml_cannot_carry_is_not_sent_and_not_shown(bad: str) -> None:
    """The error says which part of the login it is, and what to do."""
    contract = built_in(SoapVersion.V11)
    with pytest.raises(SecretError, match="its password contains a control character") as caught:
        contract.find_entities(1, LoginDetails("groupcall", Secret(f"s3cret{bad}")))
    assert "s3cret" not in str(caught.value)
    with pytest.raises(SecretError, match="its username contains"):
        contract.find_entities(1, LoginDetails(f"groupcall{bad}", Secret("s3cret")))


def test_a_message_does_not_show_its_body() -> None:
    """Not in a traceback, not in a log."""
    message = built_in(SoapVersion.V11).find_entities(1, LoginDetails("groupcall", Secret("s3cret")))
    assert "s3cret" not in repr(message)


@pytest.mark.parametrize("options", [QUICK, replace(QUICK, wsdl="live")], ids=lambda options: options.wsdl)
def test_logging_everything_shows_no_password(options: ProbeOptions, caplog: pytest.LogCaptureFixture) -> None:
    """Even with the root logger at DEBUG, as a curious user sets it."""
    caplog.set_level(logging.DEBUG)
    for name in list(logging.root.manager.loggerDict):
        caplog.set_level(logging.DEBUG, logger=name)

    def respond(request: Request) -> bytes:
        return http(OURS.read_bytes()) if request.line.startswith("GET") else healthy(request)

    with serving(respond) as server:
        one(server.url(), options)
    assert any(PASSWORD.encode() not in r.body and b"&lt;&amp;&gt;" in r.body for r in server.requests)
    assert "horse" not in caplog.text
    assert "Envelope>" not in caplog.text


def test_a_message_does_not_get_out_by_accident() -> None:
    """It holds a password: it cannot be printed, copied, pickled or made a dict of."""
    message = built_in(SoapVersion.V11).find_entities(1, LoginDetails("till", Secret(PASSWORD)))
    assert b"battery" in message.body
    assert "battery" not in f"{message} {message!r} {[message]}"
    attempts: tuple[Callable[[Any], object], ...] = (
        *(copy.copy, copy.deepcopy, pickle.dumps, vars, asdict, dict, json.dumps),
    )
    for attempt in attempts:
        with pytest.raises(TypeError):
            attempt(message)


UNUSED_PORT = """
<wsdl:message name="brokenSoapIn"><wsdl:part name="parameters" element="nowhereToBeFound"/></wsdl:message>
<wsdl:portType name="brokenSoap"><wsdl:operation name="broken"><wsdl:input message="brokenSoapIn"/>
</wsdl:operation></wsdl:portType>
"""


def test_no_word_of_zeep_reaches_stderr(tmp_path: Path) -> None:
    """Its warnings name files of the library and repeat what the service said. They are no error of ours either: what
    we need is there."""
    text = OURS.read_text(encoding="utf-8")
    place = text.index("<wsdl:portType")
    (tmp_path / "live.wsdl").write_text(text[:place] + UNUSED_PORT + text[place:], encoding="utf-8")
    program = (
        "import logging, sys; from pathlib import Path; from reconciler.bromcom.wsdl import read_contract; "
        "from reconciler.model.desired import SoapVersion; "
        "read_contract(Path(sys.argv[1]).read_bytes(), SoapVersion.V11); "
        "logging.getLogger('zeep.wsdl.bindings.soap').warning('Forcing soap:address location to HTTPS'); print('read')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path / "live.wsdl"],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("read\n", "")


def test_our_contract_says_what_the_services_own_says(shared: Path) -> None:
    """Names, namespaces, order, types and actions, operation by operation, in both versions of SOAP."""
    theirs = etree.parse(shared / "reference" / "TPReadOnlyDataService.wsdl").getroot()
    ours = etree.parse(OURS).getroot()
    assert set(described(ours)) == {(name, soap) for name in PARAMETERS for soap in SoapVersion}
    for key, description in described(ours).items():
        assert description == described(theirs)[key], key


@pytest.mark.parametrize("soap", SoapVersion)
def test_the_services_own_contract_is_one_that_may_be_used(shared: Path, soap: SoapVersion) -> None:
    """With all that it offers to others."""
    theirs = read_contract((shared / "reference" / "TPReadOnlyDataService.wsdl").read_bytes(), soap)
    assert sent(theirs.test_database(7), soap) == [("schoolID", "7")]


def test_the_kept_forms_are_what_zeep_builds_from_our_contract(pytestconfig: pytest.Config) -> None:
    """Byte for byte, in both versions of SOAP; a run that takes the built-in contract then needs no zeep."""
    built = {
        soap.value: {name: form._asdict() for name, form in read_contract(OURS.read_bytes(), soap)._forms.items()}
        for soap in SoapVersion
    }
    keep = Golden(OURS.parent, bool(pytestconfig.getoption("--bless")))
    keep("contract.json", json.dumps(built, indent=2, ensure_ascii=False) + "\n")


def test_our_contract_names_no_other_operation_and_no_address() -> None:
    """Three that read, none that writes, and nowhere to send them."""
    text = OURS.read_text(encoding="utf-8")
    assert "soap:address" not in text
    assert {name for name, _ in described(etree.fromstring(text.encode()))} == set(PARAMETERS)


_WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
_XS = "{http://www.w3.org/2001/XMLSchema}"
_BINDINGS = {
    "{http://schemas.xmlsoap.org/wsdl/soap/}": SoapVersion.V11,
    "{http://schemas.xmlsoap.org/wsdl/soap12/}": SoapVersion.V12,
}


def described(root: etree._Element) -> dict[tuple[str, SoapVersion], tuple[object, ...]]:
    """{(operation, SOAP): namespace, action, style, use, parameters with types and whether they may be missing}."""
    found: dict[tuple[str, SoapVersion], tuple[object, ...]] = {}
    for binding in root.iter(f"{_WSDL}binding"):
        for namespace, soap in _BINDINGS.items():
            style = binding.find(f"{namespace}binding")
            if style is None:
                continue
            for operation in binding.iter(f"{_WSDL}operation"):
                name = str(operation.get("name"))
                call = operation.find(f"{namespace}operation")
                assert call is not None
                found[name, soap] = (
                    root.get("targetNamespace"),
                    call.get("soapAction"),
                    call.get("style") or style.get("style"),
                    operation.find(f"{_WSDL}input/{namespace}body").get("use"),  # type: ignore[union-attr]
                    _parameters(root, name),
                    [name for name, _, _ in _parameters(root, f"{name}Response")],
                )
    return found


def _parameters(root: etree._Element, name: str) -> list[tuple[str, str, bool]]:
    element = root.find(f".//{_XS}schema/{_XS}element[@name='{name}']")
    assert element is not None, name
    found = []
    for part in element.findall(f"{_XS}complexType/{_XS}sequence/{_XS}element"):
        kind = part.get("type", "").rpartition(":")[2]
        found.append((part.get("name", ""), kind, part.get("minOccurs") == "0"))
    return found


def live_contract(text: str) -> Contract:
    """The contract in a WSDL text."""
    return read_contract(text.encode(), SoapVersion.V11)


def test_a_contract_that_differs_says_how() -> None:
    """A missing operation, a renamed parameter, one that is new: each is named."""
    text = OURS.read_text(encoding="utf-8")
    with pytest.raises(Unreadable, match="has no findEntitiesBySchoolID"):
        live_contract(
            text.replace('"findEntitiesBySchoolID"', '"findEntitiesOfSchool"').replace("/findEntitiesBySchoolID", "/x")
        )
    with pytest.raises(Unreadable, match=r"findEntitiesBySchoolID has no username; .*also asks for userName"):
        live_contract(text.replace('name="username"', 'name="userName"'))
    with pytest.raises(Unreadable):
        live_contract(text.replace('style="document"', 'style="rpc"'))
    with pytest.raises(Unreadable, match=r"offers no SOAP 1\.1"):
        live_contract(text.replace("wsdl/soap/", "wsdl/soap99/"))


@pytest.mark.parametrize("text", ["<a/>", "", "<wsdl:definitions xmlns:wsdl='http://schemas.xmlsoap.org/wsdl/'/>"])
def test_what_is_no_contract_is_unreadable(text: str) -> None:
    """Whatever zeep runs into is told as one thing."""
    with pytest.raises(Unreadable):
        live_contract(text)


@pytest.mark.parametrize("where", ["http://evil.example/x.xsd", "file:///etc/passwd", "other.xsd"])
def test_an_import_in_a_contract_is_never_fetched(where: str) -> None:
    """Neither from another host, nor from this computer."""
    text = OURS.read_text(encoding="utf-8")
    imported = text.replace(
        "<xs:complexType", f'<xs:import namespace="urn:x" schemaLocation="{where}"/><xs:complexType', 1
    )
    with pytest.raises(Unreadable, match=r"it imports .*, and we do not fetch imports"):
        live_contract(imported)


def test_a_contract_without_the_schools_question_still_has_the_others() -> None:
    """It may be gone on newer servers: asking it fails, the accesses' questions do not."""
    text = OURS.read_text(encoding="utf-8")
    found = live_contract(
        text.replace('"testDatabaseConnection"', '"testNothing"').replace("/testDatabaseConnection", "/x")
    )
    assert found.find_entities(1, LoginDetails("groupcall", Secret("pw"))).operation == "findEntitiesBySchoolID"
    with pytest.raises(Unreadable, match="has no testDatabaseConnection"):
        found.test_database(1)


def with_types(types: str, in_question: str = "") -> str:
    """Our contract with more types, and with more in the question for the list."""
    start = '<xs:complexType name="DataSet">'
    text = OURS.read_text(encoding="utf-8").replace(start, types + start)
    return text.replace('<xs:element name="username"', f'{in_question}<xs:element name="username"', 1)


def doubling(kind: str, inner: str) -> str:
    """Groups of a kind, each of which holds the one before twice."""
    groups = f'<xs:{kind} name="G0">{inner.format("")}</xs:{kind}>'
    for number in range(1, 40):
        twice = f'<xs:{kind} ref="G{number - 1}"/>' * 2
        groups += f'<xs:{kind} name="G{number}">{inner.format(twice)}</xs:{kind}>'
    return groups


UNNEEDED = {
    "groups": with_types(doubling("group", "<xs:sequence>{}</xs:sequence>"), '<xs:group ref="G39"/>'),
    "groups of attributes": with_types(
        doubling("attributeGroup", "{}"),
        '<xs:element name="x"><xs:complexType><xs:attributeGroup ref="G39"/></xs:complexType></xs:element>',
    ),
    "redefine": with_types('<xs:redefine schemaLocation="x"/>'),
    "include": with_types('<xs:include schemaLocation="x"/>'),
    "an element of WSDL that nobody knows": OURS.read_text(encoding="utf-8").replace(
        "<wsdl:types>", "<wsdl:other/><wsdl:types>"
    ),
    "depth": with_types("", "<xs:sequence>" * 40 + "</xs:sequence>" * 40),
    "size": with_types("<!-- " + "x" * 300_000 + " -->"),
    "a long name": with_types(f'<xs:element name="{"x" * 2000}"/>'),
    "a long namespace": with_types(f'<xs:element xmlns:x="{"x" * 2000}" name="x"/>'),
    "a DTD": '<!DOCTYPE x [<!ENTITY a "b">]>' + OURS.read_text(encoding="utf-8").partition("?>")[2],
    "half of it": OURS.read_text(encoding="utf-8")[:-100],
}


@pytest.mark.parametrize("name", UNNEEDED)
def test_what_no_contract_of_a_data_service_needs_is_refused(name: str) -> None:
    """Before zeep does what it says: forty groups that hold each other twice would fill any memory."""
    with pytest.raises(Unreadable, match=r"the service's WSDL (cannot be used|cannot be read|is not a complete)"):
        live_contract(UNNEEDED[name])


USERNAME = '<xs:element name="username" type="xs:string" minOccurs="0"/>'
PASSWORD_PART = '<xs:element name="password" type="xs:string" minOccurs="0"/>'


@pytest.mark.parametrize(
    ("username", "password"),
    [
        (f"<xs:choice>{USERNAME}", f"{PASSWORD_PART}</xs:choice>"),
        (USERNAME, f"{PASSWORD_PART}<xs:sequence>{PASSWORD_PART}</xs:sequence>"),
    ],
    ids=["one of two", "one twice"],
)
def test_a_contract_whose_questions_would_lack_their_login_is_unreadable(username: str, password: str) -> None:
    """The service would refuse the account for what is sent."""
    text = OURS.read_text(encoding="utf-8").replace(USERNAME, username).replace(PASSWORD_PART, password)
    with pytest.raises(Unreadable, match=r"sends .* without a parameter, or with one twice"):
        live_contract(text)


_NAMES = (
    "schema",
    "element",
    "complexType",
    "sequence",
    "choice",
    "any",
    "part",
    "message",
    "binding",
    "operation",
    "input",
)


@examples(3)
@given(st.data())
def test_whatever_a_contract_is_it_is_read_or_unreadable(data: st.DataObject) -> None:
    """Elements doubled, moved, renamed and left out, attributes changed: zeep's errors are many, and ours is one."""
    root: Any = etree.fromstring(OURS.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        one, other = (data.draw(st.sampled_from(list(root.iter("*"))[1:])) for _ in range(2))
        match data.draw(st.sampled_from(["double", "move", "remove", "rename", "attribute", "no attribute"])):
            case "double":
                other.append(deepcopy(one))
            case "move" if one not in (other, *other.iterancestors()):
                other.append(one)
            case "remove" if len(list(root.iter("*"))) > 3:
                one.getparent().remove(one)
            case "rename":
                one.tag = etree.QName(etree.QName(one).namespace, data.draw(st.sampled_from(_NAMES))).text
            case "attribute" if one.attrib:
                one.set(data.draw(st.sampled_from(sorted(one.attrib))), data.draw(st.text("aD:xs/ 0-{}", max_size=8)))
            case "no attribute" if one.attrib:
                del one.attrib[data.draw(st.sampled_from(sorted(one.attrib)))]
    try:
        contract = read_contract(etree.tostring(root), data.draw(st.sampled_from(SoapVersion)))
    except Unreadable:
        return
    message = contract.find_entities(7, LoginDetails("groupcall", Secret("pw")))
    assert sorted(part.text or "" for part in etree.fromstring(message.body)[-1][0]) == ["7", "groupcall", "pw"]


@pytest.mark.parametrize("odd", ["&#10;", "&#13;&#10;X-Header: 1", "&quot;", "\N{SOFT HYPHEN}"])
def test_an_action_that_no_header_can_carry_is_unreadable(odd: str) -> None:
    """Nor may it add headers of its own to a message with a password."""
    text = OURS.read_text(encoding="utf-8").replace("tempuri.org/find", f"tempuri.org/{odd}find")
    with pytest.raises(Unreadable, match="no header can carry its soapAction"):
        live_contract(text)
