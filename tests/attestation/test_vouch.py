"""What people's words are worth: what they settle, when they count, and that a probe beats them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.attestation.overlay import overlay
from reconciler.model.aspect import Aspect, FactRef
from reconciler.model.attestation import AttestedFact
from reconciler.model.evidence import NO_PROBE, Attested, Known, Unknown, UnknownReason
from reconciler.model.live import Live, LiveSchool, Login
from reconciler.model.problem import Origin
from reconciler.planning.facts import FACT_KEYS
from reconciler.planning.plan import make_plan
from reconciler.planning.risk import Sensitivity
from reconciler.report.text.plan import render_text
from reconciler.workflow import desired_of
from tests.attestation.worlds import (
    MANIFESTS,
    MEALS,
    PROBED,
    TILL,
    UNPROBED,
    WONDE,
    attestation,
    live_side,
    probed,
    workspace,
)
from tests.planning.worlds import material, vouch

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.model.desired import Desired
    from reconciler.model.evidence import Fact
    from reconciler.model.plan import Plan

TODAY = date(2026, 12, 1)
NOTHING_SENSITIVE = Sensitivity(notes={}, known=frozenset())


def consent_at(school: LiveSchool) -> dict[str, Fact[str]]:
    """{kind of person: what is known of their consent}."""
    return {kind: fact for (aspect, kind), fact in school.attested.items() if aspect is Aspect.CONSENT}


def said(fact: Fact[object]) -> object:
    """A fact that is known by a person's word."""
    assert isinstance(fact, Known)
    assert isinstance(fact.evidence, Attested)
    return fact.value


def why(fact: Fact[object]) -> UnknownReason:
    """Why a fact is unknown."""
    assert isinstance(fact, Unknown)
    return fact.reason


def test_words_fill_in_what_no_probe_can_see(tmp_path: Path) -> None:
    """Every fact of an access and of a school, beside what the probe found."""
    facts = "{roles: [Till write-back, Third Party], permissions: [], writeLicence: bought, oldExport: connected}"
    school = "{lawfulBasis: Consent, consent: {students: not set, contacts: set}}"
    desired = workspace(tmp_path, attestation(1, "greenfield/till", facts), attestation(2, "greenfield", school))
    vouched = overlay(live_side(desired, till=probed()), desired, TODAY)
    till = vouched.accesses[TILL]
    assert till.login == Known(Login.WORKS, PROBED)
    assert said(till.roles) == {"third party": "Third Party", "till write-back": "Till write-back"}
    assert said(till.permissions) == {}
    assert (said(till.fact(Aspect.WRITE_LICENCE)), said(till.fact(Aspect.OLD_EXPORT))) == ("bought", "connected")
    assert till.denied == ()
    greenfield = vouched.schools["greenfield"]
    assert said(greenfield.lawful_basis) == "Consent"
    assert {kind: said(fact) for kind, fact in consent_at(greenfield).items()} == {
        "students": "not set",
        "contacts": "set",
    }
    assert vouched.schools["riverside"] == LiveSchool(Known(True, PROBED))


def test_without_words_nothing_changes(tmp_path: Path) -> None:
    """What no probe can see stays unknown, and what it saw stays as it was."""
    desired = workspace(tmp_path)
    live = live_side(desired, till=probed())
    vouched = overlay(live, desired, TODAY)
    assert {address: found for address, found in vouched.accesses.items() if address.supplier != "meals"} == {
        address: found for address, found in live.accesses.items() if address.supplier != "meals"
    }
    assert vouched.schools == live.schools


