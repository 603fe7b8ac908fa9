"""A plan is carried out page by page, and every outcome is a probe's or a person's word; nobody's say-so."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reconciler.applying.operator import OperatorAnswer
from reconciler.model.aspect import Aspect, FactRef
from reconciler.model.attestation import AttestationReply, Question
from reconciler.model.evidence import Attested, Probed
from reconciler.model.journal import ApplyFinished, AttestationWritten, OutcomeFound, PageAnswered
from reconciler.model.outcome import Contradicted, Failed, PageAnswer, Pending, Skipped, Verified
from reconciler.model.runbook import ClickKind, PageId
from reconciler.planning.approved.due import due
from tests.applying.practice import NEXT_YEAR

if TYPE_CHECKING:
    from reconciler.model.outcome import Outcome
    from reconciler.model.runbook import PageVisit
    from tests.applying.practice import Practice

GREENFIELD = 12345
OAKWOOD = 12349
GROUPCALL = "groupcall.greenfield"
TICKS = ("greenfield", PageId.THIRD_PARTY)
STUDENTS = FactRef("greenfield", "groupcall", Aspect.READ, "Students")
CONTACTS = FactRef("greenfield", "groupcall", Aspect.READ, "StudentContacts")
ROLE = FactRef("greenfield", "cashless-till", Aspect.ROLE, "Till write-back")
LOGIN = FactRef("oakwood", "parents-evening", Aspect.LOGIN, "parents-evening.oakwood")


def by_subject(outcomes: tuple[Outcome, ...]) -> dict[FactRef, Outcome]:
    """The outcomes, to be asked for one."""
    return {outcome.subject: outcome for outcome in outcomes}


def boxes(page_visit: PageVisit) -> set[tuple[ClickKind, str]]:
    """What is ticked and unticked on a page."""
    clicks = (click for step in page_visit.visit.steps for way in step.ways for click in way.clicks)
    return {(click.do, click.label) for click in clicks if click.do in {ClickKind.TICK, ClickKind.UNTICK}}


def do_nothing(_turn: PageVisit) -> None:
    """Look at the page, and leave it."""


def test_what_is_done_is_verified_and_nothing_is_left(practice: Practice) -> None:
    """Every fact has its proof, and the next plan is empty: in sync, with everything known."""
    plan = practice.plan()
    ended = practice.apply(plan, practice.machine())
    assert [outcome.subject for outcome in ended.outcomes] == list(due(plan))
    for outcome in ended.outcomes:
        assert isinstance(outcome, Verified)
        seen = outcome.subject.aspect in {Aspect.READ, Aspect.LOGIN} and outcome.subject.supplier != "reading-scheme"
        assert isinstance(outcome.evidence, Probed if seen else Attested)
    assert (ended.others, ended.stopped) == ((), False)
    after = practice.plan(before=plan)
    assert (after.summary.changes, after.summary.unknown, after.complete) == (0, 0, True)


def test_every_page_is_opened_once_in_order(practice: Practice) -> None:
    """School by school, and at each in the order in which one page needs another."""
    machine = practice.machine()
    practice.apply(practice.plan(), machine)
    places = [(page_visit.school, list(PageId).index(page_visit.visit.page.id)) for page_visit in machine.opened]
    assert places == sorted(places)
    assert Counter(places).most_common(1)[0][1] == 1
    numbers = [page_visit.number for page_visit in machine.opened]
    assert numbers == sorted(set(numbers))
    assert {page_visit.of for page_visit in machine.opened} == {numbers[-1]}


def test_saying_done_proves_nothing(practice: Practice) -> None:
    """Whoever says done to everything, does nothing and vouches for nothing has verified nothing: what a probe sees
    contradicts them, and the rest waits for somebody to look."""
    plan = practice.plan()
    machine = practice.machine()
    machine.words = lambda _question: None
    pages = {(school.name, page) for school in plan.schools for page in PageId}
    machine.instead = dict.fromkeys(pages, do_nothing)
    ended = practice.apply(plan, machine)
    for outcomes in (*machine.heard, ended.outcomes):
        assert not [outcome for outcome in outcomes if isinstance(outcome, Verified)]
    assert {type(outcome) for outcome in ended.outcomes} == {Contradicted, Pending}
    assert by_subject(ended.outcomes)[STUDENTS] == Contradicted(STUDENTS, "it is not granted")
    assert by_subject(ended.outcomes)[LOGIN] == Contradicted(LOGIN, "the login is refused")
    assert isinstance(by_subject(ended.outcomes)[ROLE], Pending)
    assert practice.plan().fingerprint == plan.fingerprint


def test_a_tick_that_was_left_out_is_contradicted_and_the_page_shown_again_with_it_alone(practice: Practice) -> None:
    """The probe says which; going back shows what is missing and no more; then it is verified."""
    machine = practice.machine()
    machine.instead[TICKS] = lambda _turn: practice.sandbox.tick(GREENFIELD, GROUPCALL, "Students")
    machine.back = 1
    ended = practice.apply(practice.plan("greenfield", suppliers=["groupcall"]), machine)
    first, again = machine.opened
    assert boxes(first) == {(ClickKind.TICK, "Students"), (ClickKind.TICK, "StudentContacts")}
    assert machine.heard[0] == (
        Verified(STUDENTS, Probed("findEntitiesBySchoolID")),
        Contradicted(CONTACTS, "it is not granted"),
    )
    assert boxes(again) == {(ClickKind.TICK, "StudentContacts")}
    assert {type(outcome) for outcome in ended.outcomes} == {Verified}


def test_whoever_goes_on_leaves_it_contradicted(practice: Practice) -> None:
    """To the end: it is what the last probe says too."""
    machine = practice.machine()
    machine.instead[TICKS] = lambda _turn: practice.sandbox.tick(GREENFIELD, GROUPCALL, "Students")
    ended = practice.apply(practice.plan("greenfield", suppliers=["groupcall"]), machine)
    assert len(machine.opened) == 1
    assert {type(outcome) for outcome in ended.outcomes} == {Verified, Contradicted}
    assert practice.events()[-1] == ApplyFinished(verified=1, contradicted=1, pending=0, skipped=0, failed=0)


def test_ticks_of_the_wrong_account_are_contradicted_and_told(practice: Practice) -> None:
    """Two accounts of one page were mixed up: the right one lacks them, and the other shows at the end."""
    machine = practice.machine()
    machine.instead[TICKS] = lambda _turn: practice.sandbox.tick(
        GREENFIELD, "till.greenfield", "Students", "StudentContacts"
    )
    ended = practice.apply(practice.plan("greenfield"), machine)
    outcomes = by_subject(ended.outcomes)
    assert isinstance(outcomes[STUDENTS], Contradicted)
    assert isinstance(outcomes[CONTACTS], Contradicted)
    assert ended.others == (
        "greenfield/cashless-till read Students: was not approved",
        "greenfield/cashless-till read StudentContacts: was not approved",
    )


def test_a_tick_too_many_is_told_and_is_no_part_of_the_plan(practice: Practice) -> None:
    """Nobody approved to take it away: the page that is shown again has what is missing, and the person hears of it."""
    machine = practice.machine()
    machine.instead[TICKS] = lambda _turn: practice.sandbox.tick(GREENFIELD, GROUPCALL, "Students", "StudentFlatView")
    machine.back = 1
    ended = practice.apply(practice.plan("greenfield", suppliers=["groupcall"]), machine)
    assert boxes(machine.opened[1]) == {(ClickKind.TICK, "StudentContacts")}
    assert machine.others == [ended.others, ended.others]
    assert ended.others == ("greenfield/groupcall read StudentFlatView: was not approved",)


def test_a_mended_login_shows_what_is_really_missing(practice: Practice) -> None:
    """Nobody could see the ticks when the plan was made; once they can be seen the page has just those to set."""
    practice.sandbox.tick(OAKWOOD, "parents-evening.oakwood", "PersonPhotos")
    practice.sandbox.untick(OAKWOOD, "parents-evening.oakwood", "Staff")
    machine = practice.machine()
    plan = practice.plan("oakwood", suppliers=["parents-evening"])
    ended = practice.apply(plan, machine)
    ticks = next(page_visit for page_visit in machine.opened if page_visit.visit.page.id is PageId.THIRD_PARTY)
    assert boxes(ticks) == {(ClickKind.TICK, "Staff"), (ClickKind.UNTICK, "PersonPhotos")}
    assert [outcome.subject for outcome in ended.outcomes] == list(due(plan))
    assert {type(outcome) for outcome in ended.outcomes} == {Verified}


def test_a_new_account_is_proven_by_its_first_ticks(practice: Practice) -> None:
    """An empty list proves no login: until something is ticked it is pending, and neither failed nor verified."""
    practice.sandbox.clear_troubles()
    machine = practice.machine()
    ended = practice.apply(practice.plan("northgate"), machine)
    made, ticked, told = machine.opened
    assert (made.visit.page.id, ticked.visit.page.id) == (PageId.USERS, PageId.THIRD_PARTY)
    (first,) = machine.heard[0]
    assert isinstance(first, Pending)
    assert {type(outcome) for outcome in machine.heard[1]} == {Verified}
    assert [sheet.username for sheet in told.hand_overs] == ["parents-evening.northgate"]
    assert {type(outcome) for outcome in ended.outcomes} == {Verified}


def test_a_page_that_is_skipped_is_not_asked_again(practice: Practice) -> None:
    """Its facts are skipped, with what is; the other pages go on."""
    machine = practice.machine()
    machine.says[TICKS] = OperatorAnswer.SKIP
    ended = practice.apply(practice.plan("greenfield"), machine)
    assert [page for page in machine.pages if page == ("greenfield", "third-party-access")] == [machine.pages[2]]
    outcomes = by_subject(ended.outcomes)
    assert outcomes[STUDENTS] == Skipped(STUDENTS, "it is not granted")
    assert isinstance(outcomes[ROLE], Verified)
    assert PageAnswered("greenfield", PageId.THIRD_PARTY, PageAnswer.SKIPPED, (CONTACTS, STUDENTS)) in [
        event if not isinstance(event, PageAnswered) else replace(event, subjects=tuple(sorted(event.subjects)))
        for event in practice.events()
    ]


def test_a_person_goes_back_to_the_page_before(practice: Practice) -> None:
    """To one that was skipped, and does it then; never to one on which nothing is left, nor before the first."""
    machine = practice.machine()
    machine.first = [OperatorAnswer.BACK, OperatorAnswer.SKIP, OperatorAnswer.BACK]
    ended = practice.apply(practice.plan("greenfield"), machine)
    first, again, second, back, *_ = machine.opened
    assert first.visit == again.visit == back.visit != second.visit
    assert [page.can_go_back for page in machine.opened[:5]] == [False, False, True, False, False]
    assert [page.number for page in machine.opened[:4]] == [1, 1, 2, 1]
    assert not any(isinstance(outcome, Skipped) for outcome in ended.outcomes)


def test_a_word_is_asked_for_on_the_spot_and_written_down(practice: Practice) -> None:
    """The question says what is declared; the answer is a manifest, with its evidence, and an entry of the journal."""
    machine = practice.machine()
    practice.apply(practice.plan("greenfield", suppliers=["cashless-till"]), machine)
    assert [(question.school, question.supplier, question.declared) for question in machine.asked] == [
        ("greenfield", "cashless-till", {"permissions": ("Dinner Money",)}),
        ("greenfield", "cashless-till", {"roles": ("Third Party", "Till write-back")}),
        ("greenfield", "cashless-till", {"writeLicence": ("bought",)}),
    ]
    written = [event for event in practice.events() if isinstance(event, AttestationWritten)]
    assert written[1] == AttestationWritten("attestations/greenfield.yaml", NEXT_YEAR, "ticket 4711", (ROLE,))
    text = (practice.folder / "attestations" / "greenfield.yaml").read_text(encoding="utf-8")
    assert text.count("evidence: ticket 4711") == 3
    assert "minutes of the governors" in text


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        (("Third Party",), Contradicted(ROLE, "it is not granted")),
        (("Till write-back",), None),
    ],
)
def test_a_word_that_says_otherwise_verifies_nothing(
    practice: Practice, roles: tuple[str, ...], expected: Outcome | None
) -> None:
    """Whoever saw no such role contradicts themselves; roles with which nobody could log in are denied."""

    def words(question: Question) -> AttestationReply | None:
        return AttestationReply({"roles": roles}, NEXT_YEAR, "") if "roles" in question.declared else None

    machine = practice.machine()
    machine.words = words
    ended = practice.apply(practice.plan("greenfield", suppliers=["cashless-till"]), machine)
    outcome = by_subject(ended.outcomes)[ROLE]
    assert outcome == expected if expected else isinstance(outcome, Pending)
    assert not [outcome for outcome in ended.outcomes if isinstance(outcome, Verified)]


def test_what_was_told_is_not_told_again(practice: Practice) -> None:
    """Whoever goes back to a page for a fact of it has given the supplier its sheet already."""
    machine = practice.machine()
    said = iter(["connected", "disconnected"])

    def words(question: Question) -> AttestationReply:
        facts = question.declared if "oldExport" not in question.declared else {"oldExport": (next(said),)}
        return AttestationReply(facts, NEXT_YEAR, "")

    machine.words = words
    machine.back = 1
    ended = practice.apply(practice.plan("hilltop", suppliers=["groupcall"]), machine)
    _, first, again = machine.opened
    assert [step.settles == () for step in first.visit.steps] == [False, True]
    assert [step.settles == () for step in again.visit.steps] == [False]
    assert (len(first.hand_overs), len(again.hand_overs)) == (1, 0)
    assert {type(outcome) for outcome in ended.outcomes} == {Verified}


def test_consent_that_follows_from_the_basis_is_not_asked_for(practice: Practice) -> None:
    """One word settles both."""
    schools = practice.folder / "schools.yaml"
    text = schools.read_text(encoding="utf-8")
    schools.write_text(text.replace("lawfulBasis: Consent", "lawfulBasis: Public Task"), encoding="utf-8")
    machine = practice.machine()
    plan = practice.plan("riverside")
    of_basis = {Aspect.LAWFUL_BASIS, Aspect.CONSENT, Aspect.CONSENT_ENFORCED}
    assert {subject.aspect for subject in due(plan)} == {*of_basis, Aspect.READ}
    ended = practice.apply(plan, machine)
    assert [question.declared for question in machine.asked] == [{"lawfulBasis": ("Public Task",)}]
    assert {type(outcome) for outcome in ended.outcomes} == {Verified}


def test_only_what_a_page_touched_is_asked_after_it(practice: Practice) -> None:
    """Other accounts of the school have an access log too, which probes should not fill."""
    machine = practice.machine()
    asked: list[int] = []

    def count_and_follow(page_visit: PageVisit) -> None:
        asked.append(len(practice.sandbox.access_log()))
        machine.follow(page_visit)

    machine.instead[TICKS] = count_and_follow
    plan = practice.plan("greenfield")
    machine.says[("greenfield", PageId.OUTSIDE)] = OperatorAnswer.STOP
    practice.apply(plan, machine)
    calls = practice.sandbox.access_log()[asked[0] :]
    assert {call.username for call in calls if call.username} == {GROUPCALL}


def test_a_service_that_is_down_in_the_middle_proves_nothing(practice: Practice) -> None:
    """What was done and cannot be asked has failed, with the reason; once the service answers again it is verified."""
    machine = practice.machine()

    def do_and_break(page_visit: PageVisit) -> None:
        machine.follow(page_visit)
        practice.sandbox.set_trouble("unavailable-503", school_id=GREENFIELD)

    def mend(page_visit: PageVisit) -> None:
        practice.sandbox.clear_troubles()
        machine.follow(page_visit)

    machine.instead = {TICKS: do_and_break, ("greenfield", PageId.OUTSIDE): mend}
    ended = practice.apply(practice.plan("greenfield"), machine)
    ticks = machine.heard[2]
    assert {type(outcome) for outcome in ticks} == {Failed}
    assert {type(outcome) for outcome in ended.outcomes} == {Verified}


def test_a_service_that_stays_down_leaves_it_failed(practice: Practice) -> None:
    """Nothing is verified from memory."""
    machine = practice.machine()

    def do_and_break(page_visit: PageVisit) -> None:
        machine.follow(page_visit)
        practice.sandbox.set_trouble("unavailable-503", school_id=GREENFIELD)

    machine.instead[TICKS] = do_and_break
    ended = practice.apply(practice.plan("greenfield", suppliers=["groupcall"]), machine)
    assert {type(outcome) for outcome in ended.outcomes} == {Failed}


def test_an_outage_takes_no_page_away(practice: Practice) -> None:
    """The service is down while the first page is done: what nobody can see for a moment is still to do."""
    machine = practice.machine()

    def do_and_break(page_visit: PageVisit) -> None:
        machine.follow(page_visit)
        practice.sandbox.set_trouble("unavailable-503", school_id=GREENFIELD)

    machine.instead[("greenfield", PageId.ROLES)] = do_and_break

    def mend(page_visit: PageVisit) -> None:
        practice.sandbox.clear_troubles()
        machine.follow(page_visit)

    machine.instead[TICKS] = mend
    ended = practice.apply(practice.plan("greenfield"), machine)
    assert ("greenfield", "third-party-access") in machine.pages
    assert {type(outcome) for outcome in ended.outcomes} == {Verified}


def test_what_the_last_probe_shows_is_done_too(practice: Practice) -> None:
    """Ticks that were there when an apply went on, and are gone when everything is probed once more, are set."""
    plan = practice.plan("greenfield")
    first = practice.machine()
    first.says[("greenfield", PageId.ROLES)] = OperatorAnswer.STOP
    practice.apply(plan, first)
    practice.sandbox.tick(GREENFIELD, GROUPCALL, "Students", "StudentContacts")
    second = practice.machine()

    def follow_and_spoil(page_visit: PageVisit) -> None:
        second.follow(page_visit)
        practice.sandbox.untick(GREENFIELD, GROUPCALL, "Students")

    second.instead[("greenfield", PageId.OUTSIDE)] = follow_and_spoil
    ended = practice.resume(plan, second)
    assert [page for _, page in second.pages] == [
        "roles-and-permissions",
        "system-users",
        "outside",
        "third-party-access",
    ]
    assert {type(outcome) for outcome in ended.outcomes} == {Verified}


def test_what_waits_for_a_word_can_be_looked_at_again(practice: Practice) -> None:
    """Whoever said done too early, and has no word to give yet, goes back to the page instead of lying."""
    machine = practice.machine()
    words = iter([None])
    machine.words = lambda question: next(words, AttestationReply(question.declared, NEXT_YEAR, ""))
    machine.back = 1
    ended = practice.apply(practice.plan("greenfield", suppliers=["cashless-till"]), machine)
    assert [page for _, page in machine.pages[:2]] == ["roles-and-permissions", "roles-and-permissions"]
    assert {type(outcome) for outcome in ended.outcomes} == {Verified}


def test_sheets_are_given_away_outside_bromcom_alone(practice: Practice) -> None:
    """A page on which a step settles no fact, such as one that makes a role, is no place to give them away."""
    machine = practice.machine()
    practice.apply(practice.plan(), machine)
    assert [page_visit for page_visit in machine.opened if page_visit.hand_overs]
    assert {page_visit.visit.page.id for page_visit in machine.opened if page_visit.hand_overs} == {PageId.OUTSIDE}


@pytest.mark.parametrize(
    ("school", "stop", "pages", "left"),
    [("greenfield", PageId.THIRD_PARTY, 4, 2), ("oakwood", PageId.OUTSIDE, 4, 1)],
)
def test_what_is_to_come_is_what_comes(practice: Practice, school: str, stop: PageId, pages: int, left: int) -> None:
    """The pages that are announced are those that are opened; after a stop, those that are left."""
    plan = practice.plan(school)
    first = practice.machine()
    first.says[(school, stop)] = OperatorAnswer.STOP
    practice.apply(plan, first)
    second = practice.machine()
    practice.resume(plan, second)
    assert first.runbook
    assert second.runbook
    assert len(list(first.runbook.visits)) == first.opened[0].of == pages
    assert list(second.runbook.visits) == [page_visit.visit for page_visit in second.opened]
    assert len(second.opened) == left


def test_the_journal_holds_every_answer_and_every_outcome(practice: Practice) -> None:
    """Whoever reads it later finds for each fact its last outcome, as the apply told it, and no password."""
    machine = practice.machine()
    machine.says[TICKS] = OperatorAnswer.SKIP
    ended = practice.apply(practice.plan(), machine)
    events = practice.events()
    told = {event.outcome.subject: event.outcome for event in events if isinstance(event, OutcomeFound)}
    assert told == by_subject(ended.outcomes)
    answered = [(event.school, event.page.value) for event in events if isinstance(event, PageAnswered)]
    assert answered == machine.pages
    written = practice.journal_file.read_text(encoding="utf-8")
    passwords = [
        password
        for school in practice.sandbox.schools()
        for _, password in practice.sandbox.handed_over(school.school_id)
    ]
    assert passwords
    assert not [password for password in passwords if password in written]


def test_a_login_that_is_refused_in_the_end_finishes_nothing(practice: Practice) -> None:
    """Nobody was to mend it, so that nobody sees whether the ticks are set: the page comes once more, with a word why,
    and what is hidden to the end stays to be resumed."""
    machine = practice.machine()
    lines = (practice.folder / "practice.env").read_text(encoding="utf-8").splitlines()
    password = next(line.partition("=")[2] for line in lines if line.startswith("GROUPCALL_GREENFIELD"))

    def do_and_lock(page_visit: PageVisit) -> None:
        machine.follow(page_visit)
        practice.sandbox.set_password(GREENFIELD, GROUPCALL, "another one")

    machine.instead[TICKS] = do_and_lock
    plan = practice.plan("greenfield", suppliers=["groupcall"])
    ended = practice.apply(plan, machine)
    assert machine.pages == [("greenfield", "third-party-access")] * 2
    assert {type(outcome) for outcome in machine.heard[1]} == {Pending}
    assert "greenfield/groupcall login groupcall.greenfield: was not approved" in machine.others[1]
    assert (ended.stopped, ended.finished) == (False, False)
    assert not [event for event in practice.events() if isinstance(event, ApplyFinished)]
    practice.sandbox.set_password(GREENFIELD, GROUPCALL, password)
    ended = practice.resume(plan, practice.machine())
    assert ended.finished
    assert {type(outcome) for outcome in ended.outcomes} == {Verified}


def test_what_the_manifests_have_no_more_keeps_nothing_open(practice: Practice) -> None:
    """It fails, since nothing found there would prove it; and there is nothing to go on with."""
    machine = practice.machine()
    machine.says[("greenfield", PageId.ROLES)] = OperatorAnswer.STOP
    plan = practice.plan("greenfield")
    practice.apply(plan, machine)
    (practice.folder / "suppliers" / "cashless-till.yaml").unlink()
    ended = practice.resume(plan, practice.machine())
    assert {type(outcome) for outcome in ended.outcomes} == {Failed, Verified}
    assert ended.finished
    assert isinstance(practice.events()[-1], ApplyFinished)
