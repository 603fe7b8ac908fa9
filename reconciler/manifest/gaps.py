"""What is known of a folder beside its manifests: what could not be read, and what is no manifest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Folder:
    """What a rule may know of the folder itself.

    name   as it was given; `.` is the folder that one is in
    empty  the manifest files in which nothing stands
    texts  files that end in `.yaml.txt` or `.yml.txt`, sorted: Notepad named them so, and they are not read
    """

    name: str = "."
    empty: frozenset[str] = frozenset()
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gaps:
    """What could not be read: that something else is nowhere proves nothing, if it may stand there.

    anything   a file, or a document of unknown kind, in which whatever is missing may be
    kinds      the kinds of the documents that rules cannot look at
    schools    the names of the Schools among these; None where one has no name that can be read
    suppliers  the same of the Suppliers
    """

    anything: bool = False
    kinds: frozenset[str] = frozenset()
    schools: frozenset[str] | None = frozenset()
    suppliers: frozenset[str] | None = frozenset()


NO_GAPS: Final = Gaps()
THIS_FOLDER: Final = Folder()
