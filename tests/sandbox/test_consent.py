"""Whose records an account may read: the lawful basis, and consent person by person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from reconciler.errors import InputError
from reconciler.sandbox.state.people import PersonKind
from tests.sandbox.wire import CONSENT_READER, READER, call

if TYPE_CHECKING:
    from reconciler.sandbox.server import SandboxServer

GET = "getEntityDataBySchoolID"


def count(sandbox: SandboxServer, login: dict[str, Any], entity: str) -> int:
    """How many rows an account sees."""
    return len(call(sandbox, GET, **login, entityName=entity).rows(GET))


def test_any_basis_but_consent_shows_everybody(sandbox: SandboxServer) -> None:
    """Whatever single people have said."""
    assert [count(sandbox, READER, entity) for entity in ("Students", "Staff", "StudentContacts")] == [4, 2, 3]


def test_consent_shows_only_those_who_gave_it(sandbox: SandboxServer) -> None:
    """The others are missing, and nothing says so."""
    numbers = [count(sandbox, CONSENT_READER, entity) for entity in ("Students", "Staff", "StudentContacts", "People")]
    assert numbers == [1, 2, 0, 3]


def test_consent_given_and_withdrawn_shows_at_once(sandbox: SandboxServer) -> None:
    """One record at a time; it holds for every third party."""
    canary = {**CONSENT_READER, "entityName": "Students", "entityFilter": "StudentID = 3"}
    assert call(sandbox, GET, **canary).rows(GET) == []
    sandbox.set_consent(10002, PersonKind.STUDENT, 3, granted=True)
    assert len(call(sandbox, GET, **canary).rows(GET)) == 1
    sandbox.set_consent(10002, PersonKind.STUDENT, 3, granted=False)
    assert call(sandbox, GET, **canary).rows(GET) == []


def test_the_lawful_basis_can_be_changed(sandbox: SandboxServer) -> None:
    """With Consent, a school that never asked anybody shows nobody."""
    sandbox.set_lawful_basis(10001, "Consent")
    assert count(sandbox, READER, "Staff") == 0
    sandbox.set_lawful_basis(10001, "Vital Interests")
    assert count(sandbox, READER, "Staff") == 2


def test_what_is_no_basis_or_nobodys_record_is_refused(sandbox: SandboxServer) -> None:
    """With a message that says what there is."""
    with pytest.raises(InputError, match="Legitimate Interest"):
        sandbox.set_lawful_basis(10001, "Because")
    with pytest.raises(InputError, match="no record 99 among its staff"):
        sandbox.set_consent(10001, PersonKind.STAFF, 99, granted=True)


def test_nobody_could_take_these_people_for_real(sandbox: SandboxServer) -> None:
    """Names say that they are for practice, addresses are of a domain that cannot exist, and there is no UPN."""
    people = call(sandbox, GET, **READER, entityName="People").rows(GET)
    assert len(people) == 9
    assert all(person["LastName"].startswith("Practice") for person in people)
    assert all(person["Email"].endswith("@example.invalid") for person in people)
    assert len({person["PersonID"] for person in people}) == 9
    assert all("UPN" not in student for student in call(sandbox, GET, **READER, entityName="Students").rows(GET))
