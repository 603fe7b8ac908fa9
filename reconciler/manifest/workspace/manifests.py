"""The manifests of a workspace together: the input of rules and of resolution."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field
from datetime import date
from functools import cached_property
from typing import NamedTuple

from reconciler.catalogue import Profile
from reconciler.manifest.schema.check import ANY, Salvage
from reconciler.manifest.text.document import Data, Document
from reconciler.manifest.workspace.discovery import NO_GAPS, THIS_FOLDER, FolderContents, Unread
from reconciler.model.problem import DeclaredValue, Origin
from reconciler.startup import dataclass


class NamedProfile(NamedTuple):
    """The profile that a supplier names, and where its entities are: for a built-in one, where it is named."""

    profile: Profile
    entities: tuple[DeclaredValue, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """One document that rules can look at: its schema allows it, or leaves something of it.

    spec       without what its schema refuses; empty where it has none
    overrides  a supplier's own, empty where it has none
    lost       the keys that it may have meant to say and does not, as in Salvage
    profile    the one that a supplier names; None if it names none, or none that there is
    """

    kind: str
    document: Document
    name: str
    spec: dict[str, Data]
    overrides: list[dict[str, Data]]
    lost: frozenset[str] = frozenset()
    profile: NamedProfile | None = None

    @classmethod
    def of(cls, kind: str, document: Document, left: Salvage) -> Manifest:
        """The manifest that a document of this kind is."""
        data = document.without(left.refused)
        spec = data.get("spec", {})
        return cls(kind, document, data["metadata"]["name"], spec, spec.get("overrides", []), left.lost)

    @property
    def origin(self) -> Origin:
        """The place of its name."""
        return self.document.value(self.document.data["metadata"], "name")

    def tells(self, *keys: str) -> bool:
        """Tell if it can be trusted about these keys, wherever they are: what is missing was left out, and not mistyped
        or unreadable."""
        return not self.document.flaws and self.lost.isdisjoint((*keys, "spec", ANY))

    @property
    def entities(self) -> dict[str, list[Data]]:
        """What a supplier adds to its profile, and removes from it; without a profile all that it has is added."""
        declared: Data = self.spec.get("entities", {})
        return {"add": declared} if isinstance(declared, list) else declared

    @property
    def tells_entities(self) -> bool:
        """Tell if a supplier's entities are certain, those of its profile included."""
        is_profile_known = "profile" not in self.spec or self.profile is not None
        return is_profile_known and self.tells("entities", "bundles", "profile")

    def names(self, items: list[Data]) -> Iterator[DeclaredValue]:
        """The entity names of one of its lists, bundles written out."""
        for item, origin in zip(items, self.document.places(items), strict=True):
            if isinstance(item, str):
                yield DeclaredValue(item, origin)
            else:
                bundle = self.bundle(item["bundle"])
                yield from map(DeclaredValue, bundle, self.document.places(bundle))

    def bundle(self, name: str) -> list[str]:
        """The entity names of a supplier's bundle; none where it has no such bundle."""
        names: list[str] = self.spec.get("bundles", {}).get(name, [])
        return names


class Placement(NamedTuple):
    """A supplier at a school, and which of its overrides hold there, by their numbers."""

    supplier: Manifest
    school: Manifest
    overrides: tuple[int, ...]


