"""The operations of the two services, as data and as WSDL: names, parameters and results as the contract has them.

The WSDL names a host that does not exist as `soap:address`. Real ones name hosts that are not the one that was asked,
too: a client that follows the address would carry a password there.
"""

from dataclasses import dataclass
from enum import StrEnum

NAMESPACE = "http://tempuri.org/"


class Result(StrEnum):
    """The type of an operation's result."""

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
class SoapService:
    """One of the two services: its name, which is also its path's last part without `.asmx`, and its operations."""

    name: str
    operations: dict[str, Operation]

    @property
    def path(self) -> str:
        """Its path; the comparison ignores case."""
        return f"/Nucleus/WebServices/ThirdParty/{self.name}.asmx"


def _service(name: str, *operations: Operation) -> SoapService:
    return SoapService(name, {operation.name: operation for operation in operations})


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


ELSEWHERE = "http://bromcom.elsewhere.invalid"

_PREFIXES = (
    ("wsdl", "http://schemas.xmlsoap.org/wsdl/"),
    ("soap", "http://schemas.xmlsoap.org/wsdl/soap/"),
    ("soap12", "http://schemas.xmlsoap.org/wsdl/soap12/"),
    ("s", "http://www.w3.org/2001/XMLSchema"),
    ("tns", NAMESPACE),
)
_ANY_DATASET = '<s:complexType><s:sequence><s:element ref="s:schema" /><s:any /></s:sequence></s:complexType>'
_ANY_XML = '<s:complexType mixed="true"><s:sequence><s:any /></s:sequence></s:complexType>'


def wsdl(service: SoapService) -> bytes:
    """The whole document. The bindings over plain HTTP GET and POST are not in it: this server does not offer them."""
    operations = service.operations.values()
    namespaces = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in _PREFIXES)
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<wsdl:definitions {namespaces} targetNamespace="{NAMESPACE}">',
        "<wsdl:documentation>A practice service. Everyone in it is invented.</wsdl:documentation>",
        f'<wsdl:types><s:schema elementFormDefault="qualified" targetNamespace="{NAMESPACE}">',
        *(_elements(operation) for operation in operations),
        "</s:schema></wsdl:types>",
        *(_messages(operation) for operation in operations),
        f'<wsdl:portType name="{service.name}Soap">',
        *(_port_operation(operation) for operation in operations),
        "</wsdl:portType>",
        _binding(service, "soap", "Soap"),
        _binding(service, "soap12", "Soap12"),
        f'<wsdl:service name="{service.name}">',
        _port(service, "soap", "Soap"),
        _port(service, "soap12", "Soap12"),
        "</wsdl:service></wsdl:definitions>",
    ]
    return "\n".join(parts).encode()


def _elements(operation: Operation) -> str:
    """The schema of an operation's request and of its answer."""
    parameters = "".join(_element(name, kind) for name, kind in operation.parameters)
    return (
        f'<s:element name="{operation.name}"><s:complexType><s:sequence>{parameters}</s:sequence></s:complexType>'
        f'</s:element><s:element name="{operation.name}Response"><s:complexType><s:sequence>{_result(operation)}'
        "</s:sequence></s:complexType></s:element>"
    )


def _element(name: str, kind: str) -> str:
    """A value that may be null may be left out; an int or a boolean cannot be null."""
    least = 0 if kind == "string" else 1
    return f'<s:element minOccurs="{least}" maxOccurs="1" name="{name}" type="s:{kind}" />'


def _result(operation: Operation) -> str:
    name = f"{operation.name}Result"
    match operation.result:
        case Result.STRING | Result.BOOLEAN:
            return _element(name, operation.result.value)
        case Result.DATASET:
            return _structure(name, _ANY_DATASET)
        case Result.XML:
            return _structure(name, _ANY_XML)


def _structure(name: str, content: str) -> str:
    return f'<s:element minOccurs="0" maxOccurs="1" name="{name}">{content}</s:element>'


def _messages(operation: Operation) -> str:
    return "".join(
        f'<wsdl:message name="{operation.name}{message}">'
        f'<wsdl:part name="parameters" element="tns:{operation.name}{suffix}" /></wsdl:message>'
        for message, suffix in (("SoapIn", ""), ("SoapOut", "Response"))
    )


def _port_operation(operation: Operation) -> str:
    return (
        f'<wsdl:operation name="{operation.name}"><wsdl:input message="tns:{operation.name}SoapIn" />'
        f'<wsdl:output message="tns:{operation.name}SoapOut" /></wsdl:operation>'
    )


def _binding(service: SoapService, prefix: str, suffix: str) -> str:
    body = f'<{prefix}:body use="literal" />'
    operations = "".join(
        f'<wsdl:operation name="{name}"><{prefix}:operation soapAction="{NAMESPACE}{name}" style="document" />'
        f"<wsdl:input>{body}</wsdl:input><wsdl:output>{body}</wsdl:output></wsdl:operation>"
        for name in service.operations
    )
    return (
        f'<wsdl:binding name="{service.name}{suffix}" type="tns:{service.name}Soap">'
        f'<{prefix}:binding transport="http://schemas.xmlsoap.org/soap/http" />{operations}</wsdl:binding>'
    )


def _port(service: SoapService, prefix: str, suffix: str) -> str:
    return (
        f'<wsdl:port name="{service.name}{suffix}" binding="tns:{service.name}{suffix}">'
        f'<{prefix}:address location="{ELSEWHERE}{service.path}" /></wsdl:port>'
    )
