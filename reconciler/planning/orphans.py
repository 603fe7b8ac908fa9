"""Find the accounts that a change removes from the manifests and leaves behind in Bromcom.

An account is identified by its service, School ID and username. Renaming a school or supplier leaves nothing behind;
deleting a supplier, or giving it another account, does.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from reconciler.model.address import AccountKey, username_key
from reconciler.model.desired import Desired
from reconciler.model.drift_news import Place
from reconciler.model.plan import APPLICATION, AccessPlan, GoneAccount, Orphan, Plan, Via
from reconciler.model.review import Edit, Edits, Effect, LiveStatus, ManifestField, value_text
from reconciler.planning.accounts import accounts_in, accounts_of
from reconciler.planning.drift_news import ObservedScope
from reconciler.planning.settings import way_in


def orphans(base: Desired, head: Desired, today: date) -> tuple[Orphan, ...]:
    """List the ways in that the base names and the change does not, by place, except those attested as gone.

    Only an attestation that comes with the change counts: one in the base is from when the account was agreed.
    """
    said = _said(base, head)
    return tuple(orphan for orphan in _left(base, head) if not is_attested_gone(orphan, said, today))


def with_gone(edits: Edits, base: Desired, head: Desired, today: date) -> Edits:
    """The edits, where one that ends an access says so if somebody's word is that it is gone."""
    said = _said(base, head)
    gone = {(orphan.school, orphan.supplier) for orphan in _left(base, head) if is_attested_gone(orphan, said, today)}

    def said_gone(edit: Edit) -> Edit:
        ends = edit.topic is ManifestField.ACCESS and edit.effect is Effect.LESS
        return edit._replace(standing=LiveStatus.CLAIMED) if ends else edit

    return Edits(
        place._replace(edits=tuple(map(said_gone, place.edits))) if (place.school, place.supplier) in gone else place
        for place in edits.places
    )


def remembered_accounts(
    last: Mapping[AccountKey, Orphan], plan: Plan, gone: Iterable[GoneAccount], today: date
) -> Mapping[AccountKey, Orphan]:
    """Remember accounts: those that the plan names, and those that earlier plans named, but for what
    somebody says is gone. The accounts of a school whose database moved went with it."""
    named = {
        key: Orphan(*access.address, access.particulars.title, _way_in(access), since=today)
        for key, access in accounts_in(plan).items()
    }
    there = {(orphan.school, orphan.supplier, orphan.way_in) for orphan in named.values()}
    kept = {
        key: orphan
        for key, orphan in last.items()
        if (orphan.school, orphan.supplier, orphan.way_in) not in there and not is_attested_gone(orphan, gone, today)
    }
    return kept | named


def orphans_among(accounts: Mapping[AccountKey, Orphan], plan: Plan, looked: ObservedScope) -> tuple[Orphan, ...]:
    """The remembered accounts that the manifests name no more, as far as this run was to look at their places."""
    named, places = accounts_in(plan).keys(), {access.address for access in plan.accesses}
    left = [
        replace(orphan, replaced=(orphan.school, orphan.supplier) in places)
        for key, orphan in accounts.items()
        if key not in named and looked.at(Place(orphan.school, orphan.supplier))
    ]
    return tuple(sorted(left, key=lambda orphan: (orphan.school, orphan.supplier, orphan.way_in)))


def _way_in(access: AccessPlan) -> str:
    return access.name if access.via is Via.ACCOUNT else f"{APPLICATION}{access.name}"


def _left(base: Desired, head: Desired) -> Iterator[Orphan]:
    """What the base names and the change does not. The accounts of a school whose database moved went with it."""
    accounts = accounts_of(head)
    named = frozenset(accounts.values())
    for address, account in accounts_of(base).items():
        now = accounts.get(address)
        has_moved = now is not None and now._replace(database=account.database) == account
        if account not in named and not has_moved:
            access = base.accesses[address]
            yield Orphan(*address, access.title, value_text(way_in(access)), address in head.accesses)


def _said(base: Desired, head: Desired) -> Iterable[GoneAccount]:
    return [gone for gone in head.gone if gone not in base.gone]


def is_attested_gone(orphan: Orphan, said: Iterable[GoneAccount], today: date) -> bool:
    """Tell if somebody says, today and after the account was last agreed, that it is gone."""
    account = username_key(orphan.name)
    return any(
        (gone.school, gone.supplier) == (orphan.school, orphan.supplier)
        and username_key(gone.account) in ("", account)
        and (orphan.since or gone.evidence.on.date()) <= gone.evidence.on.date() <= today <= gone.evidence.expires
        for gone in said
    )
