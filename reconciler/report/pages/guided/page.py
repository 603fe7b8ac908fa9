"""A state of a guided apply as a page, and the page on which one begins."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from reconciler.model.attestation import Question
from reconciler.model.outcome import Contradicted, Pending
from reconciler.model.runbook import Verification
from reconciler.report.effort import about, effort
from reconciler.report.html.templates import filled
from reconciler.report.labels import plural
from reconciler.report.outcomes import told_counts
from reconciler.report.pages.guided.progress import journey_figures
from reconciler.report.pages.guided.questions import fact_questions, filled_in
from reconciler.report.pages.guided.results import (
    by_word,
    contradicted_rows,
    outcome_groups,
    verdict_of_check,
    worst_first,
)
from reconciler.report.pages.guided.stages import (
    ApplyEnded,
    ApplyFailed,
    ApplyRefused,
    ApplyStopped,
    FactsInDoubt,
    FactsToConfirm,
    GuidedState,
    PageChecked,
    PageOpen,
    PlanToConfirm,
)
from reconciler.report.pages.layout import PageFrame, PageHead, framed, moment
from reconciler.report.runbooks import phrases
from reconciler.startup import dataclass

FOLDER: Final = "apply"
SECTION: Final = f"{FOLDER}/"
_TEMPLATES: Final = "pages/guided/"
BEGIN: Final = f"{FOLDER}/begin.html"
_NOTHING: Final[Mapping[str, str]] = {}


@dataclass(frozen=True, slots=True)
class BegunApply:
    """An apply that was stopped, as the journal tells of it."""

    fingerprint: str
    who: str
    last: datetime
    verified: int
    due: int
    expires: datetime | None


class PlanChoice(NamedTuple):
    """A plan for approval in the workspace's folder."""

    name: str
    fingerprint: str
    made: datetime | None
    expires: datetime


@dataclass(frozen=True, slots=True)
class BeginChoice:
    """What a guided apply can begin with. Schools and suppliers are (name, title)."""

    begun: BegunApply | None
    schools: tuple[tuple[str, str], ...]
    suppliers: tuple[tuple[str, str], ...]
    plans: tuple[PlanChoice, ...]


class EndCall(NamedTuple):
    """A box at the end of an apply."""

    tone: str
    mark: str
    heading: str
    text: str = ""
    lines: tuple[str, ...] = ()


_STOPPED: Final = EndCall("agreed", "agreed", "Stopped", "Every answer is in the journal. To go on, press “Go on”.")
_LEFT: Final = EndCall("agreed", "agreed", "Nothing was begun", "Nothing was changed, and nothing was written.")


def state_page(key: str) -> str:
    """The address of a state's page."""
    return f"{FOLDER}/{key}.html"


def begin_page(choice: BeginChoice, frame: PageFrame, error: str = "") -> str:
    """Render the page on which an apply begins."""
    head = PageHead(BEGIN, "Guided apply", SECTION)
    values = framed(frame, head)
    return filled(f"{_TEMPLATES}begin.html.jinja", **values, choice=choice, error=error, live=frame.live, moment=moment)


def guided_page(
    state: GuidedState,
    frame: PageFrame,
    *,
    present: str = "",
    error: str = "",
    given: Mapping[str, str] = _NOTHING,
    progress: str = "",
    entity_notes: Mapping[str, str] = _NOTHING,
    resume_command: str = "reconciler apply --resume",
) -> str:
    """Render a state.

    present         the address of the present state, if this one is behind; relative to this page
    error, given    the reason why a form was not taken, and what was typed into it
    progress        how far the check is
    entity_notes    {entity, in small letters: how sensitive it is}
    resume_command  goes on at a terminal
    """
    values: dict[str, Any] = {
        "partial": "ended",
        "given": given,
        **_values(state),
        **({"given": given} if given else {}),
    }
    head = PageHead(state_page(state.key), _title(state), SECTION)
    return filled(
        f"{_TEMPLATES}state.html.jinja",
        **framed(frame._replace(plan=state.plan.fingerprint if state.plan else ""), head),
        state=state,
        stage=state.stage,
        kind=type(state.stage).__name__,
        list=journey_figures(state),
        elsewhere=present,
        error=error,
        progress=progress,
        entity_notes=entity_notes,
        resume_command=resume_command,
        phrases=phrases,
        about=about,
        moment=moment,
        live=frame.live,
        **values,
    )


def _values(state: GuidedState) -> dict[str, Any]:
    """Return what the template of a stage needs beside the stage."""
    titles = state.plan.titles if state.plan else {}
    match state.stage:
        case PageOpen(page_visit):
            return {"partial": "page_open", **_done_words(page_visit.visit.steps)}
        case FactsToConfirm() as facts:
            return {"partial": "facts_to_confirm", **_fact_values(facts, titles)}
        case FactsInDoubt(_, question):
            return {"partial": "facts_in_doubt", "place": _place(question, titles)}
        case PageChecked() as checked:
            return {"partial": "page_checked", **_checked_values(checked, titles)}
        case PlanToConfirm() as plan:
            looks = f" ({plan.facts - plan.looks} to change, {plan.looks} to check in Bromcom)" if plan.looks else ""
            schools = plural(len(plan.runbook.schools), "school")
            amount = f"{plural(plan.facts, 'fact')} at {schools}{looks}. {effort(plan.runbook.schools)}"
            return {"partial": "plan_to_confirm", "amount": amount}
        case ApplyEnded() as ended:
            return _ended_values(ended, titles)
        case ApplyStopped(begun):
            return _end_values("Guided apply", _STOPPED if begun else _LEFT, "Go on" if begun else "")
        case ApplyRefused(reason, lines):
            return _end_values("Not begun", EndCall("missing", "differs", "Refused", reason, lines), "")
        case ApplyFailed(reason, problems, begun):
            lines = tuple(f"{problem.origin}: {problem.message}" for problem in problems)
            call = EndCall("missing", "differs", "It could not go on" if begun else "It could not begin", reason, lines)
            return _end_values("Guided apply", call, "Go on" if begun else "")
        case _:
            return {"partial": "checking"}


