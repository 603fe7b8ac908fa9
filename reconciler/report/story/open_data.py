"""The first steps where special-category data is open beyond what is agreed: it may be a personal data breach.

The data of an access that has ended was agreed until then, so that it is still open is no breach yet.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.model.aspect import Action, Aspect
from reconciler.model.entity import Care, entity_key
from reconciler.model.plan import AccessPlan, EndReason
from reconciler.model.review import Cause
from reconciler.report.input import ReportInput
from reconciler.report.rich_text import Mark, Part

_MOST: Final = 3  # places that are named
# Until this change, or the last one that was carried out, it was agreed.
_WAS_AGREED: Final = frozenset({Cause.THIS_CHANGE, Cause.PENDING})
_STEPS: Final = (
    "Do this now. 1. Export the access log of that account, from Modules > Setup > Third Party Access Permissions & "
    "Logs: Bromcom keeps it for three months. 2. Tell your data protection officer. 3. A personal data breach must be "
    "reported to the ICO within 72 hours of noticing it, unless it is unlikely to be a risk to anybody."
)
_STILL_OPEN: Final = (
    "Close it now. If the supplier read it after the end, or more than was agreed before, it may be a personal data "
    "breach: export the access log of that account and tell your data protection officer."
)


def open_data_alarms(material: ReportInput) -> Iterator[tuple[Part, ...]]:
    """Yield the alarms, or nothing. A difference that a waiver accepts is agreed to."""
    has_ended: list[str] = []
    beyond: list[str] = []
    for access in material.plan.accesses:
        if place := _open_place(material, access):
            (has_ended if access.ended and access.ended.reason is not EndReason.NOT_YET else beyond).append(place)
    for places, what, steps in (
        (beyond, "is open beyond what is agreed", _STEPS),
        (has_ended, "is still open to suppliers that should have no access any more", _STILL_OPEN),
    ):
        if places:
            more = f" and {len(places) - _MOST} more" if len(places) > _MOST else ""
            where = f"{'; '.join(places[:_MOST])}{more}. "
            yield Part(f"Special-category data {what}: ", Mark.LABEL), Part(where), Part(steps)


def open_data_lines(material: ReportInput) -> Iterator[str]:
    """Yield the same as a line of text."""
    yield from ("".join(part.text for part in alarm) for alarm in open_data_alarms(material))


def _open_place(material: ReportInput, access: AccessPlan) -> str:
    """Name an access that can read such data, and what: the gravest entities only. Empty if it cannot."""
    names = [
        change.name
        for change in access.changes
        if (change.action, change.aspect) == (Action.REVOKE, Aspect.READ)
        and not change.waived
        and material.sensitivity.care(entity_key(change.name)) is Care.SPECIAL
        and material.cause(change, *access.address) not in _WAS_AGREED
    ]
    if not names:
        return ""
    shown = ", ".join(names[:_MOST]) + (f" and {len(names) - _MOST} more" if len(names) > _MOST else "")
    return f"{access.particulars.title} at {material.called(access.address.school)} can read {shown}"