@pytest.mark.parametrize(
    ("today", "fact"),
    [
        (date(2026, 11, 23), UnknownReason.NO_PROBE),
        (date(2026, 11, 24), "bought"),
        (date(2027, 11, 24), "bought"),
        (date(2027, 11, 25), UnknownReason.EXPIRED),
    ],
)
def test_a_word_counts_from_its_day_to_the_end_of_the_day_on_which_it_expires(
    today: date, fact: object, tmp_path: Path
) -> None:
    """Before, it is not heard; after, the fact is unknown, and it is told whose word that was."""
    word = attestation(1, "greenfield/till", "{writeLicence: bought}", on="2026-11-24T23:59Z")
    desired = workspace(tmp_path, word)
    licence = overlay(live_side(desired), desired, today).accesses[TILL].fact(Aspect.WRITE_LICENCE)
    assert (licence.reason if isinstance(licence, Unknown) else licence.value) == fact
    if fact is UnknownReason.EXPIRED:
        assert licence == Unknown(UnknownReason.EXPIRED, "attestation by J. Smith expired 2027-11-24")


def test_the_newest_word_holds_even_where_it_has_expired(tmp_path: Path) -> None:
    """An older word was taken back by it, however long that one was to last."""
    old = attestation(1, "greenfield/till", "{writeLicence: bought}", on="2026-01-01", expires="2027-01-01")
    new = attestation(2, "greenfield/till", "{writeLicence: missing}", on="2026-06-01T08:00:00Z", expires="2026-08-01")
    desired = workspace(tmp_path, new, old)

    def licence(today: date) -> Fact[str]:
        return overlay(live_side(desired), desired, today).accesses[TILL].fact(Aspect.WRITE_LICENCE)

    assert said(licence(date(2026, 5, 31))) == "bought"
    assert said(licence(date(2026, 8, 1))) == "missing"
    assert why(licence(date(2026, 8, 2))) is UnknownReason.EXPIRED


def test_of_two_words_of_one_moment_the_one_that_lasts_longer_counts(tmp_path: Path) -> None:
    """They say the same, else the manifests would be wrong."""
    short = attestation(1, "greenfield/till", "{writeLicence: bought}", expires="2026-11-25")
    long = attestation(2, "greenfield/till", "{writeLicence: bought}", expires="2027-11-25")
    for order in ((short, long), (long, short)):
        desired = workspace(tmp_path, *order)
        assert said(overlay(live_side(desired), desired, TODAY).accesses[TILL].fact(Aspect.WRITE_LICENCE)) == "bought"


def test_a_word_on_the_login_counts_only_where_no_probe_can_find_out(tmp_path: Path) -> None:
    """That is where the manifests have no password; a probe that failed today can succeed tomorrow."""
    facts = "{login: works, entities: [Students, Staff]}"
    desired = workspace(tmp_path, attestation(1, "greenfield/wonde", facts), attestation(2, "greenfield/till", facts))
    late = Unknown(UnknownReason.UNREACHABLE, "no answer in 30 s")
    vouched = overlay(live_side(desired, till=probed(late, late), wonde=probed(late, late)), desired, TODAY)
    assert said(vouched.accesses[WONDE].login) is Login.WORKS
    assert said(vouched.accesses[WONDE].entities) == {"students": "Students", "staff": "Staff"}
    assert vouched.accesses[TILL] == probed(late, late)


def test_a_partner_application_is_known_by_words_alone(tmp_path: Path) -> None:
    """It has no login, and that its school was not reached does not matter to it."""
    late = Unknown(UnknownReason.UNREACHABLE, "no answer in 30 s")
    desired = workspace(
        tmp_path, attestation(1, "greenfield/meals", "{partnerApplication: granted, entities: [Students]}")
    )
    vouched = overlay(live_side(desired, meals=probed(late, late)), desired, TODAY)
    meals = vouched.accesses[MEALS]
    assert meals.login == NO_PROBE
    assert said(meals.fact(Aspect.PARTNER_APPLICATION)) == "granted"
    assert said(meals.entities) == {"students": "Students"}
    elsewhere = vouched.accesses[MEALS._replace(school="riverside")]
    assert (elsewhere.login, elsewhere.entities, elsewhere.fact(Aspect.PARTNER_APPLICATION)) == (
        NO_PROBE,
        NO_PROBE,
        NO_PROBE,
    )


