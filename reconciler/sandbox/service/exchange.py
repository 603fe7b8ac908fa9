"""One exchange: a request to a service comes in, it meets its troubles, an answer goes out, and the log has a line."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reconciler.sandbox.service import http_answer
from reconciler.sandbox.service.contract import READ, WRITE, Service, wsdl
from reconciler.sandbox.service.http_answer import HttpAnswer
from reconciler.sandbox.service.operations import LoginDenied, OperationResult, read_answer, write_answer
from reconciler.sandbox.service.soap import Call, Fault, Version, answer_document, read_call, unknown_operation
from reconciler.sandbox.state.database import SandboxDatabase
from reconciler.sandbox.state.fault_injection import Trouble, TroubleKind, troubled

WSDL = "WSDL"  # what a trouble or the log calls a request for the contract

_ANSWERS: Mapping[str, Callable[[SandboxDatabase, Call, tuple[Trouble, ...]], OperationResult]] = {
    READ.name: read_answer,
    WRITE.name: write_answer,
}


@dataclass(frozen=True, slots=True)
class TimedReply:
    """What to send, and after how many seconds."""

    answer: HttpAnswer
    delay: float = 0.0


def post(database: SandboxDatabase, service: Service, version: Version, action: str, body: bytes) -> TimedReply:
    """Answer a SOAP request."""
    try:
        call = read_call(service, version, action, body)
    except Fault as error:
        database.access_log.write(service=service.name, outcome=f"fault: {error.text}")
        return TimedReply(http_answer.fault(version, error))
    troubles = database.troubles.meet(call.school_id, call.operation, call.username)
    answer, outcome = _reply(database, service, call, troubles)
    database.access_log.write(
        service=service.name,
        outcome=outcome,
        operation=call.operation,
        school_id=call.school_id,
        username=call.username,
        entity=call.entity,
    )
    return TimedReply(_spoilt(answer, troubles), _delay(troubles))


def contract(database: SandboxDatabase, service: Service) -> TimedReply:
    """Answer a request for the WSDL."""
    troubles = database.troubles.meet(None, WSDL, "")
    replaced = _instead(troubles, Version.V11)
    answer, outcome = replaced or (http_answer.document(Version.V11, wsdl(service)), "contract")
    database.access_log.write(service=service.name, outcome=outcome, operation=WSDL)
    return TimedReply(_spoilt(answer, troubles), _delay(troubles))


def _reply(
    database: SandboxDatabase, service: Service, call: Call, troubles: tuple[Trouble, ...]
) -> tuple[HttpAnswer, str]:
    """The answer before anything spoils it, and what the log says of it."""
    replaced = _instead(troubles, call.version)
    if replaced is not None:
        return replaced
    try:
        if call.operation == "testDatabaseConnection" and troubled(troubles, TroubleKind.NO_TEST_OPERATION):
            raise unknown_operation(call.operation)
        answer = _ANSWERS[service.name](database, call, troubles)
    except LoginDenied:
        as_fault = troubled(troubles, TroubleKind.REFUSALS_AS_FAULTS)
        return http_answer.refusal(call.version, as_fault=as_fault), "login refused"
    except Fault as error:
        return http_answer.fault(call.version, error), f"fault: {error.text}"
    result = "" if troubled(troubles, TroubleKind.NO_RESULT) else answer.result
    return http_answer.document(call.version, answer_document(call.version, call.operation, result)), answer.outcome


def _instead(troubles: tuple[Trouble, ...], version: Version) -> tuple[HttpAnswer, str] | None:
    """What the newest trouble puts in the answer's place, if any does."""
    for trouble in reversed(troubles):
        answer = http_answer.instead(trouble, version)
        if answer is not None:
            return answer, f"trouble: {trouble.kind}"
    return None


def _spoilt(answer: HttpAnswer, troubles: tuple[Trouble, ...]) -> HttpAnswer:
    for trouble in troubles:
        answer = http_answer.spoilt(trouble, answer)
    return answer


def _delay(troubles: tuple[Trouble, ...]) -> float:
    """The latencies that a call meets, one after the other."""
    late = [trouble for trouble in troubles if trouble.kind is TroubleKind.LATENCY]
    return sum(1.0 if trouble.seconds is None else trouble.seconds for trouble in late)
