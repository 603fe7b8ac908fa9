"""The request and what Bromcom answered -> the files to write.

| the account           | what becomes of it                                                          |
|-----------------------|-----------------------------------------------------------------------------|
| lists entities        | declared, with exactly these                                                |
| lists none            | declared, with none; a plan then says that its login is not proven          |
| was refused           | left out, and listed: nothing is known of its ticks                         |
| could not be asked    | left out, and listed                                                        |
| is declared like this | nothing is written                                                          |
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from reconciler.formatting.arrange import spelled
from reconciler.formatting.edits import ManifestEdit
from reconciler.importing.concerns import Concern, concerns_of
from reconciler.importing.request import KnownNames
from reconciler.importing.writing import edits_of
from reconciler.manifest.workspace.manifests import Manifests
from reconciler.model.address import Address
from reconciler.model.desired import Account, Desired
from reconciler.model.evidence import Known, Unknown
from reconciler.model.live import Live, LiveAccess, Login
from reconciler.planning.risk import Sensitivity

_NOT_ASKED: Final = "it was not asked"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What importing may leave out, and how it tells.

    published  {supplier: the entity keys of its published list}
    leave_out  the concerns that keep an entity out of the manifests
    """

    sensitivity: Sensitivity
    published: Mapping[str, frozenset[str]] = field(default_factory=dict)
    leave_out: Collection[Concern] = ()


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """The files to write, and what people should know of it.

    edits      {file: what to change in it}
    names      {address: {entity key: the service's spelling}}, of the accounts that answered
    declared   the same, less what is left out on purpose: what the manifests say then
    left_out   {address: why}, of those that did not
    concerns   {concern: {address: entity keys}}
    unticked   those that answered with an empty list
    """

    edits: Mapping[str, list[ManifestEdit]]
    names: Mapping[Address, Mapping[str, str]]
    declared: Mapping[Address, Mapping[str, str]]
    left_out: Mapping[Address, str]
    concerns: Mapping[Concern, Mapping[Address, frozenset[str]]]
    unticked: tuple[Address, ...]


def plan_import(
    request: Desired,
    live: Live,
    known: KnownNames,
    existing: Desired | None,
    manifests: Manifests,
    judgement: Judgement,
) -> ImportPlan:
    """Plan what to write so that the manifests say what the accounts of the request may read.

    existing, manifests  the workspace, resolved and as it is written; None if there is none yet
    """
    answers = {address: live.accesses.get(address) for address in request.accesses}
    granted = {address: names for address, its in answers.items() if (names := _listed(its)) is not None}
    concerns = concerns_of(granted, judgement.sensitivity, judgement.published)
    declared = {address: _without(names, address, concerns, judgement.leave_out) for address, names in granted.items()}
    settled = {address for address in declared if existing and is_declared(existing, request, address, declared)}
    return ImportPlan(
        edits=edits_of(
            request,
            {address: names for address, names in declared.items() if address not in settled},
            known,
            manifests,
            judgement.sensitivity.known,
        ),
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
