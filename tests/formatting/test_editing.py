"""Edits of manifests: they mean what was meant, keep every comment, and touch nothing else."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml
from hypothesis import assume, example, given
from hypothesis import strategies as st

from reconciler.errors import InputError
from reconciler.formatting import NormalForm, edited, normal_form
from reconciler.formatting.edits import (
    AddDocument,
    AddItems,
    ManifestId,
    PutItem,
    RemoveItems,
    RemoveValue,
    SetValue,
    as_read,
)
from reconciler.manifest.text.writing import document_text
from tests.examples import examples
from tests.formatting.test_cases import CASES, NAMES
from tests.formatting.test_laws import ENDS, REMARKS, readable, remarked
from tests.formatting.texts import UNEVEN, after
from tests.manifest.test_fuzz import VALID, mutated

TILL = ManifestId("Supplier", "till")
SPEC = ("spec",)
CONTACT = ("spec", "contact")
SCHOOL = {"apiVersion": "reconciler/v1", "kind": "School", "spec": {"platform": "scomis", "schoolId": 1}}
REMOVED = [
    ("spec", "title"),
    ("spec", "account", "lastName"),
    ("spec", "writeBack"),
    ("spec", "overrides", 0),
    ("spec", "overrides", 1, "writeBack", "role"),
]
ENTITIES = st.sampled_from(
    ["Students", "students", "Staff", "Attendances", "PersonPhotos", "Rockets", "a, b", "12345", "yes", "x: y", "é # 1"]
)
NAMES_OF_SCHOOLS = st.sampled_from(
    ["greenfield", "riverside", "oakwood", "st-marys", "hill-top", "north", "12", "no", "elm"]
)
TEXTS = ENTITIES | NAMES_OF_SCHOOLS | st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=9)
OVERRIDES = st.fixed_dictionaries(
    {"schools": st.lists(NAMES_OF_SCHOOLS, min_size=1, unique=True)},
    optional={
        "entities": st.fixed_dictionaries({}, optional={"add": st.lists(ENTITIES), "remove": st.lists(ENTITIES)}),
        "account": st.fixed_dictionaries({"username": TEXTS, "password": st.fixed_dictionaries({"env": TEXTS})}),
        "writeBack": st.fixed_dictionaries({"role": TEXTS, "permissions": st.lists(TEXTS)}),
    },
)
EDITS = st.lists(
    st.one_of(
        st.builds(AddItems, st.just(TILL), st.just(("spec", "entities")), st.lists(ENTITIES, max_size=30)),
        st.builds(RemoveItems, st.just(TILL), st.just(("spec", "entities")), st.lists(ENTITIES, max_size=3)),
        st.builds(AddItems, st.just(TILL), st.just(("spec", "bundles", "x")), st.lists(ENTITIES, max_size=3)),
        st.builds(PutItem, st.just(TILL), st.just(("spec", "overrides")), st.just("schools"), OVERRIDES),
        st.builds(SetValue, st.just(TILL), st.sampled_from([("spec", "title"), ("spec", "purpose"), CONTACT]), TEXTS),
        st.builds(SetValue, st.just(TILL), st.just(("spec", "schools")), st.lists(NAMES_OF_SCHOOLS)),
        st.builds(SetValue, st.just(ManifestId("School", "greenfield")), st.just(("spec", "schoolId")), st.integers(1)),
        st.builds(RemoveValue, st.just(TILL), st.sampled_from(REMOVED)),
        st.builds(lambda name: AddDocument({**SCHOOL, "metadata": {"name": name}}), TEXTS),
    ),
    min_size=1,
    max_size=4,
)  # fmt: skip


def plain(text: str) -> list[Any]:
    """The documents of a text as another reader has them: every scalar is a text."""
    documents = yaml.load_all(text, yaml.CBaseLoader)
    return [document for document in documents if document not in (None, "")]


def expected(documents: list[Any], edits: list[Any]) -> list[Any]:
    """Documents after edits, made in the simplest way."""
    new: list[Any] = json.loads(json.dumps(documents))  # without parts that aliases share
    for edit in edits:
        if isinstance(edit, AddDocument):
            new.append(as_read(edit.manifest))
            continue
        holder = next(each for each in new if (each["kind"], each["metadata"]["name"]) == edit.manifest)
        for step in edit.path[:-1]:
            holder = holder[step]
        last = edit.path[-1]
        match edit:
            case SetValue(value=value):
                holder[last] = as_read(value)
            case RemoveValue():
                holder.pop(last) if isinstance(last, int) else holder.pop(last, None)
            case AddItems(items=items):
                for item in items:
                    if item.casefold() not in [str(each).casefold() for each in holder[last]]:
                        holder[last].append(item)
            case RemoveItems(items=items):
                folded = [each.casefold() for each in items]
                holder[last] = [each for each in holder[last] if str(each).casefold() not in folded]
            case PutItem(key=key, item=item):
                same = [place for place, each in enumerate(holder[last]) if each[key] == item[key]]
                place = same[0] if same else len(holder[last])
                holder[last][place : place + 1] = [as_read(item)]
    return new


@examples(0.5)
@given(REMARKS, ENDS, EDITS, st.sampled_from(["\n", "\r\n"]))
@example([], "\n", [RemoveValue(TILL, ("spec", "overrides", 0))], "\n")
@example([], "", [AddItems(TILL, ("spec", "entities"), ["Staff"])], "\r\n")
def test_an_edit_means_what_was_meant_and_keeps_every_comment(
    remarks: list[tuple[int, str, int]], end: str, edits: list[Any], newline: str
) -> None:
    """With comments anywhere; or it is refused, with the file and a line of it."""
    text = readable(remarked(remarks, end)).replace("\n", newline)
    try:
        meant = expected(plain(text), edits)
    except (KeyError, IndexError):
        meant = []
    try:
        new = edited("a.yaml", text, edits)
    except InputError as refused:
        place = re.match(r"a\.yaml:(\d+) cannot be changed automatically: ", str(refused))
        assert place is not None
        assert 1 <= int(place[1]) <= len(text.splitlines())
        return
    if meant:
        assert plain(new) == meant
    assert new.count("\n") == new.count(newline)
    for number, _ in enumerate(remarks):
        assert new.count(f"# remark {number}.") == text.count(f"# remark {number}.")


@given(REMARKS, ENDS, st.lists(ENTITIES, min_size=1, unique=True), OVERRIDES, TEXTS)
def test_what_is_added_and_taken_away_again_leaves_no_trace(
    remarks: list[tuple[int, str, int]], end: str, names: list[str], override: dict[str, Any], text: str
) -> None:
    """Every byte that an addition does not add is as it was."""
    before = readable(remarked(remarks, end))
    assume(override["schools"] not in (["greenfield"], ["riverside"]))
    added = [name for name in names if name.casefold() != "students"]
    for add, remove in (
        (AddItems(TILL, ("spec", "entities"), added), RemoveItems(TILL, ("spec", "entities"), added)),
        (PutItem(TILL, ("spec", "overrides"), "schools", override), RemoveValue(TILL, ("spec", "overrides", 2))),
        (SetValue(TILL, ("spec", "contact"), text), RemoveValue(TILL, ("spec", "contact"))),
    ):
        new = edited("a.yaml", before, [add])
        assert edited("a.yaml", new, [remove]) == before
        kept = [line for line in new.splitlines() if line in before.splitlines()]
        assert len(kept) >= len(before.splitlines()) - 1  # a line with brackets changes


@given(mutated(), mutated(), st.sampled_from([None, False, True]), st.sampled_from([2, 3, 4]))
def test_any_manifest_becomes_any_other_one(
    before: tuple[str, Any], wanted: tuple[str, Any], style: bool | None, indent: int
) -> None:
    """Without comments and anchors nothing is refused, in blocks or in brackets, in any indentation."""
    (kind, old), (_, new) = before, wanted
    old["kind"], old["metadata"] = VALID_KIND[kind], {"name": "a"}
    assume(isinstance(new.get("spec"), dict))
    text = document_text(old)
    if style is not None:
        text = yaml.dump(as_plain(old), default_flow_style=style, indent=indent, width=60, sort_keys=False)
    result = edited("a.yaml", text, [SetValue(ManifestId(old["kind"], "a"), SPEC, new["spec"])])
    assert plain(result) == plain(document_text({**old, "spec": new["spec"]}))


VALID_KIND = {kind: manifest["kind"] for kind, manifest in VALID}


def as_plain(value: Any) -> Any:
    """A copy of data in which nothing is shared, so that it is written without anchors."""
    return json.loads(json.dumps(value))


@examples(0.4)
@given(EDITS)
def test_manifests_in_normal_form_stay_in_it(edits: list[Any]) -> None:
    """What edits write is what `fmt` would write."""
    before = after(UNEVEN.replace("&north ", "").replace("*north", "[oakwood]"))  # anchors may forbid its order
    try:
        new = edited("a.yaml", before, edits)
    except InputError:
        return
    done = normal_form("a.yaml", new.encode())
    assert isinstance(done, NormalForm)
    assert done.content.casefold() == new.casefold()  # `fmt` spells entities as the service does


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("file", ["before.yaml", "after.yaml"])
def test_the_cases_of_the_normal_form_keep_every_byte(name: str, file: str) -> None:
    """A key is added to every Supplier, and taken away again."""
    text = (CASES / name / file).read_text(encoding="utf-8")
    suppliers = [ManifestId("Supplier", found) for found in re.findall(r"Supplier\n.*name: ([\w-]+)", text)]
    new = edited(file, text, [SetValue(each, CONTACT, "J. Smith") for each in suppliers])
    assert new.count("contact: J. Smith") == len(suppliers)
    assert edited(file, new, [RemoveValue(each, CONTACT) for each in suppliers]) == text


@pytest.mark.parametrize(
    ("text", "edit", "reason"),
    [
        (
            "- Students # for the till",
            RemoveItems(TILL, ("spec", "entities"), ["Students"]),
            "a.yaml:5 .* would be lost",
        ),
        ("[a, b", AddItems(TILL, ("spec", "entities"), ["Staff"]), "not valid YAML: run `reconciler validate`"),
        ("Students", AddItems(TILL, ("spec", "entities"), ["Staff"]), "a.yaml:5 .*spec.entities leads to something"),
        (
            "# reconciler: allow person-photos until 2027-01-01: x\n    - PersonPhotos\n    - Staff",
            RemoveItems(TILL, ("spec", "entities"), ["PersonPhotos"]),
            "a.yaml:6 .* would allow something else",
        ),
        ("&a [Staff]\n  bundles: {x: *a}", AddItems(TILL, ("spec", "entities"), ["Students"]), "mean something else"),
        ("[<<]\n  <<: {title: x}", RemoveValue(TILL, ("spec", "title")), "title comes from `<<`"),
    ],
)
def test_an_edit_that_would_touch_something_else_is_refused(text: str, edit: Any, reason: str) -> None:
    """The message says the place and what to do."""
    manifest = f"kind: Supplier\nmetadata: {{name: till}}\nspec:\n  entities:\n    {text}\n"
    with pytest.raises(InputError, match=reason) as refused:
        edited("a.yaml", manifest, [edit])
    assert "by hand, then run the command again" in str(refused.value)
