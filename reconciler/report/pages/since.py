"""Since when something is so, as far as a history goes back: a night without a look is no night that all was well."""

from collections.abc import Iterable, Sequence

from reconciler.model.change import Change
from reconciler.model.entity import entity_key
from reconciler.model.history import HistorySummary, Since
from reconciler.model.review import DifferenceKey
from reconciler.report.accountability.phrases import since_when


def different_since(
    history: HistorySummary | None, places: Iterable[tuple[str, str]], changes: Sequence[Change]
) -> str:
    """Say when the first of these differences was seen first; empty without a history of any."""
    keys = (DifferenceKey.of(change, school, supplier) for school, supplier in places for change in changes)
    return _first_seen([history.different[key] for key in keys if key in history.different]) if history else ""


def readable_since(history: HistorySummary | None, supplier: str, schools: Iterable[str], names: Iterable[str]) -> str:
    """Say since when a supplier can read any of these; empty without a history of it."""
    if history is None:
        return ""
    keys = ((school, supplier, entity_key(name)) for school in schools for name in names)
    return _first_seen([history.readable[key] for key in keys if key in history.readable])


def _first_seen(found: Sequence[Since]) -> str:
    return since_when(min(found, key=lambda since: since.first)) if found else ""
