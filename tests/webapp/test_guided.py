"""Guided apply over HTTP, on the real app and a real sandbox."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from reconciler.journal.file import read_journal
from reconciler.model.journal import ApplyFinished, OutcomeFound, PageAnswered
from reconciler.model.outcome import Contradicted, PageAnswer, Skipped, Verified
from reconciler.state_folder.lock import alone
from reconciler.state_folder.paths import journal_of, lock_of
from tests.cli.world import PASSWORD, TRACES, run, username, write_workspace
from tests.webapp.running import AppProcess, Client, Response, running_app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.model.journal import Event
    from reconciler.sandbox.server import SandboxServer

GREENFIELD = 12345


class Applicant:
    """A person in a browser at the guided apply; `page` is what they see."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.path = ""
        self.page = client.get("apply/begin.html")

    def send(self, form: str, **values: str) -> Response:
        """Send a form of the page that is seen, and follow it to the next page that waits for them."""
        state = re.search(r'name="state" value="([^"]+)"', self.page.text)
        fields = {"csrf": self.page.csrf, **({"state": state[1]} if state else {}), **values}
        self.page = self.client.post(f"apply/{form}", urlencode(fields), Origin=self.client.origin)
        while self.page.status == 303:
            self.path = self.page.headers["Location"].removeprefix(self.client.root)
            self.page = self.client.get(self.path)
        if "Asking Bromcom" in self.page.words:
            self.page = self.client.until_without("Asking Bromcom", "apply/")
        return self.page

    def begin(self, **values: str) -> Response:
        """Begin with what differs now, and confirm it as the page asks."""
        self.send("begin", source="now", **{"school": "greenfield", **values})
        words = re.search(r"Type (apply \d+) to begin", self.page.words)
        assert words, self.page.words
        return self.send("answer", answer="begin", words=words[1])


@pytest.fixture(scope="module")
def app(sandbox: SandboxServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppProcess]:
    """The app of the small world. Riverside declares its lawful basis, which only a person can see."""
    workspace = write_workspace(tmp_path_factory.mktemp("ui") / "workspace", sandbox)
    manifest = workspace / "reconciler.yaml"
    text = manifest.read_text(encoding="utf-8")
    basis = ", consent: {lawfulBasis: Public Task}}"
    manifest.write_text(text.replace("12346, platform: practice}", f"12346, platform: practice{basis}"), "utf-8")
    with running_app(workspace) as running:
        yield running


@pytest.fixture
def drifted(app: AppProcess, sandbox: SandboxServer) -> Iterator[AppProcess]:
    """One tick is missing, and one is too many; afterwards all is as agreed, and nothing is under way."""
    journal_of(app.workspace).unlink(missing_ok=True)
    sandbox.untick(GREENFIELD, username("greenfield", "groupcall"), "Students")
    sandbox.tick(GREENFIELD, username("greenfield", "groupcall"), "Classes")
    yield app
    repair(sandbox)
    person = Applicant(app.browser())
    while "Stop for now" in (page := person.client.follow(person.client.get("apply/"))).words:
        person.page = page
        person.send("answer", answer="stop")


def repair(sandbox: SandboxServer) -> None:
    """Set the boxes as agreed."""
    sandbox.tick(GREENFIELD, username("greenfield", "groupcall"), "Students")
    sandbox.untick(GREENFIELD, username("greenfield", "groupcall"), "Classes")


def events(app: AppProcess) -> list[Event]:
    """What the journal says."""
    return [entry.event for entry in read_journal(journal_of(app.workspace)).entries]