@dataclass(frozen=True)
class Manifests:
    """Everything that was read, in the order of files and lines.

    today      the day (UTC) by which words and waivers are judged; until `loaded` sets it no day is later
    documents  every document with our apiVersion, those that rules cannot look at included
    """

    workspaces: tuple[Manifest, ...] = ()
    schools: tuple[Manifest, ...] = ()
    suppliers: tuple[Manifest, ...] = ()
    attestations: tuple[Manifest, ...] = ()
    waivers: tuple[Manifest, ...] = ()
    profiles: tuple[Manifest, ...] = ()
    rounds: tuple[Manifest, ...] = ()
    documents: tuple[Document, ...] = field(default=(), repr=False)
    gaps: Unread = NO_GAPS
    folder: FolderContents = THIS_FOLDER
    today: date = date.max

    @property
    def every(self) -> Iterator[Manifest]:
        """All manifests that rules can look at."""
        yield from self.workspaces
        yield from self.schools
        yield from self.suppliers
        yield from self.attestations
        yield from self.waivers
        yield from self.profiles
        yield from self.rounds

    @property
    def workspace_spec(self) -> dict[str, Data]:
        """The Workspace's `spec`; empty where there is no Workspace."""
        return self.workspaces[0].spec if self.workspaces else {}

    def lacks(self, kind: str) -> bool:
        """Tell if there is no manifest of a kind, not even among what could not be read."""
        unread = self.gaps.anything or kind in self.gaps.kinds
        return not unread and all(manifest.kind != kind for manifest in self.every)

    def workspace_tells(self, *keys: str) -> bool:
        """Tell if it is certain what the one Workspace says about these keys, even if that is nothing."""
        if "Workspace" in self.gaps.kinds or len(self.workspaces) > 1:
            return False
        return self.workspaces[0].tells(*keys) if self.workspaces else not self.gaps.anything

    @property
    def school_names(self) -> frozenset[str] | None:
        """The names of all schools there are; None where there may be more."""
        if self.gaps.anything or self.gaps.schools is None or any(school.document.flaws for school in self.schools):
            return None
        return self.gaps.schools | self.school_named.keys()

    @property
    def supplier_names(self) -> frozenset[str] | None:
        """The names of all suppliers there are; None where there may be more."""
        if self.gaps.anything or self.gaps.suppliers is None or any(one.document.flaws for one in self.suppliers):
            return None
        return self.gaps.suppliers | {supplier.name for supplier in self.suppliers}

    @property
    def selections_are_certain(self) -> bool:
        """Tell if every school is known with its labels: a selector without a match then really has none."""
        unread = self.gaps.anything or "School" in self.gaps.kinds
        return not unread and all(school.tells("labels") for school in self.schools)

    def names_unknown_school(self, manifest: Manifest) -> bool:
        """Tell if a supplier, one of its overrides or a waiver names a school that does not exist."""
        selectors = [holder.get("schools") for holder in (manifest.spec, *manifest.overrides)]
        return any(name not in self.school_named for chosen in selectors if isinstance(chosen, list) for name in chosen)

    @cached_property
    def school_named(self) -> dict[str, Manifest]:
        """{name: school}, sorted; of two with one name the first."""
        named: dict[str, Manifest] = {}
        for school in self.schools:
            named.setdefault(school.name, school)
        return dict(sorted(named.items()))

    def placements_of(self, supplier: Manifest) -> Iterator[Placement]:
        """One supplier at every school that it selects, in order of the schools' names."""
        selected = [self.selected(override["schools"]) for override in supplier.overrides]
        for name in sorted(self.selected(supplier.spec.get("schools"))):
            holding = tuple(number for number, names in enumerate(selected) if name in names)
            yield Placement(supplier, self.school_named[name], holding)

    @cached_property
    def placements(self) -> tuple[Placement, ...]:
        """Every supplier at every school that it selects."""
        return tuple(placement for supplier in self.suppliers for placement in self.placements_of(supplier))

    def selected(self, selector: Data) -> frozenset[str]:
        """The names of the schools that a `schools:` selects; None selects every school. One whose labels are uncertain
        is never among them."""
        return self._choose.names(selector)

    @cached_property
    def _choose(self) -> _Chooser:
        return _Chooser(school for school in self.school_named.values() if school.tells("labels"))


class _Chooser:
    """Selects schools, and remembers the answer for each set of labels."""

    def __init__(self, schools: Iterable[Manifest]) -> None:
        self._labels = {
            school.name: frozenset(school.document.data["metadata"].get("labels", {}).items()) for school in schools
        }
        self._known: dict[frozenset[tuple[str, str]], frozenset[str]] = {}

    def names(self, selector: Data) -> frozenset[str]:
        if isinstance(selector, list):
            return frozenset(name for name in selector if name in self._labels)
        wanted = frozenset(selector["labels"].items()) if selector is not None else frozenset()
        if wanted not in self._known:
            self._known[wanted] = frozenset(name for name, labels in self._labels.items() if wanted <= labels)
        return self._known[wanted]
