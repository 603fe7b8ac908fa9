"""An import in words: what was taken over, what was not, and what to look at before it counts as agreed."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from reconciler.importing.concerns import Concern
from reconciler.importing.plan import ImportPlan
from reconciler.model.address import Address
from reconciler.model.desired import Desired
from reconciler.report.escape import printable
from reconciler.report.labels import plural

_SHOWN: Final = 3  # schools that are named one by one
TITLES: Final[Mapping[Concern, str]] = {
    Concern.BEYOND_PROFILE: "More than the supplier's published list",
    Concern.SENSITIVE: "Special category data, or a high risk if it leaks",
    Concern.UNLIKE_PEERS: "Unlike the supplier's other schools",
}


def summary(plan: ImportPlan, request: Desired, leave_out: frozenset[Concern], *, dry_run: bool = False) -> str:
    """Return the text, safe for a terminal, with a line end after every line."""
    lines = [_headline(plan, dry_run=dry_run), *_left_out(plan, request), *_unticked(plan)]
    lines += _concerns(plan, leave_out) if plan.edits else ()
    return "".join(f"{printable(line)}\n" for line in lines)


def _headline(plan: ImportPlan, *, dry_run: bool) -> str:
    if not plan.declared:
        return "Nothing to import: no account answered."
    suppliers = plural(len({address.supplier for address in plan.declared}), "supplier")
    schools = plural(len({address.school for address in plan.declared}), "school")
    accounts = plural(len(plan.declared), "account")
    ticks = plural(sum(map(len, plan.declared.values())), "tick")
    total = f"{suppliers} at {schools}, {accounts} with {ticks}."
    if not plan.edits:
        return f"Nothing to import: the manifests already say this of {total}"
    return f"To import: {total}" if dry_run else f"Imported {total}"


def _left_out(plan: ImportPlan, request: Desired) -> Iterator[str]:
    """Say each reason once: where a host is down, it is that of all its accounts."""
    if plan.left_out:
        yield from ("", "Left out, since their ticks could not be checked:")
    accounts: defaultdict[str, list[str]] = defaultdict(list)
    for address, reason in plan.left_out.items():
        place = request.accesses[address].origin
        accounts[reason].append(f"{address} ({place.file}:{place.line})" if place.line > 1 else str(address))
    yield from (f"  {reason}: {', '.join(those)}" for reason, those in accounts.items())


def _unticked(plan: ImportPlan) -> Iterator[str]:
    if plan.unticked:
        yield from ("", "Bromcom lists nothing for these: no ticks yet, or a failed login. They stay unknown:")
        yield from (f"  {address}" for address in plan.unticked)


def _concerns(plan: ImportPlan, leave_out: frozenset[Concern]) -> Iterator[str]:
    if plan.concerns:
        yield from ("", "Please look at these. Importing does not approve anything.")
    accounts: defaultdict[str, set[str]] = defaultdict(set)
    for address in plan.declared:
        accounts[address.supplier].add(address.school)
    for concern, addresses in plan.concerns.items():
        kept = ". Left out of the manifests: the next plan shows it as too much" if concern in leave_out else ""
        yield f"  {TITLES[concern]}{kept}"
        for (supplier, schools), names in sorted(_alike(addresses, plan).items()):
            yield f"    {supplier}, {_where(schools, accounts[supplier])}: {', '.join(names)}"


def _alike(
    addresses: Mapping[Address, frozenset[str]], plan: ImportPlan
) -> Mapping[tuple[str, tuple[str, ...]], list[str]]:
    """{(supplier, its schools): the entities that it has at just these, sorted}."""
    schools: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for address, keys in sorted(addresses.items()):
        for key in keys:
            schools[address.supplier, key].append(address.school)
    alike: defaultdict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    for (supplier, key), there in sorted(schools.items()):
        alike[supplier, tuple(there)].append(plan.names[Address(there[0], supplier)][key])
    return alike


def _where(schools: Collection[str], every: Collection[str]) -> str:
    if len(schools) <= _SHOWN:
        return f"at {', '.join(schools)}"
    return (
        f"at all {len(every)} schools" if len(schools) == len(every) else f"at {len(schools)} of {len(every)} schools"
    )
