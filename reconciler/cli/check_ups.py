"""Check-ups at the command line: the steps to each school, one login, and a second one if the person agrees."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import click

from reconciler.catalogue import platforms
from reconciler.cli.console import at_terminal, say
from reconciler.cli.exit_codes import Exit
from reconciler.errors import SecretError
from reconciler.model.address import school_label
from reconciler.model.check_up import LOGIN_STEPS, Checkpoint, CheckResult, CheckState, CheckUp, PasswordNotes
from reconciler.model.problem import Origin
from reconciler.model.secret import Secret
from reconciler.secrets.environment import environment, password_variables

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from pathlib import Path

    from reconciler.bromcom.options import ProbeOptions
    from reconciler.model.desired import Desired, School
    from reconciler.model.secret import SecretRef
    from reconciler.secrets.environment import Environment

NOWHERE: Final = Origin("", 0, 0)
_BY_HAND: Final = PasswordNotes("what you typed")
_ONE_MORE_LOGIN: Final = (
    "You can try a password that you type. That is one more login, and after how many wrong ones Bromcom locks an "
    "account is not published."
)


@dataclass(frozen=True, slots=True)
class LoginToTry:
    """The account to try. `ref` is None if its password is to be typed; `place` is empty without manifests."""

    username: str
    ref: SecretRef | None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The schools to check, and the login at the one school if one is wanted. `no_login` says why there is none."""

    schools: tuple[School, ...]
    manifests: Desired | None
    login: LoginToTry | None = None
    no_login: str = ""


def check(wanted: Wanted, workspace: Path, env_file: Path | None, options: ProbeOptions) -> list[CheckUp]:
    """Check the schools, then the login if the way to it is fine."""
    from reconciler.bromcom.check_up import check_schools  # aiohttp and lxml load here

    results = check_schools(wanted.schools, options)
    check_ups = [
        CheckUp(
            school_label(school.title, school.name),
            school.school_id,
            school.platform.name,
            school.platform.read_url if result[0].verdict is CheckState.FINE else "",
            "" if school.origin is NOWHERE else str(school.school_id_origin or school.origin),
            result,
            other_platforms=tuple(name for name in platforms() if name != school.platform.name),
        )
        for school, result in zip(wanted.schools, results, strict=True)
    ]
    if wanted.login is None:
        return check_ups
    secret = password_variables(wanted.manifests) if wanted.manifests else frozenset()
    sources = environment(os.environ, env_file, secret)
    check_up = replace(check_ups[0], username=wanted.login.username, username_place=wanted.login.place)
    return [_with_login(check_up, wanted.schools[0], wanted.login, sources, workspace, options)]


def _with_login(
    check_up: CheckUp, school: School, login: LoginToTry, sources: Environment, workspace: Path, options: ProbeOptions
) -> CheckUp:
    """Add the login and the list to a check-up. The password is read only if it can be sent."""
    from reconciler.bromcom.check_up import check_login, may_log_in
    from reconciler.bromcom.contract import LoginDetails

    way = check_up.results
    if not may_log_in(way):
        return replace(check_up, results=(*way, *_not_reached()))
    try:
        password, notes = _password(login, sources, workspace)
    except SecretError as error:
        wrong = CheckResult(Checkpoint.LOGIN, CheckState.WRONG, f"there is no password to send: {error}")
        return replace(check_up, results=(*way, wrong, _not_reached()[1]))
    if password is None:
        return replace(check_up, results=(*way, *_not_reached("no password is known: run this at a terminal")))
    results = check_login(school, LoginDetails(login.username, password), way, options)
    if login.ref and _login_of(results) is CheckState.WRONG and _at_terminal() and _wants_to_type():
        typed = check_login(school, LoginDetails(login.username, _asked(login.username)), way, options)
        results = _compared(results, _login_of(typed), notes)
    return replace(check_up, results=results, password=notes)


def _wants_to_type() -> bool:
    say(_ONE_MORE_LOGIN)
    return click.confirm("Try once more?", err=True)


def _compared(results: Sequence[CheckResult], typed: CheckState, notes: PasswordNotes) -> tuple[CheckResult, ...]:
    """Say of a refused login how the same one went with a password that was typed."""
    *way, login, listed = results
    if typed is CheckState.FINE:
        login = replace(login, advice=f"The password that you typed works: correct that of {notes.source}.")
    elif typed is CheckState.WRONG:
        login = replace(login, text=f"{login.text}, and so it did with the password that you typed")
    return (*way, login, listed)


def _login_of(results: Sequence[CheckResult]) -> CheckState:
    return next(result.verdict for result in results if result.step is Checkpoint.LOGIN)


def _not_reached(text: str = "") -> tuple[CheckResult, ...]:
    return tuple(
        CheckResult(step, CheckState.NOT_REACHED, text if step is Checkpoint.LOGIN else "") for step in LOGIN_STEPS
    )


def _password(login: LoginToTry, sources: Environment, workspace: Path) -> tuple[Secret | None, PasswordNotes]:
    """Return the password and where it came from; None if it would have to be typed and there is no terminal."""
    from reconciler.bromcom.masking import masked
    from reconciler.secrets import passwords
    from reconciler.secrets.inspection import notes_on, oddities

    if login.ref is None:
        if not _at_terminal():
            return None, _BY_HAND
        typed = _asked(login.username)
        return typed, replace(_BY_HAND, oddities=oddities(typed))
    read = passwords(sources, workspace, masked)
    with asyncio.Runner() as runner:
        secret = runner.run(_read(read, login.ref))
    return secret, notes_on(secret, login.ref, sources, workspace)


async def _read(read: Callable[[SecretRef], Awaitable[Secret]], ref: SecretRef) -> Secret:
    return await read(ref)


def _asked(username: str) -> Secret:
    """Ask for a password, hidden."""
    return Secret(click.prompt(f"Password of {username}", hide_input=True, err=True))


def _at_terminal() -> bool:
    return at_terminal(sys.stdin) and at_terminal(sys.stderr)


def exit_of_check_ups(bad: Sequence[CheckResult | None]) -> Exit:
    """Return the exit code for the worst result of each: a wrong one counts more than any that is not clear."""
    if any(result and result.verdict is CheckState.WRONG for result in bad):
        return Exit.FAILED
    return Exit.INCOMPLETE if any(bad) else Exit.OK
