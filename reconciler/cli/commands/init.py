"""`reconciler init`: begin a workspace, or add a school or suppliers to one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from reconciler.catalogue import profiles
from reconciler.cli.clock import clock
from reconciler.cli.console import at_terminal, say, tell, tell_text, watching
from reconciler.cli.exit_codes import Exit
from reconciler.cli.help import verb
from reconciler.cli.importing.options import LEFT_OUT, allow_http_option, leave_out_option
from reconciler.cli.options.general import FILE, connection_options, together
from reconciler.cli.options.service import ServiceOptions, service_reader
from reconciler.cli.printed_commands import place_from_here
from reconciler.cli.starting.ci_options import CiOptions, ci_options
from reconciler.cli.starting.questions import BACK, InitDialogue, WentBack, chosen_to_leave_out, typed
from reconciler.editing.target import TargetWorkspace
from reconciler.errors import InputError
from reconciler.git.executables import shell_line
from reconciler.importing.concerns import Concern
from reconciler.importing.passwords import FORMS
from reconciler.model.desired import Desired, School
from reconciler.spelling import did_you_mean
from reconciler.starting.answers import (
    LARGEST_URN,
    LEAST_URN,
    InitAnswers,
    OtherSchoolAnswersError,
)
from reconciler.starting.passwords import PasswordsGiven
from reconciler.starting.steps import PreparedStart, ProbedAccounts, ask, check_way, prepare, write
from reconciler.starting.workspace_files import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reconciler.model.check_up import CheckResult
    from reconciler.model.desired import Platform
    from reconciler.model.live import Live

_HASH: Final = "5f0c3a1b" * 5
_STOPPED: Final = "Stopped: nothing was written."


def _accounts(_context: click.Context, parameter: click.Parameter, values: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Parse `SUPPLIER=USERNAME` of each."""
    pairs = [value.partition("=") for value in values]
    if any(not supplier.strip() or not username.strip() for supplier, _, username in pairs):
        raise click.BadParameter("must be SUPPLIER=USERNAME, such as groupcall=groupcall.greenfield.", param=parameter)
    return {supplier.strip(): (username.strip(), "") for supplier, _, username in pairs}


_answers = together(
    click.option("--yes", is_flag=True, help="Ask nothing: the answers are these options."),
    click.option("--name", default="", help="The name of a new workspace. [default: after its folder]"),
    click.option("--platform", default="", help="bromcom-cloud, scomis, or the https:// address of a read service."),
    allow_http_option,
    click.option("--school", "school_id", type=click.IntRange(1, 2**31 - 1), help="The School ID."),
    click.option("--title", default="", help="The school's name, for people."),
    click.option("--urn", type=click.IntRange(LEAST_URN, LARGEST_URN), help="Its number in the register of schools."),
    click.option(
        "--account",
        "accounts",
        multiple=True,
        callback=_accounts,
        metavar="SUPPLIER=USERNAME",
        help="A supplier with an account in Bromcom: what it may read is declared. May be repeated.",
    ),
    click.option("--password", default="", help=f"Where the passwords of --account are: {FORMS}."),
    click.option("--profile", "published", multiple=True, help="A new supplier with the list that it published."),
    click.option("--supplier", "empty", multiple=True, help="A new supplier, with nothing to read yet."),
    leave_out_option,
)


@verb(
    {
        "Answer questions, and write nothing before the last one": "init our-trust",
        "Add a supplier to a school of this workspace": "init --yes --school 12345 --profile groupcall-xporter",
        "Set up GitHub's CI for this workspace": f"init --ci github --source example/reconciler --revision {_HASH}",
    },
)
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path, file_okay=False))
@_answers
@ci_options
@click.option("--env-file", type=FILE, help="Read `env:` passwords from this file.")
@connection_options
def command(
    folder: Path,
    yes: bool,
    name: str,
    school_id: int | None,
    published: tuple[str, ...],
    empty: tuple[str, ...],
    password: str,
    **options: Any,
) -> int:
    """Begin a workspace in DIR, or add a school or suppliers to the one that is there.

    You are asked for the host, the School ID, and each supplier. An account that exists is asked once what it may read,
    which changes nothing in Bromcom. Nothing is written before you agree to a summary; `<` goes back, Ctrl-C stops.

    With --ci it writes the files of a CI system, for a workspace that is there or, with --yes, for the new one. It says
    which secrets they need, and what is left to do. No file is overwritten.

    Exits with 0 if all accounts answered, and 4 if some did not.
    """
    from reconciler.cli.starting.ci_setup import CiSetup

    ci = CiOptions.taken(options)
    if ci.system and not yes:
        CiSetup(folder, ci).finish(clock()().date(), options["env_file"])
        return Exit.OK
    if ci.dry_run:
        raise click.UsageError("--dry-run shows the files of --ci alone: leave out --yes.")
    setup = CiSetup(folder, ci) if ci.system else None
    target = TargetWorkspace.read(folder, name, clock()().date())
    answers = InitAnswers(options.pop("platform"), school_id or 0, options.pop("title"), options.pop("accounts"))
    answers.allow_http, answers.urn = options.pop("allow_http"), options.pop("urn")
    answers.new = {_profile(each).title: each for each in published} | dict.fromkeys(empty, "")
    start = _Start(target, answers, password, options)
    if yes:
        code = start.without_questions()
        if setup:
            tell("\n")
            setup.finish(clock()().date(), options["env_file"])
        return code
    if not (at_terminal(sys.stdin) and at_terminal(sys.stderr)):
        raise click.UsageError(
            "init asks questions, and there is no terminal here. Give the answers as options: "
            "reconciler init DIR --yes --platform NAME --school ID --title NAME --account SUPPLIER=USERNAME"
        )
    try:
        return start.with_questions()
    except click.Abort:
        say(f"\n{_STOPPED}")
        return Exit.FAILED