def test_where_the_lawful_basis_is_not_consent_students_and_staff_need_none(tmp_path: Path) -> None:
    """Bromcom then lets every third party read all of them; contacts are another matter."""
    desired = workspace(
        tmp_path, attestation(1, "greenfield", "{lawfulBasis: Public Task, consent: {students: not set}}")
    )
    school = overlay(live_side(desired), desired, TODAY).schools["greenfield"]
    assert {kind: said(fact) for kind, fact in consent_at(school).items()} == {"students": "set", "staff": "set"}
    assert isinstance(school.lawful_basis, Known)
    assert consent_at(school)["students"] == Known("set", school.lawful_basis.evidence)
    expired = overlay(live_side(desired), desired, date(2028, 1, 1)).schools["greenfield"]
    assert {kind: why(fact) for kind, fact in consent_at(expired).items()} == {"students": UnknownReason.EXPIRED}


def test_consent_that_a_probe_knows_is_neither_said_nor_concluded_otherwise(tmp_path: Path) -> None:
    """Not by a word on it, and not by one on the lawful basis."""
    facts = "{lawfulBasis: Public Task, consent: {students: set, contacts: set}}"
    desired = workspace(tmp_path, attestation(1, "greenfield", facts))
    not_set = Known("not set", PROBED)
    asked = vouch(LiveSchool(Known(True, PROBED)), students=not_set, contacts=not_set)
    live = replace(live_side(desired), schools={"greenfield": asked})
    school = overlay(live, desired, TODAY).schools["greenfield"]
    assert (consent_at(school)["students"], consent_at(school)["contacts"]) == (not_set, not_set)
    assert said(consent_at(school)["staff"]) == "set"


@pytest.mark.parametrize(
    ("facts", "subject", "told"),
    [
        ("{login: refused}", FactRef(*TILL, Aspect.LOGIN, "till.greenfield"), ("refused", "works")),
        (
            "{entities: [students, Staff]}",
            FactRef(*TILL, Aspect.READ, "*"),
            ("granted: Staff", "not granted: Staff"),
        ),
        (
            "{entities: []}",
            FactRef(*TILL, Aspect.READ, "*"),
            ("not granted: Students", "granted: Students"),
        ),
        (
            "{roles: [Till write-back]}",
            FactRef(*TILL, Aspect.ROLE, "Till write-back"),
            ("no role Third Party", "the login works, and needs that role"),
        ),
    ],
)
def test_a_word_that_a_probe_contradicts_is_denied(
    facts: str, subject: FactRef, told: tuple[str, str], tmp_path: Path
) -> None:
    """The probe is believed, and it is told what was said; once it has expired, it is not worth telling."""
    desired = workspace(tmp_path, attestation(1, "greenfield/till", facts))
    live = live_side(desired, till=probed())
    till = overlay(live, desired, TODAY).accesses[TILL]
    (denied,) = till.denied
    assert (denied.subject, denied.said, denied.seen) == (subject, *told)
    assert denied.evidence == desired.words[0].evidence
    assert (till.login, till.entities) == (probed().login, probed().entities)
    assert why(till.roles) is (UnknownReason.DENIED if subject.aspect is Aspect.ROLE else UnknownReason.NO_PROBE)
    assert overlay(live, desired, date(2028, 1, 1)).accesses[TILL].denied == ()


def test_a_word_that_says_what_the_probe_says_is_not_denied(tmp_path: Path) -> None:
    """And the probe stays the evidence."""
    facts = "{login: works, entities: [STUDENTS], roles: [third party]}"
    desired = workspace(tmp_path, attestation(1, "greenfield/till", facts))
    till = overlay(live_side(desired, till=probed()), desired, TODAY).accesses[TILL]
    assert till.denied == ()
    assert till.entities == Known({"students": "Students"}, PROBED)
    assert said(till.roles) == {"third party": "third party"}


def test_long_lists_are_told_short(tmp_path: Path) -> None:
    """A denied word on 75 entities is one line."""
    desired = workspace(tmp_path, attestation(1, "greenfield/till", "{entities: [Students]}"))
    names = [f"Entity{number:02}" for number in range(75)]
    live = live_side(desired, till=probed(entities={"students": "Students", **{name.lower(): name for name in names}}))
    (denied,) = overlay(live, desired, TODAY).accesses[TILL].denied
    assert denied.said == "not granted: Entity00, Entity01, Entity02, Entity03 and 71 more"


