"""What a change of the manifests leaves behind in Bromcom."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from reconciler.model.address import Address
from reconciler.model.desired import PartnerApplication
from reconciler.model.plan import GoneAccount
from reconciler.model.review import LiveStatus, ManifestField
from reconciler.planning.accounts import accounts_of
from reconciler.planning.orphans import orphans, with_gone
from reconciler.planning.review.edits import edits
from tests.planning.worlds import SENSITIVITY, TODAY, access, account, attested, declared, desired_of, desireds

if TYPE_CHECKING:
    from reconciler.model.desired import Desired

TILL = Address("greenfield", "till")
WORD = replace(attested(), on=datetime(2026, 11, 23, tzinfo=UTC), expires=date(2027, 11, 23))
GONE = GoneAccount("greenfield", "till", "", WORD)


def left(base: Desired, head: Desired) -> list[tuple[str, str, bool]]:
    """(place, way in, whether the supplier has another one) of what is left behind."""
    return [(f"{o.school}/{o.supplier}", o.way_in, o.replaced) for o in orphans(base, head, TODAY)]


@given(desireds(), desireds())
def test_exactly_the_accounts_that_nobody_names_any_more_are_left(base: Desired, head: Desired) -> None:
    """Whatever is deleted or given another account; and a revision leaves nothing of itself behind."""
    assert orphans(base, base, TODAY) == ()
    named = {*accounts_of(head).values()}
    lost = [address for address, its in accounts_of(base).items() if its not in named]
    assert [Address(orphan.school, orphan.supplier) for orphan in orphans(base, head, TODAY)] == lost


def test_a_supplier_that_is_deleted_and_a_school_that_is() -> None:
    """Its accounts stay at every school, and so do those of a school that leaves the manifests."""
    base = desired_of(access(), access(address=TILL), access(address=Address("oakwood", "till")))
    assert left(base, desired_of(access())) == [
        ("greenfield/till", "till.greenfield", False),
        ("oakwood/till", "till.oakwood", False),
    ]


def test_the_accounts_of_a_school_whose_database_moved_went_with_it() -> None:
    """Hosts move: then every account is at another address, and nobody's agreement has ended."""
    base = desired_of(access(), access(address=TILL))
    elsewhere = replace(base.schools["greenfield"].platform, read_url="https://elsewhere.example/read.asmx")
    moved = {"greenfield": replace(base.schools["greenfield"], platform=elsewhere)}
    assert left(base, replace(base, schools=moved)) == []


def test_an_account_that_is_replaced_stays_too() -> None:
    """By another account or by a partner application; an application that is no longer agreed stays granted."""
    base = desired_of(access(address=TILL))
    other = desired_of(access(address=TILL, via=account("another")))
    application = desired_of(access(address=TILL, via=PartnerApplication(declared("Till App"))))
    assert left(base, other) == left(base, application) == [("greenfield/till", "till.greenfield", True)]
    assert left(application, base) == [("greenfield/till", "partner application Till App", True)]
    assert left(base, desired_of(access(address=TILL, via=account("TILL.Greenfield")))) == []


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        (GONE, True),
        (replace(GONE, account="TILL.greenfield"), True),
        (replace(GONE, account="another"), False),
        (replace(GONE, school="oakwood"), False),
        (replace(GONE, supplier="groupcall"), False),
        (replace(GONE, evidence=replace(WORD, expires=TODAY)), True),
        (replace(GONE, evidence=replace(WORD, expires=date(2026, 11, 23))), False),
        (replace(GONE, evidence=replace(WORD, on=datetime(2026, 11, 25, tzinfo=UTC))), False),
    ],
)
def test_somebodys_word_that_it_is_gone(said: GoneAccount, counts: bool) -> None:
    """It counts for the place and the account that it names, on its days; the edit says whose word it is."""
    base = desired_of(access(), access(address=TILL))
    head = replace(desired_of(access()), gone=(said,))
    assert (left(base, head) == []) == counts
    (edit,) = with_gone(edits(base, head, SENSITIVITY), base, head, TODAY)
    assert (edit.topic, edit.standing) == (ManifestField.ACCESS, LiveStatus.CLAIMED if counts else LiveStatus.LEFT)


def test_a_word_from_the_time_when_it_was_agreed_does_not_count() -> None:
    """The base has it too, and names the account: it was there, or made anew, since."""
    base = replace(desired_of(access(address=TILL)), gone=(GONE,))
    assert left(base, replace(base, accesses={})) == [("greenfield/till", "till.greenfield", False)]
