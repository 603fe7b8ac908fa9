"""Manifests -> desired: the whole workspace, in sorted order whatever order its manifests have."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from reconciler.catalogue import platforms as known_platforms
from reconciler.manifest.resolving.accesses import accesses_of, declared_choices_of, secret_reference
from reconciler.manifest.resolving.attestations import attested_facts_of, gone_of
from reconciler.manifest.resolving.layers import NONE
from reconciler.manifest.resolving.rounds import rounds_of
from reconciler.manifest.resolving.waivers import waivers_of
from reconciler.manifest.text.document import Data, Document
from reconciler.manifest.workspace.manifests import Manifest, Manifests
from reconciler.model.address import Address, username_key
from reconciler.model.aspect import Aspect
from reconciler.model.desired import (
    DEFAULT_LIMITS,
    PROCESSING,
    REGISTER,
    Access,
    Account,
    AgreementTerms,
    Canary,
    Desired,
    DownstreamProduct,
    Limit,
    Limits,
    Platform,
    School,
    SoapVersion,
)
from reconciler.model.problem import DeclaredValue, Origin
from reconciler.planning.facts import ROWS, follows_basis, opens_everybody

# The entity with the people of each kind, and the column with their ids; of contacts no source names one.
CANARIES: Final = {
    "students": ("Students", "StudentID"),
    "staff": ("Staff", "StaffID"),
    "contacts": ("StudentContacts", ""),
}


def resolve(manifests: Manifests) -> Desired:
    """Resolve manifests in which no rule found an error."""
    accesses = accesses_of(manifests)
    return Desired(
        workspace=manifests.workspaces[0].name,
        schools=MappingProxyType(_schools(manifests, accesses)),
        accesses=MappingProxyType(accesses),
        limits=limits_of(manifests.workspace_spec),
        words=attested_facts_of(manifests),
        waivers=waivers_of(manifests, accesses),
        gone=gone_of(manifests),
        rounds=rounds_of(manifests),
        terms=MappingProxyType({supplier.name: _terms(supplier) for supplier in _sorted(manifests.suppliers)}),
        register=_said(manifests.workspaces[0].document, manifests.workspace_spec.get("register", {}), REGISTER),
    )


def _sorted(suppliers: Iterable[Manifest]) -> list[Manifest]:
    return sorted(suppliers, key=lambda supplier: supplier.name)


def _terms(supplier: Manifest) -> AgreementTerms:
    """What the manifest says for people."""
    spec, document = supplier.spec, supplier.document
    said = _said(document, spec, ("purpose", "contact", "contractEnd", "reviewBy"))
    return AgreementTerms(
        said.get("purpose"),
        said.get("contact"),
        said.get("contractEnd"),
        said.get("reviewBy"),
        _said(document, spec.get("processing", {}), PROCESSING),
        tuple(
            DownstreamProduct(
                document.declared(product, "name"), product.get("purpose", ""), product.get("receipt", "")
            )
            for product in spec.get("downstream", ())
        ),
    )


def _said(document: Document, mapping: dict[str, Data], keys: Iterable[str]) -> Mapping[str, DeclaredValue]:
    """The texts of a mapping under these keys, each with its place."""
    return MappingProxyType({key: document.declared(mapping, key) for key in keys if key in mapping})


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


def _schools(manifests: Manifests, accesses: Mapping[Address, Access]) -> dict[str, School]:
    platforms = platforms_of(manifests.workspace_spec)
    asked = _accounts_asked(manifests.workspaces[0])
    claims: defaultdict[str, dict[str, DeclaredValue]] = defaultdict(dict)
    ended: defaultdict[str, set[str]] = defaultdict(set)
    for address, access in accesses.items():
        if isinstance(access.via, Account):
            key = username_key(access.via.username.value)
            claims[address.school][key] = access.via.username
            ended[address.school] |= {key} if access.ended else set()
    return {
        name: replace(
            _school(school, platforms, asked, claims.get(name, {})),
            ended_claims=frozenset(ended.get(name, ())),
        )
        for name, school in manifests.school_named.items()
    }


def _accounts_asked(manifest: Manifest) -> Origin | None:
    """The place where a Workspace or a School asks for the list of accounts; `accounts` has no other value."""
    spec = manifest.spec
    return manifest.document.value(spec, "accounts") if "accounts" in spec else None


def _school(
    school: Manifest, platforms: Mapping[str, Platform], asked: Origin | None, claims: Mapping[str, DeclaredValue]
) -> School:
    spec = school.spec
    moved = spec.get("movedFrom")
    canaries = tuple(_canaries(school))
    kinds = {Aspect.CONSENT: ROWS[Aspect.CONSENT].kinds, Aspect.CONSENT_ENFORCED: {one.kind for one in canaries}}
    declared = {
        aspect: tuple(value for value in values if aspect not in kinds or value.value in kinds[aspect])
        for aspect, values in declared_choices_of([(school.document, spec)], by_school=True).items()
    }
    return School(
        school.name,
        spec["schoolId"],
        platforms[spec["platform"]],
        school.origin,
        moved_from=platforms[moved["platform"]] if moved else None,
        school_id_origin=school.document.value(spec, "schoolId"),
        declared=MappingProxyType({aspect: values for aspect, values in declared.items() if values}),
        title=spec.get("title", "").strip(),
        urn=spec.get("urn"),
        accounts_asked=_accounts_asked(school) or asked,
        claims=claims,
        canaries=canaries,
    )


def _canaries(school: Manifest) -> Iterator[Canary]:
    """The canaries that the lawful basis says something of; of contacts no other basis than Consent does."""
    consent = school.spec.get("consent", {})
    declared = consent.get("canaries", {})
    is_open = opens_everybody(consent.get("lawfulBasis", ""))
    for kind, canary in declared.items():
        if is_open and not follows_basis(kind, consent["lawfulBasis"]):
            continue
        entity, column = CANARIES[kind]
        withheld, granted = (
            secret_reference(canary[key], str) if key in canary else None for key in ("withheld", "granted")
        )
        assert withheld  # the schema asks for it
        yield Canary(kind, entity, canary.get("column", column), withheld, granted, school.document.key(declared, kind))


def limits_of(workspace_spec: Mapping[str, Data]) -> Limits:
    """The bounds that a Workspace sets, those that hold by default where it is silent, and none where it wants none."""
    limits = workspace_spec.get("limits", {})
    if limits == NONE:
        return Limits()
    revoke, widen = limits.get("revoke", {}), limits.get("widen", {})
    return Limits(
        revoke=_limit(revoke) if {"count", "share"} & revoke.keys() else DEFAULT_LIMITS.revoke,
        widen=_limit(widen),
        revoke_per_school=_limit(revoke.get("perSchool", {})),
        widen_per_school=_limit(widen.get("perSchool", {})),
        widen_consent=limits.get("widenConsent", DEFAULT_LIMITS.widen_consent),
        word_days=limits.get("wordDays", DEFAULT_LIMITS.word_days),
    )


def _limit(limit: Mapping[str, Data]) -> Limit:
    share = limit.get("share")
    return Limit(limit.get("count"), None if share is None else float(share.rstrip(" %")) / 100)
