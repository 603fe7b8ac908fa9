"""`reconciler catalogue`: look up the entities of Bromcom's API, and what suppliers ask for."""

import sys
from collections.abc import Mapping
from pathlib import Path

import click

from reconciler.catalogue import CatalogueEntity, Profile, entities
from reconciler.catalogue.details import member
from reconciler.catalogue.profiles import profile_versions
from reconciler.cli.console import columns_of, tell
from reconciler.cli.exit_codes import Exit
from reconciler.cli.help import Verb, VerbGroup
from reconciler.cli.options.general import together, workspace_option
from reconciler.cli.output.catalogue import SENSITIVITIES, entity_lines, listed, profile_lines, rendered
from reconciler.errors import InputError
from reconciler.manifest.workspace.profiles import AT, own_profile
from reconciler.manifest.workspace.reading import read_folder
from reconciler.model.entity import entity_key
from reconciler.report.escape import json_text
from reconciler.report.labels import plural
from reconciler.report.tables import render_table
from reconciler.spelling import did_you_mean, nearest
from reconciler.spreadsheets import csv_text

_options = together(
    click.option("--format", "form", type=click.Choice(["text", "json", "csv"]), default="text", show_default=True),
    workspace_option,
)


@click.group(
    cls=VerbGroup,
    examples={
        "What can a supplier read about health?": "catalogue search medical",
        "What is in one entity?": "catalogue show Students",
        "The list of a supplier, for a spreadsheet": "catalogue show groupcall-xporter --format csv > list.csv",
    },
)
def command() -> None:
    """Look up the entities of Bromcom's API, and what suppliers ask for.

    Bromcom adds names over time: an entity that is not here may exist, and counts as sensitive. The answers say whose
    judgement they are, and from which sources. Works offline; a workspace's own Profiles are found too.
    """


@command.command(
    "list", cls=Verb, examples={"The entities that need most care": "catalogue list --sensitivity special-category"}
)
@click.option("--profiles", "only_profiles", is_flag=True, help="The lists of suppliers, and your own.")
@click.option("--sensitivity", multiple=True, type=click.Choice(SENSITIVITIES), help="Only these; may be repeated.")
@click.option("--category", metavar="WORD", help="Only entities of this category, such as medical.")
@_options
def list_all(
    form: str, workspace: Path, category: str | None, sensitivity: tuple[str, ...], *, only_profiles: bool
) -> None:
    """List every known entity, or the profiles of suppliers."""
    found: list[CatalogueEntity | Profile] = list(_profiles(workspace).values()) if only_profiles else [*_entities()]
    if category or sensitivity:
        if only_profiles:
            raise click.UsageError("--profiles goes with neither --category nor --sensitivity.")
        categories = {entity.category for entity in _entities()}
        if category and category not in categories:
            raise click.UsageError(f"There is no category {category}. {did_you_mean(category, categories)}")
        found = [entity for entity in _entities() if _is_one(entity, category, sensitivity)]
    tell(rendered(form, found, _room()))


def _is_one(entity: CatalogueEntity, category: str | None, sensitivity: tuple[str, ...]) -> bool:
    return category in {None, entity.category} and (not sensitivity or entity.sensitivity in sensitivity)


@command.command(cls=Verb, examples={"What one supplier asks for": "catalogue show groupcall-xporter"})
@click.argument("name")
@_options
def show(name: str, form: str, workspace: Path) -> None:
    """Show the entity or profile NAME; NAME@DATE is one version of a profile."""
    found = entities().get(entity_key(name)) or _profile(name, workspace)
    if form != "text":
        things = [found] if isinstance(found, CatalogueEntity) or form == "json" else [*map(member, found.entities)]
        tell(rendered(form, things, None))
        return
    if isinstance(found, CatalogueEntity):
        lines = entity_lines(found, _profiles(workspace).values())
        tell(render_table((found.name, ""), lines, _room()))
        return
    tell(render_table((found.name, ""), profile_lines(found), _room()))
    if found.entities:
        tell("\n" + rendered("text", [*map(member, found.entities)], _room()))


