"""The entities that Bromcom's API is known to have: what each holds, how sensitive it is, whose records it opens."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from reconciler.catalogue.sources import Source, sources, table
from reconciler.model.entity import Care, Reach, entity_key
from reconciler.startup import dataclass

_CARES: Final = {
    "special-category": Care.SPECIAL,
    "sensitive": Care.SENSITIVE,
    "personal": Care.PERSONAL,
    "none": Care.NONE,
}


class OtherSpelling(NamedTuple):
    """A name that a source gives an entity instead of the service's own."""

    name: str
    source: Source


class NameChange(NamedTuple):
    """One entity that Bromcom renamed, or split from another."""

    kind: str
    of: str
    on: str
    source: Source


@dataclass(frozen=True, slots=True)
class CatalogueEntity:
    """What suppliers may read under one name.

    `holds` is a sentence, `reason` says why it is sensitive, and `note` says for people what a sensitive one has in it
    (empty for others). Without `sources` all this is our reading of the name.
    """

    name: str
    holds: str
    category: str
    people: tuple[str, ...]
    sensitivity: str
    reason: str
    reach: Reach
    note: str = ""
    sources: tuple[Source, ...] = ()
    spellings: tuple[OtherSpelling, ...] = ()
    changes: tuple[NameChange, ...] = ()

    @property
    def care(self) -> Care:
        """The rank among differences. Child protection counts as special category, as the DfE advises."""
        return Care.SPECIAL if self.category == "safeguarding" else _CARES[self.sensitivity]

    @property
    def sensitive(self) -> bool:
        """Special category data, or a high risk if it leaks."""
        return self.care <= Care.SENSITIVE

    @property
    def judged_by(self) -> str:
        """Whose judgement the entry is, and from what. No source says of an entity how sensitive it is."""
        return f"our reading of {'what its sources show' if self.sources else 'its name'}"


@cache
def entities() -> Mapping[str, CatalogueEntity]:
    """{entity key: entity}, sorted. Bromcom adds names over time: one that is missing here may well exist."""
    by_key = {entity_key(name): _entity(name, entry) for name, entry in table("entities").items()}
    return MappingProxyType(dict(sorted(by_key.items())))


def _entity(name: str, entry: Mapping[str, Any]) -> CatalogueEntity:
    return CatalogueEntity(
        name=name,
        holds=entry["holds"],
        category=entry["category"],
        people=tuple(entry["people"]),
        sensitivity=entry["sensitivity"],
        reason=entry.get("reason", ""),
        reach=Reach[entry["reach"].upper()],
        note=entry.get("note", ""),
        sources=tuple(sources()[source] for source in entry.get("sources", [])),
        spellings=tuple(OtherSpelling(of["name"], sources()[of["source"]]) for of in entry.get("spellings", [])),
        changes=tuple(
            NameChange(change["kind"], change["of"], change["on"], sources()[change["source"]])
            for change in entry.get("changes", [])
        ),
    )
