"""What is news, what is remembered, and the laws of both."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from reconciler.cli.exit_codes import Exit, exit_of
from reconciler.errors import SelectionError
from reconciler.model.address import Address
from reconciler.model.aspect import Action, Aspect
from reconciler.model.change import Waiver
from reconciler.model.desired import AgreementTerms
from reconciler.model.drift_news import DifferenceState, Notified, Place, Verdict, ViewGap
from reconciler.model.evidence import NO_PROBE, Known, Unknown, UnknownReason
from reconciler.model.live import Live, LiveAccess, LiveSchool, Login
from reconciler.model.plan import Orphan
from reconciler.model.problem import DeclaredValue, Origin
from reconciler.model.review import DifferenceKey
from reconciler.planning.drift_news import ObservedScope, news, verdict_of
from reconciler.planning.scope import scope
from reconciler.planning.validity.coming_dates import coming_dates
from tests.planning.worlds import (
    GROUPCALL,
    PROBED,
    WAIVED,
    access,
    account,
    as_declared,
    attested,
    desired_of,
    granted,
    live_of,
    planned,
    vouch,
    without,
    worlds,
)

if TYPE_CHECKING:
    from reconciler.model.desired import Desired
    from reconciler.model.drift_news import News
    from reconciler.model.plan import Plan

EVERYWHERE = ObservedScope()
PLACE = Origin("suppliers.yaml", 1, 1)
NOTHING = Notified()
RIVERSIDE = Address("riverside", "groupcall")
DOWN = Unknown(UnknownReason.UNREACHABLE, "no answer in 30 s")


def hear(*plans: Plan, looked: ObservedScope = EVERYWHERE) -> list[News]:
    """The news of runs that follow each other, each of which was told."""
    told, found = NOTHING, []
    for plan in plans:
        found.append(news(told, plan, looked))
        told = found[-1].told
    return found


def of_groupcall(*names: str, wanted: tuple[str, ...] = ("Students", "Staff")) -> Plan:
    """Groupcall should have some entities, and has these."""
    return planned(desired_of(access(wanted)), live_of({GROUPCALL: granted(*names)}))


def of_silence() -> Plan:
    """The same access, of which nothing is known."""
    return planned(desired_of(access(["Students", "Staff"])), live_of({GROUPCALL: LiveAccess(DOWN, DOWN)}))


def names(found: News) -> tuple[list[str], list[str]]:
    """The names of what is new, and of what is mended."""
    return [each.change.name for each in found.new], [each.state.name for each in found.mended]


def test_a_day_that_passed_is_news_once() -> None:
    """Also beside a job that does not look there; another day is another one, and one that comes is none."""
    plan = of_groupcall("Students", "Staff")
    terms = {"groupcall": AgreementTerms(review_by=DeclaredValue("2026-11-20", PLACE))}
    over, later = (
        coming_dates(replace(desired_of(access()), terms=terms), date.fromisoformat(day))
        for day in ("2026-11-21", "2026-11-20")
    )
    assert not news(NOTHING, plan, EVERYWHERE, coming=later)
    first = news(NOTHING, plan, EVERYWHERE, coming=over)
    assert [day.subject for day in first.overdue] == ["groupcall"]
    other = news(first.told, plan, ObservedScope(["riverside"]))
    assert not other
    assert not news(other.told, plan, EVERYWHERE, coming=over)
    moved = [replace(over[0], day=date(2026, 11, 19))]
    assert news(other.told, plan, EVERYWHERE, coming=moved)


def test_an_account_that_is_no_longer_agreed_is_news_once() -> None:
    """The night it is left behind, and not the nights it stays; nor where a run did not look. It is drift."""
    plan, orphan = of_groupcall("Students", "Staff"), Orphan("riverside", "till", "Till", "till.riverside")
    first = news(NOTHING, plan, EVERYWHERE, [orphan])
    assert first.orphans == (orphan,)
    assert not news(first.told, plan, EVERYWHERE, [orphan])
    elsewhere = news(first.told, plan, ObservedScope(schools=["greenfield"]))
    assert not news(elsewhere.told, plan, EVERYWHERE, [orphan])
    gone = news(first.told, plan, EVERYWHERE)
    assert news(gone.told, plan, EVERYWHERE, [orphan]).orphans == (orphan,)
    assert (verdict_of(plan), verdict_of(plan, [orphan])) == (Verdict.IN_SYNC, Verdict.DRIFT)


def test_a_difference_is_news_once() -> None:
    """The night it comes, and not the nights it stays."""
    first, second = hear(of_groupcall("Students"), of_groupcall("Students"))
    assert names(first) == (["Staff"], [])
    assert not second
    assert second.still == 1


def test_a_first_run_that_finds_nothing_has_no_news() -> None:
    """In sync is no news to anybody who was told nothing else."""
    (only,) = hear(of_groupcall("Students", "Staff"))
    assert not only
    assert only.told == NOTHING


def test_a_difference_that_goes_and_comes_back_is_told_both_times() -> None:
    """Nobody takes the second for the first."""
    drifted, whole = of_groupcall("Students"), of_groupcall("Students", "Staff")
    told = [names(found) for found in hear(drifted, whole, drifted, whole)]
    assert told == [(["Staff"], []), ([], ["Staff"]), (["Staff"], []), ([], ["Staff"])]


def test_what_could_not_be_asked_is_neither_mended_nor_news_every_night() -> None:
    """The gap is told when it opens and when it closes; the difference behind it stays what it was."""
    drifted, silent, whole = of_groupcall("Students"), of_silence(), of_groupcall("Students", "Staff")
    _, down, still_down, back = hear(drifted, silent, silent, drifted)
    assert (down.opened, names(down), down.still, down.unseen) == ((ViewGap.UNSEEN,), ([], []), 1, 1)
    assert not still_down
    assert (back.closed, names(back), back.still, back.unseen) == ((ViewGap.UNSEEN,), ([], []), 1, 0)
    *_, mended = hear(drifted, silent, whole)
    assert (mended.closed, names(mended)) == ((ViewGap.UNSEEN,), ([], ["Staff"]))


def test_a_service_that_goes_down_is_news_where_something_always_waits_to_be_attested() -> None:
    """The two gaps are told apart."""
    desired = desired_of(access(["Students"], role="Till"))
    waiting = planned(desired, live_of({GROUPCALL: granted("Students")}))
    down = planned(desired, live_of({GROUPCALL: LiveAccess(DOWN, DOWN)}))
    first, second, third = hear(waiting, down, waiting)
    assert (first.opened, first.closed) == ((ViewGap.TO_ATTEST,), ())
    assert (second.opened, second.closed) == ((ViewGap.UNSEEN,), ())
    assert (third.opened, third.closed) == ((), (ViewGap.UNSEEN,))


def test_a_second_school_that_goes_dark_is_told_and_so_is_the_light() -> None:
    """Each place once: where one is always dark, the others going dark must be news."""
    desired = desired_of(access(["Students"]), access(["Students"], address=RIVERSIDE))
    one = live_of({GROUPCALL: LiveAccess(DOWN, DOWN), RIVERSIDE: granted("Students")})
    two = live_of({GROUPCALL: LiveAccess(DOWN, DOWN), RIVERSIDE: LiveAccess(DOWN, DOWN)})
    nights = [planned(desired, live) for live in (one, two, two, one)]
    of_greenfield, of_riverside = Place(*GROUPCALL), Place(*RIVERSIDE)
    assert [(found.lost, found.regained) for found in hear(*nights)] == [
        ((of_greenfield,), ()),
        ((of_riverside,), ()),
        ((), ()),
        ((), (of_riverside,)),
    ]


def test_a_refused_login_is_one_piece_of_news() -> None:
    """What it hides is not told beside it; and it does not cover up that the service goes down the next night."""
    refused = Unknown(UnknownReason.LOGIN_REFUSED, "Bromcom refused this login (401)")
    desired = desired_of(access(["Students"]))
    login = LiveAccess(Known(Login.REFUSED, PROBED), refused, refusal="Bromcom refused this login (401)")
    nights = [planned(desired, live_of({GROUPCALL: each})) for each in (login, LiveAccess(DOWN, DOWN), login)]
    first, down, back = hear(*nights)
    assert ([each.change.action for each in first.new], first.lost, first.opened) == ([Action.MEND_LOGIN], (), ())
    assert (down.lost, down.mended) == ((Place(*GROUPCALL),), ())
    assert (back.new, back.regained) == ((), (Place(*GROUPCALL),))


def test_a_place_that_nobody_asks_for_any_more_is_not_seen_again() -> None:
    """Its password was taken out of the manifests while it was dark."""
    down = planned(desired_of(access(["Students"])), live_of({GROUPCALL: LiveAccess(DOWN, DOWN)}))
    kept_by_nobody = desired_of(access(["Students"], via=account("groupcall", password=False)))
    _, found = hear(down, planned(kept_by_nobody, live_of({GROUPCALL: LiveAccess(NO_PROBE, NO_PROBE)})))
    assert (found.regained, found.closed, found.opened) == ((), (ViewGap.UNSEEN,), (ViewGap.TO_ATTEST,))


def test_a_gap_at_a_place_that_is_looked_at_stays_only_if_it_is_there() -> None:
    """A selection leaves the gaps of other places as they are, and neither keeps nor loses its own."""
    desired = desired_of(access(["Students"]), access(["Students"], address=RIVERSIDE))
    dark = planned(desired, live_of({GROUPCALL: LiveAccess(DOWN, DOWN), RIVERSIDE: LiveAccess(DOWN, DOWN)}))
    told = news(NOTHING, dark, EVERYWHERE).told
    part = planned(scope(desired, schools=["greenfield"]), live_of({GROUPCALL: granted("Students")}))
    found = news(told, part, ObservedScope(schools=["greenfield"]))
    assert found.told.gaps == {(Place(*RIVERSIDE), ViewGap.UNSEEN)}
    # A selection of suppliers has the school in its plan, and does not look at it: what is seen there is seen.
    at_school = replace(told, gaps=frozenset({(Place("greenfield", ""), ViewGap.UNSEEN)}))
    found = news(at_school, part, ObservedScope(suppliers=["groupcall"]))
    assert found.told.gaps == frozenset()
    assert found.regained == (Place("greenfield", ""),)


def test_hardly_anything_seen_is_blind_whatever_differs() -> None:
    """A watcher must not take a picture of nothing for one of drift. What waits for a person counts neither way."""
    schools = [f"school-{number}" for number in range(10)]
    desired = desired_of(
        *(access(["Students"], address=Address(name, "groupcall")) for name in schools),
        access(["Students"], via=account("till", password=False), address=Address("school-0", "till")),
        lawful_basis="Public Task",
    )

    def seen(number: int) -> Plan:
        accesses = {
            Address(name, "groupcall"): granted("Students", "Staff") if each < number else LiveAccess(DOWN, DOWN)
            for each, name in enumerate(schools)
        }
        accesses[Address("school-0", "till")] = LiveAccess(NO_PROBE, NO_PROBE)
        return planned(desired, live_of(accesses))

    assert [verdict_of(seen(number)) for number in (0, 1, 2)] == [Verdict.BLIND, Verdict.BLIND, Verdict.DRIFT]
    assert seen(1).summary.changes


def test_a_school_without_its_own_facts_that_is_down_is_a_gap() -> None:
    """That it does not answer is known, and everything else of it is not."""
    desired = desired_of(access(["Students"]))
    down = Live({"greenfield": LiveSchool(Known(False, PROBED), "no answer")}, {GROUPCALL: LiveAccess(DOWN, DOWN)})
    (found,) = hear(planned(desired, down))
    assert (Place("greenfield", ""), ViewGap.UNSEEN) in found.told.gaps


def test_a_difference_that_a_waiver_accepts_is_told_as_accepted() -> None:
    """It is not mended; when the waiver's time is over it is new again."""
    desired = desired_of(access(["Students", "Staff"]))
    live = live_of({GROUPCALL: granted("Students")})
    waiver = Waiver(frozenset({"greenfield"}), "groupcall", Action.GRANT, Aspect.READ, "Staff", WAIVED)
    lapsed = replace(waiver, terms=replace(WAIVED, expires=date(2026, 10, 1)))
    plans = [planned(replace(desired, waivers=waivers), live) for waivers in ((), (waiver,), (lapsed,))]
    _, accepted, again = hear(*plans)
    assert [each.state.name for each in accepted.accepted] == ["Staff"]
    assert names(accepted) == ([], [])
    assert names(again) == (["Staff"], [])


