"""`reconciler import`: write manifests from what Bromcom has."""

import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import click

from reconciler.cli.attesting.questions import day_option, last_day
from reconciler.cli.clock import clock
from reconciler.cli.console import at_terminal, pasted, remarks, tell, tell_text, watching
from reconciler.cli.exit_codes import Exit
from reconciler.cli.help import VerbGroup
from reconciler.cli.importing.inventory import columns_option, inventory_of, record, submissions_of
from reconciler.cli.importing.options import allow_http_option, leave_out_option
from reconciler.cli.importing.tables import account_rows, list_text
from reconciler.cli.operator_name import confirming_name
from reconciler.cli.options.general import FILE, connection_options, env_file_option, together, workspace_option
from reconciler.cli.options.service import ServiceOptions, service_reader
from reconciler.editing.target import TargetWorkspace
from reconciler.errors import InputError
from reconciler.git.executables import shell_line
from reconciler.importing.concerns import Concern, published_lists
from reconciler.importing.entity_names import names_in
from reconciler.importing.listing import plan_list, refuse_unknown
from reconciler.importing.passwords import FORMS
from reconciler.importing.plan import Judgement, plan_import
from reconciler.importing.request import request_of_rows, request_of_snapshot
from reconciler.importing.sheet import AccountRow
from reconciler.importing.summary import summary
from reconciler.model.desired import Desired
from reconciler.model.live import Live
from reconciler.model.problem import Origin
from reconciler.report.labels import plural
from reconciler.starting.passwords import PasswordsGiven
from reconciler.workflow import desired_of, sensitivity

_REFERENCE: Final = f"A reference, never the password itself: {FORMS}. May have {{SUPPLIER}} and {{SCHOOL}}."

_writing = together(  # the options of everything that writes manifests
    workspace_option,
    click.option("--name", default="", help="The name of a new workspace. [default: after its folder]"),
    click.option("--dry-run", is_flag=True, help="Show what would change in the manifests, and write nothing."),
    click.option("-q", "--quiet", is_flag=True, help="No progress and no remarks on stderr; errors stay."),
)
_taking_over = together(leave_out_option, allow_http_option)
_asking = together(
    click.option(
        "--platform",
        default="",
        help="The host of the schools: bromcom-cloud, scomis, a platform of the Workspace, or an https:// address.",
    ),
    click.option(
        "--passwords",
        "store",
        default="",
        metavar="keyring|FILE",
        help="Where to keep passwords that are given as such. [default: the keyring, if there is one]",
    ),
    env_file_option,
    connection_options,
)


@click.group(
    "import",
    cls=VerbGroup,
    examples={
        "See what the accounts of a table would become": "import accounts accounts.csv --dry-run",
        "Take over one account": (
            "import account --school 12345 --supplier cashless-till --username till.greenfield "
            "--password env:TILL_GREENFIELD_PASSWORD"
        ),
        "Take over a supplier's new list, such as an e-mail": "import entities list.txt --supplier groupcall",
        "Take over the list of a school's accounts, to find those that no supplier claims": (
            "import inventory dropdown.txt --school greenfield"
        ),
        "Take over what a snapshot saw, in a new workspace": "import snapshot live.json -C ../our-trust",
    },
)
def command() -> None:
    """Write manifests that say what Bromcom has now.

    Each account is asked once, with its own password, which only reads. What is the same at many schools is said once.
    Accounts that Bromcom refused, or that could not be asked, are listed and left out. Importing approves nothing: what
    deserves a look is listed too.

    Exits with 0 if all accounts answered, and 4 if some did not.
    """


