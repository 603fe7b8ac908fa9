"""Against a service on a real .NET stack: genuine DataSets, envelopes, faults and WSDL."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reconciler.bromcom.contract import LoginDetails, built_in
from reconciler.bromcom.endpoint import endpoint
from reconciler.bromcom.entity_lists import InternedValues
from reconciler.bromcom.fleet import probe
from reconciler.bromcom.transport import Transport
from reconciler.cli.exit_codes import Exit
from reconciler.cli.main import main
from reconciler.manifest.load import load
from reconciler.model.address import Address
from reconciler.model.aspect import Aspect
from reconciler.model.desired import Canary, SoapVersion
from reconciler.model.evidence import Known, Probed, Unknown, UnknownReason
from reconciler.model.live import LiveAccess, Login
from reconciler.model.problem import DeclaredValue, Origin
from reconciler.model.secret import EnvRef, Secret
from tests.bromcom.aspnet import NoMono, aspnet_service
from tests.bromcom.workspaces import PASSWORD, QUICK, access, desired, platform, probed, school

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.bromcom.options import ProbeOptions
    from reconciler.bromcom.reading import HttpAnswer
    from reconciler.model.secret import SecretRef

LISTED = Probed("findEntitiesBySchoolID")
PATIENT = replace(QUICK, timeout=60.0)  # the first request compiles the service


@pytest.fixture(scope="module")
def dotnet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the service, on mono."""
    try:
        with aspnet_service(tmp_path_factory.mktemp("dotnet")) as url:
            yield url
    except NoMono as error:
        pytest.skip(str(error))


def found(url: str, username: str, soap: SoapVersion = SoapVersion.V11, options: ProbeOptions = PATIENT) -> LiveAccess:
    """What is known of an access with this username, which tells the service what to answer."""
    at = platform(url, soap=soap)
    declared = ["Students", "SENStudents"]
    live = probed([school("s", 1, at)], [access("s/x", username=username, declared=declared)], options)
    assert live.schools["s"].reachable == Known(True, Probed("testDatabaseConnection"))
    return live.accesses[Address("s", "x")]


@pytest.mark.parametrize("wsdl", ["built-in", "live"])
@pytest.mark.parametrize("soap", SoapVersion)
def test_names_and_columns_are_read(dotnet: str, soap: SoapVersion, wsdl: str) -> None:
    """With our contract and with the one that .NET publishes, in both versions of SOAP; columns by their real names."""
    options = replace(PATIENT, deep=True, wsdl=wsdl)  # type: ignore[arg-type]
    access = found(dotnet, "anybody", soap, options)

    assert access.login == Known(Login.WORKS, LISTED)
    names = {"attendances": "Attendances", "senstudents": "SENStudents", "students": "Students"}
    assert access.entities == Known(names, LISTED)
    columns = ("StudentID", "First Name", "2nd_Name", "Photo", "Born")
    assert access.columns["students"] == Known(columns, Probed("getEntityDataBySchoolID"))
    refused = access.columns["senstudents"]
    assert isinstance(refused, Unknown)
    assert refused.reason is UnknownReason.NOT_GRANTED


@pytest.mark.parametrize("soap", SoapVersion)
def test_a_genuine_list_needs_no_parser(dotnet: str, soap: SoapVersion) -> None:
    """It has the shape that is read without one, to the byte."""
    account = LoginDetails("anybody", Secret("x"))
    message = built_in(soap).find_entities(1, account)

    async def listed() -> HttpAnswer:
        async with Transport(60.0) as transport:
            return await transport.post(endpoint(platform(dotnet, soap=soap)), message)

    names = {"attendances": "Attendances", "senstudents": "SENStudents", "students": "Students"}
    assert InternedValues().quickly(asyncio.run(listed())) == names


@pytest.mark.parametrize("soap", SoapVersion)
def test_a_refusal_and_an_error_are_told_apart(dotnet: str, soap: SoapVersion) -> None:
    """Both are faults with HTTP 500 and a stack trace; only one is about the login."""
    refused, deadlock = found(dotnet, "refused", soap), found(dotnet, "deadlock", soap)

    assert refused.login == Known(Login.REFUSED, LISTED)
    assert "401 Unauthorised" in refused.refusal
    assert isinstance(deadlock.login, Unknown)
    assert deadlock.login.reason is UnknownReason.UNREADABLE
    assert deadlock.login.text.endswith("Transaction was deadlocked on lock resources.")


def test_no_rows_no_table_and_no_result_are_three_things(dotnet: str) -> None:
    """As .NET writes them: only the first is an empty list."""
    assert found(dotnet, "nobody").entities == Known({}, LISTED)
    for username in ("no-table", "no-result", "null-name"):
        entities = found(dotnet, username).entities
        assert isinstance(entities, Unknown)
        assert entities.reason is UnknownReason.UNREADABLE


FORMS = (
    "other-names",
    "namespace",
    "attribute",
    "hidden",
    "no-schema",
    "second-table",
    "constraints",
    "other-columns",
    "related",
    "described",
)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_dataset_is_read(dotnet: str, form: str) -> None:
    """Renamed, in a namespace, columns as attributes, rows without their schema, keys, other columns and tables."""
    assert found(dotnet, form).entities == Known({"staff": "Staff", "students": "Students"}, LISTED)


