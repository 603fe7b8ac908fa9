"""Documents -> manifests, and what of them could not be read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from reconciler.manifest.documents import classify
from reconciler.manifest.gaps import Gaps
from reconciler.manifest.manifests import Manifest, Manifests
from reconciler.manifest.schema import KINDS, check_schema

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.manifest.document import Document
    from reconciler.model.problem import Problem

NAME: Final = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")  # as in the schemas


def gather(documents: Iterable[Document], *, whole: bool) -> tuple[Manifests, list[Problem]]:
    """The manifests that rules can look at, and what is wrong with any; `whole`: nothing but documents was found."""
    problems: list[Problem] = []
    kinds: dict[str, list[Manifest]] = {kind: [] for kind in KINDS}
    ours: list[Document] = []
    refused: list[tuple[str, Document]] = []
    for document in documents:
        kind, wrong = classify(document)
        problems.extend(wrong)
        if kind is None:
            whole = False
            continue
        ours.append(document)
        checked = check_schema(kind, document)
        problems.extend(checked.problems)
        if checked.usable:
            kinds[kind].append(Manifest.of(kind, document, checked.salvage))
        else:
            refused.append((kind, document))
    workspaces, schools, suppliers, attestations, waivers = (tuple(kinds[kind]) for kind in KINDS)
    gaps = _gaps(refused, whole=whole)
    return Manifests(workspaces, schools, suppliers, attestations, waivers, tuple(ours), gaps), problems


def _gaps(refused: list[tuple[str, Document]], *, whole: bool) -> Gaps:
    kinds = frozenset(kind for kind, _ in refused)
    return Gaps(not whole, kinds, _names("School", refused), _names("Supplier", refused))


def _names(kind: str, refused: list[tuple[str, Document]]) -> frozenset[str] | None:
    names = [_name(document) for refused_kind, document in refused if refused_kind == kind]
    return None if None in names else frozenset(filter(None, names))


def _name(document: Document) -> str | None:
    """The name of a manifest that its schema refuses; None where it has none that others could use."""
    metadata = document.data.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    is_good = isinstance(name, str) and NAME.fullmatch(name) and not document.flaws
    return name if is_good else None
