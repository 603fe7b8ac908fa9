"""Every trouble of the sandbox, seen through the command line: its own words, the right exit code, no false word.

The table is read with every kind that the sandbox has: a new kind without an expectation fails.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from reconciler.cli.output.renderers import OF_PLANS
from reconciler.sandbox.state.fault_injection import FaultKind
from tests.cli.world import ADDRESSES, ENTITIES, SCHOOLS, changes, unknown, write_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.sandbox.server import SandboxServer
    from tests.cli.conftest import Reconciler
    from tests.cli.world import Outcome

RIVERSIDE = SCHOOLS["riverside"]
FIND = "findEntitiesBySchoolID"
ALL_LISTED = sum(map(len, ENTITIES.values()))


@dataclass(frozen=True)
class Expected:
    """What a trouble leads to while it lasts.

    words    what the report says of it; empty where it does no harm
    code     the exit code
    asked    False: the school's first question settles it, and its accesses are not asked
    retried  whether the same question may be asked again
    seconds  how the trouble is set up
    """

    words: str = ""
    code: int = 4
    asked: bool = True
    retried: bool = False
    seconds: float | None = None


HARMLESS = Expected(code=0)
EXPECTED = {
    FaultKind.LATENCY: Expected("no answer in 2 s", asked=False, retried=True, seconds=30),
    FaultKind.EVERYBODY_REFUSED: Expected(
        "was refused (HTTP 401, WWW-Authenticate: Negotiate), so no password was sent", asked=False
    ),
    FaultKind.GATEWAY_401: Expected("without a login was refused (HTTP 401), so no password was sent", asked=False),
    FaultKind.GATEWAY_403: Expected("without a login was refused (HTTP 403), so no password was sent", asked=False),
    FaultKind.NO_SUCH_SCHOOL: Expected("does not know this school ('School not found.'): check schoolId", asked=False),
    FaultKind.REFUSED_STATUS: Expected("Bromcom refused this login (401). Check the username", code=2),
    FaultKind.REFUSED_FAULT: Expected("Bromcom refused this login ('401 Unauthorised'). Check", code=2),
    FaultKind.FAULT_500: Expected("Object reference not set to an instance"),
    FaultKind.HTML_500: Expected("a web page came instead of an answer: 'Runtime Error' (HTTP 500)", retried=True),
    FaultKind.UNAVAILABLE_503: Expected("Bromcom asked us to wait (HTTP 503)", asked=False, retried=True, seconds=0),
    FaultKind.THROTTLED_429: Expected("Bromcom asked us to wait (HTTP 429)", asked=False, retried=True, seconds=0),
    FaultKind.HTML_200: Expected("a web page came instead of an answer: 'Practice MIS: log in'"),
    FaultKind.HTML_502: Expected("a web page came instead of an answer: '502 Bad Gateway'", retried=True),
    FaultKind.XHTML_200: Expected("a web page came instead of an answer: 'Practice MIS: log in'"),
    FaultKind.XHTML_502: Expected("a web page came instead of an answer: '502 Bad Gateway'", retried=True),
    FaultKind.REDIRECT: Expected(
        "redirects elsewhere (HTTP 302, to 127.0.0.1), and no password is sent there", asked=False
    ),
    FaultKind.EMPTY: Expected("the answer is empty"),
    FaultKind.ENDLESS: Expected("the answer is larger than 1 MB, so it was not read to its end", seconds=0),
    FaultKind.DROPPED: Expected("the connection was lost before the answer came", asked=False, retried=True),
    FaultKind.REFUSALS_AS_FAULTS: HARMLESS,  # no login is wrong
    FaultKind.DATABASE_DOWN: Expected("Bromcom says this school's database does not answer", asked=False),
    FaultKind.NO_TEST_OPERATION: HARMLESS,  # a login that works proves the school
    FaultKind.MIXED_CASE: HARMLESS,  # names compare without case
    FaultKind.NO_RESULT: Expected("Result is empty"),
    FaultKind.CUT_OFF: Expected("the answer is not complete XML"),
    FaultKind.CUT_SHORT: Expected("the answer was cut off: the connection was lost before its end", retried=True),
    FaultKind.WRONG_CONTENT_TYPE: Expected("the answer is text/plain, not XML"),
}
# Narrowed to one account, the web server's refusal is that account's: the question without a login was answered.
EXPECTED_OF_AN_ACCESS = EXPECTED | {
    FaultKind.EVERYBODY_REFUSED: EXPECTED[FaultKind.REFUSED_STATUS],
    FaultKind.GATEWAY_401: EXPECTED[FaultKind.REFUSED_STATUS],
    FaultKind.GATEWAY_403: Expected("Bromcom refused this request (403)"),
}
every_trouble = pytest.mark.parametrize("kind", list(FaultKind))
both_versions = pytest.mark.parametrize("soap", ["1.1", "1.2"])


def options(kind: FaultKind) -> tuple[str, ...]:
    """A time-out that only the late answers reach."""
    return ("--rate", "0", "--timeout", "2" if kind is FaultKind.LATENCY else "20")


def plan_both_ways(reconciler: Reconciler, folder: Path, *more: str) -> tuple[Outcome, dict[str, Any]]:
    """One run: how it ended with its text, and the same plan as JSON."""
    done = reconciler("plan", "--format", "text", "--format", f"json={folder / 'plan.json'}", *more)
    plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    assert isinstance(plan, dict)
    return done, plan


def refusals(*addresses: str) -> set[tuple[str, str, str]]:
    """The changes that refused logins are."""
    return {(address, "mend-login", ".".join(reversed(address.split("/")))) for address in addresses}


def test_each_trouble_has_words_of_its_own() -> None:
    """A page is the same page whether it is well-formed or not; every other two can be told apart."""
    words = Counter(expected.words for kind, expected in EXPECTED.items() if kind.value[:5] != "xhtml")
    assert [words[text] for text in words if text] == [1] * (len(words) - 1)


@both_versions
@every_trouble
def test_a_trouble_of_one_school_is_told_and_taken_for_nothing_else(
    kind: FaultKind, soap: str, sandbox: SandboxServer, workspace: Path, reconciler: Reconciler
) -> None:
    """Its exit code and words, no false difference, no false "in sync", and the other school as it is."""
    expected = EXPECTED[kind]
    write_workspace(workspace, sandbox, soap)
    sandbox.set_trouble(kind, school_id=RIVERSIDE, seconds=expected.seconds)
    done, plan = plan_both_ways(reconciler, workspace, "--quiet", "--retries", "0", *options(kind))
    assert (done.code, done.err) == (expected.code, "")
    assert expected.words in done.out
    assert ("In sync:" in done.out) == plan["complete"] == (expected.code == 0)
    assert changes(plan) == (refusals("riverside/groupcall", "riverside/till") if expected.code == 2 else set())
    assert {place.partition("/")[0] for place, _, _ in unknown(plan)} <= {"riverside"}
    in_sync = {a["address"] for a in plan["accesses"] if not (a["changes"] or a["unknown"])}
    assert in_sync == (ADDRESSES if expected.code == 0 else {"greenfield/groupcall", "greenfield/till"})
    calls = Counter(call.username for call in sandbox.access_log() if call.operation == FIND)
    assert set(calls.values()) == {1}
    assert len(calls) == (4 if expected.asked else 2)


@every_trouble
def test_a_trouble_of_one_access_leaves_its_neighbours_alone(
    kind: FaultKind, sandbox: SandboxServer, workspace: Path, reconciler: Reconciler
) -> None:
    """The school answers and three accesses are in sync; of the fourth nothing is claimed."""
    expected = EXPECTED_OF_AN_ACCESS[kind]
    sandbox.set_trouble(kind, school_id=RIVERSIDE, username="till.riverside", seconds=expected.seconds)
    done, plan = plan_both_ways(reconciler, workspace, "--quiet", "--retries", "0", *options(kind))
    assert [school["reachable"] for school in plan["schools"]] == ["yes", "yes"]
    if kind is FaultKind.DATABASE_DOWN:
        assert "database" in done.out  # its test says that all is well, and then a fault says what is not
    else:
        assert expected.words in done.out
    assert done.code == expected.code
    assert changes(plan) == (refusals("riverside/till") if expected.code == 2 else set())
    nothing_known = {("riverside/till", "login", "till.riverside"), ("riverside/till", "read", "*")}
    assert unknown(plan) == {0: set(), 2: {("riverside/till", "read", "*")}, 4: nothing_known}[expected.code]


@every_trouble
def test_a_trouble_that_passes_is_waited_out_where_that_is_due(
    kind: FaultKind, sandbox: SandboxServer, workspace: Path, reconciler: Reconciler
) -> None:
    """No answer, half a transfer, a busy server: asked again, and in sync. An answer, however odd: not asked again."""
    expected = EXPECTED_OF_AN_ACCESS[kind]
    sandbox.set_trouble(kind, username="till.riverside", calls=1, seconds=expected.seconds)
    done = reconciler("plan", "--retries", "1", *options(kind))
    asked = [call for call in sandbox.access_log() if call.username == "till.riverside"]
    assert len(asked) == (2 if expected.retried else 1)
    assert done.code == (0 if expected.retried else expected.code)
    assert ("In sync:" in done.out) == (done.code == 0)


@pytest.mark.parametrize(("kind", "asked"), [(FaultKind.UNAVAILABLE_503, (11, 12)), (FaultKind.DROPPED, (3,))])
def test_a_trouble_that_outlasts_the_retries_is_told(
    kind: FaultKind, asked: tuple[int, ...], sandbox: SandboxServer, workspace: Path, reconciler: Reconciler
) -> None:
    """Two retries are three questions. A host that asks for a pause gets ten of them, beside those while it answers
    others."""
    sandbox.set_trouble(kind, username="till.riverside", seconds=0)
    done = reconciler("plan", *options(kind))
    assert done.code == 4
    assert EXPECTED[kind].words in done.out
    assert len([call for call in sandbox.access_log() if call.username == "till.riverside"]) in asked
    sandbox.clear_troubles()
    assert reconciler("plan", *options(kind)).code == 0


@both_versions
def test_a_slow_answer_within_the_time_out_is_an_answer(
    soap: str, sandbox: SandboxServer, workspace: Path, reconciler: Reconciler
) -> None:
    """Nothing is asked twice."""
    write_workspace(workspace, sandbox, soap)
    sandbox.set_trouble(FaultKind.LATENCY, seconds=0.1)
    assert reconciler("plan", "--timeout", "20").code == 0
    assert len(sandbox.access_log()) == len(SCHOOLS) + len(ADDRESSES)


def test_a_server_that_asks_for_a_long_rest_is_not_asked_again(
    sandbox: SandboxServer, workspace: Path, reconciler: Reconciler
) -> None:
    """The report says how long, and the other school is told as ever."""
    sandbox.set_trouble(FaultKind.UNAVAILABLE_503, school_id=RIVERSIDE, seconds=600)
    done = reconciler("plan")
    assert done.code == 4
    assert "(HTTP 503) and try again in 10 min" in done.out
    assert len([call for call in sandbox.access_log() if call.school_id == RIVERSIDE]) == 1


@both_versions
def test_troubles_everywhere_at_once(
    soap: str, sandbox: SandboxServer, workspace: Path, reconciler: Reconciler
) -> None:
    """Nothing is known, nothing is claimed."""
    write_workspace(workspace, sandbox, soap)
    sandbox.set_trouble(FaultKind.XHTML_502)
    done, plan = plan_both_ways(reconciler, workspace, "--retries", "0")
    assert done.code == 4
    assert changes(plan) == set()
    assert (plan["summary"]["known"], plan["summary"]["facts"]) == (0, len(SCHOOLS) * (1 + len(ENTITIES) + ALL_LISTED))
    assert "0 of 14 facts known (0 %)" in done.out


@pytest.mark.parametrize("kind", [FaultKind.GATEWAY_401, FaultKind.NO_SUCH_SCHOOL, FaultKind.REFUSED_STATUS])
def test_a_school_id_that_may_be_wrong_is_pointed_at(
    kind: FaultKind, sandbox: SandboxServer, workspace: Path, reconciler: Reconciler
) -> None:
    """By the file, the line and the column where it is written."""
    lines = (workspace / "reconciler.yaml").read_text(encoding="utf-8").splitlines()
    line, column = next(
        (number, text.index(str(RIVERSIDE)) + 1) for number, text in enumerate(lines, 1) if str(RIVERSIDE) in text
    )
    sandbox.set_trouble(kind, school_id=RIVERSIDE)
    assert f"check schoolId {RIVERSIDE} (reconciler.yaml:{line}:{column})" in reconciler("plan").out


def test_a_service_that_is_not_there(sandbox: SandboxServer, workspace: Path, reconciler: Reconciler) -> None:
    """The host is tried once, both schools say so, and nothing is a difference."""
    manifest = workspace / "reconciler.yaml"
    text = manifest.read_text(encoding="utf-8").replace(f":{sandbox.port}/", ":9/")
    manifest.write_text(text, encoding="utf-8")
    done, plan = plan_both_ways(reconciler, workspace)
    assert done.code == 4
    assert done.out.count("unreachable: the connection to 127.0.0.1 was refused") == 2
    assert changes(plan) == set()


@pytest.mark.parametrize("form", OF_PLANS.formats)
def test_a_host_of_ipv6_stands_in_its_brackets_in_every_format(
    form: str, sandbox: SandboxServer, workspace: Path, reconciler: Reconciler
) -> None:
    """Markdown writes backslashes before them, which nobody sees."""
    manifest = workspace / "reconciler.yaml"
    text = manifest.read_text(encoding="utf-8").replace(f"127.0.0.1:{sandbox.port}/", "[::1]:9/")
    manifest.write_text(text, encoding="utf-8")
    told = reconciler("plan", "--retries", "0", "--format", form).out.replace("\\", "")
    assert told.count("[::1]") == told.count("::1")
    assert told.count("to [::1]") >= len(SCHOOLS)


@both_versions
def test_a_real_difference_beside_a_trouble_is_told(
    soap: str, sandbox: SandboxServer, workspace: Path, reconciler: Reconciler
) -> None:
    """What is known counts: exit code 2, and the trouble is in the report too."""
    write_workspace(workspace, sandbox, soap)
    sandbox.tick(SCHOOLS["greenfield"], "till.greenfield", "Students")
    sandbox.set_trouble(FaultKind.HTML_200, school_id=RIVERSIDE)
    done, plan = plan_both_ways(reconciler, workspace)
    assert changes(plan) == {("greenfield/till", "revoke", "Students")}
    assert EXPECTED[FaultKind.HTML_200].words in done.out
    assert done.code == 2


@both_versions
@pytest.mark.parametrize("as_faults", [False, True])
def test_a_refused_account_is_asked_once(
    soap: str, as_faults: bool, sandbox: SandboxServer, workspace: Path, reconciler: Reconciler
) -> None:
    """However many retries there are, so that nobody is locked out; its entities are unknown, never missing."""
    write_workspace(workspace, sandbox, soap)
    if as_faults:
        sandbox.set_trouble(FaultKind.REFUSALS_AS_FAULTS)
    sandbox.set_password(RIVERSIDE, "till.riverside", "another one")
    done, plan = plan_both_ways(reconciler, workspace, "--retries", "5")
    assert done.code == 2
    assert changes(plan) == refusals("riverside/till")
    assert unknown(plan) == {("riverside/till", "read", "*")}
    assert len([call for call in sandbox.access_log() if call.username == "till.riverside"]) == 1
