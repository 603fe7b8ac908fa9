"""A nightly job from end to end: a real receiver, a real service, and what people and watchers hear of them."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from reconciler.manifest.schema.check import schema_text
from reconciler.sandbox.state.fault_injection import FaultKind
from reconciler.state_folder.paths import told_of
from tests.bromcom.raw_server import http, serving
from tests.cli.test_interrupt import interrupted, planning, wait_for
from tests.cli.world import SCHOOLS, run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from reconciler.sandbox.server import SandboxServer
    from tests.bromcom.raw_server import Answer, RawServer, Request
    from tests.cli.conftest import Reconciler
    from tests.cli.world import Outcome

GREENFIELD = SCHOOLS["greenfield"]
SECRET = "zq7Kx9vTj"
FAST = ("--rate", "0", "--retries", "0")
pytestmark = pytest.mark.usefixtures("workspace")


@dataclass
class Receiver:
    """A webhook that answers as a test wants, and what came."""

    server: RawServer
    answer: Callable[[Request], Answer] = field(default=lambda _: http("ok"))

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The bodies, oldest first."""
        return [json.loads(request.body) for request in self.server.requests]

    @property
    def url(self) -> str:
        """Its address."""
        return self.server.url(f"/{SECRET}")


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """A webhook whose address is in the environment variable HOOK."""
    told: list[Receiver] = []
    with serving(lambda request: told[0].answer(request)) as server:
        told.append(Receiver(server))
        monkeypatch.setenv("HOOK", told[0].url)
        yield told[0]


@pytest.fixture
def night(reconciler: Reconciler, workspace: Path, tmp_path: Path) -> Callable[..., Outcome]:
    """One night: a drift run that notifies HOOK and leaves a heartbeat in a file."""

    def one(*more: str | Path) -> Outcome:
        return reconciler("drift", "--notify", "env:HOOK", "--heartbeat", tmp_path / "beat.json", *FAST, *more)

    return one


def names(message: dict[str, Any]) -> tuple[list[str], list[str]]:
    """What a message says is new, and mended."""
    return tuple([item["name"] for item in message[part]["items"]] for part in ("new", "mended"))  # type: ignore[return-value]


def beat_of(folder: Path) -> dict[str, Any]:
    """The heartbeat in the file."""
    beat = json.loads((folder / "beat.json").read_text(encoding="utf-8"))
    assert isinstance(beat, dict)
    Draft202012Validator(json.loads(schema_text("heartbeat"))).validate(beat)
    return beat


def test_the_nights_of_a_week(
    sandbox: SandboxServer, receiver: Receiver, night: Callable[..., Outcome], tmp_path: Path
) -> None:
    """In sync, drift, the same drift, a school down twice, all of them twice, back, mended, in sync: five messages, and
    a heartbeat every night."""

    def drift() -> None:
        sandbox.tick(GREENFIELD, "till.greenfield", "PersonPhotos")

    def mend() -> None:
        sandbox.untick(GREENFIELD, "till.greenfield", "PersonPhotos")

    def down() -> None:
        sandbox.set_trouble("database-down", school_id=GREENFIELD)

    def all_down() -> None:
        sandbox.set_trouble("database-down")

    def stay() -> None:
        pass

    week: list[tuple[Callable[[], object], int, str]] = [
        (stay, 0, "in-sync"),
        (drift, 2, "drift"),
        (stay, 2, "drift"),
        (down, 4, "incomplete"),
        (stay, 4, "incomplete"),
        (all_down, 1, "blind"),
        (stay, 1, "blind"),
        (sandbox.clear_troubles, 2, "drift"),
        (mend, 0, "in-sync"),
        (stay, 0, "in-sync"),
    ]
    heard = []
    for event, code, state in week:
        event()
        before = len(receiver.messages)
        done = night()
        assert (done.code, beat_of(tmp_path)["state"]) == (code, state)
        heard.append(len(receiver.messages) - before)
        assert SECRET not in done.out + done.err
    assert heard == [0, 1, 0, 1, 0, 1, 0, 1, 1, 0]
    drifted, gone, all_gone, back, mended = receiver.messages
    assert names(drifted) == (["PersonPhotos"], [])
    assert (names(gone), gone["gapsOpened"], gone["stillThereUnseen"]) == (([], []), ["unseen"], 1)
    assert {item["school"] for item in gone["newlyUnseen"]["items"]} == {"greenfield"}
    assert {item["school"] for item in all_gone["newlyUnseen"]["items"]} == {"riverside"}
    assert all_gone["gapsOpened"] == []
    assert {item["school"] for item in back["seenAgain"]["items"]} == {"greenfield", "riverside"}
    assert (names(back), back["gapsClosed"], back["stillThere"]) == (([], []), ["unseen"], 1)
    assert names(mended) == ([], ["PersonPhotos"])
    schema = Draft202012Validator(json.loads(schema_text("notification")))
    assert not [error for message in receiver.messages for error in schema.iter_errors(message)]