def test_a_difference_that_was_never_told_and_is_accepted_is_not_told() -> None:
    """Somebody knew of it before the first run."""
    waiver = Waiver(frozenset({"greenfield"}), "groupcall", Action.GRANT, Aspect.READ, "Staff", WAIVED)
    desired = replace(desired_of(access(["Students", "Staff"])), waivers=(waiver,))
    (found,) = hear(planned(desired, live_of({GROUPCALL: granted("Students")})))
    assert not found


def test_another_value_is_news() -> None:
    """What was Consent and is Contract by now is another difference, and none is mended."""
    desired = desired_of(access(["Students"]), lawful_basis="Public Task")
    basis = [
        replace(
            live_of({GROUPCALL: granted("Students")}),
            schools={"greenfield": vouch(LiveSchool(Known(True, PROBED)), lawful_basis=Known(value, attested()))},
        )
        for value in ("Consent", "Contract", "Contract")
    ]
    first, second, third = hear(*(planned(desired, live) for live in basis))
    assert [each.change.before for each in (*first.new, *second.new)] == ["Consent", "Contract"]
    assert (second.mended, second.still) == ((), 0)
    assert not third


def test_another_spelling_is_no_news() -> None:
    """The service may spell an entity otherwise tomorrow."""
    first, second = hear(of_groupcall("Students", "Staff", "Extra"), of_groupcall("Students", "Staff", "EXTRA"))
    assert names(first) == (["Extra"], [])
    assert not second


