"""An access log beside the manifests, as text."""

from collections.abc import Iterator, Sequence
from typing import Final

from reconciler.model.accountability.access_log import AccessUse, UsageReport
from reconciler.model.accountability.least_privilege import UNUSED_DAYS
from reconciler.report.accountability.access_text import folded, part
from reconciler.report.accountability.phrases import days_of
from reconciler.report.escape import printable
from reconciler.report.labels import plural
from reconciler.report.style import Paint, Style, plain
from reconciler.report.tables import render_table

_COLUMNS: Final = ("school", "supplier", "account", "calls", "last call", "called", "never called", "not agreed", "log")


def render_usage_text(report: UsageReport, *, paint: Paint = plain, columns: int | None = None) -> str:
    """Render the report: the numbers, a row for each account of the log, then what deserves a look."""
    seen = [access for access in report.accesses if access.use]
    lines = [*map(printable, usage_numbers(report))]
    if seen:
        lines += ["", render_table(_COLUMNS, map(_row, seen), columns).rstrip("\n")]
    lines += part("Called without being agreed", _undeclared(seen, columns), paint)
    lines += part("Never called", _never(seen, columns), paint)
    lines += part("Accounts that no manifest names", _unclaimed(report), paint)
    lines += part("Not in this log, so nothing is known of them", _missing(report, columns), paint, Style.ATTENTION)
    return "".join(f"{line}\n" for line in lines)


def usage_numbers(report: UsageReport) -> Iterator[str]:
    """Tell the numbers of a log, a sentence each."""
    seen = [access for access in report.accesses if access.use]
    accounts = plural(len(seen) + len(report.unclaimed), "account")
    yield f"{report.file}: {plural(report.calls, 'call')}, {accounts}, {days_of(report.period)}."
    never, undeclared = (sum(len(getattr(each, name)) for each in seen) for name in ("never", "undeclared"))
    yield f"{plural(never, 'agreed entity was', 'agreed entities were')} never called in it."
    if undeclared:
        yield f"{plural(undeclared, 'entity was', 'entities were')} called without being agreed."
    if report.unclaimed:
        yield f"{plural(len(report.unclaimed), 'account is', 'accounts are')} in no manifest."


def _row(access: AccessUse) -> tuple[str, ...]:
    use = access.use
    assert use
    return (
        *(access.address.school, access.address.supplier, access.account, str(use.calls)),
        f"{use.last:%Y-%m-%d}" if use.last else "none",
        *(str(len(entities)) for entities in (access.called, access.never, access.undeclared)),
        days_of(use.period),
    )


def _undeclared(seen: Sequence[AccessUse], columns: int | None) -> Iterator[str]:
    for access in seen:
        for calls in access.undeclared:
            text = f"{plural(calls.calls, 'call')}, the last on {calls.last:%Y-%m-%d}"
            yield from folded(f"  {printable(f'{access.address}  {calls.name}')}  ", text, columns)


def _never(seen: Sequence[AccessUse], columns: int | None) -> Iterator[str]:
    """A log of fewer days than UNUSED_DAYS says little: what is read once a term is not in it."""
    for access in seen:
        if access.never and access.use:
            days = access.use.period.days
            short = "" if days >= UNUSED_DAYS else ", too few to tell"
            names = printable(", ".join(access.never))
            yield from folded(
                f"  {printable(str(access.address))}  ", f"in {plural(days, 'day')}{short}: {names}", columns
            )


def _unclaimed(report: UsageReport) -> Iterator[str]:
    for account in report.unclaimed:
        place = f" at {account.school}" if account.school else ""
        text = f"{account.account}{place}: {plural(account.calls, 'call')}, the last on {account.last:%Y-%m-%d}"
        yield f"  {printable(text)}"


def _missing(report: UsageReport, columns: int | None) -> Iterator[str]:
    names = ", ".join(str(access.address) for access in report.accesses if not access.use)
    if names:
        yield from folded("  ", printable(names), columns)
