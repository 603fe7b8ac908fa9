"""One mistake gives no advice: what is missing because of it was not left out, and nobody knows what it was to say."""

from __future__ import annotations

import itertools
from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.manifest.key_paths import key_places
from tests.manifest.workspaces import lint_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.manifest.lint import Linted

TODAY = date(2026, 11, 24)
# Nothing in it gives advice, and most of it only because of what is written somewhere else in it.
TEXT = """\
apiVersion: reconciler/v1
kind: Workspace
metadata:
  name: example
spec:
  platforms:
    own:
      readUrl: https://a.example/TPReadOnlyDataService.asmx
      writeUrl: https://a.example/TPWriteDataService.asmx
      allowHttp: false
  account:
    username: "{supplier}"
    password:
      env: "{SUPPLIER}"
  extraEntities: revoke
  limits:
    revoke:
      count: 10
---
apiVersion: reconciler/v1
kind: School
metadata:
  name: greenfield
  labels:
    phase: primary
spec:
  schoolId: 1
  platform: own
  consent:
    lawfulBasis: Public Task
---
apiVersion: reconciler/v1
kind: School
metadata:
  name: riverside
spec:
  schoolId: 2
  platform: own
  consent:
    lawfulBasis: Consent
---
apiVersion: reconciler/v1
kind: Supplier
metadata:
  name: groupcall
spec:
  title: Groupcall Xporter
  purpose: Moves pupil data to what the school has bought
  contact: J. Smith
  contractEnd: 2030-08-31
  schools:
    labels:
      phase: primary
  bundles:
    attendance:
    - Attendances
    pupils:
    - Students
  entities:
  - Students
  - bundle: attendance
  overrides:
  - schools:
    - greenfield
    entities:
      add:
      - bundle: pupils
---
apiVersion: reconciler/v1
kind: Supplier
metadata:
  name: till
spec:
  contact: A. Jones
  reviewBy: 2030-08-31
  account:
    username: canteen
    password:
      keyring:
        service: till
        username: canteen
  writeBack:
    role: Till write-back
    permissions:
    - Dinner Money
    licence: bought
  overrides:
  - schools:
    - riverside
    entities:
      add:
      - OnlinePaymentOrders
---
apiVersion: reconciler/v1
kind: Supplier
metadata:
  name: loans
spec:
  contact: A. Jones
  reviewBy: 2030-08-31
  via: partner-application
  application: Loans
---
apiVersion: reconciler/v1
kind: Attestation
metadata:
  name: old
spec:
  school: greenfield
  by: J. Smith
  date: 2025-11-24
  expires: 2026-11-23
  facts:
    lawfulBasis: Public Task
---
apiVersion: reconciler/v1
kind: Attestation
metadata:
  name: new
spec:
  school: greenfield
  by: J. Smith
  date: 2026-11-01
  expires: 2027-11-23
  facts:
    lawfulBasis: Public Task
---
apiVersion: reconciler/v1
kind: Attestation
metadata:
  name: licence
spec:
  school: greenfield
  supplier: till
  by: J. Smith
  date: 2026-11-01
  expires: 2027-11-23
  facts:
    writeLicence: bought
---
apiVersion: reconciler/v1
kind: Attestation
metadata:
  name: licence-2
spec:
  school: riverside
  supplier: till
  by: J. Smith
  date: 2026-11-01
  expires: 2027-11-23
  facts:
    writeLicence: bought
---
apiVersion: reconciler/v1
kind: Waiver
metadata:
  name: photos
spec:
  schools:
  - greenfield
  supplier: groupcall
  changes:
  - action: revoke
    name: PersonPhotos
  reason: the card printer needs them
  by: J. Smith
  expires: 2027-11-24
"""
FREE = {"own", "phase", "attendance", "pupils"}  # names of somebody's choice
KEYS = [
    pytest.param(place.start, place.key, id=path) for path, place in key_places(TEXT).items() if place.key not in FREE
]
SLIPS: dict[str, Callable[[str], str]] = {
    "a letter too few": lambda key: key[:-1],
    "two letters swapped": lambda key: key[1] + key[0] + key[2:],
    "another word": lambda _: "qqqq",
}


def advice(linted: Linted) -> list[str]:
    """What is advised."""
    return [f"{one.origin} {one.rule}: {one.message}" for one in linted.problems if one.severity.value == "advice"]


def test_there_is_nothing_to_advise_without_a_mistake() -> None:
    """So that all advice below comes of the mistake that was made there."""
    linted = lint_text(TEXT, TODAY)
    assert linted.problems == ()


@pytest.mark.parametrize("slip", SLIPS)
@pytest.mark.parametrize(("start", "key"), KEYS)
def test_a_mistyped_key_gives_no_advice(start: int, key: str, slip: str) -> None:
    """It is a problem, and that is all."""
    linted = lint_text(TEXT[:start] + SLIPS[slip](key) + TEXT[start + len(key) :], TODAY)
    assert linted.loaded.problems
    assert advice(linted) == []


@pytest.mark.parametrize("value", [" [zz: zz]", " {zz: {zz: zz}}", ""])
@pytest.mark.parametrize(("start", "key"), KEYS)
def test_an_unreadable_value_gives_no_advice(start: int, key: str, value: str) -> None:
    """It may say whatever is missing."""
    lines = TEXT[TEXT.rfind("\n", 0, start) + 1 :].splitlines(keepends=True)
    column = start - TEXT.rfind("\n", 0, start) - 1
    below = list(itertools.takewhile(lambda line: belongs(line, column), lines[1:]))
    rest = TEXT[TEXT.rfind("\n", 0, start) + 1 + len("".join([lines[0], *below])) :]
    linted = lint_text(f"{TEXT[: start + len(key)]}:{value}\n{rest}", TODAY)
    assert linted.loaded.problems
    assert advice(linted) == []


@pytest.mark.parametrize(("start", "key"), KEYS)
def test_a_key_that_stands_twice_gives_no_advice(start: int, key: str) -> None:
    """One of the two is lost, and nothing goes by the other."""
    begin = TEXT.rfind("\n", 0, start) + 1
    twice = f"{TEXT[:begin]}{' ' * (start - begin)}{key}: zz\n" if "- " not in TEXT[begin:start] else TEXT[:begin]
    linted = lint_text(f"{twice}{TEXT[begin:]}", TODAY)
    assert advice(linted) == []


def belongs(line: str, column: int) -> bool:
    """Whether a line belongs to the value of a key in that column: it stands deeper, or is an item right below."""
    depth = len(line) - len(line.lstrip(" "))
    return depth > column or (depth == column and line.lstrip(" ").startswith("- "))