def test_roles_without_third_party_are_believed_where_no_login_contradicts_them(tmp_path: Path) -> None:
    """A refused login may well come from just that."""
    desired = workspace(tmp_path, attestation(1, "greenfield/till", "{roles: []}"))
    for login in (Known(Login.REFUSED, PROBED), UNPROBED):
        till = overlay(live_side(desired, till=probed(login)), desired, TODAY).accesses[TILL]
        assert said(till.roles) == {}
        assert till.denied == ()


def test_roles_of_a_login_that_is_refused_are_doubtful(tmp_path: Path) -> None:
    """Somebody saw them once: the account may be gone by now. Where no probe says so, the word holds."""
    desired = workspace(tmp_path, attestation(1, "greenfield/till", "{roles: [Third Party, Till write-back]}"))
    till = overlay(live_side(desired, till=probed(Known(Login.REFUSED, PROBED))), desired, TODAY).accesses[TILL]
    assert why(till.roles) is UnknownReason.DENIED
    assert till.denied == ()
    assert said(overlay(live_side(desired, till=probed(UNPROBED)), desired, TODAY).accesses[TILL].roles)


@pytest.mark.parametrize(("account", "heard"), [("", True), ("TILL.greenfield ", True), ("old.greenfield", False)])
def test_a_word_does_not_outlive_its_account(account: str, heard: bool, tmp_path: Path) -> None:
    """What somebody saw of the roles and permissions of another account says nothing of the one that is named now; of
    the licence it does."""
    facts = "{roles: [Till write-back], permissions: [Dinner Money], writeLicence: bought}"
    word = attestation(1, "greenfield/till", facts)
    if account:
        word = word.replace("supplier: till,", f"supplier: till, account: {account!r},")
    desired = workspace(tmp_path, word)
    till = overlay(live_side(desired, till=probed(UNPROBED)), desired, TODAY).accesses[TILL]
    assert said(till.fact(Aspect.WRITE_LICENCE)) == "bought"
    assert (isinstance(till.roles, Known), isinstance(till.permissions, Known)) == (heard, heard)
    if not heard:
        gone = "attestation by J. Smith is for the account old.greenfield, and the manifests now name till.greenfield"
        assert till.roles == till.permissions == Unknown(UnknownReason.EXPIRED, gone)


def test_an_account_s_words_are_no_application_s(tmp_path: Path) -> None:
    """A supplier that gets in another way by now has other things granted."""
    word = attestation(1, "greenfield/meals", "{entities: [Students]}")
    desired = workspace(tmp_path, word.replace("supplier: meals,", "supplier: meals, account: old,"))
    entities = overlay(live_side(desired), desired, TODAY).accesses[MEALS].entities
    assert entities == Unknown(
        UnknownReason.EXPIRED, "attestation by J. Smith is for the account old, and the manifests now name none"
    )


def test_a_word_on_consent_that_the_lawful_basis_overrules_is_told(tmp_path: Path) -> None:
    """Under such a basis Bromcom shares all students, whoever withheld consent: who said so must read it. Contacts do
    not follow from it."""
    consent = "{lawfulBasis: Public Task, consent: {students: not set, contacts: not set}}"
    desired = workspace(tmp_path, attestation(1, "greenfield", consent))
    live = live_side(desired, till=probed())
    vouched = overlay(live, desired, TODAY)
    (denied,) = vouched.accesses[TILL].denied
    assert denied.subject == FactRef("greenfield", "till", Aspect.CONSENT, "students")
    assert (denied.said, denied.seen) == (
        "not set", "all students are shared, since the lawful basis is Public Task",
    )  # fmt: skip
    assert vouched.accesses[WONDE].denied == ()
    told = render_text(material(make_plan(desired, vouched, NOTHING_SENSITIVE, TODAY)))
    assert "not set; but all students are shared, since the lawful basis is Public Task" in told
    unset = workspace(tmp_path / "2", attestation(1, "greenfield", consent.replace("Public Task", "Consent")))
    assert overlay(live, unset, TODAY).accesses[TILL].denied == ()
    assert overlay(live, desired, date(2028, 1, 1)).accesses[TILL].denied == ()


