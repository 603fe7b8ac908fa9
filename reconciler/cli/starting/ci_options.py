"""The options of `init` that set up a CI system."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import click

from reconciler.cli.options.general import together
from reconciler.cli.starting.program_source import is_full_hash, public_address

if TYPE_CHECKING:
    from collections.abc import Iterable

SYSTEMS: Final = ("github", "gitlab", "azure")
_OWNER: Final = re.compile(r"@[\w.-]+(?:/[\w.-]+)?|[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True)
class CiOptions:
    """The answers about a CI system; `system` is None if none is wanted."""

    system: str | None
    source: str
    revision: str
    default_branch: str
    approvers: tuple[str, ...]
    password_approvers: tuple[str, ...]
    dry_run: bool

    @classmethod
    def taken(cls, options: dict[str, Any]) -> CiOptions:
        """Take them out of all the options. Raises click.UsageError for one that means nothing here."""
        answers = cls(**{name: options.pop(name) for name in cls.__dataclass_fields__})
        more = [name for name in cls.__dataclass_fields__ if name != "system" and getattr(answers, name)]
        if more and answers.system is None:
            raise click.UsageError(f"--{more[0].replace('_', '-').removesuffix('s')} needs --ci.")
        if answers.system != "github" and (answers.approvers or answers.password_approvers):
            raise click.UsageError("Approvers go into CODEOWNERS, which is for --ci github: name them there by hand.")
        return answers


def _source(_context: click.Context, parameter: click.Parameter, value: str) -> str:
    address = public_address(value)
    if value and (not address or "/OWNER/" in address):
        message = (
            "must be the repository that you have this program from: its owner and name on GitHub, or its https:// "
        )
        raise click.BadParameter(f"{message}address.", param=parameter)
    return address


def _revision(_context: click.Context, parameter: click.Parameter, value: str) -> str:
    if value and not is_full_hash(value.lower()):
        raise click.BadParameter("must be the full hash of a commit: a tag or a branch can be moved.", param=parameter)
    return value.lower()


def _owners(_context: click.Context, parameter: click.Parameter, values: Iterable[str]) -> tuple[str, ...]:
    for value in values:
        if not _OWNER.fullmatch(value):
            raise click.BadParameter(f"{value!r} is not @USER, @ORGANISATION/TEAM or an e-mail.", param=parameter)
    return tuple(values)


ci_options = together(
    click.option("--ci", "system", type=click.Choice(SYSTEMS), help="Write the files of this CI system too."),
    click.option("--source", default="", callback=_source, help="The repository with this program: OWNER/NAME or URL."),
    click.option("--revision", default="", callback=_revision, metavar="HASH", help="Its commit that jobs run."),
    click.option("--default-branch", default="", metavar="NAME", help="If the checkout does not say which it is."),
    click.option(
        "--approver", "approvers", multiple=True, callback=_owners, metavar="@NAME", help="Who agrees to what is read."
    ),
    click.option(
        "--password-approver",
        "password_approvers",
        multiple=True,
        callback=_owners,
        metavar="@NAME",
        help="Who agrees to where passwords come from and go to.",
    ),
    click.option("--dry-run", is_flag=True, help="Show these files as a diff, and write nothing."),
)
