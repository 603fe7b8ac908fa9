"""A report on accesses -> the Round that is opened with it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from reconciler.formatting.arrange import spelled
from reconciler.manifest.text.document import Data
from reconciler.manifest.text.writing import PlainText
from reconciler.model.accountability.least_privilege import AccessPrivileges, Truth
from reconciler.model.evidence import Attested, Probed, Unknown


def round_document(
    name: str, accesses: Iterable[AccessPrivileges], opened: date, due: date, reviewers: Sequence[str]
) -> Mapping[str, Data]:
    """Return the manifest of a new round, in which nothing is decided yet."""
    spec: dict[str, Data] = {"opened": PlainText(str(opened)), "due": PlainText(str(due))}
    if reviewers:
        spec["reviewers"] = list(reviewers)
    spec["accesses"] = {str(access.address): _access(access, opened) for access in accesses}
    return {"apiVersion": "reconciler/v1", "kind": "Round", "metadata": {"name": name}, "spec": spec}


def _access(access: AccessPrivileges, opened: date) -> dict[str, Data]:
    written: dict[str, Data] = {}
    readable = {spelled(entity.about.name): entity for entity in access.entities if entity.granted is Truth.YES}
    if not isinstance(access.evidence, Unknown):
        written["reads"] = list(readable)
    written["known"] = _known(access.evidence, opened)
    doubts = {name: [doubt.value for doubt in entity.doubts] for name, entity in readable.items() if entity.doubts}
    if doubts:
        written["doubts"] = doubts
    return written


def _known(evidence: Probed | Attested | Unknown, opened: date) -> str:
    match evidence:
        case Probed():
            return f"asked on {opened}"
        case Attested():
            return f"confirmed by {evidence.by} on {evidence.on:%Y-%m-%d}"
        case Unknown():  # a service's words may name people, and stay out of files
            return f"not known: {evidence.redacted_text}"
