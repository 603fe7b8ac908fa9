"""Manifests -> desired: every access with what it should have, and where each value was written.

What does not depend on the school is worked out once for each set of overrides and shared by the accesses it holds for,
so that fifteen thousand accesses to seventy-five entities cost as many mappings as there are different ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from reconciler.catalogue import platforms as known_platforms
from reconciler.manifest.layers import deciding, layers
from reconciler.manifest.placeholders import fill, values
from reconciler.model.address import Address
from reconciler.model.desired import Access, DeclaredPassword, Desired, ExtraEntities, Limit, Limits, School
from reconciler.model.entity import entity_key
from reconciler.model.origin import Declared, Origin
from reconciler.model.platform import Platform, SoapVersion
from reconciler.model.secret import CommandRef, EnvRef, FileRef, KeyringRef, SecretRef

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reconciler.manifest.document import Data
    from reconciler.manifest.layers import Layer
    from reconciler.manifest.manifests import Manifest, Manifests, Placement


@dataclass(frozen=True, slots=True)
class _Terms:
    """What a supplier should have wherever the same overrides hold; placeholders are not filled in yet."""

    username: Declared
    password: tuple[dict[str, Data], Origin] | None
    entities: Mapping[str, Declared]
    role: Declared | None
    permissions: Mapping[str, Declared]
    consent_needs: tuple[Declared, ...]
    extra_entities: ExtraEntities


def resolve(manifests: Manifests) -> Desired:
    """Resolve manifests in which no rule found an error."""
    terms: dict[tuple[str, tuple[int, ...]], _Terms] = {}
    accesses: dict[Address, Access] = {}
    for placement in manifests.placements:
        key = placement.supplier.name, placement.overrides
        if key not in terms:
            terms[key] = _terms(manifests, placement.supplier, placement.overrides)
        access = _access(placement, terms[key])
        accesses[access.address] = access
    return Desired(
        workspace=manifests.workspaces[0].name,
        schools=MappingProxyType(_schools(manifests)),
        accesses=MappingProxyType(dict(sorted(accesses.items()))),
        limits=_limits(manifests.workspace_spec),
    )


def platforms_of(workspace_spec: Mapping[str, Data]) -> dict[str, Platform]:
    """{name: platform}: those that are built in, and the Workspace's own."""
    own = {
        name: Platform(
            name,
            platform["readUrl"],
            platform["writeUrl"],
            SoapVersion(platform.get("soap", "1.1")),
            platform.get("allowHttp", False),
        )
        for name, platform in workspace_spec.get("platforms", {}).items()
    }
    return {**known_platforms(), **own}


def _schools(manifests: Manifests) -> dict[str, School]:
    platforms = platforms_of(manifests.workspace_spec)
    return {name: _school(school, platforms) for name, school in manifests.school_named.items()}


def _school(school: Manifest, platforms: Mapping[str, Platform]) -> School:
    consent = school.spec.get("consent")
    basis = school.document.declared(consent, "lawfulBasis") if consent else None
    return School(school.name, school.spec["schoolId"], platforms[school.spec["platform"]], school.origin, basis)


def _limits(workspace_spec: Mapping[str, Data]) -> Limits:
    limits = workspace_spec.get("limits", {})
    return Limits(_limit(limits.get("revoke", {})), _limit(limits.get("widen", {})))


def _limit(limit: Mapping[str, Data]) -> Limit:
    share = limit.get("share")
    return Limit(limit.get("count"), None if share is None else float(share.rstrip(" %")) / 100)


def _terms(manifests: Manifests, supplier: Manifest, overrides: tuple[int, ...]) -> _Terms:
    found = layers(manifests, supplier, overrides)
    username = _declared(found, "account", "username")
    if username is None:
        raise AssertionError("the rule username-missing let this through")
    extra = _declared(found, "extraEntities")
    return _Terms(
        username=username,
        password=_password(deciding(found, "account", "password")),
        entities=MappingProxyType(entities_of(supplier, overrides)),
        role=_declared(found, "writeBack", "role"),
        permissions=MappingProxyType(
            {entity_key(name.value): name for name in _declared_list(found, "writeBack", "permissions")}
        ),
        consent_needs=_declared_list(found, "consent", "needs"),
        extra_entities=ExtraEntities(extra.value) if extra else ExtraEntities.REVOKE,
    )


def entities_of(supplier: Manifest, overrides: tuple[int, ...]) -> dict[str, Declared]:
    """{entity key: the name as declared}, sorted, of a supplier where these overrides hold."""
    found: dict[str, Declared] = {}
    for name in supplier.names(supplier.spec.get("entities", [])):
        found.setdefault(entity_key(name.value), name)
    changes = [supplier.overrides[number].get("entities", {}) for number in overrides]
    for change in changes:
        for name in supplier.names(change.get("remove", [])):
            found.pop(entity_key(name.value), None)
    for change in changes:
        for name in supplier.names(change.get("add", [])):
            found.setdefault(entity_key(name.value), name)
    return {key: found[key] for key in sorted(found)}


def _declared(found: list[Layer], *keys: str) -> Declared | None:
    layer = deciding(found, *keys)
    return layer[0].declared(layer[1], keys[-1]) if layer else None


def _declared_list(found: list[Layer], *keys: str) -> tuple[Declared, ...]:
    """The items of the list that decides, sorted."""
    layer = deciding(found, *keys)
    if layer is None:
        return ()
    items = layer[1][keys[-1]]
    return tuple(sorted(map(Declared, items, layer[0].places(items))))


def _password(layer: Layer | None) -> tuple[dict[str, Data], Origin] | None:
    return (layer[1]["password"], layer[0].value(layer[1], "password")) if layer else None


def _access(placement: Placement, terms: _Terms) -> Access:
    supplier, school, _ = placement
    known = values(school.name, school.spec["schoolId"], supplier.name)
    return Access(
        address=Address(school.name, supplier.name),
        username=_filled(terms.username, known),
        password=_reference(terms.password, known),
        entities=terms.entities,
        role=_filled(terms.role, known) if terms.role else None,
        permissions=terms.permissions,
        consent_needs=terms.consent_needs,
        extra_entities=terms.extra_entities,
        origin=supplier.origin,
    )


def _filled(declared: Declared, known: Mapping[str, str]) -> Declared:
    """The declaration with its placeholders filled in; itself where it has none."""
    value = fill(declared.value, known)
    return declared if value == declared.value else Declared(value, declared.origin)


_REFERENCES: dict[str, Callable[[Any, Callable[[str], str]], SecretRef]] = {
    "env": lambda value, filled: EnvRef(filled(value)),
    "file": lambda value, filled: FileRef(filled(value)),
    "keyring": lambda value, filled: KeyringRef(filled(value["service"]), filled(value["username"])),
    "command": lambda value, filled: CommandRef(tuple(filled(word) for word in value)),
}


def _reference(password: tuple[dict[str, Data], Origin] | None, known: Mapping[str, str]) -> DeclaredPassword | None:
    if password is None:
        return None
    ((kind, value),) = password[0].items()
    return DeclaredPassword(_REFERENCES[kind](value, lambda text: fill(text, known)), password[1])