def test_a_person_is_led_through_a_contradiction_to_the_end(drifted: AppProcess, sandbox: SandboxServer) -> None:
    """Done without doing it is contradicted, with what is left; done now is verified; the journal has every turn."""
    person = Applicant(drifted.browser())
    page = person.begin()
    assert "First look: are you logged in to greenfield?" in page.words
    assert 'data-copy="groupcall.greenfield"' in page.text
    sandbox.tick(GREENFIELD, username("greenfield", "groupcall"), "Students")
    page = person.send("answer", answer="done")
    assert "Still not done: 1 of 2" in page.words
    assert "entity Classes greenfield at greenfield" not in page.words
    assert "unticked" in page.words
    assert "still ticked" in page.words
    assert "Only this is left" in page.words
    assert "Students" not in page.words.partition("Only this is left")[2].partition("What we saw")[0]
    repair(sandbox)
    page = person.send("answer", answer="again")
    assert "Verified: it is as agreed" in page.words
    assert "Check again" not in page.words
    assert "Everything is verified" in person.send("answer", answer="next").words
    found = [event for event in events(drifted) if isinstance(event, PageAnswered | ApplyFinished)]
    assert [event.said for event in found if isinstance(event, PageAnswered)] == [PageAnswer.DONE] * 2
    assert found[-1] == ApplyFinished(verified=2, contradicted=0, pending=0, skipped=0, failed=0)
    kinds = [type(event.outcome) for event in events(drifted) if isinstance(event, OutcomeFound)]
    assert sorted(kinds[:2], key=str) == [Contradicted, Verified]
    assert kinds[2:] == [Verified]


def test_the_journal_has_what_was_done_since_the_check(drifted: AppProcess) -> None:
    """Each page leads to it, and it is not that of the time of the check."""
    person = Applicant(drifted.browser())
    person.client.send("check", "check.html")
    assert "skipped" not in person.client.until("Check again", "journal.html").words
    person.begin()
    assert ">Journal</a>" in person.page.text
    person.send("answer", answer="skip")
    assert "skipped" in person.client.get("journal.html").words


def test_a_stale_form_changes_nothing_and_every_browser_sees_the_same(drifted: AppProcess) -> None:
    """Two browsers: what one has answered the other cannot answer again, and sees where it is now. Back shows a page
    that takes no answer."""
    one, other = Applicant(drifted.browser()), Applicant(drifted.browser())
    one.begin()
    opened = one.path
    other.page = other.client.get(opened)
    assert "I have done this: check now" in other.page.words
    one.send("answer", answer="skip")
    assert "Every page was answered" in one.page.words
    count = len(events(drifted))
    assert "Every page was answered" in other.send("answer", answer="done").words
    assert len(events(drifted)) == count
    behind = other.client.get(opened)
    assert "This is behind you" in behind.words
    assert "check now" not in behind.words
    assert {type(event.outcome) for event in events(drifted) if isinstance(event, OutcomeFound)} == {Skipped}


def test_what_is_typed_wrong_begins_nothing(drifted: AppProcess) -> None:
    """The words of a plan are its own number; anything else is said on the same page, and nothing is written."""
    person = Applicant(drifted.browser())
    person.send("begin", source="now", school="greenfield")
    page = person.send("answer", answer="begin", words="apply 7")
    assert (page.status, "To begin, type apply 2." in page.words) == (422, True)
    page = person.send("answer", answer="leave")
    assert "Nothing was begun" in page.words
    assert events(drifted) == []


def test_one_apply_at_a_time_in_every_front(drifted: AppProcess) -> None:
    """While a terminal applies, a browser is refused, and told who it is."""
    person = Applicant(drifted.browser())
    with alone(lock_of(drifted.workspace), "M. Lowe", datetime.now(UTC)):
        page = person.send("begin", source="now")
    assert "M. Lowe on" in page.words
    assert "Nothing was started" in page.words
    assert events(drifted) == []


def test_stopped_in_a_browser_it_goes_on_in_one(drifted: AppProcess, sandbox: SandboxServer) -> None:
    """The page that begins says how far it is; what was done meanwhile is verified without opening a page."""
    person = Applicant(drifted.browser())
    person.begin()
    assert "Stopped" in person.send("answer", answer="stop").words
    person.page = person.client.get("apply/begin.html")
    assert "0 of 2 facts are verified" in person.page.words
    repair(sandbox)
    assert "Everything is verified" in person.send("begin", source="resume").words


