"""What a service says of why it did not answer is shown in a report, and kept in no snapshot: it may name anybody."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from reconciler.bromcom.contract import FIND_ENTITIES, GET_ENTITY_DATA, TEST_DATABASE
from reconciler.codec.snapshot import from_data, to_data
from reconciler.model.desired import SoapVersion
from reconciler.planning.refused_login import IN_SHORT
from tests.bromcom.answers import entities, envelope, fault11, fault12, healthy
from tests.bromcom.raw_server import http, serving
from tests.bromcom.workspaces import ADDRESS, QUICK, access, desired, one, platform, school

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.model.live import Live
    from tests.bromcom.raw_server import Answer, Request

NOW = datetime(2026, 11, 24, tzinfo=UTC)
JANE = "Jane-Smith-1980"
ABOUT = f"Login failed for user {JANE}, born 1980-01-01"
PAGE = f"<html><head><title>{JANE}</title></head></html>"

QUOTING = {
    "fault": http(fault11(ABOUT), "500 E"),
    "fault of SOAP 1.2": http(fault12(ABOUT), "500 E", "application/soap+xml"),
    "fault that refuses the login": http(fault11(f"Invalid username or password: {JANE}"), "500 E"),
    "fault without a reason": http(fault11("", JANE), "500 E"),
    "page": http(PAGE, kind="text/html"),
    "page sent as XML": http(PAGE),
    "page with 502": http(PAGE, "502 Bad Gateway", "text/html"),
    "page that is broken": http(f"<!DOCTYPE html><title>{JANE}</title><br>"),
    "broken XML": http(f"<{JANE}></other>"),
    "content type": http("x", kind=f"text/{JANE}"),
    "encoding": http("x", Content_Encoding=JANE),
    "root": http(f"<{JANE}/>"),
    "another answer": http(envelope(f'<{JANE} xmlns="http://tempuri.org/"/>')),
    "redirect": http(status="302 Found", Location=f"https://{JANE}.example/{JANE}"),
    "authenticate": http(status="401 Unauthorized", WWW_Authenticate=JANE),
    "neither true nor false": http(
        envelope(
            '<testDatabaseConnectionResponse xmlns="http://tempuri.org/"><testDatabaseConnectionResult>'
            f"{JANE}</testDatabaseConnectionResult></testDatabaseConnectionResponse>"
        )
    ),
    "column": http(entities(["Students"]).replace("<EntityName>Students</EntityName>", f"<{JANE}>x</{JANE}>")),
    "asked to wait": http(JANE, "429 Too Many", Retry_After="0", X_Name=JANE),
}
OPERATIONS = (TEST_DATABASE, FIND_ENTITIES, GET_ENTITY_DATA)


def answering(quoted: Answer, operations: tuple[str, ...]) -> Callable[[Request], Answer]:
    """A service that answers these operations so, and all others well."""

    def respond(request: Request) -> Answer:
        if request.operation in operations:
            return quoted
        return http(entities(["Students"])) if request.operation == FIND_ENTITIES else healthy(request)

    return respond


def kept(live: Live) -> str:
    """The snapshot of it, which is read again as it is written."""
    wanted = desired([school("greenfield", 12345, platform("http://127.0.0.1/"))], [access(str(ADDRESS))])
    data = to_data(live, wanted, recorded=NOW)
    assert to_data(from_data(data).live, wanted, recorded=NOW) == data
    return json.dumps(data, ensure_ascii=False)


@pytest.mark.parametrize("name", QUOTING)
def test_no_word_of_a_service_gets_into_a_snapshot(name: str) -> None:
    """Whichever question it answers so: the kind is kept, and a sentence of our own that says why."""
    shown = ""
    for operations in (*((each,) for each in OPERATIONS), OPERATIONS):
        soap = SoapVersion.V12 if name == "fault of SOAP 1.2" else SoapVersion.V11
        with serving(answering(QUOTING[name], operations)) as server:
            live = one(server.url(), replace(QUICK, deep=True), soap, declared=["Students"])
        shown += repr(live)
        data = kept(live)
        assert not [word for word in (JANE, JANE.lower(), "1980") if word in data]
        assert '"reason": ""' not in data
    assert JANE.lower() in shown.lower() or name in ("column", "asked to wait", "broken XML")


def test_no_word_of_a_published_contract_gets_into_a_snapshot() -> None:
    """`--wsdl live` reads one, and says what is wrong with it."""
    for wsdl in (
        f"<{JANE}/>",
        f'<definitions xmlns="http://schemas.xmlsoap.org/wsdl/"><import namespace="x" location="http://{JANE}/"/>'
        "</definitions>",
        PAGE,
    ):
        with serving(lambda _, wsdl=wsdl: http(wsdl)) as server:  # type: ignore[misc]
            live = one(server.url(), replace(QUICK, wsdl="live"))
        assert JANE not in kept(live)
        assert JANE not in kept(replace(live, schools={}))


def test_a_refusal_keeps_its_cure() -> None:
    """Whoever plans against the snapshot is told what to do, as whoever asked was."""
    with serving(answering(QUOTING["fault that refuses the login"], (FIND_ENTITIES,))) as server:
        live = one(server.url())
    assert JANE in live.accesses[ADDRESS].refusal
    data = json.loads(kept(live))["accesses"][str(ADDRESS)]
    assert data["refusal"] == data["entities"]["reason"]
    assert data["refusal"].startswith(f"Bromcom refused this login. {IN_SHORT}")
