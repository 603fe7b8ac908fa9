"""Students, Staff, Contacts: the consent of each person, if the lawful basis requires it."""

from collections.abc import Iterator, Mapping
from typing import Final

from reconciler.model.runbook import Branch, Click, ClickKind, Page, PageId, Step, Verification
from reconciler.planning.facts import CONSENT_BASIS, FOLLOWS_BASIS
from reconciler.runbook.defaults import bases, settled_by_basis
from reconciler.runbook.form import Form, always, judged
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
_NOT_SAID: Final = (
    "SchoolCloud says that contacts have this flag too, but no source says where. Look for it, perhaps in a contact's "
    "own record. These clicks are those of the students' page."
)
_OF_SCHOOL: Final = "The school wants it set, whichever supplier needs it."
_REFUSED: Final = "refused, or took their consent back"


def steps(page: Page, school: SchoolWork) -> list[Step]:
    """One step for the kind of person of this page, for all suppliers that need it."""
    kind = _KINDS[page.id]
    elsewhere = set(settled_by_basis(school))
    due = [(title, task) for title, task in school.consents if task.name == kind and task.subject not in elsewhere]
    if not due:
        return []
    looking = all(task.action is None for _, task in due)
    needed = ", ".join(f'"{title}"' for title in sorted({title for title, _ in due if title}))
    form = Form(page)
    step = form.step(
        title=f"Check the consent of {kind}" if looking else f"Set the consent of {kind}",
        account="",
        ways=_ways(form, kind),
        settles=[task.subject for _, task in due],
        proof=Verification.ATTESTATION,
        notes=[
            f"Needed by {needed}: people without it are silently missing there." if needed else _OF_SCHOOL,
            *_notes(school, kind),
        ],
    )
    return [step]


def _notes(school: SchoolWork, kind: str) -> Iterator[str]:
    yield _GAVE_IT
    yield "" if kind not in FOLLOWS_BASIS or bases(school) == {CONSENT_BASIS} else _ONLY_WITH_CONSENT
    yield "" if kind in FOLLOWS_BASIS else _NOT_SAID


def _ways(form: Form, kind: str) -> Iterator[Branch]:
    """True for all who consented, False for those who refused, and either for one person, in their own record."""
    yield always(*_quick_edit(form, f"all {kind} who gave their consent", "granted"))
    yield judged(f"some {kind} {_REFUSED}", *_quick_edit(form, f"all {kind} who {_REFUSED}", "refused"))
    for clause, click in (
        ("gave their consent", form.tick("consent")),
        (_REFUSED, form.untick("consent")),
    ):
        record = (form.press("person"), form.see("panel"), click, form.press("save"), form.see("saved"))
        yield judged(f"it is one person only, who {clause}", *record)


def _quick_edit(form: Form, whom: str, value: str) -> Iterator[Click]:
    yield Click(ClickKind.SELECT, form.label("everyone"), whom)
    yield form.press("actions")
    yield form.press("quick_edit")
    yield form.choose("attribute", form.label("consent"))
    yield form.choose("value", form.label(value))
    yield form.press("review", optional=True)  # shows what would change; nothing needs it
    yield form.press("update")
    yield form.see("saved")