def refusing(_request: Request) -> Answer:
    """Out of order."""
    return http(f"cannot post to {SECRET}", "500 Internal Server Error")


def pointing(_request: Request) -> Answer:
    """Moved."""
    return http(status="302 Found", Location=f"http://127.0.0.1:9/{SECRET}")


def a_page(_request: Request) -> Answer:
    """A proxy that wants somebody to log in."""
    return http("<html>Log in</html>", kind="text/html")


def hanging_up(_request: Request) -> Answer:
    """No answer at all."""
    return lambda connection: None


@pytest.mark.parametrize("trouble", [refusing, pointing, hanging_up, a_page])
def test_a_notification_that_did_not_arrive_is_loud_and_sent_again(
    trouble: Callable[[Request], Answer],
    sandbox: SandboxServer,
    receiver: Receiver,
    night: Callable[..., Outcome],
    tmp_path: Path,
) -> None:
    """The report is there, the run failed, no heartbeat says otherwise; the next night people hear of it."""
    sandbox.tick(GREENFIELD, "till.greenfield", "PersonPhotos")
    receiver.answer = trouble
    failed = night()
    assert failed.code == 1
    assert "PersonPhotos" in failed.out
    missed = "was not reached" if trouble is hanging_up else "did not take the message"
    assert f"Error: --notify (127.0.0.1) {missed}: " in failed.err
    assert "readUrl" not in failed.err
    assert "No heartbeat was sent, since the run failed." in failed.err
    assert SECRET not in failed.out + failed.err
    assert not (tmp_path / "beat.json").exists()
    receiver.answer = lambda _: http("ok")
    tries = len(receiver.messages)
    assert [night().code for _ in range(2)] == [2, 2]
    assert [names(message) for message in receiver.messages[tries:]] == [(["PersonPhotos"], [])]


@pytest.mark.parametrize(
    ("answer", "drifted", "code"),
    [
        ("200 OK", False, 0),
        ("200 OK", True, 2),
        ("503 Service Unavailable", False, 1),
        ("503 Service Unavailable", True, 2),
        ("404 Not Found", False, 1),
        ("404 Not Found", True, 1),
    ],
)
def test_a_heartbeat_that_did_not_arrive_is_loud(
    answer: str, drifted: bool, code: int, sandbox: SandboxServer, receiver: Receiver, reconciler: Reconciler
) -> None:
    """It takes no 2 away where the watcher has a bad night; a 0, which nobody looks at, becomes 1, and so does every
    code where the watcher will never take it."""
    if drifted:
        sandbox.tick(GREENFIELD, "till.greenfield", "PersonPhotos")
    receiver.answer = lambda _: http(status=answer)
    done = reconciler("drift", "--heartbeat", "env:HOOK", *FAST)
    assert done.code == code
    assert ("Error: --heartbeat (127.0.0.1) did not take the message" in done.err) is (answer != "200 OK")
    assert SECRET not in done.out + done.err


def test_a_heartbeat_goes_to_every_watcher(
    workspace: Path, receiver: Receiver, reconciler: Reconciler, tmp_path: Path
) -> None:
    """To a file and to addresses; one that does not take it costs the others nothing. The state stands in the address
    where a place was left for it."""
    done = reconciler(
        *("drift", *FAST, "--heartbeat", tmp_path / "a.json", "--heartbeat", tmp_path / "beat.json"),
        *("--heartbeat", f"{receiver.url}?msg={{state}}", "--heartbeat", "http://127.0.0.1:9/gone"),
    )
    assert done.code == 1
    assert beat_of(tmp_path)["differences"] == 0
    assert (tmp_path / "a.json").exists()
    assert f"Wrote the heartbeat {tmp_path / 'a.json'}." in done.err
    assert [request.line for request in receiver.server.requests] == [f"POST /{SECRET}?msg=in-sync HTTP/1.1"]


