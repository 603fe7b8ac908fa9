"""Every command that a page shows runs, in the order of the page, on the practice Bromcom."""

from __future__ import annotations

import re
import shlex
import shutil
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest
import yaml

from reconciler.catalogue.platforms import platforms
from reconciler.cli.commands import VERBS
from reconciler.cli.exit_codes import Exit
from reconciler.cli.main import cli
from reconciler.sandbox.control.client import DEFAULT_PORT
from reconciler.sandbox.control.env_file import write_env_file
from reconciler.sandbox.server import SandboxServer, serve
from tests.ci.receiver import receiving
from tests.cli.world import EXAMPLES
from tests.docs.shown import PAGES, blocks, name_of
from tests.docs.test_tables import table
from tests.notices.mail_receiver import MailReceiver, mailing
from tests.repository import repository
from tests.webapp.running import running_app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cli.conftest import Reconciler
    from tests.docs.shown import Block

WITH_COMMANDS = [page for page in PAGES if any(block.commands for block in blocks(page))]
# Where a reader of the page begins; elsewhere it is a trust's workspace in git, with the sandbox as its Bromcom.
BEGINS_EMPTY = {"README.md", "docs/tutorial/first-plan.md", "docs/tutorial/first-school.md"}
BEGINS_IN_EXAMPLES = {"examples/README.md"}
BEGINS_WITH_PASSWORDS = {"docs/how-to/take-over.md"}  # in an empty folder, with a file of them beside it
WENT_WELL = {Exit.OK, Exit.DIFFERENCES, Exit.INCOMPLETE, Exit.WAITING}
OF_THE_DOCS = [page for page in PAGES if name_of(page).startswith(("README", "docs/"))]
GIT, PYTHON = {"--depth", "--filter", "--force", "--single-branch"}, {"-P"}
PIP, GH = {"--extra-index-url", "--index-url"}, {"--signer-workflow", "--source-ref"}
OPTIONS_OF_OTHERS = GIT | PYTHON | PIP | GH
SPAN = re.compile(rf"`(?:reconciler )?(?P<verb>{'|'.join(VERBS)}) (?P<rest>[^`\n]+)`")
OPTION = re.compile(r"(?<![\w-])--?[a-zA-Z][\w-]*")


def own_and_itself(verb: str) -> list[click.Command]:
    """A verb, and its own commands."""
    command = cli.get_command(click.Context(cli), verb)
    assert command
    context = click.Context(command)
    names = command.list_commands(context) if isinstance(command, click.Group) else []
    own = [command.get_command(context, name) for name in names if isinstance(command, click.Group)]
    return [command, *filter(None, own)]


def options(verb: str) -> set[str]:
    """The options of a verb and of its own commands, long and short."""
    return {name for one in own_and_itself(verb) for param in one.get_params(click.Context(one)) for name in param.opts}


def sandbox_command() -> click.Group:
    """The command that serves, with those that change what is served."""
    group = cli.get_command(click.Context(cli), "sandbox")
    assert isinstance(group, click.Group)
    return group


SANDBOX = sandbox_command()
# Examples that need a person at a terminal, an apply that was begun, or a hash that was noted: how they end without.
WITHOUT_A_PERSON = {
    "init our-trust": 64,
    "attest greenfield": 64,
    "apply --resume": 3,
    "round close --dry-run": 1,
    "journal --check --head 5f0c3a1b": 1,
}
REAL_HOSTS = platforms()  # whose names stand in commands; no test asks them
EVERY_OPTION = {option for verb in VERBS for option in options(verb)}


