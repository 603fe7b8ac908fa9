"""What a hand-over sheet says, row by row, in every format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.report.wording import kept

if TYPE_CHECKING:
    from reconciler.model.runbook import HandOver


def rows(sheet: HandOver) -> tuple[tuple[str, str], ...]:
    """(what it is, its value) of a sheet; never the password, but where it is kept."""
    found = [
        (sheet.school_id_called, str(sheet.school_id)),
        ("Read service", sheet.read_url),
        ("Write service", sheet.write_url),
    ]
    if sheet.username:
        where = (
            f"it is kept {kept(sheet.password)}" if sheet.password else "nobody keeps it here: the one that you chose"
        )
        found += [("Username", sheet.username), ("Password", f"not on this sheet; {where}")]
    if sheet.moved_from:
        found.append(
            ("Moved", f"from {sheet.moved_from}: the addresses above are new; the old ones are to be used no more")
        )
    return tuple(found)
