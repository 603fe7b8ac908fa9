"""`reconciler doctor`: check the way to Bromcom and one login, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from reconciler import __version__
from reconciler.bromcom.options import ProbeOptions
from reconciler.catalogue import platforms
from reconciler.cli.check_ups import NOWHERE, LoginToTry, Wanted, check, exit_of_check_ups
from reconciler.cli.ci_check_up import ci_check_up
from reconciler.cli.clock import clock, today
from reconciler.cli.completing import from_manifests, places
from reconciler.cli.console import say, tell
from reconciler.cli.help import verb
from reconciler.cli.options.general import FILE, age, workspace_option
from reconciler.cli.output.renderers import text_style
from reconciler.cli.printed_commands import with_given_options
from reconciler.codec.check_up import dump
from reconciler.errors import ReconcilerError, SelectionError
from reconciler.importing.passwords import FORMS, reference_in
from reconciler.model.address import Address
from reconciler.model.check_up import worst_of
from reconciler.model.desired import Access, Account, Desired, Platform, School
from reconciler.model.secret import SecretRef
from reconciler.planning.scope import chosen_schools_of
from reconciler.report.check_up import render_check_ups, render_ci_check_up
from reconciler.report.escape import json_text
from reconciler.spelling import did_you_mean
from reconciler.workflow import written


@dataclass(frozen=True, slots=True)
class _DoctorOptions:
    """The options as they were typed."""

    address: str | None
    workspace: Path
    platform: str | None
    school_id: int | None
    username: str | None
    ref: SecretRef | None
    env_file: Path | None
    timeout: float
    ci: bool
    against: Path | None
    max_age: timedelta


def _reference(_context: click.Context, parameter: click.Parameter, value: str | None) -> SecretRef | None:
    """Parse a reference to a password."""
    if value is None:
        return None
    try:
        ref = reference_in(value, {})
    except ValueError as error:
        raise click.BadParameter(f"cannot be used: {error}. Write {FORMS}.", param=parameter) from None
    if ref is None:
        raise click.BadParameter(f"must be {FORMS}: a password is never typed here.", param=parameter)
    return ref


@verb(
    {
        "Check one login": "doctor greenfield/groupcall --env-file ../passwords.env",
        "Check the way to every school, without a login": "doctor",
        "Check details that you were given": "doctor --platform scomis --school 12345 --username groupcall.greenfield",
        "Check what a nightly job needs": "doctor --ci --env-file ../passwords.env --against live.json",
    },
)
@click.argument("address", required=False, shell_complete=from_manifests(places))
@workspace_option
@click.option(
    "--platform", metavar="NAME|URL", help="Without manifests: the platform's name, or its service's address."
)
@click.option("--school", "school_id", type=click.IntRange(1, 2**31 - 1), help="Without manifests: the School ID.")
@click.option("--username", help="Without manifests: the account to log in with, once.")
@click.option(
    "--password",
    "ref",
    callback=_reference,
    metavar="REFERENCE",
    help=f"Where the password is: {FORMS}. Without it you are asked.",
)
@click.option("--env-file", type=FILE, help="Read `env:` passwords from this file of NAME=value lines first.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0.1, max=3600),
    default=30.0,
    show_default=True,
    help="Seconds to wait for an answer.",
)
@click.option(
    "--ci", is_flag=True, help="Check what a job needs instead, offline: secrets, record, branches, programs."
)
@click.option("--against", type=FILE, help="With --ci: the snapshot that reviews use, to tell its age.")
@click.option(
    "--max-age", callback=age, default="36h", metavar="AGE", show_default=True, help="With --ci: the age of an old one."
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(form: str, **typed: Any) -> int:
    """Find out why Bromcom does not answer, or refuses a login.

    ADDRESS is an access such as greenfield/groupcall, or schools: a name, a glob, a title or a School ID. Without a
    supplier in it, the way to the schools is checked and no login is tried. Each step is fine, wrong with what to do,
    not clear or not reached. One login is sent at most, unless you agree to a second one. The last lines are a text to
    send, without a password.

    With --ci nothing is asked. It says which names of secrets are missing or unused, how old the snapshot is, if the CI
    files name the default branch and are filled in, and which versions of git, Python and the runner there are.

    \b
    Exit codes:
      0  every step is fine
      1  a step is wrong
      4  nothing is wrong, but a step is not clear or was not reached
    """
    options = _DoctorOptions(**typed)
    if options.ci:
        return _check_ci(options, form)
    wanted = _declared(options) if options.platform is None else _typed(options, options.platform)
    probing = ProbeOptions(timeout=options.timeout, retries=0)
    check_ups = check(wanted, options.workspace, options.env_file, probing)
    text = json_text(dump(check_ups, (), version=__version__)) if form == "json" else None
    tell(with_given_options(text or render_check_ups(check_ups, today(), **text_style(None))))
    if wanted.no_login:
        say(wanted.no_login)
    return exit_of_check_ups([check_up.worst for check_up in check_ups])


def _check_ci(options: _DoctorOptions, form: str) -> int:
    if any((options.address, options.platform, options.school_id, options.username, options.ref)):
        raise click.UsageError("--ci is about the whole workspace, and asks no service: leave the others out.")
    desired = written(options.workspace, today())[0]
    record = (options.against, clock()(), options.max_age) if options.against else None
    results = ci_check_up(options.workspace, desired, options.env_file, record)
    text = json_text(dump((), results, version=__version__)) if form == "json" else None
    tell(with_given_options(text or render_ci_check_up(results, **text_style(None))))
    return exit_of_check_ups([worst_of(results)])


def _typed(options: _DoctorOptions, platform: str) -> Wanted:
    """Return what the command line alone says."""
    if options.address or options.school_id is None:
        raise click.UsageError("--platform needs --school, and takes the place of ADDRESS.")
    known = dict(platforms())
    try:
        manifests = written(options.workspace, today())[0]
        known |= {school.platform.name: school.platform for school in manifests.schools.values()}
    except ReconcilerError:  # there need be none
        manifests = None
    if "://" in platform:
        at = Platform("this address", platform, platform)
    elif platform in known:
        at = known[platform]
    else:
        raise SelectionError(f"No platform is called {platform!r}. {did_you_mean(platform, known)}")
    login = LoginToTry(options.username, options.ref) if options.username else None
    return Wanted((School("", options.school_id, at, NOWHERE),), manifests, login)


def _declared(options: _DoctorOptions) -> Wanted:
    """Return what ADDRESS selects of the manifests."""
    if options.school_id or options.username or options.ref:
        raise click.UsageError("--school, --username and --password need --platform.")
    desired = written(options.workspace, today())[0]
    address = options.address
    if address is None:
        first = next((str(at) for at, access in desired.accesses.items() if isinstance(access.via, Account)), "")
        hint = f"No login was tried. To try one: `reconciler doctor {first}`." if first else ""
        return Wanted(tuple(desired.schools.values()), desired, no_login=hint)
    typed, _, supplier = address.partition("/")
    names = chosen_schools_of([typed], desired.schools.values(), "Nothing was checked: no school is called")
    schools = tuple(school for name, school in desired.schools.items() if name in names)
    if not supplier:
        return Wanted(schools, desired)
    if len(schools) > 1:
        raise SelectionError(f"{typed!r} means {len(schools)} schools, and a login is tried at one. Name that one.")
    name = schools[0].name
    access = desired.accesses.get(Address(name, supplier))
    if access is None:
        there = [at.supplier for at in desired.accesses if at.school == name]
        raise SelectionError(f"{name} has no supplier called {supplier!r}. {did_you_mean(supplier, there)}")
    return _of_access(schools, desired, access)


def _of_access(schools: tuple[School, ...], desired: Desired, access: Access) -> Wanted:
    via = access.via
    if not isinstance(via, Account):
        return Wanted(schools, desired, no_login="No login was tried: a partner application has no account.")
    ref = via.password.ref if via.password else None
    return Wanted(schools, desired, LoginToTry(via.username.value, ref, str(via.username.origin)))
