"""`reconciler attest`: a person vouches for what no probe can see."""

import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import click

from reconciler.attestation.submission import to_attest
from reconciler.cli.attesting.dialogue import NOTHING, AttestDialogue
from reconciler.cli.attesting.facts import command_line, read_facts, says_gone
from reconciler.cli.attesting.questions import day_option, last_day
from reconciler.cli.clock import clock, today
from reconciler.cli.console import at_terminal, say
from reconciler.cli.exit_codes import Exit
from reconciler.cli.operator_name import operator_name
from reconciler.cli.options.general import workspace_option
from reconciler.errors import SelectionError
from reconciler.model.desired import Desired
from reconciler.model.invisible import is_seen
from reconciler.spelling import did_you_mean
from reconciler.workflow import desired_of


@click.command()
@click.argument("place", metavar="ADDRESS_OR_SCHOOL")
@click.argument("facts", nargs=-1, metavar="[FACT=VALUE]...")
@workspace_option
@click.option("--by", metavar="NAME", help="Who vouches. [default: git's user.name, or the system's user]")
@click.option("--expires", metavar="YYYY-MM-DD", callback=day_option, help="The last day on which it counts.")
@click.option(
    "--days",
    type=click.IntRange(1, 3660),
    help="For how many days it counts; at most wordDays. [default: one year]",
)
@click.option("--evidence", metavar="TEXT", help="Where it can be looked up, such as a ticket.")
@click.option(
    "--account", metavar="NAME", help="With access=gone: which account, or application, is gone. [default: all]"
)
def command(
    place: str,
    facts: tuple[str, ...],
    workspace: Path,
    by: str | None,
    expires: date | None,
    days: int | None,
    evidence: str | None,
    account: str | None,
) -> int:
    """Record what you saw of facts that cannot be checked remotely.

    Of an access, such as greenfield/till, the facts are login, entities, roles, permissions, writeLicence,
    partnerApplication and oldExport; of a school, such as greenfield, lawfulBasis, consent.students, consent.staff and
    consent.contacts. A list has commas between its names; a name with a comma in it needs a FACT=NAME for each name.

    Without facts you are asked for each that the manifests declare: of an access, or of a school and all its accesses,
    one place after the other, each written before the next one is asked. The words go into attestations/SCHOOL.yaml of
    the workspace, behind what stands there; commit that file as you do any manifest.

    access=gone says that a supplier that the manifests name no more has lost its way in: its account cannot log in, or
    its partner application is revoked.
    """
    desired = desired_of(workspace, clock()())
    until = last_day(today(), desired.limits.word_days, expires, days)
    if says_gone(facts, place, account):
        school, _, supplier = place.partition("/")
        dialogue = AttestDialogue(workspace, desired, school, _who(workspace, by), clock())
        dialogue.end(supplier, account or "", until, evidence or "")
        return Exit.OK
    school, supplier = _known(desired, place)
    said = read_facts(facts, place)
    asked = {} if said else _to_ask(desired, school, supplier)
    if not said and not asked:
        say(f"The manifests declare nothing of {place} that no probe can see.")
        say(NOTHING)
        return Exit.OK
    dialogue = AttestDialogue(workspace, desired, school, _who(workspace, by), clock())
    if said:
        dialogue.write(supplier, said, until, evidence or "")
        dialogue.remark(supplier, said)
    else:
        dialogue.ask(asked, until if expires or days else None, evidence, today())
    return Exit.OK


def _who(workspace: Path, by: str | None) -> str:
    """The name of whoever vouches."""
    name = (operator_name(workspace, "--by") if by is None else by).strip()
    if not is_seen(name):
        raise click.UsageError("--by is empty: say who vouches.")
    return name


def _known(desired: Desired, place: str) -> tuple[str, str]:
    """(school, supplier) of a place that the manifests have; the supplier is empty for the school itself."""
    school, slash, supplier = place.partition("/")
    if school not in desired.schools:
        raise SelectionError(f"there is no school {school!r}. {did_you_mean(school, desired.schools)}")
    there = {address.supplier for address in desired.accesses if address.school == school}
    if slash and supplier not in there:
        raise SelectionError(f"there is no supplier {supplier!r} at {school}. {did_you_mean(supplier, there)}")
    return school, supplier


def _to_ask(desired: Desired, school: str, supplier: str) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """{supplier, or nothing for the school itself: the facts to ask the person at the terminal for, as declared}; where
    nobody is there, raises click.UsageError with the command lines that say them."""
    suppliers = [supplier] if supplier else ["", *(each.supplier for each in desired.accesses if each.school == school)]
    declared = {of: facts for of in suppliers if (facts := to_attest(desired, school, of))}
    if not declared or (at_terminal(sys.stdin) and at_terminal(sys.stderr)):
        return declared
    lines = (
        f"  {command_line(f'{school}/{of}' if of else school, key, values)}"
        for of, facts in declared.items()
        for key, values in facts.items()
    )
    raise click.UsageError("\n".join(("it is not said what you vouch for. Look; if it is as declared, type:", *lines)))
