"""The words of answers of a history, for the people who approve."""

from collections.abc import Mapping
from typing import Final

from reconciler.model.accountability.least_privilege import Truth
from reconciler.model.accountability.past_access import PastEntity
from reconciler.model.evidence import UnknownReason
from reconciler.model.history import AccessView, ViewEvidence
from reconciler.model.live import Login
from reconciler.model.review import DifferenceKey
from reconciler.report.accountability.phrases import day_of
from reconciler.report.labels import DIFFERENCES, LABELS

_REASONS: Final = {
    UnknownReason.UNREACHABLE: "no answer came",
    UnknownReason.DATABASE_DOWN: "the school's database did not answer",
    UnknownReason.LOGIN_REFUSED: "the login was refused",
    UnknownReason.UNREADABLE: "the answer could not be read",
    UnknownReason.THROTTLED: "Bromcom asked for a pause",
    UnknownReason.NO_PASSWORD: "the manifests had no password for it",
    UnknownReason.NO_SECRET: "the password was missing",
    UnknownReason.NO_PROBE: "only a person can check it",
    UnknownReason.EXPIRED: "a person's statement had run out",
    UnknownReason.OTHER_SCHOOL: "another school answered",
    UnknownReason.NOTHING_LISTED: "an empty list proves nothing",
}


def why_unknown(reading: AccessView | None) -> str:
    """Tell why it is not known what an access could read."""
    if reading is None:
        return "not looked at"
    if reading.login is Login.CLOSED:
        return "the account was closed"
    assert reading.reason
    return f"could not be checked: {_REASONS.get(reading.reason, reading.reason.value.replace('-', ' '))}"


def how_known(reading: AccessView) -> str:
    """Tell how it is known what an access could read."""
    if reading.known is ViewEvidence.CONFIRMED:
        return f"confirmed by {reading.by} on {reading.on}"
    return "asked"


def nearest(entity: PastEntity) -> str:
    """Tell what the nearest nights say of an entity on a day on which it is not known."""
    views = [view for view in (entity.before, entity.after) if view]
    if not views:
        return ""
    if len({view.granted for view in views}) == 1:
        return f"{_COULD[views[0].granted]} {' and '.join(f'on {day_of(view.at)}' for view in views)}"
    return ", ".join(f"{_COULD[view.granted]} on {day_of(view.at)}" for view in views)


def difference(key: DifferenceKey, names: Mapping[str, str]) -> str:
    """Tell a difference in a few words: `too much: entity PersonPhotos`."""
    return f"{DIFFERENCES[key.action].word}: {LABELS[key.aspect].kind} {names.get(key.key, key.key)}"


_COULD: Final = {Truth.YES: "could read it", Truth.NO: "could not read it", Truth.UNKNOWN: "not known"}