@command.command()
@click.option("--school", "school_id", type=click.IntRange(1, 2**31 - 1), required=True, help="The School ID.")
@click.option("--title", default="", help="The school's name, for people.")
@click.option("--supplier", required=True, help="The supplier's name.")
@click.option("--username", required=True, help="The name of its account in Bromcom.")
@click.option("--password", default="", help=f"{_REFERENCE} Left out: it is asked for.")
@_asking
@_taking_over
@_writing
def account(school_id: int, title: str, supplier: str, username: str, password: str, **options: Any) -> int:
    """Take over one account."""
    row = AccountRow(Origin("account", 1, 1), school_id, supplier.strip(), username, "", title, options["platform"])
    if not password:
        if not at_terminal(sys.stdin):
            raise click.UsageError("Nobody can be asked for the password here. Name where it is: --password env:NAME")
        row = AccountRow(
            row.place,
            school_id,
            row.supplier,
            username,
            click.prompt("Password", hide_input=True, err=True),
            title,
            row.platform,
        )
    return _ask([row], password, **options)


@command.command()
@click.argument("file", type=FILE)
@click.option("--password", default="", help=f"For accounts without a password in FILE. {_REFERENCE}")
@_asking
@_taking_over
@_writing
def accounts(file: Path, password: str, **options: Any) -> int:
    """Take over the accounts that FILE lists.

    FILE is CSV or an Excel workbook (.xlsx), with the columns School ID, Supplier, Username and Password in any order,
    and perhaps School and Platform. A password is a reference such as env:NAME, or the password itself, which no
    manifest gets.
    """
    return _ask(account_rows(file), password, **options)


@command.command()
@click.argument("file", type=FILE)
@click.option("--password", default="", help=f"Where the passwords are. {_REFERENCE}")
@_taking_over
@_writing
def snapshot(file: Path, password: str, **options: Any) -> int:
    """Take over what a snapshot saw, without a network."""
    from reconciler.snapshots import read_snapshot

    recorded = read_snapshot(file)
    target = _target(options)
    given = PasswordsGiven(target.folder, pattern=password)
    request = request_of_snapshot(recorded, target.known, given.of_pattern, allow_http=options["allow_http"])
    return _write(target, request, recorded.of(request), given, options)


@command.command()
@click.argument("file", type=FILE)
@click.option("--supplier", required=True, help="The supplier's name or title.")
@click.option("--replace", is_flag=True, help="Also remove what the manifest has and the list has not.")
@click.option("--keep-unknown", is_flag=True, help="Keep names that no list has, as they are.")
@_writing
def entities(file: Path, supplier: str, *, replace: bool, keep_unknown: bool, **options: Any) -> int:
    """Take over a supplier's list of entities.

    FILE is what you have: a saved answer of findEntitiesBySchoolID, CSV, an Excel workbook, or the text of a page or an
    e-mail; - reads what you paste. Every name is added to the supplier's manifest. A name that no list has stops the
    import, with the nearest known one.
    """
    target = _target(options)
    text = pasted().decode("utf-8-sig", "replace") if str(file) == "-" else list_text(file)
    names = names_in(text)
    if not keep_unknown:
        refuse_unknown(names, file.name)
    plan = plan_list(names, supplier.strip(), target.manifests, sensitivity(), replace=replace)
    texts = target.texts_of(plan.edits)
    target.desired_with(texts)
    if options["dry_run"]:
        tell("".join(f"{line}\n" for line in target.diff(texts)))
    else:
        target.write(texts)
    tell_text(plan.text)
    return Exit.OK


