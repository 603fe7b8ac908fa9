"""A runbook in words, before it is marked up: clicks, notes beside them, and the sources of the labels."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final, NamedTuple, TypeAlias, assert_never

from reconciler.model.runbook import (
    Branch,
    Click,
    ClickKind,
    Condition,
    HandOver,
    Page,
    PageId,
    Runbook,
    Step,
    Verification,
    Visit,
)
from reconciler.report.effort import about
from reconciler.report.labels import manifest_wording
from reconciler.report.rich_text import Mark, Part

START: Final = (
    "Log in to Bromcom as someone who may use the Setup module, usually a school administrator. Work from top to "
    'bottom: later steps need the earlier ones. A step that begins with "Check" may be done already: look first, and '
    "make its clicks only if they are needed."
)
UNCHECKED: Final = (
    "This is made from the manifests alone: nothing in Bromcom was checked, so any of it may be there already. Look "
    "first at each step. If it is there, make only the clicks that are still needed."
)
LABELS_NOTE: Final = "Some labels are our best guess and may differ; they are listed at the end."
OFFER: Final = "Optional, for a trust with central users. The steps of each school follow below."
NOTHING: Final = "There is nothing to do by hand."
GUESSED_LABELS: Final = "Our best guess at the labels:"
SOURCES: Final = "Sources of the labels"
GUESSES: Final = "our best guess"
CHECK: Final = "reconciler verify plan.json"

_FEWEST_IN_A_LIST = 3
_SCHOOLS = 3  # that are named at the end
_BOXES = frozenset({ClickKind.TICK, ClickKind.UNTICK})


def ending(runbook: Runbook, check: str, attest_options: str) -> tuple[Part, ...]:
    """Say how to finish: record attestations school by school, then run the command that checks everything."""
    by_word = [
        book.school
        for book in runbook.schools
        if any(step.proof is Verification.ATTESTATION for visit in book.visits for step in visit.steps)
    ]
    vouch = [
        part
        for number, school in enumerate(by_word[:_SCHOOLS])
        for part in (Part(", " if number else ""), Part(f"reconciler attest {school}{attest_options}", Mark.VALUE))
    ]
    more = " and so on, school by school" if len(by_word) > _SCHOOLS else ""
    options = "" if " -" in check else " with the options of your plan, such as --env-file"
    return (
        *((Part("Record what you confirm: "), *vouch, Part(f"{more}. Then run ")) if vouch else (Part("Run "),)),
        Part(check, Mark.VALUE),
        Part(f"{options}: it says whether everything is done."),
    )


class Boxes(NamedTuple):
    """Boxes that are ticked and unticked in one go, in the page's order."""

    clicks: tuple[Click, ...]


Line: TypeAlias = Click | Boxes


def starting(runbook: Runbook) -> str:
    """Say how to begin."""
    return START if runbook.fingerprint else f"{START} {UNCHECKED}"


def lines(way: Branch) -> Iterator[Line]:
    """The clicks of a branch. Three or more boxes in a row become one line, except boxes that the page may not have."""
    for boxes, group in groupby(way.clicks, key=lambda click: click.do in _BOXES and not click.optional):
        clicks = tuple(group)
        if boxes and len(clicks) >= _FEWEST_IN_A_LIST:
            yield Boxes(clicks)
        else:
            yield from clicks


def sentence(click: Click) -> tuple[Part, ...]:
    """Say what to do, in one sentence."""
    parts = _parts(click)
    if click.do is ClickKind.TELL:  # what is said ends as it ends
        return parts
    return (*parts, Part(f"{_doubt(click)}."))


def _doubt(click: Click) -> str:
    """Qualify a click on something that the page may not have."""
    if not click.optional:
        return ""
    return ", or similar words" if click.do is ClickKind.SEE else " (if the page has it)"


def _parts(click: Click) -> tuple[Part, ...]:
    label, value = Part(click.label, Mark.LABEL), Part(click.value, Mark.VALUE)
    match click.do:
        case ClickKind.PRESS:
            return (Part("Press "), label, Part(" in the row for "), value) if click.value else (Part("Press "), label)
        case ClickKind.CHOOSE:
            return (Part("Choose "), value, Part(" under "), label) if click.value else (Part("Choose "), label)
        case ClickKind.TICK:
            return Part("Tick "), label
        case ClickKind.UNTICK:
            return Part("Untick "), label, Part(" if it is ticked")
        case ClickKind.FILL:
            return Part("Type "), value, Part(" into "), label
        case ClickKind.PASSWORD:
            return _password(label, click.value)
        case ClickKind.EXPAND:
            return Part("Open "), label, Part(" in the tree")
        case ClickKind.SELECT:
            return Part(f"Select {click.value} ("), label, Part(" would take everyone)")
        case ClickKind.SEE:
            return Part("Check that the page shows "), label
        case ClickKind.TELL:
            return Part("Tell "), label, Part(f': "{click.value}"')
        case _:
            assert_never(click.do)


def _password(label: Part, reference: str) -> tuple[Part, ...]:
    if not reference:
        return Part("Type a new password into "), label
    return Part("Type the password into "), label, Part(f"; it is kept {manifest_wording(reference)}")


