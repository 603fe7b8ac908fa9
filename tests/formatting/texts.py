"""Manifests for the tests of this folder, and what is left of them when places and spelling are taken away."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

from reconciler.formatting import NormalForm, normal_form
from reconciler.manifest.load import load_files
from reconciler.model.problem import Origin
from tests.manifest.test_fuzz import ALL
from tests.planning.worlds import TODAY

HEAD = """\
apiVersion: reconciler/v1
kind: Supplier
metadata: {name: groupcall}
spec:
"""
# One of each kind, block and brackets, in the wrong order and unevenly indented.
UNEVEN = f"""\
# yaml-language-server: $schema=manifest.schema.json
{ALL}---
kind: Supplier
apiVersion: reconciler/v1
spec:
    overrides:
    -   entities: {{remove: ["staff"], add: [ 'Students',
            attendances ]}}
        schools:
        - greenfield
    -
        schools: &north [riverside,]
        writeBack:
            permissions: []
            role: 'Till'
    schools: *north
    entities:
    - 'students'
    - bundle: x
    bundles: {{x: [staff, "Locations"]}}
    purpose: |
        Two lines,
          of text
    title: >-
        One

    account:
        password:
            env: "TILL_PASSWORD"
        username: till
        lastName: "O'Neill"
metadata:
    name: till
"""


def after(text: str) -> str:
    """The normal form of a text that has one; it is then its own."""
    done = normal_form("reconciler.yaml", text.encode())
    assert isinstance(done, NormalForm), done
    again = normal_form("reconciler.yaml", done.content.encode())
    assert isinstance(again, NormalForm)
    assert again.content == done.content
    assert not again.is_changed
    return done.content


def meaning(text: str) -> tuple[Any, list[tuple[str, str]]]:
    """What a workspace of this one file says, and what is wrong with it: without places, and in small letters."""
    loaded = load_files({"reconciler.yaml": text.encode()}, "workspace", TODAY)
    problems = sorted((problem.rule, _without_places(problem.message)) for problem in loaded.problems)
    return _bare(loaded.desired), problems


def _without_places(message: str) -> str:
    return "".join(character for character in message.casefold() if not character.isdigit())


def _bare(value: Any) -> Any:
    if isinstance(value, Origin):
        return None
    if isinstance(value, str):
        return value.casefold()
    if is_dataclass(value):
        return [type(value).__name__, *(_bare(getattr(value, field.name)) for field in fields(value))]
    if hasattr(value, "items"):
        return [(_bare(key), _bare(part)) for key, part in value.items()]
    return [_bare(part) for part in value] if isinstance(value, (tuple, list)) else value
