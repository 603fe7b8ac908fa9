"""The layers of a value: what an explanation says of them is what resolution does with them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.explaining.place import explain_place
from reconciler.manifest.resolving.provenance import (
    ENTITIES,
    KEYS_OF_ACCESS,
    KEYS_OF_SCHOOL,
    NOT_DECLARED,
    entities_with_layers,
    grouped,
    values_of_access,
    values_of_school,
)
from reconciler.manifest.schema.check import schema_file
from reconciler.model.aspect import Aspect
from reconciler.model.desired import Access, Account, AgreementTerms
from reconciler.model.explanation import ExplainedRow
from reconciler.report.explanation import render_explanations_json, render_explanations_text
from reconciler.workflow import not_asked
from tests.conftest import REPOSITORY
from tests.explaining.written import explained

NAMES = (
    "Addresses",
    "Attendances",
    "Classes",
    "Emails",
    "Locations",
    "PersonPhotos",
    "Staff",
    "Students",
    "Telephones",
)
SCHOOLS = ("greenfield", "riverside")
USERNAMES = st.sampled_from(["gc.{school}", "{supplier}.{schoolId}", "fixed", "{SUPPLIER}-{SCHOOL}"])
PASSWORDS = st.sampled_from(
    [
        {"env": "{SUPPLIER}_{SCHOOL}"},
        {"file": "secrets/{school}"},
        {"keyring": {"service": "r", "username": "{school}"}},
    ]
)
EXTRA = st.sampled_from(["revoke", "report", "ignore"])
WRITING = st.one_of(
    st.just("none"),
    st.fixed_dictionaries(
        {"role": st.sampled_from(["Till", "{supplier} role"])},
        optional={
            "permissions": st.lists(st.sampled_from(NAMES), unique=True),
            "licence": st.sampled_from(["bought", "missing"]),
        },
    ),
)
CONSENT = st.fixed_dictionaries(
    {"needs": st.lists(st.sampled_from(["students", "staff", "contacts"]), min_size=1, unique=True)}
)
PROCESSED = st.fixed_dictionaries(
    {"role": st.sampled_from(["processor", "controller"])},
    optional={"basis": st.just("Legal Obligation"), "retention": st.sampled_from(NAMES), "dpia": st.just("2026-09-01")},
)
ITEMS = st.lists(st.one_of(st.sampled_from(NAMES), st.just({"bundle": "cards"})), min_size=1, max_size=6)


def account(**more: Any) -> st.SearchStrategy[dict[str, Any]]:
    """An account of which nearly anything may be missing."""
    return st.fixed_dictionaries({}, optional={"username": USERNAMES, "password": PASSWORDS, **more}).filter(bool)


def override(number: int) -> st.SearchStrategy[dict[str, Any]]:
    """An override for one school."""
    return st.fixed_dictionaries(
        {"schools": st.just([SCHOOLS[number]])},
        optional={
            "account": account(),
            "extraEntities": EXTRA,
            "writeBack": WRITING,
            "consent": CONSENT,
            "entities": st.fixed_dictionaries({}, optional={"add": ITEMS, "remove": ITEMS}).filter(bool),
        },
    )


WORKSPACES = st.fixed_dictionaries(
    {"account": st.fixed_dictionaries({"username": USERNAMES}, optional={"password": PASSWORDS})},
    optional={"extraEntities": EXTRA},
)
SUPPLIERS = st.fixed_dictionaries(
    {"bundles": st.fixed_dictionaries({"cards": st.lists(st.sampled_from(NAMES), min_size=1, unique=True)})},
    optional={
        "title": st.just("A supplier"),
        "processing": PROCESSED,
        "downstream": st.lists(st.fixed_dictionaries({"name": st.sampled_from(NAMES)}), min_size=1, max_size=3),
        "account": account(firstName=st.just("A"), lastName=st.just("B")),
        "entities": ITEMS,
        "writeBack": WRITING,
        "consent": CONSENT,
        "extraEntities": EXTRA,
        "schools": st.just(list(SCHOOLS)),
        "overrides": st.tuples(override(0), override(1)).map(list),
    },
)


@given(WORKSPACES, SUPPLIERS)
def test_the_last_layer_of_each_value_is_the_resolved_one(workspace: dict[str, Any], supplier: dict[str, Any]) -> None:
    """Values and places, at every school, whatever layers say them."""
    world = explained(workspace, supplier)
    if world is None:  # a rule refuses it
        return
    for placement in world.manifests.placements:
        rows = {row.name: row for row in values_of_access(world.manifests, placement)}
        (access,) = (one for at, one in world.desired.accesses.items() if at.school == placement.school.name)
        assert_account(access, rows)
        assert_agreement(world.desired.terms["groupcall"], rows)
        assert_choices(access, rows)
        mentioned = entities_with_layers(placement.supplier, placement.overrides)
        declared = {key: row for key, row in mentioned.items() if row.values != NOT_DECLARED}
        assert {key: row.name for key, row in declared.items()} == {k: n.value for k, n in access.entities.items()}
        for key, name in access.entities.items():
            assert name.origin in [word.origin for word in declared[key].layers]
        assert not mentioned or set(grouped(mentioned).values) == (
            {n.value for n in access.entities.values()} or {"none"}
        )


@given(WORKSPACES, SUPPLIERS)
def test_whatever_is_declared_is_told_without_asking(workspace: dict[str, Any], supplier: dict[str, Any]) -> None:
    """Of the access and of each name in it, as text of any width and as JSON; nothing that was not asked is in sync."""
    world = explained(workspace, supplier)
    if world is None:
        return
    for address, access in world.desired.accesses.items():
        whole = explain_place(world, address, "", not_asked)
        keys = [row.name for part in whole.parts if part.id == "values" for row in part.rows]
        names = [*keys, *(name.value for name in access.entities.values())]
        told = [whole, *(explain_place(world, address, name, not_asked) for name in names)]
        assert "As agreed." not in told[0].text
        assert all(part.rows for one in told for part in one.parts)
        for columns in (None, 80, 40):
            assert "\n\n\n" not in render_explanations_text(told, columns=columns)
        assert [one["subject"] for one in json.loads(render_explanations_json(told))] == [one.subject for one in told]


def assert_account(access: Access, rows: dict[str, ExplainedRow]) -> None:
    """The username and the password's reference are those of the last layer, filled in."""
    assert isinstance(access.via, Account)
    assert rows["account.username"].values == (access.via.username.value,)
    assert rows["account.username"].layers[-1].origin == access.via.username.origin
    if access.via.password is None:
        assert "account.password" not in rows
    else:
        assert rows["account.password"].values == (str(access.via.password.ref),)
        assert rows["account.password"].layers[-1].origin == access.via.password.origin
    assert rows["title"].values == (access.title,)
    assert rows["extraEntities"].values == (access.extra_entities.value,)


