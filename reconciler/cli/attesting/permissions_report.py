"""Bromcom's Role Permissions Report, exported: the write-back permissions that a role has.

No source says which columns an export has, so their headings can be given. The report is of one role, with a row for
each permission that says Yes or No.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import click

from reconciler.errors import InputError
from reconciler.model.entity import permission_name
from reconciler.spreadsheets import read_csv

_WHAT: Final = "the report"
_YES: Final = frozenset({"yes", "y", "true", "1"})
_NO: Final = frozenset({"no", "n", "false", "0", ""})
_SHOWN: Final = 5
# {column: the headings that we look for}; our guesses.
_HEADINGS: Final[Mapping[str, Sequence[str]]] = {
    "permission": ("Permission", "Permission Name", "Name"),
    "granted": ("Granted", "Allowed", "Access", "Yes/No", "Value"),
}


class RolePermissions(NamedTuple):
    """The write-back permissions that a role has, and everything else that it allows."""

    write_back: tuple[str, ...]
    others: tuple[str, ...]


def columns_option(_context: click.Context, _parameter: click.Parameter, typed: Sequence[str]) -> dict[str, str]:
    """{column: its heading} of `--column permission=HEADING`."""
    columns = dict(text.partition("=")[::2] for text in typed)
    if not columns.keys() <= _HEADINGS.keys() or not all(columns.values()):
        raise click.BadParameter(f"write {' or '.join(f'{name}=HEADING' for name in _HEADINGS)}.")
    return columns


def read_permissions_report(path: Path, columns: Mapping[str, str]) -> RolePermissions:
    """Read an exported report. Raises InputError if it cannot be understood: a row that is missing is not a No."""
    rows = read_csv(path, what=_WHAT).rows
    start, places = _heading(rows, path, columns)
    write_back: list[str] = []
    others: list[str] = []
    names = set()
    for number, cells in rows[start + 1 :]:
        name, granted = (cells[at].strip() if at < len(cells) else "" for at in places)
        if not name:
            continue
        if granted.casefold() not in _YES | _NO:
            raise InputError(f"Nothing was attested: {path}, row {number}: {granted!r} is neither Yes nor No.")
        if name.casefold() in names:
            raise InputError(f"Nothing was attested: {path}, row {number}: {name!r} is there twice. Export one role.")
        names.add(name.casefold())
        if granted.casefold() in _YES:
            (others if permission_name(name) == name else write_back).append(permission_name(name))
    if all(permission_name(name) == name for name in names):
        raise InputError(
            f"Nothing was attested: {path} has no row whose permission begins with `Third Party Write Back -`. Is it "
            "the Role Permissions Report, with every permission?"
        )
    return RolePermissions(tuple(write_back), tuple(others))


def _heading(
    rows: Sequence[tuple[int, tuple[str, ...]]], path: Path, columns: Mapping[str, str]
) -> tuple[int, tuple[int, int]]:
    """(the row with the headings, the places of the two columns); titles may be above it."""
    wanted = {name: (columns[name],) if name in columns else guesses for name, guesses in _HEADINGS.items()}
    for index, (_, cells) in enumerate(rows):
        headings = [cell.strip().casefold() for cell in cells]
        found = {
            name: next((headings.index(one.casefold()) for one in options if one.casefold() in headings), None)
            for name, options in wanted.items()
        }
        permission, granted = found["permission"], found["granted"]
        if permission is not None and granted is not None:
            return index, (permission, granted)
    widest = max((cells for _, cells in rows), key=lambda cells: sum(map(bool, cells)), default=())
    raise InputError(
        f"Nothing was attested: {path} has no row with the headings {' and '.join(one[0] for one in wanted.values())}. "
        f"It has: {', '.join(filter(None, widest)) or 'nothing'}. "
        "Say which are meant with --column permission=HEADING --column granted=HEADING."
    )


def others_remark(permissions: RolePermissions) -> str:
    """Say what the role allows beside write-back; empty if that is nothing."""
    if not permissions.others:
        return ""
    shown = ", ".join(permissions.others[:_SHOWN])
    more = f" and {len(permissions.others) - _SHOWN} more" if len(permissions.others) > _SHOWN else ""
    return f"Warning: the role allows more than write-back: {shown}{more}. A role of its own is safer."