def condition(way: Branch) -> tuple[Part, ...]:
    """The condition of a branch, as a heading; empty if the branch is always taken."""
    name = Part(way.name, Mark.VALUE)
    match way.when:
        case Condition.ALWAYS:
            return ()
        case Condition.LISTED:
            return Part("If the page lists "), name, Part(":" if way.clicks else ", there is nothing to do here.")
        case Condition.NOT_LISTED:
            return Part("If the page does not list "), name, Part(":")
        case Condition.JUDGED:
            return (Part(f"If {way.name}:"),)
        case _:
            assert_never(way.when)


def proof(how: Verification) -> str:
    """The check that follows a step; empty if it settles no fact."""
    match how:
        case Verification.PROBE:
            return "checked remotely afterwards"
        case Verification.ATTESTATION:
            return "cannot be checked remotely: you confirm it"
        case Verification.NONE:
            return ""
        case _:
            assert_never(how)


class SharedNote(NamedTuple):
    """Notes that apply to several steps of a page, and their accounts; no accounts: the whole page."""

    accounts: tuple[str, ...]
    notes: tuple[str, ...]


class LabelSource(NamedTuple):
    """The source of a page's labels, and the labels that are our guess."""

    source: str
    guesses: tuple[str, ...]


def trail(page: Page) -> str:
    """`Modules > Setup > System Users`; the title of what is not in Bromcom."""
    return " > ".join(page.trail) or page.title


def time_and_proof(step: Step) -> str:
    """The time that a step takes, and how it is checked: `about 20 seconds · checked remotely afterwards`."""
    return " · ".join(part for part in (about(step.seconds), proof(step.proof)) if part)


def shared_notes(visit: Visit) -> tuple[SharedNote, ...]:
    """The notes of more than one step, each once: first those of the whole page, then those of some accounts."""
    steps_by_note: dict[str, list[Step]] = {}
    for step in visit.steps:
        for note in dict.fromkeys(step.notes):
            steps_by_note.setdefault(note, []).append(step)
    together: dict[tuple[str, ...], list[str]] = {(): []}
    for note, steps in steps_by_note.items():
        if _is_shared(steps, visit):
            together.setdefault(_accounts(steps, visit), []).append(note)
    return tuple(SharedNote(accounts, tuple(notes)) for accounts, notes in together.items() if notes)


def own_notes(step: Step, visit: Visit) -> tuple[str, ...]:
    """The notes of this step alone."""
    return tuple(
        note
        for note in step.notes
        if not _is_shared([sibling for sibling in visit.steps if note in sibling.notes], visit)
    )


def all_notes(visit: Visit) -> tuple[str, ...]:
    """Every note of a visit once, with the accounts that it is about where it is not about all of them."""
    shared = [
        f"{', '.join(block.accounts)}: {note}" if block.accounts else note
        for block in shared_notes(visit)
        for note in block.notes
    ]
    own = [note for step in visit.steps for note in own_notes(step, visit)]
    return tuple(dict.fromkeys([*shared, *own]))


def _is_shared(steps: Sequence[Step], visit: Visit) -> bool:
    """Return True if the page shows this note once, above its steps. It must be clear there which steps it means."""
    return len(steps) > 1 and (len(steps) == len(visit.steps) or all(step.account for step in steps))


def _accounts(steps: Sequence[Step], visit: Visit) -> tuple[str, ...]:
    if len(steps) == len(visit.steps):
        return ()
    return tuple(dict.fromkeys(step.account for step in steps))


def guessed_labels(visits: Collection[Visit]) -> tuple[str, ...]:
    """The labels on these visits that are our guess, sorted."""
    ours = {label.text for visit in visits for label in visit.page.labels.values() if not label.certain}
    used = {click.label for visit in visits for step in visit.steps for way in step.ways for click in way.clicks}
    return tuple(sorted(ours & used))


def sources(visits: Iterable[Visit]) -> tuple[LabelSource, ...]:
    """The source of each page's labels and the date of the last comparison, sorted."""
    visits_by_page: dict[PageId, list[Visit]] = {}
    for visit in visits:
        if visit.page.trail:
            visits_by_page.setdefault(visit.page.id, []).append(visit)
    pages = ((page_visits[0].page, page_visits) for page_visits in visits_by_page.values())
    return tuple(sorted(LabelSource(_source(page), guessed_labels(page_visits)) for page, page_visits in pages))


def _source(page: Page) -> str:
    return f"{page.title}: {page.source}, compared on {page.confirmed}"


def rows(sheet: HandOver) -> tuple[tuple[str, str], ...]:
    """The rows of a sheet, as (name, value). Never the password, only where it is stored."""
    cells = [
        (sheet.school_id_called, str(sheet.school_id)),
        ("Read service", sheet.read_url),
        ("Write service", sheet.write_url),
    ]
    if sheet.username:
        password = (
            f"it is kept {manifest_wording(sheet.password)}"
            if sheet.password
            else "not stored: use the one that you chose"
        )
        cells += [("Username", sheet.username), ("Password", f"not on this sheet; {password}")]
    if sheet.moved_from:
        cells.append(("Moved", f"from {sheet.moved_from}: use the addresses above, and no longer the old ones"))
    return tuple(cells)
