"""The sheet of `attest`: one row for each fact that a person must look at, and their answers read back.

    School      Supplier  Account          Fact   Where                            Look for   Declared     Seen
    greenfield  till      till.greenfield  roles  Modules > Setup > System Users   all roles  Third Party  yes

`Seen` is yes, the names that are there, or a choice; an empty one is left for later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

import click

from reconciler.attestation.doubts import agree
from reconciler.attestation.submission import Submission, account_of, place_and_fact, to_attest
from reconciler.cli.attesting.facts import read_values
from reconciler.cli.attesting.questions import where_seen
from reconciler.errors import InputError, SelectionError
from reconciler.model.address import Address, username_key
from reconciler.model.aspect import FactRef
from reconciler.model.attestation import EXAMPLE
from reconciler.model.desired import Desired
from reconciler.model.evidence import TO_ATTEST
from reconciler.model.plan import Plan
from reconciler.planning.facts import FACT_KEYS, FactKey
from reconciler.spelling import did_you_mean
from reconciler.spreadsheets import NumberedRows

HEADINGS: Final = (
    *(
        "School",
        "School ID",
        "Title",
        "Supplier",
        "Account",
        "Fact",
        "Where",
        "Look for",
        "Declared",
        "Seen",
        "Evidence",
    ),
)
_READ: Final = frozenset({"School", "Supplier", "Account", "Fact", "Declared", "Seen", "Evidence"})
_YES: Final = frozenset({"y", "yes", "as declared", "true"})
_NO: Final = frozenset({"n", "no", "not so", "false"})
_NONE: Final = "none"
_ALL: Final = {  # lists: whatever is there counts, declared or not
    "roles": "every role that is ticked, Third Party too",
    "permissions": "every write-back permission of its role",
    "entities": "every entity that is ticked",
    "accounts": "every account in the list",
}


@dataclass(frozen=True, slots=True)
class SheetAnswer:
    """A person's answer in one row: the place, the account that the sheet named, the fact, and what they saw."""

    row: int
    school: str
    supplier: str
    account: str
    fact: str
    values: tuple[str, ...]
    evidence: str


def facts_to_check(plan: Plan) -> Iterator[tuple[str, str, str]]:
    """(school, supplier, fact) of each fact that a plan cannot know without a person; those of a school first."""
    parts = [(school.name, "", school.unknown) for school in plan.schools]
    parts += [(*access.address, access.unknown) for access in plan.accesses]
    facts = dict.fromkeys(
        place_and_fact(FactRef(school, supplier, item.aspect, item.name))
        for school, supplier, unknown in parts
        for item in unknown
        if item.why in TO_ATTEST
    )
    order = {key: number for number, key in enumerate(FACT_KEYS)}
    yield from sorted(facts, key=lambda fact: (fact[0], fact[1], order[fact[2]]))


def sheet_rows(desired: Desired, facts: Iterable[tuple[str, str, str]]) -> Iterator[Sequence[str]]:
    """The headings, then a row for each fact, with nothing seen yet."""
    yield HEADINGS
    for school, supplier, fact in facts:
        declared = to_attest(desired, school, supplier, (fact,)).get(fact, ())
        yield (
            school,
            str(desired.schools[school].school_id),
            desired.schools[school].title,
            supplier,
            account_of(desired, school, supplier),
            fact,
            where_seen(FACT_KEYS[fact], desired, school, supplier),
            _looked_for(FACT_KEYS[fact]),
            _joined(declared),
            "",
            "",
        )


def _looked_for(fact: FactKey) -> str:
    if not fact.row.choices:
        return _ALL.get(fact.key, "every name that is there")
    return " or ".join((*fact.row.choices, *([f"counts: {EXAMPLE}"] if fact.row.counted else [])))


def _joined(values: Sequence[str]) -> str:
    """The names in one cell: a line for each, where a comma is part of one."""
    return ("\n" if any("," in value for value in values) else ", ").join(values) or _NONE


