"""The controls over HTTP: what they change, and whom they refuse."""

from __future__ import annotations

import json
import socket
import threading
from typing import TYPE_CHECKING, Any

import pytest

from reconciler.errors import InputError, Unreachable, Unreadable
from reconciler.sandbox.control.client import RunningSandbox
from tests.sandbox.wire import CONSENT_READER, READER, call, entity_names, request

if TYPE_CHECKING:
    from reconciler.sandbox.server import SandboxServer

JSON = {"Content-Type": "application/json"}
ACCOUNT: dict[str, Any] = {"schoolId": 10001, "username": "reader"}


def test_ticks_come_and_go_over_http(sandbox: SandboxServer) -> None:
    """In any case, and once however often."""
    running = RunningSandbox(sandbox.port)
    running.put("ticks", **ACCOUNT, entities=["attendances", "ATTENDANCES", "Calendars"])
    running.delete("ticks", **ACCOUNT, entities=["students"])
    names = entity_names(call(sandbox, "findEntitiesBySchoolID", **READER))
    assert names == ["Attendances", "Calendars", "People", "Schools", "Staff", "StudentContacts"]


def test_passwords_and_roles_change_over_http(sandbox: SandboxServer) -> None:
    """A login follows at once."""
    running = RunningSandbox(sandbox.port)
    running.put("password", **ACCOUNT, password="newer")
    assert call(sandbox, "findEntitiesBySchoolID", **READER).status == 401
    newer = {**READER, "password": "newer"}
    assert call(sandbox, "findEntitiesBySchoolID", **newer).status == 200
    running.delete("role", **ACCOUNT, role="Third Party")
    assert call(sandbox, "findEntitiesBySchoolID", **newer).status == 401
    running.put("role", **ACCOUNT, role="Third Party")
    assert call(sandbox, "findEntitiesBySchoolID", **newer).status == 200


def test_basis_and_consent_change_over_http(sandbox: SandboxServer) -> None:
    """Rows follow at once."""
    running = RunningSandbox(sandbox.port)
    student = {"schoolId": 10002, "kind": "students"}

    def students() -> int:
        reply = call(sandbox, "getEntityDataBySchoolID", **CONSENT_READER, entityName="Students")
        return len(reply.rows("getEntityDataBySchoolID"))

    running.put("consent", **student, number=4)
    assert students() == 2
    running.delete("consent", **student, number=4)
    assert students() == 1
    running.put("lawful-basis", schoolId=10002, lawfulBasis="Contract")
    assert students() == 4


def test_troubles_come_and_go_over_http(sandbox: SandboxServer) -> None:
    """With everything that narrows them."""
    running = RunningSandbox(sandbox.port)
    narrowed = {
        "kind": "latency",
        "schoolId": 10001,
        "operation": "testDatabaseConnection",
        "username": "reader",
        "calls": 2,
        "seconds": 0.5,
    }
    running.put("troubles", **narrowed)
    running.put("troubles", kind="html-200")
    assert running.see("state")["troubles"][0] == narrowed
    assert running.delete("troubles", kind="html-200") == 1
    assert running.delete("troubles", schoolId=10001) == 1
    assert running.see("state")["troubles"] == []


def test_the_state_shows_accounts_and_ticks_and_no_password(sandbox: SandboxServer) -> None:
    """Whoever asks may see what the page of the permissions shows."""
    state = RunningSandbox(sandbox.port).see("state")
    school = state["schools"][0]
    assert (school["schoolId"], school["name"], school["lawfulBasis"]) == (10001, "Public Task School", "Public Task")
    assert [account["username"] for account in school["accounts"]] == ["clerk", "new", "reader", "told-wrong"]
    assert school["accounts"][0] == {
        "username": "clerk",
        "firstName": "",
        "lastName": "",
        "mustChange": False,
        "canLogIn": True,
        "passwordEnv": "",
        "roles": ["Attendance write-back"],
        "entities": ["Students"],
    }
    assert [role["name"] for role in school["roles"]] == ["Attendance write-back", "Third Party"]
    assert school["roles"][0]["permissions"] == ["Attendance"]
    assert school["partnerApplications"] == [
        {"name": "Library Loans App", "scope": ["Staff", "Students"], "installed": False}
    ]
    assert "right" not in json.dumps(state)


def test_the_log_can_be_read_over_http_and_the_control_is_not_in_it(sandbox: SandboxServer) -> None:
    """Only calls to the services are logged."""
    call(sandbox, "testDatabaseConnection", schoolID=10001)
    log = RunningSandbox(sandbox.port).see("log")
    assert [(entry["operation"], entry["schoolId"]) for entry in log] == [("testDatabaseConnection", 10001)]


