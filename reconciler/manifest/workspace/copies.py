"""Files that are copies of others: `reconciler - Copy.yaml`, `till (1).yaml`, `till.bak.yaml`.

Whatever such a file declares is there twice, and each of the two would be told as a mistake of the original. So the
copy is asked about, and nothing in it is looked at.
"""

import re
from collections.abc import Mapping
from typing import Final

from reconciler.manifest.text.document import Document
from reconciler.model.problem import Origin, Problem, Severity

# What Windows, macOS, Linux, Dropbox and people make of a name; on a folder's name too.
_SIGN: Final = re.compile(
    r"copy|\(\d|~|bak|backup|old|orig|conflict|recovered|autosave|archive|_[A-Z]+_\d", re.IGNORECASE
)
_BEHIND: Final = (
    r" ?- (?:Copy|Backup)(?: \(\d+\))?| ?\(\d+\)| copy(?: \d+)?"
    r"| [(\[][^()\[\]]*(?:copy|recovered|autosave)[^()\[\]]*[)\]]"
    r"|[ ._-](?:bak|backup|old|orig)|_(?:BACKUP|BASE|LOCAL|REMOTE)_\d+|[._](?:sync-)?conflict-[\w-]+|~"
)
_COPY: Final = re.compile(
    rf"(?:Copy(?: \(\d+\))? of |~\$)(?P<whole>.+)|(?P<stem>.+?)(?:\.ya?ml)?(?:{_BEHIND})+(?P<ending>\.ya?ml)?",
    re.IGNORECASE,
)
_STORE: Final = frozenset({"archive", "archived", "backup", "backups", "bak", "copy", "old"})  # folders of copies


def copies(files: Mapping[str, list[Document]]) -> dict[str, Problem]:
    """{name of a file: its problem} of those that are called like a copy of another one and declare something that this
    one declares too. `files` are {name relative to the workspace with `/`: the documents in it}."""
    found = {}
    for name, documents in files.items():
        if not _SIGN.search(name):  # nearly always
            continue
        *folders, file = name.split("/")
        kept = [folder for folder in folders if folder.casefold() not in _STORE]
        original = "/".join(map(_without_sign, [*kept, file]))
        if original != name and original in files and _declared(documents) & _declared(files[original]):
            message = f"this file looks like a copy of `{original}`, and declares the same"
            hint = (
                "delete it, or move it out of the workspace; if both are meant, give it and what it declares new names"
            )
            found[name] = Problem("file", Severity.ERROR, Origin(name, 1, 1), message, hint)
    return found


def _without_sign(part: str) -> str:
    found = _COPY.fullmatch(part)
    if found is None:
        return part
    return found["whole"] or found["stem"] + (found["ending"] or "")


def _declared(documents: list[Document]) -> set[tuple[str, str]]:
    """(kind, name) of each manifest, as far as it says them."""
    declared = set()
    for document in documents:
        if isinstance(document.data, dict) and isinstance(metadata := document.data.get("metadata"), dict):
            declared.add((str(document.data.get("kind")), str(metadata.get("name"))))
    return declared
