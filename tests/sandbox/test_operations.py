"""What the operations of the read service answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree

from tests.sandbox.wire import CONSENT_READER, DIFFGR, READER, WRITE, call, entity_names

if TYPE_CHECKING:
    from reconciler.sandbox.server import SandboxServer

both_versions = pytest.mark.parametrize("soap", ["1.1", "1.2"])
NARROW = ["Calendars", "People", "Schools", "Staff", "StudentContacts", "Students"]


@both_versions
def test_a_call_is_answered_in_its_own_soap_version(sandbox: SandboxServer, soap: str) -> None:
    """The envelope and the content type of an answer are those of the call."""
    reply = call(sandbox, "testDatabaseConnection", soap, schoolID=10001)
    assert (reply.status, reply.soap) == (200, soap)
    wanted = {"1.1": "text/xml; charset=utf-8", "1.2": "application/soap+xml; charset=utf-8"}
    assert reply.headers["Content-Type"] == wanted[soap]
    assert reply.result("testDatabaseConnection").text == "true"


@both_versions
def test_find_entities_lists_the_ticks_in_alphabetical_order(sandbox: SandboxServer, soap: str) -> None:
    """One column, EntityName, with one row a tick."""
    reply = call(sandbox, "findEntitiesBySchoolID", soap, **READER)
    assert reply.columns("findEntitiesBySchoolID") == [("EntityName", "xs:string")]
    assert entity_names(reply) == NARROW


def test_a_new_account_has_no_rows_and_no_new_data_set_element(sandbox: SandboxServer) -> None:
    """With nothing ticked the columns are still declared, and the diffgram is an empty element."""
    reply = call(sandbox, "findEntitiesBySchoolID", schoolID=10001, username="new", password="right")
    assert reply.columns("findEntitiesBySchoolID") == [("EntityName", "xs:string")]
    diffgram = reply.result("findEntitiesBySchoolID").find(f"{DIFFGR}diffgram")
    assert diffgram is not None
    assert len(diffgram) == 0


def test_usernames_compare_without_case_and_passwords_with_it(sandbox: SandboxServer) -> None:
    """As on Windows."""
    assert call(sandbox, "findEntitiesBySchoolID", **{**READER, "username": "READER"}).status == 200
    assert call(sandbox, "findEntitiesBySchoolID", **{**READER, "password": "Right & <proper>"}).status == 401


@both_versions
def test_get_entity_data_gives_columns_and_no_rows_for_the_filter_that_nothing_meets(
    sandbox: SandboxServer, soap: str
) -> None:
    """`1=0` is how a client learns the columns without taking anybody's data."""
    reply = call(sandbox, "getEntityDataBySchoolID", soap, **READER, entityName="Students", entityFilter="1=0")
    names = [name for name, _ in reply.columns("getEntityDataBySchoolID")]
    assert names[:2] == ["StudentID", "PersonID"]
    assert reply.rows("getEntityDataBySchoolID") == []


def test_a_filter_on_an_integer_column_finds_the_row(sandbox: SandboxServer) -> None:
    """`<column> = <integer>`, in any case and with brackets."""
    for text in ("StudentID = 2", "studentid=2", "[StudentID] = 2"):
        reply = call(sandbox, "getEntityDataBySchoolID", **READER, entityName="Students", entityFilter=text)
        assert [row["StudentID"] for row in reply.rows("getEntityDataBySchoolID")] == ["2"], text


@pytest.mark.parametrize("text", ["1=1", "StudentID = 1 OR 1=1", "FirstName = 1", "Nothing = 1", "1=0; DROP TABLE x"])
def test_any_other_filter_is_a_fault(sandbox: SandboxServer, text: str) -> None:
    """What the sandbox does not understand it refuses, as a database would refuse nonsense."""
    reply = call(sandbox, "getEntityDataBySchoolID", **READER, entityName="Students", entityFilter=text)
    assert reply.status == 500
    assert reply.fault[0] == "soap:Server"


def test_a_left_out_filter_returns_the_whole_table(sandbox: SandboxServer) -> None:
    """As in the real service: why a client must never leave it out."""
    reply = call(sandbox, "getEntityDataBySchoolID", **READER, entityName="Students")
    assert len(reply.rows("getEntityDataBySchoolID")) == 4


def test_entity_names_are_taken_in_any_case(sandbox: SandboxServer) -> None:
    """`sTUDENTS` is `Students`."""
    reply = call(sandbox, "getEntityDataBySchoolID", **READER, entityName="sTUDENTS", entityFilter="1=0")
    assert reply.status == 200


def test_an_entity_without_rows_in_the_sandbox_has_columns_all_the_same(sandbox: SandboxServer) -> None:
    """Only a few entities have people in them."""
    reply = call(sandbox, "getEntityDataBySchoolID", **READER, entityName="Calendars")
    assert reply.columns("getEntityDataBySchoolID") == [("ID", "xs:int"), ("ModifiedDate", "xs:dateTime")]
    assert reply.rows("getEntityDataBySchoolID") == []