@dataclass
class Reader:
    """Somebody who does what a page says: makes the files, and types the commands."""

    reconciler: Reconciler
    patch: pytest.MonkeyPatch
    opened: ExitStack
    sandbox: SandboxServer | None = field(default=None)

    def do(self, block: Block) -> None:
        """Make the file that a block is, or type its commands."""
        if block.file:
            text = this_year(block.text).replace(f":{DEFAULT_PORT}/", f":{self.serve().port}/")
            Path(block.file).parent.mkdir(parents=True, exist_ok=True)
            Path(block.file).write_text(practised(text, self.serve()), encoding="utf-8", newline="\n")
        if not block.run:
            return
        for number, line in enumerate(block.commands, start=1):
            allowed = {block.code} if block.code is not None and number == len(block.commands) else WENT_WELL
            assert "'" not in line, f"{block.place}: Windows' command prompt passes single quotes on"
            typed = this_year(line).replace(f":{DEFAULT_PORT}/", f":{self.serve().port}/")
            self.type(shlex.split(typed), allowed, block.place)

    def type(self, words: list[str], allowed: set[int] | set[Exit], place: str) -> None:
        """Type one command; fail where it does not end as it should."""
        match words:
            case ["cd", folder]:
                self.patch.chdir(folder)
            case ["reconciler", "sandbox", *rest] if not set(rest) & set(SANDBOX.commands):
                if env_file := SANDBOX.make_context("sandbox", rest).params["env_file"]:
                    write_env_file(env_file, self.serve())
            case ["reconciler", "sandbox", *rest]:
                self.end("sandbox", "--port", str(self.serve().port), *rest, allowed=allowed, place=place)
            case ["reconciler", "ui", *rest]:  # until Ctrl-C, and with no browser
                free = ("0" if word.isdecimal() else word for word in rest)
                with running_app(Path.cwd(), list(free), BROWSER="true %s") as app:
                    app.end()
            case ["reconciler", *rest]:
                here = (self.serve().read_url if word in REAL_HOSTS else word for word in rest)
                self.end(*here, allowed=allowed, place=place)
            case _:
                pytest.fail(f"{place}: `{shlex.join(words)}` cannot be run here: say why, with <!-- not run: ... -->")

    def end(self, *arguments: str, allowed: set[int] | set[Exit], place: str) -> None:
        """Run a command line, and look how it ends."""
        done = self.reconciler(*arguments)
        assert done.code in allowed, f"{place}: {shlex.join(arguments)}: {done.code}\n{done.out}{done.err}"

    def find_sandbox(self, folder: Path) -> None:
        """Let the workspaces in a folder name the port that the sandbox has here."""
        for workspace in folder.rglob("reconciler.yaml"):
            text = workspace.read_text(encoding="utf-8").replace(f":{DEFAULT_PORT}/", f":{self.serve().port}/")
            workspace.write_text(text, encoding="utf-8", newline="\n")

    def serve(self) -> SandboxServer:
        """The sandbox, which is started with the first command that wants one."""
        if self.sandbox is None:
            self.sandbox = self.opened.enter_context(serve())
        return self.sandbox


def this_year(text: str) -> str:
    """The dates of a text, which the docs write as in 2026, as if it was written this year."""
    return re.sub(r"\b20\d\d(?=-\d\d-\d\d)", lambda year: str(int(year[0]) + datetime.now(UTC).year - 2026), text)


def practised(text: str, sandbox: SandboxServer) -> str:
    """A workspace, or a table of accounts, for the real Bromcom, turned to the sandbox."""
    if text.startswith("School ID,"):
        return text.replace(",bromcom-cloud\n", f",{sandbox.read_url}\n")
    if "platform: bromcom-cloud" not in text:
        return text
    documents = list(yaml.safe_load_all(text))
    for document in documents:
        if document["kind"] == "School":
            document["spec"]["platform"] = "practice"
        if document["kind"] == "Workspace":
            urls = {"readUrl": sandbox.read_url, "writeUrl": sandbox.write_url}
            document.setdefault("spec", {})["platforms"] = {"practice": urls}
    return yaml.safe_dump_all(documents)


def trust(folder: Path, reader: Reader) -> None:
    """A copy of the trust, in git, with its passwords and a receiver for what its nights send."""
    shutil.copytree(EXAMPLES / "trust", folder, dirs_exist_ok=True)
    reader.find_sandbox(folder)
    (folder / ".gitignore").write_text("*.env\n", encoding="utf-8", newline="\n")
    made = repository(folder)
    made.git("update-ref", "refs/remotes/origin/main", made.commit())
    made.git("tag", "applied")
    write_env_file(folder.parent / "passwords.env", reader.serve())
    receiver = reader.opened.enter_context(receiving())
    reader.patch.setenv("WATCHER_URL", f"{receiver.url}/watcher")
    reader.patch.setenv("WEBHOOK_URL", f"{receiver.url}/webhook")
    mail = reader.opened.enter_context(mailing(MailReceiver(account=("reconciler@school.example", "for practice"))))
    reader.patch.setenv("MAIL_SERVER", f"smtp+plain://127.0.0.1:{mail.port}")
    reader.patch.setenv("MAIL_PASSWORD", "for practice")


def log_of_today() -> None:
    """Write an access log with one call."""
    logged = f"{datetime.now(UTC):%Y-%m-%d} 06:00:00,groupcall.greenfield,Students"
    Path("access-log.csv").write_text(f"Time,Account,Entity\n{logged}\n", encoding="utf-8")


