"""Students, Staff, Contacts: the consent of each person, if the lawful basis requires it."""

from collections.abc import Iterator, Mapping
from typing import Final

from reconciler.model.aspect import Aspect
from reconciler.model.change import Change, UnknownFacts
from reconciler.model.plan import AttestedFacts
from reconciler.model.runbook import Click, ClickKind, Page, PageId, Step, Verification
from reconciler.planning.facts import CONSENT_BASIS, FOLLOWS_BASIS
from reconciler.runbook.defaults import settled_by_basis
from reconciler.runbook.form import Form, always
from reconciler.runbook.tasks import SchoolWork

_KINDS: Final[Mapping[PageId, str]] = {
    PageId.STUDENTS: "students",
    PageId.STAFF: "staff",
    PageId.CONTACTS: "contacts",
}
_GAVE_IT = "Set it only for people who consented, or whose parents did: it applies to EVERY third party."
_ONLY_WITH_CONSENT = (
    "It matters only if the school's lawful basis is Consent. With any other basis all students and staff are "
    "readable already, and there is nothing to set."
)
_ONE_BY_ONE: Final[Mapping[str, str]] = {
    "students": "For one person, use the panel Key Data of the student's record.",
    "staff": "For one person, use the panel Personal Details of the staff member's record.",
    "contacts": (
        "SchoolCloud says that contacts have this flag too, but no source says where. Look for it, perhaps in a "
        "contact's own record. These clicks are those of the students' page."
    ),
}


def steps(page: Page, school: SchoolWork) -> list[Step]:
    """One step for the kind of person of this page, for all suppliers that need it."""
    kind = _KINDS[page.id]
    elsewhere = set(settled_by_basis(school))
    due = [
        (access.plan.particulars.title, task)
        for access, task in school.of(Aspect.CONSENT)
        if task.name == kind and task.subject not in elsewhere
    ]
    if not due:
        return []
    looking = all(task.action is None for _, task in due)
    needed = ", ".join(f'"{title}"' for title in sorted({title for title, _ in due}))
    form = Form(page)
    step = form.step(
        title=f"Check the consent of {kind}" if looking else f"Set the consent of {kind}",
        account="",
        ways=[always(*_clicks(form, kind))],
        settles=[task.subject for _, task in due],
        proof=Verification.ATTESTATION,
        notes=[
            f"Needed by {needed}: people without it are silently missing there.",
            *_notes(school, kind),
        ],
    )
    return [step]


def _notes(school: SchoolWork, kind: str) -> Iterator[str]:
    yield _GAVE_IT
    items: tuple[Change | UnknownFacts | AttestedFacts, ...] = (
        *school.plan.changes,
        *school.plan.unknown,
        *school.plan.vouched,
    )
    bases = {item.name for item in items if item.aspect is Aspect.LAWFUL_BASIS}
    yield "" if kind not in FOLLOWS_BASIS or bases == {CONSENT_BASIS} else _ONLY_WITH_CONSENT
    yield _ONE_BY_ONE[kind]


def _clicks(form: Form, kind: str) -> Iterator[Click]:
    yield Click(ClickKind.SELECT, form.label("everyone"), f"all {kind} who gave their consent")
    yield form.press("actions")
    yield form.press("quick_edit")
    yield form.choose("attribute", form.label("consent"))
    yield form.choose("value", form.label("granted"))
    yield form.press("review", optional=True)  # shows what would change; nothing needs it
    yield form.press("update")
    yield form.see("saved")