@pytest.mark.parametrize(
    ("method", "path", "fields", "words"),
    [
        ("PUT", "ticks", {"schoolId": 1, "username": "reader", "entities": []}, "choose one of 10001, 10002"),
        ("PUT", "ticks", {"schoolId": 10001, "username": "x", "entities": []}, "clerk, new, reader, told-wrong"),
        ("PUT", "ticks", {**ACCOUNT, "entities": ["Studens"]}, "no entity 'Studens'"),
        ("PUT", "ticks", {**ACCOUNT, "entities": "Students"}, "`entities`"),
        ("PUT", "ticks", {"schoolId": "10001", "username": "reader", "entities": []}, "`schoolId`"),
        ("PUT", "ticks", {"schoolId": True, "username": "reader", "entities": []}, "`schoolId`"),
        ("PUT", "ticks", {"schoolId": 2**70, "username": "reader", "entities": []}, "`schoolId`"),
        ("PUT", "password", {**ACCOUNT, "password": 1}, "`password`"),
        ("PUT", "password", {**ACCOUNT, "password": "\ud800"}, "`password`"),
        ("PUT", "ticks", {**ACCOUNT, "entities": ["\ud800"]}, "`entities`"),
        ("PUT", "consent", {"schoolId": 10001, "kind": "pets", "number": 1}, "students, staff, contacts"),
        ("PUT", "troubles", {"kind": "nonsense"}, "nonsense"),
        ("PUT", "troubles", {"kind": "latency", "seconds": "1"}, "`seconds`"),
        ("DELETE", "troubles", {"kind": "nonsense"}, "nonsense"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_reason(
    sandbox: SandboxServer, method: str, path: str, fields: dict[str, Any], words: str
) -> None:
    """HTTP 400, and nothing changes."""
    before = request(sandbox, "GET", "/_sandbox/state").body
    reply = request(sandbox, method, f"/_sandbox/{path}", json.dumps(fields).encode(), JSON)
    assert reply.status == 400
    assert words in json.loads(reply.body)["error"]
    assert request(sandbox, "GET", "/_sandbox/state").body == before


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff"])
def test_a_body_that_is_no_json_object_is_refused(sandbox: SandboxServer, body: bytes) -> None:
    """HTTP 400 too."""
    assert request(sandbox, "PUT", "/_sandbox/ticks", body, JSON).status == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example:8765"},
        {"Host": "evil.example:127.0.0.1"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:8765"},
    ],
)
@pytest.mark.parametrize(("method", "path"), [("GET", "state"), ("DELETE", "troubles")])
def test_a_web_page_elsewhere_has_no_control(
    sandbox: SandboxServer, method: str, path: str, headers: dict[str, str]
) -> None:
    """Neither by another name for this machine, nor from a browser."""
    reply = request(sandbox, method, f"/_sandbox/{path}", b"{}", {**JSON, **headers})
    assert reply.status == 403


def test_a_form_has_no_control(sandbox: SandboxServer) -> None:
    """A page can send a form anywhere without asking, but not JSON."""
    reply = request(sandbox, "PUT", "/_sandbox/ticks", b"{}", {"Content-Type": "text/plain"})
    assert reply.status == 400


def test_other_paths_of_the_control_do_not_exist(sandbox: SandboxServer) -> None:
    """HTTP 404."""
    assert request(sandbox, "GET", "/_sandbox/nothing").status == 404
    assert request(sandbox, "POST", "/_sandbox/ticks", b"{}", JSON).status == 404


def test_nobody_at_the_port_is_said_with_what_to_do() -> None:
    """A port where nothing listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(Unreachable, match="start one with `reconciler sandbox`"):
            RunningSandbox(port).see("state")


@pytest.mark.parametrize("answer", [b"HTTP/1.1 200 OK\r\n\r\n<html></html>", b"SSH-2.0-OpenSSH_9.6\r\n"])
def test_something_else_at_the_port_is_said(answer: bytes) -> None:
    """What answers is another program."""

    def answer_once() -> None:
        connection, _ = other.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as other:
        thread = threading.Thread(target=answer_once)
        thread.start()
        with pytest.raises(Unreadable, match="is not a sandbox"):
            RunningSandbox(other.getsockname()[1]).see("state")
        thread.join()


def test_a_refusal_comes_in_the_sandboxs_own_words(sandbox: SandboxServer) -> None:
    """The command line shows them."""
    with pytest.raises(InputError, match="school 1: choose one of 10001, 10002"):
        RunningSandbox(sandbox.port).put("password", schoolId=1, username="reader", password="x")