def _profile(name: str) -> Any:
    if name not in profiles():
        raise click.UsageError(f"There is no profile {name!r}. {did_you_mean(name, profiles())}")
    return profiles()[name]


class _Start:
    """The answers, and what becomes of them."""

    def __init__(self, target: TargetWorkspace, answers: InitAnswers, pattern: str, options: dict[str, Any]) -> None:
        self._target = target
        self._answers = answers
        self._pattern = pattern
        self._options = options

    def without_questions(self) -> int:
        """Write what the options say."""
        answers = self._answers
        there = [school for school in self._target.known.schools.values() if school.school_id == answers.school_id]
        if len(there) == 1 and not answers.platform:
            answers.take(there[0], answers.urn)
        missing = [
            option
            for option, value in (
                ("--platform", answers.platform),
                ("--school", answers.school_id),
                ("--title", answers.title),
                ("--account, --profile or --supplier", answers.accounts or answers.new),
            )
            if not value
        ]
        if missing:
            raise click.UsageError(f"--yes needs {', '.join(missing)}.")
        if answers.accounts and not self._pattern:
            raise click.UsageError(f"--yes needs --password with --account: {FORMS}.")
        wrong = self._check(answers.school(self._target.known))
        if wrong:
            raise InputError(f"Nothing was written: the {wrong.step} is {wrong.verdict}: {wrong.text}. {wrong.advice}")
        return self._write(self._prepared(self._ask(""), frozenset(map(Concern, self._options["leave_out"]))))

    def with_questions(self) -> int:
        """Ask, show what would be written, and write it if the person agrees."""
        from reconciler.secrets.storing import has_keyring

        say(f"This asks for a school and its suppliers. {BACK} goes back, Ctrl-C stops.")
        say("Nothing is written before you agree to a summary at the end.")
        dialogue = InitDialogue(self._target.known, self._answers, self._check, has_keyring)
        dialogue.ask()
        while True:
            try:
                asked = self._ask(dialogue.store)
                prepared = self._prepared(asked)
                if dialogue.corrects(address.supplier for address in prepared.plan.left_out):
                    continue
                if leave_out := chosen_to_leave_out(prepared.plan, LEFT_OUT):
                    prepared = self._prepared(asked, leave_out)
                files = shown(prepared.texts, self._target.folder)
                if files:
                    say(f"To be written in {self._target.folder.resolve()}: {files}.")
                    if typed(f"Write this? (y = yes, n = stop, {BACK} = back)", "y").casefold() in {"y", "yes"}:
                        return self._write(prepared)
                    raise click.Abort
                say("No account answered. Correct one, or add another supplier.")
            except OtherSchoolAnswersError as error:
                say(str(error))
                dialogue.at_school()
                continue
            except InputError as error:
                say(str(error))
            except WentBack:
                pass
            dialogue.again()

    def _check(self, subject: Platform | School) -> CheckResult | None:
        """Return what is wrong, or not clear, on the way there."""
        return check_way(subject, self._options["timeout"])

    def _prepared(self, asked: ProbedAccounts, leave_out: frozenset[Concern] = frozenset()) -> PreparedStart:
        """Return the plan and the files to write. Say what was found."""
        prepared = prepare(self._answers, self._target, asked, leave_out)
        for remark in prepared.remarks:
            say(remark)
        return prepared

    def _ask(self, store: str) -> ProbedAccounts:
        """Ask each account once, and say whose database answered."""
        asked = ask(self._answers, self._target, PasswordsGiven(self._target.folder, self._pattern, store), self._read)
        for said in asked.whose():
            say(said)
        return asked

    def _read(self, asked: Desired, variables: Mapping[str, str]) -> Live:
        fields = {name: value for name, value in self._options.items() if name in ServiceOptions.__dataclass_fields__}
        # It reads no columns, since the request declares no entity; but it asks whose database answers.
        options = ServiceOptions(workspace=self._target.folder, deep=True, quiet=False, **fields)
        with watching(quiet=False) as progress:
            live = service_reader(options, progress, [asked], given=variables)(asked)
        if live.interrupted:
            raise click.Abort
        return live

    def _write(self, prepared: PreparedStart) -> int:
        write(prepared, self._target)
        folder, given = self._target.folder, prepared.asked.given
        place = place_from_here(folder)
        secrets = given.file or self._options["env_file"]
        passwords = ("--env-file", str(secrets)) if secrets else ()
        plan, lint = (shell_line("reconciler", *words) for words in (("plan", *place, *passwords), ("lint", *place)))
        tell_text(f"Wrote {', '.join(prepared.texts)}.\n")
        tell(f"Next:\n  {plan}\n  {lint}\n")
        return Exit.INCOMPLETE if prepared.plan.left_out else Exit.OK
