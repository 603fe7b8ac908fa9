"""Fleets that nobody wrote manifests for: desired sides of any size."""

from __future__ import annotations

from functools import cache
from typing import Final

from reconciler.model.address import Address
from reconciler.model.desired import Access, Account, DeclaredPassword, Desired, ExtraEntities, Limits, Platform, School
from reconciler.model.entity import entity_key
from reconciler.model.problem import DeclaredValue, Origin
from reconciler.model.secret import EnvRef, Secret, SecretRef
from tests.benchmarks.shapes import Shape, listed

_ORIGIN: Final = Origin("synthetic.yaml", 1, 1)


def fleet(url: str, schools: int, suppliers: int, shape: Shape = Shape.ALIKE, *, drifted_every: int = 0) -> Desired:
    """`schools` times `suppliers` accesses to the service at `url`, each declaring the 75 entities that it lists.

    Every `drifted_every`th access declares one that is not listed in place of one that is; 0: none does.
    """
    platform = Platform("benchmark", url, url)
    places = {
        name: School(name, 10_000 + number, platform, _ORIGIN)
        for number, name in enumerate(f"school-{number:04}" for number in range(schools))
    }
    addresses = [Address(school, f"supplier-{number:04}") for school in places for number in range(suppliers)]
    return Desired(
        "benchmark",
        places,
        {
            address: _access(address, shape, drifted=bool(drifted_every) and number % drifted_every == 0)
            for number, address in enumerate(addresses)
        },
        Limits(),
    )


async def password(_ref: SecretRef) -> Secret:
    """The same for every account, and no part of an entity's name."""
    return Secret("correct horse")


@cache
def _declared(names: tuple[str, ...]) -> dict[str, DeclaredValue]:
    return dict(map(_declared_name, names))


@cache
def _declared_name(name: str) -> tuple[str, DeclaredValue]:
    return entity_key(name), DeclaredValue(name, _ORIGIN)


def username(address: Address) -> str:
    """The account of an access."""
    return f"{address.supplier}.{address.school}"


def _access(address: Address, shape: Shape, *, drifted: bool) -> Access:
    names = listed(shape, username(address))
    entities = _declared((*names[1:], "BenchmarkEntityMissing") if drifted else names)
    return Access(
        address=address,
        title=address.supplier,
        via=Account(
            DeclaredValue(username(address), _ORIGIN),
            DeclaredPassword(EnvRef("BENCHMARK_PASSWORD"), _ORIGIN),
        ),
        entities=entities,
        role=None,
        permissions={},
        extra_entities=ExtraEntities.REVOKE,
        school_id_called="Bromcom School ID",
        origin=_ORIGIN,
    )
