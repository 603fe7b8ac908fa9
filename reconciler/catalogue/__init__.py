"""Facts as data: the entities that Bromcom's API is known to have, its pages, and the platforms that host it."""

from reconciler.catalogue.entities import CatalogueEntity, entities
from reconciler.catalogue.platforms import platforms
from reconciler.catalogue.profiles import Profile, profiles

__all__ = ["CatalogueEntity", "Profile", "entities", "platforms", "profiles"]