def test_what_the_manifests_do_not_declare_any_more_is_no_difference_any_more() -> None:
    """A supplier that left takes its differences along; nobody looked if they are mended."""
    both = desired_of(access(["Students"]), access(["Students"], address=RIVERSIDE))
    one = desired_of(access(["Students"]))
    _, second = hear(
        planned(both, live_of({GROUPCALL: granted("Students"), RIVERSIDE: granted("Staff")})),
        planned(one, live_of({GROUPCALL: granted("Students")})),
    )
    assert sorted(each.state.name for each in second.dropped) == ["Staff", "Students"]
    assert (second.new, second.mended) == ((), ())
    assert second.told == NOTHING


def test_a_fact_that_is_not_declared_any_more_is_not_mended() -> None:
    """The place is looked at, and this of it not any more."""
    plans = [
        planned(
            desired_of(access(["Students"]), lawful_basis=basis),
            replace(
                live_of({GROUPCALL: granted("Students")}),
                schools={"greenfield": vouch(LiveSchool(Known(True, PROBED)), lawful_basis=Known(value, attested()))},
            ),
        )
        for basis, value in (("Public Task", "Consent"), (None, "Consent"), ("Public Task", "Public Task"))
    ]
    _, dropped = hear(*plans[:2])
    assert (len(dropped.dropped), dropped.mended) == (1, ())
    _, mended = hear(plans[0], plans[2])
    assert (len(mended.mended), mended.dropped) == (1, ())


