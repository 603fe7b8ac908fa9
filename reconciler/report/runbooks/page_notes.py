"""What is said of a page beside its clicks: where it is, what to know before, and whose words its labels are.

What a hand-over sheet says, row by row, in every format.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Final, NamedTuple

from reconciler.model.runbook import HandOver, Page, PageId, Step, Visit
from reconciler.report.effort import about
from reconciler.report.labels import manifest_wording
from reconciler.report.runbooks.step_phrases import proof

IN_OUR_WORDS: Final = "In our words, since no source gives the page's own:"
SOURCES: Final = "Where the words of the pages are known from"
OURS: Final = "in our words"


class SharedNote(NamedTuple):
    """What to know before several steps of a page, and the accounts that it is about; none: all of the page."""

    accounts: tuple[str, ...]
    notes: tuple[str, ...]


class WordingSource(NamedTuple):
    """Where the words of a page are known from, and those that are ours."""

    told: str
    ours: tuple[str, ...]


def trail(page: Page) -> str:
    """`Modules > Setup > System Users`; the title of what is not in Bromcom."""
    return " > ".join(page.trail) or page.title


def time_and_proof(step: Step) -> str:
    """How long a step takes, and how it is found out that it was done: `about 20 seconds · a probe proves it`."""
    return " · ".join(part for part in (about(step.seconds), proof(step.proof)) if part)


def shared_notes(visit: Visit) -> tuple[SharedNote, ...]:
    """What to know before more than one step of a page, each once: what is about all of it, then what is about some."""
    found: dict[str, list[Step]] = {}
    for step in visit.steps:
        for note in dict.fromkeys(step.notes):
            found.setdefault(note, []).append(step)
    together: dict[tuple[str, ...], list[str]] = {(): []}
    for note, steps in found.items():
        if _is_shared(steps, visit):
            together.setdefault(_accounts(steps, visit), []).append(note)
    return tuple(SharedNote(accounts, tuple(notes)) for accounts, notes in together.items() if notes)


def own_notes(step: Step, visit: Visit) -> tuple[str, ...]:
    """What to know before this step, but for what the page says before them all."""
    return tuple(
        note for note in step.notes if not _is_shared([each for each in visit.steps if note in each.notes], visit)
    )


def _is_shared(steps: Sequence[Step], visit: Visit) -> bool:
    """Whether a note of these steps is said at the top of the page: it must be clear there which steps it is about."""
    return len(steps) > 1 and (len(steps) == len(visit.steps) or all(step.account for step in steps))


def _accounts(steps: Sequence[Step], visit: Visit) -> tuple[str, ...]:
    if len(steps) == len(visit.steps):
        return ()
    return tuple(dict.fromkeys(step.account for step in steps))


def our_words(visits: Collection[Visit]) -> tuple[str, ...]:
    """The labels on these visits that are our description, sorted."""
    ours = {label.text for visit in visits for label in visit.page.labels.values() if not label.certain}
    used = {click.label for visit in visits for step in visit.steps for way in step.ways for click in way.clicks}
    return tuple(sorted(ours & used))


def sources(visits: Iterable[Visit]) -> tuple[WordingSource, ...]:
    """Where the labels are known from and when somebody last compared them, each page once, sorted."""
    found: dict[PageId, list[Visit]] = {}
    for visit in visits:
        if visit.page.trail:
            found.setdefault(visit.page.id, []).append(visit)
    pages = ((its[0].page, its) for its in found.values())
    return tuple(sorted(WordingSource(_source(page), our_words(its)) for page, its in pages))


def _source(page: Page) -> str:
    return f"{page.title}: {page.source}, compared on {page.confirmed}"


def rows(sheet: HandOver) -> tuple[tuple[str, str], ...]:
    """(what it is, its value) of a sheet; never the password, but where it is kept."""
    found = [
        (sheet.school_id_called, str(sheet.school_id)),
        ("Read service", sheet.read_url),
        ("Write service", sheet.write_url),
    ]
    if sheet.username:
        where = (
            f"it is kept {manifest_wording(sheet.password)}"
            if sheet.password
            else "nobody keeps it here: the one that you chose"
        )
        found += [("Username", sheet.username), ("Password", f"not on this sheet; {where}")]
    if sheet.moved_from:
        found.append(
            ("Moved", f"from {sheet.moved_from}: the addresses above are new; the old ones are to be used no more")
        )
    return tuple(found)