def test_an_account_that_is_no_longer_agreed_is_drift_to_everybody(
    workspace: Path, receiver: Receiver, reconciler: Reconciler, night: Callable[..., Outcome], tmp_path: Path
) -> None:
    """Receivers are told once, and a watcher each night, in the address as in the body; machines find it in the other
    reports too."""
    assert night().code == 0
    manifests = workspace / "reconciler.yaml"
    text = manifests.read_text(encoding="utf-8")
    manifests.write_text(
        "---\n".join(part for part in text.split("---\n") if "title: till" not in part), encoding="utf-8"
    )
    before = len(receiver.messages)
    junit = tmp_path / "junit.xml"
    for told in (1, 0):
        assert night("--format", f"junit={junit}", "--heartbeat", f"{receiver.url}?msg={{state}}").code == 2
        *messages, beat = receiver.server.requests[before:]
        assert beat.line == f"POST /{SECRET}?msg=drift HTTP/1.1"
        assert len(messages) == told
        assert "2 differences: `till.greenfield` is no longer agreed" in junit.read_text(encoding="utf-8")
        before = len(receiver.messages)
    message = receiver.messages[-3]
    assert (message["state"], message["noLongerAgreed"]["count"]) == ("drift", 2)
    Draft202012Validator(json.loads(schema_text("notification"))).validate(message)


def test_a_heartbeat_that_cannot_be_written_is_a_failure(
    sandbox: SandboxServer, workspace: Path, reconciler: Reconciler, tmp_path: Path
) -> None:
    """Nobody else would say so: the old one would grow old without a word."""
    sandbox.tick(GREENFIELD, "till.greenfield", "PersonPhotos")
    beat = tmp_path / "beat.json"
    assert reconciler("drift", "--heartbeat", beat, *FAST).code == 2
    beat.chmod(0o444)
    done = reconciler("drift", "--heartbeat", beat, *FAST)
    assert done.code == 1
    assert "was not written" in done.err


def test_a_heartbeat_is_written_over_a_heartbeat_alone(
    workspace: Path, reconciler: Reconciler, tmp_path: Path, sandbox: SandboxServer
) -> None:
    """Not over a plan, a snapshot, a state or somebody's text; an empty file holds nothing."""
    assert (
        reconciler("plan", *FAST, "--record", tmp_path / "s.json", "--format", f"json={tmp_path / 'p.json'}").code == 0
    )
    (tmp_path / "t.txt").write_text("mine\n", encoding="utf-8")
    asked = len(sandbox.access_log())
    for name in ("s.json", "p.json", "t.txt"):
        before = (tmp_path / name).read_bytes()
        done = reconciler("drift", "--heartbeat", tmp_path / name, *FAST)
        assert done.code == 64
        assert "is not a heartbeat" in " ".join(done.err.split())
        assert (tmp_path / name).read_bytes() == before
    assert len(sandbox.access_log()) == asked
    (tmp_path / "beat.json").touch()
    for _ in range(2):
        assert reconciler("drift", "--heartbeat", tmp_path / "beat.json", *FAST).code == 0
        assert beat_of(tmp_path)["state"] == "in-sync"


@pytest.mark.parametrize("option", ["--notify", "--heartbeat"])
def test_a_snapshot_tells_nobody_how_things_are_now(
    option: str, workspace: Path, receiver: Receiver, reconciler: Reconciler, tmp_path: Path
) -> None:
    """It would mend what came after it, and make a dead job look alive."""
    assert reconciler("plan", *FAST, "--record", tmp_path / "s.json").code == 0
    done = reconciler("drift", "--against", tmp_path / "s.json", option, "env:HOOK")
    assert done.code == 64
    assert f"{option} has no effect with --against" in " ".join(done.err.split())
    assert receiver.messages == []


