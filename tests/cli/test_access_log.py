"""What a run leaves in the suppliers' access logs in Bromcom: few questions, all of them reading, none for rows."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.cli.world import ADDRESSES, ENTITIES, SCHOOLS

if TYPE_CHECKING:
    from reconciler.sandbox.server import SandboxServer
    from tests.cli.conftest import Reconciler

pytestmark = pytest.mark.usefixtures("workspace")

TEST, FIND, DATA = "testDatabaseConnection", "findEntitiesBySchoolID", "getEntityDataBySchoolID"


def asked(sandbox: SandboxServer) -> Counter[str]:
    """How often each operation was called; every call was to the read service."""
    log = sandbox.access_log()
    assert {call.service for call in log} == {"TPReadOnlyDataService"}
    return Counter(call.operation for call in log)


@pytest.mark.parametrize("verb", ["plan", "drift"])
def test_a_run_asks_each_school_and_each_access_once(verb: str, sandbox: SandboxServer, reconciler: Reconciler) -> None:
    """Also where something differs: a difference is no reason to look twice."""
    sandbox.tick(SCHOOLS["greenfield"], "till.greenfield", "Students")
    sandbox.set_password(SCHOOLS["riverside"], "till.riverside", "another one")
    assert reconciler(verb).code == 2
    assert asked(sandbox) == {TEST: len(SCHOOLS), FIND: len(ADDRESSES)}
    logins = Counter((call.school_id, call.username) for call in sandbox.access_log() if call.operation == FIND)
    assert set(logins.values()) == {1}


def test_a_deep_run_reads_columns_and_never_a_row(sandbox: SandboxServer, reconciler: Reconciler) -> None:
    """Once for each declared entity that is listed; the school's people stay where they are."""
    sandbox.untick(SCHOOLS["greenfield"], "groupcall.greenfield", "Staff")
    done = reconciler("plan", "--deep")
    assert done.code == 2
    assert "2 read as a test" in done.out
    declared = len(SCHOOLS) * sum(map(len, ENTITIES.values()))
    assert asked(sandbox) == {TEST: len(SCHOOLS), FIND: len(ADDRESSES), DATA: declared - 1}
    assert {call.outcome for call in sandbox.access_log() if call.operation == DATA} == {"0 rows"}


def test_the_live_contract_is_read_once_and_without_a_login(sandbox: SandboxServer, reconciler: Reconciler) -> None:
    """However many schools a platform serves. The address in it, which leads elsewhere, is not followed."""
    assert reconciler("plan", "--wsdl", "live").code == 0
    assert asked(sandbox) == {"WSDL": 1, TEST: len(SCHOOLS), FIND: len(ADDRESSES)}
    assert {call.username for call in sandbox.access_log() if call.operation == "WSDL"} == {""}


@pytest.mark.parametrize("arguments", [("validate",), ("schema", "plan"), ("plan", "--school", "nowhere")])
def test_what_needs_no_service_asks_none(
    arguments: tuple[str, ...], sandbox: SandboxServer, reconciler: Reconciler
) -> None:
    """Not even whether it is there."""
    reconciler(*arguments)
    assert sandbox.access_log() == []
