"""`reconciler apply` at a real terminal: led from page to page, broken off anywhere, and on from there."""

from __future__ import annotations

import os
import re
import time
from socket import gethostname
from typing import TYPE_CHECKING

import pytest

from reconciler.applying.plan_files import read_plan
from reconciler.sandbox.server import serve
from reconciler.workflow import runbook
from tests.applying.practice import Practice, practice_in
from tests.cli.at_terminal import Session, at_terminal
from tests.repository import repository

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from reconciler.model.plan import Plan
    from tests.cli.conftest import Reconciler
    from tests.cli.world import Outcome

pytestmark = [
    pytest.mark.rehearsal,
    pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals that Python can open"),
]

# What the command waits with: a prompt is the last that is shown.
PAGE = r"Press d = done, s = skip(?:, b = back)? or x = stop: \Z"
FACT = r"\n  [a-z][A-Za-z.]+( \([^)\n]*\))?: [^\n]+\? \Z"
EVIDENCE = r"Where is the evidence, for example a ticket\? \Z"
AGAIN = r"Press b = open the page again, o = go on or x = stop: \Z"
CONFIRM = r"Type `apply 2` to work on 2 facts by hand, page by page: \Z"
ONCE_MORE = r"Please type `apply 2`, or press Enter to leave: \Z"
SURE = r"Is that right \(y / n\)\? \Z"
END = r"\nOutcomes: "
TITLE = re.compile(r"Page \d+ of \d+: (\S+)  School (\d+) on practice\n(?:  Its service is at .*\n)?  (.*)\n")
ASKING = ("--env-file", "practice.env", "--rate", "0")
RESUME = f"reconciler apply --resume --as 'J. Smith' {' '.join(ASKING)}"
STOPPED = f"Stopped. Your answers are in the journal. To go on: `{RESUME}`."


class Desk:
    """A person's desk: the workspace, the sandbox's pages in one window, and the terminal in another."""

    def __init__(self, practice: Practice, reconciler: Reconciler) -> None:
        self.practice = practice
        self.reconciler = reconciler
        self.folder = practice.folder
        self.machine = practice.machine()

    def command(self, verb: str, *arguments: str) -> Outcome:
        """Run a command with nobody at a terminal, in this process."""
        return self.reconciler(verb, *arguments, *(ASKING if verb in {"plan", "apply", "verify"} else ()))

    def apply(self, *arguments: str, who: str = "J. Smith") -> AbstractContextManager[Session]:
        """Start an apply at the terminal."""
        return at_terminal("apply", *arguments, *ASKING, "--as", who, cwd=self.folder)

    def planned(self, *options: str) -> Plan:
        """Write plan.json; the plan."""
        done = self.command("plan", "--out", "plan.json", *options)
        assert done.code in {2, 4}, done.err
        return read_plan(self.folder / "plan.json").plan

    def do_page(self, session: Session, plan: Plan) -> None:
        """Do what the page on the screen says, by the steps of the runbook."""
        school, number, trail = TITLE.findall(session.seen)[-1]
        book = next(book for book in runbook(plan).schools if book.school == school)
        shown = " ".join(session.seen.rpartition(trail)[2].split())
        visit = next(
            visit
            for visit in book.visits
            if (" > ".join(visit.page.trail) or visit.page.title) == trail
            and any(step.title in shown for step in visit.steps)  # a page that ends an access has the trail of another
        )
        for step in visit.steps:
            self.machine.hands.do(int(number), visit.page, step)

    def carry_out(self, session: Session, plan: Plan, *, prompts: int = 10_000) -> None:
        """Do every page, say done, and vouch that all is as declared; up to so many prompts, or to the end."""
        for _ in range(prompts):
            waiting = session.until(PAGE, EVIDENCE, FACT, END)
            if waiting == PAGE:
                self.do_page(session, plan)
                session.type("done")
            elif waiting == EVIDENCE:
                session.type("ticket 4711")
            elif waiting == FACT:
                session.type("y")
            else:
                return


