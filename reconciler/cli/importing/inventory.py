"""`import inventory`: a list of third-party accounts becomes an attestation of each school that it is of."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Final

import click

from reconciler.attestation.submission import Submission
from reconciler.attestation.write import attest_all
from reconciler.cli.console import pasted, say, tell
from reconciler.cli.importing.tables import table_rows
from reconciler.errors import SelectionError
from reconciler.importing.inventory import HEADINGS, Inventory, read_inventory
from reconciler.model.address import username_key
from reconciler.model.aspect import Aspect
from reconciler.planning.facts import ROWS
from reconciler.planning.scope import chosen_schools_of
from reconciler.report.escape import printable
from reconciler.report.labels import plural
from reconciler.spreadsheets import csv_table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from reconciler.model.desired import Desired, School

_SHOWN: Final = 10
_WHAT: Final = "the list of accounts"
_PASTED: Final = "what was pasted"


def columns_option(_context: click.Context, _parameter: click.Parameter, typed: Sequence[str]) -> dict[str, str]:
    """{column: its heading} of `--column username=HEADING`."""
    columns = dict(text.partition("=")[::2] for text in typed)
    if not columns.keys() <= HEADINGS.keys() or not all(columns.values()):
        raise click.BadParameter(f"write {' or '.join(f'{name}=HEADING' for name in HEADINGS)}.")
    return columns


def inventory_of(file: Path, columns: dict[str, str], school: str, desired: Desired) -> Inventory:
    """Read the list in a file, or the one that is pasted (`-`); raises InputError if it cannot be understood."""
    rows: Sequence[tuple[int, Sequence[str]]]
    if str(file) == "-":
        rows, name = csv_table(pasted(), _PASTED, what=_WHAT).rows, _PASTED
    else:
        rows, name = table_rows(file, what=_WHAT), file.name

    def school_of(cell: str) -> str:
        found = chosen_schools_of([cell], desired.schools.values(), "There is no school")
        if len(found) > 1:
            raise SelectionError(f"{cell!r} means several schools.")
        return min(found)

    only = school_of(school) if school else min(desired.schools) if len(desired.schools) == 1 else ""
    return read_inventory([row for row in rows if any(map(str.strip, row[1]))], name, columns, school_of, only)


def submissions_of(
    inventory: Inventory, by: str, now: datetime, day: date | None, until: date, evidence: str
) -> list[Submission]:
    """An attestation for each school. One of an earlier day counts from its beginning."""
    on = now if day is None or day == now.date() else datetime.combine(day, time(), UTC)
    key = ROWS[Aspect.ACCOUNT].key
    return [
        Submission(school, "", "", {key: tuple(usernames)}, by, on, until, evidence)
        for school, usernames in sorted(inventory.usernames.items())
    ]


def record(
    workspace: Path, desired: Desired, inventory: Inventory, submissions: Sequence[Submission], *, dry_run: bool
) -> None:
    """Write the attestations, and report what each list has that no supplier claims, and what it lacks."""
    written = [] if dry_run else attest_all(workspace, submissions)
    for school in sorted(inventory.usernames):
        tell(printable(_compared(desired.schools[school], inventory.usernames[school])) + "\n")
    if inventory.others:
        say(f"Left out: {plural(inventory.others, 'account')} without the role Third Party.")
    elif not inventory.has_roles:
        say("The list says nothing of roles, so each account in it counts as a third party's.")
    if dry_run:
        say("Nothing was written.")
        return
    files = sorted({each.file for each in written})
    say(f"Wrote {plural(len(files), 'file')}: {', '.join(files)}. To see what to do: `reconciler plan`")


def _compared(school: School, usernames: Sequence[str]) -> str:
    """`greenfield: 7 accounts, 5 claimed. No supplier claims: old.export, x.`"""
    there = {username_key(name): name for name in usernames}
    unclaimed = [name for key, name in there.items() if key not in school.claims]
    missing = [claim.value for key, claim in school.claims.items() if key not in school.ended_claims | there.keys()]
    text = f"{school.name}: {plural(len(there), 'account')}, {len(there) - len(unclaimed)} claimed."
    text += f" No supplier claims: {_listed(unclaimed)}." if unclaimed else ""
    text += f" Claimed and not in the list: {_listed(missing)}." if missing else ""
    if school.claims and len(unclaimed) == len(there):
        text += " None is claimed: check that the list has usernames, and is of this school."
    return text


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
