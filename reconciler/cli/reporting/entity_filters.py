"""The options that narrow a report to some entities."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

import click

from reconciler.accountability.register import EntityFilter
from reconciler.catalogue import entities
from reconciler.cli.options.general import together
from reconciler.cli.output.catalogue import SENSITIVITIES
from reconciler.errors import SelectionError
from reconciler.model.entity import Care, entity_key
from reconciler.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from reconciler.model.accountability.least_privilege import EntityDetails

PEOPLE: Final = ("students", "staff", "contacts")
filter_options = together(
    click.option(
        "--category",
        "categories",
        multiple=True,
        metavar="WORD",
        help="Only entities of this category, such as medical, or sensitivity, such as special-category; may be "
        "repeated.",
    ),
    click.option(
        "--people", multiple=True, type=click.Choice(PEOPLE), help="Only entities about these people; may be repeated."
    ),
    click.option(
        "--entity", "entities", multiple=True, metavar="GLOB", help="Only entities with this name; may be repeated."
    ),
)


def entity_filter(categories: Collection[str], people: Collection[str], globs: Collection[str]) -> EntityFilter:
    """Return what tells if the filters let an entity through; raises click.UsageError for a word that is none.

    An entity that the catalogue lacks may be about anything, so only a name hides it.
    """
    words = [*{entity.category for entity in entities().values()}, *SENSITIVITIES]
    for word in categories:
        if word not in words:
            raise click.UsageError(f"There is no category {word}. {did_you_mean(word, words)}")
    keys = [entity_key(glob) for glob in globs]

    def lets(about: EntityDetails) -> bool:
        if keys and not any(fnmatchcase(entity_key(about.name), key) for key in keys):
            return False
        if not about.is_known:
            return True
        # Child protection counts as special category, as the DfE advises.
        sensitivity = "special-category" if about.care is Care.SPECIAL else about.sensitivity
        of_category = not categories or not {about.category, sensitivity}.isdisjoint(categories)
        return of_category and (not people or not set(about.people).isdisjoint(people))

    return EntityFilter("; ".join(" or ".join(group) for group in (categories, people, globs) if group), lets)


def refuse_unknown_entities(globs: Iterable[str], there: Collection[str]) -> None:
    """Raise SelectionError for a name that nothing has: mistyped, it must not read as "nothing can read it".

    `there` are the keys of entities that are agreed or can be read, beside those of the catalogue.
    """
    for glob in globs:
        if not any(fnmatchcase(name, entity_key(glob)) for name in {*there, *entities()}):
            names = [entity.name for entity in entities().values()]
            raise SelectionError(f"No entity is called {glob!r}. {did_you_mean(glob, names)}".rstrip())