@pytest.fixture
def desk(tmp_path: Path, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """The trust example, drifted as its seed says; this process is in its folder."""
    with serve() as sandbox:
        practice = practice_in(tmp_path / "trust", sandbox)
        monkeypatch.chdir(practice.folder)
        yield Desk(practice, reconciler)


def test_a_person_is_led_from_drifted_to_in_sync(desk: Desk) -> None:
    """Page by page through the whole trust: all is verified, the plan is empty, and the journal says how. Which words
    of a page are ours is said with the first of its kind, and not with the next ones."""
    plan = desk.planned()
    with desk.apply("plan.json") as session:
        desk.carry_out(session, plan)
        assert session.end() == 0
    assert "Outcomes: 28 verified." in session.words
    told = f"This checked only what the plan is about. To check everything: `reconciler plan {' '.join(ASKING)}`."
    assert told in session.words
    assert "role Till write-back · confirmed" in session.words
    assert "verified entity PersonPhotos taken away · probed" in session.words
    assert 'Our best guess at the labels: "Account", "Permissions Saved", "Save".' in session.words
    assert session.words.count('"Permissions Saved", "Save".') == 1
    assert desk.command("plan").code == 0
    assert desk.command("verify", "plan.json").code == 0
    journal = desk.command("journal")
    assert (journal.code, journal.err) == (0, "")
    assert "J. Smith  finished: 28 verified\n" in journal.out
    kept = list((desk.folder / ".reconciler" / "plans").iterdir())
    assert [read_plan(file) for file in kept] == [read_plan(desk.folder / "plan.json")]


# tests/applying/test_break_off.py tries every moment, without processes.
BREAKS = [(0, "kill"), (3, "kill"), (8, "kill"), (4, "hang up"), (6, "ctrl-c"), (5, "terminate")]


@pytest.mark.parametrize(("prompts", "how"), BREAKS)
def test_whatever_breaks_it_off_nothing_is_lost(desk: Desk, prompts: int, how: str) -> None:
    """A power cut, a closed window, Ctrl-C or SIGTERM at any prompt: --resume goes on, and all of it is verified."""
    plan = desk.planned("--school", "greenfield")
    with desk.apply("plan.json") as session:
        desk.carry_out(session, plan, prompts=prompts)
        session.until(PAGE, EVIDENCE, FACT, END)
        match how:
            case "kill":
                assert session.kill() == -9
            case "hang up":
                assert session.hang_up() != 0
            case "terminate":
                assert session.terminate() == 5
                assert session.words.endswith(STOPPED)
            case _:
                assert session.interrupt() == 5
                assert session.words.endswith(STOPPED)
    checked = desk.command("journal", "--check")
    assert (checked.code, checked.err) == (0, "")
    with desk.apply("--resume") as session:
        desk.carry_out(session, plan)
        assert session.end() == 0
    assert "Outcomes: 5 verified." in session.words
    assert desk.command("plan", "--school", "greenfield").code == 0
    assert "J. Smith  finished: 5 verified\n" in desk.command("journal").out


def test_the_journal_names_the_commit_so_that_drift_tells_what_is_left(desk: Desk) -> None:
    """An apply of committed manifests. What they ask for since is not carried out yet, until it is; and an apply of
    manifests that nobody committed names none, so the next difference is drift again."""
    there = ("--school", "greenfield", "--supplier", "groupcall")
    repo = repository(desk.folder)
    repo.write(".gitignore", "*.env\nplan.json\n")
    commit = repo.commit()
    plan = desk.planned(*there)
    with desk.apply("plan.json") as session:
        desk.carry_out(session, plan)
        assert session.end() == 0
    assert f"manifests of commit {commit[:8]}" in desk.command("journal").out
    file = desk.folder / "suppliers" / "groupcall.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("entities:\n", "entities:\n    - ClubDetails\n"), encoding="utf-8"
    )
    waiting = desk.command("drift", *there, *ASKING)
    assert waiting.code == 5, waiting.out + waiting.err
    plan = desk.planned(*there)
    with desk.apply("plan.json") as session:
        desk.carry_out(session, plan)
        assert session.end() == 0
    assert desk.command("drift", *there, *ASKING).code == 0
    assert desk.command("journal").out.count("manifests of commit") == 1
    desk.practice.sandbox.untick(12345, "groupcall.greenfield", "ClubDetails")
    assert desk.command("drift", *there, *ASKING).code == 2


