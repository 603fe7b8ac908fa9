"""Ask a person at the terminal what they saw, fact by fact, where it can be checked, and until when it counts."""

from __future__ import annotations

import re
from dataclasses import field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import click

from reconciler.attestation.doubts import doubts, names_known
from reconciler.attestation.submission import account_of, latest_day, usual_last_day
from reconciler.catalogue.pages import pages
from reconciler.cli.attesting.facts import read_values
from reconciler.cli.console import say
from reconciler.model.attestation import EXAMPLE, IS_THAT_RIGHT, NOT_AS_DECLARED
from reconciler.model.runbook import PageId
from reconciler.planning.facts import FACT_KEYS
from reconciler.report.escape import printable
from reconciler.report.runbooks.phrases import trail
from reconciler.startup import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reconciler.attestation.doubts import Names
    from reconciler.model.attestation import DoubtedAnswer
    from reconciler.model.desired import Desired
    from reconciler.planning.facts import FactKey


_YES: Final = frozenset({"y", "yes"})
_NO: Final = frozenset({"n", "no"})
_STOP: Final = "stop"
# What people type to get out of a question, or on with the page that they were asked after: no names.
_COMMANDS: Final = frozenset({*_YES, *_NO, _STOP, "done", "skip", "back", "on", "quit", "exit", "help", "?"})


class Stopped(click.Abort):
    """The person typed `stop`."""


@dataclass(frozen=True, slots=True)
class PageToCheck:
    """The place to check, for a person who is not coming from the page.

    account  the username to look at; empty where there is none
    places   {fact: where to look}
    names    the known names, to catch a mistyped one
    """

    account: str = ""
    places: Mapping[str, str] = field(default_factory=dict)
    names: Names = field(default_factory=dict)


def ask_facts(declared: Mapping[str, tuple[str, ...]], place: str, looking: PageToCheck) -> dict[str, tuple[str, ...]]:
    """Ask what the person saw of each fact, with the declared values; facts left for later are left out.

    Raises click.Abort if they press Ctrl-C, and Stopped, which is one, if they type `stop`.
    """
    account = f" (account {looking.account})" if looking.account else ""
    say(f"Facts to check of {place}{account}:")
    say("y = as declared; n = not so, or type what you see; Enter = later;")
    say(f"stop = quit without saving {place}.")
    answers = {}
    for key, values in declared.items():
        answer = _Asking(FACT_KEYS[key], values, looking).answer()
        if answer is not None:
            answers[key] = answer
    return answers


def ask_terms(until: date | None, evidence: str | None, today: date, most: int | None) -> tuple[date, str]:
    """(the last day on which the words count, where the evidence is), asked for where it was not said before."""
    if evidence is None:
        evidence = _typed("  Where is the evidence, for example a ticket?")
    while until is None:
        typed = _typed(f"  Last day on which it counts (Enter = {last_day(today, most)})?")
        try:
            until = last_day(today, most, read_day(typed)) if typed else last_day(today, most)
        except (ValueError, click.UsageError) as error:
            say(f"  {error.message if isinstance(error, click.UsageError) else error}")
    return until, evidence


