"""What the manifests say at one place, statement by statement, so that two revisions of them compare.

A statement is found by its topic and key. What two revisions say of it are two texts for people, which are the same
where the revisions say the same. Spelling that Bromcom ignores is no part of a key.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple, TypeAlias

from reconciler.model.aspect import Aspect, Risk
from reconciler.model.attestation import AttestedFact
from reconciler.model.change import Waiver
from reconciler.model.desired import Access, Account, AgreementTerms, Desired, Limits, School
from reconciler.model.entity import entity_key
from reconciler.model.problem import DeclaredValue, Origin
from reconciler.model.review import ManifestField, Topic
from reconciler.model.secret import CommandRef, KeyringRef, SecretRef
from reconciler.planning.canonical import DISCONNECTED, GRANTED, SET
from reconciler.planning.risk import Sensitivity, risk

APPLICATION: Final = "partner application "  # how a way in begins that is no account


class Setting(NamedTuple):
    """What one revision says.

    name  of what, as an edit shows it
    text  what is said of it; equal texts are no edit
    note  what to know of it: whose word it is, why a difference is accepted
    harm  how much harm the difference does that is accepted; None of what is no waiver
    """

    name: str
    text: str
    origin: Origin | None
    note: str = ""
    harm: Risk | None = None


class SettingKey(NamedTuple):
    """Which statement of a place is meant."""

    topic: Topic
    key: str


NOTHING: Final = SettingKey(Aspect.WRITE, "*")  # that there are no write-back permissions
Statements: TypeAlias = "Mapping[SettingKey, Setting]"


def of_school(school: School) -> Statements:
    """A school's own."""
    found = {SettingKey(ManifestField.SERVICE, ""): Setting(school.name, _service(school), school.origin)}
    if school.lawful_basis:
        found[SettingKey(Aspect.LAWFUL_BASIS, "")] = _declared(school.lawful_basis, school.lawful_basis.value)
    return found


def of_access(access: Access) -> Statements:
    """An access's, its entities apart: those are many, and shared between accesses."""
    return dict(_of_access(access))


def of_supplier(terms: AgreementTerms) -> Statements:
    """What was agreed with a supplier, wherever it is."""
    found = {}
    if terms.purpose:
        found[SettingKey(ManifestField.PURPOSE, "")] = _declared(terms.purpose, terms.purpose.value)
    for name, said in (
        ("contact", terms.contact),
        ("contract end", terms.contract_end),
        ("review date", terms.review_by),
    ):
        if said:
            found[SettingKey(ManifestField.PARTICULARS, name)] = Setting(name, said.value, said.origin)
    return found


def entity(declared: DeclaredValue) -> tuple[SettingKey, Setting]:
    """That an access may read an entity."""
    return SettingKey(Aspect.READ, entity_key(declared.value)), _declared(declared, GRANTED)


def way_in(access: Access) -> str:
    """The account, or the partner application, in words."""
    via = access.via
    return via.username.value if isinstance(via, Account) else f"{APPLICATION}{via.name.value}"


def attestation_settings(desired: Desired) -> Mapping[tuple[str, str], Statements]:
    """{(school, supplier): what people vouch for}. A word is a statement of its own: they are added, not rewritten."""
    found: defaultdict[tuple[str, str], dict[SettingKey, Setting]] = defaultdict(dict)
    for word in desired.words:
        found[word.subject.school, word.subject.supplier][_word_key(word)] = _word(word)
    return found


def waivers(desired: Desired, sensitivity: Sensitivity) -> Mapping[tuple[str, str], Statements]:
    """{(school, supplier): the differences that somebody accepts}."""
    found: defaultdict[tuple[str, str], dict[SettingKey, Setting]] = defaultdict(dict)
    for waiver in desired.waivers:
        what = _accepted(waiver)
        for school in waiver.schools:
            found[school, waiver.supplier][SettingKey(ManifestField.WAIVER, f"{what} {waiver.terms.waiver}")] = _waiver(
                waiver, what, sensitivity
            )
    return found


def limits(limits: Limits) -> Statements:
    """The Workspace's bounds on one plan."""
    bounds = {
        "revoke": limits.revoke,
        "widen": limits.widen,
        "revoke at each school": limits.revoke_per_school,
        "widen at each school": limits.widen_per_school,
    }
    found = {}
    for name, bound in bounds.items():
        told = [f"{bound.count}"] if bound.count is not None else []
        told += [f"{bound.share * 100:g}%"] if bound.share is not None else []
        found[SettingKey(ManifestField.LIMIT, name)] = Setting(name, " or ".join(told) or "none", None)
    held = "held" if limits.widen_consent else "none"
    found[SettingKey(ManifestField.LIMIT, "widen consent")] = Setting("widen consent", held, None)
    days = f"{limits.word_days}" if limits.word_days is not None else "none"
    found[SettingKey(ManifestField.LIMIT, "word days")] = Setting("word days", days, None)
    return found