def test_ctrl_c_while_the_service_is_asked(desk: Desk) -> None:
    """What was said is in the journal, and what became of it is found out next time."""
    plan = desk.planned("--school", "greenfield", "--supplier", "groupcall")
    with desk.apply("plan.json") as session:
        session.until(PAGE)
        desk.do_page(session, plan)
        desk.practice.sandbox.set_trouble("latency", username="groupcall.greenfield", seconds=3600)
        calls = len(desk.practice.sandbox.access_log())
        session.type("done")
        while len(desk.practice.sandbox.access_log()) < calls + 2:
            time.sleep(0.01)
        assert session.interrupt() == 5
    assert session.words.endswith(STOPPED)
    desk.practice.sandbox.clear_troubles()
    with desk.apply("--resume") as session:
        assert session.end() == 0
    assert "verified entities Students, StudentContacts · probed: findEntitiesBySchoolID" in session.words


def test_a_contradiction_is_shown_and_the_page_again(desk: Desk) -> None:
    """Whoever says done without doing it is told what a probe sees, and goes back."""
    plan = desk.planned("--school", "greenfield", "--supplier", "groupcall")
    with desk.apply("plan.json") as session:
        session.until(PAGE)
        session.type("done")
        session.until(AGAIN)
        session.type("back")
        session.until(PAGE)
        desk.do_page(session, plan)
        session.type("d")
        assert session.end() == 0
    assert "contradicted entities Students, StudentContacts · it is not granted" in session.words
    assert "Bromcom still shows 2 items not done. Right account and school?" in session.words


@pytest.mark.parametrize("columns", ["60", "80"])
def test_one_key_is_an_answer(desk: Desk, columns: str) -> None:
    """Without Enter, which may follow all the same. A word is read to its end, and corrected with backspace; arrows say
    nothing. What is typed before a page is shown answers nothing on it."""
    plan = desk.planned("--school", "greenfield", "--supplier", "groupcall")
    with at_terminal("apply", "plan.json", *ASKING, "--as", "J", cwd=desk.folder, COLUMNS=columns) as session:
        session.press("x")
        session.until(PAGE)
        assert f"  Its service is at {desk.practice.sandbox.read_url.partition('/Nucleus')[0]}\n" in session.seen
        assert max(map(len, session.seen.split("\n"))) <= int(columns)
        session.press("d")
        session.until(AGAIN)
        session.press("\x1b[A")
        session.press("b\n")
        session.until(PAGE)
        for key in ("s", "t", "x", "\x7f", "o", "p"):
            session.press(key)
            time.sleep(0.1)
        session.press("\n")
        assert session.end() == 5
    assert STOPPED.partition("--resume")[0] in session.words
    with desk.apply("--resume") as session:
        session.until(PAGE)
        desk.do_page(session, plan)
        session.press("d")
        assert session.end() == 0
    assert "Outcomes: 2 verified." in session.words


def test_ones_own_word_is_told_as_such(desk: Desk) -> None:
    """Where no probe can see it, nobody is told that one did."""
    plan = desk.planned("--school", "greenfield", "--supplier", "cashless-till")
    with desk.apply("plan.json") as session:
        session.until(PAGE)
        desk.do_page(session, plan)
        session.type("done")
        session.until(FACT)
        session.type("none")
        if session.until(EVIDENCE, SURE) == SURE:
            session.type("y")
            session.until(EVIDENCE)
        session.type("")
        session.until(AGAIN)
        session.type("stop")
        assert session.end() == 5
    assert "You confirmed a different value for 1 item." in session.words
    assert "Bromcom still shows" not in session.words


