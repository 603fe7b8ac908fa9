"""The text of a plan, as people read it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.cli.output.renderers import OF_PLANS
from reconciler.model.address import Address
from reconciler.model.desired import ExtraEntities, Limit, Limits, PartnerApplication
from reconciler.model.evidence import Known, Unknown, UnknownReason
from reconciler.model.live import Live, LiveAccess, LiveSchool, Login
from reconciler.report.json import render_json
from reconciler.report.style import Style
from reconciler.report.text.plan import render_text
from tests.planning.worlds import (
    GROUPCALL,
    PROBED,
    access,
    declared,
    desired_of,
    granted,
    live_of,
    material,
    planned,
    school,
)
from tests.report.plans import everything, with_words

if TYPE_CHECKING:
    from tests.conftest import Golden


def test_a_plan_with_everything_in_it(golden: Golden) -> None:
    """Each kind of line once, and as JSON."""
    desired, live = everything()
    plan = planned(desired, live)
    golden("everything.plan.txt", render_text(material(plan)))
    golden("everything.json", render_json(material(plan, version="0.0.0")))


def test_what_people_say_stands_beside_what_a_probe_found(golden: Golden) -> None:
    """A word that holds, one that says otherwise, one that a probe contradicts; a waiver that holds, and one that
    expired; a partner application, and an account that nobody can probe."""
    desired, live = with_words()
    plan = planned(desired, live)
    golden("words.plan.txt", render_text(material(plan, effort="About 4 minutes by hand on 2 pages.")))


def test_a_plan_in_sync(golden: Golden) -> None:
    """Nothing to do is one sentence, and how complete the view was."""
    desired, live = everything()
    only = Address("meadow", "groupcall")
    desired = replace(desired, schools={"meadow": desired.schools["meadow"]}, accesses={only: desired.accesses[only]})
    golden("in-sync.txt", render_text(material(planned(desired, live))))


def test_a_partial_plan_against_a_snapshot(golden: Golden) -> None:
    """A stopped run and a snapshot say so, and so does a time where it was asked for."""
    desired, live = everything()
    live = replace(live, recorded=datetime(2026, 1, 2, tzinfo=UTC), interrupted=True, accesses={})
    created = datetime(2026, 1, 3, tzinfo=UTC)
    golden("partial.txt", render_text(material(planned(desired, live), created=created)))


def test_an_empty_workspace_is_not_in_sync() -> None:
    """Where no access is declared nothing was compared, and the text says that and no share of nothing."""
    plan = planned(desired_of(), Live({"greenfield": LiveSchool(Known(True, PROBED))}, {}))
    assert render_text(material(plan)) == (
        "Nothing was compared: the manifests in scope declare no access.\n"
        f"1 of 1 fact known.  Fingerprint {plan.fingerprint[:8]}.\n"
    )


def test_what_a_school_says_of_itself() -> None:
    """Its own unknown facts and a database that is down are told, also where no access has anything to say."""
    live = live_of({GROUPCALL: granted("Students")})
    told = render_text(material(planned(desired_of(access(), lawful_basis="Public Task"), live)))
    assert told.startswith("Partly checked: no differences found, but 1 fact could not be checked.\n1 of 1 access in")
    assert "\n\ngreenfield  School 12345 on practice\n  unknown   lawful basis Public Task  " in told
    told = render_text(material(planned(desired_of(access(role="W"), lawful_basis="Public Task"), live)))
    assert "    unknown   2 facts                   role W, write-back permissions: " in told
    down = replace(live, schools={"greenfield": LiveSchool(Known(False, PROBED), "its database is down")})
    told = render_text(material(planned(desired_of(access()), down)))
    school = "greenfield  School 12345 on practice  unreachable: its database is down; 0 accesses not checked\n"
    assert told.endswith(f"\n\n{school}")


def test_schools_and_accesses_in_sync_are_counted() -> None:
    """Each in its number: those of a school with something to say, and those of the others."""
    addresses = [Address(s, a) for s in ("greenfield", "meadow", "riverside") for a in ("groupcall", "till")]
    live = live_of(dict.fromkeys(addresses, granted("Students")))
    desired = desired_of(*(access(address=each) for each in (*addresses, Address("greenfield", "x"))))
    live = replace(live, accesses={**live.accesses, Address("greenfield", "x"): granted("Staff")})
    told = render_text(material(planned(desired, live))).splitlines()
    assert told[-2] == "  2 accesses in sync"
    assert told[-1] == "2 schools with 4 accesses in sync"


def test_a_school_that_nobody_could_ask_is_not_counted_as_in_sync() -> None:
    """No password is there at all, which is said once: a school with nothing else to say was not checked."""
    meadow, oakwood = Address("meadow", "groupcall"), Address("oakwood", "groupcall")
    no_password = Unknown(UnknownReason.NO_SECRET, "the environment variable X is not set")
    unseen = LiveAccess(no_password, no_password)
    by_application = access(address=oakwood, via=PartnerApplication(declared("Groupcall")))
    desired = desired_of(access(), access(address=meadow), by_application)
    live = live_of({GROUPCALL: unseen, meadow: unseen, oakwood: granted("Staff")})
    told = render_text(material(planned(desired, live)))
    assert "2 accesses not checked: the environment variable X is not set" in told
    assert "in sync\n" not in told


def test_a_login_and_a_list_that_are_unknown_for_two_reasons_are_two_lines() -> None:
    """Neither reason stands for the other."""
    found = LiveAccess(Unknown(UnknownReason.UNREADABLE, "a web page"), Unknown(UnknownReason.UNREACHABLE, "no answer"))
    told = render_text(material(planned(desired_of(access()), live_of({GROUPCALL: found}))))
    assert (
        "    unknown   login groupcall.greenfield  a web page\n    unknown   1 entity                    no answer\n"
        in told
    )


def test_a_limit_and_logins_in_their_number() -> None:
    """The limit on widening counts what is to tick once logins are mended too, and says so; two logins are logins."""
    refused = LiveAccess(Known(Login.REFUSED, PROBED), Unknown(UnknownReason.LOGIN_REFUSED, "401"))
    till, other = Address("greenfield", "till"), Address("greenfield", "other")
    desired = desired_of(
        *(access(address=each) for each in (GROUPCALL, till, other)), limits=Limits(widen=Limit(count=0))
    )
    live = live_of({GROUPCALL: granted(), till: refused, other: refused})
    told = render_text(material(planned(desired, live)))
    assert told.startswith("Action needed: 1 missing, 2 logins refused, 2 facts could not be checked.\n")
    perhaps = "(1 to grant now, 2 ticks if the refused logins are new accounts)"
    assert f"Over the limit `widen`: 3 to add {perhaps}, and the limit is 0.\n" in told
    assert not any(line.endswith(" ") for line in told.splitlines())


def test_a_long_name_pushes_only_its_own_line_aside() -> None:
    """The column of names is as wide as the widest of up to 40 characters, of what is only reported too."""
    long, shorter = "L" * 41, "M" * 39
    desired = desired_of(access(["Students", long], extra=ExtraEntities.REPORT))
    told = render_text(material(planned(desired, live_of({GROUPCALL: granted()}))))
    assert f"    missing   Students{' ' * 32}  suppliers.yaml:10\n" in told
    assert f"    missing   {long}  suppliers.yaml:11 · unrecognised kind of record: treat as sensitive\n" in told
    told = render_text(
        material(planned(desired_of(access(extra=ExtraEntities.REPORT)), live_of({GROUPCALL: granted(shorter)})))
    )
    assert f"    missing   Students{' ' * 31}  suppliers.yaml:10\n" in told


def test_text_from_outside_is_shown_as_numbers_wherever_it_stands() -> None:
    """In names, in refusals, in reasons, and in what is said of a school."""
    steering = "\x1b[2J"
    refused = LiveAccess(Known(Login.REFUSED, PROBED), Unknown(UnknownReason.LOGIN_REFUSED, "401"), refusal=steering)
    unknown = Unknown(UnknownReason.UNREADABLE, steering)
    states = {
        Address("greenfield", "a"): (access([]), granted(f"Staff{steering}")),
        Address("greenfield", "b"): (access(), refused),
        Address("greenfield", "c"): (access(), LiveAccess(unknown, unknown)),
        Address("greenfield", "d"): (access([], extra=ExtraEntities.REPORT), granted(f"Photos{steering}")),
    }
    desired = desired_of(*(replace(wanted, address=each) for each, (wanted, _) in states.items()))
    live = live_of({each: found for each, (_, found) in states.items()})
    far = {"riverside": LiveSchool(Known(False, PROBED), steering)}
    live = replace(live, schools={**live.schools, **far})
    desired = replace(desired, schools={**desired.schools, "riverside": school("riverside")})
    told = render_text(material(planned(desired, live)))
    assert "\x1b" not in told
    assert told.count("\\x1b[2J") == 5


def test_a_terminal_gets_lines_that_fit(golden: Golden) -> None:
    """What is said of a name goes on below itself, and what is said of a school below the school; where a terminal is
    too narrow for a column of words, names keep their lines as they are."""
    plan = planned(*everything())
    golden("everything.80-columns.txt", render_text(material(plan), columns=80))
    assert max(map(len, render_text(material(plan), columns=80).splitlines())) <= 80
    narrow, plain = render_text(material(plan), columns=40), render_text(material(plan))
    assert [line for line in narrow.splitlines() if line.startswith("    ")] == [
        line for line in plain.splitlines() if line.startswith("    ")
    ]


def test_the_narrowest_column_of_words_is_24_wide() -> None:
    """Beside names of 28 characters and their states that is a terminal of 68; no word is broken at a hyphen."""
    plan = planned(*everything())
    assert "    missing   Staff                         suppliers.yaml:11\n" in render_text(material(plan), columns=67)
    refusal = "Bromcom refused this login (401)"
    assert refusal in render_text(material(plan), columns=67)
    assert refusal not in render_text(material(plan), columns=68)
    reason = "well-known-word " * 9
    blind, down = Unknown(UnknownReason.UNREADABLE, reason), LiveSchool(Known(False, PROBED), reason)
    live = live_of({GROUPCALL: LiveAccess(blind, blind)})
    for told in (live, replace(live, schools={"greenfield": down})):
        text = render_text(material(planned(desired_of(access()), told)), columns=62)
        assert max(map(len, text.splitlines()[:6])) <= 62
        assert text.split().count("well-known-word") + text.split().count("well-known-word;") == 9


def test_why_a_school_does_not_answer_stands_on_its_line_where_that_fits() -> None:
    """To the last column; on a terminal one narrower it goes on below, and on the narrowest in lines of 24."""
    down = LiveSchool(Known(False, PROBED), "no answer in 30 s from the server")
    live = replace(live_of({GROUPCALL: granted("Students")}), schools={"greenfield": down})
    plan = planned(desired_of(access()), live)
    whole = (
        "greenfield  School 12345 on practice  unreachable: no answer in 30 s from the server; 0 accesses not checked"
    )
    below = "  unreachable: no answer in 30 s from the server; 0 accesses not checked"

    def told(columns: int) -> list[str]:
        return render_text(material(plan), columns=columns).partition("\n\n")[2].splitlines()

    assert told(len(whole)) == [whole]
    assert told(len(whole) - 1) == [whole.partition("  unreachable")[0], below]
    assert told(len(below))[1:] == [below]
    assert told(len(below) - 1)[1:] == [below.removesuffix(" checked"), "  checked"]
    assert told(1) == told(26)


def test_colour_is_the_callers(golden: Golden) -> None:
    """Each piece has the tone of what it is; taking the paint away gives the plain text."""
    plan = planned(*everything())

    def paint(text: str, tone: Style) -> str:
        return f"<{tone.value}>{text}</{tone.value}>"

    painted = render_text(material(plan), paint=paint)
    golden("everything.painted.txt", painted)
    for tone in Style:
        painted = painted.replace(f"<{tone.value}>", "").replace(f"</{tone.value}>", "")
    assert painted == render_text(material(plan))


def test_a_supplier_that_declares_no_entity_has_none_that_is_unknown() -> None:
    """That nothing is granted is one fact: it is told as its entities, and not as one entity."""
    lost = Unknown(UnknownReason.NO_SECRET, "the environment variable X is not set")
    made = material(planned(desired_of(access([])), live_of({GROUPCALL: LiveAccess(lost, lost)})))
    assert re.search("unknown   login and its entities +the environment variable X is not set", render_text(made))
    for form in OF_PLANS.formats:
        assert "1 entity" not in OF_PLANS.renderer(form, Path(form))(made)
