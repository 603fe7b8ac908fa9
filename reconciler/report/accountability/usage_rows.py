"""An access log beside the manifests as rows, one for each entity of each account: for spreadsheets."""

from collections.abc import Iterator
from typing import Final

from reconciler.model.accountability.access_log import AccessUse, UsageReport

_COLUMNS: Final = (
    *("school", "supplier", "supplier's name", "account", "entity", "agreed", "called", "calls", "last call"),
    *("log from", "log to", "days"),
)


def usage_rows(report: UsageReport) -> list[tuple[str, ...]]:
    """Return the names of the columns, then the rows; an account that the log lacks has one, and is not known."""
    rows = [row for access in report.accesses for row in _rows(access)]
    first, last = report.period
    rows += [
        (
            account.school,
            "in no manifest",
            "",
            account.account,
            "",
            "",
            "yes",
            str(account.calls),
            f"{account.last:%Y-%m-%d}",
            f"{first}",
            f"{last}",
            str(report.period.days),
        )
        for account in report.unclaimed
    ]
    return [_COLUMNS, *rows]


def _rows(access: AccessUse) -> Iterator[tuple[str, ...]]:
    place = (access.address.school, access.address.supplier, access.title, access.account)
    if access.use is None:
        yield (*place, "", "", "not known: not in this log", "", "", "", "", "")
        return
    period = (str(access.use.period.first), str(access.use.period.last), str(access.use.period.days))
    for agreed, entities in (("yes", access.called), ("no", access.undeclared)):
        for calls in entities:
            yield (*place, calls.name, agreed, "yes", str(calls.calls), f"{calls.last:%Y-%m-%d}", *period)
    for name in access.never:
        yield (*place, name, "yes", "no", "0", "", *period)
