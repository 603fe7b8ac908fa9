"""Desired sides to probe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.bromcom.fleet import ProbeOptions, probe
from reconciler.errors import SecretError
from reconciler.model.address import Address
from reconciler.model.desired import (
    Access,
    Account,
    DeclaredPassword,
    Desired,
    ExtraEntities,
    Limits,
    Platform,
    School,
    SoapVersion,
)
from reconciler.model.problem import DeclaredValue, Origin
from reconciler.model.secret import EnvRef, Secret, SecretRef

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reconciler.model.live import Live

HERE = Origin("workspace.yaml", 1, 1)
PASSWORD = "correct horse <&> battery"

QUICK = ProbeOptions(rate=None, timeout=5.0, retries=0)


def platform(
    url: str, name: str = "own-server", soap: SoapVersion = SoapVersion.V11, allow_http: bool = False
) -> Platform:
    """A platform with this read service."""
    return Platform(name, url, url, soap, allow_http)


def school(name: str, number: int, at: Platform) -> School:
    """A school."""
    return School(name, number, at, HERE)


def access(address: str, username: str = "", password: bool = True, declared: Iterable[str] = ()) -> Access:
    """An access; its password is that of the environment variable named like the username."""
    where = Address.parse(address)
    user = username or f"{where.supplier}.{where.school}"
    return Access(
        address=where,
        title=where.supplier,
        via=Account(DeclaredValue(user, HERE), DeclaredPassword(EnvRef(user), HERE) if password else None),
        entities={name.casefold(): DeclaredValue(name, HERE) for name in declared},
        role=None,
        permissions={},
        extra_entities=ExtraEntities.REVOKE,
        school_id_called="Bromcom School ID",
        origin=HERE,
    )


def desired(schools: Iterable[School], accesses: Iterable[Access]) -> Desired:
    """A workspace of these."""
    of_name = {one.name: one for one in schools}
    of_address = {one.address: one for one in accesses}
    return Desired("test", dict(sorted(of_name.items())), dict(sorted(of_address.items())), Limits())


async def passwords(ref: SecretRef) -> Secret:
    """Everybody's password is the same, but `missing` has none."""
    if ref == EnvRef("missing"):
        raise SecretError("the environment variable missing is not set")
    return Secret(PASSWORD)


def probed(schools: Iterable[School], accesses: Iterable[Access], options: ProbeOptions = QUICK) -> Live:
    """What a run finds."""
    return probe(desired(schools, accesses), passwords, options)


def one(
    url: str,
    options: ProbeOptions = QUICK,
    soap: SoapVersion = SoapVersion.V11,
    declared: Iterable[str] = (),
    password: str = PASSWORD,
) -> Live:
    """What a run finds at one school with one access: `greenfield/groupcall`."""

    async def its_password(_: SecretRef) -> Secret:
        return Secret(password)

    schools = [school("greenfield", 12345, platform(url, soap=soap))]
    return probe(desired(schools, [access("greenfield/groupcall", declared=declared)]), its_password, options)


ADDRESS = Address("greenfield", "groupcall")


def reasons(live: Live) -> Mapping[str, object]:
    """The facts of `greenfield` and its access, to look at when a test fails."""
    found = live.accesses[ADDRESS]
    return {"reachable": live.schools["greenfield"].reachable, "login": found.login, "entities": found.entities}
