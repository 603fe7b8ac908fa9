"""Where the state is kept, and what is left when a sandbox stops."""

from __future__ import annotations

import socket
import sqlite3
import tempfile
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from reconciler.errors import InputError
from reconciler.sandbox.server import serve
from reconciler.sandbox.state.people import PersonKind
from reconciler.sandbox.state.records import Role, SandboxAccount
from tests.sandbox.wire import READ, READER, call, entity_names

if TYPE_CHECKING:
    from pathlib import Path


def test_a_state_file_outlives_the_server(two_schools: Path, tmp_path: Path) -> None:
    """Accounts, ticks, roles, applications, basis, consent, troubles and the log are all there after a restart."""
    state = tmp_path / "practice.db"
    with serve(two_schools, state=state) as sandbox:
        sandbox.untick(10001, "reader", "Students")
        sandbox.tick(10001, "new", "staff")
        sandbox.set_password(10001, "reader", "newer")
        sandbox.set_role(10001, "clerk", "Third Party")
        sandbox.create_role(10001, Role("Till write-back", "For the tills", ("Dinner Money",)))
        sandbox.create_account(10001, SandboxAccount("pat", "p", "p", first_name="Pat", must_change=True))
        sandbox.set_application(10001, "Library Loans App", installed=True)
        sandbox.set_lawful_basis(10001, "Consent")
        sandbox.set_consent(10001, PersonKind.STAFF, 1, granted=True)
        sandbox.set_trouble("database-down", school_id=10002, calls=3)
        call(sandbox, "testDatabaseConnection", schoolID=10002)
        before = sandbox.access_log()
    with serve(state=state) as sandbox:
        assert sandbox.access_log() == before
        assert "Students" not in entity_names(
            call(sandbox, "findEntitiesBySchoolID", **{**READER, "password": "newer"})
        )
        accounts = {account.username: account for account in sandbox.accounts(10001)}
        assert accounts["new"].ticks == ("Staff",)
        assert accounts["clerk"].roles == ("Attendance write-back", "Third Party")
        assert (accounts["pat"].first_name, accounts["pat"].must_change) == ("Pat", True)
        assert sandbox.roles(10001)[2] == Role("Till write-back", "For the tills", ("Dinner Money",))
        assert sandbox.applications(10001)[0].installed
        assert [line.action for line in sandbox.audit(10001, "Library Loans App")] == ["Granted"]
        assert sandbox.schools()[0].lawful_basis == "Consent"
        assert [person.number for person in sandbox.database.people(10001) if person.consent] == [1, 1]
        assert [(trouble.kind, trouble.calls) for trouble in sandbox.troubles()] == [("database-down", 2)]


def test_a_seed_is_not_planted_over_a_kept_state(two_schools: Path, tmp_path: Path) -> None:
    """It would be lost unseen, one or the other; the message says what to do."""
    state = tmp_path / "practice.db"
    with serve(two_schools, state=state):
        pass
    with pytest.raises(InputError, match="Leave out --seed"):
        serve(two_schools, state=state)


def test_a_state_file_serves_one_sandbox_at_a_time(two_schools: Path, tmp_path: Path) -> None:
    """A second one is refused, and the first goes on."""
    state = tmp_path / "practice.db"
    with serve(two_schools, state=state) as sandbox:
        with pytest.raises(InputError, match="another sandbox is using it"):
            serve(state=state)
        assert entity_names(call(sandbox, "findEntitiesBySchoolID", **READER))


def test_a_file_that_is_no_state_is_refused_and_left_alone(two_schools: Path, tmp_path: Path) -> None:
    """Somebody's file is not written over."""
    wrong = tmp_path / "reconciler.yaml"
    wrong.write_text("kind: Workspace\n" * 100, encoding="utf-8")
    with pytest.raises(InputError, match="is not a sandbox's state file"):
        serve(two_schools, state=wrong)
    assert wrong.read_text(encoding="utf-8") == "kind: Workspace\n" * 100


def test_a_state_of_another_version_is_refused_and_left_alone(two_schools: Path, tmp_path: Path) -> None:
    """It has other tables; what to do stands in the message."""
    state = tmp_path / "practice.db"
    with serve(two_schools, state=state):
        pass
    with closing(sqlite3.connect(state)) as old:
        old.execute("PRAGMA user_version = 0")
    before = state.read_bytes()
    with pytest.raises(InputError, match=r"another version of the sandbox.* Name a new file with --state"):
        serve(state=state)
    assert state.read_bytes() == before


def test_without_a_state_file_nothing_is_left_behind(
    two_schools: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The temporary folder goes when the server stops, and also when it cannot start."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with serve(two_schools) as sandbox:
        assert list(tmp_path.iterdir())
        with pytest.raises(InputError, match="the port is in use"), serve(two_schools, port=sandbox.port):
            pass
    with pytest.raises(InputError):
        serve(tmp_path / "no-such-seed.yaml")
    assert list(tmp_path.iterdir()) == []


def test_two_sandboxes_know_nothing_of_each_other(two_schools: Path) -> None:
    """Each has its port, its state and its log."""
    with serve(two_schools) as one, serve(two_schools) as other:
        one.untick(10001, "reader", "Students")
        one.set_trouble("html-502", school_id=10002)
        assert one.port != other.port
        assert len(entity_names(call(one, "findEntitiesBySchoolID", **READER))) == 5
        assert len(entity_names(call(other, "findEntitiesBySchoolID", **READER))) == 6
        assert (len(one.access_log()), len(other.access_log())) == (1, 1)


def test_a_server_stops_while_a_connection_is_open(two_schools: Path) -> None:
    """A client that keeps its connection, or waits for an answer that never ends, does not keep the server."""
    with serve(two_schools) as sandbox:
        sandbox.set_trouble("endless", operation="WSDL")
        idle = start(sandbox.port, READ)
        unread = start(sandbox.port, f"{READ}?WSDL")
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", sandbox.port))
    idle.close()
    unread.close()


def start(port: int, path: str) -> socket.socket:
    """Ask for a page, and read no more than the start of the answer."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    assert connection.recv(12) == b"HTTP/1.1 200"
    return connection
