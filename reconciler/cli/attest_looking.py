"""Where somebody looks who is asked what they see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.attestation.vouching import account_of
from reconciler.catalogue import pages
from reconciler.cli.attest_names import names_known
from reconciler.cli.attest_questions import Looking
from reconciler.model.address import Address
from reconciler.model.page import PageId
from reconciler.report.visits import trail

if TYPE_CHECKING:
    from reconciler.model.desired import Desired

_PAGES: Final = {
    "entities": PageId.THIRD_PARTY,
    "roles": PageId.USERS,
    "permissions": PageId.ROLES,
    "partnerApplication": PageId.PARTNER_APPLICATIONS,
    "lawfulBasis": PageId.DEFAULTS,
    "consent.students": PageId.STUDENTS,
    "consent.staff": PageId.STAFF,
    "consent.contacts": PageId.CONTACTS,
}
# No page of Bromcom shows these.
_ELSEWHERE: Final = {
    "login": "have the supplier try it",
    "writeLicence": "ask Bromcom, or who ordered it",
    "oldExport": "ask the host that the school moved away from",
}


def looking_at(desired: Desired, school: str, supplier: str) -> Looking:
    """Where to look for the facts of an access, or of a school itself, and the names that are known there."""
    access = desired.accesses[Address(school, supplier)] if supplier else None
    account = account_of(desired, school, supplier)
    where = dict(_PAGES)
    if access and not account:
        where["entities"] = PageId.PARTNER_APPLICATIONS
    places = {key: trail(pages()[page]) for key, page in where.items()}
    return Looking(account, {**places, **_ELSEWHERE}, names_known(desired))
