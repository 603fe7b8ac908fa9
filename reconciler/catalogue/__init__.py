"""Facts as data: the entities that Bromcom's API is known to have, and the platforms that host it."""

from reconciler.catalogue.entities import Entity, entities
from reconciler.catalogue.platforms import platforms

__all__ = ["Entity", "entities", "platforms"]
