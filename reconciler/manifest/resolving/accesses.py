"""Manifests -> accesses: every supplier at every school, with what it should have there, and where that was written.

What does not depend on the school is worked out once for each set of overrides and shared by the accesses it holds for,
so that fifteen thousand accesses to seventy-five entities cost as many mappings as there are different ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from reconciler.manifest.resolving.layers import Layer, by_application, deciding, layers, no_permissions
from reconciler.manifest.resolving.placeholders import fill, values
from reconciler.manifest.text.document import Data
from reconciler.manifest.text.typed_scalars import read_date
from reconciler.manifest.workspace.manifests import Manifest, Manifests, Placement
from reconciler.model.address import Address
from reconciler.model.aspect import Aspect
from reconciler.model.desired import Access, Account, DeclaredPassword, ExtraEntities, PartnerApplication
from reconciler.model.entity import entity_key, permission_name
from reconciler.model.plan import Ended, EndReason
from reconciler.model.problem import DeclaredValue, Origin
from reconciler.model.secret import CommandRef, EnvRef, FileRef, KeyringRef, SecretRef
from reconciler.planning.facts import CHOICES
from reconciler.startup import dataclass

SCHOOL_ID_CALLED: Final = "Bromcom School ID"  # as most suppliers call it


@dataclass(frozen=True, slots=True)
class _AccountTemplate:
    """An account; placeholders are not filled in yet."""

    username: DeclaredValue
    password: tuple[dict[str, Data], Origin] | None
    first_name: str
    last_name: str


@dataclass(frozen=True, slots=True)
class _AccessTemplate:
    """The declared access of a supplier under the same overrides; placeholders are not filled in yet."""

    via: _AccountTemplate | PartnerApplication
    entities: Mapping[str, DeclaredValue]
    role: DeclaredValue | None
    permissions: Mapping[str, DeclaredValue]
    no_permissions: Origin | None
    declared: Mapping[Aspect, tuple[DeclaredValue, ...]]
    extra_entities: ExtraEntities
    ended: Ended | None
    next_turn: date | None
    since: date | None


def accesses_of(manifests: Manifests) -> dict[Address, Access]:
    """The accesses that the suppliers' manifests declare, sorted."""
    terms: dict[tuple[str, tuple[int, ...]], _AccessTemplate] = {}
    accesses: dict[Address, Access] = {}
    for placement in manifests.placements:
        key = placement.supplier.name, placement.overrides
        if key not in terms:
            terms[key] = _terms(manifests, placement.supplier, placement.overrides)
        access = _access(placement, terms[key])
        accesses[access.address] = access
    return dict(sorted(accesses.items()))


def entities_of(supplier: Manifest, overrides: tuple[int, ...]) -> dict[str, DeclaredValue]:
    """{entity key: the name as declared}, sorted, of a supplier where these overrides hold: its profile, then its own
    list, then the overrides."""
    entities: dict[str, DeclaredValue] = {}
    for name in supplier.profile.entities if supplier.profile else ():
        entities.setdefault(entity_key(name.value), name)
    _change(entities, supplier, [supplier.entities])
    _change(entities, supplier, [supplier.overrides[number].get("entities", {}) for number in overrides])
    return {key: entities[key] for key in sorted(entities)}


def _change(entities: dict[str, DeclaredValue], supplier: Manifest, changes: list[dict[str, list[Data]]]) -> None:
    """Remove what any of these changes removes, then add what they add."""
    for change in changes:
        for name in supplier.names(change.get("remove", [])):
            entities.pop(entity_key(name.value), None)
    for change in changes:
        for name in supplier.names(change.get("add", [])):
            entities.setdefault(entity_key(name.value), name)


