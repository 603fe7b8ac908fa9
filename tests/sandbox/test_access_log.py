"""The access log: every call, and never a password."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tests.sandbox.wire import READ, READER, WRITE, call, request

if TYPE_CHECKING:
    from reconciler.sandbox.server import SandboxServer


def test_every_call_is_logged_with_what_became_of_it(sandbox: SandboxServer) -> None:
    """In order: service, operation, school, username, entity and outcome."""
    call(sandbox, "testDatabaseConnection", schoolID=10001)
    call(sandbox, "findEntitiesBySchoolID", **READER)
    call(sandbox, "findEntitiesBySchoolID", **{**READER, "password": "wrong"})
    call(sandbox, "getEntityDataBySchoolID", **READER, entityName="Staff", entityFilter="1=0")
    call(sandbox, "getEntityDataBySchoolID", **READER, entityName="Nothing")
    sandbox.set_trouble("html-502")
    call(sandbox, "findEntitiesBySchoolID", **READER)
    log = [(c.service, c.operation, c.school_id, c.username, c.entity, c.outcome) for c in sandbox.access_log()]
    read = "TPReadOnlyDataService"
    assert log == [
        (read, "testDatabaseConnection", 10001, "", "", "database up"),
        (read, "findEntitiesBySchoolID", 10001, "reader", "", "6 rows"),
        (read, "findEntitiesBySchoolID", 10001, "reader", "", "login refused"),
        (read, "getEntityDataBySchoolID", 10001, "reader", "Staff", "0 rows"),
        (
            *(read, "getEntityDataBySchoolID", 10001, "reader", "Nothing"),
            "fault: Server was unable to process request. ---> There is no entity with the name 'Nothing'.",
        ),
        (read, "findEntitiesBySchoolID", 10001, "reader", "", "trouble: html-502"),
    ]


def test_a_call_to_the_write_service_is_logged_whatever_it_says(sandbox: SandboxServer) -> None:
    """So that a test can prove that nobody ever writes."""
    call(sandbox, "saveStaff", path=WRITE, schoolId=10001, username="reader", password="wrong")
    call(sandbox, "noSuchOperation", path=WRITE)
    assert [(c.service, c.outcome.partition(":")[0]) for c in sandbox.access_log()] == [
        ("TPWriteDataService", "login refused"),
        ("TPWriteDataService", "fault"),
    ]


def test_times_are_utc_and_in_order(sandbox: SandboxServer) -> None:
    """ISO 8601, to the millisecond."""
    for _ in range(3):
        call(sandbox, "testDatabaseConnection", schoolID=10001)
    times = [datetime.fromisoformat(entry.time) for entry in sandbox.access_log()]
    assert times == sorted(times)
    assert {time.tzinfo for time in times} == {UTC}


def test_no_password_is_anywhere_in_the_log(sandbox: SandboxServer) -> None:
    """Neither a right one nor a wrong one, nor one in a document that is no call."""
    secret = "planted-secret"
    call(sandbox, "findEntitiesBySchoolID", **{**READER, "password": secret})
    call(sandbox, "findEntitiesBySchoolID", **{**READER, "password": secret, "schoolID": "many"})
    headers = {"Content-Type": "text/xml", "SOAPAction": '"http://tempuri.org/findEntitiesBySchoolID"'}
    request(sandbox, "POST", READ, f"<password>{secret}</pass".encode(), headers)
    sandbox.set_trouble("fault-500")
    call(sandbox, "findEntitiesBySchoolID", **{**READER, "password": secret})
    assert len(sandbox.access_log()) == 4
    assert secret not in repr(sandbox.access_log())