def _end_values(heading: str, call: EndCall, can_resume: str) -> dict[str, Any]:
    return {"heading": heading, "calls": (call,), "groups": (), "can_resume": can_resume}


def _done_words(steps: Any) -> dict[str, str]:
    """Return the words of the main button: what follows is a check, a form, or neither."""
    proofs = {step.proof for step in steps}
    if Verification.PROBE in proofs:
        note = "Takes about 5 seconds. We ask with the supplier's own login; it shows in its access log."
        return {"done_words": "I have done this: check now", "done_note": note}
    if Verification.ATTESTATION in proofs:
        note = "Bromcom cannot be asked about this: next you say what you saw."
        return {"done_words": "I have done this: say what I saw", "done_note": note}
    return {"done_words": "I have done this", "done_note": "Nothing here can be checked."}


def _fact_values(facts: FactsToConfirm, titles: Mapping[str, str]) -> dict[str, Any]:
    days = (facts.latest - facts.today).days
    bounded = facts.latest != date.max
    most = f"{days} days at most, until {facts.latest}." if bounded else "The Workspace sets no limit."
    latest = facts.latest.isoformat() if bounded else ""
    question = facts.question
    return {
        "questions": tuple(fact_questions(question)),
        "given": filled_in(question, facts.said) if facts.said else _NOTHING,
        "place": _place(question, titles),
        "latest_words": most,
        "latest": latest,
    }


def _place(question: Question, titles: Mapping[str, str]) -> str:
    address = f"{question.school}/{question.supplier}"
    return titles.get(address, address)


def _checked_values(checked: PageChecked, titles: Mapping[str, str]) -> dict[str, Any]:
    rows = tuple(contradicted_rows(checked, titles))
    groups = worst_first(outcome_groups(checked.outcomes, titles))
    verdict = verdict_of_check(checked)
    told = by_word(checked.page_visit).issuperset(
        outcome.subject for outcome in checked.outcomes if isinstance(outcome, Contradicted | Pending)
    )
    again = "Check again" if not checked.must_say else "Answer again" if told else "Done now: check again"
    last = checked.page_visit and checked.page_visit.number == checked.page_visit.of
    following = "Check everything once more" if last else "Next page"
    following = following if verdict.tone == "agreed" else "Go on, and leave it"
    note = "What is left stays different and is in the next plan." if rows else ""
    if not rows and verdict.tone == "unseen":
        note = "What could not be checked is tried once more before the end."
    return {
        "verdict": verdict,
        "rows": rows,
        "groups": [group for group in groups if group.word != "still not done" or not rows],
        "again_words": again,
        "next_words": following,
        "next_note": note,
    }


def _ended_values(ended: ApplyEnded, titles: Mapping[str, str]) -> dict[str, Any]:
    groups = worst_first(outcome_groups(ended.outcomes, titles))
    counts = told_counts(ended.outcomes)
    settled = all(group.word == "verified" for group in groups)
    calls = []
    if not ended.outcomes:
        calls.append(EndCall("agreed", "agreed", "There is nothing to do by hand", "Nothing was begun."))
    elif settled:
        words = "Everything in this plan is done" if not ended.begun else "Everything is verified"
        calls.append(EndCall("agreed", "agreed", words, f"{counts}."))
    elif not ended.finished:
        text = f"{counts}. To check the rest later, press “Check again” here or on the page that begins."
        calls.append(EndCall("unseen", "unseen", "Not finished: some facts could not be checked", text))
    else:
        text = f"{counts}. What is left stays different and is in the next plan."
        calls.append(EndCall("missing", "differs", "Every page was answered, and not everything is done", text))
    if ended.withdrawn:
        text = f"{plural(ended.withdrawn, 'fact')} of this plan: not done, and no longer asked for by the manifests."
        calls.append(EndCall("missing", "differs", "The manifests changed", text))
    if ended.not_seen:
        text = f"{plural(ended.not_seen, 'fact')} could not be seen, when this plan was made or now: plan again."
        calls.append(EndCall("unseen", "unseen", "Not everything was seen", text))
    can_resume = "" if ended.finished else "Check again"
    return {"heading": "The end of this plan", "calls": tuple(calls), "groups": groups, "can_resume": can_resume}


def _title(state: GuidedState) -> str:
    page_visit = getattr(state.stage, "page_visit", None)
    if page_visit is None:
        return "Guided apply"
    verdict = f"{verdict_of_check(state.stage).heading}: " if isinstance(state.stage, PageChecked) else ""
    return f"{verdict}page {page_visit.number} of {page_visit.of}: {page_visit.visit.page.title}"
