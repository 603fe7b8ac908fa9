"""`reconciler init`: begin a workspace, or add a school or suppliers to one."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from reconciler.catalogue import profiles
from reconciler.cli.clock import clock
from reconciler.cli.console import at_terminal, say, tell, tell_text, watching
from reconciler.cli.exit_codes import Exit
from reconciler.cli.help import verb
from reconciler.cli.importing.options import LEFT_OUT, allow_http_option, leave_out_option
from reconciler.cli.importing.passwords import PasswordsGiven
from reconciler.cli.options.general import FILE, connection_options, together
from reconciler.cli.options.service import ServiceOptions, service_reader
from reconciler.cli.printed_commands import shell_line
from reconciler.cli.starting.answers import (
    LARGEST_URN,
    LEAST_URN,
    InitAnswers,
    OtherSchoolAnswersError,
    whose_database,
)
from reconciler.cli.starting.ci_options import CiOptions, ci_options
from reconciler.cli.starting.questions import BACK, InitDialogue, WentBack, chosen_to_leave_out, typed
from reconciler.cli.starting.workspace_files import manifests_of, other_files, shown
from reconciler.editing.target import TargetWorkspace
from reconciler.errors import InputError
from reconciler.importing.concerns import Concern, published_lists
from reconciler.importing.passwords import FORMS
from reconciler.importing.plan import ImportPlan, Judgement, plan_import
from reconciler.importing.summary import summary
from reconciler.model.check_up import worst_of
from reconciler.model.desired import Desired, School
from reconciler.spelling import did_you_mean
from reconciler.workflow import sensitivity

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
        "Add a supplier to a school of this workspace": "init --yes --school 12345 --profile timetable-view",
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


class _ProbedAccounts(NamedTuple):
    """The accounts, their passwords, and what Bromcom answered."""

    given: PasswordsGiven
    request: Desired
    live: Live


class _Prepared(NamedTuple):
    """What would be written; no text if there is nothing to write."""

    asked: _ProbedAccounts
    plan: ImportPlan
    texts: Mapping[str, str]


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
        """Return what is wrong, or not clear, on the way to a platform's service or a school's database."""
        from reconciler.bromcom.check_up import check_platform, check_schools
        from reconciler.bromcom.options import ProbeOptions

        options = ProbeOptions(timeout=self._options["timeout"], retries=0)
        if isinstance(subject, School):
            return worst_of(check_schools((subject,), options)[0])
        return worst_of(check_platform(subject, options))

    def _prepared(self, asked: _ProbedAccounts, leave_out: frozenset[Concern] = frozenset()) -> _Prepared:
        """Return the plan and the files to write. Say what was found."""
        target, answers, request = self._target, self._answers, asked.request
        judgement = Judgement(sensitivity(), published_lists(request, target.manifests), leave_out)
        plan = plan_import(request, asked.live, target.known, target.desired, target.manifests, judgement)
        if answers.accounts:
            say(summary(plan, request, leave_out, dry_run=True))
        if not plan.declared and not answers.new:
            return _Prepared(asked, plan, {})
        imported = target.files_of(plan, request)
        texts = manifests_of(answers, imported, {address.school for address in plan.declared}, target)
        target.desired_with(texts)
        if unchecked := target.unchecked(imported, plan):
            say(f"Also declared then, and not checked: {', '.join(unchecked)}. These suppliers are at every school.")
        others, remark = other_files(target.folder)
        if remark:
            say(remark)
        return _Prepared(asked, plan, {**texts, **others})

    def _ask(self, store: str) -> _ProbedAccounts:
        """Ask each account once."""
        given = PasswordsGiven(self._target.folder, self._pattern, store)
        request = self._answers.request_of(self._answers.rows(), self._target.known, given.reference)
        asked, variables = given.for_probing(request)
        fields = {name: value for name, value in self._options.items() if name in ServiceOptions.__dataclass_fields__}
        # It reads no columns, since the request declares no entity; but it asks whose database answers.
        options = ServiceOptions(workspace=self._target.folder, deep=True, quiet=False, **fields)
        with watching(quiet=False) as progress:
            live = service_reader(options, progress, [asked], given=variables)(asked)
        if live.interrupted:
            raise click.Abort
        for name, school in request.schools.items():
            if said := whose_database(school, live.schools[name].right_school):
                say(said)
        return _ProbedAccounts(given, request, live)

    def _write(self, prepared: _Prepared) -> int:
        if not prepared.texts:
            raise InputError("Nothing was written: no account answered. Check the usernames and the passwords.")
        folder = self._target.folder
        given, request, _ = prepared.asked
        given.keep(request, prepared.plan.declared)
        self._target.write(prepared.texts)
        place = () if folder.resolve() == Path.cwd() else ("-C", os.path.relpath(folder))
        secrets = given.file or self._options["env_file"]
        passwords = ("--env-file", str(secrets)) if secrets else ()
        plan, lint = (shell_line("reconciler", *words) for words in (("plan", *place, *passwords), ("lint", *place)))
        tell_text(f"Wrote {', '.join(prepared.texts)}.\n")
        tell(f"Next:\n  {plan}\n  {lint}\n")
        return Exit.INCOMPLETE if prepared.plan.left_out else Exit.OK