@pytest.mark.parametrize("form", ["two-lists", "nested"])
def test_names_in_two_tables_and_rows_in_rows_are_unreadable(dotnet: str, form: str) -> None:
    """Either may be the list, or a part of it."""
    entities = found(dotnet, form).entities
    assert isinstance(entities, Unknown)
    assert entities.reason is UnknownReason.UNREADABLE


def test_a_table_whose_rows_are_all_deleted_lists_nothing(dotnet: str) -> None:
    """What was there before is there no more."""
    assert found(dotnet, "all-deleted").entities == Known({}, LISTED)


def test_changed_rows_count_as_they_are_now(dotnet: str) -> None:
    """A deleted row is gone, a changed one new, a remark none."""
    assert found(dotnet, "changed").entities == Known({"staffroles": "StaffRoles", "students": "Students"}, LISTED)


def test_the_password_arrives_as_it_is(dotnet: str) -> None:
    """The service gives it back as a name, only here: markup, blanks and all. The name is never shown."""
    assert found(dotnet, "echo").entities == Known({"correct horse <&> battery": "(the password)"}, LISTED)


def test_a_database_that_is_down_and_a_fault_about_it(dotnet: str) -> None:
    """False is known; a fault is not."""
    at = platform(dotnet)
    live = probed([school("down", 404, at), school("odd", 500, at)], [], PATIENT)
    assert live.schools["down"].reachable == Known(False, Probed("testDatabaseConnection"))
    assert isinstance(live.schools["odd"].reachable, Unknown)


@pytest.mark.parametrize(
    ("username", "basis", "found"),
    [
        ("consent-enforced", "Consent", "as agreed"),
        ("consent-enforced", "Public Task", "hidden"),
        ("consent-open", "Consent", "readable"),
        ("consent-open", "Public Task", "as agreed"),
        ("consent-ignores-filters", "Consent", UnknownReason.UNREADABLE),
    ],
)
@pytest.mark.parametrize("soap", SoapVersion)
def test_a_canary_among_400_pupils_is_asked_for(
    dotnet: str, soap: SoapVersion, username: str, basis: str, found: object
) -> None:
    """Each branch of consent; a service that answers with everybody proves nothing, and nobody is kept."""

    async def secrets(ref: SecretRef) -> Secret:
        return Secret({"env GRANTED": "100211", "env WITHHELD": "100397"}.get(str(ref), PASSWORD))

    origin = Origin("workspace.yaml", 1, 1)
    at = replace(
        school("s", 1, platform(dotnet, soap=soap)),
        declared={Aspect.LAWFUL_BASIS: (DeclaredValue(basis, origin),)},
        canaries=(Canary("students", "Students", "StudentID", EnvRef("WITHHELD"), EnvRef("GRANTED"), origin),),
    )
    live = probe(desired([at], [access("s/x", username=username)]), secrets, PATIENT)
    fact = live.schools["s"].fact(Aspect.CONSENT_ENFORCED, "students")
    assert (fact.value if isinstance(fact, Known) else fact.reason) == found
    assert not any(trace in repr(live) for trace in ("Tuppence", "Marker", "100211", "100397"))


def test_an_import_takes_over_what_is_listed(
    dotnet: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every form of list becomes a manifest, and the plan after it finds no difference; what was refused or could not
    be read is left out, and an empty list stays unknown."""
    monkeypatch.setenv("ANY", PASSWORD)
    monkeypatch.chdir(tmp_path)
    answered = ("anybody", "nobody", "other-names", "attribute", "no-schema", "related", "changed")
    left_out = ("refused", "deadlock", "null-name", "two-lists")
    rows = [f"7,Greenfield,{username} Ltd,{username},env:ANY\n" for username in (*answered, *left_out)]
    Path("accounts.csv").write_text("School ID,School,Supplier,Username,Password\n" + "".join(rows), encoding="utf-8")
    asking = ("--timeout", "60")
    code = main(["import", "accounts", "accounts.csv", "--platform", dotnet, *asking])
    printed = capsys.readouterr()
    assert code == Exit.INCOMPLETE, printed.err
    assert "Imported 7 suppliers at 1 school, 7 accounts with 13 ticks." in printed.out
    assert [username for username in left_out if f" greenfield/{username}-ltd (accounts.csv:" in printed.out] == [
        *left_out
    ]
    desired = load(tmp_path, date(2026, 11, 29)).desired
    assert desired is not None
    declared = {at.supplier: sorted(access.entities) for at, access in desired.accesses.items()}
    assert declared == {
        "anybody-ltd": ["attendances", "senstudents", "students"],
        "changed-ltd": ["staffroles", "students"],
        "nobody-ltd": [],
        **{f"{form}-ltd": ["staff", "students"] for form in ("other-names", "attribute", "no-schema", "related")},
    }
    assert main(["plan", "--format", "json", *asking]) == Exit.INCOMPLETE
    plan = json.loads(capsys.readouterr().out)
    assert not [access["changes"] for access in plan["accesses"] if access["changes"]]
    assert [access["address"] for access in plan["accesses"] if access["unknown"]] == ["greenfield/nobody-ltd"]
