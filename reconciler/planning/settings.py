"""The manifests at one place, setting by setting, for comparing two revisions of them.

A setting is found by its topic and key, which leave out spelling that Bromcom ignores.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple, TypeAlias

from reconciler.model.aspect import Aspect, Risk
from reconciler.model.attestation import AttestedFact, Decision, ReviewedAccess, Round, RoundChoice
from reconciler.model.change import Waiver
from reconciler.model.desired import PROCESSING, REGISTER, Access, Account, AgreementTerms, Desired, Limits, School
from reconciler.model.entity import entity_key
from reconciler.model.plan import Ended, EndReason
from reconciler.model.problem import DeclaredValue, Origin
from reconciler.model.review import (
    AcceptedDifference,
    ApplicationName,
    Claim,
    EditValue,
    ManifestField,
    Service,
    Topic,
    value_text,
)
from reconciler.planning.canonical import GRANTED
from reconciler.planning.facts import declared_choices, identity
from reconciler.planning.risk import Sensitivity, risk

_DOUBTS: Final = 3  # that are named of a decision


class Setting(NamedTuple):
    """One revision's value of a setting.

    name   the setting's name, as an edit shows it
    note   who attests it, or why a difference is accepted
    harm   the risk of the difference that a waiver accepts; None for all other settings
    """

    name: str
    value: EditValue
    origin: Origin | None
    note: str = ""
    harm: Risk | None = None


class SettingKey(NamedTuple):
    """The name of one setting at a place."""

    topic: Topic
    key: str


_ENDS: Final = {EndReason.RETIRED: "retired on", EndReason.OVER: "over after", EndReason.NOT_YET: "not before"}
_TO_END: Final = (
    "by hand: untick its entities, take its role away, close its login, and ask it to delete what it had; "
    "`reconciler runbook` has each click"
)
NOTHING: Final = SettingKey(Aspect.WRITE, "*")  # that there are no write-back permissions
Statements: TypeAlias = "Mapping[SettingKey, Setting]"


def of_school(school: School) -> Statements:
    """A school's own."""
    service = Service(school.school_id, school.platform)
    settings = {SettingKey(ManifestField.SERVICE, ""): Setting(school.name, service, school.origin)}
    for name, text in (("title", school.title), ("URN", str(school.urn or ""))):
        settings |= dict(_particulars(name, text, school))
    if school.accounts_asked:
        name = "list of accounts"
        settings[SettingKey(ManifestField.PARTICULARS, name)] = Setting(name, "asked for", school.accounts_asked)
    return settings | dict(_choices(school))


def of_access(access: Access) -> Statements:
    """An access's, its entities apart: those are many, and shared between accesses."""
    return dict(_of_access(access))


def of_supplier(terms: AgreementTerms) -> Statements:
    """The terms agreed with a supplier, at every school."""
    settings = {}
    if terms.purpose:
        settings[SettingKey(ManifestField.PURPOSE, "")] = _declared(terms.purpose, terms.purpose.value)
    for name, value in (
        ("contact", terms.contact),
        ("contract end", terms.contract_end),
        ("review date", terms.review_by),
    ):
        if value:
            settings[SettingKey(ManifestField.PARTICULARS, name)] = Setting(name, value.value, value.origin)
    for product in terms.downstream:
        key = SettingKey(ManifestField.DOWNSTREAM, product.name.value.casefold())
        settings[key] = _declared(product.name, str(product))
    return settings | _in_register(terms.processing, PROCESSING)


def of_workspace(desired: Desired) -> Statements:
    """The workspace's own: its limits, its part of the register, and its rounds."""
    rounds = {SettingKey(ManifestField.ROUND, one.name): _round(one) for one in desired.rounds}
    return {**limits(desired.limits), **_in_register(desired.register, REGISTER), **rounds}


def _in_register(said: Mapping[str, DeclaredValue], names: Mapping[str, str]) -> dict[SettingKey, Setting]:
    return {
        SettingKey(ManifestField.PROCESSING, key): Setting(names[key], value.value, value.origin)
        for key, value in said.items()
    }


def entity(declared: DeclaredValue) -> tuple[SettingKey, Setting]:
    """That an access may read an entity."""
    return SettingKey(Aspect.READ, entity_key(declared.value)), _declared(declared, GRANTED)