@pytest.fixture
def reader(reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    """Somebody at a terminal, who has nothing yet."""
    with ExitStack() as opened:
        yield Reader(reconciler, monkeypatch, opened)


@pytest.mark.parametrize("page", WITH_COMMANDS, ids=name_of)
def test_every_command_of_a_page_runs(page: Path, reader: Reader, tmp_path: Path) -> None:
    """In the order of the page: a reader who types them one after the other meets no error."""
    folder = tmp_path / "workspace"
    if name_of(page) in BEGINS_IN_EXAMPLES:
        shutil.copytree(EXAMPLES, folder)
        reader.find_sandbox(folder)
    elif name_of(page) in BEGINS_EMPTY:
        folder.mkdir()
    elif name_of(page) in BEGINS_WITH_PASSWORDS:
        folder.mkdir()
        write_env_file(tmp_path / "passwords.env", reader.serve())
    else:
        trust(folder, reader)
    reader.patch.chdir(folder)
    for block in blocks(page):
        reader.do(block)


def test_every_question_has_a_command_that_answers_it(reader: Reader, tmp_path: Path) -> None:
    """Those in the table of questions run too, in the trust's workspace with an access log."""
    trust(tmp_path / "workspace", reader)
    reader.patch.chdir(tmp_path / "workspace")
    log_of_today()
    rows = table("how-to/report.md", "question")
    assert len(rows) == 7
    for question, command, _ in rows:
        reader.type(shlex.split(command.strip("`")), WENT_WELL, question)


@pytest.mark.parametrize("verb", VERBS)
def test_the_examples_in_the_help_of_a_verb_run(verb: str, reader: Reader, tmp_path: Path) -> None:
    """In a trust's workspace, with passwords in the environment, a saved plan, a snapshot and a table of accounts."""
    folder = tmp_path / "workspace"
    trust(folder, reader)
    reader.patch.chdir(folder)
    for line in Path("../passwords.env").read_text(encoding="utf-8").splitlines():
        name, equals, value = line.partition("=")
        if equals:
            reader.patch.setenv(name, shlex.split(value)[0])
    reader.type(["reconciler", "plan", "--out", "plan.json", "--record", "live.json"], {Exit.DIFFERENCES}, verb)
    for typed in (
        (("start", "--name", "first", "--due", "2099-12-18"), ("sheet", "decisions.csv")) if verb == "round" else ()
    ):
        reader.type(["reconciler", "round", *typed], WENT_WELL, verb)
    for part in ("1", "2") if verb == "merge" else ():
        shard = ("--shard", f"{part}/2", "--format", f"json=part-{part}.json")
        reader.type(["reconciler", "plan", *shard], {Exit.OK, Exit.DIFFERENCES}, verb)
    log_of_today()
    row = "12345,cashless-till,till.greenfield,env:TILL_GREENFIELD_PASSWORD"
    Path("list.txt").write_text("- Students\n- MealType\n", encoding="utf-8")
    Path("dropdown.txt").write_text("groupcall.greenfield\nold.export\n", encoding="utf-8")
    Path("accounts.csv").write_text(f"School ID,Supplier,Username,Password\n{row}\n", encoding="utf-8")
    Path("snapshots").mkdir()
    shutil.copy("live.json", "snapshots")
    examples = {example for one in own_and_itself(verb) for example in getattr(one, "examples", {}).values()}
    for line in sorted(examples):
        allowed = {WITHOUT_A_PERSON[line]} if line in WITHOUT_A_PERSON else WENT_WELL
        assert "'" not in line, verb  # Windows' command prompt passes them on
        words = shlex.split(line.partition(" > ")[0])
        if "--platform" in words:  # never the real one
            words[words.index("--platform") + 1] = reader.serve().read_url
        reader.type(["reconciler", *words], allowed, verb)


@pytest.mark.parametrize("page", OF_THE_DOCS, ids=name_of)
def test_every_option_in_a_sentence_exists(page: Path) -> None:
    """What begins with dashes between backticks is an option of some command of ours, or a known one of others."""
    spans = re.findall(r"`(--?[a-zA-Z][\w-]*)", page.read_text(encoding="utf-8"))
    assert set(spans) <= EVERY_OPTION | OPTIONS_OF_OTHERS


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_command_in_a_sentence_has_a_verb_and_options_that_exist(page: Path) -> None:
    """What stands between backticks is typed too."""
    for span in SPAN.finditer(page.read_text(encoding="utf-8")):
        assert set(OPTION.findall(span["rest"])) <= options(span["verb"]), span[0]
