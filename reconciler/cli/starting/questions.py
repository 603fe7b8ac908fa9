"""The questions of `init`: one after the other, each with a way back to the one before."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

import click

from reconciler.catalogue import profiles
from reconciler.cli.console import say
from reconciler.errors import InputError
from reconciler.importing.concerns import Concern
from reconciler.importing.plan import ImportPlan
from reconciler.importing.request import KnownNames, slug, supplier_name
from reconciler.importing.summary import TITLES
from reconciler.manifest.rules.plain_http import is_exposed
from reconciler.model.check_up import CheckResult, CheckState
from reconciler.model.desired import Platform, School
from reconciler.starting.answers import LARGEST_URN, LEAST_URN, InitAnswers

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


def chosen_to_leave_out(plan: ImportPlan, concerns: Sequence[Concern]) -> frozenset[Concern]:
    """Ask if any of what was listed is left out of the manifests; nothing if there is none. Raises WentBack."""
    listed = [concern for concern in concerns if concern in plan.concerns]
    if not listed:
        return frozenset()
    choices = [
        "no, keep all of it",
        *(f"leave out: {TITLES[concern]}" for concern in listed),
        *(["leave out both"] if len(listed) > 1 else []),
    ]
    place = chosen("Leave any of these out, so that the next plan shows them as too much?", choices)
    if place > len(listed):
        return frozenset(listed)
    return frozenset(listed[place - 1 : place])


class InitDialogue:
    """The person who begins a workspace, or adds to one.

    check    says what is wrong with the way to a host's service, or to a school's database; None if nothing is
    keyring  tells if this computer has one
    """

    def __init__(
        self,
        known: KnownNames,
        answers: InitAnswers,
        check: Callable[[Platform | School], CheckResult | None],
        keyring: Callable[[], bool],
    ) -> None:
        self.answers = answers
        self.store = ""
        self._known = known
        self._check = check
        self._keyring = keyring
        self._is_known_school = False

    def ask(self) -> None:
        """Ask everything. Raises click.Abort at Ctrl-C, and for a step back from the first question."""
        self._ask_from(self._questions()[0])

    def at_school(self) -> None:
        """Ask for the School ID again, or which school it is, and what follows."""
        self._ask_from(self._place if self._is_known_school else self._school_id)

    def again(self) -> None:
        """Ask for the suppliers again, and what follows."""
        self._ask_from(self._suppliers)

    def corrects(self, suppliers: Iterable[str]) -> bool:
        """Ask again for the accounts of these suppliers, unless the person goes on without. Raises WentBack."""
        without = set(suppliers)
        titles = [title for title in self.answers.accounts if supplier_name(title, self._known) in without]
        choices = ("type the username and the password again", "go on without")
        if not titles or chosen(f"Left out: {', '.join(titles)}. What next?", choices) == 1:
            return False
        for title in titles:
            self._account(title)
        return True

    def _ask_from(self, question: Callable[[], None]) -> None:
        while True:
            try:
                question()
                step = 1
            except WentBack:
                step = -1
            questions = self._questions()
            number = questions.index(question) + step
            if number < 0:
                raise click.Abort
            if number == len(questions):
                return
            question = questions[number]

    def _questions(self) -> list[Callable[[], None]]:
        """Those that there are, after the answers so far."""
        return [
            *([self._place] if self._known.schools else []),
            *([] if self._is_known_school else [self._host, self._school_id, self._title, self._urn]),
            self._suppliers,
            *([self._passwords] if self.answers.accounts else []),
        ]

    def _place(self) -> None:
        there = list(self._known.schools.values())
        place = chosen("At which school?", [*(school.title or school.name for school in there), "another school"])
        self._is_known_school = place < len(there)
        if self._is_known_school:
            self.answers.take(there[place])

    def _host(self) -> None:
        """Ask for the host until its service answers, or the person keeps it."""
        names = list(self._known.platforms)
        while True:
            place = chosen("Who hosts Bromcom for the school?", [*names, "another server: type its address"])
            try:
                if place < len(names):
                    self.answers.platform = names[place]
                else:
                    self._address()
                platform = self.answers.school(self._known).platform
            except InputError as error:
                say(str(error))
                continue
            if self._is_settled(platform, f"Bromcom's service answers at {platform.read_url}.", ()):
                return

    def _address(self) -> None:
        """Ask for the address of a server, and if it is plain http, if that may be."""
        address = self._required("Address of its read service (https://...)", self.answers.platform)
        self.answers.allow_http = False
        if is_exposed(address):
            place = chosen(
                "This address is plain http: everyone on the way can read the passwords.",
                ("use https instead", "the server has no https: allow plain http, which the manifest then says"),
            )
            self.answers.allow_http = place == 1
            address = address if place else re.sub("^http:", "https:", address, flags=re.IGNORECASE)
        self.answers.platform = address

    def _school_id(self) -> None:
        """Ask for the School ID until its database answers, or the person keeps it."""
        while True:
            number = self._required("School ID", str(self.answers.school_id or ""))
            if not (number.isascii() and number.isdigit() and 1 <= int(number) <= _LARGEST_ID):
                say("The School ID is a whole number: the one that your suppliers have too.")
                continue
            self.answers.school_id = int(number)
            school = self.answers.school(self._known)
            answers = f"Bromcom answers for School ID {number} on {school.platform.name}."
            if self._is_settled(school, answers, ("type the School ID again",)):
                return

    def _is_settled(self, subject: Platform | School, fine: str, choices: tuple[str, ...]) -> bool:
        """Check the way there; tell if it is fine, or the person goes on with it all the same. Raises WentBack if they
        choose the host again, unless that is the first choice."""
        result = self._check(subject)
        if result is None:
            say(fine)
            return True
        sign = "is wrong" if result.verdict is CheckState.WRONG else "is not clear"
        advice = result.advice.replace("readUrl", "the address").replace("schoolId", "the School ID")
        say(f"The {result.step} {sign}: {result.text}. {advice}".rstrip())
        place = chosen("What next?", (*choices, "choose the host again", "go on with it as it is"))
        if choices and place == 1:
            raise WentBack
        return place > len(choices)

    def _title(self) -> None:
        self.answers.title = self._required("Name of the school, for people", self.answers.title)

    def _urn(self) -> None:
        """Ask for the URN, which an account that may read `Schools` is then asked for."""
        while True:
            given = str(self.answers.urn or "")
            text = typed(f"URN in the public register of schools ({'-' if given else 'Enter'} leaves it out)", given)
            if text.isascii() and text.isdigit() and LEAST_URN <= int(text) <= LARGEST_URN:
                self.answers.urn = int(text)
                return
            if text in ("", "-"):
                self.answers.urn = None
                return
            say("A URN is a number of five to seven digits, as Get Information about Schools has it.")

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
        self._account(title)
        self.answers.new.pop(title, None)

    def _account(self, title: str) -> None:
        before = self.answers.accounts.get(title, ("", ""))
        username = self._required(f"Username of {title} in Bromcom", before[0])
        password = typed(f"Password of {username} (hidden)", hidden=True)
        self.answers.accounts[title] = username, password

    def _passwords(self) -> None:
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
