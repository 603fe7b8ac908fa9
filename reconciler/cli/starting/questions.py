"""The questions of `init`: one after the other, each with a way back to the one before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import click

from reconciler.catalogue import profiles
from reconciler.cli.console import say
from reconciler.cli.starting.answers import InitAnswers
from reconciler.errors import InputError
from reconciler.importing.request import KnownNames, slug
from reconciler.model.check_up import CheckResult, CheckState
from reconciler.model.desired import School

BACK: Final = "<"
_LARGEST_ID: Final = 2**31 - 1
_KEYRING: Final = "keyring"
_WAYS: Final = (
    "has an account in Bromcom: read what it may see",
    "is new: take the list that it published",
    "is new: begin with nothing",
)


class WentBack(Exception):
    """The person wants the question before."""


def typed(question: str, default: str = "", *, hidden: bool = False) -> str:
    """Ask for a text. Raises WentBack, and click.Abort for Ctrl-C."""
    answer: str = click.prompt(
        question, default=default, show_default=bool(default), hide_input=hidden, err=True, prompt_suffix=": "
    )
    if answer.strip() == BACK:
        raise WentBack
    return answer if hidden else answer.strip()


def chosen(question: str, choices: Sequence[str]) -> int:
    """Ask for one of several choices; its number, from 0. Raises WentBack."""
    say(question)
    for number, choice in enumerate(choices, start=1):
        say(f"  {number}. {choice}")
    while True:
        answer = typed("Number")
        if answer.isascii() and answer.isdigit() and 1 <= int(answer) <= len(choices):
            return int(answer) - 1
        say(f"Type a number from 1 to {len(choices)}, or {BACK} to go back.")


class InitDialogue:
    """The person who begins a workspace, or adds to one.

    check  says what is wrong with the way to a school's database; None if nothing is
    """

    def __init__(
        self,
        known: KnownNames,
        answers: InitAnswers,
        check: Callable[[School], CheckResult | None],
        keyring: Callable[[], bool],
    ) -> None:
        self.answers = answers
        self.store = ""
        self._known = known
        self._check = check
        self._keyring = keyring
        self._asked: list[Callable[[], None]] = [self._school, self._suppliers, self._passwords]

    def ask(self, first: int = 0) -> None:
        """Ask from that question on. Raises click.Abort at Ctrl-C, and for a step back from the first question."""
        number = first
        while number < len(self._asked):
            try:
                self._asked[number]()
                number += 1
            except WentBack:
                if number == 0:
                    raise click.Abort from None
                number -= 1

    def again(self) -> None:
        """Ask for the suppliers again, and what follows."""
        self.ask(first=1)

    def _school(self) -> None:
        if self._known.schools:
            there = list(self._known.schools.values())
            place = chosen("At which school?", [*(school.title or school.name for school in there), "another school"])
            if place < len(there):
                self.answers.take(there[place])
                return
        while True:
            try:
                self.answers.platform = self._platform()
                if self._school_id():
                    break
            except InputError as error:
                say(str(error))
        self.answers.title = self._required("Name of the school, for people", self.answers.title)

    def _platform(self) -> str:
        names = list(self._known.platforms)
        place = chosen("Who hosts Bromcom for the school?", [*names, "another server: type its address"])
        if place < len(names):
            return names[place]
        return self._required("Address of its read service (https://...)", self.answers.platform)

    def _school_id(self) -> bool:
        """Ask for the School ID until the database of one answers, or the person keeps it; False to ask for the
        platform again."""
        while True:
            number = self._required("School ID", str(self.answers.school_id or ""))
            if not (number.isascii() and number.isdigit() and 1 <= int(number) <= _LARGEST_ID):
                say("The School ID is a whole number: the one that your suppliers have too.")
                continue
            self.answers.school_id = int(number)
            school = self.answers.school(self._known)
            result = self._check(school)
            if result is None:
                say(f"Bromcom answers for School ID {number} on {school.platform.name}.")
                return True
            sign = "is wrong" if result.verdict is CheckState.WRONG else "is not clear"
            say(f"The {result.step} {sign}: {result.text}. {result.advice}".rstrip())
            choices = ("type the School ID again", "choose the host again", "go on with it as it is")
            place = chosen("What next?", choices)
            if place:
                return place == 2

    def _suppliers(self) -> None:
        if not (self.answers.accounts or self.answers.new):
            self._supplier(chosen("The first supplier ...", _WAYS))
        while True:
            say(f"Suppliers: {', '.join((*self.answers.accounts, *self.answers.new))}.")
            place = chosen("Another one, or one of them again?", ("no, go on", *(f"yes, it {way}" for way in _WAYS)))
            if place == 0:
                return
            self._supplier(place - 1)

    def _supplier(self, place: int) -> None:
        published = {profile.title: name for name, profile in sorted(profiles().items()) if profile.entities}
        if place == 1:
            title = list(published)[chosen("Whose list?", list(published))]
        else:
            title = self._required("Name of the supplier", "")
        if place and slug(title) in self._known.suppliers:
            say(f"{title} is in this workspace already: add the school to its manifest.")
            return
        if place:
            self.answers.accounts.pop(title, None)
            self.answers.new[title] = published[title] if place == 1 else ""
            return
        before = self.answers.accounts.get(title, ("", ""))
        username = self._required(f"Username of {title} in Bromcom", before[0])
        password = typed(f"Password of {username} (hidden)", hidden=True)
        self.answers.new.pop(title, None)
        self.answers.accounts[title] = username, password

    def _passwords(self) -> None:
        if not self.answers.accounts:
            return
        if self._keyring() and chosen("Where do the passwords go?", ("this computer's keyring", "a file")) == 0:
            self.store = _KEYRING
            return
        default = str(Path.home() / "reconciler-passwords.env")
        self.store = self._required("File for the passwords, outside of git", self.store or default)

    def _required(self, question: str, default: str) -> str:
        while True:
            answer = typed(question, default)
            if answer:
                return answer
            say(f"Type an answer, or {BACK} to go back. Ctrl-C stops.")
