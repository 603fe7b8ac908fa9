"""A runbook as Markdown: a task list for an issue or a wiki, in GitHub's flavour."""

from collections.abc import Iterable, Iterator, Sequence

from reconciler.model.runbook import Branch, CentralOffer, Click, ClickKind, HandOver, Runbook, SchoolBook, Step, Visit
from reconciler.report.effort import about, effort
from reconciler.report.labels import plural
from reconciler.report.markdown.escape import code, inline, text
from reconciler.report.rich_text import Mark, Part
from reconciler.report.runbooks import phrases

_ON = {ClickKind.TICK: "on", ClickKind.UNTICK: "**off**"}


def render_runbook_markdown(runbook: Runbook, *, check: str = phrases.CHECK, attest_options: str = "") -> str:
    """Render the runbook as Markdown, with the command that checks it. Text from outside cannot mark anything up."""
    return "".join(f"{line}\n" for line in _runbook(runbook, check, attest_options))


def _runbook(runbook: Runbook, check: str, attest_options: str) -> Iterator[str]:
    yield f"# Runbook for {text(runbook.workspace)}"
    yield ""
    if runbook.fingerprint:
        yield f"Plan {code(runbook.fingerprint[:8])}."
    if not runbook.schools:
        yield ""
        yield phrases.NOTHING
        return
    yield f"{plural(runbook.steps, 'step')}. {effort(runbook.schools)}"
    yield ""
    yield f"{phrases.starting(runbook)} {phrases.LABELS_NOTE}"
    for offer in runbook.central:
        yield from _central(offer)
    for school in runbook.schools:
        yield from _school(school)
    yield ""
    yield "---"
    yield ""
    yield _marked(phrases.ending(runbook, check, attest_options))
    yield ""
    yield f"<details><summary>{phrases.SOURCES}</summary>"
    yield ""
    yield from map(_source, phrases.sources(runbook.visits))
    yield ""
    yield "</details>"


def _source(source: phrases.LabelSource) -> str:
    ours = ", ".join(f"**{text(word)}**" for word in source.guesses)
    return f"- {text(source.source)}" + (f"; {phrases.GUESSES}: {ours}" if ours else "")


def _school(school: SchoolBook) -> Iterator[str]:
    yield ""
    yield f"## {text(school.called)}"
    yield ""
    yield f"School {school.school_id} on {text(school.platform)} · {about(school.seconds)}"
    for visit in school.visits:
        yield from _visit(visit)
    for sheet in school.hand_overs:
        yield from _hand_over(sheet)


def _visit(visit: Visit) -> Iterator[str]:
    yield ""
    yield f"### {text(phrases.trail(visit.page))}"
    yield ""
    if visit.page.also:
        yield f"Also seen as {' and as '.join(text(' > '.join(also)) for also in visit.page.also)}."
        yield ""
    for shared in phrases.shared_notes(visit):
        if shared.accounts:
            yield f"For {', '.join(map(code, shared.accounts))}:"
            yield ""
        yield from _quotation(shared.notes)
        yield ""
    for step in visit.steps:
        yield from _step(step, phrases.own_notes(step, visit))


def _step(step: Step, notes: Iterable[str]) -> Iterator[str]:
    yield f"- [ ] **{text(step.title)}** ({phrases.time_and_proof(step)})"
    yield from (f"  - {text(note)}" for note in notes)
    for way in step.ways:
        yield from _way(way)


def _way(way: Branch) -> Iterator[str]:
    indent = "  "
    heading = phrases.condition(way)
    if heading:
        yield f"{indent}- {_marked(heading)}"
        indent += "  "
    for number, line in enumerate(phrases.lines(way), start=1):
        yield from _line(f"{indent}{number}. ", line)


def _line(number: str, line: phrases.Line) -> Iterator[str]:
    if isinstance(line, Click):
        yield number + _marked(phrases.sentence(line))
        return
    yield f"{number}Set these boxes:"
    for click in line.clicks:
        yield f"{' ' * len(number)}- [ ] {_ON[click.do]} {code(click.label)}"


def _hand_over(sheet: HandOver) -> Iterator[str]:
    yield ""
    yield f"### Hand-over sheet: {text(sheet.title)}"
    yield ""
    yield from (f"- {text(name)}: {code(value)}" for name, value in phrases.rows(sheet))


def _central(offer: CentralOffer) -> Iterator[str]:
    yield ""
    yield f"## One edit for {plural(len(offer.schools), 'school')}: {text(offer.username)}"
    yield ""
    yield f"{phrases.OFFER} {text(phrases.trail(offer.page))} · {about(offer.seconds)}"
    yield ""
    yield from (f"- [ ] On the central user: {text(what)}" for what in offer.what)
    yield f"- [ ] Distribute it to {', '.join(map(code, offer.schools))}"
    yield ""
    yield from _quotation(offer.overwrites)


def _quotation(warnings: Sequence[str]) -> Iterator[str]:
    """A paragraph each."""
    yield from (f"> {text(warning)}\n>" for warning in warnings[:-1])
    yield from (f"> {text(warning)}" for warning in warnings[-1:])


def _marked(parts: Iterable[Part]) -> str:
    return "".join(_part(part) for part in parts)


def _part(part: Part) -> str:
    match part.mark:
        case Mark.WORDS:
            return inline(part.text)
        case Mark.LABEL:
            return f"**{text(part.text)}**"
        case Mark.VALUE:
            return code(part.text)
