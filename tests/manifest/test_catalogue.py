"""The facts that ship with the package."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from reconciler.catalogue import entities, platforms, profiles
from reconciler.model.entity import Care, Reach, entity_key
from tests.planning.worlds import GROUPCALL, access, desired_of, granted, live_of, planned

if TYPE_CHECKING:
    from pathlib import Path


def test_entities_are_found_by_their_key() -> None:
    """The catalogue is keyed as names compare, sorted, and says of every sensitive entity why."""
    assert len(entities()) == 123
    assert list(entities()) == sorted(entity_key(entity.name) for entity in entities().values())
    assert {key for key, entity in entities().items() if entity.sensitive and not entity.note} == set()
    assert entities()["personphotos"].sensitive
    assert entities()["gypsytravellerstudents"].sensitive
    assert entities()["staffflatview"].sensitive
    assert not entities()["subjects"].sensitive
    assert {entity.care is Care.NONE for entity in entities().values() if entity.reach is Reach.NOBODY} == {True}


def test_a_published_spelling_is_the_service_s_own_entity() -> None:
    """Declared as a list has it and granted as the service says, or the other way round, nothing differs."""
    for declared, live in (("MealType", "MealTypes"), ("MealTypes", "MEALTYPE")):
        plan = planned(desired_of(access([declared])), live_of({GROUPCALL: granted(live)}))
        assert not plan.summary.changes
        assert plan.summary.in_sync == 1


def test_platforms_are_reached_over_https() -> None:
    """No built-in platform needs `allowHttp`."""
    assert list(platforms()) == ["bromcom-cloud", "bromcom-cloud-cy", "scomis"]
    for platform in platforms().values():
        assert platform.read_url.startswith("https://")
        assert platform.read_url.endswith("/TPReadOnlyDataService.asmx")
        assert platform.write_url.endswith("/TPWriteDataService.asmx")


def test_the_catalogue_has_what_a_real_account_was_granted(shared: Path) -> None:
    """Every name of the captured answer is known, and they are Groupcall's profile."""
    answer = shared / "reference" / "findEntitiesBySchoolID.response.xml"
    names = re.findall("<EntityName>(.*?)<", answer.read_text(encoding="utf-8"))
    assert len(names) == 75
    assert [name for name in names if entity_key(name) not in entities()] == []
    assert list(profiles()["groupcall-xporter"].entities) == names
