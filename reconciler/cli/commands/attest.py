"""`reconciler attest`: record facts that cannot be checked remotely."""

import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final

import click

from reconciler.attestation.submission import to_attest
from reconciler.cli.attesting.bulk import BulkAttestation, is_glob, refuse_mixed, refuse_with_report, write_sheet
from reconciler.cli.attesting.dialogue import NOTHING, AttestDialogue
from reconciler.cli.attesting.facts import command_line, read_facts, says_gone
from reconciler.cli.attesting.permissions_report import columns_option, others_remark, read_permissions_report
from reconciler.cli.attesting.questions import day_option, last_day
from reconciler.cli.clock import clock, today
from reconciler.cli.completing import from_manifests, places
from reconciler.cli.console import at_terminal, say
from reconciler.cli.exit_codes import Exit
from reconciler.cli.help import verb
from reconciler.cli.operator_name import confirming_name
from reconciler.cli.options.general import FILE, workspace_option
from reconciler.cli.output.overwrite_guard import refuse_overwriting
from reconciler.errors import SelectionError
from reconciler.model.desired import Desired
from reconciler.planning.facts import FACT_KEYS
from reconciler.planning.scope import chosen_schools_of
from reconciler.spelling import did_you_mean
from reconciler.workflow import desired_of

_EVIDENCE: Final = "Role Permissions Report"
_OF_ACCESS, _OF_SCHOOL = (
    ", ".join(key for key, fact in FACT_KEYS.items() if fact.row.of_school is own) for own in (False, True)
)
_HELP: Final = f"""Record what you saw of facts that cannot be checked remotely.

    The facts of an access, such as greenfield/till: {_OF_ACCESS}. Those of a school, such as greenfield: {_OF_SCHOOL}.
    Write commas between the names of a list, or a FACT=NAME for each name.

    Without facts you are asked for each that the manifests declare, of one access, or of a school and all its accesses.
    Each place is written before the next one is asked. The answers are added to attestations/SCHOOL.yaml in the
    workspace: commit that file like any manifest.

    An address or school may have * and ?: then each place that declares the facts gets them. --sheet writes a file
    with a row for each fact that a person must look at. Fill in its column Seen with yes, or with what is there, and
    read it back with --from. All of it is written, or nothing.

    access=gone says that a supplier which the manifests no longer name has lost its access: its account cannot log in,
    or its partner application is revoked.
    """


