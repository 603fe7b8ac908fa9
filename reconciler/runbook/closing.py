"""System Users again: the account of an access that has ended, which may not log in any more and is never deleted."""

from collections.abc import Iterator

from reconciler.model.aspect import Aspect
from reconciler.model.evidence import Known
from reconciler.model.plan import EndReason
from reconciler.model.runbook import Click, ClickKind, Page, Step, Verification
from reconciler.planning.refused_login import NEVER_DELETE
from reconciler.runbook.form import Form, line, listed, not_listed, tell
from reconciler.runbook.tasks import AccessWork, SchoolWork

_AGAIN = "Bromcom refuses this login, and would with a wrong password too: only a person can see that it is closed."
_ALL_TICKS = "We cannot see its ticks. First untick all of them under Third Party Access Permissions & Logs."
_NO_ACCOUNT = "There is no account {}: say so, and leave it like that."
_OFFICE = "Whoever keeps the list of suppliers"
_BEFORE = "Its access begins on {}. Until then it should not get in."


def steps(page: Page, school: SchoolWork) -> list[Step]:
    """For each account that should get in no more: take its role away, and close its login."""
    form = Form(page)
    return [step for access in school.accesses if access.has_account for step in _steps(form, access)]


def _steps(form: Form, access: AccessWork) -> Iterator[Step]:
    ended = access.plan.ended
    for task in access.of(Aspect.LOGIN) if ended else ():
        assert ended  # or there is no task
        username = access.plan.name
        # An empty list says only that its ticks are gone: once it is closed, a probe tells.
        looking = task.action is None and not isinstance(access.plan.granted, Known)
        role = [Click(ClickKind.UNTICK, ended.role, optional=True)] if ended.role else []
        clicks = (line(username), *role, form.untick("can_log_in"), form.press("save"), form.see("saved"))
        gone = tell(_OFFICE, _NO_ACCOUNT.format(username))
        yield form.step(
            title=f"{'Check that' if looking else 'Make sure'} {username} cannot log in any more",
            account=username,
            ways=(listed(username, *clicks), not_listed(username, gone)),
            settles=[task.subject],
            proof=Verification.ATTESTATION if looking or not access.is_probed else Verification.PROBE,
            notes=[
                NEVER_DELETE,
                access.not_checked,
                _AGAIN if looking and access.is_probed and not access.is_unasked else "",
                _ALL_TICKS if looking else "",
                _BEFORE.format(ended.day) if ended.reason is EndReason.NOT_YET else "",
            ],
        )