def test_the_school_calls_itself_number_one(sandbox: SandboxServer) -> None:
    """The column schoolID of the entity Schools is not the School ID: a trap of the real service."""
    reply = call(sandbox, "getEntityDataBySchoolID", **READER, entityName="Schools", entityFilter="1=0 ")
    assert ("schoolID", "xs:int") in reply.columns("getEntityDataBySchoolID")
    reply = call(sandbox, "getEntityDataBySchoolID", **READER, entityName="Schools")
    assert [row["schoolID"] for row in reply.rows("getEntityDataBySchoolID")] == ["1"]


@pytest.mark.parametrize(
    ("operation", "fields"),
    [("findEntitiesBySchoolIDAsXml", {}), ("getEntityDataBySchoolIDAsXml", {"entityName": "Schools"})],
)
def test_the_twins_named_as_xml_answer_with_a_text_that_is_xml(
    sandbox: SandboxServer, operation: str, fields: dict[str, str]
) -> None:
    """Their result is a string that holds the rows."""
    text = call(sandbox, operation, **READER, **fields).result(operation).text
    rows = etree.fromstring(str(text))
    assert rows.tag == "NewDataSet"
    assert {str(row.tag) for row in rows} == {"Table"}


def test_a_server_of_several_schools_refuses_the_operations_without_a_school(sandbox: SandboxServer) -> None:
    """`findEntities` is for old servers that hold one school."""
    code, text = call(sandbox, "findEntities", username="reader", password="other").fault
    assert code == "soap:Server"
    assert "several schools" in text


def test_operations_of_the_contract_that_are_not_offered_say_so(sandbox: SandboxServer) -> None:
    """They are in the WSDL because they are in the real one."""
    reply = call(sandbox, "validateExcelAddInAccount", **READER)
    assert "does not offer validateExcelAddInAccount" in reply.fault[1]


@both_versions
@pytest.mark.parametrize(
    ("operation", "changed", "words"),
    [
        ("findEntitiesBySchoolID", {"schoolID": 99999}, "School ID 99999"),
        ("testDatabaseConnection", {"schoolID": 99999}, "School ID 99999"),
        ("getEntityDataBySchoolID", {"entityName": "Studens", "entityFilter": "1=0"}, "'Studens'"),
        ("getEntityDataBySchoolID", {"entityName": "PersonPhotos", "entityFilter": "1=0"}, "PersonPhotos"),
    ],
)
def test_what_does_not_exist_or_is_not_granted_is_a_fault_of_asp_net(
    sandbox: SandboxServer, soap: str, operation: str, changed: dict[str, Any], words: str
) -> None:
    """HTTP 500, the version's own code, the well-known first words, and the connection closed."""
    reply = call(sandbox, operation, soap, **{**READER, **changed})
    assert (reply.status, reply.headers["Connection"]) == (500, "close")
    code, text = reply.fault
    assert code == {"1.1": "soap:Server", "1.2": "soap:Receiver"}[soap]
    assert text.startswith("Server was unable to process request. ---> ")
    assert words in text


@both_versions
@pytest.mark.parametrize("value", ["many", "", "1.5", "99999999999", "2147483648"])
def test_a_parameter_that_does_not_parse_is_the_callers_fault(sandbox: SandboxServer, soap: str, value: str) -> None:
    """`schoolID` is an xsd:int."""
    reply = call(sandbox, "testDatabaseConnection", soap, schoolID=value)
    assert reply.status == 500
    assert reply.fault[0] == {"1.1": "soap:Client", "1.2": "soap:Sender"}[soap]


@both_versions
@pytest.mark.parametrize(
    "changed", [{"password": "wrong"}, {"username": "nobody"}, {"username": "clerk", "password": "right"}]
)
def test_a_refused_login_is_401_with_a_page_that_parses_as_xml(
    sandbox: SandboxServer, soap: str, changed: dict[str, Any]
) -> None:
    """A wrong password, an unknown name and a missing Third Party role look the same from outside."""
    reply = call(sandbox, "findEntitiesBySchoolID", soap, **{**READER, **changed})
    assert (reply.status, reply.headers["Connection"]) == (401, "close")
    assert reply.headers["Content-Type"].startswith("text/html")
    assert etree.QName(reply.root).localname == "html"


def test_a_password_of_one_school_opens_no_other(sandbox: SandboxServer) -> None:
    """Accounts are a school's own."""
    assert call(sandbox, "findEntitiesBySchoolID", **{**CONSENT_READER, "schoolID": 10001}).status == 401


@both_versions
@pytest.mark.parametrize("operation", ["updateDinnerBalance", "saveDinnerTransaction", "saveStaff"])
def test_the_write_service_writes_nothing(sandbox: SandboxServer, soap: str, operation: str) -> None:
    """A right login hears that there is no licence, a wrong one is refused."""
    login = {"schoolId": 10001, "username": "reader", "password": "right & <proper>"}
    assert "no licence" in call(sandbox, operation, soap, WRITE, **login).fault[1]
    assert call(sandbox, operation, soap, WRITE, **{**login, "password": "wrong"}).status == 401
