"""The operations of the two services, as data: names, parameters and results as the contract has them."""

from dataclasses import dataclass
from enum import StrEnum

NAMESPACE = "http://tempuri.org/"


class Result(StrEnum):
    """What stands in an operation's result."""

    DATASET = "dataset"
    STRING = "string"
    BOOLEAN = "boolean"
    XML = "xml"


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. `parameters` are (name, XML Schema type) in the order of the contract."""

    name: str
    parameters: tuple[tuple[str, str], ...]
    result: Result


@dataclass(frozen=True, slots=True)
class Service:
    """One of the two services: its name, which is also its path's last part without `.asmx`, and its operations."""

    name: str
    operations: dict[str, Operation]

    @property
    def path(self) -> str:
        """Where it is served; the comparison ignores case."""
        return f"/Nucleus/WebServices/ThirdParty/{self.name}.asmx"


def _service(name: str, *operations: Operation) -> Service:
    return Service(name, {operation.name: operation for operation in operations})


def _texts(*names: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, "string") for name in names)


_SCHOOL = (("schoolID", "int"),)
_LOGIN = _texts("username", "password")
_QUERY = _texts("entityName", "entityFilter")

READ = _service(
    "TPReadOnlyDataService",
    Operation("findEntities", _LOGIN, Result.DATASET),
    Operation("findEntitiesBySchoolID", _SCHOOL + _LOGIN, Result.DATASET),
    Operation("findEntitiesBySchoolIDAsXml", _SCHOOL + _LOGIN, Result.STRING),
    Operation("getEntityData", _QUERY + _LOGIN, Result.DATASET),
    Operation("getEntityDataBySchoolID", _SCHOOL + _QUERY + _LOGIN, Result.DATASET),
    Operation("getEntityDataBySchoolIDAsXml", _SCHOOL + _QUERY + _LOGIN, Result.STRING),
    Operation("getExcelAddInData", _SCHOOL + _LOGIN + _texts("columns", "domain", "filters"), Result.DATASET),
    Operation("getReportDataByKey", _texts("reportDataKey"), Result.XML),
    Operation("getExcelAddInColumns", _SCHOOL + _LOGIN + _texts("domain"), Result.DATASET),
    Operation("validateExcelAddInAccount", _SCHOOL + _LOGIN, Result.BOOLEAN),
    Operation("getFMS6Data", _SCHOOL + _LOGIN + _texts("dataRequestType"), Result.STRING),
    Operation("testDatabaseConnection", _SCHOOL, Result.BOOLEAN),
)

_WRITE_LOGIN = (("schoolId", "int"), *_LOGIN)  # spelt with a small d on this side

# No contract of the write service is public: the names were seen in suppliers' programs, their further parameters not.
WRITE = _service(
    "TPWriteDataService",
    Operation("updateDinnerBalance", _WRITE_LOGIN, Result.STRING),
    Operation("saveDinnerTransaction", _WRITE_LOGIN, Result.STRING),
    Operation("saveStaff", _WRITE_LOGIN, Result.STRING),
    Operation("saveStaffContractBasePayment", _WRITE_LOGIN, Result.STRING),
    Operation("deregisterSingleSignOnUser", _WRITE_LOGIN, Result.STRING),
)

SERVICES = (READ, WRITE)
