"""A runbook as text: to read beside Bromcom, or to print.

greenfield  School 12345 on scomis · about 2 minutes

  Modules > Setup > Third Party Access Permissions & Logs
    [ ] Set the ticks of groupcall.greenfield: 1 on, 1 off
        about 20 seconds · a probe proves it
        1. Choose "groupcall.greenfield" under "Account".
"""

from collections.abc import Iterable, Iterator

from reconciler.model.runbook import Branch, CentralOffer, Click, ClickKind, HandOver, Runbook, SchoolBook, Step, Visit
from reconciler.report.effort import about, effort
from reconciler.report.escape import in_lines, printable
from reconciler.report.labels import plural
from reconciler.report.rich_text import Mark, Part
from reconciler.report.runbooks import phrases
from reconciler.report.style import Paint, Style, plain
from reconciler.startup import dataclass

_ON = {ClickKind.TICK: "on", ClickKind.UNTICK: "off"}


def render_runbook_text(
    runbook: Runbook,
    *,
    paint: Paint = plain,
    columns: int | None = None,
    check: str = phrases.CHECK,
    attest_options: str = "",
) -> str:
    """Render the runbook as text.

    columns         the width of the terminal; None leaves lines as long as they are
    check           the command that says afterwards whether everything is done
    attest_options  what `attest` needs to find the workspace, with a space before it
    """
    sheet = _Sheet(paint, columns)
    return "".join(f"{line}\n" for line in sheet.runbook(runbook, phrases.ending(runbook, check, attest_options)))


def render_visit_text(
    visit: Visit, *, paint: Paint = plain, columns: int | None = None, with_guesses: bool = False
) -> str:
    """Render one page of a runbook, for `apply`, which leads people from page to page.

    with_guesses  name the labels that are our guess; a whole runbook lists them once, at its end
    """
    sheet = _Sheet(paint, columns)
    below = sheet.guesses(visit) if with_guesses else ()
    return "".join(f"{line}\n" for line in (*sheet.visit(visit), *below))


def render_hand_over_text(sheet: HandOver, *, paint: Paint = plain, columns: int | None = None) -> str:
    """Render one hand-over sheet as `render_runbook_text` does."""
    return "".join(f"{line}\n" for line in _Sheet(paint, columns).hand_over(sheet))


