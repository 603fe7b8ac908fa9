"""The request and what Bromcom answered -> the files to write.

| the account           | what becomes of it                                                          |
|-----------------------|-----------------------------------------------------------------------------|
| lists entities        | declared, with exactly these                                                |
| lists none            | declared, with none; a plan then says that its login is not proven          |
| was refused           | left out, and listed: nothing is known of its ticks                         |
| could not be asked    | left out, and listed                                                        |
| is declared like this | nothing is written                                                          |
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from reconciler.errors import InputError
from reconciler.formatting.arrange import spelled
from reconciler.importing.concerns import Concern, concerns_of
from reconciler.importing.documents import (
    Document,
    school_document,
    supplier_document,
    text_of,
    workspace_document,
)
from reconciler.importing.grants import grants_of
from reconciler.importing.passwords import words_of
from reconciler.importing.request import KnownNames
from reconciler.importing.templates import templates_of
from reconciler.manifest.resolving.placeholders import values
from reconciler.model.address import Address
from reconciler.model.desired import Account, Desired
from reconciler.model.evidence import Known, Unknown
from reconciler.model.live import Live, LiveAccess, Login
from reconciler.planning.risk import Sensitivity

WORKSPACE_FILE: Final = "reconciler.yaml"
SCHOOLS_FILE: Final = "schools.yaml"
_NOT_ASKED: Final = "it was not asked"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What importing may leave out, and how it tells.

    profiles   {supplier: the entity keys of its published list}
    leave_out  the concerns that keep an entity out of the manifests
    """

    sensitivity: Sensitivity
    profiles: Mapping[str, frozenset[str]] = field(default_factory=dict)
    leave_out: Collection[Concern] = ()


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """The files to write, and what people should know of it.

    added      {file: documents in normal form, to add to it}
    names      {address: {entity key: the service's spelling}}, of the accounts that answered
    declared   the same, less what is left out on purpose: what the manifests say then
    left_out   {address: why}, of those that did not
    concerns   {concern: {address: entity keys}}
    unticked   those that answered with an empty list
    """

    added: Mapping[str, str]
    names: Mapping[Address, Mapping[str, str]]
    declared: Mapping[Address, Mapping[str, str]]
    left_out: Mapping[Address, str]
    concerns: Mapping[Concern, Mapping[Address, frozenset[str]]]
    unticked: tuple[Address, ...]


def plan_import(
    request: Desired, live: Live, known: KnownNames, existing: Desired | None, judgement: Judgement
) -> ImportPlan:
    """Plan what to write so that the manifests say what the accounts of the request may read.

    existing  the workspace, resolved; None if there is none yet
    """
    answers = {address: live.accesses.get(address) for address in request.accesses}
    granted = {address: names for address, its in answers.items() if (names := _listed(its)) is not None}
    concerns = concerns_of(granted, judgement.sensitivity, judgement.profiles)
    declared = {address: _without(names, address, concerns, judgement.leave_out) for address, names in granted.items()}
    settled = {address for address in declared if existing and is_declared(existing, request, address, declared)}
    return ImportPlan(
        added=_added(request, known, existing, {a: its for a, its in declared.items() if a not in settled}, judgement),
        names=granted,
        declared=declared,
        left_out={address: _why(its) for address, its in answers.items() if address not in granted},
        concerns=concerns,
        unticked=tuple(address for address, names in granted.items() if not names),
    )


def is_declared(
    desired: Desired, request: Desired, address: Address, declared: Mapping[Address, Mapping[str, str]]
) -> bool:
    """Tell if manifests say the same of an access: its account, where its password is, and what it may read."""
    access = desired.accesses.get(address)
    if access is None or access.entities.keys() != declared[address].keys():
        return False
    own, wanted = access.via, request.accesses[address].via
    if not (isinstance(own, Account) and isinstance(wanted, Account)) or own.username.value != wanted.username.value:
        return False
    return wanted.password is None or (own.password is not None and own.password.ref == wanted.password.ref)


