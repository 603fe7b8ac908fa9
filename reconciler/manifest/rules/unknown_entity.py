"""unknown-entity: an entity has a name that Bromcom is known to have.

Bromcom has no other tick, and the one you meant stays missing. A name that is nearly a known one is an error until
the Workspace says that it is right. Bromcom adds names over time, so a name that looks like no other is a warning.
What an override removes is checked by override-removes-nothing.
"""

from collections.abc import Iterator
from functools import cache
from typing import Final

from reconciler.catalogue import entities
from reconciler.invisible import called
from reconciler.manifest.resolving.entity_lists import entity_lists
from reconciler.manifest.text.document import Data
from reconciler.manifest.workspace.manifests import Manifest, Manifests
from reconciler.model.entity import entity_key, is_published_spelling
from reconciler.model.problem import Origin, Problem, Severity
from reconciler.spelling import edits
from reconciler.startup import pattern

ID: Final = "unknown-entity"


_MOST_EDITS: Final = 2
_SEPARATOR: Final = pattern(r"[\s,;|/+&\u060c\u3001]+")
_SEVERAL: Final = "Write each name as one word, with a comma between two."
_LONGEST: Final = 60  # characters of a name that are shown
_SHORT: Final = 8  # below this length two edits make another word


def check(manifests: Manifests) -> Iterator[Problem]:
    """Find a name that neither the catalogue nor `spec.knownEntities` has, if the Workspace could be read."""
    if not manifests.workspace_tells("knownEntities"):
        return
    known_keys = entities().keys() | {entity_key(name) for name in manifests.workspace_spec.get("knownEntities", [])}
    usual = {entity.name for entity in entities().values()}  # nearly every name is one of them
    for manifest, items in _lists(manifests):
        for index, name in enumerate(items):
            if not isinstance(name, str) or name in usual:
                continue
            if entity_key(name) not in known_keys:
                place = manifest.document.value(items, index)
                before = manifest.document.source.lines[place.line - 1][: place.column - 1]
                yield _problem(place, name, is_on_a_line=before.strip() == "-")
            elif is_published_spelling(name):
                yield _other_spelling(manifest.document.value(items, index), name)


def _lists(manifests: Manifests) -> Iterator[tuple[Manifest, list[Data]]]:
    """Every list of entities that are declared or attested, with its manifest."""
    for supplier in manifests.suppliers:
        for items in entity_lists(supplier, with_removed=False):
            yield supplier, items
    for profile in manifests.profiles:
        yield profile, profile.spec.get("entities", [])
    for attestation in manifests.attestations:
        yield attestation, attestation.spec.get("facts", {}).get("entities", [])


def _problem(origin: Origin, name: str, *, is_on_a_line: bool) -> Problem:
    if separator := _SEPARATOR.search(name):
        shown = name if len(name) <= _LONGEST else f"{name[:_LONGEST]}..."
        sign = separator[0].strip()[:1]
        named = called(sign).partition(" (" if sign.isascii() else "\n")[0] if sign else "a space"
        message = f"An entity name cannot contain {named}: `{shown}`."
        words = [word for word in _SEPARATOR.split(name) if word]
        return Problem(ID, Severity.ERROR, origin, message, _one_each(name, words, is_on_a_line=is_on_a_line))
    near = _near(entity_key(name))
    message = f"Bromcom is not known to have an entity `{name}`."
    way_out = "add it to spec.knownEntities of the Workspace."
    if near is None:
        return Problem(ID, Severity.WARNING, origin, message, f"If the name is right, {way_out}")
    return Problem(ID, Severity.ERROR, origin, message, f"Did you mean `{near}`? If the name is right, {way_out}")


def _other_spelling(origin: Origin, name: str) -> Problem:
    own = entities()[entity_key(name)].name
    message = f"`{name}` is the spelling of a published list. It is treated as `{own}`."
    return Problem(ID, Severity.WARNING, origin, message, f"Write `{own}`, as Bromcom does.")


def _one_each(name: str, words: list[str], *, is_on_a_line: bool) -> str:
    """The hint for a name of several words; `is_on_a_line`: it has a line with a dash, so commas do not separate."""
    if near := entities().get(entity_key("".join(words))):
        return f"Did you mean `{near.name}`?"
    if is_on_a_line:
        return "Write each name on its own line, with - and a space before it."
    if "," in name:
        return f"Remove the quotes, to make separate names: {', '.join(words)}" if len(name) <= _LONGEST else _SEVERAL
    if all(entity_key(word) in entities() for word in words):
        return f"A comma is missing: `{', '.join(words)}`?"
    return _SEVERAL


@cache
def _near(key: str) -> str | None:
    """The known name that is one or two typing mistakes away, the nearest if there are several."""
    most = _MOST_EDITS if len(key) >= _SHORT else 1
    distances = ((edits(key, key_of_entity, most), entity.name) for key_of_entity, entity in entities().items())
    return min(((count, name) for count, name in distances if count is not None), default=(0, None))[1]
