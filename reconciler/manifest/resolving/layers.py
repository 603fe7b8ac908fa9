"""Workspace defaults -> supplier -> override: which layer of an access says what.

A layer is a document and a mapping in it. The first layer that has a key decides, so overrides come first.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias

from reconciler.manifest.text.document import Data, Document
from reconciler.manifest.workspace.manifests import Manifest, Manifests
from reconciler.model.problem import Origin

Layer: TypeAlias = "tuple[Document, dict[str, Data]]"
NONE: Final = "none"  # what is written in place of a mapping to say that there is nothing


def layers(manifests: Manifests, supplier: Manifest, overrides: tuple[int, ...]) -> list[Layer]:
    """The layers of a supplier's access where these overrides hold."""
    held = [(supplier.document, supplier.overrides[number]) for number in overrides]
    defaults = [(workspace.document, workspace.spec) for workspace in manifests.workspaces[:1]]
    return [*held, (supplier.document, supplier.spec), *defaults]


def saying(in_order: list[Layer], *keys: str) -> Iterator[tuple[Layer, str]]:
    """Each layer that says the last key, with the mapping that has it, the deciding one first; where one says `none` of
    a key before it, with that key."""
    *way, last = keys
    for document, mapping in in_order:
        inner: Data = mapping
        for key in way:
            holder, inner = inner, inner.get(key, {})
            if inner == NONE:
                yield (document, holder), key
                break
        else:
            if last in inner:
                yield (document, inner), last


def deciding(in_order: list[Layer], *keys: str) -> Layer | None:
    """The layer that decides the last key, with the mapping below the keys before it; None where none says it, or the
    first that says anything says `none`."""
    layer, key = next(saying(in_order, *keys), (None, ""))
    return layer if key == keys[-1] else None


def write_back(holder: dict[str, Data]) -> dict[str, Data]:
    """The `writeBack` of a supplier or of one of its overrides; empty where it says `none`, or nothing."""
    declared: Data = holder.get("writeBack", {})
    return declared if isinstance(declared, dict) else {}


def no_permissions(in_order: list[Layer]) -> Origin | None:
    """Find the place that declares no write-back permissions; None if some are listed, or nothing is declared."""
    for document, mapping in in_order:
        if mapping.get("writeBack") == NONE:
            return document.value(mapping, "writeBack")
        inner = write_back(mapping)
        if "permissions" in inner:
            return None if inner["permissions"] else document.key(inner, "permissions")
    return None


def by_application(in_order: list[Layer]) -> bool:
    """Tell if the supplier gets in by a partner application, which has no account."""
    layer = deciding(in_order, "via")
    return layer is not None and layer[1]["via"] == "partner-application"