@dataclass(frozen=True, slots=True)
class _Asking:
    """The questions about one fact."""

    fact: FactKey
    declared: tuple[str, ...]
    looking: PageToCheck

    def answer(self) -> tuple[str, ...] | None:
        """Ask until there is an answer; None for later. An answer that differs from the manifests is confirmed once."""
        place = f" · {self.looking.places[self.fact.key]}" if self.fact.key in self.looking.places else ""
        while True:
            typed = _typed(f"  {self.fact.key}{self._choices()}{place}: {_listed(self.declared)}?")
            if not typed:
                return None
            if typed.casefold() in _YES:
                return self.declared
            values = self._instead() if typed.casefold() in _NO else self._read(typed)
            if values is None:
                continue
            said, declared = {self.fact.key: values}, {self.fact.key: self.declared}
            sure = [self._sure(doubt) for doubt in doubts(said, declared, self.looking.names)]
            if all(sure):
                return values
            if None in sure:
                return None

    def _instead(self) -> tuple[str, ...] | None:
        """Ask for the value that is there instead; None for later."""
        others = [choice for choice in self.fact.row.choices if choice not in self.declared]
        if len(others) == 1:
            return (others[0],)
        while typed := _typed(f"    What is there{self._choices() or ' (names with commas, or none)'}?"):
            values = self._read(typed)
            if values is not None:
                return values
        return None

    def _read(self, typed: str) -> tuple[str, ...] | None:
        """Read what was typed; None, with the reason printed, if it is not an answer."""
        none = typed.casefold() == "none" and not self.fact.row.choices
        try:
            values = read_values(self.fact, ["" if none else typed])
        except click.UsageError as error:
            say(f"  {error.message}")
            return None
        for value in values:
            if value.casefold() in _COMMANDS:
                say(f"  `{value}` is not a name. Type y, n, the names you see, none, stop, or Enter for later.")
                return None
        return values

    def _sure(self, doubt: DoubtedAnswer) -> bool | None:
        """Show what is to be written and ask once more; None is not now."""
        say(f"  {NOT_AS_DECLARED}: {doubt.text}")
        for remark in doubt.remarks:
            say(f"  {remark}")
        while True:
            typed = _typed(f"  {IS_THAT_RIGHT} (y / n)?").casefold()
            if not typed:
                return None
            if typed in _YES or typed in _NO:
                return typed in _YES
            say("  Please type y, n, stop, or Enter for later.")

    def _choices(self) -> str:
        choices = [*self.fact.row.choices, *([EXAMPLE] if self.fact.row.counted else [])]
        return f" ({' / '.join(choices)})" if choices else ""


def _typed(question: str) -> str:
    """Prompt for an answer. Raises Stopped if they type `stop`."""
    typed: str = click.prompt(printable(question), default="", show_default=False, prompt_suffix=" ", err=True)
    if typed.strip().casefold() == _STOP:
        raise Stopped
    return typed.strip()


def _listed(values: Iterable[str]) -> str:
    return ", ".join(values) or "none"


def where_to_look(desired: Desired, school: str, supplier: str) -> PageToCheck:
    """Find the place to check for each fact of an access or a school, and the known names."""
    places = {key: where_seen(fact, desired, school, supplier) for key, fact in FACT_KEYS.items()}
    return PageToCheck(account_of(desired, school, supplier), places, names_known(desired))


def where_seen(fact: FactKey, desired: Desired, school: str, supplier: str) -> str:
    """Name the page that shows a fact; what a partner application reads is on its own page."""
    if fact.key == "entities" and supplier and not account_of(desired, school, supplier):
        return trail(pages()[PageId.PARTNER_APPLICATIONS])
    page = pages()[fact.page]
    return trail(page) if page.trail else page.labels[fact.key].text  # no page of Bromcom shows it


_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def day_option(_context: click.Context, _parameter: click.Parameter, typed: str | None) -> date | None:
    """A day as manifests have it."""
    if typed is None:
        return None
    try:
        return read_day(typed)
    except ValueError as error:
        raise click.BadParameter(f"{error}.") from None


def read_day(typed: str) -> date:
    """A day as manifests have it. Raises ValueError, which says how to write it, for anything else."""
    if _DATE.fullmatch(typed.strip()):
        try:
            return date.fromisoformat(typed.strip())
        except ValueError:
            raise ValueError(f"{typed.strip()} does not exist: check the month and the day") from None
    raise ValueError(f"{typed!r} is not a date: write it like 2027-03-31")


def last_day(today: date, most: int | None, expires: date | None = None, days: int | None = None) -> date:
    """The last day on which the words count: the one that was said, or the same day next year. Neither is later than
    the Workspace lets it be: `most` days from today, if it sets a limit (`wordDays`)."""
    if expires and days:
        raise click.UsageError("--expires and --days mean the same: use only one.")
    if expires and expires < today:
        raise click.UsageError(f"--expires {expires} is in the past.")
    if days:
        expires = today + timedelta(days=days)
    latest = latest_day(today, most)
    if expires and expires > latest:
        raise click.UsageError(
            f"{expires} is {(expires - today).days} days from today, but attestations count for at most {most} days "
            f"(limits.wordDays of the Workspace): choose {latest} or an earlier day."
        )
    return expires or usual_last_day(today, most)
