"""The operations of the two services: logging in, reading, and a write service that writes nothing."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NoReturn

from reconciler.sandbox.service.dataset import DataTable, dataset_xml, plain_xml
from reconciler.sandbox.service.soap import Call, unable
from reconciler.sandbox.state.database import SandboxDatabase, SandboxSchool
from reconciler.sandbox.state.entities import Column, columns, spelling
from reconciler.sandbox.state.fault_injection import FaultKind, InjectedFault, is_injected
from reconciler.sandbox.state.people import rows, urn_of
from reconciler.sandbox.state.records import CONSENT, THIRD_PARTY, SandboxAccount


class LoginDenied(Exception):
    """The login is refused: no such account, a wrong password, no Third Party role, or a password to change first. The
    caller is not told which."""


def school_of(database: SandboxDatabase, call: Call) -> SandboxSchool:
    """The school that a call names, or the only one where its operation names none; raises Fault."""
    if call.school_id is None:
        schools = database.schools()
        if len(schools) != 1:
            raise unable("This server holds several schools: call the operation that takes a schoolID.")
        return schools[0]
    school = database.school(call.school_id)
    if school is None:
        raise unable(f"There is no school with the School ID {call.school_id}.")
    return school


def check_database(faults: tuple[InjectedFault, ...]) -> None:
    """Raise the fault of a database that is down."""
    if is_injected(faults, FaultKind.DATABASE_DOWN):
        raise unable("A network-related error occurred while establishing a connection to the school's database.")


def log_in(database: SandboxDatabase, school: SandboxSchool, call: Call) -> SandboxAccount:
    """The account that a call logs in with; raises Refused."""
    account = database.accounts.one(school.school_id, call.username)
    if account is None or not _let_in(account, call):
        raise LoginDenied
    return account


def _let_in(account: SandboxAccount, call: Call) -> bool:
    right = call.parameters.get("password") == account.password
    return right and THIRD_PARTY in account.roles and account.can_log_in and not account.must_change


_ENTITY_NAME = (Column("EntityName", "string"),)


@dataclass(frozen=True, slots=True)
class OperationResult:
    """The result of an operation (XML; empty for a null), and its outcome for the access log."""

    result: str
    outcome: str


def read_answer(database: SandboxDatabase, call: Call, faults: tuple[InjectedFault, ...]) -> OperationResult:
    """Answer a call to the read service; raises Fault or Refused."""
    operation = _OPERATIONS.get(call.operation)
    if operation is None:
        raise unable(f"The practice service does not offer {call.operation}.")
    return operation(database, call, faults)


def _test_database_connection(
    database: SandboxDatabase, call: Call, faults: tuple[InjectedFault, ...]
) -> OperationResult:
    school_of(database, call)
    up = not is_injected(faults, FaultKind.DATABASE_DOWN)
    return OperationResult("true" if up else "false", "database up" if up else "database down")


def _find_entities(database: SandboxDatabase, call: Call, faults: tuple[InjectedFault, ...]) -> OperationResult:
    school = school_of(database, call)
    check_database(faults)
    names = log_in(database, school, call).ticks
    if is_injected(faults, FaultKind.MIXED_CASE):
        names = tuple(other_case(position, name) for position, name in enumerate(names))
    return _tabled(call, DataTable(_ENTITY_NAME, [(name,) for name in names]))


def _get_entity_data(database: SandboxDatabase, call: Call, faults: tuple[InjectedFault, ...]) -> OperationResult:
    school = school_of(database, call)
    check_database(faults)
    account = log_in(database, school, call)
    entity = spelling(call.entity)
    if entity is None:
        raise unable(f"There is no entity with the name '{call.entity}'.")
    if entity not in account.ticks:
        raise unable(f"You do not have permission to access the entity {entity}.")
    everything = DataTable(columns(entity), _visible_rows(database, school, entity))
    return _tabled(call, apply_filter(everything, call.parameters.get("entityFilter", "")))


def _visible_rows(
    database: SandboxDatabase, school: SandboxSchool, entity: str
) -> list[tuple[str | int | bool | None, ...]]:
    """The rows of the people who may be seen: all of them, unless the school relies on consent."""
    people = database.people(school.school_id)
    if school.lawful_basis == CONSENT:
        people = [person for person in people if person.consent]
    return rows(entity, school.name, urn_of(school.school_id), people)


def other_case(position: int, name: str) -> str:
    """A name as a service spells it that minds no case: every second one in capitals."""
    return name.upper() if position % 2 else name.lower()


def _tabled(call: Call, dataset: DataTable) -> OperationResult:
    as_xml = call.operation.endswith("AsXml")
    return OperationResult(
        _as_text(plain_xml(dataset)) if as_xml else dataset_xml(dataset), f"{len(dataset.rows)} rows"
    )


def _as_text(xml: str) -> str:
    return xml.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


_OPERATIONS: Mapping[str, Callable[[SandboxDatabase, Call, tuple[InjectedFault, ...]], OperationResult]] = {
    "testDatabaseConnection": _test_database_connection,
    "findEntities": _find_entities,
    "findEntitiesBySchoolID": _find_entities,
    "findEntitiesBySchoolIDAsXml": _find_entities,
    "getEntityData": _get_entity_data,
    "getEntityDataBySchoolID": _get_entity_data,
    "getEntityDataBySchoolIDAsXml": _get_entity_data,
}


_NOTHING = re.compile(r"\s*1\s*=\s*0\s*")
_EQUALS = re.compile(r"\s*(?P<column>[A-Za-z_]\w*|\[[A-Za-z_]\w*\])\s*=\s*(?P<number>-?[0-9]+)\s*")


def apply_filter(dataset: DataTable, text: str) -> DataTable:
    """The rows that a filter lets through: all if it is empty, as in the real service. Raises Fault."""
    if not text.strip():
        return dataset
    if _NOTHING.fullmatch(text):
        return DataTable(dataset.columns, [])
    equals = _EQUALS.fullmatch(text)
    if equals is None:
        raise unable(
            "Incorrect syntax near the entity filter. The practice service knows 1=0 and <column> = <integer>."
        )
    position = _position(dataset, equals["column"].strip("[]"))
    number = int(equals["number"])
    return DataTable(dataset.columns, [row for row in dataset.rows if row[position] == number])


def _position(dataset: DataTable, name: str) -> int:
    for position, column in enumerate(dataset.columns):
        if column.name.casefold() == name.casefold():
            if column.kind != "int":
                raise unable(f"Conversion failed when converting the value of column '{column.name}' to data type int.")
            return position
    raise unable(f"Invalid column name '{name}'.")


def write_answer(database: SandboxDatabase, call: Call, faults: tuple[InjectedFault, ...]) -> NoReturn:
    """Answer a call to the write service: always with Fault or Refused."""
    school = school_of(database, call)
    check_database(faults)
    log_in(database, school, call)
    raise unable(f"{school.name} has no licence for the write service. Nothing was written.")
