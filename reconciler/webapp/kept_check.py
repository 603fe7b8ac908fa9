"""The answers of the last whole check, in a file for the next start of the app.

    {formatVersion, kind: Check, manifests, comparedBy, snapshot}

It holds what a snapshot may, and is readable for its owner alone.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from reconciler.codec.json_types import NUMBER, OBJECT, TEXT, Misfit, at, why_not_data
from reconciler.codec.snapshot import Snapshot, from_data, to_data
from reconciler.errors import InputError
from reconciler.files import read_text, write_text_atomically
from reconciler.model.desired import Desired
from reconciler.model.live import Live
from reconciler.state_folder.folder import refuse_strange
from reconciler.state_folder.paths import check_of

_FORMAT: Final = 1


class KeptCheck(NamedTuple):
    """The answers of a check, the digest of the manifests that they were compared with, and who asked."""

    snapshot: Snapshot
    manifests: str
    compared_by: str


def keep_check(workspace: Path, live: Live, desired: Desired, now: datetime, manifests: str, compared_by: str) -> None:
    """Keep a check in place of the one before; raises InputError where that cannot be."""
    file = check_of(workspace)
    refuse_strange(file.parent, file)
    data = {
        "formatVersion": _FORMAT,
        "kind": "Check",
        "manifests": manifests,
        "comparedBy": compared_by,
        "snapshot": to_data(live, desired, recorded=now),
    }
    write_text_atomically(file, json.dumps(data, ensure_ascii=False) + "\n", private=True)


def kept_check(workspace: Path) -> KeptCheck | None:
    """Return what is kept, if anything; raises InputError for a file that is no check of ours."""
    file = check_of(workspace)
    refuse_strange(file.parent, file)
    if not file.exists():
        return None
    text = read_text(file, what="the last check")
    try:
        return _from_data(json.loads(text))
    except (RecursionError, ValueError) as error:
        raise InputError(f"Cannot read the last check, {file}: {why_not_data(error)}. Check again.") from None


def _from_data(data: object) -> KeptCheck:
    if (version := at("formatVersion", NUMBER, data)) != _FORMAT:
        raise Misfit(f"has format version {version}, and this reconciler reads version {_FORMAT}")
    snapshot = from_data(at("snapshot", OBJECT, data))
    return KeptCheck(snapshot, at("manifests", TEXT, data), at("comparedBy", TEXT, data))
