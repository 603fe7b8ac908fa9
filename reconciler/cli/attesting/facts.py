"""Facts as they are typed on the command line: `roles="Third Party,Till"`, `consent.students=set`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from reconciler.cli.printed_commands import options_for
from reconciler.git.executables import shell_line
from reconciler.manifest.resolving.attestations import FACT as GONE
from reconciler.manifest.workspace.reading import NAME
from reconciler.model.attestation import EXAMPLE, read_counts
from reconciler.planning.facts import FACT_KEYS
from reconciler.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.planning.facts import FactKey


def read_facts(typed: Sequence[str], place: str) -> dict[str, tuple[str, ...]]:
    """{fact: what is said of it} of `FACT=VALUE` arguments about a school, or an address.

    Raises click.UsageError, which says what can be typed, where one of them cannot be understood.
    """
    texts: dict[str, list[str]] = {}
    for argument in typed:
        key, equals, value = argument.partition("=")
        if not equals:
            raise click.UsageError(f"{argument!r} has no value: write FACT=VALUE, for example writeLicence=bought.")
        _check_fact(key, place)
        texts.setdefault(key, []).append(value)
    return {key: read_values(FACT_KEYS[key], values) for key, values in texts.items()}


def says_gone(typed: Sequence[str], place: str, account: str | None) -> bool:
    """Tell if `access=gone` was typed. Raises click.UsageError if it is wrong, or not for such a place."""
    if not any(argument.partition("=")[0] == GONE for argument in typed):
        if account is not None:
            raise click.UsageError(
                "--account is only for access=gone: other facts are about the account that the manifests name."
            )
        return False
    if [argument.casefold() for argument in typed] != [f"{GONE}=gone"]:
        raise click.UsageError(f"{GONE} must be the only fact, written exactly: {GONE}=gone")
    school, slash, supplier = place.partition("/")
    if not slash:
        raise click.UsageError(f"{GONE} is a fact of one supplier: reconciler attest {place}/SUPPLIER {GONE}=gone")
    for name in (school, supplier):
        if not NAME.fullmatch(name):
            raise click.UsageError(f"{name!r} is not a name of a school or supplier: write it as the manifests had it.")
    if account is not None and not account.strip():
        raise click.UsageError("--account is empty: name the account that is gone, or omit --account.")
    return True


def _check_fact(key: str, place: str) -> None:
    """Refuse a fact that is none, or none of this place."""
    of_school = "/" not in place
    names = [name for name, fact in FACT_KEYS.items() if fact.row.of_school is of_school]
    if key not in FACT_KEYS:
        raise click.UsageError(f"there is no fact {key!r}. {did_you_mean(key, names)}")
    if FACT_KEYS[key].row.of_school and not of_school:
        school = place.partition("/")[0]
        raise click.UsageError(f"{key} is a fact of the school: reconciler attest {school} {key}=...")
    if of_school and not FACT_KEYS[key].row.of_school:
        raise click.UsageError(f"{key} is a fact of one supplier: reconciler attest {place}/SUPPLIER {key}=...")


def read_values(fact: FactKey, typed: Sequence[str]) -> tuple[str, ...]:
    """Read the values of a fact. Commas separate names; if several texts were typed, each is one name, commas and all.
    Raises click.UsageError for a value that the fact cannot have."""
    if not fact.row.choices:
        names = typed if len(typed) > 1 else typed[0].split(",")
        return tuple(name.strip() for name in names if name.strip())
    if len(typed) > 1:
        raise click.UsageError(f"{fact.key} is given {len(typed)} times: give it once.")
    value = typed[0].strip().casefold()
    if counts := read_counts(value) if fact.row.counted else None:
        if counts.fault:
            raise click.UsageError(f"{fact.key} cannot be {typed[0]!r}: {counts.fault}.")
        return (str(counts),)
    for choice in fact.row.choices:
        if choice.casefold() == value:
            return (choice,)
    hint = f" Or write how many of them consented, such as {fact.key}='{EXAMPLE}'" if fact.row.counted else ""
    raise click.UsageError(f"{fact.key} cannot be {typed[0]!r}. {did_you_mean(typed[0], fact.row.choices)}{hint}")


def command_line(place: str, key: str, values: Sequence[str]) -> str:
    """The command that says so of a fact, ready for this system's shell."""
    typed = [f"{key}={','.join(values)}"]
    if not FACT_KEYS[key].row.choices and any("," in name for name in values):
        typed = [f"{key}={name}" for name in values] + [f"{key}="] * (len(values) == 1)
    words = ["reconciler", "attest", place, *typed]
    return shell_line(*words, *options_for("attest"))