def test_a_word_is_heard_where_the_snapshot_holds_nothing(tmp_path: Path) -> None:
    """The rest of that access and school is unknown for the snapshot's reason."""
    desired = workspace(
        tmp_path,
        attestation(1, "greenfield/till", "{writeLicence: bought}"),
        attestation(2, "greenfield", "{lawfulBasis: Consent}"),
    )
    empty = Live(schools={}, accesses={}, recorded=datetime(2026, 11, 30, tzinfo=UTC))
    vouched = overlay(empty, desired, TODAY)
    assert said(vouched.accesses[TILL].fact(Aspect.WRITE_LICENCE)) == "bought"
    assert why(vouched.accesses[TILL].login) is UnknownReason.NOT_RECORDED
    assert said(vouched.schools["greenfield"].lawful_basis) == "Consent"
    assert why(vouched.schools["greenfield"].reachable) is UnknownReason.NOT_RECORDED


def test_a_plan_of_what_people_vouch_for_is_in_sync(tmp_path: Path) -> None:
    """Where every declared fact is known, by a probe or by a word, nothing is left to attest."""
    desired = workspace(
        tmp_path,
        attestation(
            1,
            "greenfield/till",
            "{roles: [Third Party, Till write-back], permissions: [Dinner Money], writeLicence: bought, "
            "oldExport: disconnected}",
        ),
        attestation(2, "greenfield", "{lawfulBasis: Public Task, consent: {contacts: set}}"),
    )
    plan = planned(desired, live_side(desired, till=probed()), TODAY)
    (till,) = [access for access in plan.accesses if access.address == TILL]
    assert till.in_sync


def planned(desired: Desired, live: Live, today: date) -> Plan:
    """The plan of a live side with people's words in it."""
    return make_plan(desired, overlay(live, desired, today), NOTHING_SENSITIVE, today)


def test_a_word_of_a_moment_to_come_is_not_said_yet(tmp_path: Path) -> None:
    """One of tonight would beat the one that somebody gives now, and says when they look at it."""
    soon = (datetime.now(UTC) + timedelta(minutes=10)).strftime("%Y-%m-%dT%H:%M:%SZ")
    last = f"{datetime.now(UTC) + timedelta(days=30):%Y-%m-%d}"
    before = f"{datetime.now(UTC) - timedelta(days=30):%Y-%m-%d}"
    late = attestation(1, "greenfield/till", "{writeLicence: bought}", on=soon, expires=last)
    early = attestation(2, "greenfield/till", "{writeLicence: missing}", on=before, expires=last)
    tmp_path.joinpath("reconciler.yaml").write_text(MANIFESTS + late + early, encoding="utf-8")
    desired = desired_of(tmp_path, datetime.now(UTC))
    assert [word.values for word in desired.words] == [("missing",)]
    assert [word.values for word in desired.later_words] == [("bought",)]


# --- Laws -----------------------------------------------------------------------------------------------------------

NAMES = st.lists(st.sampled_from(["Students", "STAFF", "Staff", "Third Party", "Till write-back", "Dinner Money"]))
DAYS = st.integers(1, 28)


@st.composite
def words(draw: st.DrawFn) -> AttestedFact:
    """Any word on any fact of three accesses and a school."""
    fact = draw(st.sampled_from(list(FACT_KEYS.values())))
    values = (draw(st.sampled_from(fact.row.choices)),) if fact.row.choices else tuple(draw(NAMES))
    supplier = "" if fact.row.of_school else draw(st.sampled_from(["till", "wonde", "meals"]))
    on = datetime(2026, 11, draw(DAYS), draw(st.integers(0, 23)), tzinfo=UTC)
    origin = Origin("a.yaml", draw(st.integers(1, 10**6)), 1)
    evidence = Attested("J. Smith", on, date(2026, 12, draw(DAYS)), "", origin)
    return AttestedFact(FactRef("greenfield", supplier, fact.row.aspect, fact.name), values, evidence)