def render_offer_text(offer: CentralOffer, *, paint: Paint = plain, columns: int | None = None) -> str:
    """Render one offer as `render_runbook_text` does."""
    return "".join(f"{line}\n" for line in _Sheet(paint, columns).central(offer))


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The colour of lines and the width of the page."""

    paint: Paint
    columns: int | None

    def runbook(self, runbook: Runbook, ending: tuple[Part, ...]) -> Iterator[str]:
        """Everything: the effort, offers, schools and the sources of the labels."""
        plan = f", plan {runbook.fingerprint[:8]}" if runbook.fingerprint else ""
        yield self.paint(f"Runbook for {printable(runbook.workspace)}{plan}", Style.SCHOOL)
        if not runbook.schools:
            yield phrases.NOTHING
            return
        yield from self.wrapped(f"{plural(runbook.steps, 'step')}. {effort(runbook.schools)}")
        yield ""
        yield from self.wrapped(phrases.starting(runbook))
        yield from self.wrapped(phrases.LABELS_NOTE)
        for offer in runbook.central:
            yield ""
            yield from self.central(offer)
        for school in runbook.schools:
            yield ""
            yield from self.school(school)
        yield ""
        yield from self.wrapped(_words(ending))
        yield ""
        yield f"{phrases.SOURCES}:"
        for source in phrases.sources(runbook.visits):
            ours = f"; {phrases.GUESSES}: {_quoted(source.guesses)}" if source.guesses else ""
            yield from self.wrapped(f"{source.source}{ours}", "  ", below="  ", tone=Style.QUIET)

    def school(self, school: SchoolBook) -> Iterator[str]:
        """A school's pages, then the sheets for its suppliers."""
        title = self.paint(printable(school.called), Style.SCHOOL)
        yield f"{title}  School {school.school_id} on {printable(school.platform)} · {about(school.seconds)}"
        for visit in school.visits:
            yield ""
            yield from self.visit(visit)
        for sheet in school.hand_overs:
            yield ""
            yield from self.hand_over(sheet)

    def visit(self, visit: Visit) -> Iterator[str]:
        """A page and its steps."""
        yield f"  {self.paint(phrases.trail(visit.page), Style.SCHOOL)}"
        for also in visit.page.also:
            yield from self.wrapped(f"Also seen as: {' > '.join(also)}", "  ", tone=Style.QUIET)
        for shared in phrases.shared_notes(visit):
            if shared.accounts:
                yield from self.wrapped(f"For {', '.join(shared.accounts)}:", "    ")
            for note in shared.notes:
                yield from self.wrapped(f"! {note}", "    ", below="  ")
        for step in visit.steps:
            yield from self.step(step, phrases.own_notes(step, visit))

    def guesses(self, visit: Visit) -> Iterator[str]:
        """The labels of a page that are our guess."""
        ours = phrases.guessed_labels([visit])
        if ours:
            yield from self.wrapped(f"{phrases.GUESSED_LABELS} {_quoted(ours)}.", "    ", tone=Style.QUIET)

    def step(self, step: Step, notes: Iterable[str]) -> Iterator[str]:
        """A box to tick off, what to know before, and the clicks."""
        yield from self.wrapped(f"[ ] {step.title}", "    ", below="    ")
        yield from self.wrapped(phrases.time_and_proof(step), "        ", tone=Style.QUIET)
        for note in notes:
            yield from self.wrapped(f"! {note}", "        ", below="  ")
        for way in step.ways:
            yield from self.way(way)

    def way(self, way: Branch) -> Iterator[str]:
        """The clicks of one way, numbered."""
        indent = "        "
        heading = phrases.condition(way)
        if heading:
            yield from self.wrapped(_words(heading), indent)
            indent += "  "
        for number, line in enumerate(phrases.lines(way), start=1):
            yield from self.line(f"{number}. ", line, indent)

    def line(self, number: str, line: phrases.Line, indent: str) -> Iterator[str]:
        """A click, or a list of boxes."""
        if isinstance(line, Click):
            yield from self.wrapped(number + _words(phrases.sentence(line)), indent, below=" " * len(number))
            return
        yield f"{indent}{number}Set these boxes:"
        for click in line.clicks:
            tone = Style.GRANT if click.do is ClickKind.TICK else Style.REVOKE
            yield f"{indent}{' ' * len(number)}{self.paint(f'{_ON[click.do]:<4}', tone)}{printable(click.label)}"

    def hand_over(self, sheet: HandOver) -> Iterator[str]:
        """A supplier's details as a small table. Its rows are not wrapped: people copy addresses from it."""
        yield f"  {self.paint(f'Hand-over sheet: {printable(sheet.title)}', Style.SCHOOL)}"
        cells = phrases.rows(sheet)
        width = max(len(printable(name)) for name, _ in cells)
        for name, value in cells:
            yield f"    {printable(name):<{width}}  {printable(value)}"

    def central(self, offer: CentralOffer) -> Iterator[str]:
        """An offer, with its warnings."""
        yield self.paint(
            f"One edit for {plural(len(offer.schools), 'school')}: {printable(offer.username)}", Style.SCHOOL
        )
        yield from self.wrapped(phrases.OFFER, "  ")
        yield from self.wrapped(f"{phrases.trail(offer.page)} · {about(offer.seconds)}", "  ")
        for number, what in enumerate(offer.what, start=1):
            yield from self.wrapped(f"{number}. On the central user {offer.username}: {what}.", "  ", below="   ")
        schools = ", ".join(offer.schools)
        yield from self.wrapped(f"{len(offer.what) + 1}. Distribute it to: {schools}.", "  ", below="   ")
        for warning in offer.overwrites:
            yield from self.wrapped(f"! {warning}", "  ", below="  ")

    def wrapped(self, text: str, indent: str = "", *, below: str = "", tone: Style | None = None) -> Iterator[str]:
        """`text` on as many lines as the page's width needs; `below` indents all but the first."""
        shown = printable(text)
        for row in in_lines(shown, self.columns - len(indent), below) if self.columns else [shown]:
            yield indent + (self.paint(row, tone) if tone else row)


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(f'"{word}"' for word in words)


def _words(parts: Iterable[Part]) -> str:
    return "".join(part.text if part.mark is Mark.WORDS else f'"{part.text}"' for part in parts)
