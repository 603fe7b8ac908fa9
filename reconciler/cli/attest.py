"""`reconciler attest`: a person vouches for what no probe can see."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from reconciler.cli.exits import Exit
from reconciler.cli.options import workspace_option
from reconciler.cli.terminal import at_terminal, say, tell
from reconciler.errors import SelectionError
from reconciler.report.counted import counted
from reconciler.report.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from pathlib import Path

    from reconciler.attestation.write import Written
    from reconciler.model.desired import Desired


@click.command()
@click.argument("place", metavar="ADDRESS_OR_SCHOOL")
@click.argument("facts", nargs=-1, metavar="[FACT=VALUE]...")
@workspace_option
@click.option("--by", metavar="NAME", help="Who vouches. [default: git's user.name, or the system's user]")
@click.option("--expires", type=click.DateTime(["%Y-%m-%d"]), help="The last day on which it counts.")
@click.option("--days", type=click.IntRange(1, 3660), help="For how many days it counts. [default: one year]")
@click.option("--evidence", default="", metavar="TEXT", help="Where it can be looked up, such as a ticket.")
def command(
    place: str,
    facts: tuple[str, ...],
    workspace: Path,
    by: str | None,
    expires: datetime | None,
    days: int | None,
    evidence: str,
) -> int:
    """Vouch for what no probe can see: you looked in Bromcom, and say what is there.

    Of an access, such as greenfield/till, the facts are login, entities, roles, permissions, writeLicence,
    partnerApplication and oldExport; of a school, such as greenfield, lawfulBasis, consent.students, consent.staff and
    consent.contacts. A list has commas between its names; a name with a comma in it needs a FACT=NAME for each name.

    Without facts you are asked for each that the manifests declare. The words go into attestations/SCHOOL.yaml of the
    workspace, behind what stands there; commit that file as you do any manifest.
    """
    from reconciler.attestation.vouching import Vouching, to_vouch_for
    from reconciler.attestation.write import attest
    from reconciler.cli.attest_facts import read_facts
    from reconciler.cli.identity import identity
    from reconciler.workflow import desired_of

    now = datetime.now(UTC).replace(microsecond=0)
    until = last_day(now.date(), expires.date() if expires else None, days)
    desired, _ = desired_of(workspace)
    school, supplier = _known(desired, place)
    declared = to_vouch_for(desired, school, supplier)
    said = read_facts(facts, place) if facts else _asked(declared, place)
    if not said:
        say("Nothing was vouched for, and nothing was written.")
        return Exit.OK
    name = (identity(workspace, "--by") if by is None else by).strip()
    if not name:
        raise click.UsageError("--by is empty: say who vouches.")
    vouching = Vouching(school, supplier, said, name, now, until, evidence.strip())
    written = attest(workspace, vouching)
    _remark(place, said, declared)
    _report(written, vouching.expires, place)
    return Exit.OK


def last_day(today: date, expires: date | None = None, days: int | None = None) -> date:
    """The last day on which the words count: the one that was said, or the same day next year."""
    if expires and days:
        raise click.UsageError("--expires and --days say the same: keep one of the two.")
    if expires and expires < today:
        raise click.UsageError(f"--expires {expires} has passed already.")
    if days:
        return today + timedelta(days=days)
    return expires or _next_year(today)


def _next_year(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year + 1, day=28)


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


def _asked(declared: Mapping[str, tuple[str, ...]], place: str) -> Mapping[str, tuple[str, ...]]:
    """What the person at the terminal says; without one, the command lines that say it."""
    from reconciler.cli.attest_facts import command_line
    from reconciler.cli.attest_questions import ask_facts

    if not declared:
        say(f"The manifests declare nothing of {place} that no probe can see.")
        return {}
    if at_terminal(sys.stdin) and at_terminal(sys.stderr):
        return ask_facts(declared, place)
    lines = (f"  {command_line(place, key, values)}" for key, values in declared.items())
    raise click.UsageError(
        "\n".join(("it is not said what you vouch for. Look in Bromcom; if it is as declared, type:", *lines))
    )


def _remark(place: str, said: Iterable[str], declared: Mapping[str, object]) -> None:
    """Tell which words no plan asks for today."""
    for key in said:
        if key in declared:
            continue
        if key in {"login", "entities"}:
            say(f"A probe finds out {key} of {place}: a word on it counts only where the manifests have no password.")
        else:
            say(f"No manifest declares {key} of {place}, so that no plan asks for it today.")


def _report(written: Written, expires: date, place: str) -> None:
    for problem in written.warnings:
        say(f"Warning: {problem.message}{f' ({problem.hint})' if problem.hint else ''}")
    facts = counted(len(written.words), "fact")
    tell(printable(f"Wrote {written.file}: {facts} of {place}, until {expires}, as {written.name}.") + "\n")