def test_the_riskiest_news_stands_first() -> None:
    """Whoever reads one line reads the one that matters most."""
    (found,) = hear(of_groupcall("PersonPhotos", "SomethingNew"))
    assert names(found)[0] == ["PersonPhotos", "SomethingNew", "Staff", "Students"]


def test_an_account_that_is_refused_hides_its_entities_and_is_news_itself() -> None:
    """A refused login never mends a missing tick."""
    refused = Unknown(UnknownReason.LOGIN_REFUSED, "Bromcom refused this login (401)")
    login = LiveAccess(Known(Login.REFUSED, PROBED), refused, refusal="Bromcom refused this login (401)")
    plan = planned(desired_of(access(["Students", "Staff"])), live_of({GROUPCALL: login}))
    _, found = hear(of_groupcall("Students"), plan)
    assert ([each.change.action for each in found.new], found.mended) == ([Action.MEND_LOGIN], ())
    assert found.still == 1


def test_a_permission_too_many_is_not_mended_by_a_word_that_ran_out() -> None:
    """One word settles all permissions of an account, those that nobody declared included."""
    desired = desired_of(access(["Students"], role="Till", permissions=["Attendance"]))
    seen = as_declared(desired)
    of_account = seen.accesses[GROUPCALL]
    held = {"attendance": "Attendance", "staff": "Staff"}
    extra = replace(seen, accesses={GROUPCALL: replace(of_account, permissions=Known(held, attested()))})
    expired = replace(
        seen, accesses={GROUPCALL: replace(of_account, permissions=Unknown(UnknownReason.EXPIRED, "expired"))}
    )
    first, second = hear(planned(desired, extra), planned(desired, expired))
    assert names(first) == (["Staff"], [])
    assert (names(second), second.unseen) == (([], []), 1)


