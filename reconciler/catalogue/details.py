"""The details of any entity, also of one that the catalogue lacks."""

from functools import lru_cache

from reconciler.catalogue.entities import CatalogueEntity, entities
from reconciler.model.accountability.least_privilege import EntityDetails
from reconciler.model.entity import Reach, entity_key


def member(name: str) -> CatalogueEntity:
    """Return an entity of a profile; one that the catalogue lacks counts as sensitive, with everybody's records."""
    return entities().get(entity_key(name)) or CatalogueEntity(
        name,
        holds="Not in the catalogue: treat it as sensitive.",
        category="",
        people=(),
        sensitivity="sensitive",
        reason="Its content is unknown",
        reach=Reach.EVERYBODY,
        note="its content is unknown",
    )


@lru_cache(maxsize=16_384)  # the same few hundred names stand in every list
def entity_details(name: str) -> EntityDetails:
    """Return what the catalogue says of an entity, by the name that it has here."""
    entity = member(name)
    is_known = entity_key(name) in entities()
    return EntityDetails(name, entity.holds, entity.category, entity.people, entity.sensitivity, entity.care, is_known)
