"""`reconciler attest`: a person vouches for what no probe can see."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from reconciler.cli.attest_days import day_option, last_day
from reconciler.cli.exits import Exit
from reconciler.cli.options import workspace_option
from reconciler.cli.terminal import at_terminal, say, tell
from reconciler.errors import SelectionError
from reconciler.report.counted import counted
from reconciler.report.printable import printable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from reconciler.attestation.write import Written
    from reconciler.model.desired import Desired


@click.command()
@click.argument("place", metavar="ADDRESS_OR_SCHOOL")
@click.argument("facts", nargs=-1, metavar="[FACT=VALUE]...")
@workspace_option
@click.option("--by", metavar="NAME", help="Who vouches. [default: git's user.name, or the system's user]")
@click.option("--expires", metavar="YYYY-MM-DD", callback=day_option, help="The last day on which it counts.")
@click.option("--days", type=click.IntRange(1, 3660), help="For how many days it counts. [default: one year]")
@click.option("--evidence", metavar="TEXT", help="Where it can be looked up, such as a ticket.")
def command(
    place: str,
    facts: tuple[str, ...],
    workspace: Path,
    by: str | None,
    expires: date | None,
    days: int | None,
    evidence: str | None,
) -> int:
    """Vouch for what no probe can see: you looked, and say what is there.

    Of an access, such as greenfield/till, the facts are login, entities, roles, permissions, writeLicence,
    partnerApplication and oldExport; of a school, such as greenfield, lawfulBasis, consent.students, consent.staff and
    consent.contacts. A list has commas between its names; a name with a comma in it needs a FACT=NAME for each name.

    Without facts you are asked for each that the manifests declare: of an access, or of a school and all its accesses.
    The words go into attestations/SCHOOL.yaml of the workspace, behind what stands there; commit that file as you do
    any manifest.
    """
    from reconciler.attestation.vouching import Vouching, account_of, to_vouch_for
    from reconciler.attestation.write import attest
    from reconciler.cli.attest_facts import read_facts
    from reconciler.cli.attest_questions import Stopped, ask_terms
    from reconciler.cli.identity import identity
    from reconciler.workflow import desired_of

    today = datetime.now(UTC).date()
    until = last_day(today, expires, days)
    desired, _ = desired_of(workspace)
    school, supplier = _known(desired, place)
    try:
        said = {supplier: read_facts(facts, place)} if facts else _asked(desired, school, supplier)
        if not facts and said:
            until, evidence = ask_terms(until if expires or days else None, evidence, today)
    except Stopped:
        said = {}
    if not said:
        say("Nothing was vouched for, and nothing was written.")
        return Exit.OK
    name = (identity(workspace, "--by") if by is None else by).strip()
    if not name:
        raise click.UsageError("--by is empty: say who vouches.")
    for of, words in said.items():
        now = datetime.now(UTC).replace(microsecond=0)
        account = account_of(desired, school, of)
        written = attest(workspace, Vouching(school, of, account, words, name, now, until, (evidence or "").strip()))
        declared = to_vouch_for(desired, school, of)
        if facts:
            _remark(desired, place, words, declared)
        _report(written, until, _place(school, of), words, declared)
    return Exit.OK


def _known(desired: Desired, place: str) -> tuple[str, str]:
    """(school, supplier) of a place that the manifests have; the supplier is empty for the school itself."""
    from reconciler.nearest import did_you_mean

    school, slash, supplier = place.partition("/")
    if school not in desired.schools:
        raise SelectionError(f"there is no school {school!r}: {did_you_mean(school, desired.schools)}")
    there = {address.supplier for address in desired.accesses if address.school == school}
    if slash and supplier not in there:
        raise SelectionError(f"there is no supplier {supplier!r} at {school}: {did_you_mean(supplier, there)}")
    return school, supplier


def _asked(desired: Desired, school: str, supplier: str) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """{supplier, or nothing for the school itself: what the person at the terminal says}; without one, the command
    lines that say it."""
    from reconciler.attestation.vouching import to_vouch_for
    from reconciler.cli.attest_facts import command_line
    from reconciler.cli.attest_looking import looking_at
    from reconciler.cli.attest_questions import ask_facts

    suppliers = [supplier] if supplier else ["", *(each.supplier for each in desired.accesses if each.school == school)]
    declared = {of: facts for of in suppliers if (facts := to_vouch_for(desired, school, of))}
    if not declared:
        say(f"The manifests declare nothing of {_place(school, supplier)} that no probe can see.")
        return {}
    if at_terminal(sys.stdin) and at_terminal(sys.stderr):
        said = {
            of: ask_facts(facts, _place(school, of), looking_at(desired, school, of)) for of, facts in declared.items()
        }
        return {of: words for of, words in said.items() if words}
    lines = (
        f"  {command_line(_place(school, of), key, values)}"
        for of, facts in declared.items()
        for key, values in facts.items()
    )
    raise click.UsageError("\n".join(("it is not said what you vouch for. Look; if it is as declared, type:", *lines)))


def _place(school: str, supplier: str) -> str:
    return f"{school}/{supplier}" if supplier else school


def _remark(
    desired: Desired, place: str, said: Mapping[str, tuple[str, ...]], declared: Mapping[str, tuple[str, ...]]
) -> None:
    """Tell which words no plan asks for today, and which names look like a mistyped one."""
    from reconciler.cli.attest_names import names_known, strangers

    known = names_known(desired)
    for key, values in said.items():
        for name, near in strangers(values, known.get(key, ())).items() if key in known else ():
            if near:
                say(f"Nothing here knows the name `{name}`: did you mean `{near}`? It was written as you typed it.")
        if key in declared:
            continue
        if key in {"login", "entities"}:
            say(f"A probe finds out {key} of {place}: a word on it counts only where the manifests have no password.")
        else:
            say(f"No manifest declares {key} of {place}, so that no plan asks for it today.")


def _report(
    written: Written,
    expires: date,
    place: str,
    said: Mapping[str, tuple[str, ...]],
    declared: Mapping[str, tuple[str, ...]],
) -> None:
    """Tell what was written, and which of it is not as the manifests have it."""
    from reconciler.cli.attest_questions import agree

    for problem in written.warnings:
        say(f"Warning: {problem.message}{f' ({problem.hint})' if problem.hint else ''}")
    facts = counted(len(written.words), "fact")
    differing = [key for key, values in said.items() if key in declared and not agree(values, declared[key])]
    told = f"Not as declared: {', '.join(differing)}." if differing else ""
    told = told or ("As declared." if said.keys() <= declared.keys() else "")
    tell(
        printable(f"Wrote {written.file}: {facts} of {place}, until {expires}, as {written.name}. {told}".rstrip())
        + "\n"
    )