def _of_access(access: Access) -> Iterator[tuple[SettingKey, Setting]]:
    via = access.via
    if isinstance(via, Account):
        username = via.username
        yield SettingKey(ManifestField.ACCOUNT, ""), Setting(username.value, _username(username.value), username.origin)
        if via.password:
            ref = _reference(via.password.ref)
            yield SettingKey(ManifestField.PASSWORD, ""), Setting(ref, ref, via.password.origin)
        yield from _particulars("first name", via.first_name, access)
        yield from _particulars("last name", via.last_name, access)
    else:
        yield SettingKey(ManifestField.ACCOUNT, ""), Setting(way_in(access), way_in(access), via.name.origin)
    yield from _particulars("title", access.title, access)
    yield from _particulars("name of the School ID", access.school_id_called, access)
    extra = access.extra_entities.value
    yield SettingKey(ManifestField.EXTRA_ENTITIES, ""), Setting(extra, extra, access.origin)
    if access.role:
        yield SettingKey(Aspect.ROLE, entity_key(access.role.value)), _declared(access.role, GRANTED)
    for key, permission in access.permissions.items():
        yield SettingKey(Aspect.WRITE, key), _declared(permission, GRANTED)
    if access.no_permissions:
        yield NOTHING, Setting("*", "none", access.no_permissions)
    if access.write_licence:
        yield SettingKey(Aspect.WRITE_LICENCE, ""), _declared(access.write_licence, access.write_licence.value)
    for need in access.consent_needs:
        yield SettingKey(Aspect.CONSENT, need.value), _declared(need, SET)
    if access.old_export:
        yield (
            SettingKey(Aspect.OLD_EXPORT, entity_key(access.old_export.value)),
            _declared(access.old_export, DISCONNECTED),
        )


def _particulars(name: str, text: str, access: Access) -> Iterator[tuple[SettingKey, Setting]]:
    if text:
        yield SettingKey(ManifestField.PARTICULARS, name), Setting(name, text, access.origin)


def _username(name: str) -> str:
    """Those that differ in capitals alone are one account; what else Unicode folds into one is not trusted to be."""
    return name.strip().lower()


def _reference(ref: SecretRef) -> str:
    """All that a reference says, so that two that are not the same are two texts."""
    match ref:
        case KeyringRef(service, username):
            return f"keyring {json.dumps(service)} {json.dumps(username)}"
        case CommandRef(argv):
            return f"command {json.dumps(argv)}"
        case _:
            return str(ref)


def _declared(declared: DeclaredValue, text: str) -> Setting:
    return Setting(declared.value, text, declared.origin)


def _service(school: School) -> str:
    """Which database, and all that says where its passwords go."""
    platform = school.platform
    plain = ", plain http allowed" if platform.allow_http else ""
    return (
        f"School {school.school_id} on {platform.name} ({platform.read_url}, {platform.write_url}, "
        f"SOAP {platform.soap.value}{plain})"
    )


def _word_key(word: AttestedFact) -> SettingKey:
    evidence = word.evidence
    parts = (word.subject.aspect, word.subject.name, *word.values, evidence.by, evidence.on, evidence.expires)
    return SettingKey(ManifestField.WORD, " ".join(map(str, (*parts, evidence.reference, word.account))))


def _word(word: AttestedFact) -> Setting:
    subject, evidence = word.subject, word.evidence
    name = f"{subject.aspect.value} {subject.name}".rstrip()
    until = f"until {evidence.expires.isoformat()}"
    note = f"{evidence.by}, {evidence.on.date().isoformat()}, {until}"
    return Setting(name, ", ".join(word.values) or "none", evidence.origin, note)


def _accepted(waiver: Waiver) -> str:
    what = f"{waiver.action.value} {waiver.aspect.value} {waiver.name}"
    return f"{what}, before {waiver.before}" if waiver.before else what


def _waiver(waiver: Waiver, what: str, sensitivity: Sensitivity) -> Setting:
    terms = waiver.terms
    why = sensitivity.note(entity_key(waiver.name)) if waiver.aspect is Aspect.READ else ""
    note = "; ".join(filter(None, (why, f"{terms.by}: {terms.reason}")))
    harm = risk(waiver.action, waiver.aspect, entity_key(waiver.name), sensitivity)
    return Setting(what, f"until {terms.expires.isoformat()}", terms.origin, note, harm)