def _listed(access: LiveAccess | None) -> Mapping[str, str] | None:
    """{entity key: the service's spelling} of an account that answered; None if it did not."""
    if access is None or not isinstance(access.entities, Known):
        return None
    return {key: spelled(name.strip()) for key, name in sorted(access.entities.value.items())}


def _without(
    names: Mapping[str, str],
    address: Address,
    concerns: Mapping[Concern, Mapping[Address, frozenset[str]]],
    leave_out: Iterable[Concern],
) -> Mapping[str, str]:
    out = frozenset[str]().union(*(concerns.get(concern, {}).get(address, ()) for concern in leave_out))
    return {key: name for key, name in names.items() if key not in out}


def _why(access: LiveAccess | None) -> str:
    if access is None:
        return _NOT_ASKED
    if isinstance(access.login, Known) and access.login.value is Login.REFUSED:
        return "Bromcom refused the login"
    assert isinstance(access.entities, Unknown)
    return access.entities.text


def _added(
    request: Desired,
    known: KnownNames,
    existing: Desired | None,
    declared: Mapping[Address, Mapping[str, str]],
    judgement: Judgement,
) -> Mapping[str, str]:
    """{file: the documents to add to it}."""
    if not declared:
        return {}
    of_supplier: defaultdict[str, dict[str, Mapping[str, str]]] = defaultdict(dict)
    for address, names in declared.items():
        of_supplier[address.supplier][address.school] = names
    if there := sorted(of_supplier.keys() & known.suppliers.keys()):
        raise InputError(_refusal(there, [address for address in declared if address.supplier in there]))
    schools = {address.school for address in declared}
    new = sorted(schools - known.schools.keys())
    every = known.schools.keys() | schools
    added: dict[str, list[Document]] = defaultdict(list)
    if existing is None:
        platforms = {request.schools[name].platform.name: request.schools[name].platform for name in sorted(schools)}
        foreign = [platform for name, platform in sorted(platforms.items()) if name not in known.platforms]
        unknown = {
            name for names in declared.values() for key, name in names.items() if key not in judgement.sensitivity.known
        }
        added[WORKSPACE_FILE].append(workspace_document(known.workspace, foreign, sorted(unknown)))
    added[SCHOOLS_FILE] += [school_document(request.schools[name]) for name in new]
    for supplier, by_school in sorted(of_supplier.items()):
        added[f"suppliers/{supplier}.yaml"].append(_supplier(supplier, by_school, request, every))
    return {file: text_of(documents) for file, documents in added.items() if documents}


def _supplier(
    supplier: str, by_school: Mapping[str, Mapping[str, str]], request: Desired, every: Collection[str]
) -> Document:
    accesses = {school: request.accesses[Address(school, supplier)] for school in by_school}
    placeholders = {school: values(school, request.schools[school].school_id, supplier) for school in by_school}
    texts: dict[str, dict[str, tuple[str, ...]]] = {"username": {}, "password": {}}
    for school, access in accesses.items():
        assert isinstance(access.via, Account)
        texts["username"][school] = (access.via.username.value,)
        if access.via.password:
            texts["password"][school] = words_of(access.via.password.ref)
    return supplier_document(
        supplier,
        min(access.title for access in accesses.values()),
        None if by_school.keys() == set(every) else by_school,
        {key: templates_of(of_schools, placeholders) for key, of_schools in texts.items() if of_schools},
        grants_of({school: frozenset(names) for school, names in by_school.items()}),
        {key: name for names in by_school.values() for key, name in names.items()},
    )


def _refusal(suppliers: Collection[str], addresses: Iterable[Address]) -> str:
    first = ", ".join(map(str, sorted(addresses)[:3]))
    return (
        f"Nothing was written: the workspace has {', '.join(suppliers)} already, and says something else of {first}. "
        "To see the differences, add the account to the supplier's manifest, then run `reconciler plan`."
    )