@verb(
    {
        "Answer a question for each fact of a school and its suppliers": "attest greenfield",
        "Record one fact of every school": 'attest "*" lawfulBasis="Public Task" --evidence "Ticket 4711"',
        "List what must be looked at, for a spreadsheet": "attest --sheet todo.csv",
        "Record one fact": 'attest greenfield/groupcall roles=none --evidence "Ticket 4711"',
    },
    help=_HELP,
)
@click.argument("place", metavar="[ADDRESS_OR_SCHOOL]", required=False, shell_complete=from_manifests(places))
@click.argument("facts", nargs=-1, metavar="[FACT=VALUE]...")
@workspace_option
@click.option("--by", metavar="NAME", help="Who confirms it. [default: git's user.name, or the system's user]")
@click.option("--expires", metavar="YYYY-MM-DD", callback=day_option, help="The last day on which it counts.")
@click.option(
    "--days",
    type=click.IntRange(1, 3660),
    help="For how many days it counts; at most wordDays. [default: one year]",
)
@click.option("--evidence", metavar="TEXT", help="Where to find the evidence, such as a ticket.")
@click.option(
    "--account", metavar="NAME", help="With access=gone: the account or application that is gone. [default: all]"
)
@click.option("--sheet", type=FILE, help="Write a row for each fact that a person must look at to this .csv or .xlsx.")
@click.option(
    "--permissions-report",
    type=FILE,
    help="Take `permissions` from Bromcom's Role Permissions Report, exported as CSV, of this supplier's role.",
)
@click.option(
    "--column",
    "columns",
    multiple=True,
    callback=columns_option,
    metavar="NAME=HEADING",
    help="With --permissions-report: its headings, as permission=HEADING and granted=HEADING.",
)
@click.option("--from", "answers", type=FILE, help="Record what the column Seen of this sheet says.")
def command(
    place: str | None,
    facts: tuple[str, ...],
    workspace: Path,
    by: str | None,
    expires: date | None,
    days: int | None,
    evidence: str | None,
    account: str | None,
    sheet: Path | None,
    answers: Path | None,
    permissions_report: Path | None,
    columns: dict[str, str],
) -> int:
    """Record facts of a place, or of many, or ask for them."""
    refuse_mixed(place, facts, sheet, answers)
    if permissions_report or columns:
        refuse_with_report(place or "", facts, permissions_report, sheet or answers)
    refuse_overwriting([sheet], workspace)
    desired = desired_of(workspace, clock()())
    until = last_day(today(), desired.limits.word_days, expires, days)
    if sheet:
        write_sheet(desired, place or "", sheet, today())
        return Exit.OK
    is_gone = says_gone(facts, place or "", account)
    who = confirming_name(workspace, by)
    if answers or (place and is_glob(place)):
        bulk = BulkAttestation(workspace, desired, who, clock(), until, (evidence or "").strip())
        bulk.of_sheet(answers) if answers else bulk.of_matching(place or "", read_facts(facts, place or ""))
        return Exit.OK
    assert place
    if is_gone:
        school, _, supplier = place.partition("/")
        AttestDialogue(workspace, desired, school, who, clock()).end(supplier, account or "", until, evidence or "")
        return Exit.OK
    values = read_facts(facts, place)
    if permissions_report:
        values, evidence = _of_report(permissions_report, columns), evidence or _EVIDENCE
    school, supplier = _place(desired, place)
    dialogue = AttestDialogue(workspace, desired, school, who, clock())
    _write_or_ask(dialogue, supplier, values, until, evidence, is_until_given=bool(expires or days))
    return Exit.OK


def _write_or_ask(
    dialogue: AttestDialogue,
    supplier: str,
    values: Mapping[str, tuple[str, ...]],
    until: date,
    evidence: str | None,
    *,
    is_until_given: bool,
) -> None:
    """Record what was said of a place; ask for its facts if nothing was."""
    if values:
        dialogue.write(supplier, values, until, evidence or "")
        dialogue.remark(supplier, values)
    elif questions := _to_ask(dialogue.desired, dialogue.school, supplier):
        dialogue.ask(questions, until if is_until_given else None, evidence, today())
    else:
        say(f"The manifests declare nothing of {dialogue.place(supplier)} that cannot be checked remotely.")
        say(NOTHING)


def _of_report(file: Path, columns: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """Read the permissions of a supplier's role, and warn if the role allows anything else."""
    permissions = read_permissions_report(file, columns)
    if remark := others_remark(permissions):
        say(remark)
    return {"permissions": permissions.write_back}


def _place(desired: Desired, place: str) -> tuple[str, str]:
    """Return (school, supplier) of a place that the manifests have; the supplier is empty for the school itself."""
    typed, slash, supplier = place.partition("/")
    school = min(chosen_schools_of([typed], desired.schools.values(), "There is no school"))
    suppliers = {address.supplier for address in desired.accesses if address.school == school}
    if slash and supplier not in suppliers:
        raise SelectionError(f"There is no supplier {supplier!r} at {school}. {did_you_mean(supplier, suppliers)}")
    return school, supplier


def _to_ask(desired: Desired, school: str, supplier: str) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Return {supplier, or nothing for the school itself: the facts to ask for, as declared}.

    Without a terminal it raises click.UsageError with the command lines that confirm them.
    """
    suppliers = [supplier] if supplier else ["", *(at.supplier for at in desired.accesses if at.school == school)]
    declared = {of: facts for of in suppliers if (facts := to_attest(desired, school, of))}
    if not declared or (at_terminal(sys.stdin) and at_terminal(sys.stderr)):
        return declared
    lines = (
        f"  {command_line(f'{school}/{of}' if of else school, key, values)}"
        for of, facts in declared.items()
        for key, values in facts.items()
    )
    raise click.UsageError("\n".join(("Say what you saw. If everything is as declared, for example:", *lines)))