def way_in(access: Access) -> str | ApplicationName:
    """The username, or the partner application."""
    via = access.via
    return via.username.value if isinstance(via, Account) else ApplicationName(via.name.value)


def attestation_settings(desired: Desired) -> Mapping[tuple[str, str], Statements]:
    """{(school, supplier): what people vouch for}. A word is a statement of its own: they are added, not rewritten."""
    by_place: defaultdict[tuple[str, str], dict[SettingKey, Setting]] = defaultdict(dict)
    for word in desired.words:
        by_place[word.subject.school, word.subject.supplier][_word_key(word)] = _word(word)
    return by_place


def waivers(desired: Desired, sensitivity: Sensitivity) -> Mapping[tuple[str, str], Statements]:
    """{(school, supplier): the differences that waivers accept}."""
    by_place: defaultdict[tuple[str, str], dict[SettingKey, Setting]] = defaultdict(dict)
    for waiver in desired.waivers:
        setting = _waiver(waiver, sensitivity)
        key = SettingKey(ManifestField.WAIVER, f"{setting.name} {waiver.terms.waiver}")
        for school in waiver.schools:
            by_place[school, waiver.supplier][key] = setting
    return by_place


def decisions(desired: Desired) -> Mapping[tuple[str, str], Statements]:
    """{(school, supplier): what was decided there in each round}."""
    by_place: defaultdict[tuple[str, str], dict[SettingKey, Setting]] = defaultdict(dict)
    for reviewed in desired.rounds:
        for address, access in reviewed.accesses.items():
            if access.decision:
                key = SettingKey(ManifestField.ROUND, reviewed.name)
                by_place[address][key] = _decision(access, access.decision, reviewed)
    return by_place


def limits(limits: Limits) -> Statements:
    """The Workspace's bounds on one plan."""
    bounds = {
        "revoke": limits.revoke,
        "widen": limits.widen,
        "revoke at each school": limits.revoke_per_school,
        "widen at each school": limits.widen_per_school,
    }
    settings = {}
    for name, bound in bounds.items():
        texts = [f"{bound.count}"] if bound.count is not None else []
        texts += [f"{bound.share * 100:g}%"] if bound.share is not None else []
        settings[SettingKey(ManifestField.LIMIT, name)] = Setting(name, " or ".join(texts) or "none", None)
    held = "held" if limits.widen_consent else "none"
    settings[SettingKey(ManifestField.LIMIT, "widen consent")] = Setting("widen consent", held, None)
    days = f"{limits.word_days}" if limits.word_days is not None else "none"
    settings[SettingKey(ManifestField.LIMIT, "word days")] = Setting("word days", days, None)
    return settings


def _of_access(access: Access) -> Iterator[tuple[SettingKey, Setting]]:
    via = access.via
    if isinstance(via, Account):
        username = via.username
        yield SettingKey(ManifestField.ACCOUNT, ""), Setting(username.value, username.value, username.origin)
        if via.password:
            ref = via.password.ref
            yield SettingKey(ManifestField.PASSWORD, ""), Setting(value_text(ref), ref, via.password.origin)
        yield from _particulars("first name", via.first_name, access)
        yield from _particulars("last name", via.last_name, access)
    else:
        application = way_in(access)
        yield SettingKey(ManifestField.ACCOUNT, ""), Setting(value_text(application), application, via.name.origin)
    yield from _particulars("title", access.title, access)
    if access.ended:
        yield _end(access, access.ended)
    elif access.next_turn:
        yield from _particulars("last day of access", access.next_turn.isoformat(), access)
    yield from _particulars("name of the School ID", access.school_id_called, access)
    extra = access.extra_entities.value
    yield SettingKey(ManifestField.EXTRA_ENTITIES, ""), Setting(extra, extra, access.origin)
    if access.role:
        yield SettingKey(Aspect.ROLE, entity_key(access.role.value)), _declared(access.role, GRANTED)
    for key, permission in access.permissions.items():
        yield SettingKey(Aspect.WRITE, key), _declared(permission, GRANTED)
    if access.no_permissions:
        yield NOTHING, Setting("*", "none", access.no_permissions)
    yield from _choices(access)