@command.command()
@click.argument("file", type=FILE)
@click.option("--school", default="", help="The school that the whole list is of. [default: its column says so]")
@click.option(
    "--column",
    "columns",
    multiple=True,
    callback=columns_option,
    metavar="NAME=HEADING",
    help="Its headings, where they are others: username=HEADING, school=HEADING, roles=HEADING.",
)
@click.option("--date", "day", callback=day_option, metavar="YYYY-MM-DD", help="The day of the list. [default: today]")
@click.option("--by", metavar="NAME", help="Who confirms it. [default: git's user.name, or the system's user]")
@click.option("--expires", metavar="YYYY-MM-DD", callback=day_option, help="The last day on which it counts.")
@click.option("--evidence", metavar="TEXT", help="Where to find the evidence. [default: the file's name]")
@click.option("--dry-run", is_flag=True, help="Compare the list with the manifests, and write nothing.")
@workspace_option
def inventory(
    file: Path,
    school: str,
    columns: dict[str, str],
    day: date | None,
    by: str | None,
    expires: date | None,
    evidence: str | None,
    workspace: Path,
    *,
    dry_run: bool,
) -> int:
    """Take over a list of third-party accounts.

    FILE is the list of accounts that Third Party Access Permissions & Logs lets you choose from, a username on each
    line, or an exported account list (CSV or Excel); - reads what you paste. It becomes an attestation of each school:
    an account that no supplier claims is then a difference in every plan, and so is one that is claimed and not there.

    Columns are found by their headings, such as Username, School ID and Roles. With a column of roles, only accounts
    with the role Third Party count.
    """
    now, who = clock()(), confirming_name(workspace, by)
    desired = desired_of(workspace, now)
    if day and day > now.date():
        raise click.UsageError(f"--date {day} is in the future.")
    until = last_day(now.date(), desired.limits.word_days, expires)
    if day and desired.limits.word_days is not None:
        until = min(until, day + timedelta(days=desired.limits.word_days))
    found = inventory_of(file, columns, school, desired)
    reference = file.name if evidence is None and str(file) != "-" else evidence or ""
    submissions = submissions_of(found, who, now, day, until, reference)
    record(workspace, desired, found, submissions, dry_run=dry_run)
    return Exit.OK


def _target(options: dict[str, Any]) -> TargetWorkspace:
    return TargetWorkspace.read(options["workspace"], options["name"], clock()().date())


def _ask(rows: list[AccountRow], pattern: str, platform: str, store: str, **options: Any) -> int:
    target = _target(options)
    given = PasswordsGiven(target.folder, pattern, store)
    request = request_of_rows(rows, target.known, platform, given.reference, allow_http=options["allow_http"])
    asked, variables = given.for_probing(request)
    fields = {name: options[name] for name in ServiceOptions.__dataclass_fields__ if name in options}
    with watching(options["quiet"]) as progress:
        # It reads no columns, since the request declares no entity. It asks if a school with a URN is the right one.
        live = service_reader(ServiceOptions(**fields, deep=True), progress, [asked], given=variables)(asked)
    return _write(target, request, live, given, options)


def _write(
    target: TargetWorkspace, request: Desired, live: Live, given: PasswordsGiven, options: dict[str, Any]
) -> int:
    """Write what an import comes to, and say it."""
    say_more = remarks(quiet=options["quiet"])
    if live.interrupted and live.recorded is None:
        raise InputError("Nothing was imported: the run was stopped.")
    leave_out = frozenset(map(Concern, options["leave_out"]))
    judgement = Judgement(sensitivity(), published_lists(request, target.manifests), leave_out)
    plan = plan_import(request, live, target.known, target.desired, target.manifests, judgement)
    texts = target.files_of(plan, request)
    if options["dry_run"]:
        tell("".join(f"{line}\n" for line in target.diff(texts)))
    else:
        given.keep(request, plan.declared)
        target.write(texts)
    if unchecked := target.unchecked(texts, plan):
        say_more(f"Also declared now, and not checked: {', '.join(unchecked)}. These suppliers are at every school.")
    tell_text(summary(plan, request, leave_out, dry_run=options["dry_run"]))
    if texts and not options["dry_run"]:
        next_command = shell_line("reconciler", "plan", *(("--env-file", str(given.file)) if given.file else ()))
        say_more(f"Wrote {plural(len(texts), 'file')}: {', '.join(texts)}. To compare with Bromcom: `{next_command}`")
    return Exit.INCOMPLETE if plan.left_out else Exit.OK