def read_answers(table: NumberedRows, file: Path, desired: Desired) -> tuple[SheetAnswer, ...]:
    """Read the rows that have an answer; raises InputError with every fault, each with its row."""
    columns = _columns(table, file)
    answers: list[SheetAnswer] = []
    faults: list[str] = []
    for number, cells in table[1:]:
        row = {name: cells[at].strip() if at < len(cells) else "" for name, at in columns.items()}
        if not row["Seen"]:
            continue
        try:
            answer = _answer(number, row, desired)
            answers.append(answer)
        except (click.UsageError, SelectionError) as error:
            faults.append(f"{file}, row {number}: {getattr(error, 'message', error)}".rstrip("."))
    faults += _repeated(answers, file)
    if faults:
        raise InputError("\n  ".join(("Nothing was attested, and nothing was written:", *faults)))
    return tuple(answers)


def _repeated(answers: Iterable[SheetAnswer], file: Path) -> Iterator[str]:
    first: dict[tuple[str, str, str], int] = {}
    for answer in answers:
        row = first.setdefault((answer.school, answer.supplier, answer.fact), answer.row)
        if row != answer.row:
            yield f"{file}, row {answer.row}: row {row} answers {answer.fact} of the same place. Keep one"


def _columns(table: NumberedRows, file: Path) -> Mapping[str, int]:
    headings = {name.strip().casefold(): at for at, name in enumerate(table[0][1])} if table else {}
    columns = {name: headings[name.casefold()] for name in _READ if name.casefold() in headings}
    missing = sorted(_READ - columns.keys() - {"Evidence"})
    if missing:
        raise InputError(
            f"Nothing was attested: {file} has no column {' and no column '.join(missing)}. Its first row must have "
            "the headings that `reconciler attest --sheet FILE` writes."
        )
    return columns


def _answer(number: int, row: Mapping[str, str], desired: Desired) -> SheetAnswer:
    """One row; raises click.UsageError or SelectionError for one that cannot be read, or that is out of date."""
    school, supplier, fact = row["School"], row["Supplier"], row["Fact"]
    if school not in desired.schools:
        raise SelectionError(f"there is no school {school!r}. {did_you_mean(school, desired.schools)}")
    if supplier and Address(school, supplier) not in desired.accesses:
        there = (address.supplier for address in desired.accesses if address.school == school)
        raise SelectionError(f"there is no supplier {supplier!r} at {school}. {did_you_mean(supplier, there)}")
    declared = to_attest(desired, school, supplier)
    if fact not in declared:
        raise SelectionError(f"the manifests declare no fact {fact!r} there. {did_you_mean(fact, declared)}")
    account = account_of(desired, school, supplier)
    if username_key(row["Account"]) != username_key(account):
        raise click.UsageError(f"the manifests now name the account {account or 'none'}: make a new sheet")
    values = declared[fact]
    if row["Seen"].casefold() not in _YES:
        values = _instead(fact, values) if row["Seen"].casefold() in _NO else _values(fact, row["Seen"])
    elif not agree(_values(fact, row["Declared"]), values):
        now = _joined(values).replace("\n", "; ")
        raise click.UsageError(f"the manifests now declare {now}: say what you saw, or make a new sheet")
    return SheetAnswer(number, school, supplier, account, fact, values, row.get("Evidence", ""))


def _instead(fact: str, declared: tuple[str, ...]) -> tuple[str, ...]:
    """The value that `no` means: the other one of two."""
    others = [choice for choice in FACT_KEYS[fact].row.choices if choice not in declared]
    if len(others) != 1:
        raise click.UsageError("say what is there instead of no")
    return (others[0],)


def _values(fact: str, cell: str) -> tuple[str, ...]:
    """The values in a cell, as `_joined` writes them."""
    key = FACT_KEYS[fact]
    if not key.row.choices and cell.casefold() == _NONE:
        return ()
    if not key.row.choices and "\n" in cell:
        return tuple(line.strip() for line in cell.splitlines() if line.strip())
    return read_values(key, [cell])


def submissions_of(
    answers: Iterable[SheetAnswer], by: str, on: datetime, until: date, evidence: str
) -> tuple[Submission, ...]:
    """One submission for each place and evidence; a row's own evidence comes before the one for all."""
    grouped: defaultdict[tuple[str, str, str, str], dict[str, tuple[str, ...]]] = defaultdict(dict)
    for answer in answers:
        grouped[answer.school, answer.supplier, answer.account, answer.evidence or evidence][answer.fact] = (
            answer.values
        )
    return tuple(
        Submission(school, supplier, account, facts, by, on, until, own.strip())
        for (school, supplier, account, own), facts in sorted(grouped.items())
    )