def _end(access: Access, ended: Ended) -> tuple[SettingKey, Setting]:
    """That an access has ended, told of its way in: that is what a plan then closes."""
    via = access.via
    aspect, name = (Aspect.LOGIN, via.username) if isinstance(via, Account) else (Aspect.PARTNER_APPLICATION, via.name)
    day = f"{_ENDS[ended.reason]} {ended.day}" if ended.day else str(ended.reason)
    return SettingKey(aspect, entity_key(name.value)), Setting(name.value, day, ended.origin, _TO_END)


def _choices(part: School | Access) -> Iterator[tuple[SettingKey, Setting]]:
    """The choices of the table of facts, without a partner application: that is told as the way in."""
    for row, declared in declared_choices(part):
        if not row.way_in:
            key = SettingKey(row.aspect, identity(row.aspect, entity_key(declared.value)))
            yield key, _declared(declared, row.expected(declared.value))


def _particulars(name: str, text: str, declared: Access | School) -> Iterator[tuple[SettingKey, Setting]]:
    if text:
        yield SettingKey(ManifestField.PARTICULARS, name), Setting(name, text, declared.origin)


def is_same(topic: Topic, one: EditValue, other: EditValue) -> bool:
    """Tell if two values of a setting mean the same. Usernames that differ only in capitals are one account; what else
    Unicode folds into one is not trusted to be."""
    if topic is ManifestField.ACCOUNT and isinstance(one, str) and isinstance(other, str):
        return one.strip().lower() == other.strip().lower()
    return one == other


def _declared(declared: DeclaredValue, text: str) -> Setting:
    return Setting(declared.value, text, declared.origin)


def _word_key(word: AttestedFact) -> SettingKey:
    evidence = word.evidence
    parts = (word.subject.aspect, word.subject.name, *word.values, evidence.by, evidence.on, evidence.expires)
    return SettingKey(ManifestField.WORD, " ".join(map(str, (*parts, evidence.reference, word.account))))


def _word(word: AttestedFact) -> Setting:
    subject, evidence = word.subject, word.evidence
    name = f"{subject.aspect.value} {subject.name}".rstrip()
    note = f"{evidence.by}, {evidence.on.date().isoformat()}, until {evidence.expires.isoformat()}"
    return Setting(name, Claim(subject.aspect, subject.name, tuple(word.values)), evidence.origin, note)


def _round(reviewed: Round) -> Setting:
    made = Counter(access.decision.choice for access in reviewed.accesses.values() if access.decision)
    counts = [f"{made[choice]} to {choice.value}" for choice in RoundChoice if made[choice]]
    counts += [f"{len(reviewed.undecided)} not decided"] if reviewed.undecided else []
    state = f"closed on {reviewed.closed}" if reviewed.closed else f"open until {reviewed.due}"
    return Setting(reviewed.name, state, reviewed.origin, ", ".join(counts))


def _decision(access: ReviewedAccess, decision: Decision, reviewed: Round) -> Setting:
    """Who decided what and why; the note is what was known then."""
    kept = f" to {', '.join(decision.entities)}" if decision.entities else ""
    text = f"{decision.choice.value}{kept}, by {decision.by} on {decision.decided}: {decision.reason}"
    doubts = [f"{name} ({', '.join(why)})" for name, why in access.doubts.items()]
    note = "; ".join((access.known, *doubts[:_DOUBTS]))
    note += f" and {len(doubts) - _DOUBTS} more" if len(doubts) > _DOUBTS else ""
    return Setting(reviewed.name, text, reviewed.origin, note)


def _waiver(waiver: Waiver, sensitivity: Sensitivity) -> Setting:
    terms = waiver.terms
    name = f"{waiver.action.value} {waiver.aspect.value} {waiver.name}"
    name += f", before {waiver.before}" if waiver.before else ""
    why = sensitivity.note(entity_key(waiver.name)) if waiver.aspect is Aspect.READ else ""
    note = "; ".join(filter(None, (why, f"{terms.by}: {terms.reason}")))
    harm = risk(waiver.action, waiver.aspect, entity_key(waiver.name), sensitivity)
    value = AcceptedDifference(waiver.action, waiver.aspect, waiver.name, waiver.before, terms.expires)
    return Setting(name, value, terms.origin, note, harm)
