"""A journal for people: who did what, when, with which outcome and proof, plan by plan.

Plan 7f3a9c21
  2026-11-24 12:30 UTC  J. Smith  started: 5 facts due, kept as 7f3a9c21d0b4e6a1.json
  2026-11-24 12:31 UTC  J. Smith  greenfield, page third-party-access: done
  2026-11-24 12:31 UTC  J. Smith  outcomes
    greenfield/groupcall
      verified      entity Students · probed: findEntitiesBySchoolID
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple, assert_never

from reconciler.model.journal import (
    ApplyFinished,
    ApplyResumed,
    ApplyStarted,
    AttestationWritten,
    Event,
    JournalEntry,
    JournalRepaired,
    OutcomeFound,
    PageAnswered,
)
from reconciler.model.outcome import Outcome
from reconciler.report.escape import in_lines, printable
from reconciler.report.labels import plural
from reconciler.report.outcomes import ORDER, outcome_lines, told_facts
from reconciler.report.style import Paint, Style, plain


class JournalRow(NamedTuple):
    """One entry, or all outcomes that one person found at one time: then `words` say so, and `outcomes` has them."""

    time: datetime
    by: str
    words: str
    outcomes: tuple[Outcome, ...] = ()


def journal_rows(entries: Iterable[JournalEntry]) -> Iterator[tuple[str, tuple[JournalRow, ...]]]:
    """(plan, its rows) of each run of entries about one plan, in their order; no plan is empty."""
    for plan, group in groupby(entries, key=lambda entry: entry.plan):
        yield plan, tuple(_rows(group))


def _rows(entries: Iterable[JournalEntry]) -> Iterator[JournalRow]:
    for (is_outcome, time, by), group in groupby(entries, key=_together):
        if is_outcome:
            found = tuple(entry.event.outcome for entry in group if isinstance(entry.event, OutcomeFound))
            yield JournalRow(time, by, "outcomes", found)
        else:
            yield from (JournalRow(time, by, _words(entry.event)) for entry in group)


def render_journal(entries: Sequence[JournalEntry], *, paint: Paint = plain, columns: int | None = None) -> str:
    """The entries in their order, under a heading for each run of entries about one plan.

    columns  how wide a terminal is; None leaves lines as long as they are
    """
    lines: list[str] = []
    for plan, rows in journal_rows(entries):
        lines += ["", paint(f"Plan {plan[:8]}" if plan else "No plan", Style.SCHOOL)]
        for row in rows:
            line = f"  {row.time:%Y-%m-%d %H:%M} UTC  {printable(row.by)}  {row.words}"
            lines += in_lines(line, columns, below="    ") if columns and not row.outcomes else [line]
            lines += outcome_lines(row.outcomes, paint=paint, columns=columns, indent="    ")
    return "".join(f"{line}\n" for line in lines[1:])


def _together(entry: JournalEntry) -> tuple[bool, datetime, str]:
    return isinstance(entry.event, OutcomeFound), entry.time, entry.by


def _words(event: Event) -> str:
    match event:
        case ApplyStarted(plan_file, accepted, due, _, commit):
            limits = f", limits accepted: {', '.join(map(printable, accepted))}" if accepted else ""
            manifests = f", manifests of commit {commit[:8]}" if commit else ""
            return f"started: {plural(due, 'fact')} due, kept as {printable(plan_file)}{manifests}{limits}"
        case ApplyResumed(left):
            return f"went on: {plural(left, 'fact')} left"
        case PageAnswered(school, page, said, _):
            return f"{printable(school)}, page {page.value}: {said.value}"
        case AttestationWritten(file, expires, reference, subjects):
            facts = "; ".join(f"{printable(s.place)} {told_facts(s.aspect, [s.name])}" for s in subjects)
            evidence = f" ({printable(reference)})" if reference else ""
            return f"attested{evidence} until {expires.isoformat()}, in {printable(file)}: {facts}"
        case OutcomeFound():
            raise AssertionError("outcomes are told together")
        case ApplyFinished():
            counts = ", ".join(f"{getattr(event, name)} {name}" for name in ORDER if getattr(event, name))
            return f"finished: {counts or 'nothing was due'}"
        case JournalRepaired(cut):
            return f"repaired: the last line was not whole, and {plural(cut, 'byte')} of it were cut off"
        case _:
            assert_never(event)
