"""The commit since which an access, or an entity of it, is agreed without a break.

| the manifests of a commit     | so it is agreed               |
|-------------------------------|-------------------------------|
| have it, as do all since      | since then, or longer         |
| do not have it                | since the commit after it     |
| are wrong, so nobody can tell | at least since the one after  |
| are not there to be read      | at least since the one after  |

They are read as they would be today, under the names that the school and the supplier have now.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

from reconciler.git.commits import Commit, history_of
from reconciler.git.revision import Revision
from reconciler.manifest.load import load_files
from reconciler.manifest.workspace.discovery import is_manifest_name
from reconciler.model.address import Address
from reconciler.model.explanation import ExplainedRow, ExplanationPart
from reconciler.model.plan import EndReason

AGREED_SINCE: Final = "agreed-since"
_MOST: Final = 200  # commits that are read


def agreed_since(workspace: Path, address: Address, entity: str, today: date) -> ExplanationPart:
    """Look it up in git, from the present commit backwards. Raises InputError if git cannot tell.

    entity  its key; empty for the access as a whole
    """
    history = history_of(workspace, _MOST, is_manifest_name)
    since: Commit | None = None
    proven = history.whole
    for commit in history.commits:
        is_agreed = _agreed(history.read(commit), workspace, address, entity, today)
        if not is_agreed:
            proven = is_agreed is False
            break
        since = commit
    if since is None:
        row = ExplainedRow("not known", ("the last commit does not have it: what is here is not committed yet",))
    else:
        least = "" if proven else "at least "
        row = ExplainedRow(f"{least}{since.when:%Y-%m-%d}", (f"by {since.author}",), f"commit {since.id[:12]}")
    return ExplanationPart(AGREED_SINCE, "Agreed since", "", (row,))


def _agreed(there: Revision, workspace: Path, address: Address, entity: str, today: date) -> bool | None:
    """Tell if manifests have it; None if they are wrong."""
    if not there.files:
        return False
    desired = load_files(there.files, str(workspace), today).desired
    if desired is None:
        return None
    access = desired.accesses.get(address)
    if access is None or (access.ended and access.ended.reason is EndReason.RETIRED):
        return False
    return not entity or entity in access.entities
