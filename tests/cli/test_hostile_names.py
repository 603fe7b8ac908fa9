"""A service that lists names with anything in them: a terminal is not steered by them, and JSON stays JSON."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import pytest

from reconciler.cli.output.renderers import OF_PLANS
from tests.bromcom.raw_server import Request, http, serving
from tests.cli.test_plan_json import valid
from tests.cli.world import changes
from tests.report.runners import azure_commands, github_commands

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.conftest import Reconciler

# XML 1.0 itself keeps out most of C0; what is left can still hurt.
HOSTILE = (
    "\x9b31mRed\x9b2J",  # CSI as one character of C1
    "next\x85line\u2028and\u2029end",
    "Good\r\nIn sync: 4 of 4 accesses are as the manifests say.",
    "Tab\there",
    "\u202egnp.sotohP\u202c",  # right-to-left override
    "\u2066isolated\u2069\u200f\u200e\u061c",
    "\ufeffmark\x7fdelete",
    "]8;;http://evil.invalid\x9c",
    "<script>alert(1)</script> & \"quotes\" 'and' %s {x} $(x)",
    "::error file=a::b",
    "##[add-mask]Students ##vso[task.setvariable variable=PATH]/tmp",
    "x" * 200,  # longer ones make the answer unreadable
    "Ünïcödé 名前 \U0001f600",
)
# An answer with any of the others as a name is unreadable: it holds a character that nobody sees, or sees as another.
NAMES = HOSTILE[-5:]
DATASET = """<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>
<{operation}Response xmlns="http://tempuri.org/"><{operation}Result>{result}</{operation}Result></{operation}Response>
</soap:Body></soap:Envelope>"""
TABLE = """<xs:schema id="NewDataSet" xmlns="" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:msdata="urn:schemas-microsoft-com:xml-msdata"><xs:element name="NewDataSet" msdata:IsDataSet="true">
<xs:complexType><xs:choice minOccurs="0" maxOccurs="unbounded"><xs:element name="Table"><xs:complexType><xs:sequence>
<xs:element name="EntityName" type="xs:string" minOccurs="0" /></xs:sequence></xs:complexType></xs:element></xs:choice>
</xs:complexType></xs:element></xs:schema>
<diffgr:diffgram xmlns:diffgr="urn:schemas-microsoft-com:xml-diffgram-v1"><NewDataSet xmlns="">{rows}</NewDataSet>
</diffgr:diffgram>"""
FAULT = """<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><soap:Fault>
<faultcode>soap:Server</faultcode><faultstring>{text}</faultstring></soap:Fault></soap:Body></soap:Envelope>"""


def as_xml(text: str) -> str:
    """Escaped, with line ends as references, so that a parser does not make them one."""
    return re.sub("[\r\n\x7f-\x9f]", lambda match: f"&#{ord(match.group())};", escape(text))


def list_everything(request: Request) -> bytes:
    """The school is up, and every account may read the declared entity and all the hostile names that are read."""
    result = "true"
    if request.operation == "findEntitiesBySchoolID":
        names = ("Attendances", "OnlinePaymentOrders", "Staff", "Students", *NAMES)
        result = TABLE.format(rows="".join(f"<Table><EntityName>{as_xml(name)}</EntityName></Table>" for name in names))
    return http(DATASET.format(operation=request.operation, result=result))


def fail_strangely(request: Request) -> bytes:
    """A page, a fault and a content type full of hostile text."""
    if request.operation == "testDatabaseConnection":
        return http(
            f"<html><title>\x1b]0;own title\x07\x1b[2J{HOSTILE[0]}{HOSTILE[4]}</title></html>", kind="text/html"
        )
    if request.value("username").startswith("till"):
        return http("?", kind="text/\x9b31m\u202e")
    return http(FAULT.format(text=as_xml(" ".join(HOSTILE))), "500 Internal Server Error")


def steers(text: str) -> set[str]:
    """The characters in an output that do more than stand there; a line's end is the one that may."""
    return {c for c in text if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")}


def refuse_strangely(request: Request) -> bytes:
    """Every login is refused, in words that would steer a terminal."""
    if request.operation == "testDatabaseConnection":
        return http(DATASET.format(operation=request.operation, result="true"))
    return http(FAULT.format(text=as_xml(f"wrong password {HOSTILE[0]} {HOSTILE[4]}")), "500 Internal Server Error")


@pytest.fixture
def hostile(request: pytest.FixtureRequest, workspace: Path) -> Iterator[Path]:
    """The workspace, pointed at a server that answers with the parameter."""
    manifest = workspace / "reconciler.yaml"
    text = manifest.read_text(encoding="utf-8")
    with serving(request.param) as server:
        manifest.write_text(re.sub(r"127\.0\.0\.1:\d+", f"127.0.0.1:{server.port}", text), encoding="utf-8")
        yield workspace


@pytest.mark.parametrize("hostile", [list_everything], indirect=True)
def test_names_from_outside_do_not_steer_a_terminal(hostile: Path, reconciler: Reconciler) -> None:
    """Each is on a line of its own; none can write a line of the report, or steer what shows it."""
    done = reconciler("plan", "-v")
    assert done.code == 2
    assert steers(done.out) == set()
    assert steers(done.err) == set()
    assert not re.search("^In sync", done.out, re.MULTILINE)
    # 2 schools; of the 4 names, 3 and 1 are declared
    assert done.out.count("\n    too much  ") == 4 * len(NAMES) + 2 * (1 + 3)


@pytest.mark.parametrize("hostile", [list_everything, fail_strangely, refuse_strangely], indirect=True)
def test_an_explanation_steers_nothing_either(hostile: Path, reconciler: Reconciler) -> None:
    """Neither a terminal nor the machine that prints it."""
    for arguments in ([], ["--format", "json"]):
        done = reconciler("explain", "greenfield/till", "--probe", "--retries", "0", *arguments)
        assert done.code == 0
        assert arguments or steers(done.out) == set()
        assert (azure_commands(done.out), github_commands(done.out)) == ([], [])


@pytest.mark.parametrize("hostile", [list_everything], indirect=True)
def test_json_holds_names_from_outside_as_they_are(hostile: Path, reconciler: Reconciler) -> None:
    """Valid by the schema, on stdout, in a file, and after a snapshot in either form."""
    done = reconciler("plan", "--format", "json", "--format", "text=../plan.txt", "--record", "../live.yaml")
    names = {name for address, action, name in changes(valid(reconciler, done.out)) if address == "greenfield/till"}
    assert names == {*NAMES, "Attendances", "Staff", "Students"}
    assert steers((hostile / "../plan.txt").read_text(encoding="utf-8")) == set()
    replayed = reconciler("plan", "--format", "json", "--against", "../live.yaml")
    assert changes(replayed.plan) == changes(json.loads(done.out))


@pytest.mark.parametrize("hostile", [list_everything, fail_strangely, refuse_strangely], indirect=True)
def test_no_report_speaks_to_the_machine_that_prints_it(hostile: Path, reconciler: Reconciler) -> None:
    """Of all formats the annotations alone are commands of GitHub, each of them one of ours; none is one of Azure."""
    for form in OF_PLANS.formats:
        done = reconciler("plan", "--retries", "0", "--format", form)
        said = github_commands(done.out)
        assert {command.name for command in said} <= ({"error", "warning", "notice"} if form == "github" else set())
        assert len(said) == (len(done.out.splitlines()) if form == "github" else 0)
        assert azure_commands(done.out + done.err) == []
        assert github_commands(done.err) == []


@pytest.mark.parametrize("hostile", [fail_strangely], indirect=True)
def test_faults_and_pages_from_outside_do_not_steer_a_terminal(hostile: Path, reconciler: Reconciler) -> None:
    """Their words are quoted, on one line, with strange characters as numbers."""
    done = reconciler("plan", "--retries", "0")
    assert done.code == 4
    assert steers(done.out) == set()
    assert not re.search("^In sync", done.out, re.MULTILINE)
    assert max(map(len, done.out.splitlines())) < 1000
    valid(reconciler, reconciler("plan", "--retries", "0", "--format", "json").out)


@pytest.mark.parametrize("hostile", [refuse_strangely], indirect=True)
def test_a_refusal_does_not_steer_a_terminal(hostile: Path, reconciler: Reconciler) -> None:
    """Its words are part of a change."""
    done = reconciler("plan")
    assert done.code == 2
    assert "\\x9b31mRed" in done.out
    assert steers(done.out) == set()


def test_what_was_typed_does_not_steer_a_terminal(workspace: Path, reconciler: Reconciler) -> None:
    """It may have come from a script that took it from elsewhere."""
    done = reconciler("plan", "-C", "nowhere\x1b[2J\u202e")
    assert (done.code, done.out) == (1, "")
    assert "nowhere" in done.err
    assert steers(done.err) == set()
