"""The accounts of a school as a whole: listing them, and settling those that differ from what suppliers claim."""

from collections.abc import Iterator

from reconciler.model.aspect import Action, Aspect
from reconciler.model.runbook import Step, Verification
from reconciler.planning.accounts import adopting, retiring
from reconciler.runbook.form import Form, always, line
from reconciler.runbook.tasks import SchoolWork, Task

_EVERY_ACCOUNT = (
    "The list from which an account is chosen has every third-party account. Copy all its names, also those that you "
    "do not know."
)
_RECORD = "Save them in a file, a name on each line, then run `reconciler import inventory FILE --school {}`."
_WHOSE = (
    "No supplier in the manifests claims this account. Find out whose it is first: the access log on Third Party "
    "Access Permissions & Logs shows what it read in the last three months."
)
_RETIRE = "Make these clicks only if nobody needs it. Never delete it: its history would go too. Then record it: `{}`."
_INSTEAD = (
    "If a supplier needs it, adopt it: `{}`. To keep it as it is for a time, write a Waiver with action: revoke and "
    "aspect: third-party-account."
)
_MISSING = (
    "The manifests name this account, and the list of the school's accounts lacks it. If System Users does not show it "
    "either, create it: `reconciler runbook --school {}` has each field."
)


def listing(form: Form, school: SchoolWork) -> Iterator[Step]:
    """On the page that lists them: look which accounts there are."""
    for task in school.tasks:
        if task.subject.aspect is Aspect.ACCOUNT and task.action is None:
            yield form.step(
                title="List the third-party accounts",
                account="",
                ways=[always(form.see("account"))],
                settles=[task.subject],
                proof=Verification.ATTESTATION,
                notes=[_EVERY_ACCOUNT, _RECORD.format(school.plan.name), task.note],
            )


def settling(form: Form, school: SchoolWork) -> Iterator[Step]:
    """Under System Users: an account that no supplier claims, or that a supplier claims and no list has."""
    for task in school.tasks:
        if task.subject.aspect is Aspect.ACCOUNT and task.action is not None:
            yield _step(form, school, task)


def _step(form: Form, school: SchoolWork, task: Task) -> Step:
    username, plan = task.name, school.plan
    if task.action is Action.REVOKE:
        title, box = f"Decide what happens to the account {username}", form.untick("can_log_in")
        notes = [
            _WHOSE,
            _RETIRE.format(retiring(plan.name, username)),
            _INSTEAD.format(adopting(plan.school_id, username)),
        ]
    else:
        title, box = f"Check that the account {username} exists", form.tick("third_party")
        notes = [_MISSING.format(plan.name)]
    return form.step(
        title=title,
        account=username,
        ways=[always(line(username), box, form.press("save"), form.see("saved"))],
        settles=[task.subject],
        proof=Verification.ATTESTATION,
        notes=notes,
    )