def _terms(manifests: Manifests, supplier: Manifest, overrides: tuple[int, ...]) -> _AccessTemplate:
    in_order = layers(manifests, supplier, overrides)
    extra = _declared(in_order, "extraEntities")
    role = _declared(in_order, "writeBack", "role")
    begins = _declared(in_order, "accessFrom")
    since = read_date(begins.value) if begins else None
    if ended := ended_of(in_order, role.value if role else "", manifests.today):
        return _AccessTemplate(
            _via(in_order, supplier), MappingProxyType({}), None, MappingProxyType({}), None, MappingProxyType({}),
            ExtraEntities.REVOKE, ended, _next_turn(in_order, manifests.today), since,
        )  # fmt: skip
    return _AccessTemplate(
        via=_via(in_order, supplier),
        entities=MappingProxyType(entities_of(supplier, overrides)),
        role=role,
        permissions=MappingProxyType(
            {
                entity_key(name.value): name._replace(value=permission_name(name.value))
                for name in _declared_list(in_order, "writeBack", "permissions")
            }
        ),
        no_permissions=no_permissions(in_order),
        declared=declared_choices_of(in_order, by_school=False),
        extra_entities=ExtraEntities(extra.value) if extra else ExtraEntities.REVOKE,
        ended=None,
        next_turn=_next_turn(in_order, manifests.today),
        since=since,
    )


def _next_turn(in_order: list[Layer], today: date) -> date | None:
    declared = (_declared(in_order, key) for key in ("accessFrom", "accessUntil"))
    return min((day for one in declared if one and (day := read_date(one.value)) >= today), default=None)


def ended_of(in_order: list[Layer], role: str, today: date) -> Ended | None:
    """Why a supplier is to have no access on a day; None where it is to have some.

    An override that says `retired` means at once, whatever last day the supplier has elsewhere.
    """
    state, begins, ends = (_declared(in_order, key) for key in ("state", "accessFrom", "accessUntil"))
    if state and state.value == EndReason.RETIRED and _layer(in_order, "state") < _layer(in_order, "accessUntil"):
        ends = None
    first, last = (read_date(declared.value) if declared else None for declared in (begins, ends))
    if begins and first and today < first:
        return Ended(EndReason.NOT_YET, first, "", begins.origin)
    if last and today <= last:
        return None
    if state and state.value == EndReason.RETIRED:
        return Ended(EndReason.RETIRED, last, role, state.origin)
    return Ended(EndReason.OVER, last, role, ends.origin) if ends else None


def _layer(in_order: list[Layer], key: str) -> int:
    """The number of the layer that decides a key; one beyond the last where none does."""
    return next((number for number, (_, mapping) in enumerate(in_order) if key in mapping), len(in_order))


def _via(in_order: list[Layer], supplier: Manifest) -> _AccountTemplate | PartnerApplication:
    if by_application(in_order):
        return PartnerApplication(_required(in_order, "application"))
    account = supplier.spec.get("account", {})
    return _AccountTemplate(
        username=_required(in_order, "account", "username"),
        password=password_in(deciding(in_order, "account", "password")),
        first_name=account.get("firstName", ""),
        last_name=account.get("lastName", ""),
    )


def _required(in_order: list[Layer], *keys: str) -> DeclaredValue:
    declared = _declared(in_order, *keys)
    if declared is None:
        raise AssertionError(f"a rule let this through without {'.'.join(keys)}")
    return declared


def _declared(in_order: list[Layer], *keys: str) -> DeclaredValue | None:
    layer = deciding(in_order, *keys)
    return layer[0].declared(layer[1], keys[-1]) if layer else None


def _declared_list(in_order: list[Layer], *keys: str) -> tuple[DeclaredValue, ...]:
    """The items of the list that decides, sorted; of a text that decides, itself."""
    layer = deciding(in_order, *keys)
    if layer is None:
        return ()
    items = layer[1][keys[-1]]
    if isinstance(items, str):
        return (layer[0].declared(layer[1], keys[-1]),)
    if isinstance(items, dict):
        return tuple(DeclaredValue(key, layer[0].key(items, key)) for key in sorted(items))
    return tuple(sorted(map(DeclaredValue, items, layer[0].places(items))))


