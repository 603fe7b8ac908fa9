"""Part of the app: guided apply. Each state has an address of its own; forms lead on to the next one."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from typing import Final

from reconciler import __version__
from reconciler.applying.operator import OperatorAnswer
from reconciler.errors import ReconcilerError
from reconciler.guided.exchange import (
    CheckedAnswer,
    DoubtsAnswer,
    FactsAnswer,
    GuidedAnswer,
    PlanAnswer,
    StaleAnswerError,
)
from reconciler.guided.worker import BeginApproved, BeginNow, BeginRequest, GuidedServices, ResumeBegun, carry_out
from reconciler.model.attestation import AttestationReply, read_counts
from reconciler.model.desired import Desired
from reconciler.model.live import Live
from reconciler.planning.facts import FACT_KEYS
from reconciler.report.pages.guided.page import BEGIN, FOLDER, SECTION, begin_page, guided_page, state_page
from reconciler.report.pages.guided.questions import OTHER, UNSEEN, choice_of, fact_questions
from reconciler.report.pages.guided.stages import (
    Checking,
    FactsInDoubt,
    FactsToConfirm,
    GuidedState,
    PageChecked,
    PageOpen,
    PlanToConfirm,
)
from reconciler.report.pages.layout import PageFrame
from reconciler.webapp.begin_choices import begin_choice, plans_in
from reconciler.webapp.framing import live_app
from reconciler.webapp.jobs import Job
from reconciler.webapp.routes import AppAnswer, AppFile, AppRequest, EventStream, FormFields, Route, SeeOther
from reconciler.webapp.state import AppState
from reconciler.workflow import Reader, Selection, desired_of, sensitivity

_AT_ONCE: Final = 0.3  # seconds in which most answers lead on without a page in between
_PATIENCE: Final = 10.0  # seconds for a thread to begin
_BETWEEN: Final = 0.2  # seconds from one look at the state to the next
_LONGEST: Final = 500  # characters of evidence
_OPEN: Final = {answer.value: answer for answer in OperatorAnswer}
_CHECKED: Final = {answer.value: answer for answer in CheckedAnswer}
_DOUBTS: Final = {answer.value: answer for answer in DoubtsAnswer}


class _UnreadableForm(ReconcilerError):
    """A form cannot be taken as it was filled in."""


def _index(asked: AppRequest) -> AppAnswer:
    """Lead to what is under way, or to the page that begins."""
    present = asked.app.guided.present
    return SeeOther(state_page(present.key) if present and asked.app.guided.is_under_way else BEGIN)


def _begin_page(asked: AppRequest) -> AppAnswer:
    if asked.app.guided.is_under_way:
        return _index(asked)
    return _page(begin_page(begin_choice(asked.app), _frame(asked)))


def _begin(asked: AppRequest) -> AppAnswer:
    """Begin, unless an apply is under way: then show that."""
    assert asked.form
    if asked.app.guided.is_under_way:
        return _index(asked)
    request = _request(asked.app, asked.form)
    if request is None:
        choice = begin_choice(asked.app)
        return _page(begin_page(choice, _frame(asked), "Choose one of the plans in the list."), 422)
    return _go_on(asked.app, _start(asked.app, request))


def _start(app: AppState, request: BeginRequest) -> GuidedState:
    """Begin an apply in a thread of its own; return its first state."""
    before = app.guided.present

    def work(job: Job) -> None:
        services = app.services

        def reader(desired: Desired) -> Reader:
            read_live = services.reader(desired, job.progress, job.on_stop)

            def read(wanted: Desired) -> Live:
                job.expect(wanted)
                return read_live(wanted)

            return read

        app.guided.begin()
        job.on_stop(app.guided.leave)
        powers = GuidedServices(services.workspace, services.clock, services.operator, reader, services.as_typed)
        carry_out(app.guided, powers, request)

    app.applies.start("apply", "Guided apply", SECTION, work)
    state = app.guided.await_change(before.key if before else "", _PATIENCE)
    assert state
    return state


def _request(app: AppState, form: FormFields) -> BeginRequest | None:
    match form.text("source"):
        case "resume":
            return ResumeBegun()
        case "now":
            return BeginNow(Selection(form.all("school"), form.all("supplier")))
        case _:
            workspace, name = app.services.workspace, form.text("plan")
            plans = plans_in(workspace, desired_of(workspace, app.services.clock()).workspace)
            # Only names of the list: a form names no other file.
            return BeginApproved(workspace / name) if name in [plan.name for plan in plans] else None


def _state(asked: AppRequest) -> AppAnswer:
    """Show a state: the present one, or one that is behind, without its form."""
    guided = asked.app.guided
    state, present = guided.state(asked.names["key"]), guided.present
    if present is None or (state is None and not guided.is_under_way):
        return SeeOther(BEGIN)
    if state is None or (state is not present and isinstance(state.stage, Checking)):
        return SeeOther(state_page(present.key))
    return _shown(asked, state)


def _shown(asked: AppRequest, state: GuidedState, error: str = "", status: int = 200) -> AppFile:
    present = asked.app.guided.present
    elsewhere = f"{present.key}.html" if present and present.key != state.key else ""
    given = {name: values[0] for name, values in asked.form.values.items() if values} if asked.form and error else {}
    page = guided_page(
        state,
        _frame(asked),
        present=elsewhere,
        error=error,
        given=given,
        progress=_progress(asked.app),
        entity_notes=sensitivity().notes,
        resume_command=asked.app.services.as_typed("`reconciler apply --resume`").strip("`"),
    )
    return _page(page, status)


def _answer(asked: AppRequest) -> AppAnswer:
    """Take the answer to a state, and lead to the next one. A stale one leads to the present state."""
    assert asked.form
    guided = asked.app.guided
    state = guided.state(asked.form.text("state"))
    if state is None:
        return _index(asked)
    try:
        return _go_on(asked.app, guided.answer(state.key, _read(state, asked.form)))
    except StaleAnswerError:
        present = guided.present
        return SeeOther(state_page(present.key) if present else BEGIN)
    except _UnreadableForm as error:
        return _shown(asked, state, str(error), 422)


def _go_on(app: AppState, state: GuidedState) -> SeeOther:
    present = app.guided.await_change(state.key, _AT_ONCE) if isinstance(state.stage, Checking) else state
    return SeeOther(state_page((present or state).key))


def _stop(asked: AppRequest) -> AppAnswer:
    """Stop asking Bromcom, which stops the apply."""
    assert asked.form
    present = asked.app.guided.present
    if present and present.key == asked.form.text("state") and asked.app.applies.last:
        asked.app.applies.last.stop()
        return _go_on(asked.app, present)
    return _index(asked)


def _read(state: GuidedState, form: FormFields) -> GuidedAnswer:
    """Return the answer that a form gives to a state; raises StaleAnswerError for one of another kind of state."""
    answer = form.text("answer")
    match state.stage:
        case PageOpen(page_visit) if answer in _OPEN and (answer != OperatorAnswer.BACK or page_visit.can_go_back):
            return _OPEN[answer]
        case PageChecked() if answer in _CHECKED:
            return _CHECKED[answer]
        case FactsInDoubt() if answer in _DOUBTS:
            return _DOUBTS[answer]
        case PlanToConfirm() as plan:
            return PlanAnswer(_accepted(plan, form) if answer == "begin" else None)
        case FactsToConfirm() as facts:
            return FactsAnswer(_reply(facts, form) if answer == "save" else None, stop=answer == "stop")
        case _:
            raise StaleAnswerError("That page was answered already. Nothing was done twice.")


def _accepted(plan: PlanToConfirm, form: FormFields) -> tuple[str, ...]:
    """Return the limits that are accepted; raises _UnreadableForm unless it is confirmed."""
    accepted = set(form.all("accept"))
    if any(name not in accepted for name, _ in plan.breaches):
        raise _UnreadableForm("The plan goes beyond a limit that you did not accept. Tick each one, or leave it.")
    if plan.words and form.text("words").split() != plan.words.split():
        raise _UnreadableForm(f"To begin, type {plan.words}. To begin nothing, press “Leave it”.")
    return tuple(sorted({name for name, _ in plan.breaches}))


def _reply(facts: FactsToConfirm, form: FormFields) -> AttestationReply | None:
    """Return what a person saw, without what they could not see; None if that is all."""
    seen: dict[str, tuple[str, ...]] = {}
    for question in fact_questions(facts.question):
        choice, typed = form.text(question.field), form.text(f"{question.field}.other")
        values = choice_of(FACT_KEYS[question.key], choice, facts.question.declared[question.key])
        if choice == OTHER and question.other:
            values = _typed(question.key, typed)
        elif typed.strip() and choice != UNSEEN:
            raise _UnreadableForm(f"“{question.asked}” Choose “Something else”, or remove what you typed there.")
        elif values is None and choice != UNSEEN:
            raise _UnreadableForm(f"“{question.asked}” Choose an answer. “I could not see it” is one too.")
        if values is not None:
            seen[question.key] = values
    if not seen:
        return None
    return AttestationReply(seen, _expiry(facts, form.text("expires")), form.text("evidence").strip()[:_LONGEST])


def _typed(key: str, typed: str) -> tuple[str, ...]:
    fact = FACT_KEYS[key]
    if not fact.row.choices:
        return tuple(dict.fromkeys(name for line in typed.splitlines() if (name := " ".join(line.split()))))
    counts = read_counts(typed.strip().casefold())
    if counts is None or counts.fault:
        raise _UnreadableForm(f"{key}: {counts.fault if counts else 'write how many of them consented'}.")
    return (str(counts),)


def _expiry(facts: FactsToConfirm, typed: str) -> date:
    try:
        expires = date.fromisoformat(typed.strip())
    except ValueError:
        raise _UnreadableForm("Until when does your word count? Give a day, like 2027-03-31.") from None
    if not facts.today <= expires <= facts.latest:
        raise _UnreadableForm(f"Your word can count from today ({facts.today}) until {facts.latest} at most.")
    return expires


def _progress(app: AppState) -> str:
    status = app.applies.status()
    return f"{status.done} of {status.total} answers are here." if status and status.total else ""


def _events(asked: AppRequest) -> AppAnswer:
    """Tell how far the check is until another state follows."""
    guided, key = asked.app.guided, asked.query.text("state")

    async def events() -> AsyncIterator[tuple[str, str]]:
        told = ""
        while (present := guided.present) and present.key == key:
            if (words := _progress(asked.app)) != told:
                told = words
                yield "progress", f"<p>{words}</p>"
            await asyncio.sleep(_BETWEEN)
        yield "end", ""

    return EventStream(events)


def _frame(asked: AppRequest) -> PageFrame:
    """Return the frame of these pages: without the bar of the check, which is about another plan."""
    return PageFrame(asked.app.name, __version__, "", live_app(asked, bar=False))


def _page(text: str, status: int = 200) -> AppFile:
    return AppFile(text.encode(), status=status)


ROUTES: Final = (
    Route("GET", f"{FOLDER}/", _index),
    Route("GET", f"{FOLDER}/index.html", _index),
    Route("GET", BEGIN, _begin_page),
    Route("POST", f"{FOLDER}/begin", _begin),
    Route("POST", f"{FOLDER}/answer", _answer),
    Route("POST", f"{FOLDER}/stop", _stop),
    Route("GET", f"{FOLDER}/events", _events),
    Route("GET", f"{FOLDER}/{{key}}.html", _state),
)