@pytest.mark.parametrize("prompt", [FACT, EVIDENCE])
def test_stop_stops_at_a_question_too(desk: Desk, prompt: str) -> None:
    """It is no name of a permission and no evidence: the page is asked after again."""
    plan = desk.planned("--school", "greenfield", "--supplier", "cashless-till")
    with desk.apply("plan.json") as session:
        session.until(PAGE)
        desk.do_page(session, plan)
        session.type("done")
        session.until(FACT)
        if prompt == EVIDENCE:
            session.type("y")
            session.until(EVIDENCE)
        session.type("stop")
        assert session.end() == 5
    assert STOPPED in session.words
    assert "stop" not in (desk.folder / "attestations" / "greenfield.yaml").read_text(encoding="utf-8")
    with desk.apply("--resume") as session:
        desk.carry_out(session, plan)
        assert session.end() == 0


def test_what_cannot_be_found_out_is_not_finished(desk: Desk) -> None:
    """The service is down to the end: exit code 4, and --resume goes on when it answers."""
    plan = desk.planned("--school", "greenfield", "--supplier", "groupcall")
    with desk.apply("plan.json", "--retries", "0") as session:
        session.until(PAGE)
        desk.do_page(session, plan)
        desk.practice.sandbox.set_trouble("unavailable-503", school_id=12345)
        session.type("done")
        assert session.end() == 4
    assert (
        "Not finished: some facts could not be checked. To check them later: `reconciler apply --resume"
        in session.words
    )
    assert "finished" not in desk.command("journal").out
    desk.practice.sandbox.clear_troubles()
    with desk.apply("--resume") as session:
        assert session.end() == 0
    assert "J. Smith  finished: 2 verified\n" in desk.command("journal").out


def test_where_nothing_is_due_nothing_is_begun(desk: Desk) -> None:
    """The plan's own exit code, and no entry in the journal."""
    assert desk.command("plan", "--out", "plan.json", "--school", "northgate", "--supplier", "groupcall").code == 0
    with desk.apply("plan.json") as session:
        assert session.end() == 0
    assert "There is nothing to do by hand." in session.words
    desk.practice.sandbox.set_trouble("database-down", school_id=12350)
    assert desk.command("plan", "--out", "plan.json", "--school", "northgate", "--supplier", "groupcall").code == 4
    with desk.apply("plan.json") as session:
        assert session.end() == 4
    assert "could not be seen, when this plan was made or now" in session.words
    assert desk.command("journal").out == "The journal is empty.\n"


def test_a_plan_that_is_done_says_so(desk: Desk) -> None:
    """With each proof, and nothing is begun."""
    desk.planned("--school", "greenfield", "--supplier", "groupcall")
    desk.practice.sandbox.tick(12345, "groupcall.greenfield", "Students", "StudentContacts")
    with desk.apply("plan.json") as session:
        assert session.end() == 0
    assert "Everything in this plan is done." in session.words
    assert "Outcomes: 2 verified." in session.words
    assert desk.command("journal").out == "The journal is empty.\n"


def test_what_is_to_come_is_said_within_the_terminals_width(desk: Desk) -> None:
    """As whom, how much, and how many pages one after the other."""
    desk.planned("--school", "greenfield")
    with at_terminal("apply", "plan.json", *ASKING, "--as", "J. Smith", cwd=desk.folder, COLUMNS="40") as session:
        session.until(r"Page 1 of 4")
    assert "Applying as J. Smith (change with `--as`)." in session.words
    assert "on 3 pages. 1 more page outside Bromcom." in session.words
    assert max(len(line) for line in session.seen.partition("Page 1")[0].split("\n")) <= 40


