"""The read service: what each of its operations answers.

Which fault comes where the real service's is not known (a wrong School ID, an unknown entity, one that is not granted)
is a guess in the shape of ASP.NET; a client must be content with any.

The two forms of `entityFilter` that the sandbox understands: `1=0`, and `<column> = <integer>`.

The real service takes any piece of a SQL WHERE there. A client should never send more than these two.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reconciler.sandbox.service.authentication import check_database, log_in, school_of
from reconciler.sandbox.service.dataset import DataTable, dataset_xml, plain_xml
from reconciler.sandbox.service.soap import Call, unable
from reconciler.sandbox.state.database import SandboxDatabase, SandboxSchool
from reconciler.sandbox.state.entities import Column, columns, spelling
from reconciler.sandbox.state.fault_injection import Trouble, TroubleKind, troubled
from reconciler.sandbox.state.people import rows
from reconciler.sandbox.state.records import CONSENT

_ENTITY_NAME = (Column("EntityName", "string"),)


@dataclass(frozen=True, slots=True)
class OperationResult:
    """What stands in the result of an operation (XML; empty for a null), and what the access log says of it."""

    result: str
    outcome: str


def answer(database: SandboxDatabase, call: Call, troubles: tuple[Trouble, ...]) -> OperationResult:
    """Answer a call to the read service; raises Fault or Refused."""
    operation = _OPERATIONS.get(call.operation)
    if operation is None:
        raise unable(f"The practice service does not offer {call.operation}.")
    return operation(database, call, troubles)


def _test_database_connection(database: SandboxDatabase, call: Call, troubles: tuple[Trouble, ...]) -> OperationResult:
    school_of(database, call)
    up = not troubled(troubles, TroubleKind.DATABASE_DOWN)
    return OperationResult("true" if up else "false", "database up" if up else "database down")


def _find_entities(database: SandboxDatabase, call: Call, troubles: tuple[Trouble, ...]) -> OperationResult:
    school = school_of(database, call)
    check_database(troubles)
    names = log_in(database, school, call).ticks
    if troubled(troubles, TroubleKind.MIXED_CASE):
        names = tuple(other_case(position, name) for position, name in enumerate(names))
    return _tabled(call, DataTable(_ENTITY_NAME, [(name,) for name in names]))


def _get_entity_data(database: SandboxDatabase, call: Call, troubles: tuple[Trouble, ...]) -> OperationResult:
    school = school_of(database, call)
    check_database(troubles)
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
    """The rows of those people who may be seen: everybody, unless the school relies on consent."""
    people = database.people(school.school_id)
    if school.lawful_basis == CONSENT:
        people = [person for person in people if person.consent]
    return rows(entity, school.name, people)


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


_OPERATIONS: Mapping[str, Callable[[SandboxDatabase, Call, tuple[Trouble, ...]], OperationResult]] = {
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
    """The rows that a filter lets through: all where it is empty, as in the real service. Raises Fault."""
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
