"""Facts as data: the entities that Bromcom's API is known to have, its pages, and the platforms that host it."""

from reconciler.catalogue.entities import Entity, entities
from reconciler.catalogue.pages import pages
from reconciler.catalogue.platforms import platforms

__all__ = ["Entity", "entities", "pages", "platforms"]