@command.command(cls=Verb, examples={"Everything about pay": "catalogue search pay"})
@click.argument("word")
@_options
def search(word: str, form: str, workspace: Path) -> int:
    """Find entities and profiles by a WORD in anything that is known of them."""
    everything: list[CatalogueEntity | Profile] = [*_entities(), *_profiles(workspace).values()]
    found = [thing for thing in everything if _has(thing, word.casefold())]
    if not found and form == "text":
        near = nearest(word, (thing.name for thing in everything))
        hint = f"Did you mean `{near}`?" if near else "List everything: `reconciler catalogue list`"
        raise InputError(f"Nothing in the catalogue has the word `{word}`. {hint}")
    tell(rendered(form, found, _room()))
    return Exit.OK


def _has(thing: CatalogueEntity | Profile, word: str) -> bool:
    if isinstance(thing, Profile):
        return any(word in text.casefold() for text in (thing.name, thing.title, thing.note))
    spellings = (spelling.name for spelling in thing.spellings)
    texts = (thing.name, thing.holds, thing.category, thing.sensitivity, thing.reason, *thing.people, *spellings)
    return any(word in text.casefold() for text in texts)


@command.command(
    cls=Verb,
    examples={"What does one list ask for that another does not?": "catalogue diff timetable-view groupcall-xporter"},
)
@click.argument("before")
@click.argument("after")
@_options
def diff(before: str, after: str, form: str, workspace: Path) -> int:
    """Show what profile AFTER asks for more, and less, than profile BEFORE. Exits with 2 if they differ.

    A list that is not whole may have an entity all the same: such rows say "perhaps".
    """
    profiles = [_profile(name, workspace) for name in (before, after)]
    old, new = ({entity_key(name): member(name) for name in profile.entities} for profile in profiles)
    changes = {"more": _only_in(new, old), "less": _only_in(old, new)}
    if form == "json":
        data = {change: listed(found)["entities"] for change, found in changes.items()}
        whole = {f"{side}Complete": each.complete for side, each in zip(("before", "after"), profiles, strict=True)}
        tell(json_text({"formatVersion": 1, "before": before, "after": after, **whole, **data}))
    else:
        is_sure = {"more": profiles[0].complete, "less": profiles[1].complete}
        rows = [
            (change if is_sure[change] else f"perhaps {change}", entity.name, entity.sensitivity, entity.holds)
            for change, found in changes.items()
            for entity in found
        ]
        columns = ("change", "name", "sensitivity", "about")
        tell(csv_text([columns, *rows]) if form == "csv" else render_table(columns, rows, _room()) if rows else "")
    if form == "text":
        kept = plural(len(old.keys() & new.keys()), "entity", "entities")
        tell(f"{len(changes['more'])} more, {len(changes['less'])} less, {kept} in both.\n")
        tell("".join(f"{profile.name} is not the whole list.\n" for profile in profiles if not profile.complete))
    return Exit.DIFFERENCES if any(changes.values()) else Exit.OK


def _only_in(these: Mapping[str, CatalogueEntity], those: Mapping[str, CatalogueEntity]) -> list[CatalogueEntity]:
    """The entities that one list alone has, the most sensitive first."""
    only = (entity for key, entity in these.items() if key not in those)
    return sorted(only, key=lambda entity: (entity.care, entity.reach, entity.name))


def _entities() -> list[CatalogueEntity]:
    return sorted(entities().values(), key=lambda entity: entity.name.casefold())


def _profiles(workspace: Path) -> dict[str, Profile]:
    """{name: profile}: the newest versions of those that are built in, then the workspace's own."""
    built_in = {name: versions[-1] for name, versions in profile_versions().items()}
    has_manifests = any((workspace / name).is_file() for name in ("reconciler.yaml", "reconciler.yml"))
    own = read_folder(workspace, {}).manifests.profiles if has_manifests else ()
    return {**{manifest.name: own_profile(manifest) for manifest in own}, **built_in}


def _profile(wanted: str, workspace: Path) -> Profile:
    name, _, day = wanted.partition(AT)
    known = _profiles(workspace)
    if name not in known:
        hint = did_you_mean(name, [*known, *(entity.name for entity in _entities())])
        raise InputError(f"The catalogue has no entity or profile `{name}`. {hint}")
    versions = profile_versions().get(name, (known[name],))
    for profile in versions:
        if day == profile.date:
            return profile
    if day:
        dates = ", ".join(f"{name}{AT}{profile.date}" for profile in versions)
        raise InputError(f"The profile `{name}` has no version of {day}. There is: {dates}")
    return known[name]


def _room() -> int | None:
    return columns_of(sys.stdout)
