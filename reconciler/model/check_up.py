"""A check-up: the steps from an address to an account's list, and how each went."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final


class Checkpoint(StrEnum):
    """The steps, in the order in which each needs those before it."""

    ADDRESS = "address"
    PROXY = "proxy"
    NAME = "name"
    CONNECTION = "connection"
    CERTIFICATE = "certificate"
    SERVICE = "service"
    DATABASE = "database"
    LOGIN = "login"
    LIST = "list"
    SCHOOL = "school"


LOGIN_STEPS: Final = (Checkpoint.LOGIN, Checkpoint.LIST)


class CiCheckpoint(StrEnum):
    """What a job needs, beside the way to Bromcom."""

    SECRETS = "secrets"
    RECORD = "record"
    BRANCHES = "branches"
    PLACES = "places"
    GIT = "git"
    PYTHON = "python"
    RUNNER = "runner"


class CheckState(StrEnum):
    """How a step went. Only an answer makes it fine or wrong."""

    FINE = "fine"
    WRONG = "wrong"
    UNKNOWN = "not clear"
    NOT_REACHED = "not reached"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One step. `own_text` is the text without a service's own words, which may name people; empty if it has none."""

    step: Checkpoint | CiCheckpoint
    verdict: CheckState
    text: str = ""
    advice: str = ""
    own_text: str = ""

    @property
    def redacted_text(self) -> str:
        """The text in words of our own, for a message to others."""
        return self.own_text or self.text


@dataclass(frozen=True, slots=True)
class PasswordNotes:
    """The source of a password, and what in it is seldom meant: told without the password.

    source    in words, such as `env GROUPCALL in the file passwords.env`
    changed   when that file was last changed (UTC); None if it is no file
    hidden    another place with a different password under the same name; empty if there is none
    oddities  such as `it ends with a space`
    """

    source: str
    changed: datetime | None = None
    hidden: str = ""
    oddities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckUp:
    """The steps for one school, and for one account if a login was wanted.

    school           its title and name in the manifests; empty without manifests
    service          the address of its read service; empty if it is no address, since it may contain a login
    place            where the manifests give the School ID; empty without manifests
    username         empty if no login was wanted
    username_place   where the manifests give it; empty without manifests
    password         None if none was sent
    other_platforms  the names of those that could have the school instead
    """

    school: str
    school_id: int
    platform: str
    service: str
    place: str
    results: tuple[CheckResult, ...]
    username: str = ""
    username_place: str = ""
    password: PasswordNotes | None = None
    other_platforms: tuple[str, ...] = ()

    @property
    def worst(self) -> CheckResult | None:
        """The first step that is wrong, or else the first that is not fine; None if all are fine."""
        return worst_of(self.results)


def worst_of(results: Sequence[CheckResult]) -> CheckResult | None:
    """Return the first result that is wrong, or else the first that is not fine; None if all are fine."""
    wrong = (result for result in results if result.verdict is CheckState.WRONG)
    return next(wrong, next((result for result in results if result.verdict is not CheckState.FINE), None))