def one_of_each_moment(said: list[AttestedFact]) -> list[AttestedFact]:
    """Without words that the rule word-conflict does not let through."""
    return list({(word.subject, word.evidence.on): word for word in said}.values())


WORDS = st.lists(words(), max_size=12).map(one_of_each_moment)
PROBES = st.sampled_from(
    [probed(), probed(Known(Login.REFUSED, PROBED), UNPROBED), probed(UNPROBED, {}), probed(UNPROBED, UNPROBED)]
)
TODAYS = st.builds(date, st.just(2026), st.sampled_from([11, 12]), DAYS)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Desired:
    """The workspace without a word in it."""
    return workspace(tmp_path_factory.mktemp("plain"))


@given(data=st.data(), said=WORDS, probe=PROBES, today=TODAYS)
def test_the_order_of_words_never_matters(
    plain: Desired, data: st.DataObject, said: list[AttestedFact], probe: object, today: date
) -> None:
    """Nor does saying it twice: vouching again changes nothing."""
    live = live_side(plain, till=probe, wonde=probe)  # type: ignore[arg-type]
    ordered = replace(plain, words=tuple(said))
    vouched = overlay(live, ordered, today)
    shuffled = replace(plain, words=tuple(data.draw(st.permutations(said))))
    assert overlay(live, shuffled, today) == vouched
    assert overlay(vouched, ordered, today) == vouched


@given(said=WORDS, probe=PROBES, today=TODAYS)
def test_a_word_never_beats_a_probe(plain: Desired, said: list[AttestedFact], probe: object, today: date) -> None:
    """What a probe knows is what is known, whatever is said."""
    live = live_side(plain, till=probe, wonde=probe)  # type: ignore[arg-type]
    vouched = overlay(live, replace(plain, words=tuple(said)), today)
    for address in (TILL, WONDE):
        for before, after in (
            (live.accesses[address].login, vouched.accesses[address].login),
            (live.accesses[address].entities, vouched.accesses[address].entities),
        ):
            assert not isinstance(before, Known) or after == before


@given(said=WORDS, probe=PROBES, today=TODAYS)
def test_without_the_words_on_a_fact_no_change_is_added(
    plain: Desired, said: list[AttestedFact], probe: object, today: date
) -> None:
    """Taking all that is said of some facts away leaves fewer changes, and never another one."""
    live = live_side(plain, till=probe, wonde=probe)  # type: ignore[arg-type]
    every = changes(planned(replace(plain, words=tuple(said)), live, today))
    for subject in {word.subject for word in said}:
        rest = tuple(word for word in said if word.subject != subject)
        assert changes(planned(replace(plain, words=rest), live, today)) <= every | consent_of(said, subject)


def consent_of(said: list[AttestedFact], subject: FactRef) -> set[tuple[str, Aspect, str]]:
    """What a lawful basis made true, and is known by its own words alone once that is not known any more."""
    if subject.aspect is not Aspect.LAWFUL_BASIS:
        return set()
    return {
        (f"greenfield/{supplier}", Aspect.CONSENT, word.subject.name)
        for word in said
        if word.subject.aspect is Aspect.CONSENT
        for supplier in ("till", "wonde", "meals")
    }


def changes(plan: Plan) -> set[tuple[str, Aspect, str]]:
    """What differs, by place."""
    return {
        (place, change.aspect, change.name)
        for place, found in [
            *((school.name, school.changes) for school in plan.schools),
            *((str(access.address), access.changes) for access in plan.accesses),
        ]
        for change in found
    }


@given(said=WORDS, probe=PROBES)
def test_words_that_have_all_expired_give_nothing(plain: Desired, said: list[AttestedFact], probe: object) -> None:
    """The changes are those of the probes, and nothing is known by a word."""
    live = live_side(plain, till=probe, wonde=probe)  # type: ignore[arg-type]
    later = planned(replace(plain, words=tuple(said)), live, date(2027, 1, 1))
    assert changes(later) == changes(planned(plain, live, date(2027, 1, 1)))
    assert later.summary.attested == 0
