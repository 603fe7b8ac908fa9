"""Attest many places at once: by a glob, or by a sheet that was filled in. All of it is written, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

import click

from reconciler.attestation.doubts import agree, names_known
from reconciler.attestation.submission import Submission, account_of, to_attest
from reconciler.attestation.write import attest_all
from reconciler.cli.attesting.dialogue import NOTHING, remark_on_names, report_written
from reconciler.cli.attesting.lawful_basis import radius_remarks
from reconciler.cli.attesting.sheet import facts_to_check, read_answers, sheet_rows, submissions_of
from reconciler.cli.console import say, tell
from reconciler.cli.importing.tables import table_rows
from reconciler.cli.output.tables import write_sheet_to
from reconciler.errors import SelectionError
from reconciler.planning.scope import chosen, chosen_schools_of
from reconciler.report.labels import plural
from reconciler.workflow import not_asked, plan_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from reconciler.cli.clock import Clock
    from reconciler.model.desired import Desired

_FEW: Final = 10  # places that are reported one by one, as declared or not
_GLOB: Final = frozenset("*?[")


def is_glob(place: str) -> bool:
    """Tell if a place may stand for several; no name has such signs."""
    return bool(_GLOB & set(place))


@dataclass(frozen=True, slots=True)
class BulkAttestation:
    """The manifests, and what is said of every fact: by whom, when, and until when it counts."""

    workspace: Path
    desired: Desired
    by: str
    clock: Clock
    until: date
    evidence: str

    def of_matching(self, glob: str, values: Mapping[str, tuple[str, ...]]) -> None:
        """Attest these facts at each matching place that declares them. Raises SelectionError if none does."""
        places = places_in(self.desired, glob)
        declared = {place: to_attest(self.desired, *place).keys() & values.keys() for place in places}
        for fact in values:
            if not any(fact in facts for facts in declared.values()):
                raise SelectionError(f"The manifests declare {fact} at no place that {glob!r} selects.")
        on = self.clock()
        submissions = [
            Submission(
                *(*place, account_of(self.desired, *place), {fact: values[fact] for fact in values if fact in facts}),
                *(self.by, on, self.until, self.evidence),
            )
            for place, facts in declared.items()
            if facts
        ]
        self.write(submissions)
        left = len(places) - len(submissions)
        if left:
            say(f"Left out: {plural(left, 'place')} where the manifests declare none of this.")
        remark_on_names(values, names_known(self.desired))

    def of_sheet(self, file: Path) -> None:
        """Attest the answers of a sheet. Raises InputError with the row of every fault."""
        rows = table_rows(file, what="the sheet")
        answers = read_answers(rows, file, self.desired)
        if not answers:
            say(f"No row of {file} says what was seen.")
            say(NOTHING)
            return
        self.write(submissions_of(answers, self.by, self.clock(), self.until, self.evidence))
        known = names_known(self.desired)
        for answer in answers:
            remark_on_names({answer.fact: answer.values}, known)
        left = len(rows) - 1 - len(answers)
        if left:
            say(f"Left for later: {plural(left, 'row')} with nothing seen.")

    def write(self, submissions: Sequence[Submission]) -> None:
        """Write them all, and report each place."""
        for remark in radius_remarks(self.desired, submissions):
            say(remark)
        attestations = attest_all(self.workspace, submissions)
        for vouching, written in zip(submissions, attestations, strict=True):
            place = f"{vouching.school}/{vouching.supplier}" if vouching.supplier else vouching.school
            declared = to_attest(self.desired, vouching.school, vouching.supplier, vouching.facts)
            as_declared = all(agree(values, declared.get(key, ())) for key, values in vouching.facts.items())
            if len(submissions) <= _FEW or not as_declared:
                report_written(written, self.until, place, vouching.facts, declared)
        facts, places = sum(len(vouching.facts) for vouching in submissions), plural(len(submissions), "place")
        files = plural(len({written.file for written in attestations}), "file")
        if len(submissions) > _FEW:
            tell(f"Wrote {plural(facts, 'fact')} of {places} in {files}, until {self.until}; above is what differs.\n")


def write_sheet(desired: Desired, glob: str, file: Path, today: date) -> None:
    """Write a row for each fact that a person must look at, of the places that a glob selects; empty selects all."""
    if file.exists():
        raise click.UsageError(f"{file} exists, and may have answers in it. Name another file, or remove it first.")
    plan = plan_of(desired, not_asked(desired), today)
    facts = list(facts_to_check(plan))
    if glob:
        selected = {*places_in(desired, glob)}
        schools = {school for school, supplier in selected if not supplier}
        facts = [fact for fact in facts if fact[:2] in selected or fact[0] in schools]
    if not facts:
        say("Every fact that only a person can check is attested: there is nothing to look at.")
        return
    write_sheet_to(file, sheet_rows(desired, facts))
    rows, places = plural(len(facts), "row"), plural(len({fact[:2] for fact in facts}), "place")
    tell(f"Wrote {file}: {rows} for {places}.\n")
    say(f"Fill in Seen: yes, or what is there. Then run `reconciler attest --from {file}`.")


def places_in(desired: Desired, glob: str) -> tuple[tuple[str, str], ...]:
    """(school, supplier) of each place that a glob selects: of accesses where it has a `/`, else of schools."""
    school, slash, supplier = glob.partition("/")
    schools = chosen_schools_of([school], desired.schools.values(), "Nothing was attested: no school is called")
    if not slash:
        return tuple((name, "") for name in sorted(schools))
    there = [address for address in desired.accesses if address.school in schools]
    chosen([supplier], {address.supplier for address in there}, "Nothing was attested: no supplier there is called")
    return tuple((*address,) for address in there if fnmatchcase(address.supplier, supplier))


def refuse_mixed(place: str | None, facts: Sequence[str], sheet: Path | None, answers: Path | None) -> None:
    """Raise click.UsageError for a combination of arguments that says two things, or nothing."""
    if sheet and answers:
        raise click.UsageError("--sheet writes a sheet and --from reads one: use only one.")
    if answers and place:
        raise click.UsageError("--from reads everything from its file: leave out the address and the facts.")
    if sheet and facts:
        raise click.UsageError("--sheet writes what is to be looked at: leave out the facts.")
    if not (place or sheet or answers):
        raise click.UsageError("Name an address or a school, or use --sheet or --from.")
    if place and is_glob(place) and not (facts or sheet):
        raise click.UsageError(f"Say what you saw at {place!r}, as FACT=VALUE, or write a sheet with --sheet FILE.")


def refuse_with_report(place: str, facts: Sequence[str], report: Path | None, other: Path | None) -> None:
    """Raise click.UsageError unless a Role Permissions Report is for one address, and for nothing else."""
    if report is None:
        raise click.UsageError("--column needs --permissions-report.")
    if facts or other:
        raise click.UsageError("--permissions-report says the permissions: leave out the facts, --sheet and --from.")
    if "/" not in place or is_glob(place):
        raise click.UsageError("--permissions-report is about one supplier's role: name its address.")