def test_a_count_says_what_it_counts(desk: Desk) -> None:
    """What differs and what is to be looked at are added up."""
    with desk.apply("--school", "greenfield") as session:
        session.until(
            r"Type `apply 5` to work on 5 facts \(2 to change, 3 to check in Bromcom\) by hand, page by page: \Z"
        )
        session.type("")
        assert session.end() == 5


def test_words_that_cannot_be_written_end_nothing(desk: Desk) -> None:
    """The page stays done, and its fact waits for somebody to vouch."""
    plan = desk.planned("--school", "greenfield", "--supplier", "cashless-till")
    with desk.apply("plan.json") as session:
        session.until(PAGE)
        desk.do_page(session, plan)
        manifest = desk.folder / "reconciler.yaml"
        text = manifest.read_text(encoding="utf-8")
        manifest.write_text(text.replace("spec:\n", "spec:\n  exclude: [attestations/]\n", 1), encoding="utf-8")
        session.type("done")
        session.until(FACT)
        session.type("y")
        session.until(EVIDENCE)
        session.type("")
        session.until(AGAIN)
        session.type("on")
        session.until(PAGE)
    assert "1 item not confirmed yet." in session.words
    assert "Not confirmed: attestations/greenfield.yaml was not written" in session.words
    assert "pending write-back Dinner Money" in session.words


def test_a_manifest_that_breaks_meanwhile_ends_it_and_loses_nothing(desk: Desk) -> None:
    """Exit code 1 with the place of the mistake; once that is mended, --resume goes on."""
    plan = desk.planned("--school", "greenfield", "--supplier", "cashless-till")
    schools = desk.folder / "schools.yaml"
    text = schools.read_text(encoding="utf-8")
    with desk.apply("plan.json") as session:
        session.until(PAGE)
        desk.do_page(session, plan)
        schools.write_text(text.replace("platform: practice", "platform: practise"), encoding="utf-8")
        session.type("done")
        session.until(FACT)
        session.type("y")
        session.until(EVIDENCE)
        session.type("")
        assert session.end() == 1
    assert f"Your answers are in the journal. To go on: `{RESUME}`." in session.words
    assert "schools.yaml:" in session.words
    assert "Nothing was done" not in session.words
    schools.write_text(text, encoding="utf-8")
    with desk.apply("--resume") as session:
        desk.carry_out(session, plan)
        assert session.end() == 0


def test_a_journal_that_was_changed_is_not_written_to(desk: Desk) -> None:
    """Nothing is begun on a record that cannot be trusted; the line is named."""
    plan = desk.planned("--school", "greenfield", "--supplier", "groupcall")
    with desk.apply("plan.json") as session:
        session.until(PAGE)
        session.type("stop")
        assert session.end() == 5
    journal = desk.practice.journal_file
    changed = journal.read_bytes().replace(b"J. Smith", b"A. Other")
    journal.write_bytes(changed)
    for arguments in (("plan.json",), ("--resume",)):
        with desk.apply(*arguments) as session:
            assert session.end() == 1
        assert "altered at line 1: it was changed" in session.words
    assert journal.read_bytes() == changed
    assert plan.fingerprint in changed.decode()


def test_stop_and_skip_leave_with_5(desk: Desk) -> None:
    """Steps wait for a person; an answer that is none is asked for again."""
    desk.planned("--school", "greenfield", "--supplier", "groupcall")
    with desk.apply("plan.json") as session:
        session.until(PAGE)
        for typed in ("don", "st", "sk", "do it", "b", ""):
            session.type(typed)
            session.until(r"Please press d \(done\), s \(skip\) or x \(stop\)\.")
            session.until(PAGE)
        session.type("x")
        assert session.end() == 5
    assert STOPPED in session.words
    with desk.apply("--resume") as session:
        session.until(PAGE)
        session.type("skip")
        assert session.end() == 5
    assert "Outcomes: 2 skipped." in session.words
    assert f"2 left. To plan them again: `reconciler apply --as 'J. Smith' {' '.join(ASKING)}`." in session.words
    with desk.apply("--resume") as session:
        assert session.end() == 3
    assert "Refused: There is nothing to resume." in session.words
    anew = f"To plan what was skipped or still differs: `reconciler apply --as 'J. Smith' {' '.join(ASKING)}`."
    assert anew in session.words