@given(worlds())
def test_law_nothing_changed_nothing_told(world: tuple[Desired, Live]) -> None:
    """The same plan twice is no news the second time, and changes nothing of what is remembered."""
    plan = planned(*world)
    first, second = hear(plan, plan)
    assert not second
    assert second.told == first.told


@given(worlds(), st.data())
def test_law_knowledge_lost_mends_nothing(world: tuple[Desired, Live], data: st.DataObject) -> None:
    """Taking knowledge away yields no new difference, no mended one and no accepted one."""
    desired, live = world
    lost = live
    for address in data.draw(st.sets(st.sampled_from(sorted(desired.accesses) or [GROUPCALL]))):
        lost = without(lost, address)
    for name in data.draw(st.sets(st.sampled_from(sorted(desired.schools)))):
        lost = replace(lost, schools={**lost.schools, name: LiveSchool(DOWN)})
    first, second = hear(planned(desired, live), planned(desired, lost))
    assert (second.new, second.mended, second.accepted) == ((), (), ())
    assert second.told.differences == first.told.differences


@given(worlds())
def test_law_knowledge_regained_tells_no_difference_twice(world: tuple[Desired, Live]) -> None:
    """A night without an answer to anything, and the next morning: no difference is news."""
    desired, live = world
    silent = Live({name: LiveSchool(DOWN) for name in desired.schools}, {}, recorded=live.recorded)
    plan = planned(desired, live)
    *_, back = hear(plan, planned(desired, silent), plan)
    assert (back.new, back.mended, back.accepted) == ((), (), ())


