"""Part of the app: changing manifests in a form. A change is shown as a diff before it is written, and never committed.

edit.html              the forms that there are
edit/NAME.html         a form; what its first question decides, such as the supplier, stands in the address
edit/NAME/look         what the answers come to, with the answers kept for the way back
edit/NAME/write        written, if the files are still those that were shown
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from reconciler import workflow
from reconciler.editing.form_table import FORMS
from reconciler.editing.forms import Answers, EditForm, FormFault, FormInput, read_request
from reconciler.editing.proposal import EditProposal, carry_out, propose
from reconciler.errors import InputError, ReconcilerError, SelectionError
from reconciler.model.review import Edit
from reconciler.report.story.phrases import edit_phrase
from reconciler.webapp.framing import EDIT_PAGE
from reconciler.webapp.guard import CSRF_FIELD
from reconciler.webapp.last_check import last_check
from reconciler.webapp.routes import AppAnswer, AppPage, AppRequest, FormFields, Route, SeeOther, not_there

_DIGEST: Final = "digest"
_SHOWN_AT: Final = "shown_at"  # an attestation has the time at which it was shown, or it would not be what was shown
_MARKS: Final = {"+": "added", "-": "removed"}


def _forms(asked: AppRequest) -> AppAnswer:
    """List the forms, and say once what the last one wrote."""
    return AppPage("edit_forms", {"forms": FORMS, "notice": asked.app.take_notice()})


def _form(asked: AppRequest) -> AppAnswer:
    form = FORMS.get(asked.names["name"])
    if form is None:
        return not_there("form")
    return _shown(form, asked, asked.query, {}, "")


def _shown(form: EditForm, asked: AppRequest, answers: FormFields, faults: Mapping[str, str], error: str) -> AppPage:
    """Show a form with the answers that it has, and what is wrong with them."""
    fields = form.fields(_input(form, asked, answers))
    is_whole = not form.first or len(fields) > 1
    return AppPage(
        "edit_form",
        {
            "name": asked.names["name"],
            "form": form,
            "fields": fields,
            "is_whole": is_whole,
            "answers": answers,
            "faults": faults,
            "error": error,
            "was_asked": bool(last_check(asked.app)),
        },
        409 if faults or error else 200,
        EDIT_PAGE,
    )


def _input(form: EditForm, asked: AppRequest, answers: FormFields) -> FormInput:
    app = asked.app
    now = app.clock()
    try:
        by = app.services.operator()
    except ReconcilerError:
        by = ""  # they write it themselves
    chosen = {form.first: answers.text(form.first)} if form.first else {}
    desired = workflow.desired_of(app.services.workspace, now)
    check = last_check(app)
    return FormInput(desired, check.plan if check else None, chosen, by, now)


def _look(asked: AppRequest) -> AppAnswer:
    return _answered(asked, writes=False)


def _write(asked: AppRequest) -> AppAnswer:
    return _answered(asked, writes=True)


def _answered(asked: AppRequest, *, writes: bool) -> AppAnswer:
    """Show what the answers come to, or write it; the form again if it cannot be."""
    form, answers = FORMS.get(asked.names["name"]), asked.form
    if form is None or answers is None:
        return not_there("form")
    app = asked.app
    try:
        given = _input(form, asked, answers)
        if writes:
            given = given._replace(now=_time_shown(answers.text(_SHOWN_AT), given.now))
            request = read_request(form, _kept(answers), given)
            app.notice = _written(carry_out(request, app.services.workspace, given.now.date(), answers.text(_DIGEST)))
            return SeeOther(EDIT_PAGE)
        request = read_request(form, _kept(answers), given)
        proposal = propose(request, app.services.workspace, given.now.date())
        return _proposed(form, asked, answers, proposal, given.now)
    except FormFault as fault:
        return _shown(form, asked, answers, fault.faults, str(fault))
    except (InputError, SelectionError) as error:
        return _shown(form, asked, answers, {}, app.services.as_typed(str(error)))


def _kept(answers: FormFields) -> Answers:
    return {name: values for name, values in answers.values.items() if name not in (CSRF_FIELD, _DIGEST, _SHOWN_AT)}


def _time_shown(text: str, now: datetime) -> datetime:
    """Return when a proposal was shown. Raises InputError if that was on another day, or is no such time."""
    try:
        shown = datetime.fromisoformat(text)
        if shown <= now and shown.date() == now.date():
            return shown
    except (TypeError, ValueError):  # no time, or one without a zone
        pass
    raise InputError("Nothing was written: this was not shown today. Look at it once more.")


def _proposed(
    form: EditForm, asked: AppRequest, answers: FormFields, proposal: EditProposal, shown_at: datetime
) -> AppPage:
    return AppPage(
        "edit_proposal",
        {
            "name": asked.names["name"],
            "form": form,
            "kept": _kept(answers),
            "said": _said(proposal.edits),
            "files": sorted(proposal.texts),
            "diff": [(_MARKS.get(line[:1], ""), line) for line in proposal.diff],
            "digest": proposal.digest,
            "shown_at": shown_at.isoformat(),
        },
        section=EDIT_PAGE,
    )


def _said(edits: Sequence[Edit]) -> list[tuple[str, str]]:
    """(place, words) of what a change asks for, once for all schools that it asks it of."""
    places: dict[tuple[str, str], list[str]] = {}
    for edit in edits:
        places.setdefault((edit.supplier, edit_phrase(edit).text), []).append(edit.school)
    return [
        (f"{supplier or 'the school itself'} at {', '.join(schools)}" if any(schools) else supplier or "all", words)
        for (supplier, words), schools in places.items()
    ]


def _written(proposal: EditProposal) -> str:
    return (
        f"Written: {', '.join(sorted(proposal.texts))}. If the folder is in git, commit it, so that others can review "
        "it. To see what is to do in Bromcom now, check again."
    )


ROUTES: Final = (
    Route("GET", EDIT_PAGE, _forms),
    Route("GET", "edit/{name}.html", _form),
    Route("POST", "edit/{name}/look", _look),
    Route("POST", "edit/{name}/write", _write),
)
