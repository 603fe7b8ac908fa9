"""The profile that each supplier names: a published list that is built in, or one of the workspace's own."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from reconciler.catalogue import Profile
from reconciler.catalogue.profiles import profile_of, profile_versions
from reconciler.manifest.workspace.manifests import Manifest, NamedProfile
from reconciler.model.problem import DeclaredValue

AT: Final = "@"  # between a profile's name and the date of one version


def with_profiles(suppliers: Iterable[Manifest], profiles: Sequence[Manifest]) -> Iterator[Manifest]:
    """Give each supplier the profile that it names, if there is one."""
    own = {manifest.name: _own(manifest) for manifest in reversed(profiles)}
    for supplier in suppliers:
        wanted = supplier.spec.get("profile")
        named = _named(wanted, supplier, own) if wanted is not None else None
        yield replace(supplier, profile=named) if named else supplier


def _named(wanted: str, supplier: Manifest, own: dict[str, NamedProfile]) -> NamedProfile | None:
    """Find a profile by `name`, its newest version, or by `name@date`."""
    name, _, day = wanted.partition(AT)
    if name not in profile_versions():
        return named if (named := own.get(name)) and day in {"", named.profile.date} else None
    place = supplier.document.value(supplier.spec, "profile")
    for profile in reversed(profile_versions()[name]):
        if day in {"", profile.date}:
            return NamedProfile(profile, tuple(DeclaredValue(entity, place) for entity in profile.entities))
    return None


def _own(manifest: Manifest) -> NamedProfile:
    items = manifest.spec.get("entities", [])
    return NamedProfile(own_profile(manifest), tuple(map(DeclaredValue, items, manifest.document.places(items))))


def own_profile(manifest: Manifest) -> Profile:
    """Read a workspace's own profile."""
    spec = manifest.spec
    return profile_of(manifest.name, {"date": "", "complete": False, **spec}, spec.get("source", ""))