def _access(placement: Placement, terms: _AccessTemplate) -> Access:
    supplier, school, _ = placement
    placeholder_values = values(school.name, school.spec["schoolId"], supplier.name)
    old_export = None if terms.ended else _old_export(school, supplier.name)
    ended = terms.ended
    if ended and ended.role:
        ended = replace(ended, role=fill(ended.role, placeholder_values))
    return Access(
        address=Address(school.name, supplier.name),
        title=supplier.spec.get("title", supplier.name),
        via=terms.via if isinstance(terms.via, PartnerApplication) else _account(terms.via, placeholder_values),
        entities=terms.entities,
        role=_filled(terms.role, placeholder_values) if terms.role else None,
        permissions=terms.permissions,
        extra_entities=terms.extra_entities,
        school_id_called=supplier.spec.get("schoolIdName", SCHOOL_ID_CALLED),
        origin=supplier.origin,
        no_permissions=terms.no_permissions,
        declared={**terms.declared, Aspect.OLD_EXPORT: (old_export,)} if old_export else terms.declared,
        ended=ended,
        next_turn=terms.next_turn,
        since=terms.since,
    )


def declared_choices_of(in_order: list[Layer], *, by_school: bool) -> Mapping[Aspect, tuple[DeclaredValue, ...]]:
    """Read the choices of the table of facts from the layers of a supplier, or from a School."""
    paths = {row.aspect: row.in_school if by_school else row.manifest for row in CHOICES.values()}
    declared = {aspect: _declared_list(in_order, *keys) for aspect, keys in paths.items() if keys}
    return MappingProxyType({aspect: values for aspect, values in declared.items() if values})


def _account(login: _AccountTemplate, placeholder_values: Mapping[str, str]) -> Account:
    password = declared_password(login.password, placeholder_values)
    return Account(_filled(login.username, placeholder_values), password, login.first_name, login.last_name)


def _old_export(school: Manifest, supplier: str) -> DeclaredValue | None:
    """The platform that a supplier's export must be disconnected from, and where that is declared."""
    moved = school.spec.get("movedFrom")
    if moved is None:
        return None
    if "exports" not in moved:
        return school.document.declared(moved, "platform")
    exports: list[str] = moved["exports"]
    if supplier not in exports:
        return None
    return DeclaredValue(moved["platform"], school.document.value(exports, exports.index(supplier)))


def _filled(declared: DeclaredValue, placeholder_values: Mapping[str, str]) -> DeclaredValue:
    """The declaration with its placeholders filled in; itself where it has none."""
    value = fill(declared.value, placeholder_values)
    return declared if value == declared.value else DeclaredValue(value, declared.origin)


_REFERENCES: dict[str, Callable[[Any, Callable[[str], str]], SecretRef]] = {
    "env": lambda value, filled: EnvRef(filled(value)),
    "file": lambda value, filled: FileRef(filled(value)),
    "keyring": lambda value, filled: KeyringRef(filled(value["service"]), filled(value["username"])),
    "command": lambda value, filled: CommandRef(tuple(filled(word) for word in value)),
}


def password_in(layer: Layer | None) -> tuple[dict[str, Data], Origin] | None:
    """The reference that a layer's account has, and its place; placeholders are not filled in yet."""
    return (layer[1]["password"], layer[0].value(layer[1], "password")) if layer else None


def declared_password(
    password: tuple[dict[str, Data], Origin] | None, placeholder_values: Mapping[str, str]
) -> DeclaredPassword | None:
    """The reference with its placeholders filled in."""
    if password is None:
        return None
    return DeclaredPassword(secret_reference(password[0], lambda text: fill(text, placeholder_values)), password[1])


def secret_reference(password: dict[str, Data], filled: Callable[[str], str]) -> SecretRef:
    """The reference that a manifest writes, each of its texts `filled`."""
    ((kind, value),) = password.items()
    return _REFERENCES[kind](value, filled)