def assert_agreement(terms: AgreementTerms, rows: dict[str, ExplainedRow]) -> None:
    """The keys of `processing` and the products behind a supplier."""
    said = {key: (row.values[0], row.layers[-1].origin) for key, row in rows.items() if key.startswith("processing.")}
    assert said == {f"processing.{key}": (each.value, each.origin) for key, each in terms.processing.items()}
    products = rows["downstream"].values if "downstream" in rows else ()
    assert products == tuple(product.name.value for product in terms.downstream)


def assert_choices(access: Access, rows: dict[str, ExplainedRow]) -> None:
    """Roles, permissions and the choices of the table of facts."""
    role = rows.get("writeBack.role")
    if access.role:
        assert role
        assert (role.values, role.layers[-1].origin) == ((access.role.value,), access.role.origin)
    else:
        assert role is None or role.values == ("none",)
    for key, aspect in (("writeBack.licence", Aspect.WRITE_LICENCE), ("consent.needs", Aspect.CONSENT)):
        declared = access.declared.get(aspect, ())
        row = rows.get(key)
        said = set(row.values) - {"none"} if row else set()
        assert said == {value.value for value in declared}
    permissions = rows.get("writeBack.permissions")
    said = set(permissions.values) - {"none"} if permissions else set()
    assert said == {value.value for value in access.permissions.values()}


def test_entities_come_through_bundles_and_overrides() -> None:
    """Each name says which list has it; what is removed is told too."""
    spec = {
        "account": {"username": "x"},
        "bundles": {"cards": ["Students", "Staff"]},
        ENTITIES: ["Emails", {"bundle": "cards"}],
        "overrides": [{"schools": ["greenfield"], ENTITIES: {"add": ["PersonPhotos"], "remove": ["Staff"]}}],
    }
    world = explained({}, spec)
    assert world
    placement = next(one for one in world.manifests.placements if one.school.name == "greenfield")
    rows = entities_with_layers(placement.supplier, placement.overrides)
    layers = {row.name: (row.values[0], [word.layer for word in row.layers]) for row in rows.values()}
    assert layers == {
        "Emails": ("declared", ["supplier, lists"]),
        "PersonPhotos": ("declared", ["override 1, adds"]),
        "Staff": ("not declared", ["supplier, bundle cards, lists", "override 1, removes"]),
        "Students": ("declared", ["supplier, bundle cards, lists"]),
    }


def test_a_school_says_whose_register_it_stands_in() -> None:
    """What the Workspace says of itself is told at every school, with the place of it."""
    world = explained(
        {"register": {"controller": "Example Trust", "icoNumber": "ZA123456"}}, {"account": {"username": "x"}}
    )
    assert world
    rows = {row.name: row for row in values_of_school(world.manifests, world.school("riverside"))}
    said = world.desired.register
    assert {name: (row.values, row.layers[-1].layer) for name, row in rows.items() if name.startswith("register.")} == {
        "register.controller": (("Example Trust",), "workspace"),
        "register.icoNumber": (("ZA123456",), "workspace"),
    }
    assert rows["register.controller"].layers[-1].origin == said["controller"].origin


@pytest.mark.parametrize(("kind", "explained_keys"), [("supplier", KEYS_OF_ACCESS), ("school", KEYS_OF_SCHOOL)])
def test_every_key_of_a_manifest_is_explained(kind: str, explained_keys: tuple[tuple[str, ...], ...]) -> None:
    """A key that the schema gets is told by `explain`, or is one of those that have a row of their own."""
    schema = json.loads((REPOSITORY / "schemas" / schema_file(kind)).read_text(encoding="utf-8"))
    properties: dict[str, Any] = schema["properties"]["spec"]["properties"]
    own_rows = {"schools", "overrides", "bundles", "entities", "platform"}
    assert properties.keys() - own_rows <= {keys[0] for keys in explained_keys}
