"""What the manifests say, resolved: the desired side of a diff."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.model.address import Address
    from reconciler.model.origin import Declared, Origin
    from reconciler.model.platform import Platform
    from reconciler.model.secret import SecretRef


class ExtraEntities(StrEnum):
    """What an entity that is granted but not declared is: a difference, a remark, or nothing."""

    REVOKE = "revoke"
    REPORT = "report"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class School:
    """One Bromcom database. `lawful_basis` is None where the manifests leave it alone."""

    name: str
    school_id: int
    platform: Platform
    origin: Origin
    lawful_basis: Declared | None = None


@dataclass(frozen=True, slots=True)
class DeclaredPassword:
    """Where an access's password is to be had, and where the manifest says so."""

    ref: SecretRef
    origin: Origin


@dataclass(frozen=True, slots=True)
class Access:
    """What one supplier should have at one school.

    entities       {entity key: the name as declared}; shared between the accesses of a supplier that resolve alike
    permissions    {permission key: the name as declared}: the write-back permissions, held through `role`
    password       None where the school did not keep it: such an access is not probed
    consent_needs  whose records (students, staff, contacts) the supplier is useless without
    """

    address: Address
    username: Declared
    password: DeclaredPassword | None
    entities: Mapping[str, Declared]
    role: Declared | None
    permissions: Mapping[str, Declared]
    consent_needs: tuple[Declared, ...]
    extra_entities: ExtraEntities
    origin: Origin


@dataclass(frozen=True, slots=True)
class Limit:
    """A plan with more than `count`, or than `share` (0 to 1) of what there is, says so. None: no such bound."""

    count: int | None = None
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """The Workspace's bounds on one plan."""

    revoke: Limit = Limit()
    widen: Limit = Limit()


@dataclass(frozen=True, slots=True)
class Desired:
    """A whole workspace, resolved. Both mappings are in sorted order, whatever order the manifests have."""

    workspace: str
    schools: Mapping[str, School]
    accesses: Mapping[Address, Access]
    limits: Limits
