"""One exchange: a request meets the injected faults, an answer goes out, and the log gets a line."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reconciler.sandbox.service import http_answer
from reconciler.sandbox.service.contract import READ, WRITE, SoapService, wsdl
from reconciler.sandbox.service.http_answer import SandboxResponse
from reconciler.sandbox.service.operations import LoginDenied, OperationResult, read_answer, write_answer
from reconciler.sandbox.service.soap import Call, Fault, Version, answer_document, read_call, unknown_operation
from reconciler.sandbox.state.database import SandboxDatabase
from reconciler.sandbox.state.fault_injection import FaultKind, InjectedFault, is_injected

WSDL = "WSDL"  # the name of a request for the contract

_ANSWERS: Mapping[str, Callable[[SandboxDatabase, Call, tuple[InjectedFault, ...]], OperationResult]] = {
    READ.name: read_answer,
    WRITE.name: write_answer,
}


@dataclass(frozen=True, slots=True)
class TimedReply:
    """An answer, and the seconds to wait before it."""

    answer: SandboxResponse
    delay: float = 0.0


def post(database: SandboxDatabase, service: SoapService, version: Version, action: str, body: bytes) -> TimedReply:
    """Answer a SOAP request."""
    try:
        call = read_call(service, version, action, body)
    except Fault as error:
        database.access_log.write(service=service.name, outcome=f"fault: {error.text}")
        return TimedReply(http_answer.fault(version, error))
    faults = database.faults.meet(call.school_id, call.operation, call.username)
    answer, outcome = _reply(database, service, call, faults)
    database.access_log.write(
        service=service.name,
        outcome=outcome,
        operation=call.operation,
        school_id=call.school_id,
        username=call.username,
        entity=call.entity,
    )
    return TimedReply(_spoilt(answer, faults), _delay(faults))


def contract(database: SandboxDatabase, service: SoapService) -> TimedReply:
    """Answer a request for the WSDL."""
    faults = database.faults.meet(None, WSDL, "")
    replaced = _instead(faults, Version.V11)
    answer, outcome = replaced or (http_answer.document(Version.V11, wsdl(service)), "contract")
    database.access_log.write(service=service.name, outcome=outcome, operation=WSDL)
    return TimedReply(_spoilt(answer, faults), _delay(faults))


def _reply(
    database: SandboxDatabase, service: SoapService, call: Call, faults: tuple[InjectedFault, ...]
) -> tuple[SandboxResponse, str]:
    """The answer before a fault spoils it, and its outcome for the log."""
    replaced = _instead(faults, call.version)
    if replaced is not None:
        return replaced
    try:
        if call.operation == "testDatabaseConnection" and is_injected(faults, FaultKind.NO_TEST_OPERATION):
            raise unknown_operation(call.operation)
        answer = _ANSWERS[service.name](database, call, faults)
    except LoginDenied:
        as_fault = is_injected(faults, FaultKind.REFUSALS_AS_FAULTS)
        return http_answer.refusal(call.version, as_fault=as_fault), "login refused"
    except Fault as error:
        return http_answer.fault(call.version, error), f"fault: {error.text}"
    result = "" if is_injected(faults, FaultKind.NO_RESULT) else answer.result
    return http_answer.document(call.version, answer_document(call.version, call.operation, result)), answer.outcome


def _instead(faults: tuple[InjectedFault, ...], version: Version) -> tuple[SandboxResponse, str] | None:
    """The answer that the newest fault puts in place of the real one, if any does."""
    for injected in reversed(faults):
        answer = http_answer.instead(injected, version)
        if answer is not None:
            return answer, f"trouble: {injected.kind}"
    return None


def _spoilt(answer: SandboxResponse, faults: tuple[InjectedFault, ...]) -> SandboxResponse:
    for injected in faults:
        answer = http_answer.spoilt(injected, answer)
    return answer


def _delay(faults: tuple[InjectedFault, ...]) -> float:
    """The latencies that a call meets, one after the other."""
    late = [injected for injected in faults if injected.kind is FaultKind.LATENCY]
    return sum(1.0 if injected.seconds is None else injected.seconds for injected in late)