@given(worlds(), worlds(), st.lists(st.tuples(st.booleans(), st.booleans()), max_size=6))
def test_law_whoever_hears_every_message_knows_what_is_remembered(
    one: tuple[Desired, Live], other: tuple[Desired, Live], nights: list[tuple[bool, bool]]
) -> None:
    """Messages that get lost included: what is added and taken away in those that arrive is the state, always."""
    plans = planned(*one), planned(*other)
    told, known, gaps = NOTHING, dict[DifferenceKey, DifferenceState](), set[ViewGap]()
    for which, arrives in nights:
        found = news(told, plans[which], EVERYWHERE)
        if not arrives:
            continue
        told = found.told
        for gone in (*found.mended, *found.dropped, *found.accepted):
            del known[gone.difference]
        for new in found.new:
            change = new.change
            key = DifferenceKey.of(change, new.place.school, new.place.supplier)
            known[key] = DifferenceState(change.name, change.before, change.after)
        gaps = (gaps | set(found.opened)) - set(found.closed)
        assert {key: state[1:] for key, state in known.items()} == {
            key: state[1:] for key, state in told.differences.items()
        }
        assert gaps == {gap for _, gap in told.gaps}
        assert found.still + len(found.new) == len(told.differences)


@given(worlds())
def test_law_two_jobs_with_a_school_each_know_together_what_one_knows(world: tuple[Desired, Live]) -> None:
    """Whoever goes first, and nothing is news to the second that the first has told."""
    desired, live = world
    parts = {name: planned(scope(desired, schools=[name]), live) for name in desired.schools}
    ends = []
    for order in (sorted(parts), sorted(parts, reverse=True)):
        told = NOTHING
        for name in order:
            told = news(told, parts[name], ObservedScope(schools=[name])).told
        assert not any(news(told, parts[name], ObservedScope(schools=[name])) for name in order)
        ends.append(told)
    assert ends[0] == ends[1]
    assert ends[0] == news(NOTHING, planned(desired, live), EVERYWHERE).told


@given(worlds())
def test_law_the_verdict_says_what_the_exit_code_says(world: tuple[Desired, Live]) -> None:
    """A watcher and a script hear the same."""
    plan = replace(planned(*world), interrupted=False)
    codes = {Verdict.IN_SYNC: Exit.OK, Verdict.DRIFT: Exit.DIFFERENCES, Verdict.INCOMPLETE: Exit.INCOMPLETE}
    verdict = verdict_of(plan)
    assert exit_of(plan) is codes.get(verdict, exit_of(plan))
    assert verdict is not Verdict.BLIND or exit_of(plan) in (Exit.DIFFERENCES, Exit.INCOMPLETE)


def test_a_selection_of_suppliers_says_nothing_of_the_others_and_of_schools() -> None:
    """A run for one supplier leaves what is known of another, and of the school's own facts."""
    looked = ObservedScope(suppliers=["group*"])
    assert looked.at(Place("greenfield", "groupcall"))
    assert not looked.at(Place("greenfield", "till"))
    assert not looked.at(Place("greenfield", ""))
    assert ObservedScope(schools=["green*"]).at(Place("greenfield", ""))
    assert not ObservedScope(schools=["green*"]).at(Place("riverside", ""))


_globs = st.lists(st.sampled_from(["greenfield", "river*", "*"]), max_size=2)


@given(worlds(), _globs, st.lists(st.sampled_from(["groupcall", "t*"]), max_size=2))
def test_law_a_run_looks_at_what_its_selection_takes(
    world: tuple[Desired, Live], schools: list[str], suppliers: list[str]
) -> None:
    """The two readings of the options are one: what would be in a plan, and what a plan would say is gone."""
    desired, _ = world
    try:
        part = scope(desired, schools=schools, suppliers=suppliers)
    except SelectionError:
        return
    looked = ObservedScope(schools, suppliers)
    assert {each for each in desired.accesses if looked.at(Place(*each))} == set(part.accesses)
    if not suppliers:
        assert {name for name in desired.schools if looked.at(Place(name, ""))} == set(part.schools)


def test_an_account_without_a_password_is_to_attest_and_not_unseen() -> None:
    """Nobody was asked, and a person can say."""
    plan = planned(
        desired_of(access(["Students"], via=account("groupcall", password=False))),
        live_of({GROUPCALL: LiveAccess(NO_PROBE, NO_PROBE)}),
    )
    (found,) = hear(plan)
    assert found.opened == (ViewGap.TO_ATTEST,)