def test_a_plan_of_the_list_is_carried_out_and_no_other_file_is_read(drifted: AppProcess) -> None:
    """A form names a plan of the list; whatever else it names is refused."""
    written = run(["plan", "--out", "plan.json"], drifted.workspace)
    assert written.code == 2
    person = Applicant(drifted.browser())
    assert "plan.json" in person.page.words
    page = person.send("begin", source="file", plan="../../etc/passwd")
    assert (page.status, "Choose one of the plans" in page.words) == (422, True)
    page = person.send("begin", source="file", plan="plan.json")
    assert "I have done this: check now" in page.words
    (drifted.workspace / "plan.json").unlink()


def test_what_only_a_person_can_see_is_asked_of_them(drifted: AppProcess) -> None:
    """The form chooses nothing; an answer is needed, not seeing is one; another value than declared is contradicted by
    their own word; the right one is written with its evidence and its last day."""
    person = Applicant(drifted.browser())
    page = person.begin(school="riverside")
    assert "Has this been decided?" in page.words
    assert "Any basis except Consent makes ALL students and ALL staff readable" in page.words
    page = person.send("answer", answer="done")
    assert "Which lawful basis does the page show now?" in page.words
    assert re.search(r"<input[^>]* checked", page.text) is None
    page = person.send("answer", answer="save", expires="2027-01-01")
    assert (page.status, "“I could not see it” is one too" in page.words) == (422, True)
    saw = "fact.lawfulBasis"
    page = person.send("answer", answer="save", expires="2099-01-01", **{saw: "choice:Consent"})
    assert (page.status, "until" in page.words) == (422, True)
    until = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    page = person.send("answer", answer="save", expires=until, **{saw: "unseen"})
    assert "Not confirmed yet: 1 of 1" in page.words
    person.send("answer", answer="again")
    page = person.send("answer", answer="save", expires=until, evidence="ticket 7", **{saw: "choice:Contract"})
    assert "Not as declared. This will be written" in page.words
    assert "lawfulBasis: Contract" in page.words
    page = person.send("answer", answer="no")
    assert re.findall(r'value="([^"]*)" checked', page.text) == ["choice:Contract"]
    assert 'value="ticket 7"' in page.text
    page = person.send("answer", answer="save", expires=until, **{saw: "choice:Consent"})
    assert not (drifted.workspace / "attestations" / "riverside.yaml").exists()
    page = person.send("answer", answer="yes")
    assert "by your word: it is Consent, and should be Public Task" in page.words
    person.send("answer", answer="again")
    time.sleep(1.1)  # of two words of one second that differ neither counts
    page = person.send("answer", answer="save", expires=until, evidence="ticket 4711", **{saw: "choice:Public Task"})
    assert "Verified: it is as agreed" in page.words
    assert "Everything is verified" in person.send("answer", answer="next").words
    words = (drifted.workspace / "attestations" / "riverside.yaml").read_text(encoding="utf-8")
    assert f"expires: {until}" in words
    assert "ticket 4711" in words
    (drifted.workspace / "attestations" / "riverside.yaml").unlink()


def test_what_cannot_be_checked_is_never_done_and_can_be_checked_later(
    drifted: AppProcess, sandbox: SandboxServer
) -> None:
    """The service is away while a page is checked: the end says so, and the check can be made again."""
    person = Applicant(drifted.browser())
    person.begin()
    repair(sandbox)
    sandbox.set_trouble("html-200", school_id=GREENFIELD)
    page = person.send("answer", answer="done")
    assert "Could not be checked: 2 of 2" in page.words
    assert "Check again" in page.words
    page = person.send("answer", answer="next")
    assert "Not finished: some facts could not be checked" in page.words
    assert "0 verified" in page.words
    sandbox.clear_troubles()
    page = person.send("begin", source="resume")
    assert "Everything is verified" in page.words


def test_no_page_has_a_password(drifted: AppProcess) -> None:
    """It names where it is kept."""
    person = Applicant(drifted.browser())
    texts = [person.page.text, person.begin().text, person.send("answer", answer="done").text]
    for trace in (*TRACES, PASSWORD):
        assert not any(trace in text for text in texts)