def test_a_new_apply_mentions_one_that_waits(desk: Desk) -> None:
    """It is begun all the same."""
    desk.planned("--school", "greenfield", "--supplier", "groupcall")
    with desk.apply("plan.json") as session:
        session.until(PAGE)
        session.type("stop")
        assert session.end() == 5
    assert "An apply that was begun here" not in session.words
    with desk.apply("plan.json") as session:
        session.until(PAGE)
    assert f"Another apply that was begun here is not finished. To go on with that: `{RESUME}`." in session.words


def test_two_at_once(desk: Desk) -> None:
    """The second is told who is at work; when the first is gone, however it went, the way is free."""
    desk.planned("--school", "greenfield")
    with desk.apply("plan.json") as first:
        first.until(PAGE)
        with desk.apply("plan.json", who="A. Other") as second:
            assert second.end() == 3
        assert f"Refused: J. Smith on {gethostname()} has been applying for less than a minute." in second.words
        first.kill()
        with desk.apply("plan.json", who="A. Other") as second:
            second.until(PAGE)


def test_without_a_file_it_plans_shows_and_asks_for_the_count(desk: Desk) -> None:
    """Typing the number takes having read it; a slip is asked about once more, and anything else begins nothing."""
    for typed, again in (("yes", "apply"), ("apply 3", ""), ("", None)):
        with desk.apply("--school", "greenfield", "--supplier", "groupcall") as session:
            session.until(CONFIRM)
            session.type(typed)
            if again is not None:
                session.until(ONCE_MORE)
                session.type(again)
            assert session.end() == 5
        assert "Nothing was started, and nothing was changed." in session.words
        assert "missing StudentContacts" in session.words
    assert not desk.practice.journal_file.exists() or not desk.practice.journal_file.read_text(encoding="utf-8")
    with desk.apply("--school", "greenfield", "--supplier", "groupcall") as session:
        session.until(CONFIRM)
        session.type("aply 2")
        session.until(ONCE_MORE)
        session.type("apply 2")
        session.until(PAGE)


def test_yes_answers_that_question_and_no_other(desk: Desk) -> None:
    """The pages are still a person's."""
    with desk.apply("--school", "greenfield", "--supplier", "groupcall", "--yes") as session:
        session.until(PAGE)
        session.type("skip")
        assert session.end() == 5
    assert "to work on 2 facts by hand" not in session.words


def test_where_nothing_differs_nothing_is_asked(desk: Desk) -> None:
    """The plan is shown, and it says so."""
    with desk.apply("--school", "northgate", "--supplier", "groupcall") as session:
        assert session.end() == 0
    assert "In sync: everything is as agreed." in session.words


def test_a_limit_is_accepted_by_its_name(desk: Desk) -> None:
    """Without a file it is refused before anybody is asked to confirm."""
    manifest = desk.folder / "reconciler.yaml"
    manifest.write_text(
        manifest.read_text(encoding="utf-8").replace("widen: {count: 25}", "widen: {count: 1}"), "utf-8"
    )
    chosen = ("--school", "greenfield", "--supplier", "groupcall")
    with desk.apply(*chosen, "--accept", "revoke") as session:
        assert session.end() == 3
    assert "Refused: Over the limit `widen`: 2 to add, and the limit is 1." in session.words
    assert "--accept widen" in session.words
    with desk.apply(*chosen, "--accept", "revoke", "--accept", "widen", "--yes") as session:
        session.until(PAGE)
        session.type("stop")
        assert session.end() == 5
    assert "--accept revoke: the plan exceeds no limit of that name." in session.words
    assert "limits accepted: revoke, widen" in desk.command("journal").out
