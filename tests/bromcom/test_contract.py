"""Messages: what may be said, how it is written, and what never shows."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from reconciler.bromcom.contract import PARAMETERS, Account, Contract, Message, built_in, read_contract
from reconciler.errors import SecretError, Unreadable
from reconciler.model.platform import SoapVersion
from reconciler.model.secret import Secret
from tests.bromcom.answers import healthy
from tests.bromcom.raw_server import Request, http, serving
from tests.bromcom.workspaces import PASSWORD, QUICK, one

if TYPE_CHECKING:
    from reconciler.bromcom.options import ProbeOptions

OURS = Path(__file__).parents[2] / "reconciler" / "bromcom" / "contract.wsdl"
NAMESPACE = "{http://tempuri.org/}"
ENVELOPES = {
    SoapVersion.V11: "{http://schemas.xmlsoap.org/soap/envelope/}",
    SoapVersion.V12: "{http://www.w3.org/2003/05/soap-envelope}",
}


def sent(message: Message, soap: SoapVersion) -> list[tuple[str, str | None]]:
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
    contract, account = built_in(soap), Account("groupcall", Secret("pw"))
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
    message = contract.find_entities(1, Account(username, Secret(password)))
    assert sent(message, SoapVersion.V11)[1:] == [("username", username or None), ("password", password or None)]
    assert sent(contract.find_entities(1, Account("", Secret(""))), SoapVersion.V11)[1:] == [
        ("username", None),
        ("password", None),
    ]


@pytest.mark.parametrize("bad", ["\x00", "\x07", "\x1b", "\ufffe", "\ud800"])
def test_a_login_that_xml_cannot_carry_is_not_sent_and_not_shown(bad: str) -> None:
    """The error says which part of the login it is, and what to do."""
    contract = built_in(SoapVersion.V11)
    with pytest.raises(SecretError, match="its password holds a control character") as caught:
        contract.find_entities(1, Account("groupcall", Secret(f"s3cret{bad}")))
    assert "s3cret" not in str(caught.value)
    with pytest.raises(SecretError, match="its username holds"):
        contract.find_entities(1, Account(f"groupcall{bad}", Secret("s3cret")))


def test_a_message_does_not_show_its_body() -> None:
    """Not in a traceback, not in a log."""
    message = built_in(SoapVersion.V11).find_entities(1, Account("groupcall", Secret("s3cret")))
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


def test_our_contract_says_what_the_services_own_says(shared: Path) -> None:
    """Names, namespaces, order, types and actions, operation by operation, in both versions of SOAP."""
    theirs = etree.parse(shared / "reference" / "TPReadOnlyDataService.wsdl").getroot()
    ours = etree.parse(OURS).getroot()
    assert set(described(ours)) == {(name, soap) for name in PARAMETERS for soap in SoapVersion}
    for key, description in described(ours).items():
        assert description == described(theirs)[key], key


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
    with pytest.raises(Unreadable, match=r"it imports .*, and imports are not fetched"):
        live_contract(imported)


def test_a_contract_without_the_schools_question_still_has_the_others() -> None:
    """It may be gone on newer servers: asking it fails, the accesses' questions do not."""
    text = OURS.read_text(encoding="utf-8")
    found = live_contract(
        text.replace('"testDatabaseConnection"', '"testNothing"').replace("/testDatabaseConnection", "/x")
    )
    assert found.find_entities(1, Account("groupcall", Secret("pw"))).operation == "findEntitiesBySchoolID"
    with pytest.raises(Unreadable, match="has no testDatabaseConnection"):
        found.test_database(1)


@pytest.mark.parametrize("odd", ["&#10;", "&#13;&#10;X-Header: 1", "&quot;", "\N{SOFT HYPHEN}"])
def test_an_action_that_no_header_can_carry_is_unreadable(odd: str) -> None:
    """Nor may it add headers of its own to a message with a password."""
    text = OURS.read_text(encoding="utf-8").replace("tempuri.org/find", f"tempuri.org/{odd}find")
    with pytest.raises(Unreadable, match="no header can carry its soapAction"):
        live_contract(text)