def test_each_receiver_hears_what_is_new_to_it(
    sandbox: SandboxServer, receiver: Receiver, night: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two of them in one run or one after the other; what one of them did not take costs the other nothing."""
    sandbox.tick(GREENFIELD, "till.greenfield", "PersonPhotos")
    monkeypatch.setenv("OTHER", f"{receiver.url}/other")
    monkeypatch.setenv("THIRD", f"{receiver.url}/third")
    assert night("--notify-as", "slack").code == 2
    receiver.answer = lambda request: http(status="404 Not Found" if "/third" in request.line else "200 OK")
    assert night("--notify", "env:OTHER", "--notify-as", "slack", "--notify-as", "json").code == 2
    assert night("--notify", "env:THIRD", "--notify", "env:OTHER").code == 1
    receiver.answer = lambda _: http("ok")
    assert night("--notify", "env:THIRD", "--notify", "env:OTHER").code == 2
    ends = [request.line.split()[1].rpartition("/")[2] for request in receiver.server.requests]
    assert ends == [SECRET, "other", "third", "third"]
    assert [next(iter(message)) for message in receiver.messages] == ["text", *["formatVersion"] * 3]


def test_a_supplier_that_left_the_manifests_is_not_mended(
    sandbox: SandboxServer, workspace: Path, receiver: Receiver, night: Callable[..., Outcome]
) -> None:
    """Nobody looks any more, and what it may read it may read still."""
    sandbox.tick(GREENFIELD, "till.greenfield", "PersonPhotos")
    assert night().code == 2
    manifests = workspace / "reconciler.yaml"
    documents = manifests.read_text(encoding="utf-8").split("---\n")
    left = [each for each in documents if "metadata: {name: till}" not in each]
    manifests.write_text("---\n".join(left), encoding="utf-8")
    night()
    told = receiver.messages[-1]
    assert [item["name"] for item in told["dropped"]["items"]] == ["PersonPhotos"]
    assert told["mended"]["count"] == 0


def test_a_run_that_fails_sends_no_heartbeat(
    workspace: Path, receiver: Receiver, reconciler: Reconciler, tmp_path: Path
) -> None:
    """Wrong manifests, or a report that cannot be written: the watcher hears nothing, and alarms. People hear of the
    drift where there is a picture of it."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    report = ("--format", f"text={tmp_path / 'file' / 'report.txt'}")
    assert reconciler("drift", "--heartbeat", "env:HOOK", *FAST, *report).code == 1
    (workspace / "broken.yaml").write_text("kind: School\n", encoding="utf-8")
    assert reconciler("drift", "--heartbeat", "env:HOOK", "--notify", "env:HOOK", *FAST).code == 1
    assert receiver.messages == []


def test_a_report_that_was_not_written_does_not_keep_the_news_back(
    sandbox: SandboxServer, receiver: Receiver, night: Callable[..., Outcome], tmp_path: Path
) -> None:
    """The run failed, and what was found is found."""
    sandbox.tick(GREENFIELD, "till.greenfield", "PersonPhotos")
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert night("--format", f"text={tmp_path / 'file' / 'report.txt'}").code == 1
    assert names(receiver.messages[0]) == (["PersonPhotos"], [])


def test_notify_always_tells_of_a_quiet_night(receiver: Receiver, night: Callable[..., Outcome]) -> None:
    """So that somebody who sets it up sees that it works."""
    done = night("--notify-always")
    assert done.code == 0
    assert receiver.messages[0]["state"] == "in-sync"
    assert "Sent a notification to --notify (127.0.0.1)." in done.err


@pytest.mark.parametrize(("form", "key"), [("slack", "blocks"), ("teams", "attachments"), ("json", "formatVersion")])
def test_each_form_is_what_its_receiver_takes(
    form: str, key: str, sandbox: SandboxServer, receiver: Receiver, night: Callable[..., Outcome]
) -> None:
    """With the place where the whole report is, and without the password."""
    sandbox.tick(GREENFIELD, "till.greenfield", "PersonPhotos")
    assert night("--notify-as", form, "--details-url", "https://ci.example/4711").code == 2
    (message,) = receiver.messages
    assert key in message
    assert "PersonPhotos" in json.dumps(message)
    assert "https://ci.example/4711" in json.dumps(message)
    assert not [trace for trace in ("zq7Kx", "9vTj", "wört") if trace in json.dumps(message, ensure_ascii=False)]


@pytest.mark.parametrize("content", ["not ours", '{"formatVersion": 1, "kind": "Snapshot"}'])
def test_a_state_that_is_not_ours_is_said_and_left_alone(
    content: str, sandbox: SandboxServer, receiver: Receiver, night: Callable[..., Outcome], tmp_path: Path
) -> None:
    """Everything is told, as after no run at all: rather twice than never."""
    sandbox.tick(GREENFIELD, "till.greenfield", "PersonPhotos")
    state = tmp_path / "theirs.json"
    state.write_text(content, encoding="utf-8")
    for _ in range(2):
        done = night("--state", state)
        assert done.code == 1
        assert "where drift runs keep" in done.err
    assert [names(message) for message in receiver.messages] == [(["PersonPhotos"], [])] * 2
    assert state.read_text(encoding="utf-8") == content


def test_the_state_lies_where_somebody_wants_it(
    sandbox: SandboxServer, workspace: Path, receiver: Receiver, night: Callable[..., Outcome], tmp_path: Path
) -> None:
    """A job whose checkout is gone the next morning keeps it somewhere else."""
    sandbox.tick(GREENFIELD, "till.greenfield", "PersonPhotos")
    state = tmp_path / "cache" / "drift.json"
    assert [night("--state", state).code for _ in range(2)] == [2, 2]
    assert len(receiver.messages) == 1
    assert not told_of(workspace).exists()
    assert json.loads(state.read_text(encoding="utf-8"))["kind"] == "DriftTold"


def test_a_job_for_each_school_may_share_the_state(
    sandbox: SandboxServer, receiver: Receiver, night: Callable[..., Outcome]
) -> None:
    """What one of them did not look at is not mended."""
    sandbox.tick(GREENFIELD, "till.greenfield", "PersonPhotos")
    assert night("--school", "greenfield").code == 2
    assert night("--school", "riverside").code == 0
    assert night("--school", "greenfield").code == 2
    assert len(receiver.messages) == 1


def test_two_jobs_at_once_tell_it_once(
    sandbox: SandboxServer, workspace: Path, receiver: Receiver, tmp_path: Path
) -> None:
    """The second waits for the first, however long its receiver takes, and has nothing to tell by then."""

    def slow(_request: Request) -> Answer:
        time.sleep(2)
        return http("ok")

    receiver.answer = slow
    sandbox.tick(GREENFIELD, "till.greenfield", "PersonPhotos")
    done: list[int] = []

    def job() -> None:
        done.append(run(["drift", "--notify", "env:HOOK", *FAST], workspace).code)

    jobs = [Thread(target=job) for _ in range(2)]
    for each in jobs:
        each.start()
    for each in jobs:
        each.join()
    assert done == [2, 2]
    assert len(receiver.messages) == 1


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--notify-always",), "--notify-always needs --notify"),
        (("--notify-as", "slack"), "--notify-as needs --notify"),
        (("--notify", "hooks.example/x"), "--notify takes a web address"),
        (("--notify", ""), "--notify is empty"),
        (("--notify", "env:HOOK", "--notify", " "), "--notify is empty"),
        (("--heartbeat", ""), "--heartbeat is empty"),
        (("--heartbeat", "hc-ping.example/zq7Kx9vTj"), "begin it with https://"),
        (("--heartbeat", "beat-{state}.json"), "{state} in --heartbeat is for an address"),
        (("--notify", "env:HOOK", "--state", "new.yaml"), "would be read as a manifest of this workspace"),
        (("--notify", "env:HOOK", "--state", ".reconciler/journal.jsonl"), "which holds the journal"),
        (("--notify", "env:HOOK", "--notify", "env:HOOK"), "--notify names the same receiver twice"),
        (("--notify", "env:HOOK", "--notify-as", "slack", "--notify-as", "json"), "Give --notify-as once"),
        (("--notify", "http://hooks.example/zq7Kx9vTj"), "is plain http"),
        (("--heartbeat", "https://me:zq7Kx9vTj@hooks.example/"), "contains a login"),
        (("--heartbeat", "reconciler.yaml"), "would be read as a manifest of this workspace"),
        (("--heartbeat", ".reconciler/journal.jsonl"), "which holds the journal"),
        (("--heartbeat", "a.json", "--format", "json=a.json"), "is named twice"),
        (("--notify", "env:HOOK", "--state", "a.json", "--heartbeat", "a.json"), "is named twice"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_asked(
    options: tuple[str, ...],
    words: str,
    sandbox: SandboxServer,
    receiver: Receiver,
    reconciler: Reconciler,
    workspace: Path,
) -> None:
    """As a mistyped command line, and without the address."""
    (workspace / ".reconciler").mkdir()
    done = reconciler("drift", *options)
    assert done.code == 64
    assert words in " ".join(done.err.split())
    assert SECRET not in done.err
    assert sandbox.access_log() == []


def test_a_secret_that_is_not_there_is_told_before_anything_is_asked(
    sandbox: SandboxServer, workspace: Path, reconciler: Reconciler
) -> None:
    """A job without its secret fails, instead of being quiet for ever."""
    done = reconciler("drift", "--notify", "env:NO_SUCH_HOOK")
    assert done.code == 1
    assert "NO_SUCH_HOOK" in done.err
    assert sandbox.access_log() == []


def test_an_address_on_the_command_line_is_warned_of(
    receiver: Receiver, reconciler: Reconciler, workspace: Path
) -> None:
    """Others see what stands there; it is used all the same."""
    done = reconciler("drift", "--notify", receiver.url, "--notify-always", *FAST)
    assert done.code == 0
    assert "Use --notify env:NAME" in done.err
    assert SECRET not in done.err
    assert len(receiver.messages) == 1


def test_the_address_may_stand_in_the_file_of_passwords(
    receiver: Receiver, reconciler: Reconciler, workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One private file holds all that a job needs."""
    (tmp_path / "safe.env").write_text(f"KEPT_HOOK={receiver.url}\n", encoding="utf-8")
    done = reconciler(
        "drift", "--env-file", tmp_path / "safe.env", "--notify", "env:KEPT_HOOK", "--notify-always", *FAST
    )
    assert done.code == 0
    assert len(receiver.messages) == 1


def test_a_process_that_logs_everything_keeps_the_address_hidden(receiver: Receiver, workspace: Path) -> None:
    """asyncio's debug mode and Python's development mode included."""
    receiver.answer = refusing
    done = run(
        ["drift", "-v", "--notify", "env:HOOK", "--notify-always", *FAST],
        workspace,
        HOOK=receiver.url,
        PYTHONDEVMODE="1",
        PYTHONASYNCIODEBUG="1",
    )
    assert done.code == 1
    assert SECRET not in done.out + done.err


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot send Ctrl-C to one process")
def test_a_run_that_is_stopped_while_it_tells_says_what_may_have_arrived(
    sandbox: SandboxServer, receiver: Receiver, workspace: Path, tmp_path: Path
) -> None:
    """Nobody confirmed the message, so that it is sent again; and the watcher hears nothing."""
    sandbox.tick(GREENFIELD, "till.greenfield", "PersonPhotos")
    came, over = Event(), Event()

    def hanging(_request: Request) -> Answer:
        came.set()
        over.wait(8)
        return lambda connection: None

    receiver.answer = hanging
    beat = tmp_path / "beat.json"
    with planning(workspace, "--notify", "env:HOOK", "--heartbeat", str(beat), verb="drift") as process:
        assert came.wait(30)
        done = interrupted(process)
        over.set()
    assert done.code == 1
    assert "may not have arrived" in done.err
    assert not beat.exists()
    receiver.answer = lambda _: http("ok")
    assert run(["drift", "--notify", "env:HOOK", *FAST], workspace).code == 2
    assert [names(message) for message in receiver.messages] == [(["PersonPhotos"], [])] * 2


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot send Ctrl-C to one process")
def test_a_run_that_is_stopped_tells_nobody_anything(
    sandbox: SandboxServer, receiver: Receiver, workspace: Path, tmp_path: Path
) -> None:
    """A part of a picture is no news, and a run that did not come to its end has no heartbeat."""
    sandbox.tick(GREENFIELD, "till.greenfield", "PersonPhotos")
    sandbox.set_trouble(FaultKind.LATENCY, username="till.riverside", seconds=3600)
    telling = ("--notify", "env:HOOK", "--heartbeat", str(tmp_path / "beat.json"))
    slowly = ("--concurrency", "1", "--timeout", "3600")
    with planning(workspace, *telling, *slowly, verb="drift") as process:
        wait_for(sandbox, "findEntitiesBySchoolID", "till.riverside")
        done = interrupted(process)
    assert done.code == 1
    assert "PersonPhotos" in done.out
    assert receiver.messages == []
    assert not (tmp_path / "beat.json").exists()
    assert not told_of(workspace).exists()
